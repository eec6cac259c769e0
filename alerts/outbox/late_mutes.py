"""Mutes that came after the news: what waits when somebody asks for silence is not told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.events.report_events import ReportEvents
from alerts.messages.compose import compose
from alerts.messages.sites import Sites
from alerts.outbox.enqueue import FirstState, MessageKey, enqueue
from alerts.outbox.notifications import by_report
from alerts.subscriptions.config import AlertConfig, Subscription
from alerts.subscriptions.matching import ReportMatch
from alerts.subscriptions.mutes import Mutes
from alerts.subscriptions.recipients import addressees
from storage.models import DeliveryState, Notification


def without_muted(
    session: Session,
    subscription: Subscription,
    entries: Sequence[Notification],
    *,
    config: AlertConfig,
    now: datetime,
    real_now: datetime,
    sites: Sites,
) -> list[Notification]:
    """The entries that no mute silences now; the others are written down as muted. Never commits.

    A mute of the whole subscription is left to the message itself: it is muted as a whole.
    """
    mutes = Mutes.at(session, now)
    if not mutes.mutes:
        return list(entries)
    left = []
    for group in by_report(entries):
        found = ReportEvents.of(entry.event for entry in group)
        reason = mutes.of_report(subscription, ReportMatch.of(found))
        if reason is None:
            left += group
            continue
        for entry in group:
            entry.state = DeliveryState.MUTED
        enqueue(
            session,
            compose(found.report, found.events, sites=sites),
            addressees(config, subscription),
            key=MessageKey.of(found.events),
            events=found.events,
            first=FirstState.of(reason),
            now=real_now,
        )
    return left
