"""Events that wait while a report is in doubt, and are stored once it is certain.

Reading a report again announces only what the earlier reading left in doubt. What was certain
before is not announced, even if the newer version of the program reads it differently.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from alerts.events.detected import Detected, has_certain_grades
from alerts.events.priority_actions import is_priority_certain
from alerts.events.types import EventType
from reports.model import Reading
from reports.problems import areas_are_certain
from storage.models import Report
from storage.uncertain_council import is_council_uncertain

_NEEDS_CERTAIN_GRADES = frozenset(
    {
        EventType.GRADE_CHANGE,
        EventType.FIRST_GRADE,
        EventType.CORRECTION,
        EventType.NEW_REPORT,
    }
)
"""NEW_REPORT is here because a report whose inspection is in doubt may be a version of another."""


@dataclass(frozen=True)
class NowCertain:
    """The types of events that a new reading is certain of, and the reading before was not.

    They apply to the events of its report and of the other reports that it affects.
    """

    types: frozenset[EventType]

    @classmethod
    def after(cls, before: Reading, now: Reading) -> NowCertain:
        """Return what `before` left in doubt, and `now` is certain of."""
        codes, codes_now = _codes(before), _codes(now)
        if is_council_uncertain(codes):
            return cls(frozenset() if is_council_uncertain(codes_now) else frozenset(EventType))
        types: set[EventType] = set()
        if has_certain_grades(now) and not has_certain_grades(before):
            types |= _NEEDS_CERTAIN_GRADES
        if is_priority_certain(now) and not is_priority_certain(before):
            types.add(EventType.PRIORITY_ACTION)
        if areas_are_certain(codes_now) and not areas_are_certain(codes):
            types.add(EventType.THEME_REPEAT)
        return cls(frozenset(types))

    def of(self, session: Session, report: Report, detected: Iterable[Detected]) -> list[Detected]:
        """Return the detected events of `report` that may be stored."""
        return [
            found
            for found in detected
            if found.type in self.types
            and not _may_be_due_to_reader_versions(session, report, found)
        ]


def _codes(reading: Reading) -> list[str]:
    return [problem.code for problem in reading.problems]


def _may_be_due_to_reader_versions(session: Session, report: Report, found: Detected) -> bool:
    """Return whether a correction may be due merely to different versions of our reader.

    Only areas for improvement differ, and different versions of the reader read the two reports.
    """
    if found.type != EventType.CORRECTION or found.detail["changes"]:
        return False
    earlier = session.get(Report, found.earlier_report_id)
    return earlier is not None and earlier.reader_version != report.reader_version
