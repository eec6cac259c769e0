"""Writing what people read without us sending it: the feeds."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from alerts.subscriptions.config import Subscription
from flows.pipeline.app import App
from flows.pipeline.preview import year_until
from storage.models import (
    Correction,
    Delivery,
    DeliveryState,
    Event,
    Fingerprint,
    Notification,
    Report,
)

logger = logging.getLogger(__name__)

FEEDS = "feeds"
# What the files rest on; raise it where the same facts give other files.
_VERSION = 1
_MARK = ".fingerprint"


def publish(app: App, folder: Path) -> int:
    """Write the feeds into `folder`/feeds; how many there are. Raises OSError."""
    with app.database.read() as session:
        return _write(app, session, folder)


def publish_changes(app: App) -> None:
    """Bring the feeds of the data folder up to date, where anything they rest on has changed.

    Called after every delivery. A folder that cannot be written must not hold up the messages, so
    trouble is only logged; the next delivery tries again.
    """
    folder = app.settings.data_dir
    mark = folder / FEEDS / _MARK
    try:
        with app.database.read() as session:
            basis = _basis(app, session)
            if mark.is_file() and mark.read_text("ascii") == basis:
                return
            count = _write(app, session, folder)
        mark.write_text(basis, "ascii")
        logger.info("%s feeds are up to date", count)
    except OSError as error:
        logger.warning("the feeds could not be written: %s", error)
    except Exception:
        # Feeds are built from whatever reports say: a fault in one costs no message.
        logger.exception("the feeds could not be made")


def _write(app: App, session: Session, folder: Path) -> int:
    # Imported here: feedgen and the templates take longer to import than a quiet delivery.
    from alerts.feeds.authorities import authority_feeds
    from alerts.feeds.folder import write_feeds
    from alerts.feeds.subscriptions import held_reports, subscription_feeds

    first, last = year_until(app.settings.today())
    site_url, public_url = app.settings.site_url, app.settings.public_url
    feeds = [
        *subscription_feeds(
            session, app.config.subscriptions, first=first, last=last, site_url=site_url
        ),
        *authority_feeds(session, site_url=site_url, held=held_reports(session)),
    ]
    address = f"{public_url}/{FEEDS}" if public_url else None
    return write_feeds(folder / FEEDS, feeds, address=address).feeds


def _basis(app: App, session: Session) -> str:
    """A fingerprint of all that the feeds are made of, from a few counts."""
    untold = (DeliveryState.HELD, DeliveryState.MUTED)
    asked: tuple[Select[Any], ...] = (
        select(Report.state, func.count()).group_by(Report.state).order_by(Report.state),
        select(func.max(Report.read_at), func.max(Report.withdrawn_at), func.max(Report.published)),
        select(func.count(Report.withdrawn_at)),
        select(func.max(Correction.id)),
        select(func.count(Event.id), func.max(Event.id)),
        select(Fingerprint.name, Fingerprint.value).order_by(Fingerprint.name),
        *(
            select(table.state, func.count())
            .where(table.state.in_(untold))
            .group_by(table.state)
            .order_by(table.state)
            for table in (Delivery, Notification)
        ),
    )
    facts = [[tuple(row) for row in session.execute(query)] for query in asked]
    wanted = [_wants(subscription) for subscription in app.config.subscriptions]
    settings = (wanted, app.settings.public_url, app.settings.site_url)
    return hashlib.sha256(repr((_VERSION, facts, settings)).encode()).hexdigest()


def _wants(subscription: Subscription) -> tuple[object, ...]:
    """What decides which news a subscription gets; sets in an order that every process shares."""
    return (
        subscription.name,
        subscription.all,
        sorted(subscription.authorities),
        sorted(subscription.events),
        str(subscription.min_severity),
        sorted(subscription.themes),
    )
