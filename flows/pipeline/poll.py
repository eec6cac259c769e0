"""One look at the site: find what is new, take it in, say how it went.

    find     asks the site and stores what it lists, in one transaction
    take_in  fetches, reads and stores each report, with its events and messages, in one
             transaction a report
    finish   notes how the look ended

Any of them can be killed at any point; the next look goes on from what is stored.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.pipeline.app import App
from flows.pipeline.deliver import deliver
from flows.pipeline.due import tell_due
from flows.pipeline.operators import after_failed_look, after_look
from flows.pipeline.pages import Opened, listings_of, open_pages, unknown_titles
from flows.pipeline.reread import reread_outdated
from flows.pipeline.results import Found, PollResult, ReportOutcome
from flows.pipeline.standing import ping_after_failed_look, ping_after_look
from flows.pipeline.take_in import take_in
from flows.pipeline.withdrawn import note_withdrawn
from flows.settings import LONDON
from scrapers.errors import SiteError
from scrapers.search import ListedAuthority
from storage import authorities, listing
from storage.models import Authority, Poll, PollKind, PollOutcome

logger = logging.getLogger(__name__)

# A report can be listed late or back-dated; a search window that overlaps the last good look by a
# month has always been enough (no 30 days held more than 30 reports, the cap is 100 rows).
OVERLAP = timedelta(days=30)
# An authority that published today may publish again today without a newer date to show for it.
REOPEN_AFTER = timedelta(hours=1)
# Ofsted's own site lists 153 authorities; mergers and splits move that by a few.
PUBLIC_AUTHORITIES = range(150, 157)
# Another site's size is not known: it may shrink by this share between two walks.
SHRINKS_AT_MOST = 0.05


def poll(
    app: App, *, full: bool = False, on_outcome: Callable[[ReportOutcome], None] = lambda _: None
) -> PollResult:
    """One look at the site from start to end, and the messages that are due sent.

    Raises SiteError where the site gives no answer to conclude from; what was found before is
    finished and sent all the same.
    """
    try:
        found = find(app, full=full)
    except SiteError:
        with app.database.read() as session:
            left = listing.pending_reports(session, retry_failed=False, now=app.settings.instant())
        take_in(app, left, on_outcome=on_outcome)
        deliver(app)
        raise
    outcomes = take_in(app, found.report_ids, on_outcome=on_outcome)
    result = finish(app, found, outcomes)
    return result.with_sent(deliver(app))


def find(app: App, *, full: bool) -> Found:
    """Ask the site what there is, and store what is new. The first look walks everything.

    Raises SiteError where nothing may be concluded from the answers; what went wrong then stands
    in the poll's row.
    """
    now = app.settings.instant()
    with app.database.write() as session:
        since = None if full else _window(session)
        kind = PollKind.QUICK if since else PollKind.FULL
        poll_id = listing.start_poll(session, kind=kind, now=now, since=since).id
    asked_before = app.site.client.requests_made
    try:
        return _look(app, poll_id=poll_id, since=since, now=now, asked_before=asked_before)
    except Exception as error:
        with app.database.write() as session:
            listing.fail_poll(
                session,
                poll_id,
                error=error,
                now=app.settings.instant(),
                requests=app.site.client.requests_made - asked_before,
            )
        ping_after_failed_look(app)
        after_failed_look(app, error)
        raise


def _window(session: Session) -> date | None:
    """From which publication date on to search; None before the first complete walk.

    The newest date that the site has shown counts as well as our clock, so that neither a wrong
    clock nor a site that stood still opens a gap.
    """
    last = listing.last_complete_look(session)
    if last is None:
        return None
    newest = listing.newest_published(session)
    looked = last.astimezone(LONDON).date()
    return (min(looked, newest) if newest else looked) - OVERLAP


def _look(app: App, *, poll_id: int, since: date | None, now: datetime, asked_before: int) -> Found:
    with app.database.read() as session:
        bounds = _plausible(app, session) if since is None else {}
        listed = app.site.authorities(since=since, **bounds)
        notes = [problem.message for problem in listed.problems]
        rows = listed.authorities
        wanted = rows if since is None else _moved(session, rows, now=now)
    opened, missed = open_pages(app, wanted, notes)
    with app.database.write() as session:
        row = session.get_one(Poll, poll_id)
        listings = [entry for one in opened for entry in listings_of(one)]
        new = listing.record_listings(
            session,
            listings,
            poll=row,
            now=now,
            opened=[session.get_one(Authority, one.authority_id) for one in opened],
            hold_over=app.settings.hold_over,
        )
        withdrawn: list[str] = []
        titles = unknown_titles(opened, new)
        notes.extend(titles)
        if since is None and listed.complete:
            notes.extend(_note_absent(session, opened))
            withdrawn = note_withdrawn(app, session, row, opened, now=now)
        row.authorities_listed = len(rows)
        row.authorities_opened = len(opened)
        row.requests = app.site.client.requests_made - asked_before
        row.notes = notes
        if listed.complete and not missed:
            row.listed_at = now
        return Found(
            poll_id=poll_id,
            kind=row.kind,
            since=since,
            report_ids=tuple(listing.pending_reports(session, retry_failed=since is None, now=now)),
            authorities_listed=len(rows),
            authorities_opened=len(opened),
            new_reports=len(new),
            silent=sum(report.silent for report in new),
            held=row.held,
            notes=tuple(notes),
            withdrawn=tuple(withdrawn),
            unknown_titles=tuple(titles),
        )


def _plausible(app: App, session: Session) -> dict[str, int]:
    """How many authorities a full walk must list to prove anything.

    A site other than Ofsted's own has no known size: it may grow, and shrink a little.
    """
    if app.settings.is_public_site:
        return {"at_least": PUBLIC_AUTHORITIES[0], "at_most": PUBLIC_AUTHORITIES[-1]}
    before = listing.last_full_listing(session)
    return {"at_least": max(1, math.floor(before * (1 - SHRINKS_AT_MOST)))}


def _moved(
    session: Session, listed: Sequence[ListedAuthority], *, now: datetime
) -> list[ListedAuthority]:
    """The authorities whose pages can hold something that we have not seen."""
    newest = listing.newest_published_by_authority(session)
    known = authorities.by_urn(session)
    today = now.astimezone(LONDON).date()
    moved = []
    for entry in listed:
        authority = known.get(entry.urn)
        if (
            authority is None
            or authority.last_opened_at is None
            or entry.latest_report is None
            or entry.latest_report > newest.get(authority.id, date.min)
            or entry.latest_report >= today
            and now - authority.last_opened_at >= REOPEN_AFTER
        ):
            moved.append(entry)
    return moved


def _note_absent(session: Session, opened: Sequence[Opened]) -> list[str]:
    """Authorities with reports of theirs in our store that this walk did not meet at all."""
    met = {one.authority_id for one in opened}
    watched = session.scalars(select(Authority).where(Authority.last_opened_at.is_not(None)))
    return [
        f"{authority.short} was not listed by this walk"
        for authority in watched
        if authority.id not in met
    ]


def finish(app: App, found: Found, outcomes: Sequence[ReportOutcome]) -> PollResult:
    """Note how the look ended, tell the operators what stands open, and say it all in words.

    After a full walk, reports that an older version of the reader has read are read again, and
    those who ask for it are told which councils' next inspection has become likely.
    """
    if found.kind == PollKind.FULL:
        reread_outdated(app)
        tell_due(app)
    result = PollResult(found=found, reports=tuple(outcomes))
    after_look(app, found)
    with app.database.write() as session:
        row = session.get_one(Poll, found.poll_id)
        row.outcome = PollOutcome.PROBLEMS if result.needs_person else PollOutcome.GOOD
        row.finished_at = app.settings.instant()
    ping_after_look(app, found.poll_id)
    return result
