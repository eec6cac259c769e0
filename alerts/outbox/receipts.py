"""What became of messages that a service took. Some services report failures only later."""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from alerts.channels.base import ChannelBase
from alerts.channels.errors import DeliveryError, HistoryUnreadable, Refused, Unavailable
from alerts.channels.secrets import scrubbed
from alerts.channels.time_limit import in_time
from alerts.outbox.claims import known_times
from alerts.outbox.clock import Timing
from alerts.outbox.retries import GiveUp, Moment, Tried, decide, last_try
from alerts.subscriptions.config import AlertConfig
from storage.database import Database
from storage.models import Delivery, DeliveryState

logger = logging.getLogger(__name__)

ASKED_FOR = timedelta(days=4)
"""GOV.UK Notify tries for three days, and reports the outcome for seven."""

_AT_ONCE = 100
_SECONDS = 60.0


def record_outcomes(database: Database, *, config: AlertConfig, now: datetime) -> None:
    """Ask services what became of the messages they took, and record what they say.

    A message that was not delivered has failed. One that the service could not send is due again,
    as after any try that certainly failed, and has failed after three days. Where a service does
    not reply, the next run asks again. Where it does not know the message, perhaps because the
    channel had another key or type then, it is not asked again. `now` is real time.
    """
    for channel in config.channels.values():
        if not channel.confirms_later:
            continue
        for row in _open(database, channel, now):
            try:
                changes = _changes(channel, row, now, config.secrets())
            except DeliveryError as error:
                logger.info("channel %s: %s", channel.name, scrubbed(str(error), config.secrets()))
                break
            except Exception as error:
                # A proxy may reply with anything. The next run asks again.
                logger.warning("channel %s: unexpected %s", channel.name, type(error).__name__)
                break
            if changes:
                _record(database, row, changes)


def _open(database: Database, channel: ChannelBase, now: datetime) -> Sequence[Delivery]:
    """Return the messages whose outcome is not known yet, the oldest first."""
    query = (
        select(Delivery)
        .where(
            Delivery.channel == channel.name,
            Delivery.state == DeliveryState.SENT,
            Delivery.outcome_at.is_(None),
            Delivery.remote_id.is_not(None),
            Delivery.sent_at > now - ASKED_FOR,
        )
        .order_by(Delivery.sent_at)
        .limit(_AT_ONCE)
    )
    with database.read() as session:
        return session.scalars(query).all()


def _changes(
    channel: ChannelBase, row: Delivery, now: datetime, secrets: tuple[str, ...]
) -> dict[str, Any]:
    remote_id = str(row.remote_id)
    try:
        delivered = in_time(lambda: channel.was_delivered(remote_id), seconds=_SECONDS)
    except Refused as error:
        error_text = scrubbed(str(error), secrets)
        logger.error("delivery %s by %s failed: %s", row.id, channel.name, error_text)
        return {
            "state": DeliveryState.FAILED,
            "next_attempt_at": now,
            "last_error": error_text,
            "outcome_at": now,
        }
    except HistoryUnreadable as error:
        logger.info("delivery %s by %s: %s", row.id, channel.name, scrubbed(str(error), secrets))
        return {"outcome_at": now}
    if delivered is None:
        return {}
    if delivered:
        return {"outcome_at": now}
    return _not_sent(channel, row, now)


def _not_sent(channel: ChannelBase, row: Delivery, now: datetime) -> dict[str, Any]:
    """Return the changes of a message that the service took and certainly has not sent.

    Its first try stays on record, so that operators learn of it and its tries end.
    """
    error_text = "the service took the message and could not send it"
    timing = Timing()
    last = last_try(known_times(row), now=now, timing=timing).at
    following = decide(
        Unavailable(error_text),
        Tried(tries=row.tries, no_replies=row.no_replies, no_reply_at=None, give_up_at=last),
        second_try=channel.second_try,
        moment=Moment(now=now, chance=random.random(), timing=timing),
    )
    changes = {"give_up_at": last, "sent_at": None, "last_error": error_text}
    if isinstance(following, GiveUp):
        return {**changes, "state": DeliveryState.FAILED, "next_attempt_at": now}
    return {**changes, "state": DeliveryState.DUE, "next_attempt_at": following.at}


def _record(database: Database, row: Delivery, changes: dict[str, Any]) -> None:
    with database.write() as session:
        session.execute(
            update(Delivery)
            .where(
                Delivery.id == row.id,
                Delivery.state == DeliveryState.SENT,
                Delivery.remote_id == row.remote_id,
            )
            .values(changes)
        )
