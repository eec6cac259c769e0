"""Messages that cannot be delivered, as problems for the operators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from alerts.messages.digest import moment_words
from alerts.outbox.removed_subscriptions import waiting_for_removed
from alerts.subscriptions.model import OPERATORS
from alerts.subscriptions.quiet_hours import QuietHours
from reports.london import LONDON
from reports.wording import counted
from storage.models import Delivery, DeliveryState

# Shorter faults end by themselves: a server restarts, a rate limit ends.
STUCK_AFTER = timedelta(hours=1)
STUCK = "stuck:"
FAILED = "failed:"
NO_SUBSCRIPTION = "no-subscription:"
NOT_MADE = "not-made:"
RENAMED = "renamed:"


@dataclass(frozen=True)
class Undelivered:
    """The open problems, a sentence for each natural key, and the channels that do not work."""

    problems: dict[str, str]
    broken: frozenset[str]


def undelivered(
    session: Session,
    *,
    now: datetime,
    subscriptions: Mapping[str, QuietHours | None],
    config_read_at: datetime,
) -> Undelivered:
    """Return the channels that have taken no message for an hour, and the messages that failed.

    Also what waits for a subscription which is not among `subscriptions` any more: their names,
    each with its quiet hours. Times are real time.
    """
    stuck = _stuck(session, now, subscriptions)
    problems = {f"{STUCK}{channel}": _channel(channel, rows) for channel, rows in stuck.items()}
    for row in session.scalars(
        # Operators know of their own failed messages by the channel.
        select(Delivery)
        .where(Delivery.state == DeliveryState.FAILED, Delivery.subscription != OPERATORS)
        .order_by(Delivery.id)
    ):
        problems[f"{FAILED}{row.id}"] = (
            f"A message for “{row.subscription}” to {row.recipient} through {row.channel} failed: "
            f"{row.last_error or 'no reason is known'}"
        )
    for waiting in waiting_for_removed(session, subscriptions, read_at=config_read_at):
        problems[f"{NO_SUBSCRIPTION}{waiting.subscription}"] = waiting.sentence
    return Undelivered(problems, frozenset(stuck))


def not_made_problems(reasons: Mapping[str, str]) -> dict[str, str]:
    """Return the problems of subscriptions whose messages could not be made, by natural key."""
    return {
        f"{NOT_MADE}{name}": (
            f"The messages for “{name}” could not be made and are waiting; see the log. "
            f"The error: {reason}"
        )
        for name, reason in reasons.items()
    }


def _stuck(
    session: Session, now: datetime, subscriptions: Mapping[str, QuietHours | None]
) -> dict[str, list[Delivery]]:
    """Return the messages first tried over an hour ago that are still to be sent, by channel.

    A message without a reply waits for hours anyway. Where its channel has sent another message
    since, the channel works. What waits for a removed subscription, or for the end of quiet hours,
    says nothing about its channel: quiet hours must have been over for an hour too.
    """
    names = [name for name, hours in subscriptions.items() if not _was_quiet(hours, now)]
    not_put_off = or_(
        Delivery.subscription.in_((*names, OPERATORS)),
        and_(Delivery.subscription.in_(subscriptions), Delivery.urgent),
    )
    last_sent = dict(
        session.execute(
            select(Delivery.channel, func.max(Delivery.sent_at)).group_by(Delivery.channel)
        ).all()
    )
    found: defaultdict[str, list[Delivery]] = defaultdict(list)
    for row in session.scalars(
        select(Delivery)
        .where(
            Delivery.state.in_((DeliveryState.DUE, DeliveryState.SENDING)),
            not_put_off,
            or_(
                Delivery.first_attempt_at <= now - STUCK_AFTER,
                # Written while the clock was wrong.
                Delivery.first_attempt_at > now + STUCK_AFTER,
            ),
        )
        .order_by(Delivery.first_attempt_at, Delivery.id)
    ):
        sent_at = last_sent[row.channel]
        if row.no_reply_at is None or sent_at is None or sent_at < row.no_reply_at:
            found[row.channel].append(row)
    return dict(found)


def _was_quiet(hours: QuietHours | None, now: datetime) -> bool:
    """Return whether a message of this subscription could not be tried in all of the last hour."""
    return hours is not None and any(hours.wait(moment) for moment in (now, now - STUCK_AFTER))


def _channel(channel: str, rows: list[Delivery]) -> str:
    first = rows[0]
    assert first.first_attempt_at is not None, "chosen by it"
    since = moment_words(first.first_attempt_at.astimezone(LONDON))
    number = counted(len(rows), "message waits", "messages wait")
    return (
        f"Channel {channel} has not taken messages since {since}; {number}. "
        f"Last error: {first.last_error or 'none is known'}"
    )
