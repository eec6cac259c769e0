"""Reports that a digest leaves out although they are of its period.

The digest must not say that there were no new reports then.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session, contains_eager

from alerts.events.report_events import ReportEvents
from alerts.messages.digest_schedule import DigestPeriod
from alerts.outbox.notifications import has_message, has_notification
from alerts.subscriptions.config import Subscription
from alerts.subscriptions.matching import ReportMatch
from alerts.subscriptions.recipients import wants
from reports.wording import counted
from storage.models import (
    Authority,
    Delivery,
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
            said.append(
                counted(
                    self.waiting,
                    "report is not in this digest: it could not be read yet, or needs review.",
                    "reports are not in this digest: they could not be read yet, or need review.",
                )
            )
        if self.before:
            said.append(
                counted(
                    self.before,
                    "report is not in this digest: it was found before this subscription asked for "
                    "such reports.",
                    "reports are not in this digest: they were found before this subscription "
                    "asked for such reports.",
                )
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
    without_events = (
        select(Report.id)
        .join(Report.authority)
        .where(*_first_seen(subscription, period), ~exists().where(Event.report_id == Report.id))
    )
    unread = without_events.where(Report.state.in_(_UNREAD))
    uncertain = without_events.where(Report.state == ReportState.READ, Report.problems.any())
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
    events = session.scalars(
        select(Event)
        .join(Event.report)
        .join(Report.authority)
        .where(
            *_first_seen(subscription, period),
            Event.authority_id == Report.authority_id,
            Event.detected_at < period.ends_at,
            ~has_notification(subscription),
            ~has_message(subscription),
        )
        .options(contains_eager(Event.report).contains_eager(Report.authority))
    )
    return sum(
        wants(subscription, ReportMatch.of(found)) for found in ReportEvents.by_report(events)
    )


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
    return select(Event.id).where(
        Event.detected_at >= period.starts_at,
        Event.detected_at < period.ends_at,
        or_(
            has_message(subscription, Delivery.state == DeliveryState.MUTED),
            has_notification(subscription, Notification.state == DeliveryState.MUTED),
        ),
    )
