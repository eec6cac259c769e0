"""A council's own update on its improvement plan: a look-alike, and a real one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from reports.model import Framework, Grade, Judgement, Kind, Reading
from reports.reader import read_bytes, read_file
from reports.register import Register
from tests.reports.conftest import codes

Read = Callable[[str], Reading]

HELP = "The experiences and progress of children who need help and protection"

UPDATE = f"""\
Bury
METROPOLITAN BOROUGH

**CHILDREN'S SCRUTINY COMMITTEE
4 MARCH 2020**

Subject Heading:

OFSTED IMPROVEMENT UPDATE

Report Author and contact details:

Ann Roe

REPORT DETAIL

1. Bury received an overall grade of 'Good', with these sub-categories;
 - The impact of leaders on social work practice with children and families is 'Good'.
 - {HELP} has a grading of 'Requires improvement'

Themes and objectives

2. **Pathway Planning.** The aim is to plan better. This will consider the

needs of all.
3. **Supervision** The aim is to clarify what 'good' supervision looks like.
4. Case recording and data quality Alongside the new system, rules will be written.

Progress

<u>Pathway Planning</u>\t
Achievements So Far:\tNext Steps:
<u>Panel:</u> It has met and\t<u>Offer;</u> Published soon <u>Plans;</u> One document

March papers were agreed.\tfor all.
\t<u>Right:</u> Only on this side.

Supervision\t
Achievements So Far:\tNext Steps:
<u>Template</u> : Rolled out.\t<u>Support</u> ; Go on.

Case Recording and Data Quality\t
Achievements So Far:\tNext Steps:
Cleaned the data.\tReview it.

IMPLICATIONS AND RISKS

