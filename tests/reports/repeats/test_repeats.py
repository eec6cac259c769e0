"""Repeats: the same issue, not only the same theme."""

from __future__ import annotations

from datetime import date

import pytest

from reports.comparison import compare
from reports.model import (
    Framework,
    ImprovementArea,
    InspectorStatement,
    Kind,
    Problem,
    Reading,
    Target,
)
from reports.problems import ProblemCode
from reports.repeats.base_rates import BaseRates, ReportFamily, counts_for_base_rates, report_keys
from reports.repeats.certainty import load_repeat_weights
from reports.repeats.explanation import NAMES_OF_GROUPS
from reports.repeats.finding import (
    certainty_of,
    find_repeats,
    find_same_area,
    no_longer_named,
    same_issue,
)
from reports.repeats.signals import GROUPS
from reports.themes.tagging import tag_areas


def report(
    *texts: str,
    framework: Framework = Framework.ILACS_2018,
    kind: Kind = Kind.INSPECTION,
    target: Target = Target.AUTHORITY,
    priority_action: bool = False,
    stated: tuple[InspectorStatement, ...] = (),
    start: date = date(2018, 1, 1),
    problems: tuple[Problem, ...] = (),
) -> Reading:
    """A report with these areas."""
    areas = [
        ImprovementArea(
            text=text,
            heading="What needs to improve",
            target=target,
            priority_action=priority_action,
        )
        for text in texts
    ]
    return Reading(
        file="report.pdf",
        sha256="0" * 64,
        pages=1,
        kind=kind,
        framework=framework,
        inspection_start=start,
        improvement_areas=tag_areas(areas, framework),
        stated_repeats=stated,
        problems=problems,
    )


MEETINGS = "The timeliness of strategy meetings."
SUPERVISION = "The quality and frequency of supervision."
FOSTERING = "The response to children in private fostering arrangements."


def rates(**shares: float) -> BaseRates:
    """Base rates of 100 inspections of councils."""
    return BaseRates(
        rates={(ReportFamily.COUNCIL, key): share for key, share in shares.items()},
        reports={ReportFamily.COUNCIL: 100},
    )


@pytest.mark.parametrize(
    ("later", "earlier"),
    [
        (SUPERVISION, "The impact of supervision and management oversight."),
        (FOSTERING, "Identification of privately fostered children."),
        ("Timeliness of assessments.", "The quality of assessments and plans for children."),
        ("Pathway plans.", "Health histories and pathway plans for care leavers."),
        ("The completion of return home interviews.", "Take-up of return home interviews."),
        ("Case records.", "The recording of supervision."),
        ("The targets in PEPs.", "The quality of PEPs (personal education plans)."),
        ("Timeliness of pre-proceedings work.", "Delay in pre-proceedings and legal planning."),
        ("Placement with parents arrangements.", "Arrangements for placement with parents."),
    ],
)
def test_the_same_issue_is_a_repeat(later: str, earlier: str) -> None:
    assert same_issue(later, earlier)


@pytest.mark.parametrize(
    ("later", "earlier"),
    [
        ("The completion of return home interviews.", "Support for children returning home."),
        ("The quality of assessments.", "Assessments of children in private fostering."),
        ("The quality of management oversight.", "Management oversight of allegations."),
        ("Recording of management oversight.", "The effectiveness of management oversight."),
        ("The quality of safety planning.", "The timeliness of planning for permanence."),
        ("Homeless 16- and 17-year-olds.", FOSTERING),
        ("Support to care leavers in custody.", "Health histories for care leavers."),
    ],
)
def test_another_issue_of_the_same_theme_is_not_a_repeat(later: str, earlier: str) -> None:
    assert not same_issue(later, earlier)


def test_items_of_a_list_within_an_area_are_compared_one_by_one() -> None:
    listed = (
        "Services to care leavers, including: − sufficiency of accommodation − assessment of risk "
        "and safety planning for young people − access to information about health histories."
    )
    assert same_issue("The assessment of risk and safety planning for care leavers.", listed)


def test_a_repeat_has_both_statements_word_for_word() -> None:
    (repeat,) = find_repeats(report(FOSTERING, "Audits."), report("Visits.", FOSTERING.upper()))
    assert repeat.earlier == FOSTERING
    assert repeat.later == FOSTERING.upper()
    assert (repeat.theme, repeat.facet) == ("specific_groups", "private_fostering")


