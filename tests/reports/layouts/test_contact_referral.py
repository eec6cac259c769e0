"""The letters of 2011 about contact, referral and assessment: look-alikes, and a real one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from reports.model import Framework, Kind, Reading, Target
from reports.reader import read_bytes, read_file
from reports.register import Register
from tests.reports.conftest import codes

Read = Callable[[str], Reading]
STATED = "This was an area for development at the last inspection."

LETTER = f"""\
30 June 2011

Ms Ann Roe
Director of Children's Services

Dear Ms Roe

Annual unannounced inspection of contact, referral and assessment arrangements within Bury
Metropolitan Borough Council children's services

This letter summarises the findings of the recent unannounced inspection which was conducted on 1
and 2 June 2011. There has been insufficient progress in one area of development.

The service meets the requirements of statutory guidance in the following areas

- Contacts are screened promptly. {STATED}
- Children are seen.

Areas for development

- The quality of referrals is inconsistent.
 {STATED}
- Case recording is late.

Any areas for development identified above will be considered in any future inspection.

Yours sincerely

Ann Lee
"""


@pytest.fixture
def read(register: Register) -> Read:
    def reading(text: str) -> Reading:
        return read_bytes(text.encode(), name="letter.txt", register=register)

    return reading


@pytest.mark.parametrize("heading", ["Priority action required", "Areas to develop next"])
def test_a_second_list_under_an_unknown_heading_is_a_problem(read: Read, heading: str) -> None:
    added = f"{heading}\n\n1. Act now.\n\nAreas for development\n"
    assert codes(read(LETTER.replace("Areas for development\n", added, 1))) == {"areas_unclear"}


def test_an_item_that_meets_the_requirements_is_not_an_area(read: Read) -> None:
    report = read(LETTER)
    assert report.problems == ()
    assert [area.text for area in report.improvement_areas] == [
        f"The quality of referrals is inconsistent. {STATED}",
        "Case recording is late.",
    ]
    assert [(r.area, r.text) for r in report.stated_repeats] == [(0, STATED)]


def test_a_point_in_a_number_does_not_cut_what_the_inspectors_say(read: Read) -> None:
    sentence = f"Caseloads are 2.5 times the average, and t{STATED[1:]}"
    report = read(LETTER.replace(f"inconsistent.\n {STATED}", f"inconsistent. {sentence}"))
    assert [(r.area, r.text) for r in report.stated_repeats] == [(0, sentence)]


def test_a_misread_heading_is_a_problem(read: Read) -> None:
    report = read(LETTER.replace("Areas for development\n", "Areas for developrnent\n"))
    assert "areas_unclear" in codes(report)


@pytest.mark.parametrize(
    "words", ["Area for priority action - Unsafe.", "This requires immediate priority action."]
)
def test_a_priority_action_that_no_heading_announces_is_a_problem(read: Read, words: str) -> None:
    report = read(LETTER.replace("The service meets", f"{words}\n\nThe service meets"))
    assert codes(report) == {"areas_unclear"}


def test_a_priority_action(read: Read) -> None:
    text = LETTER.replace("Areas for development\n", "Area for priority action\n\n- Unsafe.\n\n"
                          "Areas for development\n")  # fmt: skip
    report = read(text)
    assert [area.priority_action for area in report.improvement_areas] == [True, False, False]
    assert [r.area for r in report.stated_repeats] == [1]


@pytest.mark.parametrize(
    ("count", "codes_found"),
    [
        ("three areas", {"repeats_unclear"}),
        ("3 areas", {"repeats_unclear"}),
        ("no area", {"repeats_unclear"}),
        ("two of the areas", {"repeats_unclear"}),
        ("two of the three areas", {"repeats_unclear"}),
        ("1 area", set()),
        ("one of the three areas", set()),
        ("some areas", set()),
    ],
)
def test_another_count_than_that_of_the_letter_is_a_problem(
    read: Read, count: str, codes_found: set[str]
) -> None:
    report = read(LETTER.replace("progress in one area", f"progress in {count}"))
    assert codes(report) == codes_found


@pytest.mark.corpus
def test_the_letter_of_2011_that_the_project_was_handed(shared: Path, register: Register) -> None:
    (path,) = (shared / "seeds").glob("001_*.txt")
    report = read_file(path, register=register)
    assert report.problems == ()
    assert report.kind is Kind.UNANNOUNCED_INSPECTION
    assert report.framework is Framework.CONTACT_REFERRAL_ASSESSMENT
    assert report.authority is not None
    assert (report.authority.name, report.authority.urn) == ("Havering", "80500")
    assert (report.inspection_start, report.inspection_end) == (
        date(2011, 6, 1),
        date(2011, 6, 2),
    )
    assert report.published == date(2011, 6, 30)
    assert report.lead_inspector is None
    assert report.judgements == ()
    starts = [
        "The common assessment framework is insufficiently embedded in the practice of all",
        "The quality of referrals from other agencies is inconsistent.",
        "Case recording systems are not effectively utilised.",
        "While supervision takes place on a regular basis, the recording of this is poor",
        "The out of hours service appropriately undertakes joint work with the police",
    ]
    areas = report.improvement_areas
    assert len(areas) == len(starts)
    for area, start in zip(areas, starts, strict=True):
        assert area.text.startswith(start)
        assert (area.heading, area.page) == ("Areas for development", 1)
        assert area.target is Target.AUTHORITY
        assert not area.priority_action
    assert areas[3].text.endswith(f"the practice of social workers. {STATED}")
    assert areas[4].text.endswith("No children were seen to be at risk from this practice.")
    assert [(r.area, r.text, r.page) for r in report.stated_repeats] == [
        (at, STATED, 1) for at in range(4)
    ]


def test_a_letter_without_empty_lines_is_a_problem(read: Read) -> None:
    report = read("\n".join(line for line in LETTER.splitlines() if line))
    assert codes(report) == {"areas_unclear"}
