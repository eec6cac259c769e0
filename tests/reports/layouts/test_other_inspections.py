"""Kinds between and before the inspections of today: SEND letters, monitoring, 2009 to 2013."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from reports.model import Framework, Grade, Judgement, Kind, Reading, Target
from reports.reader import read_bytes
from reports.register import Register
from tests.reports.conftest import ReadPdf, codes, texts
from tests.reports.printed import Sheet

Read = Callable[[str], Reading]


@pytest.fixture
def read(register: Register) -> Read:
    return lambda text: read_bytes(text.encode(), name="report.txt", register=register)


def about(reading: Reading) -> tuple[str | None, Kind, Framework, date | None, date | None]:
    """Whose report it is, of which kind and framework, and its days."""
    name = reading.authority.name if reading.authority else None
    days = (reading.inspection_start, reading.inspection_end)
    return (name, reading.kind, reading.framework, *days)


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
        "Arcas for development",
    ],
)
def test_a_list_whose_heading_is_not_read_is_a_problem(read: Read, heading: str) -> None:
    assert "Areas for development\n\n" in SEND
    reading = read(SEND.replace("Areas for development\n\n", f"{heading}\n\n", 1))
    assert codes(reading) == {"areas_unclear"}


def test_the_end_of_a_sentence_in_a_letter_about_a_local_area_is_no_heading(read: Read) -> None:
    words = "- Leaders know the area’s strengths and\nareas for development.\n- Parents wait.\n\n"
    title = "Areas for development\n\n"
    reading = read(SEND.replace(title, f"{words}{title}", 1))
    assert texts(reading) == texts(read(SEND))


def test_a_heading_with_its_list_in_the_last_line_is_a_problem(read: Read) -> None:
    before = codes(read(SEND))
    assert codes(read(f"{SEND}\nAreas for development: plans vary.")) - before == {"areas_unclear"}


def test_the_announcement_is_no_day_of_the_inspection(read: Read) -> None:
    days = "Between 4 February and 8 February 2019, Ofsted and the"
    told = "On 28 January 2019, Ofsted announced the inspection. From 4 to 8 February 2019, Ofsted"
    assert days in SEND
    reading = read(SEND.replace(days, f"{told} and the"))
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


MONITORED = """\
Area SEND monitoring inspection of Bury
Local Area Partnership

Inspection dates: 9 to 11 June 2025
Dates of previous inspection: 5 to 9 February 2024

Inspection outcome

The local area partnership has not taken effective action to address the areas for priority action.

Areas for priority action

- Waiting lists are unsafe.

Areas for improvement

- The oversight of plans.
- The offer of short breaks.

Inspection team
"""


def test_a_monitoring_inspection_of_a_partnership(read: Read) -> None:
    reading = read(MONITORED)
    assert reading.problems == ()
    assert about(reading) == (
        "Bury", Kind.AREA_SEND_MONITORING, Framework.AREA_SEND_MONITORING,
        date(2025, 6, 9), date(2025, 6, 11),
    )  # fmt: skip
    assert reading.judgements == ()
    assert texts(reading) == ["The oversight of plans.", "The offer of short breaks."]
    assert not any(area.priority_action for area in reading.improvement_areas)
    assert reading.monitoring is not None
    assert reading.monitoring.areas_reviewed == ("Waiting lists are unsafe.",)
    assert reading.monitoring.progress == (
        "The local area partnership has not taken effective action to address the areas for "
        "priority action."
    )


@pytest.mark.parametrize(
    "title",
    [
        "Area SEND monitoring inspection of the Bury local area partnership",
        "Monitoring inspection of Bury Local Area Partnership",
        "Bury Local Area Partnership\nArea SEND monitoring inspection",
        "Area SEND monitoring inspection: Bury Local Area Partnership",
        "Area special educational needs and disabilities (SEND) monitoring inspection of Bury "
        "Local Area Partnership",
        "Bury Local Area Partnership Area SEND monitoring inspection",
    ],
)
def test_the_title_of_a_monitoring_inspection_has_several_forms(read: Read, title: str) -> None:
    lines = MONITORED.splitlines()
    reading = read("\n".join([title, *lines[2:]]))
    assert reading.problems == ()
    assert reading.authority is not None
    assert reading.authority.name == "Bury"


def test_a_monitoring_inspection_without_its_finding_is_a_problem(read: Read) -> None:
    words = MONITORED.replace("has not taken effective action", "met inspectors")
    assert codes(read(words)) == {"visit_unclear"}


PROTECTION = """\
Inspection of local authority arrangements for the protection of children
Bury Metropolitan Borough Council