def test_certainty_decides_the_tier_and_the_rate_only_says_how_common_the_issue_is() -> None:
    alike = report(FOSTERING, SUPERVISION)
    known = rates(**{"specific_groups/private_fostering": 0.14, "supervision_oversight": 0.53})
    found = find_repeats(alike, alike, base_rates=known)
    assert [(one.strength, one.base_rate) for one in found] == [("likely", 0.14), ("likely", 0.53)]
    assert all(one.certainty is not None and one.certainty > 0.85 for one in found)
    (other,) = find_repeats(
        report("The quality of assessments and of plans for children."),
        report("Timeliness of assessments."),
    )
    assert (other.strength, other.base_rate) == ("possible", None)


def test_a_repeat_is_explained_in_one_sentence() -> None:
    (repeat,) = find_repeats(report("The recording of strategy meetings."), report(MEETINGS))
    assert repeat.explanation == (
        "Both are about child protection strategy meetings, but only the later one says "
        "“timeliness”."
    )


def test_an_explanation_quotes_what_both_statements_ask_for() -> None:
    earlier = "The quality of supervision and the direction that it gives to plans for children."
    later = "The frequency and quality of supervision, so that delay is noticed and challenged."
    (repeat,) = find_repeats(report(earlier), report(later))
    assert repeat.explanation == "Both are about supervision of staff, and both say “quality”."


def test_an_explanation_names_the_issue_by_which_the_repeat_is_known() -> None:
    """Both statements also name pathway plans, on which the repeat's page says nothing."""
    [repeat] = find_repeats(
        report("The consistency of support and pathway plans for care leavers."),
        report("The quality and consistency of support and pathway planning for care leavers."),
    )
    assert repeat.facet == "offer_contact"
    assert repeat.explanation.startswith(
        "Both are about care leavers’ support, contact and local offer, and both say"
    )


def test_words_that_adjoin_in_both_statements_are_quoted_as_one_phrase() -> None:
    earlier = report("The timeliness of return home interviews by youth workers.")
    (repeat,) = find_repeats(earlier, report("Return home interviews that youth workers hold."))
    assert "both say “youth workers”" in repeat.explanation


def test_an_explanation_quotes_care_leavers_as_one_expression() -> None:
    earlier = report("The quality of personal education plans for care leavers.")
    (repeat,) = find_repeats(earlier, report("The quality of plans for care leavers."))
    assert repeat.explanation.endswith("and both say “quality” and “care leavers”.")


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("Return home interviews and how they relate to plans done.",
         "Plans relate to return home interviews done."),
        ("Face to face visits to children in care, done each month.",
         "Visits to children in care that are done face to face."),
        ("Support for homeless young people in the world.",
         "Help for homeless people to face the world."),
    ],
)  # fmt: skip
def test_an_explanation_quotes_no_words_without_content(earlier: str, later: str) -> None:
    (repeat,) = find_repeats(report(earlier), report(later))
    assert not any(f"“{word}" in repeat.explanation for word in ("relate", "done", "face", "world"))


def test_an_explanation_quotes_no_prefix_without_its_word() -> None:
    earlier = "The management of risk in pre-proceedings."
    (repeat,) = find_repeats(report(earlier), report("The quality of pre-proceedings work."))
    assert "“pre”" not in repeat.explanation
    assert "both say “pre-proceedings”" in repeat.explanation


def test_an_explanation_names_only_groups_that_a_statement_names() -> None:
    """Care leavers are not in care. Nor does “social care” mean children in care."""
    earlier = "Ensure that care leavers have up-to-date risk assessments."
    (repeat,) = find_repeats(report(earlier), report("The quality of risk assessments."))
    assert "mentions care leavers" in repeat.explanation
    assert "children in care" not in repeat.explanation


def test_the_name_of_an_issue_has_its_article_in_an_explanation() -> None:
    earlier = report("The quality of assessments.")
    (repeat,) = find_repeats(earlier, report("The timeliness and quality of assessments."))
    assert "oth are about the quality of children’s assessments" in repeat.explanation


