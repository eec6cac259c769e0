"""Which areas for improvement a council's improvement plan names, and with which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.analysis.improvement_plan import AreaCoverage, answers_none, coverage, tag_plan
from reports.model import ImprovementArea, PlanTheme
from reports.reader import read_file
from reports.register import Register
from reports.themes.tagging import tag

SUPERVISION = PlanTheme(
    name="Supervision",
    aim="The aim is to give clear guidance.",
    achievements=("Template: A new supervision template is in use.",),
    page=3,
)
PLANS = PlanTheme(
    name="Better practice",
    aim="We meet every week. The aim is that child protection plans are clear.",
    next_steps=("A full time manager for the drop-in centre.",),
)


def area(text: str) -> ImprovementArea:
    return ImprovementArea(text=text, heading="What needs to improve", themes=tag(text))


def one(text: str, *plan: PlanTheme) -> AreaCoverage:
    (found,) = coverage([area(text)], plan)
    return found


def test_the_name_of_a_theme_is_evidence() -> None:
    found = one("The frequency and quality of supervision.", SUPERVISION, PLANS)
    assert found.status == "covered"
    evidence = found.issues[0].covered_by
    assert evidence is not None
    assert (evidence.plan_theme, evidence.words, evidence.page) == (
        "Supervision", "Supervision", 3,
    )  # fmt: skip


def test_a_sentence_of_the_aim_is_evidence_with_its_words() -> None:
    found = one("The quality of child protection plans.", SUPERVISION, PLANS)
    evidence = found.issues[0].covered_by
    assert evidence is not None
    assert evidence.words == "The aim is that child protection plans are clear."


def test_an_area_is_covered_in_part_where_one_of_its_issues_is_named() -> None:
    found = one("The quality of management oversight and supervision.", SUPERVISION, PLANS)
    assert found.status == "partly"
    by_facet = {issue.facet: issue for issue in found.issues}
    assert by_facet["supervision"].covered_by is not None
    assert by_facet["management_oversight"].covered_by is None
    near = by_facet["management_oversight"].near
    assert near is not None
    assert near.words == "Supervision"


def test_an_entry_on_another_subject_is_not_evidence() -> None:
    found = one("The quality of management oversight.", PLANS)
    assert (found.status, found.issues[0].near) == ("not_named", None)


def test_what_is_said_of_one_subject_alone_does_not_cover_all_work() -> None:
    adolescents = PlanTheme(
        name="Children who go missing", aim="The governance and leadership of this work is new."
    )
    found = one("The leadership and governance of children's services.", adolescents)
    assert found.status == "not_named"
    assert found.issues[0].near is not None
    # An area that has the subject too is covered by it.
    both = "Senior leaders' oversight and governance, and the response to missing children."
    assert one(both, adolescents).status == "covered"


def test_without_any_theme_nothing_is_said() -> None:
    assert one("To go on.", SUPERVISION).status == "no_theme"


def test_themes_of_the_programme_that_no_area_shares() -> None:
    areas = [area("The frequency and quality of supervision.")]
    assert answers_none(areas, [SUPERVISION, PLANS]) == (PLANS,)


def test_a_programme_is_tied_to_the_taxonomy() -> None:
    (tagged,) = tag_plan([SUPERVISION])
    assert [(t.theme, t.facet) for t in tagged.themes] == [("supervision_oversight", "supervision")]


@pytest.mark.corpus
def test_a_real_improvement_plan_is_compared_with_the_inspection_before_it(
    shared: Path, register: Register
) -> None:
    (update,) = (shared / "seeds").glob("003_*.txt")
    (inspection,) = (shared / "seeds").glob("000_*.txt")
    plan = read_file(update, register=register).improvement_plan
    areas = read_file(inspection, register=register).improvement_areas
    assert [theme.themes[0].theme for theme in plan] == [
        "pathway_planning", "strategy_meetings", "supervision_oversight", "quality_assurance",
        "workforce_practice", "exploitation_missing", "recording_data",
    ]  # fmt: skip
    found = coverage(areas, plan)
    # Every area of that inspection has evidence; which part of it is the taxonomy's to say.
    assert {one.status for one in found} <= {"covered", "partly"}
    evidence = [next(i.covered_by for i in one.issues if i.covered_by) for one in found]
    assert [one.plan_theme.split()[0] for one in evidence] == [
        "Supervision", "Strategy", "Strategy", "Strategy", "Adolescent",
    ]  # fmt: skip
    assert evidence[3].words.startswith(
        "The aim is to set out a consistent approach to ensuring plans"
    )
    assert [theme.name.split()[0] for theme in answers_none(areas, plan)] == [
        "Pathway", "Workforce",
    ]  # fmt: skip
