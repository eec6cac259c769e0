"""The register as tables, and knowing whose page the site shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from reports.register import Register
from storage.authorities import by_urn, find_authority, recognise, store_register
from storage.database import Database
from storage.models import Authority, AuthorityAlias, AuthorityRelation, Neighbour
from storage.uncertain_council import check_authority, is_council_uncertain
from tests.storage.readings import a_reading, a_report

REGISTER = Register.default()


def test_all_present_authorities_have_a_region_codes_and_neighbours(database: Database) -> None:
    with database.write() as session:
        store_register(session, REGISTER)
        present = session.scalars(select(Authority).where(Authority.valid_to.is_(None))).all()
        assert len(present) == 153
        assert all(authority.region and authority.urn for authority in present)
        with_neighbours = set(session.scalars(select(Neighbour.authority_id)))
    lonely = sorted(a.short for a in present if a.id not in with_neighbours)
    assert lonely == []


def test_storing_the_register_again_adds_nothing(database: Database) -> None:
    with database.write() as session:
        store_register(session, REGISTER)
    with database.write() as session:
        before = session.scalar(select(func.count(AuthorityAlias.id)))
        relations = session.scalar(select(func.count(AuthorityRelation.id)))
        store_register(session, REGISTER)
        assert session.scalar(select(func.count(AuthorityAlias.id))) == before
        assert session.scalar(select(func.count(AuthorityRelation.id))) == relations


def test_a_code_that_has_ended_since_is_stored_with_its_last_day(database: Database) -> None:
    """Otherwise the export would still give the old code as the present one."""
    identity = REGISTER.identity
    old = next(code for code in identity.codes if code.scheme == "ons" and code.span.last)
    still = replace(old, span=replace(old.span, last=None))
    codes = tuple(still if code is old else code for code in identity.codes)
    before = replace(REGISTER, identity=replace(identity, codes=codes))
    stored = select(AuthorityAlias.valid_to).where(
        AuthorityAlias.kind == "ons_code", AuthorityAlias.value == old.code
    )
    with database.write() as session:
        store_register(session, before)
        recognise(session, REGISTER, urn="9912345", name="London Borough of Havering")
        assert session.scalars(stored).one() is None
    with database.write() as session:
        store_register(session, REGISTER)
        assert session.scalars(stored).one() == old.span.last
        assert by_urn(session)["9912345"].short == "Havering"


def test_a_council_whose_last_day_is_to_come_exists_until_then(database: Database) -> None:
    dorset = select(Authority.key).where(
        Authority.key.in_(("dorset", "dorset-county")), Authority.valid_to.is_(None)
    )
    for day, key in ((date(2019, 3, 31), "dorset-county"), (date(2019, 4, 1), "dorset")):
        with database.write() as session:
            store_register(session, REGISTER.on(day))
            assert session.scalars(dorset).all() == [key]


def test_a_known_name_under_a_new_number_is_the_same_authority(database: Database) -> None:
    with database.write() as session:
        store_register(session, REGISTER)
        before = recognise(session, REGISTER, urn="80500", name="London Borough of Havering")
        after = recognise(session, REGISTER, urn="9912345", name="London Borough of Havering")
        assert before is not None
        assert after is before
    with database.write() as session:
        store_register(session, REGISTER)
        assert by_urn(session)["9912345"].short == "Havering"


def test_a_known_number_with_an_unknown_name_is_known(database: Database) -> None:
    with database.write() as session:
        store_register(session, REGISTER)
        found = recognise(session, REGISTER, urn="80500", name="Havering and Friends Trust")
        assert found is not None
        assert found.key == "havering"


def test_a_number_and_a_name_that_contradict_each_other_are_nobody(database: Database) -> None:
    with database.write() as session:
        store_register(session, REGISTER)
        assert recognise(session, REGISTER, urn="80500", name="Newham") is None


def test_an_unknown_council_is_not_recognised(database: Database) -> None:
    with database.write() as session:
        store_register(session, REGISTER)
        assert recognise(session, REGISTER, urn="1234567", name="Atlantis") is None


@pytest.mark.parametrize(
    ("named", "listed", "certain"),
    [
        ("cumbria", "cumberland", False),
        ("dorset-county", "dorset", False),
        ("cumberland", "cumberland", True),
        ("cumbria", "cumbria", True),
    ],
)
def test_a_report_on_an_abolished_council_is_not_one_on_its_successor(
    database: Database, named: str, listed: str, certain: bool
) -> None:
    """An abolished council has no URN to compare, and its grades never pass to its successor."""
    council = REGISTER.get(named)
    assert council is not None
    reading = a_reading(start=date(2018, 9, 20)).model_copy(update={"authority": council.ref})
    with database.write() as session:
        report = a_report(session, "1", authority=listed)
        checked = check_authority(REGISTER, report, reading)
    assert is_council_uncertain(problem.code for problem in checked.problems) is not certain


def test_people_find_an_authority_by_the_names_they_use(database: Database) -> None:
    with database.write() as session:
        store_register(session, REGISTER)
        for name in ("Hull", "Kingston upon Hull", "80477"):
            found = find_authority(session, REGISTER, name)
            assert found is not None, name
            assert found.short.startswith("Kingston upon Hull")
        assert find_authority(session, REGISTER, "Atlantis") is None
