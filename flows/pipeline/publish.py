"""Writing what people read without us sending it: the feeds and the website.

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

from alerts.feeds.marks import FeedMarks
from alerts.operators.working_time import is_source_unavailable
from alerts.outbox.notifications import reports_with_held_messages
from alerts.subscriptions.config import Subscription
from flows.pipeline.app import App
from flows.pipeline.preview import year_until
from reports.errors import InspectionWatchError
from storage.authorities import REGISTER
from storage.models import (
    ConfirmedRepeat,
    Correction,
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

# What the files rest on; raise it where the same facts give other files.
_VERSION = 4
_MARK = ".fingerprint"
REPEATS = ".repeats.json"
"""Where a website's folder keeps the repeats that were found for it."""


@dataclass(frozen=True, kw_only=True)
class Published:
    """How many feeds and files there are, and how many files of the website changed."""

    feeds: int
    files: int
    changed: int

    @property
    def summary(self) -> str:
        """The same as a sentence."""
        if not self.changed:
            return f"Nothing has changed on the website's {self.files} files."
        return f"{self.changed} of the website's {self.files} files were written."


def publish(app: App, folder: Path) -> Published:
    """Write the website and the feeds into `folder`. Raises OSError."""
    from storage.kept_repeats import KeptRepeats
    from website.site import write_site

    kept = KeptRepeats.load(folder / REPEATS)
    with app.database.read() as session:
        feeds = len(_write_feeds(app, session, folder / FEEDS, FeedMarks()).feeds)
        snapshot = current_snapshot(app, session, kept=kept)
    written = write_site(folder, snapshot, database=app.database)
    kept.save(folder / REPEATS)
    return Published(feeds=feeds, files=written.files, changed=written.changed)


def publish_changes(app: App) -> None:
    """Bring the feeds of the data folder up to date, where anything they rest on has changed.

    Called after every delivery. A folder that cannot be written must not hold up the messages, so
    trouble is only logged; the next delivery tries again.
    """
    folder = app.settings.data_dir / SITE / FEEDS
    known = FeedMarks.read(folder)
    try:
        with app.database.read() as session:
            basis = _basis(app, session)
            if known.basis == basis:
                return
            marks = _write_feeds(app, session, folder, known)
        replace(marks, basis=basis).write(folder)
        logger.info("%s feeds are up to date", len(marks.feeds))
    except (OSError, InspectionWatchError) as error:
        logger.warning("the feeds could not be written: %s", error)
    except Exception:
        # Feeds are built from whatever reports say: a fault in one costs no message.
        logger.exception("the feeds could not be made")


def publish_site(app: App) -> str:
    """Bring the website of the data folder up to date. Returns what was done as a sentence.

    Where no fact has changed since, only the first page is written, because it says when Ofsted's
    site was last checked; where that is the same too, nothing is done. Raises OSError.
    """
    folder = app.settings.data_dir / SITE
    mark = folder / _MARK
    with app.database.read() as session:
        # The windows of next inspections and the trends move with the day.
        basis = f"{_basis(app, session)} {app.settings.today()}"
        checked = f"{basis} {_source_status(app, session)}"
        if _says(mark, checked):
            return "No fact has changed on the website."
        if (folder / "index.html").is_file() and _begins(mark, basis):
            from storage.kept_repeats import KeptRepeats
            from website.site import write_national_page

            kept = KeptRepeats.load(folder / REPEATS)
            write_national_page(folder, current_snapshot(app, session, kept=kept))
            said = "No fact has changed; the website's first page is up to date."
        else:
            said = ""
    said = said or publish(app, folder).summary
    mark.write_text(checked, "ascii")
    return said


def _begins(mark: Path, basis: str) -> bool:
    return mark.is_file() and mark.read_text("ascii").startswith(f"{basis} ")


def _source_status(app: App, session: Session) -> tuple[datetime | None, bool]:
    """When the site was last checked, and whether that is too long ago."""
    now = app.settings.instant()
    checked_at = last_complete_poll(session, now=now)
    return checked_at, is_source_unavailable(checked_at, now=now)


def _says(mark: Path, basis: str) -> bool:
    return mark.is_file() and mark.read_text("ascii") == basis


def current_snapshot(app: App, session: Session, *, kept: KeptRepeats | None = None) -> Snapshot:
    """What the website shows, as it is stored now. `kept`: the repeats that are known already."""
    from website.snapshot import take_snapshot

    checked_at, source_unavailable = _source_status(app, session)
    return take_snapshot(
        session,
        today=app.settings.today(),
        site_url=app.settings.site_url,
        checked_at=checked_at,
        source_unavailable=source_unavailable,
        held=reports_with_held_messages(session),
        kept=kept,
    )


def _write_feeds(app: App, session: Session, folder: Path, known: FeedMarks) -> FeedMarks:
    """Write the feeds into a folder, except those that rest on the same as `known` says.

    Returns what they rest on now.
    """
    # Imported here: the templates take longer to import than a quiet delivery.
    from alerts.feeds.authorities import authority_feed_bases, authority_feeds
    from alerts.feeds.folder import write_feeds
    from alerts.feeds.subscriptions import subscription_feeds

    first, last = year_until(app.settings.today())
    public_url = app.settings.public_url
    held = reports_with_held_messages(session)
    register = session.scalar(select(Fingerprint.value).where(Fingerprint.name == REGISTER))
    common = (_VERSION, public_url, app.settings.site_url, register)
    bases = {
        name: hashlib.sha256(repr((common, basis)).encode()).hexdigest()
        for name, basis in authority_feed_bases(session, held=held).items()
    }
    unchanged = known.unchanged(folder, bases)
    feeds = chain(
        subscription_feeds(session, _with_feeds(app), first=first, last=last, sites=app.sites),
        authority_feeds(
            session, sites=app.sites, held=held, without={row.file_name for row in unchanged}
        ),
    )
    address = f"{public_url}/{FEEDS}" if public_url else None
    written = write_feeds(folder, feeds, unchanged=unchanged, address=address)
    return FeedMarks(
        feeds={row.file_name: (bases.get(row.file_name, ""), row) for row in written.feeds}
    )


def _basis(app: App, session: Session) -> str:
    """A fingerprint of all that feeds and pages are made of, from a few counts."""
    not_sent = (DeliveryState.HELD, DeliveryState.MUTED)
    asked: tuple[Select[*tuple[Any, ...]], ...] = (
        select(Report.state, func.count()).group_by(Report.state).order_by(Report.state),
        select(func.max(Report.read_at), func.max(Report.withdrawn_at), func.max(Report.published)),
        select(func.count(Report.withdrawn_at)),
        select(func.max(Correction.id)),
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
    wanted = [_wants(subscription) for subscription in _with_feeds(app)]
    settings = (wanted, app.settings.public_url, app.settings.site_url)
    return hashlib.sha256(repr((_VERSION, facts, settings)).encode()).hexdigest()


def _with_feeds(app: App) -> list[Subscription]:
    """Return the subscriptions of `watch.yaml`. Those of single people have no public feed."""
    return [one for one in app.config.subscriptions if one.only_to is None]


def _wants(subscription: Subscription) -> tuple[object, ...]:
    """Return what decides which events a subscription gets, always in the same order."""
    return (
        subscription.name,
        subscription.all,
        sorted(subscription.authorities),
        sorted(subscription.events),
        str(subscription.min_severity),
        sorted(subscription.themes),
        sorted(subscription.kinds),
        sorted(subscription.judgements),
        subscription.keywords,
    )
