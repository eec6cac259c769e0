"""Mutes that were set after a notification was kept: the notification is not sent any more."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from alerts.events.report_events import ReportEvents
from alerts.outbox.enqueue import AlertRun, enqueue_muted
from alerts.outbox.notifications import by_report, waiting_notifications
from alerts.subscriptions.config import Subscription
from alerts.subscriptions.matching import ReportMatch
from alerts.subscriptions.mutes import Mutes
from storage.models import DeliveryState, Notification

_WAITING = (DeliveryState.DUE, DeliveryState.HELD)


def mute_notifications(session: Session, run: AlertRun) -> None:
    """Mute what waits for a digest or a release when a mute begins. Never commits.

    The mute may end before the digest is due.
    """
    for subscription in run.config.subscriptions:
        for state in _WAITING:
            waiting = waiting_notifications(session, subscription, state=state, now=run.now)
            without_muted(session, subscription, waiting, run, with_whole=True)


def without_muted(
    session: Session,
    subscription: Subscription,
    notifications: Sequence[Notification],
    run: AlertRun,
    *,
    with_whole: bool = False,
) -> list[Notification]:
    """Return the notifications that are not muted now; the others become muted deliveries.

    A mute of the whole subscription counts only `with_whole`: otherwise the message is muted as a
    whole. Never commits.
    """
    mutes = Mutes.at(session, run.now)
    if not mutes.mutes:
        return list(notifications)
    left = []
    for group in by_report(notifications):
        found = ReportEvents.of(notification.event for notification in group)
        match = ReportMatch.of(found)
        by_whole = mutes.of_subscription(subscription.name) if with_whole else None
        reason = by_whole or mutes.of_report(subscription, match)
        if reason is None:
            left += group
            continue
        for notification in group:
            notification.state = DeliveryState.MUTED
        enqueue_muted(session, found, subscription, run, why=reason)
    return left
