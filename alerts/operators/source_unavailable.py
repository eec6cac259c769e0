"""Telling subscribers that the watch cannot see the site: silence must not look like no news.

Told once to everybody when the last complete look is too old, and once when there is one again.
Whether they know is kept in the database, in the same transaction as the messages.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.messages.digest import moment_words
from alerts.messages.message import Notice
from alerts.outbox.enqueue import FirstState, MessageKey, enqueue
from alerts.subscriptions.config import AlertConfig
from alerts.subscriptions.mutes import Mutes
from alerts.subscriptions.periods import LONDON, ONE_DAY, midnight
from alerts.subscriptions.quiet_hours import quiet_wait
from alerts.subscriptions.recipients import addressees
from storage.models import Delivery, OperatorAlert

# Hours of working days: nobody looks and nothing is published at weekends, so a watch that last saw
# the site on Friday evening is not blind on Monday morning.
BLIND_AFTER = timedelta(hours=72)
_SATURDAY = 5
_KEY = "blind:subscribers"


def working_time(start: datetime, end: datetime) -> timedelta:
    """How much of the time between two instants lies on London's Mondays to Fridays."""
    total = timedelta()
    day = start.astimezone(LONDON).date()
    while midnight(day) < end:
        if day.weekday() < _SATURDAY:
            total += min(end, midnight(day + ONE_DAY)) - max(start, midnight(day))
        day += ONE_DAY
    return total


def is_source_unavailable(last_look: datetime | None, *, now: datetime) -> bool:
    """Whether the last complete look at the site is too long ago, or there was none at all."""
    return last_look is None or working_time(last_look, now) > BLIND_AFTER


def notify_source_unavailable(
    session: Session,
    *,
    last_look: datetime | None,
    config: AlertConfig,
    now: datetime,
    real_now: datetime,
) -> list[Delivery]:
    """Queue a notice to every recipient where the watch has gone blind, or sees again.

    `last_look` is the last complete look at the site; before the first nobody expects anything.
    `now` may be replayed; `real_now` is for the outbox. Never commits.
    """
    if last_look is None or not config.subscriptions:
        return []
    known = session.scalar(
        select(OperatorAlert).where(OperatorAlert.key == _KEY, OperatorAlert.solved_at.is_(None))
    )
    is_blind = is_source_unavailable(last_look, now=now)
    if is_blind == (known is not None):
        return []
    if known is None:
        known = OperatorAlert(key=_KEY, sentence=_when(last_look), told_at=now)
        session.add(known)
        notice = _gone(last_look)
    else:
        known.solved_at = now
        notice = _back(known.sentence, last_look)
    session.flush()
    about = f"{known.id}:{'gone' if is_blind else 'back'}"
    return _queue(session, notice, about, config, now, real_now)


def _when(moment: datetime) -> str:
    local = moment.astimezone(LONDON)
    return f"{moment_words(local)} {local.year}"


def _gone(last_look: datetime) -> Notice:
    return Notice(
        headline="Inspection Watch cannot see Ofsted's site",
        lines=(
            f"The last complete look was at {_when(last_look)}.",
            "That you hear nothing since then does not mean that nothing was published: please "
            "look at Ofsted's site yourself.",
            "You will be told when the watch sees again.",
        ),
    )


def _back(gone_since: str, last_look: datetime) -> Notice:
    return Notice(
        headline="Inspection Watch sees Ofsted's site again",
        lines=(
            f"A complete look succeeded at {_when(last_look)}; the last before it was at "
            f"{gone_since}.",
            "What was published in between has been found, and is told as usual.",
        ),
    )


def _queue(
    session: Session,
    notice: Notice,
    about: str,
    config: AlertConfig,
    now: datetime,
    real_now: datetime,
) -> list[Delivery]:
    """Write one delivery for each recipient, however many subscriptions name it."""
    mutes = Mutes.at(session, now)
    reached: set[tuple[str, str]] = set()
    deliveries: list[Delivery] = []
    for subscription in config.subscriptions:
        if mutes.of_subscription(subscription.name) is not None:
            continue
        to = [
            one
            for one in addressees(config, subscription)
            if (one.channel.name, one.recipient) not in reached
        ]
        reached |= {(one.channel.name, one.recipient) for one in to}
        wait = quiet_wait(subscription.quiet_hours, now, urgent=False)
        deliveries += enqueue(
            session,
            notice,
            to,
            key=MessageKey("source", about),
            first=FirstState.of(None, wait=wait),
            now=real_now,
        )
    return deliveries
