"""Messages that cannot be delivered, as problems for the operators."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
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

STUCK_AFTER = timedelta(hours=1)
"""Shorter faults end by themselves: a server restarts, a rate limit ends."""

TRIED_AGAIN_AFTER = timedelta(hours=2)
"""Two tries of a message are up to 72 minutes apart."""

STUCK = "stuck:"
FAILED = "failed:"
NO_SUBSCRIPTION = "no-subscription:"
NOT_MADE = "not-made:"
RENAMED = "renamed:"
CLOSED = "closed:"


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
    """Return the problems of delivery that are open now.

    These are channels that have taken no message for an hour, recipients for whom a channel that
    works has taken none, messages that failed, and messages that wait for a removed subscription.
    `subscriptions` has the quiet hours of each present subscription by its name. Times are real
    time.
    """
    stuck = _stuck(session, now, subscriptions)
    problems = _sentences(stuck)
    for row in session.scalars(
        # For failed messages to operators, the problem of their channel is enough.
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
    return Undelivered(problems, frozenset(part.channel for part in stuck if part.whole_channel))


@dataclass(frozen=True)
class _Stuck:
    """A recipient whose messages wait, the longest waiting first.

    whole_channel: whether the channel has sent nothing to anybody since then.
    """

    channel: str
    recipient: str
    since: datetime
    rows: tuple[Delivery, ...]
    whole_channel: bool

    def waits(self, number: int) -> str:
        """Return since when messages wait, how many there are, and the last error."""
        return (
            f"{moment_words(self.since.astimezone(LONDON))}; "
            f"{counted(number, 'message waits', 'messages wait')}. "
            f"Last error: {self.rows[0].last_error or 'none is known'}"
        )


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
) -> list[_Stuck]:
    """Return the recipients who have been sent nothing for an hour, though a message waits.

    A message that got no reply waits for hours in any case. It says nothing about its channel if
    the channel has sent another message since.
    """
    served = _last_sent(session, now)
    by_channel: dict[str, datetime] = {}
    for (channel, _), sent_at in served.items():
        by_channel[channel] = max(sent_at, by_channel.get(channel, sent_at))
    waiting: defaultdict[tuple[str, str], list[Delivery]] = defaultdict(list)
    for row in _waiting_for_an_hour(session, now, subscriptions):
        latest = by_channel.get(row.channel)
        if row.no_reply_at is None or latest is None or latest < row.no_reply_at:
            waiting[row.channel, row.recipient].append(row)
    found = []
    for (channel, recipient), rows in waiting.items():
        first = rows[0].first_attempt_at
        assert first is not None, "the query requires it"
        since = min(first, now)  # a later date was written while the clock was wrong
        own = served.get((channel, recipient))
        if own is not None and own > since:
            if own > now - TRIED_AGAIN_AFTER:
                continue
            since = own
        latest = by_channel.get(channel)
        is_whole = latest is None or since >= latest
        found.append(_Stuck(channel, recipient, since, tuple(rows), whole_channel=is_whole))
    return found


def _waiting_for_an_hour(
    session: Session, now: datetime, subscriptions: Mapping[str, QuietHours | None]
) -> Sequence[Delivery]:
    """Return waiting messages that were first tried over an hour ago, the oldest try first.

    What waits for a removed subscription, or for the end of quiet hours, is left out: it says
    nothing about its channel. Quiet hours must also have been over for an hour.
    """
    names = [name for name, hours in subscriptions.items() if not _was_quiet(hours, now)]
    return session.scalars(
        select(Delivery)
        .where(
            Delivery.state.in_((DeliveryState.DUE, DeliveryState.SENDING)),
            or_(
                Delivery.subscription.in_((*names, OPERATORS)),
                and_(Delivery.subscription.in_(subscriptions), Delivery.urgent),
            ),
            or_(
                Delivery.first_attempt_at <= now - STUCK_AFTER,
                # Written while the clock was wrong.
                Delivery.first_attempt_at > now + STUCK_AFTER,
            ),
        )
        .order_by(Delivery.first_attempt_at, Delivery.id)
    ).all()


def _last_sent(session: Session, now: datetime) -> dict[tuple[str, str], datetime]:
    """Return when a message was last sent, by channel and recipient."""
    query = (
        select(Delivery.channel, Delivery.recipient, func.max(Delivery.sent_at))
        # A later date was written while the clock was wrong.
        .where(Delivery.sent_at <= now)
        .group_by(Delivery.channel, Delivery.recipient)
    )
    return {(channel, to): at for channel, to, at in session.execute(query) if at is not None}


def _was_quiet(hours: QuietHours | None, now: datetime) -> bool:
    """Return whether quiet hours covered now or an hour ago: there may have been no try since."""
    return hours is not None and any(hours.wait(moment) for moment in (now, now - STUCK_AFTER))


def _sentences(stuck: list[_Stuck]) -> dict[str, str]:
    """Return a sentence for each channel, and for each recipient of a channel that works."""
    found: dict[str, str] = {}
    for channel in dict.fromkeys(part.channel for part in stuck if part.whole_channel):
        parts = [part for part in stuck if part.channel == channel and part.whole_channel]
        first = min(parts, key=lambda part: part.since)
        number = sum(len(part.rows) for part in parts)
        found[f"{STUCK}{channel}"] = (
            f"Channel {channel} has not taken messages since {first.waits(number)}"
        )
    for part in stuck:
        if not part.whole_channel:
            # The key has room for 200 characters.
            name = hashlib.sha256(part.recipient.encode()).hexdigest()[:16]
            found[f"{STUCK}{part.channel} {name}"] = (
                f"Channel {part.channel} works, but has not taken messages to {part.recipient} "
                f"since {part.waits(len(part.rows))}"
            )
    return found
