"""Write what people read without getting it as a message: the feeds and the website.

Feeds follow every delivery. The website takes some seconds, so only the service keeps it current;
the command `publish` writes both.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from alerts.feeds.fingerprints import FeedFingerprints
from alerts.operators.weekday_time import is_source_unavailable
from alerts.subscriptions.config import Subscription
from flows.pipeline.app import App
from flows.pipeline.preview import year_until
from reports.errors import InspectionWatchError
from storage.authorities import REGISTER
from storage.held_messages import hidden_reports
from storage.listings import LISTED_SUMS
from storage.models import (
    ConfirmedRepeat,
    ConfirmedValue,
    Delivery,
    DeliveryState,
    Event,
    Fingerprint,
    Notification,
    RejectedRepeat,
    Report,
)
from storage.polls import last_complete_poll

if TYPE_CHECKING:
    from storage.kept_repeats import KeptRepeats
    from website.snapshot import Snapshot

logger = logging.getLogger(__name__)

FEEDS = "feeds"
SITE = "site"
"""The folder of the website in the data folder; the feeds are in it."""

_VERSION = 6
"""Part of every fingerprint. Raise it when the same facts give other files."""

_FINGERPRINT_FILE = ".fingerprint"
REPEATS = ".repeats.json"
"""The file in a website's folder that keeps the repeats found for it (`storage.kept_repeats`)."""


@dataclass(frozen=True, kw_only=True)
class PublishResult:
    """The numbers of feeds, of files of the website, and of those that changed."""

    feeds: int
    files: int
    changed: int

    @property
    def summary(self) -> str:
        """The result as a sentence."""
        if not self.changed:
            return f"Nothing has changed in the website's {self.files} files."
        return f"{self.changed} of the website's {self.files} files were written."


def publish(app: App, folder: Path) -> PublishResult:
    """Write the website and the feeds into `folder`. Raises OSError."""
    from storage.kept_repeats import KeptRepeats
    from website.site import write_site

    kept = KeptRepeats.load(folder / REPEATS)
    with app.database.read() as session:
        feeds = len(_write_feeds(app, session, folder / FEEDS, FeedFingerprints()).feeds)
        snapshot = current_snapshot(app, session, kept=kept)
    written = write_site(folder, snapshot, database=app.database)
    kept.save(folder / REPEATS)
    return PublishResult(feeds=feeds, files=written.files, changed=written.changed)


def publish_changes(app: App) -> None:
    """Write the feeds of the data folder again, where anything they are made from has changed.

    Called after every delivery. A folder that cannot be written must not hold up the messages, so
    the error is only logged; the next delivery tries again.
    """
    folder = app.settings.data_dir / SITE / FEEDS
    known = FeedFingerprints.read(folder)
    try:
        with app.database.read() as session:
            fingerprint = _fingerprint(app, session)
            if known.folder == fingerprint:
                return
            written = _write_feeds(app, session, folder, known)
        replace(written, folder=fingerprint).write(folder)
        logger.info("%s feeds are up to date", len(written.feeds))
    except (OSError, InspectionWatchError) as error:
        logger.warning("the feeds could not be written: %s", error)
    except Exception:
        # Feeds are made from whatever reports say. A fault in them must not stop messages.
        logger.exception("the feeds could not be made")


def publish_site(app: App) -> str:
    """Write the website of the data folder again. Returns what was done, as a sentence.

    Where no fact has changed since, only the first page is written, because it says when Ofsted's
    site was last checked; where that is the same too, nothing is done. Raises OSError.
    """
    folder = app.settings.data_dir / SITE
    kept_file = folder / _FINGERPRINT_FILE
    with app.database.read() as session:
        # The windows of next inspections and the trends move with the day.
        fingerprint = f"{_fingerprint(app, session)} {app.settings.today()}"
        checked = f"{fingerprint} {_source_status(app, session)}"
        if _says(kept_file, checked):
            return "No fact has changed on the website."
        if (folder / "index.html").is_file() and _begins(kept_file, fingerprint):
            from storage.kept_repeats import KeptRepeats
            from website.site import write_national_page

            kept = KeptRepeats.load(folder / REPEATS)
            write_national_page(folder, current_snapshot(app, session, kept=kept))
            said = "No fact has changed; the website's first page is up to date."
        else:
            said = ""
    said = said or publish(app, folder).summary
    kept_file.write_text(checked, "ascii")
    return said


def _begins(file: Path, fingerprint: str) -> bool:
    return file.is_file() and file.read_text("ascii").startswith(f"{fingerprint} ")