Inspection dates: 8 – 17 January 2013
Lead inspector: Ann Lee HMI

Age group: All
Published: 20 February 2013

Overall effectiveness

1. The overall effectiveness of the arrangements to protect children in Bury is judged to be
adequate.

Areas for improvement

2. In order to improve, the local authority should take the following action.

Immediately:

• see every child

Within three months:

• review thresholds
• train staff.

The effectiveness of the help and protection provided to children, young people, families and carers

3. The effectiveness of the help and protection provided is judged to be adequate.

The quality of practice

4. The quality of practice is good.

Leadership and governance

5. Leadership and governance are inadequate.

Record of main findings

Overall effectiveness Adequate
The effectiveness of the help and protection provided to children, young people, families and carers Adequate
The quality of practice Good
Leadership and governance Adequate
"""  # noqa: E501


def test_an_inspection_of_the_protection_of_children(read: Read) -> None:
    reading = read(PROTECTION)
    assert about(reading) == (
        "Bury", Kind.INSPECTION, Framework.PROTECTION_OF_CHILDREN,
        date(2013, 1, 8), date(2013, 1, 17),
    )  # fmt: skip
    assert (reading.published, reading.lead_inspector) == (date(2013, 2, 20), "Ann Lee")
    assert {j.judgement: j.grade for j in reading.judgements} == {
        Judgement.OVERALL_EFFECTIVENESS: Grade.ADEQUATE,
        Judgement.HELP_AND_PROTECTION: Grade.ADEQUATE,
        Judgement.QUALITY_OF_PRACTICE: Grade.GOOD,
        Judgement.LEADERSHIP_AND_GOVERNANCE: None,
    }
    assert codes(reading) == {"grade_disagreement"}
    assert texts(reading) == ["see every child", "review thresholds", "train staff."]


def test_a_grade_that_stands_in_one_place_only_is_not_certain(read: Read) -> None:
    reading = read(PROTECTION.replace("4. The quality of practice is good.", "4. Practice varies."))
    assert reading.grade(Judgement.QUALITY_OF_PRACTICE) is None
    assert "grade_unconfirmed" in codes(reading)


ANNOUNCED = """\
Inspection of safeguarding and looked after children services
Bury

Inspection dates: 6 – 17 June 2011
Reporting inspector: Ann Lee HMI

Age group: All
Published: 22 July 2011

The inspection outcomes: safeguarding services

Overall effectiveness Grade 4 (Inadequate)

1. The overall effectiveness of safeguarding services in Bury is inadequate.

Capacity for improvement Grade 3 (Adequate)

Areas for improvement

2. The council and its partners should take the following action:

Immediately:

• screen every referral

The inspection outcomes: services for looked after children

Overall effectiveness Grade 2 (Good)

Capacity for improvement Grade 2 (Good)

Areas for improvement

Within six months:

• offer health checks on time.

Record of main findings: Bury

