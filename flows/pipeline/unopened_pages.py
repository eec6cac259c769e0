"""Pages that cannot be opened: they delay nothing, and are tried until they can be opened.

The first poll opens every page. Where all but a few open (`discover` has the limit), the poll
counts as complete and quick polls begin: one broken page must not make every poll a full one. A
page that has never been opened waits. Every full poll tries it, and every other poll tries the few
that have waited longest. Until it opens, `status` lists its authority as not filled in. Then
reports from before the watch began are history, and later ones are new.

A page of an authority that was opened before can have new reports that nobody sees. For a day, a
poll that could not open it has a gap and does not count as complete. After that, the page waits in
the same way.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from flows.pipeline.app import App
from scrapers.errors import SiteError
from scrapers.search import ListedAuthority
from storage import authorities, unopened_pages

TRIED_AT_MOST = 3
"""The number of pages that a quick poll tries: each may take all its tries and time limits."""


@dataclass(frozen=True)
class Unread:
    """One authority's page that could not be read, as the search listed it, with the error."""

    entry: ListedAuthority
    error: SiteError

    @property
    def note(self) -> str:
        """The sentence about it, for operators."""
        return f"{self.entry.name}: the page could not be read ({self.error})"


@dataclass(frozen=True)
class Waiting:
    """The pages that wait to be opened: all of their URNs, and those to try next."""

    urns: frozenset[str]
    next: tuple[ListedAuthority, ...]


def to_try_again(session: Session, *, now: datetime) -> Waiting:
    """Return the pages that wait, and those that a quick poll should try."""
    rows = unopened_pages.waiting_pages(session, now=now)
    return Waiting(
        urns=frozenset(row.urn for row in rows),
        next=tuple(
            ListedAuthority(row.urn, row.name, row.href, row.latest_report)
            for row in rows[:TRIED_AT_MOST]
        ),
    )


def keep_waiting(
    app: App,
    session: Session,
    unread: Sequence[Unread],
    *,
    opened: Collection[str],
    now: datetime,
    all_met: bool,
) -> int:
    """Keep pages that were not read. Return the number of gaps: pages that do not wait yet.

    `opened` are the URNs of the pages that were read, which are no longer kept. With `all_met` the
    poll tried every page of the site, so a page that it did not try is no longer listed and is
    dropped. A page of an authority that is not in the register leaves no gap.
    """
    gaps = 0
    for page in unread:
        entry = page.entry
        authority = authorities.recognise(session, app.register, urn=entry.urn, name=entry.name)
        if authority is None:
            continue
        gaps += not unopened_pages.note_failure(
            session,
            authority,
            urn=entry.urn,
            name=entry.name,
            href=entry.href,
            latest_report=entry.latest_report,
            error=str(page.error),
            now=now,
        )
    unopened_pages.forget_opened(session, opened)
    if all_met:
        unopened_pages.forget_unlisted(session, full_poll=now)
    return gaps
