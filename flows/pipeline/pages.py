"""Opening authority pages, and knowing whose they are."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from flows.pipeline.app import App
from scrapers.authority_page import AuthorityPage
from scrapers.errors import SiteError
from scrapers.search import ListedAuthority
from storage import authorities
from storage.listings import Listing
from storage.models import Report

logger = logging.getLogger(__name__)

# Noted once, when the report is new, and not at every visit to the page.
UNKNOWN_TITLE = "unknown_title"

# With a larger share of unreadable pages, nothing may be concluded from a full poll.
UNREADABLE_PAGES_AT_MOST = 0.10
# Problems of a page that mean that it may have reports which are not among those read from it.
LEAVES_OUT = frozenset({"link_not_allowed", "link_without_file_id", "unmarked_link", "page_lags"})


@dataclass(frozen=True)
class Opened:
    """One authority's page, read, and the authority it belongs to in our register."""

    authority_id: int
    page: AuthorityPage

    @property
    def is_complete(self) -> bool:
        """Whether every report that the page has was understood: only then is a gap a gap."""
        return not any(problem.code in LEAVES_OUT for problem in self.page.problems)


@dataclass(frozen=True)
class Unread:
    """One authority's page that could not be read, as the search listed it, and why."""

    entry: ListedAuthority
    error: SiteError


def open_pages(
    app: App,
    wanted: Sequence[ListedAuthority],
    notes: list[str],
    *,
    again: Sequence[ListedAuthority] = (),
) -> tuple[list[Opened], list[Unread]]:
    """Open each authority's page; one that cannot be read is noted and skipped.

    `again` are pages that are known not to open: that they do not proves nothing. Raises SiteError
    where more than a few of the others could not be read.
    """
    bearable = max(1.0, len(wanted) * UNREADABLE_PAGES_AT_MOST)
    opened, unread = _open_each(app, wanted, notes, bearable=bearable)
    opened_now, unread_still = _open_each(app, again, notes, bearable=len(again))
    return opened + opened_now, unread + unread_still


def _open_each(
    app: App, wanted: Sequence[ListedAuthority], notes: list[str], *, bearable: float
) -> tuple[list[Opened], list[Unread]]:
    opened: list[Opened] = []
    unread: list[Unread] = []
    for entry in wanted:
        try:
            page = app.site.authority(entry)
        except SiteError as error:
            unread.append(Unread(entry, error))
            notes.append(f"{entry.name}: the page could not be read ({error})")
            logger.warning("%s: the page could not be read: %s", entry.name, error)
            if len(unread) > bearable:
                # At once: a site that refuses us must not be asked for every page first.
                raise unread[0].error from error
            continue
        with app.database.write() as session:
            authority = authorities.recognise(session, app.register, urn=entry.urn, name=entry.name)
            authority_id = authority.id if authority else None
        if authority_id is None:
            notes.append(
                f"{entry.name} (URN {entry.urn}) is not in the register of authorities: "
                "its reports are not ingested until it is added"
            )
            continue
        notes.extend(
            f"{entry.name}: {problem.message}"
            for problem in page.problems
            if problem.code != UNKNOWN_TITLE
        )
        opened.append(Opened(authority_id, page))
    return opened, unread


def unknown_titles(opened: Sequence[Opened], new: Sequence[Report]) -> list[str]:
    """Sentences about new reports whose titles we have not met before."""
    unknown = {
        report.file_id for one in opened for report in one.page.reports if not report.title_known
    }
    return [
        f"{report.authority.short}: the report {report.url} has the unknown title {report.title!r}"
        for report in new
        if report.file_id in unknown
    ]


def listings_of(opened: Opened) -> list[Listing]:
    """What one page lists, as it is stored."""
    return [
        Listing(
            authority_id=opened.authority_id,
            file_id=report.file_id,
            url=report.url,
            title=report.title,
            published=report.published,
            inspection_date=report.inspection_date,
        )
        for report in opened.page.reports
    ]
