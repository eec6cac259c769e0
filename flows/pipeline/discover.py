"""What a poll asks the site, and how the answers are stored: in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from flows.pipeline.app import App
from flows.pipeline.plausibility import (
    emptied_pages,
    missing_authorities,
    plausible_listing,
    plausible_since,
    too_many_missed,
)
from flows.pipeline.results import FILTER, TITLE, Found, Note
from flows.pipeline.subscriptions import require_subscriptions
from flows.pipeline.unopened_pages import Unread, keep_waiting, to_try_again
from flows.pipeline.withdrawals import detect_counting_again, detect_returned, detect_withdrawn
from reports.london import london_date
from reports.safe_text import quoted
from scrapers.authority_page import AuthorityPage
from scrapers.errors import LayoutChanged, SiteError
from scrapers.problems import LEAVES_OUT, SiteProblem
from scrapers.search import ListedAuthority, SearchResult
from storage import authorities, listings, pending_reports, polls
from storage.listings import Listing
from storage.models import Authority, Poll, PollKind, Report
from storage.unopened_pages import unopened_since
from storage.withdrawals import listed_again

logger = logging.getLogger(__name__)

OVERLAP = timedelta(days=30)
"""A report can be listed late or back-dated; a search window that overlaps the last good poll by a
month has always been enough. No 30 days had more than 30 reports, and a search lists at most 100
rows."""

FULL_POLL_AFTER = timedelta(days=3)
"""A machine may be off, night after night, when the full poll of the day is due. Then a quick poll
becomes a full one."""

REOPEN_AFTER = timedelta(hours=1)
"""An authority that published today may publish again today without a change of its newest date."""

UNREADABLE_PAGES_AT_MOST = 0.10
"""With a larger share of unreadable pages, nothing may be concluded from a poll."""

FEW_PAGES = 3
"""So few unreadable pages never stop a poll: what other pages list must not wait for them."""


@dataclass(frozen=True, kw_only=True)
class StartedPoll:
    """A running poll. `since` is None where every authority's page is opened.

    `requests_before` is the number of requests that this process had made when the poll began.
    """

    poll_id: int
    since: date | None
    now: datetime
    requests_before: int


@dataclass(frozen=True)
class Opened:
    """One authority's page that was read, the id of the authority in our tables, and the URN under
    which the search listed the page.
    """

    authority_id: int
    page: AuthorityPage
    urn: str

    @property
    def is_complete(self) -> bool:
        """Whether every report on the page was understood, so that a report not on it is gone."""
        return not any(problem.code in LEAVES_OUT for problem in self.page.problems)


@dataclass(frozen=True)
class _Seen:
    """The site's answers: the search, the pages read and not read, and notes for operators."""

    listed: SearchResult
    opened: Sequence[Opened]
    unread: Sequence[Unread]
    notes: list[Note]


def window(session: Session, *, now: datetime) -> date | None:
    """Return the publication date to search from; None where a full poll is due.

    That is before the first complete poll, and where no full poll has begun for FULL_POLL_AFTER.
    Otherwise it is OVERLAP before the last complete poll, or before the newest date that the site
    has shown, if that is earlier. So neither a wrong clock nor a site that was not updated leaves a
    gap.
    """
    last = polls.last_complete_poll(session, now=now)
    full = polls.last_full_poll_began(session, now=now)
    if last is None or full is None or full < now - FULL_POLL_AFTER:
        return None
    newest = listings.newest_published(session, today=london_date(now))
    polled = london_date(last)
    return (min(polled, newest) if newest else polled) - OVERLAP


def begin_poll(app: App, *, full: bool) -> StartedPoll:
    """Store that a poll runs. It is a full poll if `full`, or where one is due (`window`).

    Raises ConfigurationError where earlier subscriptions are gone.
    """
    now = app.settings.instant()
    with app.database.write() as session:
        require_subscriptions(app, session)
        since = None if full else window(session, now=now)
        kind = PollKind.QUICK if since else PollKind.FULL
        row = polls.start_poll(
            session,
            kind=kind,
            now=now,
            since=since,
            subscriptions=len(app.config.own_subscriptions),
        )
        return StartedPoll(
            poll_id=row.id,
            since=since,
            now=now,
            requests_before=app.site.client.requests_made,
        )


