"""Changes by the rules of the field: per judgement, and only where frameworks allow it."""

from __future__ import annotations

import pytest

from reports.comparison import compare
from reports.model import (
    Change,
    Direction,
    Framework,
    Grade,
    Judgement,
    JudgementReading,
    Problem,
    Reading,
)
from reports.problems import ProblemCode

O, G, R, I = (  # noqa: E741
    Grade.OUTSTANDING,
    Grade.GOOD,
    Grade.REQUIRES_IMPROVEMENT,
    Grade.INADEQUATE,
)


def report(framework: Framework, **grades: Grade | None) -> Reading:
    """A report that says nothing but these grades."""
    return Reading(
        file="x.pdf",
        sha256="0" * 64,
        pages=1,
        framework=framework,
        judgements=tuple(
            JudgementReading(judgement=Judgement(j), label=j, grade=g, as_printed=str(g))
            for j, g in grades.items()
        ),
    )


def changes(earlier: Reading, later: Reading) -> dict[Judgement, Change]:
    """The changes by judgement."""
    found = compare(earlier, later).changes
    assert len({change.judgement for change in found}) == len(found)
    return {change.judgement: change for change in found}


ILACS_2018 = report(
    Framework.ILACS_2018,
    impact_of_leaders=R, help_and_protection=R, care_and_care_leavers=R, overall_effectiveness=R,
)  # fmt: skip
ILACS_2023 = report(
    Framework.ILACS_2023,
    impact_of_leaders=G, help_and_protection=R, in_care=G, care_leavers=O, overall_effectiveness=G,
)  # fmt: skip
ILACS_2026 = report(
    Framework.ILACS_2026, impact_of_leaders=I, help_and_protection=I, in_care=G, care_leavers=R
)


def test_from_the_combined_judgement_to_2026_without_an_overall_grade() -> None:
    found = changes(ILACS_2018, ILACS_2026)
    assert found[Judgement.IMPACT_OF_LEADERS].direction is Direction.WORSE
    assert found[Judgement.HELP_AND_PROTECTION].direction is Direction.WORSE
    in_care = found[Judgement.IN_CARE]
    assert (in_care.earlier, in_care.later, in_care.direction) == (R, G, Direction.BETTER)
    assert in_care.note.startswith("Narrower judgement")
    leavers = found[Judgement.CARE_LEAVERS]
    assert (leavers.earlier, leavers.direction) == (None, Direction.FIRST)
    overall = found[Judgement.OVERALL_EFFECTIVENESS]
    assert (overall.earlier, overall.later) == (R, None)
    assert overall.direction is Direction.NOT_GIVEN_ANY_MORE
    assert overall.note == "Ofsted no longer gives an overall grade."


def test_the_first_separate_grade_for_care_leavers_is_not_a_change() -> None:
    found = changes(ILACS_2018, ILACS_2023)
    assert found[Judgement.CARE_LEAVERS].note == (
        "New separate grade; from 2018 to 2022 it was joint with children in care."
    )
    assert Judgement.CARE_AND_CARE_LEAVERS not in found
    assert found[Judgement.HELP_AND_PROTECTION].direction is Direction.SAME


def test_within_one_framework_all_judgements_compare() -> None:
    found = changes(ILACS_2023, ILACS_2023)
    assert {change.direction for change in found.values()} == {Direction.SAME}
    assert {change.note for change in found.values()} == {""}


def test_from_the_single_inspection_framework() -> None:
    sif = report(
        Framework.SIF,
        overall_effectiveness=I, help_and_protection=I, looked_after_and_permanence=R, adoption=G,
        care_leavers=R, leadership_management_governance=I, lscb=R,
    )  # fmt: skip
    found = changes(sif, ILACS_2018)
    assert found[Judgement.OVERALL_EFFECTIVENESS].direction is Direction.BETTER
    leaders = found[Judgement.IMPACT_OF_LEADERS]
    assert (leaders.earlier, leaders.direction) == (I, Direction.BETTER)
    assert leaders.note.startswith("Different framework")
    assert found[Judgement.CARE_AND_CARE_LEAVERS].earlier is R
    for gone in (Judgement.ADOPTION, Judgement.LSCB, Judgement.CARE_LEAVERS):
        assert found[gone].direction is Direction.NOT_GIVEN_ANY_MORE
    assert changes(sif, ILACS_2023)[Judgement.CARE_LEAVERS].direction is Direction.BETTER


