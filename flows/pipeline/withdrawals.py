"""Events and messages about reports that Ofsted's site has withdrawn, or lists again.

When a report counts as withdrawn is in `storage.withdrawals`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.events import detection, withdrawals
from alerts.events.detected import Detected
from alerts.events.versions import listed_instead
from alerts.outbox.enqueue import keep_notifications
from flows.pipeline.app import App
from flows.pipeline.ingest import detect_with_affected
from storage.held_reports import are_too_many
from storage.models import Poll, Report
from storage.withdrawals import note_missed


def detect_withdrawn(
    app: App,
    session: Session,
    poll: Poll,
    *,
    complete: Collection[int],
    unread_since: Mapping[int, datetime],
    all_complete: bool,
    listed: Collection[str],
    now: datetime,
) -> list[str]:
    """Detect the withdrawal of reports that full polls have now missed often enough.

    Queue the messages, and return a sentence for each event. If more reports than `hold_over` are
    withdrawn at once, the messages are held; so are those about a held report. The other arguments
    are those of `storage.withdrawals.note_missed`.
    """
    missing = note_missed(
        session,
        complete=complete,
        unread_since=unread_since,
        all_complete=all_complete,
        listed=listed,
        today=app.settings.today(),
        now=now,
    )
    withdrawn = [(report, withdrawals.withdrawn_events(session, report)) for report in missing]
    sentences = _queue(app, session, poll, withdrawn)
    instead = {report: None for each in missing if (report := listed_instead(session, each))}
    # What a report without a known inspection hid may be certain without it.
    unplaced = [report for report in missing if report.inspection is None]
    return sentences + detect_counting_again(
        app,
        session,
        [*instead, *unplaced],
        held=are_too_many(missing, hold_over=app.settings.hold_over),
    )


def detect_returned(
    app: App, session: Session, poll: Poll, returned: Sequence[Report]
) -> list[str]:
    """Detect the return of withdrawn reports that the site lists again.

    Queue the messages, and return a sentence for each event. Call this before the listings are
    stored, because after that the reports count as listed.
    """
    detected = [
        (report, withdrawals.returned_events(session, report, returned=returned))
        for report in returned
    ]
    return _queue(app, session, poll, detected)


def detect_counting_again(
    app: App, session: Session, reports: Sequence[Report], *, held: bool | None = None
) -> list[str]:
    """Detect the events of reports that count again.

    Queue the messages, and return a sentence for each event. The reports are listed again, or the
    version that replaced them is gone; or they are gone, and others are affected by that. Meanwhile
    a person may have confirmed their council or their grades. With `held` the messages wait for the
    command `release`. If `held` is None, they wait where there are more such reports at once than
    `hold_over`.
    """
    if held is None:
        held = are_too_many(reports, hold_over=app.settings.hold_over)
    return [
        event.summary
        for report in reports
        for event in detect_with_affected(
            app, session, report, held=held, is_confirmed=bool(report.confirmed_values)
        ).events
    ]


def _queue(
    app: App, session: Session, poll: Poll, found: Sequence[tuple[Report, Sequence[Detected]]]
) -> list[str]:
    held = are_too_many(found, hold_over=app.settings.hold_over)
    poll.held = poll.held or held
    sentences: list[str] = []
    run = app.alert_run()
    for report, detected in found:
        events = detection.store(session, report, detected, now=run.now)
        # Of a report whose messages are held, recipients do not know yet.
        keep_notifications(session, events, run, held=held or report.held)
        sentences.extend(event.summary for event in events)
    return sentences
