"""Messages that wait for a person, composed again as their reports hold when they are sent.

While a message is held or has failed, Ofsted may correct or withdraw what it says.
"""

from __future__ import annotations

import logging

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from alerts.messages.combined import combined_message
from alerts.messages.content import Content
from alerts.outbox.backfill_digests import BACKFILL, digest_of
from alerts.outbox.combined_messages import as_of_now, rows_of
from alerts.outbox.deliveries import NOT_TOO_OLD
from alerts.outbox.digests import DIGEST, digest_as_of_now
from alerts.outbox.enqueue import AlertRun, replace_content
from alerts.outbox.notifications import notifications_of
from alerts.subscriptions.config import Subscription
from storage.errors import DatabaseTrouble
from storage.models import Delivery, DeliveryState

logger = logging.getLogger(__name__)

OF_ANOTHER_COUNCIL = "a person has confirmed since that the report is about another council"


def compose_waiting(session: Session, run: AlertRun, state: DeliveryState) -> None:
    """Compose the messages about reports that are held or have failed as the reports hold now.

    What may have arrived stays as it was sent. Never commits.
    """
    subscriptions = {subscription.name: subscription for subscription in run.config.subscriptions}
    is_recent = Delivery.created_at > run.real_now - NOT_TOO_OLD
    waiting = select(Delivery).where(
        Delivery.state == state,
        Delivery.no_replies == 0,
        or_(Delivery.state == DeliveryState.HELD, is_recent),
    )
    composed: dict[tuple[str, str, frozenset[int]], Content | None] = {}
    for row in session.scalars(waiting).all():
        subscription = subscriptions.get(row.subscription)
        if subscription is None or not row.events:
            continue
        if all(event.is_of_another_council for event in row.events):
            row.state, row.last_error = DeliveryState.MUTED, OF_ANOTHER_COUNCIL
            continue
        # All recipients of a subscription get the same.
        same = row.subscription, _kind(row), frozenset(event.id for event in row.events)
        try:
            if same not in composed:
                composed[same] = _content(session, row, subscription, run)
            if (content := composed[same]) is not None:
                replace_content(session, row, content, subscription, run)
        except DatabaseTrouble:
            raise
        except Exception:
            logger.exception("delivery %s stays as it was composed before", row.id)


def _content(
    session: Session, row: Delivery, subscription: Subscription, run: AlertRun
) -> Content | None:
    """Return what a message says now; None where it must stay as it is."""
    if any(event.report_id is None for event in row.events):
        return None  # a document that was added has been removed
    events = [event for event in row.events if not event.is_of_another_council]
    if _kind(row) == BACKFILL:
        return digest_of(subscription, events).message(
            sites=run.sites,
            as_of_now=lambda found, message: as_of_now(session, found, message),
        )
    waited = notifications_of(session, row)
    if len(waited) != len(row.events):
        return None
    waited = [each for each in waited if each.event in events]
    if _kind(row) == DIGEST:
        return digest_as_of_now(session, subscription, waited, run)
    rows = rows_of(session, waited, subscription, run)
    return combined_message(rows) if len(rows) > 1 else rows[0].message


def _kind(row: Delivery) -> str:
    return row.key.partition(":")[0]
