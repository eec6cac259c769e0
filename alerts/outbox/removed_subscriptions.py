"""What waits for subscriptions that are not in `watch.yaml` any more.

Such a subscription was renamed or removed, or it is that of a subscriber and its channel was
renamed or removed. If the old name is restored, the subscription still gets what waits: reports
that are in no message yet, and messages, which are tried for three days.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from alerts.subscriptions.model import OPERATORS, is_of_a_subscriber
from alerts.subscriptions.subscribers import subscription_name
from reports.wording import counted
from storage.models import WAITING, Delivery, DeliveryState, Event, Notification
from storage.subscribers import all_subscribers


@dataclass(frozen=True, kw_only=True)
class WaitingFor:
    """How many reports and messages wait for a removed subscription."""

    subscription: str
    reports: int
    messages: int

    @property
    def sentence(self) -> str:
        """What operators must know."""
        said = [
            counted(number, noun)
            for number, noun in ((self.reports, "report"), (self.messages, "message"))
            if number
        ]
        verb, them = "wait", "them"
        if self.reports + self.messages == 1:
            verb, them = "waits", "it"
        what = f"the subscription {self.subscription}, which"
        if is_of_a_subscriber(self.subscription):
            what = f"{self.subscription}, whose channel"
        return (
            f"{' and '.join(said)} {verb} for {what} is not in watch.yaml any more: restore its "
            f"name, or run inspection-watch release --drop to drop {them}"
        )


def waiting_for_removed(
    session: Session, subscriptions: Collection[str], *, read_at: datetime
) -> list[WaitingFor]:
    """Return what waits for subscriptions that are not among these, by their names.

    `subscriptions` were read at `read_at`, in real time. A message that was made later may be for a
    subscription that was added since, so it does not count.
    """
    reports = Counter(
        dict(
            session.execute(
                select(Notification.subscription, func.count(Event.report_id.distinct()))
                .join(Event, Event.id == Notification.event_id)
                .where(*_notifications(subscriptions))
                .group_by(Notification.subscription)
            ).all()
        )
    )
    messages = Counter(
        dict(
            session.execute(
                select(Delivery.subscription, func.count())
                .where(
                    _of_removed(subscriptions),
                    Delivery.state.in_((*WAITING, DeliveryState.SENDING)),
                    Delivery.created_at <= read_at,
                )
                .group_by(Delivery.subscription)
            ).all()
        )
    )
    return [
        WaitingFor(subscription=name, reports=reports[name], messages=messages[name])
        for name in sorted({*reports, *messages})
    ]


def mute_for_removed_subscribers(session: Session) -> None:
    """Mute notifications of subscribers who have been removed. Never commits.

    A poll that began before their removal may have written some after it. Their names are not used
    again.
    """
    known = {subscription_name(subscriber) for subscriber in all_subscribers(session)}
    is_waiting = Notification.state.in_(WAITING)
    names = session.scalars(select(Notification.subscription).where(is_waiting).distinct())
    gone = [name for name in names if is_of_a_subscriber(name) and name not in known]
    if gone:
        session.execute(
            update(Notification)
            .where(is_waiting, Notification.subscription.in_(gone))
            .values(state=DeliveryState.MUTED)
        )


def drop_for_removed(session: Session, subscriptions: Collection[str]) -> tuple[int, int]:
    """Drop what waits for subscriptions that are not among these. Never commits.

    Returns the numbers of reports and of messages.
    """
    waiting = _notifications(subscriptions)
    reports = session.scalar(
        select(func.count(Event.report_id.distinct()))
        .join(Notification, Notification.event_id == Event.id)
        .where(*waiting)
    )
    session.execute(update(Notification).where(*waiting).values(state=DeliveryState.MUTED))
    messages = session.execute(
        update(Delivery)
        .where(_of_removed(subscriptions), Delivery.state.in_(WAITING))
        .values(state=DeliveryState.MUTED)
    )
    return reports or 0, int(messages.rowcount)  # type: ignore[attr-defined]


def _notifications(subscriptions: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    return Notification.state.in_(WAITING), Notification.subscription.not_in(subscriptions)


def _of_removed(subscriptions: Collection[str]) -> ColumnElement[bool]:
    return Delivery.subscription.not_in((*subscriptions, OPERATORS))
