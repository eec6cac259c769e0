"""YAML that keeps its line numbers, so that an error can name the place.

Secrets enter here: `${NAME}` in a text is replaced by that environment variable, and
`${prefect.secret.NAME}` by that secret of Prefect.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.reader import ReaderError

from alerts.subscriptions.yaml_faults import yaml_fault
from reports.errors import ConfigurationError
from reports.safe_text import quoted
from reports.suggestions import advice

Place = tuple[str | int, ...]

_SECRET = "prefect.secret."
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*|prefect\.secret\.[A-Za-z0-9_.-]+)\}")

_DEEPEST = 20
_MOST_VALUES = 20_000
"""Far more than any configuration needs. A few lines of aliases can expand to billions of values,
and deep nesting crashes a recursive reader."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The loader in C is twenty times as fast, but not every installation has it."""


@dataclass(frozen=True)
class YamlDocument:
    """A parsed file: its values, and the line of each key and value by its path.

    faults: what is wrong with the text itself, such as a variable that is not set. unset: the paths
    of such values, whose other faults are to be ignored.
    """

    name: str
    values: Any
    lines: Mapping[Place, int] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    unset: frozenset[Place] = frozenset()

    def error(
        self, path: Place, sentence: str, *, word: str = "", valid: Iterable[str] = ()
    ) -> ConfigurationError:
        """Return an error with the line of `path` and the nearest valid word.

        Where no valid word is near and there are few, all are listed.
        """
        return ConfigurationError(f"{self.at(path)}: {sentence}{advice(word, valid)}")

    def at(self, path: Place) -> str:
        """Return the file and line of `path`, or of the nearest value that contains it."""
        line = next(
            (self.lines[p] for n in range(len(path), -1, -1) if (p := path[:n]) in self.lines), 1
        )
        return f"{self.name}, line {line}"


def parse_yaml(text: str, *, name: str, environment: Mapping[str, str]) -> YamlDocument:
    """Read YAML. Raises ConfigurationError for YAML that is broken, too large or too deeply nested.

    Duplicate keys and missing variables are faults of the document. The caller reports all at once.
    """
    try:
        _check_size(text, name)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{name}, line {mark.line + 1}" if mark else name
        raise ConfigurationError(f"{where}: {yaml_fault(text, error)}") from error
    except ReaderError as error:
        raise ConfigurationError(f"{name} has a control character; remove it") from error
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigurationError(f"{name} is not YAML: {type(error).__name__}") from error
    reader = _Reader(name, environment)
    values = reader.value(node, ()) if node else None
    return YamlDocument(name, values, reader.lines, tuple(reader.faults), frozenset(reader.unset))


def _check_size(text: str, name: str) -> None:
    """Raise ConfigurationError for a file that expands to too many values, or is nested too deeply.

    It counts the parser's events, and expands nothing.
    """
    sizes: dict[str | None, int] = {}
    open_nodes: list[tuple[str | None, int]] = []
    total = 0
    for event in yaml.parse(text, Loader=_LOADER):
        before = total
        match event:
            case yaml.AliasEvent():
                # An alias for a value that contains it would never end.
                is_endless = any(anchor == event.anchor for anchor, _ in open_nodes)
                total += _MOST_VALUES if is_endless else sizes.get(event.anchor, 1)
            case yaml.ScalarEvent():
                total += 1
                sizes[event.anchor] = 1
            case yaml.CollectionStartEvent():
                total += 1
                open_nodes.append((event.anchor, before))
            case yaml.CollectionEndEvent():
                anchor, start = open_nodes.pop()
                sizes[anchor] = total - start
        line = event.start_mark.line + 1 if event.start_mark else 1
        if len(open_nodes) > _DEEPEST:
            raise ConfigurationError(f"{name}, line {line}: this value is nested too deeply")
        if total > _MOST_VALUES:
            raise ConfigurationError(
                f"{name}, line {line}: the file expands to more than {_MOST_VALUES:,} values"
            )


def _not_set(name: str) -> str:
    if name.startswith(_SECRET):
        return f"Prefect has no Secret block named {quoted(name.removeprefix(_SECRET))}"
    return f"the environment variable {name} is not set; add it to .env, or remove its entry"


class _Reader:
    """Turns YAML nodes into values and notes their lines on the way."""

    def __init__(self, name: str, environment: Mapping[str, str]) -> None:
        self.lines: dict[Place, int] = {}
        self.faults: list[str] = []
        self.unset: set[Place] = set()
        self._name = name
        self._environment = environment
        self._scalars = yaml.SafeLoader("")

    def value(self, node: yaml.Node, path: Place) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        match node:
            case yaml.MappingNode():
                return self._mapping(node, path)
            case yaml.SequenceNode():
                return [self.value(item, (*path, n)) for n, item in enumerate(node.value)]
            case _:
                return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Place) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in values:
                self._note(key_node, f"{quoted(key)} appears twice")
                continue
            self.lines[(*path, key)] = key_node.start_mark.line + 1
            values[key] = self.value(value_node, (*path, key))
        return values

    def _scalar(self, node: yaml.Node, path: Place) -> Any:
        try:
            value = self._scalars.construct_object(node)
        except Exception:  # a tag that does not fit the value, such as !!bool x, raises KeyError
            self._note(node, "this value cannot be read; put it in quotes")
            self.unset.add(path)
            return ""
        if not isinstance(value, str):
            return value

        def from_environment(match: re.Match[str]) -> str:
            name = match[1]
            try:
                return self._environment[name]
            except KeyError:
                said = _not_set(name)
            except ConfigurationError as error:
                said = str(error)
            self._note(node, said)
            self.unset.add(path)
            return ""

        return _VARIABLE.sub(from_environment, value)

    def _note(self, node: yaml.Node, sentence: str) -> None:
        self.faults.append(f"{self._name}, line {node.start_mark.line + 1}: {sentence}")
