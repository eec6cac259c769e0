"""Reports of a digest's period that the digest does not have, so that it must not deny them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from alerts.messages.digest_schedule import DigestPeriod
from alerts.subscriptions.config import Subscription
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

_UNREAD = (ReportState.LISTED, ReportState.FETCHED, ReportState.FAILED)


@dataclass(frozen=True)
class LeftOut:
    """What a digest leaves out.

    waiting: the number of reports that are held, or that could not be read yet. others: whether
        there are reports that are muted, or whose council is uncertain.
    """

    waiting: int
    others: bool

    @property
    def sentence(self) -> str:
        """What recipients must know about the waiting reports; empty where there are none."""
        if not self.waiting:
            return ""
        verb, they, need = ("is", "it", "needs") if self.waiting == 1 else ("are", "they", "need")
        reports = counted(self.waiting, "new report")
        return (
            f"{reports} {verb} not in this digest: {they} could not be read yet, or {need} review."
        )


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
        others=bool(
            session.scalar(select(or_(exists(uncertain), exists(_muted(subscription, period)))))
        ),
    )


def _listed(subscription: Subscription, period: DigestPeriod) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for a report of the period that has no events."""
    conditions = [
        Report.first_seen_at >= period.starts_at,
        Report.first_seen_at < period.ends_at,
        Report.url.is_not(None),
        Report.withdrawn_at.is_(None),
        ~Report.silent,
        ~exists().where(Event.report_id == Report.id),
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
