"""`watch.yaml`: the channels, and which subscription gets which messages.

Every fault is one sentence with its line and, for a misspelt word, the nearest valid one. Secrets
are `SecretStr` and appear in no error.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from alerts.channels import KINDS, channel_class
from alerts.channels.base import ChannelBase
from alerts.events.types import with_implied
from alerts.subscriptions.config_errors import spoken, unknown_key, validated
from alerts.subscriptions.missed_inspections import missed_inspections
from alerts.subscriptions.model import (
    AlertConfig,
    AuthorityChoice,
    ChoiceRule,
    Operators,
    Subscription,
    SubscriptionEntry,
)
from alerts.subscriptions.yaml_lines import Path as Place
from alerts.subscriptions.yaml_lines import YamlDocument, parse_yaml
from reports.errors import ConfigurationError
from reports.register import Register
from reports.register_file import RegisteredAuthority
from reports.safe_text import plain_line
from reports.themes.taxonomy import load_taxonomy

__all__ = ["AlertConfig", "Subscription", "load_config"]

_LARGEST_FILE = 1_000_000


def load_config(
    path: Path, *, register: Register, environment: Mapping[str, str] | None = None
) -> AlertConfig:
    """Read and check `watch.yaml`. A missing file means: no channels and no subscriptions.

    Raises ConfigurationError.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return AlertConfig()
    except OSError as error:
        raise ConfigurationError(f"{path.name} cannot be read: {error.strerror}") from error
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
    """Checks one document from top to bottom, and raises the first fault."""

    def __init__(self, document: YamlDocument, register: Register) -> None:
        self._document = document
        self._register = register
        self._warnings: list[str] = []

    def config(self) -> AlertConfig:
        top = self._mapping((), self._document.values, ("channels", "subscriptions", "operators"))
        channels = {
            name: self._channel(name, values)
            for name, values in self._mapping(("channels",), top.get("channels")).items()
        }
        entries = top.get("subscriptions") or []
        if not isinstance(entries, list):
            raise self._document.error(("subscriptions",), "subscriptions must be a list")
        subscriptions: list[Subscription] = []
        for number, values in enumerate(entries):
            found = self._subscription(("subscriptions", number), values, channels)
            if any(found.name == other.name for other in subscriptions):
                place = ("subscriptions", number, "name")
                raise self._document.error(place, f"two subscriptions are named {found.name}")
            subscriptions.append(found)
        operators = self._operators(top.get("operators"), channels)
        return AlertConfig(
            channels=channels,
            subscriptions=tuple(subscriptions),
            operators=tuple(dict.fromkeys(operators.channels)) if operators else (),
            ping=operators.ping if operators else None,
            warnings=(*self._warnings, *missed_inspections(subscriptions)),
        )

    def _channel(self, name: str, values: Any) -> ChannelBase:
        place: Place = ("channels", name)
        if len(name) > 100:
            raise self._document.error(place, "a channel's name is longer than 100 characters")
        found = self._mapping(place, values)
        kind = found.get("type")
        if not isinstance(kind, str) or kind not in KINDS:
            said = f"channel {name} has {'no type' if kind is None else f'an unknown type {kind}'}"
            raise self._document.error((*place, "type"), said, word=str(kind), valid=KINDS)
        if "name" in found:
            raise unknown_key(self._document, (*place, "name"), channel_class(kind))
        channel = validated(self._document, channel_class(kind), {"name": name, **found}, place)
        self._warnings.extend(f"Channel {name}: {text}." for text in channel.warnings())
        return channel

    def _subscription(
        self, place: Place, values: Any, channels: Mapping[str, ChannelBase]
    ) -> Subscription:
        entry = validated(self._document, SubscriptionEntry, self._mapping(place, values), place)
        self._check_channels(entry.channels, (*place, "channels"), channels)
        rules = self._rules(entry.authorities, (*place, "authorities"))
        return Subscription(
            name=entry.name,
            authorities=frozenset(key for rule in rules for key in rule.authorities or ()),
            all=entry.authorities.all,
            rules=rules,
            events=with_implied(entry.events),
            when=entry.when,
            channels=tuple(dict.fromkeys(entry.channels)),
            min_severity=entry.min_severity,
            repeats=entry.repeats,
            themes=self._themes(entry.themes, (*place, "themes")),
            kinds=frozenset(entry.kinds),
            judgements=frozenset(entry.judgements),
            keywords=entry.keywords,
            detail=entry.detail,
            note=plain_line(entry.note),
            quiet_hours=entry.quiet_hours,
        )

    def _themes(self, named: tuple[str, ...], place: Place) -> frozenset[str]:
        known = load_taxonomy().themes if named else {}
        for number, theme in enumerate(named):
            if theme not in known:
                said = f"there is no theme {theme}"
                raise self._document.error((*place, number), said, word=theme, valid=known)
        return frozenset(named)

    def _operators(self, values: Any, channels: Mapping[str, ChannelBase]) -> Operators | None:
        if values is None:
            return None
        entry = validated(
            self._document, Operators, self._mapping(("operators",), values), ("operators",)
        )
        self._check_channels(entry.channels, ("operators", "channels"), channels)
        return entry

    def _check_channels(
        self, named: tuple[str, ...], place: Place, channels: Mapping[str, ChannelBase]
    ) -> None:
        for number, name in enumerate(named):
            if name not in channels:
                raise self._document.error(
                    (*place, number), f"there is no channel {name}", word=name, valid=channels
                )

    def _rules(self, choice: AuthorityChoice, place: Place) -> tuple[ChoiceRule, ...]:
        """Return the choices of councils; with `all`, that is the only one."""
        rules: list[ChoiceRule] = []
        for number, name in enumerate(choice.names):
            key = self._authority(name, (*place, "names", number))
            rules.append(ChoiceRule(said=name.strip(), authorities=frozenset({key})))
        regions = {region.casefold(): region for region in self._register.regions}
        for number, name in enumerate(choice.regions):
            region = regions.get(name.casefold())
            if region is None:
                spot = (*place, "regions", number)
                said = f"there is no region {name}"
                raise self._document.error(spot, said, word=name, valid=regions.values())
            rules.append(ChoiceRule(said=region, authorities=_keys(self._register.regions[region])))
        for number, name in enumerate(choice.neighbours_of):
            spot = (*place, "neighbours_of", number)
            neighbours = self._register.neighbours(self._authority(name, spot))
            if not neighbours:
                said = f"no statistical neighbours of {name} are known{self._instead_of(name)}"
                raise self._document.error(spot, said)
            said = f"neighbours of {name.strip()}"
            rules.append(ChoiceRule(said=said, authorities=_keys(neighbours)))
        if not rules and not choice.all:
            raise self._document.error(
                place, "chooses nobody; give names, regions or neighbours_of, or all: true"
            )
        return (ChoiceRule(said="all councils"),) if choice.all else tuple(rules)

    def _authority(self, name: str, place: Place) -> str:
        found = self._register.find(name)
        if found is None:
            names = [authority.short for authority in self._register.current]
            names += [f"the region {region} (under regions)" for region in self._register.regions]
            said = f"there is no authority {name}"
            raise self._document.error(place, said, word=name, valid=names)
        if found.valid_to is not None:
            heirs = self._successors(found.key)
            self._warnings.append(
                f"{self._document.at(place)}: {found.short} no longer exists"
                + (f"; {heirs} took its place and must be named themselves." if heirs else ".")
            )
        return found.key

    def _instead_of(self, name: str) -> str:
        """Name the councils to use instead of one that is closed; empty where it is not."""
        found = self._register.find(name)
        heirs = self._successors(found.key) if found and found.valid_to is not None else ""
        return f"; it no longer exists: name {heirs}" if heirs else ""

    def _successors(self, key: str) -> str:
        return " and ".join(authority.short for authority in self._register.successors(key))

    def _mapping(
        self, place: Place, values: Any, valid: tuple[str, ...] | None = None
    ) -> dict[str, Any]:
        if values is None:
            return {}
        if not isinstance(values, dict):
            said = f"{spoken(place)} must be keys with values, each as key: value"
            raise self._document.error(place, said)
        for key in values if valid else ():
            if key not in (valid or ()):
                said = f"there is no key {key} here"
                raise self._document.error((*place, key), said, word=key, valid=valid or ())
        return values


def _keys(authorities: Iterable[RegisteredAuthority]) -> frozenset[str]:
    return frozenset(authority.key for authority in authorities)
