"""Once a day: councils whose next inspection has become likely."""

from __future__ import annotations

from alerts.events import detection
from alerts.events.next_inspection import due_soon
from alerts.events.types import EventType
from alerts.outbox.enqueue import keep_notifications
from flows.pipeline.app import App
from reports.london import london_date
from storage import facts, polls


def notify_next_inspections(app: App) -> int:
    """Queue messages about windows that have opened, each once. Returns the number of councils."""
    if not any(
        EventType.DUE_SOON in subscription.events for subscription in app.config.subscriptions
    ):
        return 0
    with app.database.write() as session:
        began = polls.watching_since(session)
        if began is None:
            return 0
        number = 0
        run = app.alert_run()
        today = app.settings.today()
        since = min(london_date(began), today)
        for due in due_soon(session, today=today, since=since):
            report = facts.lock_report(session, due.report.id)
            events = detection.store(session, report, [due.detected], now=run.now)
            keep_notifications(session, events, run, held=report.held)
            number += bool(events)
        return number
