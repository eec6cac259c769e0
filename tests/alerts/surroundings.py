"""Councils with a past and with others next to them, for the messages that show both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from alerts.messages.compose import compose
from alerts.messages.context import CouncilGroup, GroupMember, ReportContext
from alerts.messages.message import Message
from reports.analysis.peers import count_grades
from reports.analysis.timeline import Inspected, timeline
from reports.model import Framework, Grade, Judgement
from storage.models import Authority, Inspection, Report
from tests.alerts.builders import FILES, SITES, change, fall_events, make_event, make_report

O, G, R, I = (  # noqa: E741
    Grade.OUTSTANDING,
    Grade.GOOD,
    Grade.REQUIRES_IMPROVEMENT,
    Grade.INADEQUATE,
)
_J = Judgement
ORDER = {
    Framework.SIF: (
        _J.OVERALL_EFFECTIVENESS,
        _J.HELP_AND_PROTECTION,
        _J.LOOKED_AFTER_AND_PERMANENCE,
        _J.ADOPTION,
        _J.CARE_LEAVERS,
        _J.LEADERSHIP_MANAGEMENT_GOVERNANCE,
        _J.LSCB,
    ),
    Framework.ILACS_2018: (
        _J.IMPACT_OF_LEADERS,
        _J.HELP_AND_PROTECTION,
        _J.CARE_AND_CARE_LEAVERS,
        _J.OVERALL_EFFECTIVENESS,
    ),
    Framework.ILACS_2023: (
        _J.IMPACT_OF_LEADERS,
        _J.HELP_AND_PROTECTION,
        _J.IN_CARE,
        _J.CARE_LEAVERS,
        _J.OVERALL_EFFECTIVENESS,
    ),
    Framework.ILACS_2026: (
        _J.IMPACT_OF_LEADERS,
        _J.HELP_AND_PROTECTION,
        _J.IN_CARE,
        _J.CARE_LEAVERS,
    ),
}
EDITION = "DfE statistical neighbours, list in use since 16 June 2025"
NAMES = (
    "Ashcombe",
    "Brackenridge",
    "Castlebourne upon Wharfe",
    "Dunmere",
    "Easterleigh",
    "Fenwick and Holme",
    "Grantham Vale",
    "Hollowdene",
    "Isleport",
    "Kingsmarch",
)


def inspected(framework: Framework, start: date, *grades: Grade | None) -> Inspected:
    """An inspection with its grades in the order in which its reports print them."""
    return Inspected(
        start=start, framework=framework, grades=dict(zip(ORDER[framework], grades, strict=True))
    )


PAST = (
    inspected(Framework.SIF, date(2014, 6, 3), R, R, R, G, G, R, R),
    inspected(Framework.ILACS_2018, date(2021, 1, 25), G, R, R, G),
)
FALL = inspected(Framework.ILACS_2023, date(2024, 4, 22), I, I, R, G, I)
SINCE_2026 = inspected(Framework.ILACS_2026, date(2026, 4, 27), G, R, R, G)


def group(
    name: str,
    framework: Framework,
    asked: Sequence[Judgement],
    latest: Sequence[Inspected | None],
    names: Sequence[str] = NAMES,
) -> CouncilGroup:
    """A group of councils with their last inspections."""
    return CouncilGroup(
        name=name,
        counted=tuple(count_grades(judgement, framework, latest) for judgement in asked),
        members=tuple(
            _member(place, name, one)
            for place, (name, one) in enumerate(zip(names, latest, strict=True))
        ),
    )


def _member(place: int, name: str, last: Inspected | None) -> GroupMember:
    council = Authority(
        key=name, name=name[:200], short=name, urn=f"7{place:04d}", region="London", la_type=""
    )
    if last is None:
        return GroupMember(authority=council, report=None)
    report = Report(
        url=f"{FILES}/4010{place:04d}",
        authority=council,
        inspection=Inspection(kind="inspection", start=last.start, framework=last.framework),
    )
    return GroupMember(authority=council, report=report)


def last_inspections() -> list[Inspected | None]:
    """Of ten councils: one unknown, two by the framework until 2022, one without overall grade."""
    young = [
        inspected(Framework.ILACS_2023, date(2023 + n % 3, 1 + n, 9), G, G, grade, G, grade)
        for n, grade in enumerate((O, G, G, R, G, I))
    ]
    old = [inspected(Framework.ILACS_2018, date(2022, 3, 7 + n), G, R, G, G) for n in range(2)]
    return [*young, *old, SINCE_2026, None]


def surroundings(
    now: Inspected = FALL,
    *,
    edition: str = EDITION,
    region: str = "West Midlands",
    names: Sequence[str] = NAMES,
) -> ReportContext:
    """A line of three or four inspections, ten neighbours and a region."""
    asked = sorted(now.grades, key=lambda one: one != Judgement.OVERALL_EFFECTIVENESS)
    around = last_inspections()
    past = PAST if now is FALL else (*PAST, FALL)
    return ReportContext(
        timeline=timeline((*past, now)),
        neighbours=group(edition, now.framework, asked, around, names),
        region=group(f"Other councils in {region}", now.framework, asked, around[:7], names[:7]),
    )


def fall_message() -> Message:
    """A fall with everything next to it."""
    report = make_report()
    return compose(report, fall_events(report), sites=SITES, context=surroundings())


def message_of_2026() -> Message:
    """A report without an overall grade, with an area for priority action."""
    report = make_report(
        grades=[(judgement, grade) for judgement, grade in SINCE_2026.grades.items()],
        priority=("The timeliness of child protection medicals.",),
        start=SINCE_2026.start,
        end=date(2026, 5, 8),
    )
    criteria = "The criteria of this judgement changed in April 2026."
    changes = [
        change("impact_of_leaders", "inadequate", "good", "better", criteria),
        change("help_and_protection", "inadequate", "requires_improvement", "better"),
        change("in_care", "requires_improvement", "requires_improvement", "same"),
        change("care_leavers", "good", "good", "same"),
        change(
            "overall_effectiveness",
            "inadequate",
            None,
            "not_given_any_more",
            "Ofsted no longer gives an overall grade.",
        ),
    ]
    earlier = {"title": "Inspection", "url": f"{FILES}/50252261", "published": "2024-07-12"}
    events = [
        make_event(report, "priority_action"),
        make_event(report, "grade_change", changes=changes, earlier=earlier),
    ]
    return compose(report, events, sites=SITES, context=surroundings(SINCE_2026))