def discover(app: App, started: StartedPoll) -> Found:
    """Search, open the pages that can hold something new, and store what they list.

    Raises SiteError where nothing may be concluded from the answers.
    """
    since, now = started.since, started.now
    with app.database.read() as session:
        if since is None:
            bounds = plausible_listing(app, session)
        else:
            bounds = plausible_since(session, since)
    listed = app.site.authorities(since=since, **bounds)
    notes = notes_of(listed)
    wanted: Sequence[ListedAuthority] = listed.authorities
    again: Sequence[ListedAuthority] = ()
    if since is not None:
        with app.database.read() as session:
            waiting = to_try_again(session, now=now)
            wanted = _moved(session, listed.authorities, now=now, but=waiting.urns)
            again = waiting.next
    opened, unread = open_pages(app, wanted, notes)
    opened_now, unread_still = open_pages(app, again, notes, may_fail=True)
    seen = _Seen(listed, opened + opened_now, unread + unread_still, notes)
    with app.database.write() as session:
        row = session.get_one(Poll, started.poll_id)
        found = _store(app, session, row, seen, now=now)
        row.requests = app.site.client.requests_made - started.requests_before
        return found


def _store(
    app: App,
    session: Session,
    row: Poll,
    seen: _Seen,
    *,
    now: datetime,
) -> Found:
    """Store what the pages list. The poll counts as complete if it has no gap."""
    listed, opened, notes = seen.listed, seen.opened, seen.notes
    is_full = row.since is None
    entries = [entry for page in opened for entry in listings_of(page)]
    again = listed_again(session, entries)
    returned = detect_returned(app, session, row, again)
    row.notes = []
    new = listings.record_listings(
        session,
        entries,
        poll=row,
        now=now,
        opened=[session.get_one(Authority, page.authority_id) for page in opened],
        hold_over=app.settings.hold_over,
    )
    returned += detect_counting_again(app, session, again)
    notes.extend((*map(Note, row.notes), *unknown_titles(opened, new)))
    withdrawn: list[str] = []
    if is_full and listed.complete:
        on_pages = {entry.file_id for entry in entries}
        withdrawn = _withdrawn(app, session, row, seen, listed=on_pages, now=now)
    gaps = keep_waiting(
        app,
        session,
        seen.unread,
        opened=[page.urn for page in opened],
        now=now,
        all_met=is_full and listed.complete,
    )
    pending_reports.fetch_doubtful_files_again(session, now=now, is_full=is_full)
    if is_full:
        pending_reports.fetch_recent_files_again(session, now=now)
    row.authorities_listed = len(listed.authorities)
    row.authorities_opened = len(opened)
    row.notes = [note.sentence for note in notes]
    if listed.complete and not gaps:
        row.listed_at = now
    return Found(
        poll_id=row.id,
        kind=row.kind,
        since=row.since,
        report_ids=tuple(pending_reports.pending_reports(session, is_full=is_full, now=now)),
        authorities_listed=len(listed.authorities),
        authorities_opened=len(opened),
        new_ids=frozenset(report.id for report in new),
        silent=sum(report.silent for report in new),
        held=row.held,
        notes=tuple(notes),
        withdrawn=(*withdrawn, *returned),
    )


def _withdrawn(
    app: App, session: Session, row: Poll, seen: _Seen, *, listed: set[str], now: datetime
) -> list[str]:
    """Return sentences about the reports that count as withdrawn after a full poll.

    `listed` are the file ids on all pages. Only a page that was read completely, and did not lose
    implausibly much, shows that a report is gone. What is doubtful is noted in `seen`.
    """
    opened, notes = seen.opened, seen.notes
    notes.extend(missing_authorities(session, seen.listed.authorities))
    empty = emptied_pages(
        session, [(page.authority_id, page.page) for page in opened], listed=listed
    )
    notes.extend(empty.values())
    incomplete = {page.authority_id for page in opened if not page.is_complete} | set(empty)
    complete = {page.authority_id for page in opened} - incomplete
    unread_since = _unread_since(app, session, seen.unread, now=now)
    if note := too_many_missed(
        session, complete=complete, unread_since=unread_since, listed=listed
    ):
        notes.append(Note(note))
        complete = set()
    return detect_withdrawn(
        app,
        session,
        row,
        complete=complete,
        unread_since=unread_since,
        all_complete=not (incomplete or note),
        listed=listed,
        now=now,
    )


