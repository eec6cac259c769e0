"""`watch.yaml`: the channels, and which subscription gets which messages.

Every fault is one sentence with its line and, for a misspelt word, the nearest valid one. All
faults of a file are found at once. Secrets are `SecretStr` and never appear in an error.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alerts.channels import KINDS, channel_class
from alerts.channels.base import ChannelBase
from alerts.events.types import EventType, with_implied
from alerts.subscriptions.config_errors import spoken, unknown_key, validated
from alerts.subscriptions.matching import Severity
from alerts.subscriptions.missed_inspections import missed_inspections
from alerts.subscriptions.model import (
    AlertConfig,
    AuthorityChoice,
    ChoiceRule,
    Operators,
    Subscription,
    SubscriptionEntry,
)
from alerts.subscriptions.yaml_lines import Place, YamlDocument, parse_yaml
from reports.errors import ConfigurationError
from reports.frameworks import load_frameworks
from reports.model import Kind
from reports.register import Register
from reports.register_file import RegisteredAuthority
from reports.safe_text import plain_line, quoted
from reports.themes.taxonomy import load_taxonomy
from reports.wording import counted, region_words

__all__ = ["AlertConfig", "Subscription", "load_config"]

_NOT_A_LIST = (
    "subscriptions must be a list: each entry begins with - and a name, as - name: Scrutiny"
)
_LARGEST_FILE = 1_000_000
_MOST_FAULTS = 20
_LINE = re.compile(r", line (\d+): ")


def load_config(
    path: Path, *, register: Register, environment: Mapping[str, str] | None = None
) -> AlertConfig:
    """Read and check `watch.yaml`. A missing file means: no channels and no subscriptions.

    Raises ConfigurationError.
    """
    try:
        # A device or a pipe may have no end, or never begin.
        if path.exists() and not path.is_file():
            raise ConfigurationError(f"{path} cannot be read: it is not a file")
        with path.open("rb") as file:
            raw = file.read(_LARGEST_FILE + 1)
    except FileNotFoundError:
        return AlertConfig()
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error
    if len(raw) > _LARGEST_FILE:
        raise ConfigurationError(f"{path.name} is larger than a configuration can be")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path.name} is not UTF-8 text") from error
    document = parse_yaml(
        text, name=path.name, environment=os.environ if environment is None else environment
    )
    return _Checker(document, register).config()


class _Checker:
    """Checks one document from top to bottom, and raises all faults as one error."""

    def __init__(self, document: YamlDocument, register: Register) -> None:
        self._document = document
        self._register = register
        self._warnings: list[str] = []
        self._faults: list[str] = list(document.faults)

    def config(self) -> AlertConfig:
        top = self._mapping((), self._document.values, ("channels", "subscriptions", "operators"))
        named: dict[str, Any] = {}
        with self._noting():
            named = self._mapping(("channels",), top.get("channels"))
        channels: dict[str, ChannelBase] = {}
        for name, values in named.items():
            with self._noting():
                channels[name] = self._channel(name, values)
        subscriptions = self._subscriptions(top.get("subscriptions"), named)
        operators = None
        with self._noting():
            operators = self._operators(top.get("operators"), named)
        if self._faults:
            raise ConfigurationError(_together(self._faults))
        return AlertConfig(
            channels=channels,
            subscriptions=tuple(subscriptions),
            lists_subscriptions=top.get("subscriptions") is not None,
            operators=tuple(dict.fromkeys(operators.channels)) if operators else (),
            ping=operators.ping if operators else None,
            warnings=(*self._warnings, *missed_inspections(subscriptions)),
        )

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """Note a fault and go on, so that all are found at once."""
        try:
            yield
        except ConfigurationError as error:
            self._faults.extend(str(error).splitlines())

    def _subscriptions(self, entries: Any, channels: Collection[str]) -> list[Subscription]:
        if entries is None:
            return []
        if not isinstance(entries, list):
            fault = self._document.error(("subscriptions",), _NOT_A_LIST)
            self._faults.append(str(fault))
            return []
        found: list[Subscription] = []
        for number, values in enumerate(entries):
            with self._noting():
                subscription = self._subscription(("subscriptions", number), values, channels)
                if any(subscription.name == other.name for other in found):
                    place = ("subscriptions", number, "name")
                    raise self._document.error(
                        place, f"two subscriptions are named {quoted(subscription.name)}"
                    )
                found.append(subscription)
        return found

    def _channel(self, name: str, values: Any) -> ChannelBase:
        place: Place = ("channels", name)
        if len(name) > 100:
            raise self._document.error(place, "a channel's name is longer than 100 characters")
        found = self._mapping(place, values)
        kind = found.get("type")
        if not isinstance(kind, str) or kind not in KINDS:
            of_type = "no type" if kind is None else f"an unknown type {quoted(str(kind))}"
            fault = f"channel {quoted(name)} has {of_type}"
            raise self._document.error((*place, "type"), fault, word=str(kind), valid=KINDS)
        if "name" in found:
            raise unknown_key(self._document, (*place, "name"), channel_class(kind))
        channel = validated(self._document, channel_class(kind), {"name": name, **found}, place)
        self._warnings.extend(f"Channel {name}: {text}." for text in channel.warnings())
        return channel

    def _subscription(self, place: Place, values: Any, channels: Collection[str]) -> Subscription:
        values = self._mapping(place, values)
        try:
            entry = validated(self._document, SubscriptionEntry, values, place)
        except ConfigurationError:
            self._check_parts(values, place, channels)
            raise
        self._check_channels(entry.channels, (*place, "channels"), channels)
        self._warnings.extend(_filters_without_effect(entry))
        self._warnings.extend(_judgements_of_the_past(entry))
        rules: tuple[ChoiceRule, ...] = ()
        with self._noting():
            rules = self._rules(entry.authorities, (*place, "authorities"))
        return Subscription(
            name=entry.name,
            authorities=frozenset(key for rule in rules for key in rule.authorities or ()),
            all=entry.authorities.all,
            rules=rules,
            events=with_implied(entry.events),
            when=entry.when,
            digest=entry.digest,
            channels=tuple(dict.fromkeys(entry.channels)),
            min_severity=entry.min_severity,
            repeats=entry.repeats,
            themes=self._themes(entry.themes, (*place, "themes")),
            kinds=frozenset(entry.kinds),
            judgements=frozenset(entry.judgements),
            keywords=entry.keywords,
            detail=entry.detail,
            note=plain_line(entry.note),
            welcome=entry.welcome,
            quiet_hours=entry.quiet_hours,
        )

    def _check_parts(
        self, values: Mapping[str, Any], place: Place, channels: Collection[str]
    ) -> None:
        """Note the faults in the channels and councils of an entry that has other faults too."""
        named = values.get("channels")
        if isinstance(named, list):
            self._check_channels(tuple(map(str, named)), (*place, "channels"), channels)
        spot, choice = (*place, "authorities"), values.get("authorities")
        if isinstance(choice, dict):
            with self._noting():
                self._rules(validated(self._document, AuthorityChoice, choice, spot), spot)

    def _themes(self, named: tuple[str, ...], place: Place) -> frozenset[str]:
        known = load_taxonomy().themes if named else {}
        for number, theme in enumerate(named):
            if theme not in known:
                fault = f"unknown theme {quoted(theme)}"
                with self._noting():
                    raise self._document.error((*place, number), fault, word=theme, valid=known)
        return frozenset(named)

    def _operators(self, values: Any, channels: Collection[str]) -> Operators | None:
        if values is None:
            return None
        entry = validated(
            self._document, Operators, self._mapping(("operators",), values), ("operators",)
        )
        self._check_channels(entry.channels, ("operators", "channels"), channels)
        return entry

    def _check_channels(
        self, named: tuple[str, ...], place: Place, channels: Collection[str]
    ) -> None:
        for number, name in enumerate(named):
            if name not in channels:
                fault = f"unknown channel {quoted(name)}"
                with self._noting():
                    raise self._document.error((*place, number), fault, word=name, valid=channels)

    def _rules(self, choice: AuthorityChoice, place: Place) -> tuple[ChoiceRule, ...]:
        """Return the choices of councils; with `all`, only that choice."""
        rules: list[ChoiceRule] = []
        for number, name in enumerate(choice.names):
            with self._noting():
                key = self._authority(name, (*place, "names", number))
                rules.append(ChoiceRule(words=name.strip(), authorities=frozenset({key})))
        for number, name in enumerate(choice.regions):
            with self._noting():
                region = self._region(name, (*place, "regions", number))
                members = _keys(self._register.regions[region])
                rules.append(ChoiceRule(words=region_words(region), authorities=members))
        for number, name in enumerate(choice.neighbours_of):
            with self._noting():
                neighbours = self._neighbours(name, (*place, "neighbours_of", number))
                rules.append(
                    ChoiceRule(words=f"neighbours of {name.strip()}", authorities=neighbours)
                )
        if not (choice.names or choice.regions or choice.neighbours_of or choice.all):
            raise self._document.error(
                place,
                "this subscription chooses no councils; give names, regions or neighbours_of, "
                "or all: true",
            )
        return (ChoiceRule(words="all councils"),) if choice.all else tuple(rules)

    def _region(self, name: str, place: Place) -> str:
        regions = {region.casefold(): region for region in self._register.regions}
        region = regions.get(name.strip().casefold())
        if region is None:
            fault = f"unknown region {quoted(name)}"
            raise self._document.error(place, fault, word=name, valid=regions.values())
        return region

    def _neighbours(self, name: str, place: Place) -> frozenset[str]:
        key = self._authority(name, place)
        neighbours = self._register.neighbours(key)
        council = self._register.get(key)
        if council is not None and council.valid_to is not None:
            return _keys(neighbours)  # a warning says that the council no longer exists
        if not neighbours:
            fault = f"no statistical neighbours of {quoted(name)} are known"
            raise self._document.error(place, fault)
        return _keys(neighbours)

    def _authority(self, name: str, place: Place) -> str:
        found = self._register.find(name)
        if found is None:
            names = [authority.short for authority in self._register.current]
            names += [f"the region {region} (under regions)" for region in self._register.regions]
            fault = f"unknown council {quoted(name)}"
            raise self._document.error(place, fault, word=name, valid=names)
        if found.valid_to is not None:
            heirs = self._successors(found.key)
            self._warnings.append(
                f"{self._document.at(place)}: {found.short} no longer exists"
                + (f"; name {heirs} instead." if heirs else ".")
            )
        return found.key

    def _successors(self, key: str) -> str:
        return " and ".join(authority.short for authority in self._register.successors(key))

    def _mapping(
        self, place: Place, values: Any, valid: tuple[str, ...] | None = None
    ) -> dict[str, Any]:
        if values is None:
            return {}
        if not isinstance(values, dict):
            fault = f"{spoken(place)} must be keys with values, each as key: value"
            raise self._document.error(place, fault)
        for key in values if valid else ():
            if key not in (valid or ()):
                fault = f"unknown key {quoted(str(key))}"
                with self._noting():
                    raise self._document.error((*place, key), fault, word=key, valid=valid or ())
        return values


def _filters_without_effect(entry: SubscriptionEntry) -> Iterator[str]:
    """Yield a warning for each filter that leaves out no report, because `new_report` gets all."""
    if EventType.NEW_REPORT not in entry.events or entry.min_severity is not Severity.INFO:
        return
    for key, chosen, events in (
        ("themes", entry.themes, "theme_repeat"),
        ("judgements", entry.judgements, "grade_change, first_grade"),
    ):
        if chosen:
            yield (
                f"{plain_line(entry.name)}: its {key} leave out no report, because it asks for "
                f"every new_report. To get fewer, list events without it, such as [{events}]."
            )


def _judgements_of_the_past(entry: SubscriptionEntry) -> Iterator[str]:
    """Yield a warning where inspections of councils no longer grade any of the chosen judgements.

    The events of such a subscription can no longer happen, and its owner would not notice.
    """
    present = [
        judgement
        for rules in load_frameworks().rules.values()
        if rules.kind is Kind.INSPECTION and rules.last_start is None
        for judgement in rules.judgements
    ]
    about_grades = {EventType.GRADE_CHANGE, EventType.FIRST_GRADE}.intersection(entry.events)
    if entry.judgements and about_grades and not set(entry.judgements).intersection(present):
        yield (
            f"{plain_line(entry.name)}: a new inspection grades none of its judgements "
            f"({', '.join(entry.judgements)}), so no change of its grades is sent. "
            f"Choose from {', '.join(present)}."
        )


def _together(faults: Sequence[str]) -> str:
    """Return the faults, a line each, in the order of the file, at most _MOST_FAULTS."""
    ordered = sorted(dict.fromkeys(faults), key=_line_of)
    left_out = len(ordered) - _MOST_FAULTS
    more = [f"… and {counted(left_out, 'more mistake')}"] if left_out > 0 else []
    return "\n".join([*ordered[:_MOST_FAULTS], *more])


def _line_of(fault: str) -> int:
    found = _LINE.search(fault)
    return int(found[1]) if found else 0


def _keys(authorities: Iterable[RegisteredAuthority]) -> frozenset[str]:
    return frozenset(authority.key for authority in authorities)
