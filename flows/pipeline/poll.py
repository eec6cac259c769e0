"""One look at the site: find what is new, take it in, say how it went.

    find     asks the site and stores what it lists, in one transaction
    take_in  fetches, reads and stores each report, with its events and messages, in one
             transaction a report
    finish   notes how the look ended

Any of them can be killed at any point; the next look goes on from what is stored.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from alerts.outbox.owner import new_owner
from flows.pipeline.app import App
from flows.pipeline.deliver import deliver
from flows.pipeline.discover import discover, window
from flows.pipeline.ingest import ingest
from flows.pipeline.next_inspections import notify_next_inspections
from flows.pipeline.open_problems import alert_after_failed_poll, alert_after_poll
from flows.pipeline.reread import reread_outdated
from flows.pipeline.results import Found, PollResult, ReportOutcome
from flows.pipeline.watch_notices import ping_after_failed_poll, ping_after_poll
from scrapers.errors import SiteError
from storage import listings, pending_reports
from storage.models import Poll, PollKind, PollOutcome

logger = logging.getLogger(__name__)


def poll(
    app: App, *, full: bool = False, on_outcome: Callable[[ReportOutcome], None] = lambda _: None
) -> PollResult:
    """One look at the site from start to end, and the messages that are due sent.

    Raises SiteError where the site gives no answer to conclude from; what was found before is
    finished and sent all the same.
    """
    try:
        found = find(app, full=full, on_outcome=on_outcome)
    except SiteError:
        deliver(app)
        raise
    outcomes = ingest(app, found.report_ids, on_outcome=on_outcome)
    result = finish(app, found, outcomes)
    return result.with_sent(deliver(app))


def find(
    app: App, *, full: bool, on_outcome: Callable[[ReportOutcome], None] = lambda _: None
) -> Found:
    """Ask the site what there is, and store what is new. The first look walks everything.

    Raises SiteError where nothing may be concluded from the answers; what went wrong then stands
    in the poll's row, and what earlier looks have left is taken in.
    """
    now = app.settings.instant()
    with app.database.write() as session:
        since = None if full else window(session, now=now)
        kind = PollKind.QUICK if since else PollKind.FULL
        row = listings.start_poll(session, kind=kind, now=now, since=since)
        row.owner, poll_id = new_owner(), row.id
    asked_before = app.site.client.requests_made
    try:
        return discover(app, poll_id=poll_id, since=since, now=now, asked_before=asked_before)
    except Exception as error:
        requests = app.site.client.requests_made - asked_before
        try:
            # Before the look counts as over: who delivers meanwhile would tear its message apart.
            if isinstance(error, SiteError):
                _take_in_left(app, on_outcome)
        finally:
            _note_failure(app, poll_id, error, requests)
        raise


def _take_in_left(app: App, on_outcome: Callable[[ReportOutcome], None]) -> None:
    with app.database.read() as session:
        left = pending_reports.pending_reports(session, is_walk=False, now=app.settings.instant())
    ingest(app, left, on_outcome=on_outcome)


def _note_failure(app: App, poll_id: int, error: Exception, requests: int) -> None:
    with app.database.write() as session:
        listings.fail_poll(
            session, poll_id, error=error, now=app.settings.instant(), requests=requests
        )
    ping_after_failed_poll(app)
    alert_after_failed_poll(app, error)


def finish(app: App, found: Found, outcomes: Sequence[ReportOutcome]) -> PollResult:
    """Note how the look ended, tell the operators what stands open, and say it all in words.

    After a full walk, reports that an older version of the reader has read are read again, and
    those who ask for it are told which councils' next inspection has become likely.
    """
    if found.kind == PollKind.FULL:
        reread_outdated(app)
        notify_next_inspections(app)
    result = PollResult(found=found, reports=tuple(outcomes))
    alert_after_poll(app, found)
    with app.database.write() as session:
        row = session.get_one(Poll, found.poll_id)
        row.outcome = PollOutcome.PROBLEMS if result.needs_person else PollOutcome.GOOD
        row.finished_at = app.settings.instant()
    ping_after_poll(app, found.poll_id)
    return result