Safeguarding services
Overall effectiveness Inadequate
Capacity for improvement Good
Services for looked after children
Overall effectiveness Good
Capacity for improvement Good
Being healthy Adequate
"""


def test_an_announced_inspection_has_two_sets_of_judgements(read: Read) -> None:
    reading = read(ANNOUNCED)
    assert about(reading) == (
        "Bury", Kind.INSPECTION, Framework.SAFEGUARDING_AND_LOOKED_AFTER,
        date(2011, 6, 6), date(2011, 6, 17),
    )  # fmt: skip
    assert {j.judgement: j.grade for j in reading.judgements} == {
        Judgement.SAFEGUARDING_OVERALL_EFFECTIVENESS: Grade.INADEQUATE,
        Judgement.SAFEGUARDING_CAPACITY_FOR_IMPROVEMENT: None,
        Judgement.LOOKED_AFTER_OVERALL_EFFECTIVENESS: Grade.GOOD,
        Judgement.LOOKED_AFTER_CAPACITY_FOR_IMPROVEMENT: Grade.GOOD,
    }
    assert codes(reading) == {"grade_disagreement"}
    assert texts(reading) == ["screen every referral", "offer health checks on time."]


@pytest.mark.parametrize("heading", ["Areas for irnprovement", "Arcas for improvement"])
def test_a_second_list_whose_heading_is_misread_is_a_problem(read: Read, heading: str) -> None:
    first, _, second = ANNOUNCED.rpartition("Areas for improvement")
    assert "areas_unclear" in codes(read(f"{first}{heading}{second}"))


def test_a_number_that_contradicts_its_word_gives_no_grade(read: Read) -> None:
    reading = read(ANNOUNCED.replace("Grade 4 (Inadequate)", "Grade 3 (Inadequate)"))
    assert reading.grade(Judgement.SAFEGUARDING_OVERALL_EFFECTIVENESS) is None


def announced_pdf(*, time: str = "Immediately:") -> bytes:
    sheet = Sheet().line("Inspection of safeguarding and looked after", size=26)
    sheet.line("children services", size=26).line("Bury Council", size=18)
    for text in ("Inspection dates: 6 – 17 June 2011", "Reporting inspector Ann Lee HMI"):
        sheet.line(text, bold=True, size=10)
    sheet.line("Published: 22 July 2011", bold=True, size=10)
    for part in ("safeguarding services", "services for looked after children"):
        sheet.page().heading(f"The inspection outcomes: {part}", size=18)
        sheet.heading("Overall effectiveness", size=14).heading("Grade 2 (Good)", size=14)
        sheet.paragraph("1. Inspectors saw what they saw, and they wrote it down.")
        sheet.heading("Capacity for improvement Grade 3 (Adequate)", size=14)
        sheet.heading("Areas for improvement", size=14).item("act early")
        sheet.heading(time).item("act on what", "was found").heading("Outcomes", size=14)
    sheet.page().heading("Record of main findings", size=18)
    for part in ("Safeguarding services", "Services for looked after children"):
        sheet.heading(part, size=11).line("Overall effectiveness Good", size=11)
        sheet.line("Capacity for improvement Adequate", size=11)
    return sheet.pdf()


def test_an_announced_inspection_as_a_pdf(read_pdf: ReadPdf) -> None:
    reading = read_pdf(announced_pdf())
    assert reading.problems == ()
    assert reading.authority is not None
    assert reading.authority.name == "Bury"
    assert [j.grade for j in reading.judgements] == [Grade.GOOD, Grade.ADEQUATE] * 2
    assert texts(reading) == ["act early", "act on what was found"] * 2


@pytest.mark.parametrize(
    ("time", "problems"),
    [
        ("By September 2011:", set()),
        ("As soon as possible:", set()),
        ("Within three months of the publication of this report:", set()),
        ("When leaders can", {"areas_unclear"}),
    ],
)
def test_a_bold_line_by_when_does_not_end_the_list(
    read_pdf: ReadPdf, time: str, problems: set[str]
) -> None:
    reading = read_pdf(announced_pdf(time=time))
    assert codes(reading) == problems
    assert problems or texts(reading) == ["act early", "act on what was found"] * 2


@pytest.mark.parametrize("mark", ["•", "-"])
@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("Joint targeted area inspection (JTAI) of", "Joint targeted area inspection (JTAI) of"),
        ("JTAI of", "joint targeted area inspection of"),
        ("Joint targeted area inspection (JTAI):", "joint targeted area inspection of"),
    ],
)
def test_a_joint_inspection_with_its_short_name_in_the_subject(
    read: Read, title: str, subject: str, mark: str
) -> None:
    reading = read(
        f"8 March 2024\n\nDear partnership\n\n{title} the multi-agency response to neglect in "
        f"Bury\n\nThis letter summarises the findings of the {subject} the multi-agency response "
        "to neglect in Bury.\n\nThis inspection took place from 15 to 19 January 2024. It was "
        "carried out by inspectors from Ofsted and the Care Quality Commission (CQC).\n\n"
        f"What needs to improve?\n\n{mark} The quality of plans.\n{mark} The oversight of cases."
        "\n\n"
        "Next steps\n\nThe partnership should act.\n\nYours sincerely\n\nAnn Lee\n"
    )
    assert reading.problems == ()
    assert about(reading) == (
        "Bury", Kind.JOINT_INSPECTION, Framework.JTAI, date(2024, 1, 15), date(2024, 1, 19),
    )  # fmt: skip
    assert texts(reading) == ["The quality of plans.", "The oversight of cases."]


UNKNOWN = {
    "children's home": "Inspection report for children’s home\n\nReference number: SC012345\n"
    "Inspection date: 4 May 2021\nOverall experiences and progress: good\n",
    "school": "Bury High School\n\nInspection of a good school\n\nInspection dates: 4 and 5 May "
    "2021\n\nOutcome\n\nThe school continues to be a good school.\n",
    "college": "Bury College\n\nFurther education and skills inspection report\n\n"
    "Inspection dates: 4 to 7 May 2021\n\nOverall effectiveness\tGood\n",
    "prison": "HMP Bury\n\nMonitoring visit report\n\nInspection dates: 4 to 5 May 2021\n\n"
    "Themes\n\nWhat progress have leaders made?\tReasonable progress\n",
    "Wales": "Care Inspectorate Wales\n\nInspection of Cardiff children’s services\n\n"
    "Inspection dates: 4 to 7 May 2021\n\nStrengths\n\n- Leaders listen.\n",
    "Scotland": "Joint inspection of services for children at risk of harm in Fife\n\n"
    "Care Inspectorate, Healthcare Improvement Scotland\n\nWe evaluate leadership as good.\n",
    "Northern Ireland": "Regulation and Quality Improvement Authority\n\nInspection report\n\n"
    "Inspection dates: 4 May 2021\n\nAreas for improvement\n\n- Records.\n",
    "school monitoring": "Dear Ms Roe\n\nMonitoring inspection visit to Bury High School\n\n"
    "This letter summarises the findings of the monitoring visit to Bury High School on 4 May "
    "2021.\n\nYours sincerely\n\nAnn Lee\nHer Majesty’s Inspector\n",
    "school visit": "Dear Ms Roe\n\nMonitoring visit to Bury High School\n\n"
    "This letter summarises the findings of the monitoring visit to Bury High School on 4 May "
    "2021.\n\nYours sincerely\n\nAnn Lee\nHer Majesty’s Inspector\n",
    "SEND strategy": "Dear colleague\n\nJoint area SEND strategy in Bury\n\nWe consult.\n",
}


@pytest.mark.parametrize("text", UNKNOWN.values(), ids=UNKNOWN)
def test_what_is_no_report_on_a_councils_services_stays_unknown(read: Read, text: str) -> None:
    reading = read(text)
    assert (reading.kind, reading.authority) == (Kind.UNKNOWN, None)
    assert codes(reading) == {"layout_unknown"}