None.
"""


@pytest.fixture
def read(register: Register) -> Read:
    def reading(text: str) -> Reading:
        return read_bytes(text.encode(), name="update.md", register=register)

    return reading


@pytest.mark.parametrize(
    ("title", "problems"),
    [("Financial implications and risks:", set()), ("Options considered", {"plan_unclear"})],
)
def test_words_below_the_last_table_of_progress_are_left_out_or_a_problem(
    read: Read, title: str, problems: set[str]
) -> None:
    report = read(UPDATE.replace("IMPLICATIONS AND RISKS", title))
    assert codes(report) == problems
    if not problems:
        assert report.improvement_plan[-1].achievements == ("Cleaned the data.",)


def test_the_cited_grades(read: Read) -> None:
    report = read(UPDATE)
    assert report.problems == ()
    assert (report.kind, report.framework) == (Kind.COUNCIL_UPDATE, Framework.COUNCIL_UPDATE)
    assert report.authority is not None
    assert report.authority.name == "Bury"
    assert report.published == date(2020, 3, 4)
    assert report.inspection_start is None
    assert report.improvement_areas == ()
    assert {j.judgement: j.grade for j in report.judgements} == {
        Judgement.OVERALL_EFFECTIVENESS: Grade.GOOD,
        Judgement.IMPACT_OF_LEADERS: Grade.GOOD,
        Judgement.HELP_AND_PROTECTION: Grade.REQUIRES_IMPROVEMENT,
    }


def test_the_name_of_a_theme_has_no_colon_from_its_table(read: Read) -> None:
    report = read(UPDATE.replace("Supervision\t", "Supervision:\t"))
    assert report.problems == ()
    assert report.improvement_plan[1].name == "Supervision"
    assert report.improvement_plan[1].aim.startswith("The aim is to clarify")


def test_a_letterhead_in_capitals_names_the_council(read: Read) -> None:
    head = "Wirral\nMETROPOLITAN BOROUGH OF BURY"
    report = read(UPDATE.replace("Bury\nMETROPOLITAN BOROUGH", head, 1))
    assert report.authority is not None
    assert (report.authority.name, report.problems) == ("Bury", ())


def test_themes_with_aims_achievements_and_next_steps(read: Read) -> None:
    first, second, third = read(UPDATE).improvement_plan
    assert first.name == "Pathway Planning"
    assert first.aim == "The aim is to plan better. This will consider the needs of all."
    assert first.achievements == ("Panel: It has met and March papers were agreed.",)
    assert first.next_steps == (
        "Offer; Published soon", "Plans; One document for all.", "Right: Only on this side.",
    )  # fmt: skip
    assert second.name == "Supervision"
    assert second.aim == "The aim is to clarify what 'good' supervision looks like."
    assert (second.achievements, second.next_steps) == (
        ("Template: Rolled out.",),
        ("Support; Go on.",),
    )
    assert third.name == "Case recording and data quality"
    assert third.aim == "Alongside the new system, rules will be written."
    assert (third.achievements, third.next_steps) == (("Cleaned the data.",), ("Review it.",))


def test_the_words_of_one_column_may_be_underlined_and_those_of_the_other_not(read: Read) -> None:
    rows = "<u>Template</u> : Rolled out.\tWrite rules.\n<u>Tool</u> : Bought.\tTrain all staff."
    changed = UPDATE.replace("<u>Template</u> : Rolled out.\t<u>Support</u> ; Go on.", rows)
    theme = read(changed).improvement_plan[1]
    assert theme.achievements == ("Template: Rolled out.", "Tool: Bought.")
    assert theme.next_steps == ("Write rules.", "Train all staff.")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("overall grade of 'Good'", "overall grade of 'Fine'", "grade_unknown"),
        ("3. **Supervision** The", "The", "plan_unclear"),
        ("\nSupervision\t", "\nRecruitment of carers\t", "plan_unclear"),
    ],
)
def test_what_is_not_certain_is_a_problem(read: Read, old: str, new: str, code: str) -> None:
    assert code in codes(read(UPDATE.replace(old, new)))


@pytest.mark.parametrize("mark", ["¢ ", "» ", "-", "e "])
def test_a_cited_grade_after_an_unknown_mark_is_a_problem(read: Read, mark: str) -> None:
    reading = read(UPDATE.replace(f" - {HELP}", f"{mark}{HELP}"))
    assert codes(reading) == {"grade_unconfirmed"}


def test_two_different_citations_of_one_grade_give_none(read: Read) -> None:
    report = read(
        UPDATE.replace("DETAIL\n", "DETAIL\n\nWe have an overall grade of 'Inadequate'.\n")
    )
    assert codes(report) == {"grade_disagreement"}
    overall = [j for j in report.judgements if j.judgement is Judgement.OVERALL_EFFECTIVENESS]
    assert [j.grade for j in overall] == [None]


@pytest.mark.parametrize(
    ("sentence", "grade"),
    [
        ("Bury's overall grade rose from 'Inadequate' in 2017 to 'Good' in 2019.", Grade.GOOD),
        ("In 2019 the overall grade moved to 'Good' from 'Inadequate'.", Grade.GOOD),
        ("The overall grade was 'Inadequate' in 2017 and 'Good' in 2019.", None),
        ("Overall effectiveness was graded inadequate in 2017 and good in 2019.", None),
        ("Our target is an overall grade of 'Good'.", None),
        ("We expect to move from an overall grade of 'Inadequate' to 'Good' in 2021.", None),
        ("Salford received an overall grade of 'Good'.", None),
        ("In Salfordshire West the overall effectiveness is 'Good'.", None),
        ("By March 2021 the overall grade is to be 'Good'.", None),
        ("Children’s homes of the council have an overall grade of 'Good'.", None),
        ("Members asked when the overall grade is 'Good'.", None),
        ("A statistical neighbour has an overall grade of 'Outstanding'.", None),
        ("The overall grade was previously 'Inadequate'.", None),
        ("Our self-assessment gives an overall grade of 'Good'.", None),
        ("The overall grade is not yet 'Good'.", None),
        ("The overall grade was 'Good' in 2015, before the inspection of 2019.", None),
        ("In the inspection of 2019 we had an overall grade of 'Good'.", Grade.GOOD),
    ],
)
def test_a_grade_is_taken_only_where_it_is_the_councils_own(
    read: Read, sentence: str, grade: Grade | None
) -> None:
    cited = "Bury received an overall grade of 'Good', with these sub-categories;"
    report = read(UPDATE.replace(cited, sentence))
    assert report.grade(Judgement.OVERALL_EFFECTIVENESS) is grade
    assert codes(report) == (set() if grade else {"grade_unconfirmed", "table_missing"})
    # The list that follows is of the same inspection, or of the same target.
    assert report.grade(Judgement.IMPACT_OF_LEADERS) is (Grade.GOOD if grade else None)


LISTED = """

