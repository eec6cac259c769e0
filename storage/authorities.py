"""The register of authorities as tables, so that people can query and join it.

The data file is the source: it is stored again whenever it differs from what was stored last.
Authorities are never deleted. Our own key identifies them; URNs and names change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypedDict

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from reports.register import Register
from reports.register_file import RegisteredAuthority as Registered
from storage.models import (
    Authority,
    AuthorityAlias,
    AuthorityRelation,
    Fingerprint,
    Neighbour,
)
from storage.models.base import Base

REGISTER = "register"

_NUMBERED = (
    select(AuthorityAlias.value, Authority)
    .join(AuthorityAlias.authority)
    .where(AuthorityAlias.kind.in_(("urn", "la_code")))
    .order_by(Authority.valid_to.is_not(None), Authority.id)
)
"""Each number under which the site has listed an authority, with that authority. Authorities that
still exist come first."""


def is_register_stored(session: Session, register: Register) -> bool:
    """Return whether the tables are in line with the register."""
    mark = session.get(Fingerprint, REGISTER)
    return mark is not None and mark.value == _fingerprint(register)


def _fingerprint(register: Register) -> str:
    return hashlib.sha256(repr((register.authorities, register.identity)).encode()).hexdigest()


def store_register(session: Session, register: Register) -> None:
    """Bring the tables in line with the register. Never commits."""
    if is_register_stored(session, register):
        return
    mark, value = session.get(Fingerprint, REGISTER), _fingerprint(register)
    stored = {row.key: row for row in session.scalars(select(Authority))}
    for authority in register.authorities:
        row = stored.setdefault(authority.key, Authority(key=authority.key))
        _fill(row, authority)
        session.add(row)
    session.flush()
    _store_relations(session, register, stored)
    _store_aliases(session, register, stored)
    _store_neighbours(session, register, stored)
    if mark is None:
        session.add(Fingerprint(name=REGISTER, value=value))
    else:
        mark.value = value
    session.flush()


def _fill(row: Authority, authority: Registered) -> None:
    row.name = authority.name
    row.short = authority.short
    row.urn = authority.urn or None
    row.region = authority.region
    row.la_type = authority.la_type
    row.valid_from = authority.valid_from
    row.valid_to = authority.valid_to


class _Alias(TypedDict):
    authority_id: int
    kind: str
    value: str
    valid_from: date | None
    valid_to: date | None


def _store_aliases(session: Session, register: Register, rows: dict[str, Authority]) -> None:
    """Store names and codes. Numbers that the site itself has shown (`recognise`) are kept."""
    known = {
        (row.authority_id, row.kind, row.value): row
        for row in session.scalars(select(AuthorityAlias))
    }
    wanted: dict[tuple[int, str, str], _Alias] = {}
    for authority in register.authorities:
        codes = (("urn", authority.urn), ("la_code", authority.la_code))
        for kind, value in (*codes, ("ons_code", authority.ons_code)):
            if value:
                _want(wanted, rows[authority.key].id, kind, value)
    for alias in register.identity.aliases:
        row = _want(wanted, rows[alias.authority].id, "name", alias.name)
        row["valid_from"], row["valid_to"] = alias.span.first, alias.span.last
    for code in register.identity.codes:
        kind = "ons_code" if code.scheme == "ons" else code.scheme
        row = _want(wanted, rows[code.authority].id, kind, code.code)
        row["valid_from"], row["valid_to"] = code.span.first, code.span.last
    for key in known.keys() & wanted.keys():
        known[key].valid_from = wanted[key]["valid_from"]
        known[key].valid_to = wanted[key]["valid_to"]
    _insert(session, AuthorityAlias, [row for key, row in wanted.items() if key not in known])


def _want(
    wanted: dict[tuple[int, str, str], _Alias], authority_id: int, kind: str, value: str
) -> _Alias:
    row = _Alias(authority_id=authority_id, kind=kind, value=value, valid_from=None, valid_to=None)
    return wanted.setdefault((authority_id, kind, value), row)


def _store_relations(session: Session, register: Register, rows: dict[str, Authority]) -> None:
    session.execute(delete(AuthorityRelation))
    successions = [
        {
            "authority_id": rows[relation.earlier].id,
            "kind": relation.type,
            "other": relation.later,
            "valid_from": relation.on,
            "valid_to": None,
        }
        for relation in register.identity.relations
    ]
    trusts = [
        {
            "authority_id": rows[key].id,
            "kind": "delivered_by",
            "other": trust.name,
            "valid_from": trust.span.first,
            "valid_to": trust.span.last,
        }
        for trust in register.identity.trusts
        for key in trust.authorities
    ]
    _insert(session, AuthorityRelation, successions + trusts)


def _store_neighbours(session: Session, register: Register, rows: dict[str, Authority]) -> None:
    edition = register.identity.neighbour_edition or "as in the register"
    session.execute(delete(Neighbour).where(Neighbour.edition == edition))
    neighbours = [
        {
            "authority_id": rows[authority.key].id,
            "neighbour_id": rows[neighbour.key].id,
            "edition": edition,
            "rank": rank,
        }
        for authority in register.authorities
        for rank, neighbour in enumerate(register.neighbours(authority.key), start=1)
    ]
    _insert(session, Neighbour, neighbours)


def _insert(session: Session, table: type[Base], rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows directly. Making objects of two thousand rows first would take 0.25 seconds."""
    if rows:
        session.execute(insert(table), rows)


def by_urn(session: Session) -> dict[str, Authority]:
    """Return authorities by every number under which the site has listed them."""
    found: dict[str, Authority] = {}
    for value, authority in session.execute(_NUMBERED):
        found.setdefault(value, authority)
    return found


def _with_number(session: Session, urn: str) -> Authority | None:
    """Return the authority that `by_urn` gives for one number, without loading all the others."""
    row = session.execute(_NUMBERED.where(AuthorityAlias.value == urn)).first()
    return row.Authority if row else None


def recognise(session: Session, register: Register, *, urn: str, name: str) -> Authority | None:
    """Return the authority whose page has this number and name; None where that is uncertain.

    The site has changed numbers before (sixteen on 5 March 2024), and once listed authorities
    under their LA code. An unknown number is accepted with a known name, and kept. Where the number
    belongs to one authority and the name to another, the authority is uncertain.
    """
    known = _with_number(session, urn)
    named = register.find(name)
    if named is None:
        return known
    row = session.scalars(select(Authority).where(Authority.key == named.key)).one()
    if known is None:
        session.add(AuthorityAlias(authority_id=row.id, kind="urn", value=urn))
        session.flush()
        return row
    return known if known.id == row.id else None


def find_authority(session: Session, register: Register, name: str) -> Authority | None:
    """Return the authority that a person means by a name or number; None for an unknown one."""
    found = register.find(name) or register.by_urn(name)
    if found is None:
        return None
    return session.scalars(select(Authority).where(Authority.key == found.key)).one()


def authority_named(session: Session, register: Register, name: str) -> Authority:
    """Return the authority as `find_authority` does.

    Raises ConfigurationError, with the nearest known names, where there is none.
    """
    authority = find_authority(session, register, name)
    if authority is None:
        raise register.unknown_council(name)
    return authority
