"""Notifications that must not be sent any more.

After they were kept, a mute began, or a person rejected the repeats for which a subscription wanted
them.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from alerts.events.report_events import ReportEvents
from alerts.outbox.enqueue import AlertRun, enqueue_muted
from alerts.outbox.notifications import by_report, waiting_notifications
from alerts.subscriptions.config import Subscription
from alerts.subscriptions.matching import ReportMatch
from alerts.subscriptions.mutes import Mutes
from alerts.subscriptions.recipients import is_rejected_since
from storage.models import WAITING, DeliveryState, Notification

REPEATS_REJECTED = "a person has said since that the issues are not the same"


def mute_notifications(session: Session, run: AlertRun) -> None:
    """Mute what waits for a digest or a release when a mute begins. Never commits.

    The mute may end before the digest is due.
    """
    for subscription in run.config.subscriptions:
        for state in WAITING:
            waiting = waiting_notifications(session, subscription, state=state, now=run.now)
            mute_unwanted(session, subscription, waiting, run, with_whole=True)


def mute_unwanted(
    session: Session,
    subscription: Subscription,
    notifications: Sequence[Notification],
    run: AlertRun,
    *,
    with_whole: bool = False,
) -> list[Notification]:
    """Turn the notifications that must not be sent into muted deliveries. Returns the others.

    A mute of the whole subscription counts only with `with_whole`. Otherwise the caller mutes the
    message as a whole. Never commits.
    """
    mutes = Mutes.at(session, run.now)
    left = []
    for group in by_report(notifications):
        found = ReportEvents.of(notification.event for notification in group)
        reason = mutes.of_subscription(subscription.name) if with_whole else None
        if reason is None and mutes.mutes:
            reason = mutes.of_report(subscription, ReportMatch.of(found))
        if reason is None and is_rejected_since(subscription, found):
            reason = REPEATS_REJECTED
        if reason is None:
            left += group
            continue
        for notification in group:
            notification.state = DeliveryState.MUTED
        enqueue_muted(session, found, subscription, run, why=reason)
    return left
