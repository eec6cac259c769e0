"""Letters about the SEND services of a local area, 2016 to 2022: inspections and revisits."""

from __future__ import annotations

from datetime import date

import pytest

from reports.model import Framework, Kind, Target
from tests.reports.conftest import codes, texts
from tests.reports.layouts.conftest import Read, about

SEND = """\
14 March 2019

Dear Mrs Roe

Joint local area SEND inspection in Wirral

Between 4 February and 8 February 2019, Ofsted and the Care Quality Commission (CQC) conducted a
joint inspection of the local area of Wirral to judge the effectiveness of the area in implementing
the special educational needs and disabilities reforms.

Her Majesty’s Chief Inspector has determined that a Written Statement of Action is required because
of significant areas of weakness in the local area’s practice.

Main findings

- Leaders share a vision.

The effectiveness of the local area in identifying children and young people

Strengths

- Health visitors find needs early.

Areas for development

- Too few two-year-olds are checked.
- Parents do not know whom to ask.

The effectiveness of the local area in meeting the needs of children and young people

Areas for development

- Plans are late.

The inspection raises significant concerns about the effectiveness of the local area.

The local area is required to produce and submit a Written Statement of Action to Ofsted that
explains how it will tackle the following areas of significant weakness:

- the joint commissioning of therapies
- the quality of plans.

Yours sincerely

Ann Lee
Her Majesty’s Inspector
"""


def test_a_letter_about_a_local_area_of_2016_to_2022(read: Read) -> None:
    reading = read(SEND)
    assert reading.problems == ()
    assert about(reading) == (
        "Wirral", Kind.AREA_SEND, Framework.LOCAL_AREA_SEND, date(2019, 2, 4), date(2019, 2, 8),
    )  # fmt: skip
    assert reading.published == date(2019, 3, 14)
    assert reading.judgements == ()
    assert [(a.text, a.priority_action) for a in reading.improvement_areas] == [
        ("Too few two-year-olds are checked.", False),
        ("Parents do not know whom to ask.", False),
        ("Plans are late.", False),
        ("the joint commissioning of therapies", True),
        ("the quality of plans.", True),
    ]
    assert {a.target for a in reading.improvement_areas} == {Target.PARTNERSHIP}


def test_a_subject_with_a_colon(read: Read) -> None:
    reading = read(
        SEND.replace("Joint local area SEND inspection in", "Joint area SEND inspection:")
    )
    assert reading.authority is not None
    assert (reading.authority.name, reading.problems) == ("Wirral", ())


def test_a_subject_that_spells_out_the_needs(read: Read) -> None:
    words = "special educational needs and/or disabilities (SEND)"
    reading = read(SEND.replace("Joint local area SEND", f"Joint local area {words}"))
    assert (reading.framework, reading.problems) == (Framework.LOCAL_AREA_SEND, ())


@pytest.mark.parametrize(
    "heading",
    [
        "Areas for development - Plans vary.",
        "Areas for development: - Plans vary.",
        "Areas for developrnent",
        "Weaknesses",
        "Areas to develop",
        "Arcas for development",
    ],
)
def test_a_list_whose_heading_is_not_read_is_a_problem(read: Read, heading: str) -> None:
    assert "Areas for development\n\n" in SEND
    reading = read(SEND.replace("Areas for development\n\n", f"{heading}\n\n", 1))
    assert codes(reading) == {"areas_unclear"}


@pytest.mark.parametrize("marks", [("1.", "2."), ("(a)", "(b)"), ("1.1", "1.2"), ("R1", "R2")])
def test_a_list_with_any_marks_whose_heading_is_not_read_is_a_problem(
    read: Read, marks: tuple[str, str]
) -> None:
    letter = SEND.replace("- Too few", f"{marks[0]} Too few")
    letter = letter.replace("- Parents", f"{marks[1]} Parents")
    reading = read(letter.replace("Areas for development\n\n", "Areas to develop\n\n", 1))
    assert codes(reading) == {"areas_unclear"}


def test_the_end_of_a_sentence_in_a_letter_about_a_local_area_is_not_a_heading(read: Read) -> None:
    words = "- Leaders know the area’s strengths and\nareas for development.\n- Parents wait.\n\n"
    title = "Areas for development\n\n"
    reading = read(SEND.replace(title, f"{words}{title}", 1))
    assert texts(reading) == texts(read(SEND))


def test_a_heading_with_its_list_in_the_last_line_is_a_problem(read: Read) -> None:
    before = codes(read(SEND))
    assert codes(read(f"{SEND}\nAreas for development: plans vary.")) - before == {"areas_unclear"}


def test_a_subject_that_names_another_area_too_is_a_problem(read: Read) -> None:
    reading = read(SEND.replace("inspection in Wirral", "inspection in Wirral and Sefton"))
    assert (reading.authority, codes(reading)) == (None, {"authority_unknown"})


