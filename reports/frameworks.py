"""Frameworks, labels, grade words and comparability, from `data/frameworks.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from reports.errors import ConfigurationError
from reports.model import Framework, Grade, Judgement, Kind
from reports.text.clean import plain_key

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class FrameworkRules:
    """What one framework grades, on which scale, and when it was in use.

    `scale` has the best grade first. `first_start` and `last_start` are the first and last day on
    which an inspection can have started; None: no limit.
    """

    framework: Framework
    name: str
    kind: Kind
    scale: tuple[Grade, ...]
    first_start: date | None
    last_start: date | None
    judgements: tuple[Judgement, ...]

    def covers(self, start: date, end: date) -> bool:
        """Return whether an inspection on these days can be under this framework.

        An inspection that spans the day of change may follow either framework.
        """
        return (self.first_start is None or self.first_start <= end) and (
            self.last_start is None or start <= self.last_start
        )


@dataclass(frozen=True, slots=True)
class Pair:
    """A later judgement and the earlier judgement it is compared with.

    `note` says in words how the two differ; empty where they are the same.
    """

    later: Judgement
    earlier: Judgement
    note: str


@dataclass(frozen=True, slots=True)
class Comparability:
    """Which judgements can be compared between two groups of frameworks.

    `first_notes` explain later judgements without an earlier one, `gone_notes` the reverse.
    """

    earlier: frozenset[Framework]
    later: frozenset[Framework]
    pairs: tuple[Pair, ...]
    first_notes: dict[Judgement, str]
    gone_notes: dict[Judgement, str]


@dataclass(frozen=True, slots=True)
class Frameworks:
    """The whole data file."""

    version: int
    grade_words: dict[str, Grade]
    ilacs_labels: dict[str, Judgement]
    labels: dict[str, dict[str, Judgement]]
    """The labels of older frameworks, by the name of their layout."""

    rules: dict[Framework, FrameworkRules]
    comparability: tuple[Comparability, ...]
    notes: dict[str, str]

    def grade(self, printed: str) -> Grade | None:
        """Return the grade that printed words mean, or None where they are not a known grade."""
        return self.grade_words.get(plain_key(printed))

    def by_rows(self, judgements: frozenset[Judgement], among: frozenset[Framework]) -> Framework:
        """Return the only framework that grades exactly these judgements, or UNKNOWN."""
        found = [f for f in among if frozenset(self.rules[f].judgements) == judgements]
        return found[0] if len(found) == 1 else Framework.UNKNOWN


@lru_cache(maxsize=1)
def load_frameworks() -> Frameworks:
    """Read the data file once. Raises ConfigurationError where it is inconsistent."""
    path = DATA / "frameworks.yaml"
    try:
        return _frameworks(yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER))
    except (KeyError, ValueError, TypeError) as error:
        raise ConfigurationError(f"{path.name} is not as expected: {error!r}.") from error


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _frameworks(raw: dict[str, Any]) -> Frameworks:
    scales = {name: tuple(map(Grade, grades)) for name, grades in raw["scales"].items()}
    notes = {name: str(text) for name, text in raw["notes"].items()}
    rules = {
        Framework(key): FrameworkRules(
            framework=Framework(key),
            name=item["name"],
            kind=Kind(item["kind"]),
            scale=scales[item["scale"]],
            first_start=item["from"],
            last_start=item["until"],
            judgements=tuple(map(Judgement, item["judgements"])),
        )
        for key, item in raw["frameworks"].items()
    }
    return Frameworks(
        version=int(raw["version"]),
        grade_words={w: Grade(g) for g, words in raw["grades"].items() for w in words},
        ilacs_labels={
            label: Judgement(j)
            for j, labels in raw["ilacs_labels"].items()
            for printed in labels
            for label in _spelled_out(printed)
        },
        labels={family: _labels(item) for family, item in raw["labels"].items()},
        rules=rules,
        comparability=tuple(_comparability(item, notes) for item in raw["comparability"]),
        notes=notes,
    )


def _spelled_out(label: str) -> list[str]:
    """Return a label with and without each of its parts in square brackets."""
    before, bracket, rest = label.partition("[")
    if not bracket:
        return [label]
    optional, _, after = rest.partition("]")
    ends = _spelled_out(after)
    return [before + middle + end for middle in (optional, "") for end in ends]


def _labels(raw: dict[str, list[str]]) -> dict[str, Judgement]:
    return {label: Judgement(j) for j, labels in raw.items() for label in labels}


def _comparability(item: dict[str, Any], notes: dict[str, str]) -> Comparability:
    def noted(key: str) -> dict[Judgement, str]:
        return {Judgement(j): notes[name] for j, name in item.get(key, {}).items()}

    return Comparability(
        earlier=frozenset(map(Framework, item["earlier"])),
        later=frozenset(map(Framework, item["later"])),
        pairs=tuple(
            Pair(
                Judgement(pair["later"]),
                Judgement(pair["earlier"]),
                notes[pair["note"]] if "note" in pair else "",
            )
            for pair in item["pairs"]
        ),
        first_notes=noted("first_notes"),
        gone_notes=noted("gone_notes"),
    )
