"""Messages whose reports are all in a later digest for the same recipient.

The digest shows them in full, because it was made after a try of the message that did not succeed
(`alerts.outbox.notifications.reached_before`). Sending the message as well would say everything
twice.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, false, or_
from sqlalchemy.orm import aliased

from alerts.outbox.backfill_digests import BACKFILL
from alerts.outbox.notifications import DIGEST
from storage.models import Delivery, DeliveryEvent, DeliveryState


def is_covered_by_later_digest(*, may_have_arrived: bool) -> ColumnElement[bool]:
    """Return, for a query, whether a later digest has all events of a message that failed.

    A digest that failed too counts only where it is requeued with the message: as one that
    certainly failed or, with `may_have_arrived`, as one that may have arrived.
    """
    later = aliased(Delivery)
    is_requeued = later.no_replies > 0 if may_have_arrived else later.no_replies == 0
    # A digest that was made before a service reported the failure counted the message as sent.
    in_full = and_(
        _is_after_try(later), Delivery.outcome_at.is_(None), later.key.startswith(f"{DIGEST}:")
    )
    return _has_all_events(
        later,
        later.state != DeliveryState.MUTED,
        or_(later.key.startswith(f"{BACKFILL}:"), in_full),
        or_(later.state != DeliveryState.FAILED, is_requeued),
    )


def is_covered_by_digest_sent_first(due_until: datetime | None) -> ColumnElement[bool]:
    """Return, for a query, whether a digest with all events of a waiting message is sent before it.

    The digest has been sent, or is due by `due_until`, so that both would be sent. With None, only
    a digest that has been sent counts.
    """
    later = aliased(Delivery)
    is_due: ColumnElement[bool] = false()
    if due_until is not None:
        is_due = and_(later.state == DeliveryState.DUE, later.next_attempt_at <= due_until)
    return _has_all_events(
        later,
        later.key.startswith(f"{DIGEST}:"),
        _is_after_try(later),
        or_(later.state == DeliveryState.SENT, is_due),
    )


def _is_after_try(later: type[Delivery]) -> ColumnElement[bool]:
    return Delivery.first_attempt_at < later.created_at


def _has_all_events(later: type[Delivery], *only: ColumnElement[bool]) -> ColumnElement[bool]:
    own, same = aliased(DeliveryEvent), aliased(DeliveryEvent)
    is_there = exists().where(same.delivery_id == later.id, same.event_id == own.event_id)
    is_missing = exists().where(own.delivery_id == Delivery.id, ~is_there.correlate(later, own))
    found = exists().where(
        later.id > Delivery.id,
        later.subscription == Delivery.subscription,
        later.channel == Delivery.channel,
        later.recipient == Delivery.recipient,
        ~is_missing.correlate(Delivery, later),
        *only,
    )
    has_events = exists().where(DeliveryEvent.delivery_id == Delivery.id)
    return has_events.correlate(Delivery) & found.correlate(Delivery)
