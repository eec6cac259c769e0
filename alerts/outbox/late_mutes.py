"""Mutes that came after the news: what waits when somebody asks for silence is not told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.messages.compose import compose
from alerts.outbox.enqueue import FirstState, MessageKey, enqueue
from alerts.outbox.notifications import by_report
from alerts.subscriptions.config import AlertConfig, Subscription
from alerts.subscriptions.matching import ReportMatch, themes_of
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
    site_url: str | None,
) -> list[Notification]:
    """The entries that no mute silences now; the others are written down as muted. Never commits.

    A mute of the whole subscription is left to the message itself: it is muted as a whole.
    """
    mutes = Mutes.at(session, now)
    if not mutes.mutes:
        return list(entries)
    told = []
    for group in by_report(entries):
        events = sorted((entry.event for entry in group), key=lambda event: event.key)
        report = events[0].report
        assert report is not None, "whatever is told is told of a report"
        message = compose(report, events, site_url=site_url)
        news = ReportMatch(
            authority=report.authority.key,
            events=frozenset(message.events),
            urgent=message.urgent,
            themes=themes_of(events),
        )
        reason = mutes.of_report(subscription, news)
        if reason is None:
            told += group
            continue
        for entry in group:
            entry.state = DeliveryState.MUTED
        enqueue(
            session,
            message,
            addressees(config, subscription),
            key=MessageKey.of(events),
            events=events,
            first=FirstState.of(reason),
            now=real_now,
        )
    return told
