"""Reports that a full poll no longer finds: the site has withdrawn them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.events import detection
from alerts.events.detected import Detected
from flows.pipeline.app import App
from flows.pipeline.detect import detect_for_report
from flows.pipeline.pages import Opened
from storage import listings
from storage.models import Poll, Report


def note_withdrawn(
    app: App, session: Session, poll: Poll, opened: Sequence[Opened], *, now: datetime
) -> list[str]:
    """Count the reports that this full poll missed; detect those missed for long enough.

    Returns sentences. More withdrawals at once than `hold_over` are held. Reports of an authority
    that the poll did not meet, or whose page was not fully understood, do not count.
    """
    incomplete = {one.authority_id for one in opened if not one.is_complete}
    gone = listings.note_missed(
        session,
        complete={one.authority_id for one in opened} - incomplete,
        listed={report.file_id for one in opened for report in one.page.reports},
        today=app.settings.today(),
        now=now,
    )
    withdrawn = [(report, detection.withdrawn(session, report)) for report in gone]
    return _queue(app, session, poll, withdrawn)


def note_returned(
    app: App, session: Session, poll: Poll, entries: Sequence[listings.Listing]
) -> list[str]:
    """Detect which withdrawn reports the site lists again, in sentences.

    To be called before the listings are stored: by that they count as listed.
    """
    back = listings.listed_again(session, entries)
    returned = [(report, detection.returned(session, report)) for report in back]
    return _queue(app, session, poll, returned)


def _queue(
    app: App, session: Session, poll: Poll, found: Sequence[tuple[Report, Sequence[Detected]]]
) -> list[str]:
    held = bool(app.settings.hold_over) and len(found) > app.settings.hold_over
    poll.held = poll.held or held
    sentences: list[str] = []
    for report, detected in found:
        stored = detect_for_report(app, session, report, detected, held=held)
        sentences.extend(event.summary for event in stored.events)
    return sentences