def _source_status(app: App, session: Session) -> tuple[datetime | None, bool]:
    """Return when the site was last checked, and whether that is too long ago."""
    now = app.settings.instant()
    checked_at = last_complete_poll(session, now=now)
    return checked_at, is_source_unavailable(checked_at, now=now)


def _says(file: Path, text: str) -> bool:
    return file.is_file() and file.read_text("ascii") == text


def current_snapshot(app: App, session: Session, *, kept: KeptRepeats | None = None) -> Snapshot:
    """Return what the website shows now. `kept` has the repeats that are known already."""
    from website.snapshot import take_snapshot

    checked_at, source_unavailable = _source_status(app, session)
    return take_snapshot(
        session,
        today=app.settings.today(),
        site_url=app.settings.site_url,
        checked_at=checked_at,
        source_unavailable=source_unavailable,
        held=hidden_reports(session),
        kept=kept,
    )


def _write_feeds(
    app: App, session: Session, folder: Path, known: FeedFingerprints
) -> FeedFingerprints:
    """Write the feeds into a folder, except those whose fingerprint is the `known` one.

    Returns the fingerprints of all feeds, without one of the folder.
    """
    # Imported here: the templates take longer to import than a quiet delivery.
    from alerts.feeds.authorities import authority_feed_fingerprints, authority_feeds
    from alerts.feeds.folder import write_feeds
    from alerts.feeds.subscriptions import subscription_feeds

    first, last = year_until(app.settings.today())
    public_url = app.settings.public_url
    held = hidden_reports(session)
    register = session.scalar(select(Fingerprint.value).where(Fingerprint.name == REGISTER))
    common = (_VERSION, public_url, app.settings.site_url, register)
    fingerprints = {
        name: hashlib.sha256(repr((common, of_facts)).encode()).hexdigest()
        for name, of_facts in authority_feed_fingerprints(session, held=held).items()
    }
    unchanged = known.unchanged(folder, fingerprints)
    feeds = chain(
        subscription_feeds(
            session, app.config.own_subscriptions, first=first, last=last, sites=app.sites
        ),
        authority_feeds(
            session, sites=app.sites, held=held, without={row.file_name for row in unchanged}
        ),
    )
    address = f"{public_url}/{FEEDS}" if public_url else None
    written = write_feeds(folder, feeds, unchanged=unchanged, address=address)
    return FeedFingerprints(
        feeds={row.file_name: (fingerprints.get(row.file_name, ""), row) for row in written.feeds}
    )


def _fingerprint(app: App, session: Session) -> str:
    """Return a fingerprint of all that feeds and pages are made from, by a few counts."""
    not_sent = (DeliveryState.HELD, DeliveryState.MUTED)
    asked: tuple[Select[*tuple[Any, ...]], ...] = (
        select(Report.state, func.count()).group_by(Report.state).order_by(Report.state),
        select(func.max(Report.read_at), func.max(Report.withdrawn_at), *LISTED_SUMS),
        select(func.count(Report.withdrawn_at)),
        select(Report.reason, func.count()).group_by(Report.reason).order_by(Report.reason),
        select(func.max(ConfirmedValue.id)),
        select(func.count(), func.max(RejectedRepeat.at)).select_from(RejectedRepeat),
        select(func.count(), func.max(ConfirmedRepeat.at)).select_from(ConfirmedRepeat),
        select(func.count(Event.id), func.max(Event.id)),
        select(Fingerprint.name, Fingerprint.value).order_by(Fingerprint.name),
        *(
            select(table.state, func.count())
            .where(table.state.in_(not_sent))
            .group_by(table.state)
            .order_by(table.state)
            for table in (Delivery, Notification)
        ),
    )
    facts = [[tuple(row) for row in session.execute(query)] for query in asked]
    wanted = [_wants(subscription) for subscription in app.config.own_subscriptions]
    settings = (wanted, app.settings.public_url, app.settings.site_url)
    return hashlib.sha256(repr((_VERSION, facts, settings)).encode()).hexdigest()


def _wants(subscription: Subscription) -> tuple[object, ...]:
    """Return what decides which events a subscription gets, always in the same order."""
    return (
        subscription.name,
        subscription.all,
        sorted(subscription.authorities),
        sorted(subscription.events),
        str(subscription.min_severity),
        str(subscription.repeats),
        sorted(subscription.themes),
        sorted(subscription.kinds),
        sorted(subscription.judgements),
        subscription.keywords,
    )