def test_grades_before_2013_are_never_compared() -> None:
    old = report(Framework.PRE_2013, overall_effectiveness=Grade.ADEQUATE)
    found = changes(old, report(Framework.SIF, overall_effectiveness=R))
    assert found[Judgement.OVERALL_EFFECTIVENESS].direction is Direction.NOT_COMPARABLE


def test_area_send_outcomes_compare_among_themselves_only() -> None:
    first = report(Framework.AREA_SEND, area_send_outcome=Grade.INCONSISTENT)
    second = report(Framework.AREA_SEND, area_send_outcome=Grade.WIDESPREAD_OR_SYSTEMIC_FAILINGS)
    assert changes(first, second)[Judgement.AREA_SEND_OUTCOME].direction is Direction.WORSE
    for a, b in ((first, ILACS_2023), (ILACS_2023, first)):
        assert {c.direction for c in changes(a, b).values()} == {Direction.NOT_COMPARABLE}


@pytest.mark.parametrize(("before", "after"), [(None, G), (G, None), (None, None)])
def test_a_grade_that_was_not_read_is_never_a_change(
    before: Grade | None, after: Grade | None
) -> None:
    found = changes(
        report(Framework.ILACS_2026, in_care=before), report(Framework.ILACS_2026, in_care=after)
    )
    assert found[Judgement.IN_CARE].direction is Direction.NOT_COMPARABLE
    assert (
        found[Judgement.IN_CARE].note == "One of the two grades could not be read with certainty."
    )


@pytest.mark.parametrize("uncertain", ["earlier", "later"])
def test_grades_of_a_report_in_doubt_are_never_a_change(uncertain: str) -> None:
    doubt = Problem(code=ProblemCode.GRADE_UNCONFIRMED, message="Only the table says so.")
    earlier, later = ILACS_2023, ILACS_2026
    if uncertain == "earlier":
        earlier = earlier.with_problem(doubt)
    else:
        later = later.with_problem(doubt)
    found = changes(earlier, later)[Judgement.HELP_AND_PROTECTION]
    assert found.direction is Direction.NOT_COMPARABLE
    assert found.note == "One of the two grades could not be read with certainty."


def test_a_first_grade_that_was_not_read_is_not_a_first_grade() -> None:
    later = report(Framework.ILACS_2023, care_leavers=None)
    found = changes(ILACS_2018, later)
    assert found[Judgement.CARE_LEAVERS].direction is Direction.NOT_COMPARABLE


def test_not_judged_is_not_a_change() -> None:
    found = changes(
        report(Framework.SIF, adoption=Grade.NOT_JUDGED), report(Framework.SIF, adoption=G)
    )
    assert found[Judgement.ADOPTION].direction is Direction.NOT_COMPARABLE


def test_a_judgement_that_one_report_leaves_out_is_not_a_change() -> None:
    with_lscb = report(Framework.SIF, adoption=G, lscb=G)
    without = report(Framework.SIF, adoption=G)
    for a, b, which in ((with_lscb, without, "later"), (without, with_lscb, "earlier")):
        found = changes(a, b)[Judgement.LSCB]
        assert found.direction is Direction.NOT_COMPARABLE
        assert found.note == f"The {which} report gives no such grade."


def test_visits_and_unknown_frameworks_compare_with_nothing() -> None:
    visit = report(Framework.FOCUSED_VISIT)
    assert compare(visit, visit).changes == ()
    for change in changes(visit, ILACS_2026).values():
        assert change.direction is Direction.NOT_COMPARABLE
        assert change.note == "The earlier report is of a visit, which gives no grades."
    unknown = report(Framework.UNKNOWN, in_care=G)
    for a, b in ((unknown, unknown), (unknown, ILACS_2023), (ILACS_2023, unknown)):
        assert changes(a, b)[Judgement.IN_CARE].direction is Direction.NOT_COMPARABLE


def test_a_report_that_was_not_recognised_is_not_one_of_another_framework() -> None:
    found = changes(report(Framework.UNKNOWN), ILACS_2023)[Judgement.HELP_AND_PROTECTION]
    assert found.note == "One of the two grades could not be read with certainty."


def test_a_newer_framework_is_never_the_earlier_one() -> None:
    found = changes(ILACS_2026, ILACS_2018)
    assert {change.direction for change in found.values()} == {Direction.NOT_COMPARABLE}


def test_the_json_says_from_and_to() -> None:
    (change,) = compare(
        report(Framework.ILACS_2026, in_care=G), report(Framework.ILACS_2026, in_care=O)
    ).model_dump(mode="json", by_alias=True)["changes"]
    assert (change["from"], change["to"]) == ("good", "outstanding")
