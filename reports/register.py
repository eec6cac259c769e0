"""The register of authorities: which one a printed name, an Ofsted number or a code means.

Names are compared without case, punctuation, "council", "London Borough of" and the like. They are
never guessed: an unknown or ambiguous name resolves to None.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Self

from reports.errors import ConfigurationError
from reports.identity_file import Identity, Span, load_identity
from reports.model import AuthorityRef
from reports.name_forms import flat_name, match_keys
from reports.register_file import RegisteredAuthority, read_authorities
from reports.safe_text import quoted
from reports.suggestions import did_you_mean, nearest

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Register:
    """All known authorities, with their names, codes, trusts and relations."""

    authorities: tuple[RegisteredAuthority, ...]
    identity: Identity = field(default_factory=Identity)
    source: Path | None = None
    """The file it was read from; None for the register that ships with the program."""

    @classmethod
    def default(cls) -> Self:
        """Return the 153 authorities of England and the five that were replaced since 2018."""
        return cls._read(DATA / "authorities.csv", DATA / "identity.yaml", source=None)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the authorities from another file with the same columns.

        Their other names come from `<name>.identity.yaml` next to it, if there is one. Raises
        ConfigurationError where a file is not as expected.
        """
        identity_file = path.with_suffix(".identity.yaml")
        return cls._read(path, identity_file if identity_file.exists() else None, source=path)

    @classmethod
    def _read(cls, file: Path, identity_file: Path | None, *, source: Path | None) -> Self:
        identity = load_identity(identity_file) if identity_file else Identity()
        authorities = read_authorities(file)
        register = cls(authorities, identity, source)
        if len(register._by_key) != len(authorities):
            raise ConfigurationError(f"Two authorities of {file} have the same key.")
        if len(register._by_urn) != sum(bool(a.urn) for a in authorities):
            raise ConfigurationError(f"Two authorities of {file} have the same URN.")
        if unknown := identity.keys() - register._by_key.keys():
            keys = ", ".join(map(quoted, sorted(unknown)))
            raise ConfigurationError(f"{identity_file} has keys that are not in {file}: {keys}.")
        return register

    def on(self, day: date) -> Self:
        """Return the register as it is on a day.

        It has nothing that begins later, and what still holds has no last day. So a reorganisation
        can be in the files before it happens: everything else only asks whether there is a last
        day.
        """
        authorities = tuple(
            replace(authority, valid_to=span.last)
            for authority in self.authorities
            if (span := Span(authority.valid_from, authority.valid_to).on(day)) is not None
        )
        keys = {authority.key for authority in authorities}
        return replace(self, authorities=authorities, identity=self.identity.on(day, keys))

    def get(self, key: str) -> RegisteredAuthority | None:
        """Return the authority with our own stable key."""
        return self._by_key.get(key)

    def by_urn(self, urn: str) -> RegisteredAuthority | None:
        """Return the authority with this Ofsted number, which the addresses of the site contain."""
        return self._by_urn.get(urn.strip())

    def by_ref(self, ref: AuthorityRef) -> RegisteredAuthority | None:
        """Return the authority to which a reading refers.

        An abolished authority has no Ofsted number, so its name decides.
        """
        if ref.urn:
            return self.by_urn(ref.urn)
        return next((a for a in self.authorities if a.ref == ref), None)

    def by_la_code(self, code: str) -> RegisteredAuthority | None:
        """Return the authority with this three-digit number of the Department for Education."""
        return self._by_la_code.get(code.strip())

    def find(self, name: str, *, on: date | None = None) -> RegisteredAuthority | None:
        """Return the only authority that a printed name or title means, else None.

        `on` (the day of the inspection) decides between an authority and the authority that it
        replaced. Without a day, the present authority is meant.
        """
        for key in match_keys(name):
            keys = {k for k, alias in self._by_name.get(key, ()) if alias.holds(on)}
            known = [self._by_key[k] for k in keys if self._by_key[k].existed(on)]
            if on is None and len(known) > 1:
                known = [a for a in known if a.valid_to is None]
            if known:
                return known[0] if len(known) == 1 else None
        return None

    def name_at_start(self, text: str) -> str | None:
        """Return the longest known name, in a form for `find`, with which a text starts."""
        words = flat_name(text).split()[: self._most_words]
        starts = (" ".join(words[:count]) for count in range(len(words), 0, -1))
        # "City of" is a form of "City of London" that other names start with too.
        names = (start for start in starts if start in self._by_name and start[-3:] != " of")
        return next(names, None)

    def may_start_name(self, word: str) -> bool:
        """Return whether a known name may start with this word; False rules all names out."""
        return word.casefold() in self._first_words

    def family(self, key: str) -> frozenset[str]:
        """Return the keys of an authority, those that it replaced and those that replaced it."""
        pairs = [{r.earlier, r.later} for r in self.identity.relations]
        return frozenset({key}.union(*(pair for pair in pairs if key in pair)))

    def successors(self, key: str) -> tuple[RegisteredAuthority, ...]:
        """Return the authorities that replaced this one."""
        found = [
            r.later for r in self.identity.relations if r.type == "successor" and r.earlier == key
        ]
        return tuple(self._by_key[k] for k in found)

    @property
    def current(self) -> tuple[RegisteredAuthority, ...]:
        """The authorities that have not ended."""
        return tuple(a for a in self.authorities if a.valid_to is None)

    @cached_property
    def regions(self) -> Mapping[str, tuple[RegisteredAuthority, ...]]:
        """The present authorities of each region (ONS), by its name."""
        regions: dict[str, list[RegisteredAuthority]] = defaultdict(list)
        for authority in self.current:
            regions[authority.region].append(authority)
        return {name: tuple(members) for name, members in sorted(regions.items())}

    def neighbours(self, key: str) -> tuple[RegisteredAuthority, ...]:
        """Return the known statistical neighbours of an authority, nearest first."""
        authority = self._by_key.get(key)
        codes = authority.neighbour_codes if authority else ()
        return tuple(a for code in codes if (a := self.by_la_code(code)) is not None)

    def nearest_names(self, name: str, *, count: int = 3) -> tuple[str, ...]:
        """Return the short names most like a name, for error messages."""
        return tuple(nearest(name, (a.short for a in self.current), count=count))

    def unknown_council(self, name: str) -> ConfigurationError:
        """Return the error about a name that no council has, with the nearest names."""
        hint = did_you_mean(self.nearest_names(name))
        return ConfigurationError(f"Unknown council: {quoted(name)}{hint}")

    @cached_property
    def _by_key(self) -> dict[str, RegisteredAuthority]:
        return {a.key: a for a in self.authorities}

    @cached_property
    def _by_urn(self) -> dict[str, RegisteredAuthority]:
        return {a.urn: a for a in self.authorities if a.urn}

    @cached_property
    def _by_la_code(self) -> dict[str, RegisteredAuthority]:
        return {a.la_code: a for a in self.authorities if a.la_code}

    @cached_property
    def _by_name(self) -> dict[str, tuple[tuple[str, Span], ...]]:
        """By form of a name (`match_keys`): the keys of the authorities that had it, and when."""
        names: dict[str, list[tuple[str, Span]]] = defaultdict(list)
        for key, name, span in self._all_names():
            for match in match_keys(name):
                names[match].append((key, span))
        return {match: tuple(entries) for match, entries in names.items()}

    @cached_property
    def _most_words(self) -> int:
        return max((name.count(" ") + 1 for name in self._by_name), default=0)

    @cached_property
    def _first_words(self) -> frozenset[str]:
        """The first words of all names, with the short form of "Saint"."""
        return frozenset({name.split()[0] for name in self._by_name} | {"st"})

    def _all_names(self) -> Iterable[tuple[str, str, Span]]:
        for authority in self.authorities:
            for name in (authority.name, authority.short):
                yield authority.key, name, Span()
        for alias in self.identity.aliases:
            yield alias.authority, alias.name, alias.span
        for trust in self.identity.trusts:
            for key in trust.authorities:
                yield key, trust.name, trust.span
