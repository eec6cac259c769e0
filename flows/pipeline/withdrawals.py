"""Events and messages about reports that Ofsted's site has withdrawn, or lists again.

When a report counts as withdrawn is in `storage.withdrawals`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.events import detection, withdrawals
from alerts.events.detected import Detected
from alerts.outbox.enqueue import queue_messages
from flows.pipeline.app import App
from storage.listings import Listing
from storage.models import Poll, Report
from storage.withdrawals import listed_again, note_missed


def note_withdrawn(
    app: App,
    session: Session,
    poll: Poll,
    *,
    complete: Collection[int],
    listed: Collection[str],
    now: datetime,
) -> list[str]:
    """Detect the reports that full polls have now missed often enough, and return sentences.

    More withdrawals at once than `hold_over` are held. Only the authorities in `complete` (ids)
    count: the poll understood their pages completely. `listed` are the file ids on all pages.
    """
    gone = note_missed(
        session, complete=complete, listed=listed, today=app.settings.today(), now=now
    )
    withdrawn = [(report, withdrawals.withdrawn(session, report)) for report in gone]
    return _queue(app, session, poll, withdrawn)


def note_returned(app: App, session: Session, poll: Poll, entries: Sequence[Listing]) -> list[str]:
    """Detect the withdrawn reports that the site lists again, and return sentences.

    It must be called before the listings are stored, because then they count as listed.
    """
    back = listed_again(session, entries)
    returned = [(report, withdrawals.returned(session, report, back=back)) for report in back]
    return _queue(app, session, poll, returned)


def _queue(
    app: App, session: Session, poll: Poll, found: Sequence[tuple[Report, Sequence[Detected]]]
) -> list[str]:
    held = bool(app.settings.hold_over) and len(found) > app.settings.hold_over
    poll.held = poll.held or held
    sentences: list[str] = []
    run = app.alert_run()
    for report, detected in found:
        events = detection.store(session, report, detected, now=run.now)
        queue_messages(session, events, run, held=held)
        sentences.extend(event.summary for event in events)
    return sentences
