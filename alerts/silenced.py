"""Mutes that came after the news: what waits when somebody asks for silence is not told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.config import AlertConfig, Subscription
from alerts.entries import by_report
from alerts.messages.compose import compose
from alerts.mutes import Mutes
from alerts.news import News, themes_of
from alerts.queueing import Fate, Told, queue
from storage.models import DeliveryState, DigestEntry


def without_silenced(
    session: Session,
    subscription: Subscription,
    entries: Sequence[DigestEntry],
    *,
    config: AlertConfig,
    now: datetime,
    real_now: datetime,
    site_url: str | None,
) -> list[DigestEntry]:
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
        news = News(
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
        queue(
            session,
            message,
            subscription=subscription,
            config=config,
            told=Told.of(events),
            events=events,
            fate=Fate.of(reason),
            now=real_now,
        )
    return told