def test_the_announcement_is_not_a_day_of_the_inspection(read: Read) -> None:
    days = "Between 4 February and 8 February 2019, Ofsted and the"
    announced = (
        "On 28 January 2019, Ofsted announced the inspection. From 4 to 8 February 2019, Ofsted"
    )
    assert days in SEND
    reading = read(SEND.replace(days, f"{announced} and the"))
    assert (reading.inspection_start, reading.problems) == (date(2019, 2, 4), ())


def test_a_statement_that_is_required_must_have_its_list(read: Read) -> None:
    start, end = SEND.index("The inspection raises"), SEND.index("Yours")
    assert codes(read(SEND[:start] + SEND[end:])) == {"areas_unclear"}
    sentence = SEND[SEND.index("Her Majesty’s Chief") : SEND.index("Main findings")]
    assert codes(read(SEND.replace(sentence, ""))) == {"areas_unclear"}


def test_a_local_area_without_serious_weaknesses(read: Read) -> None:
    sentence = SEND[SEND.index("Her Majesty’s Chief") : SEND.index("Main findings")]
    start, end = SEND.index("The inspection raises"), SEND.index("Yours")
    reading = read((SEND[:start] + SEND[end:]).replace(sentence, ""))
    assert reading.problems == ()
    assert not any(area.priority_action for area in reading.improvement_areas)


REVISIT = """\
27 July 2021

Dear Mrs Roe

Joint area SEND revisit in Wirral

On 21 and 22 June 2021, Ofsted and the Care Quality Commission (CQC) revisited the area of Wirral to
decide whether sufficient progress has been made.

The initial inspection found that:

{listed}

The area has made sufficient progress in addressing one of two weaknesses.

Yours sincerely

Ann Lee
Her Majesty’s Inspector
"""


@pytest.mark.parametrize(
    ("listed", "certain"),
    [
        ("1. commissioning was weak\n2. plans were late", True),
        ("(a) commissioning was weak\n(b) plans were late", True),
        ("e commissioning was weak\ne plans were late", False),
    ],
)
def test_what_a_revisit_reviewed_is_never_lost_in_silence(
    read: Read, listed: str, certain: bool
) -> None:
    reading = read(REVISIT.format(listed=listed))
    assert reading.monitoring is not None
    expected = ("commissioning was weak", "plans were late") if certain else ()
    assert reading.monitoring.areas_reviewed == expected
    assert codes(reading) == (set() if certain else {"visit_unclear"})


@pytest.mark.parametrize(
    "days",
    [
        "On 21 and 22 June 2021, Ofsted and the Care Quality Commission (CQC) revisited the area "
        "of Wirral to decide whether enough progress has been made",
        "Ofsted and the Care Quality Commission (CQC) revisited the local area of Wirral between "
        "21 June 2021 and 22 June 2021 to decide whether sufficient progress has been made",
    ],
)
def test_a_revisit_reviews_the_weaknesses_of_the_inspection_before(read: Read, days: str) -> None:
    reading = read(
        "27 July 2021\n\nDear Mrs Roe\n\nJoint area SEND revisit in Wirral\n\n"
        f"{days} in addressing the areas of significant weakness detailed in the written statement "
        "of action issued on 14 March 2019.\n\nThis was declared fit for purpose on 9 September "
        "2019.\n\nThe area has made sufficient progress in addressing one of two weaknesses.\n\n"
        "Main findings\n\nThe initial inspection found that:\n\n- commissioning was weak\n"
        "- plans were late\n\nCommissioning is now jointly led.\n\nYours sincerely\n\nAnn Lee\n"
        "Her Majesty’s Inspector\n"
    )
    assert reading.problems == ()
    assert about(reading) == (
        "Wirral", Kind.AREA_SEND_MONITORING, Framework.LOCAL_AREA_SEND_REVISIT,
        date(2021, 6, 21), date(2021, 6, 22),
    )  # fmt: skip
    assert reading.improvement_areas == ()
    assert reading.monitoring is not None
    assert reading.monitoring.areas_reviewed == ("commissioning was weak", "plans were late")
    assert reading.monitoring.progress is not None
    assert reading.monitoring.progress.startswith("The area has made sufficient progress")


@pytest.mark.parametrize(
    "said",
    [
        "The initial inspection identified\nthe following areas of significant weakness:",
        "The initial inspection found weak practice.\nThese were areas of significant weakness:",
    ],
)
def test_a_list_that_two_lines_announce_is_read_once(read: Read, said: str) -> None:
    text = REVISIT.replace("The initial inspection found that:", said)
    listed = "- commissioning was weak\n- plans that the previous inspection found were late"
    reading = read(text.format(listed=listed))
    assert reading.monitoring is not None
    assert reading.monitoring.areas_reviewed == (
        "commissioning was weak", "plans that the previous inspection found were late",
    )  # fmt: skip
    assert reading.problems == ()
