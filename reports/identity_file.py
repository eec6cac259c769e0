"""Dated names, codes, trusts and relations of authorities, from `data/identity.yaml`."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

import yaml

from reports.errors import ConfigurationError
from reports.safe_text import quoted


@dataclass(frozen=True, slots=True)
class Span:
    """The first and last day on which something holds.

    `first` None: not known. `last` None: it still holds.
    """

    first: date | None = None
    last: date | None = None

    def holds(self, on: date | None) -> bool:
        """Return whether it holds on a day; without a day, whether it still holds."""
        if on is None:
            return self.last is None
        return (self.first is None or self.first <= on) and (self.last is None or on <= self.last)

    def on(self, day: date) -> Span | None:
        """Return it as it is on a day: None before it begins; no last day that is to come."""
        if self.first is not None and day < self.first:
            return None
        return self if self.last is None or self.last < day else replace(self, last=None)


@dataclass(frozen=True, slots=True)
class Alias:
    """Another printed name of an authority."""

    authority: str
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Code:
    """A code that an authority has or had in one scheme (`ons`, `urn`)."""

    authority: str
    scheme: str
    code: str
    span: Span


@dataclass(frozen=True, slots=True)
class Trust:
    """A body that delivers services for one or more councils."""

    name: str
    authorities: tuple[str, ...]
    span: Span


RelationType = Literal["successor", "continues"]


@dataclass(frozen=True, slots=True)
class Relation:
    """The authority `earlier` became `later` on a day.

    `successor`: a new authority, which inherits no grades; `continues`: the same one renamed.
    """

    type: RelationType
    earlier: str
    later: str
    on: date


@dataclass(frozen=True, slots=True)
class Identity:
    """The whole data file."""

    aliases: tuple[Alias, ...] = ()
    codes: tuple[Code, ...] = ()
    trusts: tuple[Trust, ...] = ()
    relations: tuple[Relation, ...] = ()
    neighbour_edition: str = ""

    def keys(self) -> set[str]:
        """Return the keys of all authorities in the file."""
        return {
            *(alias.authority for alias in self.aliases),
            *(code.authority for code in self.codes),
            *(key for trust in self.trusts for key in trust.authorities),
            *(key for r in self.relations for key in (r.earlier, r.later)),
        }

    def on(self, day: date, keys: Container[str]) -> Identity:
        """Return what holds or has held on a day for the authorities with these keys."""
        return replace(
            self,
            aliases=tuple(_on(day, (a for a in self.aliases if a.authority in keys))),
            codes=tuple(_on(day, (code for code in self.codes if code.authority in keys))),
            trusts=tuple(
                replace(trust, authorities=tuple(key for key in trust.authorities if key in keys))
                for trust in _on(day, self.trusts)
            ),
            relations=tuple(r for r in self.relations if r.on <= day and r.later in keys),
        )


_Dated = TypeVar("_Dated", Alias, Code, Trust)


def _on(day: date, dated: Iterable[_Dated]) -> Iterator[_Dated]:
    for each in dated:
        if (span := each.span.on(day)) is not None:
            yield replace(each, span=span)


def load_identity(path: Path) -> Identity:
    """Read the data file. Raises ConfigurationError where it is not as expected."""
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER) or {}
        return Identity(
            aliases=tuple(
                Alias(key, _name(item), _span(item))
                for key, items in raw.get("aliases", {}).items()
                for item in items
            ),
            codes=tuple(
                Code(item["authority"], item["scheme"], item["code"], _span(item))
                for item in raw.get("codes", ())
            ),
            trusts=tuple(
                Trust(_name(item), tuple(item["for"]), _span(item))
                for item in raw.get("trusts", ())
            ),
            relations=tuple(
                Relation(_relation(item["type"]), item["from"], item["to"], _day(item["date"]))
                for item in raw.get("relations", ())
            ),
            neighbour_edition=str(raw.get("neighbour_edition", "")),
        )
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}.") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error!r}.") from error


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _name(item: dict[str, Any]) -> str:
    name = item["name"]
    if not isinstance(name, str):
        raise ValueError(f"{quoted(str(name))} is not a name")
    return name


def _span(item: dict[str, Any]) -> Span:
    first, last = (None if day is None else _day(day) for day in map(item.get, ("from", "until")))
    return Span(first, last)


def _day(value: Any) -> date:
    """Return a date. Raises ValueError for anything else, such as a year or a quoted date."""
    if type(value) is not date:
        raise ValueError(f"{quoted(str(value))} is not a date such as 2019-04-01")
    return value


def _relation(value: Any) -> RelationType:
    if value not in get_args(RelationType):
        raise ValueError(f"{quoted(str(value))} is not a type of relation")
    found: RelationType = value
    return found
