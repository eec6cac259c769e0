"""Messages and pings about Inspection Watch itself, not about reports."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from sqlalchemy.exc import IntegrityError

from alerts.operators.alerts import OpenProblems, alert_operators, update_waiting_alerts
from alerts.operators.ping import ping
from alerts.operators.source_unavailable import notify_source_unavailable, stop_overtaken_notices
from alerts.operators.undelivered import (
    CLOSED,
    FAILED,
    NO_SUBSCRIPTION,
    NOT_MADE,
    RENAMED,
    STUCK,
    not_made_problems,
    undelivered,
)
from alerts.outbox.removed_subscriptions import mute_for_removed_subscribers
from flows.pipeline.app import App
from storage import polls
from storage.models import Poll

logger = logging.getLogger(__name__)


def notify_watch_state(app: App, *, not_made: Mapping[str, str] | None = None) -> int:
    """Queue operator alerts about messages and subscriptions, and notices about the source.

    Operators learn of undelivered messages and outdated subscriptions, and all recipients learn of
    a source that is unavailable. They get one message, and another when it is resolved. `not_made`
    are the subscriptions whose messages could not be made, each with the reason; None where that is
    not known. Returns the number of messages.
    """
    run = app.alert_run()
    try:
        with app.database.write() as session:
            mute_for_removed_subscribers(session)
            found = undelivered(
                session,
                now=run.real_now,
                subscriptions={entry.name: entry.quiet_hours for entry in app.config.subscriptions},
                config_read_at=app.config_read_at,
            )
            problems = {
                **found.problems,
                **not_made_problems(not_made or {}),
                **{f"{RENAMED}{name}": said for name, said in app.config.renamed.items()},
                **{f"{CLOSED}{name}": said for name, said in app.config.closed.items()},
            }
            checked = (
                STUCK,
                NO_SUBSCRIPTION,
                RENAMED,
                CLOSED,
                *(() if not_made is None else (NOT_MADE,)),
            )
            operators = alert_operators(
                session,
                OpenProblems(problems=problems, checked=checked, ended=(FAILED,)),
                run,
                avoid=found.broken,
            )
            subscribers = notify_source_unavailable(
                session, run, last_poll=polls.last_complete_poll(session, now=run.now)
            )
            update_waiting_alerts(session, run)
            stop_overtaken_notices(session)
            return len(operators) + len(subscribers)
    except IntegrityError:
        logger.info("another process is writing the same notices")
        return 0


def ping_after_poll(app: App, poll_id: int) -> None:
    """Report a complete poll to the monitoring service. A poll with gaps does not count."""
    if app.config.ping is None:
        return
    with app.database.read() as session:
        is_complete = session.get_one(Poll, poll_id).listed_at is not None
    if is_complete:
        ping(app.config.ping.get_secret_value())


def ping_after_failed_poll(app: App) -> None:
    """Report to the monitoring service that a poll failed."""
    if app.config.ping is not None:
        ping(app.config.ping.get_secret_value(), failed=True)
