"""The outbox: messages are written with the facts they tell, and sent in a step of their own.

    queue_messages   entries of messages that tell several reports, or one row for each recipient,
                     in the caller's transaction
    make_messages    (alerts.outbox.combined_messages) what one look brought becomes messages
    release          what was held for a person: to be sent, or dropped
    try_again        what has failed, once its reason was put right
    send_due         (alerts.outbox.send) claim, send, record

Times here are real time, because leases and waits are about real processes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from alerts.messages.compose import compose
from alerts.messages.context import report_context
from alerts.messages.message import Message
from alerts.outbox.enqueue import FirstState, MessageKey, enqueue
from alerts.outbox.notifications import keep_notifications, release_notifications
from alerts.outbox.send import send_due
from alerts.outbox.summary import SendSummary
from alerts.subscriptions.config import AlertConfig, Subscription
from alerts.subscriptions.matching import ReportMatch, themes_of
from alerts.subscriptions.mutes import Mutes
from alerts.subscriptions.periods import When
from alerts.subscriptions.recipients import addressees, subscribers
from storage.models import Delivery, DeliveryState, Event, Report

__all__ = ["Queued", "SendSummary", "queue_messages", "release", "send_due", "requeue_failed"]

NEWS_FOR = timedelta(days=14)


@dataclass(frozen=True)
class Queued:
    """The deliveries written at once, and how many recipients the end of the look will tell."""

    deliveries: tuple[Delivery, ...] = ()
    waiting: int = 0

    def __add__(self, other: Queued) -> Queued:
        return Queued(self.deliveries + other.deliveries, self.waiting + other.waiting)


def queue_messages(
    session: Session,
    *,
    report: Report,
    events: Sequence[Event],
    config: AlertConfig,
    now: datetime,
    held: bool,
    site_url: str | None = None,
) -> Queued:
    """Keep a report's events for everybody who wants any of them.

    They wait for the end of the poll (`alerts.outbox.combined_messages`) or of the digest's period.
    Urgent events never wait for a digest. `now` is real time. Never commits.
    """
    if not events or not config.subscriptions:
        return Queued()
    told = sorted(events, key=lambda event: event.key)
    message = compose(report, told, site_url=site_url)
    news = _news(report, told, message)
    teller = _Teller(
        session=session,
        config=config,
        report=report,
        events=told,
        urgent=message.urgent,
        now=now,
        site_url=site_url,
    )
    mutes = Mutes.at(session, told[0].detected_at)
    queued = Queued()
    for subscription in subscribers(config, news):
        queued += teller.tell(
            subscription, FirstState.of(mutes.of_news(subscription, news), held=held)
        )
    return queued


def _news(report: Report, events: Sequence[Event], message: Message) -> ReportMatch:
    return ReportMatch(
        authority=report.authority.key,
        events=frozenset(message.events),
        urgent=message.urgent,
        themes=themes_of(events),
    )


def release(session: Session, *, drop: bool, now: datetime) -> int:
    """Make held messages due, or drop them for good; how many there were. Never commits.

    What is held for digests goes the same way, and is not counted: it is not a message yet.
    """
    release_notifications(session, drop=drop)
    state = DeliveryState.MUTED if drop else DeliveryState.DUE
    changed = session.execute(
        update(Delivery)
        .where(Delivery.state == DeliveryState.HELD)
        .values(state=state, next_attempt_at=now)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]


def requeue_failed(session: Session, *, now: datetime, may_have_arrived: bool = False) -> int:
    """Make failed deliveries due, after their reason was put right. Never commits.

    Returns the number requeued. With `may_have_arrived` instead those that may have arrived,
    whether they have failed or wait for their repeat: their recipients may get them twice. What is
    too old to be news stays.
    """
    wanted = [Delivery.state == DeliveryState.FAILED, Delivery.no_replies == 0]
    if may_have_arrived:
        states = (DeliveryState.FAILED, DeliveryState.DUE)
        wanted = [Delivery.state.in_(states), Delivery.no_replies > 0]
    changed = session.execute(
        update(Delivery)
        .where(*wanted, Delivery.created_at > now - NEWS_FOR)
        .values(state=DeliveryState.DUE, next_attempt_at=now, give_up_at=None)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True)
class _Teller:
    """Tells subscriptions of one report, each in its own way."""

    session: Session
    config: AlertConfig
    report: Report
    events: Sequence[Event]
    urgent: bool
    now: datetime
    site_url: str | None

    def tell(self, subscription: Subscription, fate: FirstState) -> Queued:
        """Collect the events; what is muted is written down as a message and waits for nothing."""
        if fate.state == DeliveryState.MUTED:
            return Queued(self._write(subscription, fate))
        keep_notifications(
            self.session, subscription, self.events, state=fate.state, told_at_once=self.urgent
        )
        at_once = self.urgent or subscription.when == When.NOW
        return Queued(waiting=len(addressees(self.config, subscription)) if at_once else 0)

    def _write(self, subscription: Subscription, fate: FirstState) -> tuple[Delivery, ...]:
        around = report_context(self.session, self.report)
        deliveries = enqueue(
            self.session,
            compose(self.report, self.events, site_url=self.site_url, beside=around),
            addressees(self.config, subscription),
            key=MessageKey.of(self.events),
            events=self.events,
            first=fate,
            now=self.now,
        )
        return tuple(deliveries)
