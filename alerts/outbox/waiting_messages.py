"""Messages that have waited: composed again before they are sent, so that they still hold.

A message waits for a release, for the end of quiet hours, for its next try, or for a person who
sends it again. Meanwhile Ofsted may correct or withdraw what it says, a person may correct what was
read, and a later message may have overtaken it.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from alerts.events.report_events import ReportEvents
from alerts.messages.content import Content
from alerts.outbox.backfill_digests import BACKFILL, digest_of
from alerts.outbox.combined_messages import message_of, rows_of
from alerts.outbox.digests import digest_as_of_now
from alerts.outbox.enqueue import AlertRun, MessageKey, enqueue, replace_content
from alerts.outbox.late_mutes import REPEATS_REJECTED
from alerts.outbox.later_digests import is_covered_by_digest_sent_first
from alerts.outbox.notifications import DIGEST, notifications_of
from alerts.outbox.retries import LONGEST_WAIT
from alerts.subscriptions.config import Subscription
from alerts.subscriptions.quiet_hours import NO_WAIT
from alerts.subscriptions.recipients import addressees, is_rejected_since
from storage.database import Database
from storage.errors import DatabaseTrouble
from storage.models import Delivery, DeliveryEvent, DeliveryState, Event, Notification, Report

logger = logging.getLogger(__name__)

OF_ANOTHER_COUNCIL = "a person has confirmed since that the report is about another council"

DOCUMENT_REMOVED = "a person has removed the document since"

IN_DIGEST = "a digest that is sent first says all of it"

HAS_WAITED_AFTER = timedelta(minutes=2)
"""A newer message that was not put off stays as it was composed: one run can take this long."""


def compose_waiting(database: Database, run: AlertRun) -> None:
    """Compose again the due messages about reports that have waited, so that they still hold.

    A message that may have arrived is composed again too. Otherwise the last copy that its
    recipient reads might say what is no longer true.
    """
    composed: dict[tuple[str, str, frozenset[int]], Content | None] = {}
    for delivery_id in _waiting(database, run):
        try:
            with database.write() as session:
                row = session.get(Delivery, delivery_id)
                if row is not None and row.state == DeliveryState.DUE:
                    _compose_again(session, row, run, composed)
        except DatabaseTrouble:
            raise
        except Exception:
            logger.exception("delivery %s stays as it was composed before", delivery_id)


def _waiting(database: Database, run: AlertRun) -> list[int]:
    """Return the ids of the messages about events that have waited and are due, oldest first."""
    at = Delivery.next_attempt_at
    was_put_off = at != Delivery.created_at
    query = (
        select(Delivery.id)
        .where(
            Delivery.state == DeliveryState.DUE,
            or_(at <= run.real_now + HAS_WAITED_AFTER, at > run.real_now + LONGEST_WAIT),
            or_(was_put_off, Delivery.created_at < run.real_now - HAS_WAITED_AFTER),
            Delivery.events.any(),
        )
        .order_by(Delivery.id)
    )
    with database.read() as session:
        return list(session.scalars(query))


def _compose_again(
    session: Session,
    row: Delivery,
    run: AlertRun,
    composed: dict[tuple[str, str, frozenset[int]], Content | None],
) -> None:
    subscriptions = {subscription.name: subscription for subscription in run.config.subscriptions}
    subscription = subscriptions.get(row.subscription)
    if subscription is None:
        return
    removed = [event for event in row.events if event.report_id is None]
    # A digest says how often the site was checked, even if it has no reports.
    if len(removed) == len(row.events) and _kind(row) != DIGEST:
        row.state, row.last_error = DeliveryState.MUTED, DOCUMENT_REMOVED
        return
    _take_out(session, row, removed)
    if _kind(row) != DIGEST and (reason := _why_not_sent(session, row, subscription, run)):
        row.state, row.last_error = DeliveryState.MUTED, reason
        return
    others = [event for event in row.events if event.is_of_another_council]
    if others and _kind(row) == DIGEST:
        _leave_to_next_digest(session, row, others)
    elif others and _kind(row) == BACKFILL:
        _take_out(session, row, others)  # the next backfill has them again
    elif others:
        _set_aside(session, row, others, subscription, run)
    # All recipients of a subscription get the same content. Digests without events differ by day.
    about = row.key.rpartition(":")[0]
    same = row.subscription, about, frozenset(event.id for event in row.events)
    if same not in composed:
        composed[same] = _content(session, row, subscription, run)
    if (content := composed[same]) is not None:
        to = addressees(run.config, subscription)
        replace_content(session, row, content, to, run, subscription=subscription)


def _why_not_sent(
    session: Session, row: Delivery, subscription: Subscription, run: AlertRun
) -> str | None:
    """Return why a message, other than a digest, must not be sent; None where it may be sent."""
    if all(event.is_of_another_council for event in row.events):
        return OF_ANOTHER_COUNCIL
    if _is_in_digest(session, row, subscription, run):
        return IN_DIGEST
    if _are_all_rejected(row, subscription):
        return REPEATS_REJECTED
    return None


def _is_in_digest(
    session: Session, row: Delivery, subscription: Subscription, run: AlertRun
) -> bool:
    """Return whether a digest to the same recipient says all of an alert, and is sent before it.

    In quiet hours a digest waits for their end, but an urgent alert does not.
    """
    quiet = subscription.quiet_hours
    is_quiet = quiet is not None and quiet.wait(run.real_now) > NO_WAIT
    due_until = None if is_quiet else run.real_now + HAS_WAITED_AFTER
    found = select(Delivery.id).where(
        Delivery.id == row.id, is_covered_by_digest_sent_first(due_until)
    )
    return session.scalar(found) is not None


def _are_all_rejected(row: Delivery, subscription: Subscription) -> bool:
    """Return whether a subscription wanted each report of a message only for rejected repeats."""
    return all(
        is_rejected_since(subscription, found) for found in ReportEvents.by_report(row.events)
    )


def _leave_to_next_digest(session: Session, row: Delivery, events: Collection[Event]) -> None:
    """Take events of another council out of a digest. They wait for another digest, in case a
    person says again that the report is about this council.
    """
    session.execute(
        update(Notification)
        .where(
            Notification.subscription == row.subscription,
            Notification.event_id.in_([event.id for event in events]),
        )
        .values(state=DeliveryState.DUE, digest_id=None),
        execution_options={"synchronize_session": False},
    )
    _take_out(session, row, events)


def _set_aside(
    session: Session,
    row: Delivery,
    events: Sequence[Event],
    subscription: Subscription,
    run: AlertRun,
) -> None:
    """Move events of another council from a message into a muted one for its recipient.

    A person may say again that the report is about this council (`requeue_muted_for_council`).
    Other recipients may have had the message already.
    """
    ids = {event.id for event in events}
    waited = [each for each in notifications_of(session, row) if each.event_id in ids]
    if not waited:
        return
    enqueue(
        session,
        _message(session, waited, subscription, run),
        [
            to
            for to in addressees(run.config, subscription)
            if (to.channel.name, to.recipient) == (row.channel, row.recipient)
        ],
        key=MessageKey.of(events),
        events=events,
        subscription=subscription,
        muted=OF_ANOTHER_COUNCIL,
        now=run.real_now,
    )
    _take_out(session, row, events)


def _take_out(session: Session, row: Delivery, events: Iterable[Event]) -> None:
    for event in events:
        row.events.remove(event)
    session.flush()


def requeue_muted_for_council(session: Session, report: Report, *, now: datetime) -> None:
    """Requeue the messages that were muted because their report was about another council.

    A person has taken that back at `now` (real time). The messages count as put off until then, so
    that they are composed again, however new they are. Never commits.
    """
    own = select(DeliveryEvent.delivery_id).join(Event, Event.id == DeliveryEvent.event_id)
    session.execute(
        update(Delivery)
        .where(
            Delivery.state == DeliveryState.MUTED,
            Delivery.last_error == OF_ANOTHER_COUNCIL,
            Delivery.id.in_(
                own.where(Event.report_id == report.id, Event.authority_id == report.authority_id)
            ),
        )
        .values(state=DeliveryState.DUE, last_error=None, give_up_at=None, next_attempt_at=now),
        execution_options={"synchronize_session": False},
    )


def _content(
    session: Session, row: Delivery, subscription: Subscription, run: AlertRun
) -> Content | None:
    """Return what a message says now; None where it must stay as it is."""
    events = [event for event in row.events if not event.is_of_another_council]
    if _kind(row) == BACKFILL:
        return digest_of(subscription, events).message(session, sites=run.sites)
    waited = notifications_of(session, row)
    if len(waited) != len(row.events):
        return None
    waited = [each for each in waited if each.event in events]
    if _kind(row) == DIGEST:
        last_day = date.fromisoformat(row.key.split(":")[1])
        return digest_as_of_now(session, subscription, last_day, waited, run)
    return _message(session, waited, subscription, run)


def _message(
    session: Session, waited: Sequence[Notification], subscription: Subscription, run: AlertRun
) -> Content:
    return message_of(rows_of(session, waited, subscription, run))


def _kind(row: Delivery) -> str:
    return row.key.partition(":")[0]
