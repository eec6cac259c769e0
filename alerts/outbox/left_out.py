"""Reports of a digest's period that the digest does not have, so that it must not deny them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, contains_eager

from alerts.events.report_events import ReportEvents
from alerts.messages.digest_schedule import DigestPeriod
from alerts.subscriptions.config import Subscription
from alerts.subscriptions.matching import ReportMatch
from alerts.subscriptions.recipients import wants
from reports.wording import counted
from storage.models import (
    Authority,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    Event,
    Notification,
    Report,
    ReportState,
)

_MANY = ("are", "they", "need")
_UNREAD = (ReportState.LISTED, ReportState.FETCHED, ReportState.FAILED)


@dataclass(frozen=True)
class LeftOut:
    """What a digest leaves out.

    waiting: the number of reports that are held, or that could not be read yet. before: the number
        of reports that were found before the subscription was added or asked for them. others:
        whether there are reports that are muted, or whose council is uncertain.
    """

    waiting: int
    before: int
    others: bool

    @property
    def is_nothing(self) -> bool:
        """Whether it leaves out no report."""
        return not (self.waiting or self.before or self.others)

    @property
    def sentence(self) -> str:
        """What recipients must know about the reports left out; empty where there are none."""
        said = []
        if self.waiting:
            verb, they, need = ("is", "it", "needs") if self.waiting == 1 else _MANY
            reports = counted(self.waiting, "new report")
            said.append(
                f"{reports} {verb} not in this digest: {they} could not be read yet, or {need} "
                "review."
            )
        if self.before:
            verb, they, were = ("is", "it", "was") if self.before == 1 else ("are", "they", "were")
            said.append(
                f"{counted(self.before, 'report')} {verb} not in this digest: {they} {were} found "
                "before this subscription asked for such reports."
            )
        return " ".join(said)


def left_out(session: Session, subscription: Subscription, period: DigestPeriod) -> LeftOut:
    """Return what the digest of a period leaves out."""
    held = (
        select(Event.report_id)
        .join(Notification, Notification.event_id == Event.id)
        .where(
            Notification.subscription == subscription.name,
            Notification.state == DeliveryState.HELD,
            Notification.collected_at < period.ends_at,
        )
    )
    listed = _listed(subscription, period)
    unread = select(Report.id).join(Report.authority).where(*listed, Report.state.in_(_UNREAD))
    uncertain = (
        select(Report.id)
        .join(Report.authority)
        .where(*listed, Report.state == ReportState.READ, Report.problems.any())
    )
    return LeftOut(
        waiting=len({found for found in session.scalars(held.union(unread)) if found}),
        before=_found_before(session, subscription, period),
        others=bool(
            session.scalar(select(or_(exists(uncertain), exists(_muted(subscription, period)))))
        ),
    )


def _found_before(session: Session, subscription: Subscription, period: DigestPeriod) -> int:
    """Return the number of new reports of the period that a subscription asks for now, but of which
    nothing was kept for it when they were found.
    """
    kept = exists().where(
        Notification.event_id == Event.id, Notification.subscription == subscription.name
    )
    written = exists().where(
        DeliveryEvent.event_id == Event.id,
        Delivery.id == DeliveryEvent.delivery_id,
        Delivery.subscription == subscription.name,
    )
    events = session.scalars(
        select(Event)
        .join(Event.report)
        .join(Report.authority)
        .where(
            *_first_seen(subscription, period),
            Event.authority_id == Report.authority_id,
            Event.detected_at < period.ends_at,
            ~kept,
            ~written,
        )
        .options(contains_eager(Event.report).contains_eager(Report.authority))
    )
    by_report: dict[int | None, list[Event]] = {}
    for event in events:
        by_report.setdefault(event.report_id, []).append(event)
    return sum(
        wants(subscription, ReportMatch.of(ReportEvents.of(found))) for found in by_report.values()
    )


def _listed(subscription: Subscription, period: DigestPeriod) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for a report of the period that has no events."""
    return *_first_seen(subscription, period), ~exists().where(Event.report_id == Report.id)


def _first_seen(
    subscription: Subscription, period: DigestPeriod
) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for a report that the site listed for the first time in the period."""
    conditions = [
        Report.first_seen_at >= period.starts_at,
        Report.first_seen_at < period.ends_at,
        Report.url.is_not(None),
        Report.withdrawn_at.is_(None),
        ~Report.silent,
    ]
    if not subscription.all:
        conditions.append(Authority.key.in_(subscription.authorities))
    return tuple(conditions)


def _muted(subscription: Subscription, period: DigestPeriod) -> Select[int]:
    """Select the events of the period in a message that was muted or dropped."""
    delivery = exists().where(
        DeliveryEvent.event_id == Event.id,
        Delivery.id == DeliveryEvent.delivery_id,
        Delivery.subscription == subscription.name,
        Delivery.state == DeliveryState.MUTED,
    )
    notification = exists().where(
        Notification.event_id == Event.id,
        Notification.subscription == subscription.name,
        Notification.state == DeliveryState.MUTED,
    )
    in_period = and_(Event.detected_at >= period.starts_at, Event.detected_at < period.ends_at)
    return select(Event.id).where(in_period, or_(delivery, notification))
