"""The versions of a report: several reports on one inspection.

They are in the order in which they were published, not read. A report that was added by hand is not
a version of what Ofsted publishes: it neither hides events nor causes any.

Each question about versions has its module:

- which report of an inspection counts: `storage.versions`
- what differs between two versions: `version_differences`
- a new version differs from the one before: `corrections`
- Ofsted replaced a file under the same number: `replaced_files`
- a version has left the site, or has returned: `withdrawals`
- an older version then counts again: `reinstated_versions`
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from alerts.events.detected import has_certain_grades
from reports.model import Reading
from storage import facts
from storage.inspection_identity import are_of_one_inspection
from storage.models import Report, ReportState
from storage.versions import reports_of_inspection, version_order


@dataclass(frozen=True)
class Versions:
    """The other versions of a report that have been read, each list oldest first."""

    older: tuple[Report, ...] = ()
    newer: tuple[Report, ...] = ()

    @property
    def listed_newer(self) -> Report | None:
        """The newest of the newer versions that the site lists and that have a `certain_reading`.

        It counts instead of the report.
        """
        listed = (
            other
            for other in reversed(self.newer)
            if other.withdrawn_at is None and certain_reading(other) is not None
        )
        return next(listed, None)

    @property
    def newest_certain_older(self) -> Report | None:
        """The newest of the older versions with a `certain_reading`."""
        certain = (other for other in reversed(self.older) if certain_reading(other) is not None)
        return next(certain, None)

    @property
    def is_history(self) -> bool:
        """Whether the inspection was known before events were first detected."""
        return any(other.silent for other in self.older)


def certain_reading(report: Report) -> Reading | None:
    """Return the reading whose grades can be relied on; None if there is none.

    This is the current reading. While that is in doubt, it is the reading of the file that Ofsted
    replaced, unless the new file is about another inspection.
    """
    reading, kept = facts.reading_of(report), facts.replaced_reading(report)
    has_days = reading.inspection_start is not None
    if has_certain_grades(reading) and (has_days or kept is None):
        return reading
    if kept is None or not has_days:
        return kept
    return kept if are_of_one_inspection(kept, reading) else None


def versions_of(session: Session, report: Report) -> Versions:
    """Return the other versions of a report's inspection; none for a report added by hand."""
    if report.inspection is None or report.url is None:
        return Versions()
    others = [
        other
        for other in reports_of_inspection(session, report.inspection)
        if other.id != report.id and other.state == ReportState.READ and other.url is not None
    ]
    own = version_order(report)
    return Versions(
        older=tuple(other for other in others if version_order(other) < own),
        newer=tuple(other for other in others if version_order(other) > own),
    )


def listed_instead(session: Session, report: Report) -> Report | None:
    """Return the newest other version of a report's inspection that the site still lists."""
    versions = versions_of(session, report)
    listed = [v for v in (*versions.older, *versions.newer) if v.withdrawn_at is None]
    return listed[-1] if listed else None
