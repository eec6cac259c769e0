"""Addresses that were deleted from everything that is stored. Nothing here commits."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import escape
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from reports.addresses import address_key
from storage.models import WAITING, Delivery, DeliveryState, OperatorAlert
from storage.subscribers import has_address, subscribe_again

DELETED_ADDRESS = "deleted address"
"""Shown as the recipient of a message whose address was deleted."""

ADDRESS_DELETED = "the address was deleted"
"""Why such a message is muted."""

_TO_OPERATORS, _DELETED = "operators:", "deleted:"
"""How the keys of deliveries begin: of operator alerts, and of those to a deleted address."""


def forget_recipient(session: Session, address: str) -> int | None:
    """Delete an address from all deliveries, unsubscriptions and operator alerts, also as sent.

    The deliveries themselves stay, so that they are still counted. Those that were still to be
    sent are muted. One that is being sent now is muted before its next try
    (`alerts.outbox.claims`). Returns the number of deliveries; None if the address is nowhere.
    """
    to_address = select(Delivery).where(has_address(Delivery.recipient, address))
    deliveries = session.scalars(to_address).all()
    for delivery in deliveries:
        delivery.recipient = DELETED_ADDRESS
        # The key was computed from the address, so it would lead from the address to the delivery.
        delivery.key = f"{_DELETED}{delivery.id}"
        if delivery.last_error:
            delivery.last_error = _without(address, delivery.last_error)
        if delivery.state in WAITING:
            delivery.state = DeliveryState.MUTED
            delivery.last_error = ADDRESS_DELETED
    unsubscriptions = subscribe_again(session, address)
    is_known = bool(deliveries or unsubscriptions)
    if not is_known and "@" not in address:
        return None  # a word, which operator alerts may contain for another reason
    for alert in session.scalars(select(OperatorAlert)):
        # An operator alert may name the address: "A message of Scrutiny to … failed".
        sentence = _without(address, alert.sentence)
        is_known |= sentence != alert.sentence
        alert.sentence = sentence
    # So may the messages to operators, also those to an address that was deleted before.
    quoting = or_(Delivery.key.startswith(_TO_OPERATORS), Delivery.key.startswith(_DELETED))
    for delivery in session.scalars(select(Delivery).where(quoting)):
        payload = _all_without(address, delivery.payload)
        is_known |= payload != delivery.payload
        delivery.payload = payload
    session.flush()
    return len(deliveries) if is_known else None


def _all_without(address: str, value: Any) -> Any:
    """Return a payload without the address in its texts.

    A text that is the address alone stays: it is the sender, which may be a recipient too.
    """
    match value:
        case dict():
            return {key: _all_without(address, part) for key, part in value.items()}
        case list():
            return [_all_without(address, part) for part in value]
        case str() if address_key(value) != address_key(address):
            return _without(address, value)
    return value


def _without(address: str, text: str) -> str:
    """Return a text without the address, which may be escaped for HTML or Markdown."""
    escaped = "".join(
        rf"\\?(?:{'|'.join(map(re.escape, dict.fromkeys((char, str(escape(char))))))})"
        for char in address
    )
    # Not within a longer address.
    whole = rf"(?<![\w.+-]){escaped}(?![\w-]|\.\w)"
    return re.sub(whole, DELETED_ADDRESS, text, flags=re.IGNORECASE)
