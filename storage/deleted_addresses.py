"""Addresses that were deleted from everything that is stored. Nothing here commits."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Delivery, DeliveryState, OperatorAlert
from storage.subscribers import subscribe_again

DELETED_ADDRESS = "deleted address"
"""Shown as the recipient of a message whose address was deleted."""

ADDRESS_DELETED = "the address was deleted"
"""Why such a message is muted."""


def forget_recipient(session: Session, address: str) -> int:
    """Delete an address from all deliveries, unsubscriptions and operator alerts.

    The deliveries themselves stay, so that they are still counted. Those that were still to be
    sent are muted. One that is being sent now is muted before its next try
    (`alerts.outbox.claims`). Returns the number of deliveries.
    """
    deliveries = [
        delivery
        for delivery in session.scalars(select(Delivery))
        if delivery.recipient.casefold() == address.casefold()
    ]
    for delivery in deliveries:
        delivery.recipient = DELETED_ADDRESS
        # The key was computed from the address, so it would lead from the address to the delivery.
        delivery.key = f"deleted:{delivery.id}"
        if delivery.last_error:
            delivery.last_error = _without(address, delivery.last_error)
        if delivery.state in (DeliveryState.DUE, DeliveryState.HELD):
            delivery.state = DeliveryState.MUTED
            delivery.last_error = ADDRESS_DELETED
    subscribe_again(session, address)
    for alert in session.scalars(select(OperatorAlert)):
        # An operator alert may name the address: "A message of Scrutiny to … failed".
        alert.sentence = _without(address, alert.sentence)
    session.flush()
    return len(deliveries)


def _without(address: str, text: str) -> str:
    return re.sub(re.escape(address), DELETED_ADDRESS, text, flags=re.IGNORECASE)
