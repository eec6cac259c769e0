"""Areas for priority action: failings with serious risk. Their event is always urgent."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.events.detected import Detected, fact_key
from alerts.events.types import EventType
from reports.model import ImprovementArea, Reading, Target
from reports.problems import ProblemCode
from reports.wording import counted
from storage.kinds import DATED_KINDS
from storage.models import Report

_HARMLESS_FOR_PRIORITY = frozenset(
    {
        ProblemCode.LEAD_UNCLEAR,
        ProblemCode.PUBLISHED_UNCLEAR,
        ProblemCode.AREAS_EMPTY,
        ProblemCode.REPEATS_UNCLEAR,
        ProblemCode.VISIT_UNCLEAR,
        ProblemCode.TABLE_MISSING,
        ProblemCode.TABLE_UNCLEAR,
        ProblemCode.LABEL_UNKNOWN,
        ProblemCode.GRADE_UNKNOWN,
        ProblemCode.GRADE_DISAGREEMENT,
        ProblemCode.GRADE_UNCONFIRMED,
    }
)
"""Problems that do not make an area for priority action uncertain."""


def priority_action_events(report: Report, reading: Reading) -> list[Detected]:
    """Return the event of a report's areas for priority action, if it has any that are certain."""
    areas = priority_areas(reading)
    if not areas or report.inspection is None or reading.kind not in DATED_KINDS:
        return []
    if not is_priority_certain(reading):
        return []
    count = counted(len(areas), "area for priority action", "areas for priority action")
    return [
        Detected(
            type=EventType.PRIORITY_ACTION,
            key=fact_key(EventType.PRIORITY_ACTION, report),
            summary=f"{report.authority.short}: {count}",
            detail={"areas": [{"text": a.text, "page": a.page, "target": a.target} for a in areas]},
        )
    ]


def is_priority_certain(reading: Reading) -> bool:
    """Return whether the problems of a reading leave its areas for priority action certain."""
    return all(problem.code in _HARMLESS_FOR_PRIORITY for problem in reading.problems)


def priority_areas(reading: Reading) -> Sequence[ImprovementArea]:
    """Return the areas for priority action of the council, its partnership and its partners.

    Those of the safeguarding board are left out, because it is another body.
    """
    return [
        area
        for area in reading.improvement_areas
        if area.priority_action and area.target != Target.LSCB
    ]