def _unread_since(
    app: App, session: Session, unread: Sequence[Unread], *, now: datetime
) -> dict[int, datetime]:
    """Return since when an authority has a page that polls cannot open, by the authority's id.

    Of several such pages, the last counts. The authority may have another page that opened.
    """
    since = unopened_since(session, [page.entry.urn for page in unread])
    found: dict[int, datetime] = {}
    for entry in (page.entry for page in unread):
        authority = authorities.recognise(session, app.register, urn=entry.urn, name=entry.name)
        if authority is not None:
            began = since.get(entry.urn, now)
            found[authority.id] = max(began, found.get(authority.id, began))
    return found


def _moved(
    session: Session,
    listed: Sequence[ListedAuthority],
    *,
    now: datetime,
    but: frozenset[str],
) -> tuple[ListedAuthority, ...]:
    """Return the authorities whose pages may have something new, without the URNs in `but`."""
    today = london_date(now)
    newest = listings.newest_published_by_authority(session, today=today)
    known = authorities.by_urn(session)

    def may_list_more(entry: ListedAuthority) -> bool:
        authority, latest = known.get(entry.urn), entry.latest_report
        if authority is None or authority.last_opened_at is None or latest is None:
            return True
        if newest.get(authority.id, date.min) < latest <= today:
            return True
        # abs: after a clock that was fast, the last opening seems to lie ahead.
        return latest >= today and abs(now - authority.last_opened_at) >= REOPEN_AFTER

    return tuple(entry for entry in listed if entry.urn not in but and may_list_more(entry))


def notes_of(listed: SearchResult) -> list[Note]:
    """Return the notes about a search."""
    return [
        Note(problem.message, FILTER, about="ignored")
        if problem.code == SiteProblem.FILTER_IGNORED
        else Note(problem.message)
        for problem in listed.problems
    ]


def open_pages(
    app: App, wanted: Sequence[ListedAuthority], notes: list[Note], *, may_fail: bool = False
) -> tuple[list[Opened], list[Unread]]:
    """Open each authority's page. A page that cannot be read is noted and skipped.

    `notes` gets sentences about problems. Raises SiteError where more than FEW_PAGES, and more than
    UNREADABLE_PAGES_AT_MOST of them, could not be read. With `may_fail` it does not: it is for
    pages that could not be opened before, whose failure proves nothing.
    """
    limit = max(FEW_PAGES, len(wanted) * UNREADABLE_PAGES_AT_MOST)
    tolerated = len(wanted) if may_fail else limit
    opened: list[Opened] = []
    unread: list[Unread] = []
    for entry in wanted:
        try:
            page = app.site.authority(entry)
            authority_id = _authority_of(app, entry, page)
        except SiteError as error:
            unread.append(Unread(entry, error))
            notes.append(Note(unread[-1].note, about=f"page {entry.urn}"))
            logger.warning("%s: the page could not be read: %s", entry.name, error)
            if len(unread) > tolerated:
                # Raised at once: a site that refuses us must not be asked for all other pages.
                raise unread[0].error from error
            continue
        if authority_id is None:
            notes.append(
                Note(
                    f"{entry.name} (URN {entry.urn}) is not in the register of authorities: "
                    "its reports are not ingested until it is added"
                )
            )
            continue
        notes.extend(
            Note(f"{entry.name}: {problem.message}")
            for problem in page.problems
            if problem.code != SiteProblem.UNKNOWN_TITLE
        )
        opened.append(Opened(authority_id, page, entry.urn))
    return opened, unread


def _authority_of(app: App, entry: ListedAuthority, page: AuthorityPage) -> int | None:
    """Return the id of the authority of a search row; None where it is not in the register.

    Raises LayoutChanged where the page that opened is about another authority, for example after a
    redirect: then it says nothing about the reports of this one.
    """
    with app.database.write() as session:
        listed = authorities.recognise(session, app.register, urn=entry.urn, name=entry.name)
        if listed is None:
            return None
        shown = authorities.recognise(session, app.register, urn=page.urn, name=page.name)
        if shown is None or shown.id != listed.id:
            raise LayoutChanged(f"The page is about {page.name} (URN {page.urn})")
        return listed.id


def unknown_titles(opened: Sequence[Opened], new: Sequence[Report]) -> list[Note]:
    """Return notes about new reports whose titles are not known."""
    unknown = {
        report.file_id for page in opened for report in page.page.reports if not report.title_known
    }
    return [
        Note(
            f"{report.authority.short}: the report {report.url} has the unknown title "
            f"{quoted(report.title)}",
            TITLE,
        )
        for report in new
        if report.file_id in unknown
    ]


def listings_of(opened: Opened) -> list[Listing]:
    """Return the reports that one page lists, as they are stored."""
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