- The impact of leaders on social work practice with children and families is 'Good'
- The overall effectiveness is 'Outstanding'"""
INSPECTED = "Ofsted inspected the council's children's services in March 2019."


@pytest.mark.parametrize(
    "words",
    [
        f"{INSPECTED} The overall effectiveness was judged to be 'Good'.",
        f"{INSPECTED}\n\nOur overall grade is 'Good'.",
        "Ofsted judged the overall effectiveness of Bury's children's services to be Good.",
        "The overall grade improved to 'Good'.",
        "Summary\n\nOverall effectiveness: Good",
    ],
)
def test_a_grade_that_is_stated_as_a_fact_is_taken(read: Read, words: str) -> None:
    cited = "1. Bury received an overall grade of 'Good', with these sub-categories;"
    report = read(UPDATE.replace(cited, f"{words}\n\nThe grades are:\n"))
    assert report.problems == ()
    assert report.grade(Judgement.OVERALL_EFFECTIVENESS) is Grade.GOOD
    assert report.grade(Judgement.IMPACT_OF_LEADERS) is Grade.GOOD


@pytest.mark.parametrize(
    "words",
    [
        # Of another body
        "Our fostering agency received an overall grade of 'Good' from Ofsted.",
        "CQC gave our adult services an overall rating of 'Good'.",
        "HMIP inspected the youth justice service in 2019. The overall grade was 'Good'.",
        "An LGA team visited us in 2019. Our overall grade was 'Good'.",
        "Ofsted inspected the music hub in May 2019. The overall grade was 'Good'.",
        "Ofsted inspected us with CQC in 2019. The overall grade was 'Good'.",
        "The nursery had its Ofsted inspection in May 2019. The overall grade was 'Good'.",
        "The library had an Ofsted inspection in May 2019. The overall grade was 'Good'.",
        "Our library had its Ofsted inspection in May 2019. The overall grade was 'Good'.",
        "Ofsted visited the library in May 2019. The overall grade was 'Good'.",
        "Ofsted's report on the library came in May 2019. The overall grade was 'Good'.",
        "Our residential care received an overall grade of 'Good' from Ofsted.",
        "Salford was inspected by Ofsted in 2019. The overall grade was 'Good'.",
        "The council next door received an overall grade of 'Good' from Ofsted.",
        "A council received an overall grade of 'Good' from Ofsted.",
        "The city council received an overall grade of 'Good' from Ofsted.",
        "Ofsted inspection of adoption\n\nThe overall grade is 'Good'.",
        # In general
        "Most councils have an overall grade of 'Good'.",
        "In the North West the overall grade is 'Good'.",
        # Its own view
        "We judged our overall effectiveness 'Good'.",
        "Bury graded its overall effectiveness as 'Good'.",
        f"{INSPECTED} The grades given by us are:{LISTED}",
        f"Self-assessment{LISTED}",
        # Aims
        f"{INSPECTED}\n\nWhat success looks like:{LISTED}",
        f"{INSPECTED}\n\nWhat success looks like{LISTED}",
        f"What good is{LISTED.replace('- The impact', '(a) The impact')}",
        "Our vision is to be outstanding. The overall grade is 'Outstanding'.",
        "Our vision\n\nOfsted gives the council an overall grade of 'Outstanding'.",
        "Imagine it is 2030. Ofsted gave the council an overall grade of 'Outstanding'.",
        "In 2027 the overall grade is 'Good'.",
        # Doubts
        "We believe our overall grade is 'Good'.",
        "Is our overall grade 'Good'?",
        "Nobody says the overall grade is 'Good'.",
        "Councillor Roe said that the overall grade was 'Good'.",
        # Earlier
        "Three years ago our overall grade was 'Inadequate'.",
        "We had an overall grade of 'Inadequate'.",
        "The overall grade had been 'Good'.",
        "The overall grade was 'Good' and has fallen.",
        # No sentence
        f"{INSPECTED}\n\nJudgement\tGrade\nOverall effectiveness\tGood",
        "Overall effectiveness moved from Good to Inadequate.",
    ],
)
def test_no_other_words_give_a_grade(read: Read, words: str) -> None:
    cited = "1. Bury received an overall grade of 'Good', with these sub-categories;"
    listed = UPDATE[UPDATE.index(cited) : UPDATE.index("Themes and objectives")]
    report = read(UPDATE.replace(listed, f"{words}\n\n"))
    assert report.judgements == ()
    assert codes(report) == {"grade_unconfirmed", "table_missing"}


@pytest.mark.parametrize("about", ["FOSTERING INSPECTION", "INSPECTION OF THE LIBRARY"])
def test_a_paper_about_another_service_gives_no_grade(read: Read, about: str) -> None:
    report = read(UPDATE.replace("OFSTED IMPROVEMENT", f"OFSTED {about} IMPROVEMENT"))
    assert report.judgements == ()
    assert codes(report) == {"grade_unconfirmed", "table_missing"}


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("Wednesday 4 March 2020", date(2020, 3, 4)),
        ("Tuesday 4 March 2020", None),
        ("Date of meeting: 04/03/2020", date(2020, 3, 4)),
        ("4 Marsh 2020", None),
        ("4 March 2020\n\n11 March 2020", None),
    ],
)
def test_the_day_of_the_meeting(read: Read, printed: str, day: date | None) -> None:
    report = read(UPDATE.replace("4 MARCH 2020**", f"**\n\n{printed}\n"))
    assert report.published == day
    assert codes(report) == (set() if day else {"published_unclear"})


def test_grades_of_an_earlier_inspection_are_not_taken(read: Read) -> None:
    cited = "Bury received an overall grade of 'Good', with these sub-categories;"
    later = "1. Ofsted's inspection of June 2016 gave these grades:"
    text = UPDATE.replace(f"1. {cited}", later)
    assert len(read(text).judgements) == 2
    report = read(text.replace("Progress\n", "Progress\n\nOfsted inspected us again in 2019.\n", 1))
    assert report.judgements == ()


def test_a_list_of_targets_is_not_a_list_of_grades(read: Read) -> None:
    cited = "Bury received an overall grade of 'Good', with these sub-categories;"
    report = read(UPDATE.replace(cited, "Our targets for the next inspection are:"))
    assert report.judgements == ()
    assert codes(report) == {"grade_unconfirmed", "table_missing"}


def test_another_committee_paper_is_of_no_known_layout(read: Read) -> None:
    paper = UPDATE.replace("OFSTED IMPROVEMENT UPDATE", "HIGHWAYS BUDGET UPDATE")
    assert codes(read(paper)) == {"layout_unknown"}


NAMES = (
    "Pathway Planning and Transitions to Adulthood",
    "Strategy and Meetings (Including risk assessments and support for children returning home "
    "from care)",
    "Supervision",
    "Quality Assurance",
    "Workforce and Practice development",
    "Adolescent Safeguarding",
    "Case recording and data quality",
)
COUNTS = ((3, 4), (3, 2), (2, 2), (3, 2), (3, 2), (3, 1), (2, 2))
"""Achievements and next steps of each."""


@pytest.mark.corpus
def test_a_real_update_is_read_without_problems(shared: Path, register: Register) -> None:
    (path,) = (shared / "seeds").glob("003_*.txt")
    report = read_file(path, register=register)
    assert report.problems == ()
    assert (report.kind, report.framework) == (Kind.COUNCIL_UPDATE, Framework.COUNCIL_UPDATE)
    assert report.authority is not None
    assert (report.authority.name, report.authority.urn) == ("Havering", "80500")
    assert report.published == date(2019, 11, 26)
    assert (report.inspection_start, report.inspection_end) == (None, None)
    assert [(j.judgement, j.grade, j.as_printed) for j in report.judgements] == [
        (Judgement.OVERALL_EFFECTIVENESS, Grade.GOOD, "Good"),
        (Judgement.IMPACT_OF_LEADERS, Grade.GOOD, "Good"),
        (Judgement.HELP_AND_PROTECTION, Grade.REQUIRES_IMPROVEMENT, "Requires improvement"),
        (Judgement.CARE_AND_CARE_LEAVERS, Grade.GOOD, "Good"),
    ]
    themes = report.improvement_plan
    assert tuple(theme.name for theme in themes) == NAMES
    assert tuple((len(t.achievements), len(t.next_steps)) for t in themes) == COUNTS
    assert themes[2].aim == (
        "The aim is to clarify what 'good' supervision looks like, and set out clear guidance and "
        "principles. This also involves looking at new ways of delivering case supervision "
        "including group and peer supervision models."
    )
    assert themes[4].aim.startswith("This theme will progress the work of the Social Care Academy")
    assert "The theme will consider the preparation of social workers" in themes[4].aim
    assert themes[4].achievements[1] == (
        "Recruitment Open Evening; Event held in March 2018 with 80 potential new recruits "
        "attending. A second event is scheduled for November 2018 and will be held at The Cocoon."
    )
    assert themes[1].next_steps[1] == (
        "Training Video: A video example of a good strategy meeting is due to be developed from "
        "the end of November"
    )
    assert themes[5].next_steps == (
        "Launch: The service will be officially launched in early 2020.",
    )


def test_a_letter_enclosed_in_an_update_is_a_problem(read: Read) -> None:
    more = "\n\n".join(f"Paragraph {number} of the paper." for number in range(50))
    report = read(f"{UPDATE}\n\n{more}\n\nDear Ms Roe\n\nFocused visit to Bury\n")
    assert report.kind is Kind.COUNCIL_UPDATE
    assert "several_documents" in codes(report)
