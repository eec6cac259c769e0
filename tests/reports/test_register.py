"""Who is meant by a name, a number or a code."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.authority_kinds import is_of_another_kind
from reports.errors import ConfigurationError
from reports.register import Register


def test_all_153_authorities_and_five_that_were_replaced(register: Register) -> None:
    assert len(register.current) == 153
    closed = {a.key for a in register.authorities if a.valid_to}
    assert closed == {"bournemouth", "poole", "dorset-county", "northamptonshire", "cumbria"}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Havering", "havering"),
        ("London Borough of Havering", "havering"),
        ("HAVERING COUNCIL", "havering"),
        ("Hull", "kingston-upon-hull"),
        ("Hull City Council", "kingston-upon-hull"),
        ("Kingston Upon Hull, City of", "kingston-upon-hull"),
        ("Kingston-upon-Thames", "kingston-upon-thames"),
        ("St Helens Metropolitan Borough Council", "st-helens"),
        ("St. Helens", "st-helens"),
        ("Hammersmith & Fulham", "hammersmith-and-fulham"),
        ("The Royal Borough of Windsor and Maidenhead", "windsor-and-maidenhead"),
        ("City of London", "city-of-london"),
        ("London Corporation", "city-of-london"),
        ("City of Wolverhampton Council", "wolverhampton"),
        ("County Durham", "durham"),
        ("Herefordshire, County of", "herefordshire"),
        ("Bedford", "bedford"),
        ("Nottingham City Council", "nottingham"),
        ("Nottinghamshire County Council", "nottinghamshire"),
        ("Medway Children’s Services", "medway"),
        ("Inspection of Hull local authority children’s services", "kingston-upon-hull"),
        ("Inspection of children’s services in Nowhere", None),
        ("Bradford Children and Families Trust", "bradford"),
        ("Bradford Children & Families Trust", "bradford"),
        ("Birmingham Children’s Trust", "birmingham"),
        ("Northamptonshire Children’s Trust", None),
        ("Achieving for Children", None),
        ("Kingston", None),
        ("Bromley London Borough Council", "bromley"),
        ("LB Camden", "camden"),
        ("Wokingham Borough", "wokingham"),
        ("Bedford Borough Council", "bedford"),
        ("Newcastle City Council", "newcastle-upon-tyne"),
        ("St.Helens Council", "st-helens"),
        ("Havering’s", "havering"),
        ("Kingston upon Thames’", "kingston-upon-thames"),
        ("Birmingham Children’s Trust’s children’s services", "birmingham"),
        ("Narnia", None),
        ("", None),
        ("Council", None),
    ],
)
def test_names(register: Register, name: str, key: str | None) -> None:
    found = register.find(name)
    assert (found.key if found else None) == key


def test_every_official_and_short_name_means_its_own_authority(register: Register) -> None:
    for authority in register.authorities:
        for name in (authority.name, authority.short):
            found = register.find(name)
            assert found is not None
            assert found.key == authority.key


def test_the_day_decides_between_an_authority_and_the_one_before(register: Register) -> None:
    before = register.find("Dorset County Council", on=date(2016, 2, 1))
    after = register.find("Dorset", on=date(2021, 9, 27))
    assert before is not None
    assert after is not None
    assert (before.key, after.key) == ("dorset-county", "dorset")
    assert register.find("Cumbria", on=date(2024, 1, 1)) is None


def test_a_reorganisation_that_is_to_come_counts_from_its_day(tmp_path: Path) -> None:
    file = tmp_path / "councils.csv"
    file.write_text(
        "key,urn,name,short,la_code,ons_code,region,la_type,valid_from,valid_to,stat_neighbours\n"
        "surrey,80580,Surrey,Surrey,936,E10000030,South East,County,,2027-03-31,\n"
        "east,3000001,East Surrey,East Surrey,951,E06000070,South East,Unitary,2027-04-01,,952\n"
        "west,3000002,West Surrey,West Surrey,952,E06000071,South East,Unitary,2027-04-01,,951\n"
    )
    file.with_suffix(".identity.yaml").write_text(
        "aliases:\n"
        "  surrey: [{name: Surrey County, until: 2027-03-31}]\n"
        "  east: [{name: Surrey East, from: 2027-04-01}]\n"
        "codes: [{authority: east, scheme: ons, code: E1, from: 2027-04-01}]\n"
        "trusts:\n"
        "  - {name: First, for: [surrey], until: 2027-03-31}\n"
        "  - {name: Both, for: [surrey, east]}\n"
        "relations: [{type: successor, from: surrey, to: east, date: 2027-04-01}]\n"
    )
    whole = Register.load(file)
    before, after = whole.on(date(2027, 3, 31)), whole.on(date(2027, 4, 1))
    assert [a.key for a in before.current] == ["surrey"]
    assert before.find("East Surrey") is None
    assert before.find("Surrey East") is None
    assert before.find("Surrey County") == before.get("surrey") == before.find("First")
    assert (before.successors("surrey"), before.identity.codes) == ((), ())
    assert before.identity.keys() == {"surrey"}
    assert [a.key for a in after.current] == ["east", "west"]
    assert [a.key for a in after.successors("surrey")] == ["east"]
    assert after == whole


def test_numbers_and_codes(register: Register) -> None:
    for found in (
        register.by_urn("80500"),
        register.by_la_code("311"),
    ):
        assert found is not None
        assert found.key == "havering"
    assert register.by_urn("") is None


def test_successors(register: Register) -> None:
    assert {a.key for a in register.successors("cumbria")} == {
        "cumberland",
        "westmorland-and-furness",
    }
    assert register.successors("somerset") == ()


def test_regions_and_neighbours(register: Register) -> None:
    assert len(register.regions["London"]) == 33
    assert sum(map(len, register.regions.values())) == 153
    neighbours = register.neighbours("havering")
    assert len(neighbours) == 10
    assert register.identity.neighbour_edition
    assert register.neighbours("nowhere") == ()


def test_nearest_names_help_with_misspellings(register: Register) -> None:
    assert "Wolverhampton" in register.nearest_names("Wolverhamton")
    assert set(register.nearest_names("kingston")) >= {"Kingston upon Hull", "Kingston upon Thames"}
    assert register.nearest_names("zzzzzz") == ()


HEADER = "key,urn,name,short,la_code,ons_code,region,la_type,stat_neighbours\n"


def test_another_file_can_be_the_register(tmp_path: Path) -> None:
    path = tmp_path / "towns.csv"
    path.write_text(HEADER + "elm,1,Elm Borough,Elm,1,E1,North,Unitary,2\n"
                    "oak,2,Oak,Oak,2,E2,North,Unitary,1\n")  # fmt: skip
    (tmp_path / "towns.identity.yaml").write_text(
        "aliases:\n  elm: [{name: Elmhurst}]\n", encoding="utf-8"
    )
    register = Register.load(path)
    assert register.source == path
    elm = register.find("Elmhurst Council")
    assert elm is not None
    assert elm.urn == "1"
    assert [a.key for a in register.neighbours("elm")] == ["oak"]


@pytest.mark.parametrize(
    "content",
    [
        "key,urn\nelm,1\n",
        HEADER + "elm,1,Elm,Elm,1,E1,North,Unitary,\nelm,2,Oak,Oak,2,E2,North,Unitary,\n",
        HEADER + "elm,1,Elm,Elm,1,E1,North,Unitary,\noak,1,Oak,Oak,2,E2,North,Unitary,\n",
        HEADER + f"elm,1,{'Elm' * 50_000},Elm,1,E1,North,Unitary,\n",
    ],
)
def test_a_register_that_is_not_as_expected_is_a_configuration_error(
    tmp_path: Path, content: str
) -> None:
    path = tmp_path / "towns.csv"
    path.write_text(content)
    with pytest.raises(ConfigurationError):
        Register.load(path)
    with pytest.raises(ConfigurationError):
        Register.load(tmp_path / "absent.csv")


@pytest.mark.parametrize(
    "content",
    [
        b"aliases: \xff",
        b"aliases:\n  ash: [{name: Ashford}]",
        b"aliases:\n  elm: [{name: 5}]",
        b"aliases:\n  elm: [{name: Elmhurst, from: 2019}]",
        b"aliases:\n  elm: [{name: Elmhurst, until: '2019-03-31'}]",
        b"relations: [{type: follows, from: elm, to: elm, date: 2019-04-01}]",
        b"relations: [{type: successor, from: elm, to: elm, date: 2019}]",
    ],
)
def test_names_that_are_not_as_expected_are_a_configuration_error(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "towns.csv"
    path.write_text(HEADER + "elm,1,Elm Borough,Elm,1,E1,North,Unitary,\n")
    (tmp_path / "towns.identity.yaml").write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"towns\.identity\.yaml"):
        Register.load(path)


@given(st.text(max_size=60))
def test_no_name_makes_it_fail(name: str) -> None:
    register = Register.default()
    found = register.find(name)
    assert found is None or found.name


def test_two_authorities_of_one_name_mean_none(tmp_path: Path) -> None:
    path = tmp_path / "towns.csv"
    path.write_text(HEADER + "a,1,Elm,Elm,1,E1,North,Unitary,\nb,2,Elm,Elm,2,E2,South,County,\n")
    assert Register.load(path).find("Elm") is None


FORMS = (
    "{}", "{} Council", "The {} Council", "Council of {}", "{} local authority", "{}’s",
    "the local authority of {}", "{} children’s services", "{}’s children’s services",
    "{} Council’s children’s services", "{} social care services", "{} Children’s Social Care",
    "Inspection of {} local authority children’s services",
    # Metropolitan districts
    "{} Metropolitan Borough Council", "{} Metropolitan District Council",
    "{} Metropolitan Council", "{} District Metropolitan Council", "{} District Council",
    "{} MBC", "{} M.B.C.", "{} MDC",
    "Metropolitan Borough of {}", "The Metropolitan Borough of {} Council",
    "Metropolitan Borough Council of {}", "Metropolitan District of {}",
    "City of {} Metropolitan District Council", "{} City Metropolitan District Council",
    "City and Metropolitan Borough of {}", "Council of the City of {}",
    # London boroughs
    "London Borough of {}", "The London Borough of {} Council", "{} London Borough Council",
    "LB {}", "LB of {}", "LBC {}", "Royal Borough of {}", "{} Royal Borough Council",
    # Unitary authorities and counties
    "{} Borough Council", "Borough of {}", "{} City Council", "the City of {}",
    "City of {} Council", "{}, City of", "{} city council", "{} County Council", "County of {}",
    "{}, County of",
    "County of {} District Council", "{} County Council District Council", "County Council of {}",
    "{} City and County Council", "City and County of {}", "{} Unitary Authority",
    "Unitary Authority of {}", "{} Unitary Council",
)  # fmt: skip
"""How Ofsted, the statistics and the councils themselves have written the names of councils."""


@pytest.mark.parametrize("form", FORMS)
def test_every_authority_in_its_printed_forms(register: Register, form: str) -> None:
    for authority in register.authorities:
        short = authority.short
        for name in (short, authority.name, short.replace(" and ", " & "), short.upper()):
            found = register.find(form.format(name), on=authority.valid_to or date(2025, 5, 1))
            assert found is authority, form.format(name)


@pytest.mark.parametrize(
    "name",
    [
        "Council", "The City Council", "London Borough Council", "Metropolitan Borough of",
        "London", "Lincoln City Council", "Worcester City Council", "West Yorkshire",
        "Greater Manchester",
        "Manchester Metropolitan University", "Bury Football Club", "Kent and Medway", "Sussex",
        "Bedfordshire", "Cheshire County Council", "South Bury Borough Council", "Royal Borough",
    ],
)  # fmt: skip
def test_what_names_no_authority_of_the_register_is_not_guessed(
    register: Register, name: str
) -> None:
    assert register.find(name, on=date(2025, 5, 1)) is None


@pytest.mark.parametrize(
    "name",
    [
        "Leicester County Council", "Nottingham County", "York County Council",
        "Leicestershire City Council", "Kent Metropolitan Borough Council", "City of Kent",
        "Essex Borough Council", "Haringey County Council", "Bury County Council",
        "London Borough of Bury", "Royal Borough of Bury", "Durham City Council",
        # Parts of counties never had a county council.
        "Cumberland County Council", "County of Cumberland", "Cumberland Borough Council",
        "Westmorland and Furness County Council", "North Northamptonshire County Council",
        "Cheshire East County Council", "Central Bedfordshire County Council",
        "West Berkshire County Council", "Bath and North East Somerset City Council",
    ],
)  # fmt: skip
def test_a_name_of_another_kind_of_council_is_not_certain(register: Register, name: str) -> None:
    authority = register.find(name)
    assert authority is not None
    assert is_of_another_kind(name, authority)


@pytest.mark.parametrize(
    "name",
    [
        "Leicester City Council", "Leicestershire County Council", "Durham County Council",
        "County Durham", "City of York", "Royal Borough of Greenwich", "Bury Borough Council",
        "Wakefield Metropolitan District", "City of London", "Herefordshire County Council",
        "Westminster City Council", "Cheshire East Borough Council", "London Borough of Sutton",
        "Rutland County Council", "Metropolitan Borough of Rotherham", "Devon county",
        "City and County of Bristol", "North Yorkshire County Council", "Cumberland Council",
        "West Sussex County Council", "West Berkshire District Council",
        "Cheshire West and Chester Borough Council", "Buckinghamshire County Council",
    ],
)  # fmt: skip
def test_a_name_of_the_right_kind_of_council_is_certain(register: Register, name: str) -> None:
    authority = register.find(name)
    assert authority is not None
    assert not is_of_another_kind(name, authority)
