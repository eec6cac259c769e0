"""The councils to compare a council with."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.register import Register
from storage.authorities import store_register
from storage.database import Database
from storage.models import Authority
from storage.neighbours import neighbours_of, others_of_region


def council(session: Session, key: str) -> Authority:
    return session.scalars(select(Authority).where(Authority.key == key)).one()


def test_the_neighbours_are_those_of_the_last_edition_the_closest_first(
    database: Database,
) -> None:
    register = Register.default()
    later = replace(
        register, identity=replace(register.identity, neighbour_edition="The next list")
    )
    with database.write() as session:
        store_register(session, register)
        store_register(session, later)
        found = neighbours_of(session, council(session, "havering").id)
        assert found is not None
        assert found.edition == "The next list"
        expected = [neighbour.key for neighbour in register.neighbours("havering")]
        assert [authority.key for authority in found.authorities] == expected
        assert len(expected) == 10


def test_the_region_has_present_councils_only_and_not_the_council_itself(
    database: Database,
) -> None:
    with database.write() as session:
        store_register(session, Register.default())
        dorset = council(session, "dorset")
        names = {authority.short for authority in others_of_region(session, dorset)}
        assert "Dorset" not in names
        assert "Bournemouth" not in names  # ended in 2019
        assert "Bristol" in names
