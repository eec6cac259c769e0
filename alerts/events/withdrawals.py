"""Events about reports that leave Ofsted's site, and that return.

`storage.withdrawals` decides when a report counts as *withdrawn*: the site no longer lists it. It
has *returned* when the site lists it again. An earlier version *counts again* when the version
that replaced it is withdrawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.events.detected import Detected, is_stored, titled
from alerts.events.reinstated_versions import (
    COUNTS_AGAIN,
    counts_again_sentence,
    grades_that_count_again,
)
from alerts.events.types import EventType
from alerts.events.versions import listed_instead, versions_of
from reports.london import london_date
from reports.wording import uk_date
from storage.models import Event, Report, ReportState
from storage.uncertain_council import is_council_uncertain


def withdrawn_events(session: Session, report: Report) -> list[Detected]:
    """Return the event of a report that the site no longer lists.

    There is none in these cases:

    - a newer version, or one that says the same, is still listed;
    - an earlier version is listed, and this one was never read with certainty;
    - the file was never available;
    - the report may be about another council.
    """
    instead = listed_instead(session, report)
    counts_again = counts_again_sentence(report, instead) if instead else None
    if report.state == ReportState.MISSING or (instead and counts_again is None):
        return []
    if is_council_uncertain(problem.code for problem in report.problems):
        return []
    last = london_date(report.last_seen_at)
    notes = [f"Ofsted last listed this report on {uk_date(last)}."]
    again: dict[str, Any] = {}
    if instead and counts_again:
        notes.append(counts_again)
        again[COUNTS_AGAIN] = grades_that_count_again(instead)
    return [
        Detected(
            type=EventType.WITHDRAWN,
            key=_withdrawn_key(EventType.WITHDRAWN, report),
            summary=f"{report.authority.short}: no longer on Ofsted's site: {titled(report)}",
            detail={
                "last_seen": last.isoformat(),
                "note": " ".join(notes),
                **again,
            },
        )
    ]


def is_announced_withdrawn(session: Session, report: Report) -> bool:
    """Return whether an event says that the site no longer lists a report, and it is still gone."""
    return report.withdrawn_at is not None and is_stored(
        session, _withdrawn_key(EventType.WITHDRAWN, report)
    )


def is_withdrawn_without_replacement(session: Session, report: Report) -> bool:
    """Return whether a report `is_announced_withdrawn`, and no earlier version counts again."""
    if report.withdrawn_at is None:
        return False
    key = _withdrawn_key(EventType.WITHDRAWN, report)
    event = session.scalars(select(Event).where(Event.key == key)).one_or_none()
    return event is not None and COUNTS_AGAIN not in event.detail


def returned_events(
    session: Session, report: Report, *, returned: Sequence[Report] = ()
) -> list[Detected]:
    """Return the event of a report that the site lists again after an event said that it, or the
    version that replaced it, was withdrawn. `returned` are all reports that are listed again.

    There is none where a newer version is listed: that one counts, and has its own events.
    """
    if report.withdrawn_at is None or versions_of(session, report).listed_newer:
        return []
    last = (
        report
        if is_announced_withdrawn(session, report)
        else _newest_announced_withdrawn(session, report, returned)
    )
    if last is None or last.withdrawn_at is None:
        return []
    withdrawn_on = london_date(last.withdrawn_at)
    notes = [f"Ofsted did not list this report on {uk_date(withdrawn_on)}."]
    counts_again = counts_again_sentence(last, report) if last is not report else None
    if counts_again:
        notes.append(counts_again)
    return [
        Detected(
            type=EventType.RETURNED,
            key=_withdrawn_key(EventType.RETURNED, report),
            summary=f"{report.authority.short}: on Ofsted's site again: {titled(report)}",
            detail={
                "withdrawn": withdrawn_on.isoformat(),
                "note": " ".join(notes),
                COUNTS_AGAIN: grades_that_count_again(report),
            },
        )
    ]


def _newest_announced_withdrawn(
    session: Session, report: Report, returned: Sequence[Report]
) -> Report | None:
    """Return the newest other version whose withdrawal has an event.

    None where the site lists another version, or a newer one returns as well. The version replaced
    this report, so this report's own withdrawal had no event.
    """
    versions = versions_of(session, report)
    others = (*versions.older, *versions.newer)
    if any(other.withdrawn_at is None for other in others) or set(versions.newer) & set(returned):
        return None
    return next(
        (other for other in reversed(others) if is_announced_withdrawn(session, other)), None
    )


def _withdrawn_key(event_type: EventType, report: Report) -> str:
    """Return the key, numbered from the second time: a report can leave and return repeatedly."""
    times = max(report.times_withdrawn, 1)
    return f"{event_type}:{report.file_id}" + (f":{times}" if times > 1 else "")