def test_an_explanation_does_not_name_a_group_that_the_name_of_the_issue_has() -> None:
    earlier = report("The support for homeless children over 16.")
    (repeat,) = find_repeats(earlier, report("Response to 16- and 17-year-old homeless children."))
    assert repeat.explanation == "Both are about homeless 16- and 17-year-olds."


def test_the_groups_that_an_explanation_names_are_those_of_the_signals() -> None:
    assert NAMES_OF_GROUPS.keys() == GROUPS.keys()


def test_an_explanation_quotes_abbreviations_as_they_are_written() -> None:
    earlier = "The quality of letters before action in the PLO."
    (repeat,) = find_repeats(report(earlier), report("Letters before action under the PLO."))
    assert "“PLO”" in repeat.explanation


def test_an_explanation_names_no_words_of_an_age() -> None:
    homeless = "Support for homeless 16- and 17-year-olds."
    (repeat,) = find_repeats(report(homeless), report(homeless))
    assert "homeless" in repeat.explanation
    assert "“olds”" not in repeat.explanation
    assert "“year”" not in repeat.explanation


def test_another_point_of_the_same_area_is_shown_apart() -> None:
    earlier = report("The recording of supervision.")
    later = report("The frequency of supervision for newly qualified social workers.")
    assert find_repeats(earlier, later) == ()
    (near,) = find_same_area(earlier, later)
    assert near.theme == "supervision_oversight"
    assert find_same_area(later, later) == ()
    # It may be meant, so that nothing says that it is not named any more.
    assert no_longer_named(earlier, later) == ()


def test_what_inspectors_say_themselves_is_stated() -> None:
    said = InspectorStatement(
        text="This was an area for improvement at the last inspection.", area=1
    )
    later = report("Visits.", SUPERVISION, stated=(said,))
    (repeat,) = find_repeats(report(SUPERVISION), later)
    assert repeat.strength == "stated"


@pytest.mark.parametrize("own_words", [False, True])
def test_what_is_stated_is_linked_only_with_what_is_certainly_the_same(own_words: bool) -> None:
    text = "This was an area for improvement at the last inspection."
    area = f"The quality of assessments and of plans. {text if own_words else ''}"
    later = report(area, stated=(InspectorStatement(text=text, area=0),))
    (near,) = find_repeats(report("Timeliness of assessments."), later)
    assert near.certainty is not None
    assert near.certainty < load_repeat_weights().stated_from
    assert near.strength == "possible"
    assert find_repeats(report("Recording in plans for adoption."), later) == ()


def test_all_areas_still_to_be_improved_makes_each_repeat_stated() -> None:
    said = InspectorStatement(
        text="All areas for improvement remain areas for improvement.", area=None
    )
    later = report(FOSTERING, SUPERVISION, stated=(said,))
    found = find_repeats(report(FOSTERING, SUPERVISION), later)
    assert {one.strength for one in found} == {"stated"}


def test_progress_in_all_areas_with_more_to_do_makes_no_repeat_stated() -> None:
    text = "All areas identified at the last inspection have been progressed."
    said = InspectorStatement(text=text, area=None)
    found = find_repeats(report(SUPERVISION), report(SUPERVISION, stated=(said,)))
    assert [one.strength for one in found] == ["likely"]


def test_families_of_reports_are_kept_apart() -> None:
    joint = report(FOSTERING, framework=Framework.JTAI, target=Target.PARTNERSHIP)
    council = report(FOSTERING)
    assert find_repeats(joint, council) == ()
    assert no_longer_named(joint, council) == ()
    assert len(find_repeats(joint, joint)) == 1
    visit = report(FOSTERING, framework=Framework.FOCUSED_VISIT, kind=Kind.FOCUSED_VISIT)
    assert len(find_repeats(council, visit)) == 1


@pytest.mark.parametrize("target", [Target.LSCB, Target.PARTNER, Target.PARTNERSHIP])
def test_what_others_must_do_does_not_count_as_a_repeat_of_the_council(target: Target) -> None:
    others = report(FOSTERING, target=target, framework=Framework.SIF)
    assert find_repeats(others, report(FOSTERING)) == ()
    assert report_keys(others) == frozenset()


