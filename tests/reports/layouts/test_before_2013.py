"""The layouts before the single inspection framework: 2013 and 2009."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from reports.model import Framework, Grade, Judgement, Kind, Target
from reports.problems import ProblemCode
from reports.reader import read_bytes
from reports.register import Register
from tests.reports.conftest import codes
from tests.reports.printed import LEFT, Sheet

SECTIONS = (
    (
        ("Overall effectiveness of services for looked", "after children and young people"),
        "Adequate",
    ),
    (("Capacity to improve",), "Good"),
    (("Outcomes for looked after children and young", "people"), "Adequate"),
    (("Quality of provision",), "Inadequate"),
    (("Leadership and management",), "Adequate"),
)  # fmt: skip
NUMBERS = {"Good": 2, "Adequate": 3, "Inadequate": 4}


def looked_after_pdf(
    *,
    record: dict[str, str] | None = None,
    dates: str = "15 – 19 July 2013",
    numbers: Sequence[int] = (1, 2, 3, 4, 5, 6),
) -> bytes:
    """An invented inspection of looked after children services.

    `record` changes its last page; `numbers` are those of the pages after the cover.
    """
    sheet = Sheet()
    sheet.line("Inspection of looked after children", size=26)
    sheet.line("services", size=26)
    sheet.line("Havering Council", size=18)
    for text in (f"Inspection dates: {dates}", "Reporting inspector Ann Example HMI"):
        sheet.line(text, bold=True, size=10)
    sheet.line("Published: 23 August 2013", bold=True, size=10)
    for (title, grade), number in zip(SECTIONS, numbers, strict=False):
        _turn(sheet, number)
        sheet.heading(*title, size=18)
        sheet.heading(f"Grade {NUMBERS[grade]} ({grade})", size=14)
        sheet.paragraph("1. Inspectors saw what they saw.")
        if title == ("Capacity to improve",):
            _areas(sheet)
    _turn(sheet, numbers[-1])
    sheet.heading("Record of main findings", size=18)
    for title, grade in SECTIONS:
        words = (record or {}).get(title[0], grade)
        sheet.gap()
        for text in title if title[0].startswith("Outcomes") else title[:1]:
            sheet.line(text.replace(" of services for looked", ""), bold=True, size=11)
        sheet.line(f"{words} Grade {NUMBERS[words]}", x=390, y=sheet.y, size=11)
    return sheet.pdf()


def _turn(sheet: Sheet, number: int) -> None:
    """Start a page with its running header, which ends in its number."""
    sheet.page()
    words = "Havering Council Inspection of looked after children services"
    sheet.line(f"{words} {number}", y=798)


def _areas(sheet: Sheet) -> None:
    sheet.heading("Areas for improvement", size=14)
    sheet.paragraph("22. The local authority should take the", "following action.")
    sheet.heading("Immediately:", x=LEFT + 28)
    sheet.item("improve the quality of", "supervision")
    sheet.item("risk assess all accommodation.")
    sheet.heading("Within three months:", x=LEFT + 28)
    sheet.item("review the service.")


def test_a_looked_after_inspection_of_2013(register: Register) -> None:
    report = read_bytes(looked_after_pdf(), name="2013.pdf", register=register)
    assert report.problems == ()
    assert report.framework is Framework.PRE_2013
    assert report.authority is not None
    assert report.authority.name == "Havering"
    assert (report.inspection_start, report.inspection_end) == (
        date(2013, 7, 15),
        date(2013, 7, 19),
    )
    assert report.published == date(2013, 8, 23)
    assert report.lead_inspector == "Ann Example"
    assert {j.judgement: j.grade for j in report.judgements} == {
        Judgement.OVERALL_EFFECTIVENESS: Grade.ADEQUATE,
        Judgement.CAPACITY_TO_IMPROVE: Grade.GOOD,
        Judgement.OUTCOMES_FOR_LOOKED_AFTER_CHILDREN: Grade.ADEQUATE,
        Judgement.QUALITY_OF_PROVISION: Grade.INADEQUATE,
        Judgement.LEADERSHIP_AND_MANAGEMENT: Grade.ADEQUATE,
    }
    assert [area.text for area in report.improvement_areas] == [
        "improve the quality of supervision",
        "risk assess all accommodation.",
        "review the service.",
    ]


def test_section_and_record_of_2013_must_agree(register: Register) -> None:
    data = looked_after_pdf(record={"Capacity to improve": "Adequate"})
    report = read_bytes(data, name="2013.pdf", register=register)
    assert report.grade(Judgement.CAPACITY_TO_IMPROVE) is None
    assert codes(report) == {ProblemCode.GRADE_DISAGREEMENT}


def test_a_number_of_2013_that_contradicts_its_word_gives_no_grade(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(NUMBERS, "Good", 3)
    report = read_bytes(looked_after_pdf(), name="2013.pdf", register=register)
    assert report.grade(Judgement.CAPACITY_TO_IMPROVE) is None
    assert [problem.message for problem in report.problems] == [
        "Capacity to improve is graded differently in different places: “Grade 3 (Good)” and "
        "“good”."
    ]


def test_a_title_of_2013_with_nothing_below_it_names_no_council(register: Register) -> None:
    title = b"Inspection of looked after children services"
    report = read_bytes(title, name="2013.txt", register=register)
    assert report.framework is Framework.PRE_2013
    assert ProblemCode.AUTHORITY_MISSING in codes(report)


def test_a_looked_after_inspection_of_another_year_is_a_problem(register: Register) -> None:
    data = looked_after_pdf(dates="15 – 19 July 2019")
    report = read_bytes(data, name="2019.pdf", register=register)
    # It cannot have been published in 2013 either.
    assert codes(report) == {
        ProblemCode.FRAMEWORK_DATES_DISAGREE,
        ProblemCode.PUBLISHED_UNCLEAR,
    }


def test_a_page_that_is_missing_or_misplaced_is_a_problem(register: Register) -> None:
    for numbers in [(1, 2, 4, 5, 6, 7), (1, 3, 2, 4, 5, 6)]:
        report = read_bytes(looked_after_pdf(numbers=numbers), name="2013.pdf", register=register)
        assert codes(report) == {ProblemCode.INCOMPLETE}


def joint_review_pdf(*sentences: str, on_next_page: bool = False) -> bytes:
    """An invented joint review of progress that judges in these sentences."""
    sheet = Sheet()
    sheet.heading(
        "Inspection of progress made in the provision", "of safeguarding services in the London",
        "Borough of Havering", size=18,
    )  # fmt: skip
    for text in ("Care Quality Commission", "Ofsted", "Published: 3 July 2009"):
        sheet.line(text)
    sheet.page()
    sheet.heading("Contents", size=16)
    sheet.line("Overall judgement on progress since December 2008 4")
    sheet.page()
    sheet.heading("Overall judgement on progress since December 2008", size=16)
    sheet.paragraph("7. It is only six months since the last inspection.")
    if on_next_page:
        sheet.page()
    sheet.paragraph(*sentences)
    sheet.heading("Priorities for further improvement", size=16)
    sheet.paragraph("13. Priorities for further improvement:")
    sheet.item("The council should act", "at once.")
    sheet.item("The police should", "monitor it.")
    sheet.heading("Key findings", size=16)
    sheet.paragraph("14. Much has been done.")
    return sheet.pdf()


def test_a_joint_review_of_progress_of_2009(register: Register) -> None:
    data = joint_review_pdf(
        "The council and its partners have made limited progress", "overall. However, overall this",
        "progress is limited in relation to practice.",
    )  # fmt: skip
    report = read_bytes(data, name="2009.pdf", register=register)
    assert report.kind is Kind.JOINT_INSPECTION
    assert report.authority is not None
    assert report.authority.name == "Havering"
    assert report.published == date(2009, 7, 3)
    assert report.grade(Judgement.OVERALL_PROGRESS) is Grade.LIMITED
    areas = [(area.text, area.target) for area in report.improvement_areas]
    assert areas == [
        ("The council should act at once.", Target.PARTNERSHIP),
        ("The police should monitor it.", Target.PARTNERSHIP),
    ]
    assert codes(report) == {ProblemCode.DATES_MISSING}


@pytest.mark.parametrize("word", ["limited", "good"])
def test_progress_has_the_page_of_its_first_sentence(register: Register, word: str) -> None:
    sentences = ("They have made limited progress overall.", f"Overall this progress is {word}.")
    data = joint_review_pdf(*sentences, on_next_page=True)
    report = read_bytes(data, name="2009.pdf", register=register)
    (judgement,) = report.judgements
    assert (judgement.as_printed, judgement.page) == ("limited", 4)
    unconfirmed = [p.page for p in report.problems if p.code == ProblemCode.GRADE_UNCONFIRMED]
    assert unconfirmed == ([] if word == "limited" else [4])


@pytest.mark.parametrize(
    ("sentences", "code", "said"),
    [
        (
            ("They have made limited progress overall.",),
            ProblemCode.GRADE_UNCONFIRMED,
            "in one sentence only: “limited”.",
        ),
        (
            ("They have made limited progress overall.", "Overall this progress is good."),
            ProblemCode.GRADE_UNCONFIRMED,
            "differently: “limited” and “good”.",
        ),
        (
            ("They have made fair progress overall.", "Overall this progress is fair."),
            ProblemCode.GRADE_UNCONFIRMED,
            "“fair” is not a known grade of overall progress.",
        ),
        (
            ("Much is said, and nothing is judged.",),
            ProblemCode.GRADE_UNKNOWN,
            "No sentence that judges overall progress was found.",
        ),
    ],
)
def test_progress_that_is_not_said_twice_in_the_same_words_is_none(
    register: Register, sentences: tuple[str, ...], code: ProblemCode, said: str
) -> None:
    report = read_bytes(joint_review_pdf(*sentences), name="2009.pdf", register=register)
    assert report.grade(Judgement.OVERALL_PROGRESS) is None
    assert codes(report) == {ProblemCode.DATES_MISSING, code}
    assert said in " ".join(problem.message for problem in report.problems)
