"""What people must know about the watch itself, apart from what a look at the site has found."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError

from alerts.operators.alerts import OpenConcerns, alert_operators
from alerts.operators.ping import ping
from alerts.operators.source_unavailable import notify_source_unavailable
from alerts.operators.undelivered import LEFT_BEHIND, STUCK, undelivered
from flows.pipeline.app import App
from storage import listings
from storage.models import Poll

logger = logging.getLogger(__name__)


def notify_watch_state(app: App) -> int:
    """Queue what operators must know of channels, and subscribers of a source that went blind.

    How many messages were queued. Told once, and once more when it is over.
    """
    real_now = datetime.now(UTC)
    try:
        with app.database.write() as session:
            names = [one.name for one in app.config.subscriptions]
            found = undelivered(session, now=real_now, subscriptions=names)
            operators = alert_operators(
                session,
                OpenConcerns(concerns=found.concerns, judged=(STUCK, LEFT_BEHIND)),
                config=app.config,
                now=app.settings.instant(),
                real_now=real_now,
                avoid=found.broken,
            )
            subscribers = notify_source_unavailable(
                session,
                last_look=listings.last_complete_poll(session, now=app.settings.instant()),
                config=app.config,
                now=app.settings.instant(),
                real_now=real_now,
            )
            return len(operators) + len(subscribers)
    except IntegrityError:
        logger.info("the same is being told by another process")
        return 0


def ping_after_poll(app: App, poll_id: int) -> None:
    """Let the dead man's switch know of a complete look. One with gaps does not count as one."""
    if app.config.ping is None:
        return
    with app.database.read() as session:
        is_complete = session.get_one(Poll, poll_id).listed_at is not None
    if is_complete:
        ping(app.config.ping.get_secret_value())


def ping_after_failed_poll(app: App) -> None:
    """Let the dead man's switch know that a look failed."""
    if app.config.ping is not None:
        ping(app.config.ping.get_secret_value(), failed=True)
