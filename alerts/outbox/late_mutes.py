"""Mutes that were set after a notification was kept: the notification is not sent any more."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from alerts.events.report_events import ReportEvents
from alerts.outbox.enqueue import AlertRun, enqueue_muted
from alerts.outbox.notifications import by_report
from alerts.subscriptions.config import Subscription
from alerts.subscriptions.matching import ReportMatch
from alerts.subscriptions.mutes import Mutes
from storage.models import DeliveryState, Notification


def without_muted(
    session: Session,
    subscription: Subscription,
    notifications: Sequence[Notification],
    run: AlertRun,
) -> list[Notification]:
    """Return the notifications that are not muted now; the others become muted deliveries.

    A mute of the whole subscription does not count here: the message is muted as a whole. Never
    commits.
    """
    mutes = Mutes.at(session, run.now)
    if not mutes.mutes:
        return list(notifications)
    left = []
    for group in by_report(notifications):
        found = ReportEvents.of(notification.event for notification in group)
        reason = mutes.of_report(subscription, ReportMatch.of(found))
        if reason is None:
            left += group
            continue
        for notification in group:
            notification.state = DeliveryState.MUTED
        enqueue_muted(session, found, subscription, run, why=reason)
    return left