def test_what_is_named_no_longer_is_said_word_for_word() -> None:
    earlier = report(SUPERVISION, FOSTERING, "The quality of pathway plans.")
    assert no_longer_named(earlier, report("Supervision.")) == (
        FOSTERING,
        "The quality of pathway plans.",
    )


def test_a_comparison_has_the_repeats() -> None:
    result = compare(report(SUPERVISION, FOSTERING), report(FOSTERING))
    assert [repeat.facet for repeat in result.repeats] == ["private_fostering"]
    assert result.no_longer_named == (SUPERVISION,)


def test_what_a_person_confirmed_is_not_missing() -> None:
    result = compare(report(SUPERVISION), report(FOSTERING), confirmed=lambda *_: True)
    assert [repeat.strength for repeat in result.repeats] == ["likely"]
    assert result.no_longer_named == ()


@pytest.mark.parametrize("uncertain", ["earlier", "later"])
def test_nothing_is_missing_where_a_list_is_not_certain(uncertain: str) -> None:
    unclear = (Problem(code=ProblemCode.AREAS_MISSING, message="No areas were found."),)
    earlier = report(SUPERVISION, problems=unclear if uncertain == "earlier" else ())
    later = report(FOSTERING, problems=unclear if uncertain == "later" else ())
    assert compare(earlier, later).no_longer_named == ()


def test_a_report_names_an_issue_once_with_its_theme() -> None:
    assert report_keys(report(SUPERVISION, SUPERVISION)) == {"supervision_oversight"}
    assert report_keys(report(FOSTERING)) == {
        "specific_groups",
        "specific_groups/private_fostering",
    }


def test_visits_do_not_count_for_base_rates() -> None:
    assert counts_for_base_rates(report(SUPERVISION))
    assert counts_for_base_rates(report())
    assert not counts_for_base_rates(report(SUPERVISION, kind=Kind.FOCUSED_VISIT))


def test_base_rates_count_no_report_whose_list_is_longer_by_its_rules_or_uncertain() -> None:
    before_2018 = report(SUPERVISION, framework=Framework.SIF, start=date(2017, 12, 31))
    unclear = Problem(code=ProblemCode.AREAS_UNCLEAR, message="A line is unclear.")
    assert not counts_for_base_rates(before_2018)
    assert not counts_for_base_rates(report(SUPERVISION, problems=(unclear,)))


def test_a_theme_that_the_taxonomy_no_longer_has_has_no_base_rate() -> None:
    assert rates(lado=0.5).issue_rate(ReportFamily.COUNCIL, "gone", "gone_too") is None


def test_too_few_reports_give_no_base_rate() -> None:
    rates = {(ReportFamily.COUNCIL, "supervision_oversight"): 0.4}
    for reports, rate, other in ((29, None, None), (30, 0.4, 0.0)):
        found = BaseRates(rates=rates, reports={ReportFamily.COUNCIL: reports})
        assert found.rate(ReportFamily.COUNCIL, "supervision_oversight") == rate
        assert found.rate(ReportFamily.COUNCIL, "lado") == other


def test_references_to_the_national_framework_make_no_two_areas_alike() -> None:
    """Reports since 2026 end most areas with one; all have its words in common."""
    health = "Timeliness and recording of children’s health assessments"
    oversight = "The quality and impact of recorded supervision and management decision-making"
    assert certainty_of(
        f"{health} (outcome 4, national framework)",
        f"{oversight} (enabler 2, national framework)",
    ) == pytest.approx(certainty_of(health, oversight))


def test_nothing_is_missing_that_another_area_may_be_about() -> None:
    earlier = report("Return home interviews for missing children.", "The quality of audits.")
    later = report("The response to children who go missing from home and care.")
    assert no_longer_named(earlier, later) == ("The quality of audits.",)


def test_nothing_is_missing_where_inspectors_say_that_all_areas_remain() -> None:
    earlier = report("Return home interviews for missing children.", "The quality of audits.")
    later = report("The quality of life-story work.")
    said = "All areas for improvement identified at the last inspection remain."
    stated = later.model_copy(update={"stated_repeats": (InspectorStatement(text=said, page=1),)})
    assert len(no_longer_named(earlier, later)) == 2
    assert no_longer_named(earlier, stated) == ()
