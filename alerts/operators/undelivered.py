"""Messages that do not get through, as concerns for the operators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from alerts.messages.digest import moment_words
from alerts.outbox.notifications import without_subscription, without_subscription_words
from alerts.subscriptions.model import OPERATORS
from alerts.subscriptions.periods import LONDON
from storage.models import Delivery, DeliveryState

# Shorter troubles end by themselves: a server restarts, a limit passes.
STUCK_AFTER = timedelta(hours=1)
STUCK = "stuck:"
GIVEN_UP = "given-up:"
LEFT_BEHIND = "left-behind:"


@dataclass(frozen=True)
class Undelivered:
    """What stands open: by the natural key of each concern, a sentence. `broken`: the channels."""

    concerns: dict[str, str]
    broken: frozenset[str]


def undelivered(session: Session, *, now: datetime, subscriptions: Collection[str]) -> Undelivered:
    """Channels that have refused a message for an hour, and messages that were given up.

    So is what waits for a subscription that is none of these any more. `now` is real time.
    """
    stuck = _stuck(session, now)
    concerns = {f"{STUCK}{channel}": _channel(channel, rows) for channel, rows in stuck.items()}
    for row in session.scalars(
        # What was given up by those who look after the watch is known to them by its channel.
        select(Delivery)
        .where(Delivery.state == DeliveryState.FAILED, Delivery.subscription != OPERATORS)
        .order_by(Delivery.id)
    ):
        concerns[f"{GIVEN_UP}{row.id}"] = (
            f"A message of {row.subscription} to {row.recipient} by {row.channel} was given up: "
            f"{row.last_error or 'no reason is known'}"
        )
    for name, reports in without_subscription(session, subscriptions).items():
        concerns[f"{LEFT_BEHIND}{name}"] = without_subscription_words(name, reports)
    return Undelivered(concerns, frozenset(stuck))


def _stuck(session: Session, now: datetime) -> dict[str, list[Delivery]]:
    """The messages that were first tried an hour ago and are still to be sent, by channel."""
    found: defaultdict[str, list[Delivery]] = defaultdict(list)
    for row in session.scalars(
        select(Delivery)
        .where(
            Delivery.state.in_((DeliveryState.DUE, DeliveryState.SENDING)),
            or_(
                Delivery.first_attempt_at <= now - STUCK_AFTER,
                # Written while the clock was wrong.
                Delivery.first_attempt_at > now + STUCK_AFTER,
            ),
        )
        .order_by(Delivery.first_attempt_at, Delivery.id)
    ):
        found[row.channel].append(row)
    return dict(found)


def _channel(channel: str, rows: list[Delivery]) -> str:
    first = rows[0]
    assert first.first_attempt_at is not None, "chosen by it"
    since = moment_words(first.first_attempt_at.astimezone(LONDON))
    number = f"{len(rows)} message{' waits' if len(rows) == 1 else 's wait'}"
    return (
        f"Channel {channel} has not taken messages since {since}; {number}. "
        f"Last error: {first.last_error or 'none is known'}"
    )
