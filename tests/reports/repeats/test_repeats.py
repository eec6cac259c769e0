"""Repeats: the same issue, not the same shelf."""

from __future__ import annotations

import pytest

from reports.compare import compare
from reports.model import (
    Framework,
    ImprovementArea,
    Kind,
    Reading,
    StatedRepeat,
    Target,
)
from reports.repeats import (
    BaseRates,
    ReportFamily,
    compute_base_rates,
    find_repeats,
    no_longer_named,
    report_keys,
    same_issue,
    still_same,
)
from reports.themes import tag_areas


def report(
    *texts: str,
    framework: Framework = Framework.ILACS_2018,
    kind: Kind = Kind.INSPECTION,
    target: Target = Target.AUTHORITY,
    priority_action: bool = False,
    stated: tuple[StatedRepeat, ...] = (),
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
        improvement_areas=tag_areas(areas, framework),
        stated_repeats=stated,
    )


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
        ("The targets in PEPs.", "Personal education plans that follow progress."),
        ("Timeliness of pre-proceedings work.", "Effective use of the public law outline."),
        ("Placement with parents regulations.", "Planned support for children returning home."),
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
def test_another_issue_on_the_same_shelf_is_no_repeat(later: str, earlier: str) -> None:
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


def test_a_rare_issue_is_specific_and_a_frequent_one_common() -> None:
    known = rates(**{"specific_groups/private_fostering": 0.14, "supervision_oversight": 0.53})
    earlier = report(FOSTERING, SUPERVISION)
    found = find_repeats(earlier, earlier, base_rates=known)
    assert [(one.strength, one.base_rate) for one in found] == [
        ("specific", 0.14),
        ("common", 0.53),
    ]


def test_without_rates_nothing_is_called_specific() -> None:
    (repeat,) = find_repeats(report(FOSTERING), report(FOSTERING))
    assert (repeat.strength, repeat.base_rate) == ("common", None)


def test_what_inspectors_say_themselves_is_stated() -> None:
    said = StatedRepeat(text="This was an area for improvement at the last inspection.", area=1)
    later = report("Visits.", SUPERVISION, stated=(said,))
    (repeat,) = find_repeats(report(SUPERVISION), later)
    assert repeat.strength == "stated"


def test_all_areas_still_to_be_improved_makes_each_repeat_stated() -> None:
    said = StatedRepeat(text="All areas for improvement remain areas for improvement.", area=None)
    later = report(FOSTERING, SUPERVISION, stated=(said,))
    found = find_repeats(report(FOSTERING, SUPERVISION), later)
    assert {one.strength for one in found} == {"stated"}


def test_a_priority_action_is_specific_however_common() -> None:
    known = rates(supervision_oversight=0.53)
    urgent = report(SUPERVISION, priority_action=True)
    plain = report(SUPERVISION)
    assert find_repeats(urgent, plain, base_rates=known)[0].strength == "specific"
    assert find_repeats(plain, plain, base_rates=known)[0].strength == "common"


@pytest.mark.parametrize(("rate", "strength"), [(0.29, "specific"), (0.31, "common")])
def test_a_third_time_is_specific_unless_chance_alone_would_often_make_it(
    rate: float, strength: str
) -> None:
    plain = report(SUPERVISION)
    known = rates(supervision_oversight=rate)
    assert find_repeats(plain, plain, base_rates=known)[0].strength == "common"
    (repeat,) = find_repeats(plain, plain, base_rates=known, before=[plain])
    assert repeat.strength == strength


def test_what_a_visit_named_is_specific_only_in_much_the_same_words() -> None:
    known = rates(**{"specific_groups/private_fostering": 0.14})
    said = "The response to children who are privately fostered and the checks of their carers."
    like = "Assessments of private fostering households and visits."
    visit, full = (report(said, kind=kind) for kind in (Kind.FOCUSED_VISIT, Kind.INSPECTION))
    (of_visit,) = find_repeats(visit, report(like), base_rates=known)
    (of_full,) = find_repeats(full, report(like), base_rates=known)
    assert (of_visit.strength, of_full.strength) == ("common", "specific")
    (same,) = find_repeats(visit, report(said), base_rates=known)
    assert same.strength == "specific"


def test_a_rare_issue_in_quite_other_words_is_common() -> None:
    known = rates(**{"specific_groups/private_fostering": 0.14})
    other = report("Publicity about private fostering among schools and doctors.")
    earlier = report(
        "Statutory visits to privately fostered children and recorded background checks."
    )
    (repeat,) = find_repeats(earlier, other, base_rates=known)
    assert (repeat.facet, repeat.strength) == ("private_fostering", "common")


def test_repeats_that_people_reject_are_counted_where_the_rule_still_tells_them() -> None:
    rejected = [(FOSTERING, FOSTERING.upper()), (FOSTERING, SUPERVISION)]
    assert still_same(rejected) == [(FOSTERING, FOSTERING.upper())]


def test_families_of_reports_are_kept_apart() -> None:
    joint = report(FOSTERING, framework=Framework.JTAI, target=Target.PARTNERSHIP)
    council = report(FOSTERING)
    assert find_repeats(joint, council) == ()
    assert no_longer_named(joint, council) == ()
    assert len(find_repeats(joint, joint)) == 1
    visit = report(FOSTERING, framework=Framework.FOCUSED_VISIT, kind=Kind.FOCUSED_VISIT)
    assert len(find_repeats(council, visit)) == 1


@pytest.mark.parametrize("target", [Target.LSCB, Target.PARTNER, Target.PARTNERSHIP])
def test_what_others_must_do_is_no_repeat_of_the_council(target: Target) -> None:
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


def test_base_rates_count_a_report_once_and_visits_not_at_all() -> None:
    visits = [report(SUPERVISION, kind=Kind.FOCUSED_VISIT) for _ in range(50)]
    inspections = [report(SUPERVISION, SUPERVISION), *(report(FOSTERING) for _ in range(39))]
    found = compute_base_rates([*visits, *inspections, report()])
    assert found.reports == {ReportFamily.COUNCIL: 40}
    assert found.rate(ReportFamily.COUNCIL, "supervision_oversight") == pytest.approx(1 / 40)
    assert found.rate(ReportFamily.COUNCIL, "lado") == 0.0


def test_too_few_reports_give_no_base_rate() -> None:
    found = compute_base_rates([report(SUPERVISION)] * 29)
    assert found.rate(ReportFamily.COUNCIL, "supervision_oversight") is None
