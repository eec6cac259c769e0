"""One poll: check the site for new reports, ingest them, and send what is due.

    1. begin    store that a poll runs, and the date to search from
    2. discover ask the site, and store what it lists, in one transaction
    3. ingest   fetch, read and store each report with its events and notifications, in one
                transaction a report
    4. finish   record how the poll ended, and alert the operators
    5. deliver  make messages of the notifications, and send what is due

A process can be killed at any point: the next poll continues from what is stored.

A site that gives no usable answer ends the poll with SiteError. Reports that an earlier poll
listed are ingested anyway, and their messages are sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from sqlalchemy import select

from alerts.outbox.notifications import end_empty_hold
from flows.pipeline.app import App
from flows.pipeline.deliver import deliver
from flows.pipeline.discover import StartedPoll, begin_poll, discover
from flows.pipeline.ingest import CHUNK, ingest
from flows.pipeline.next_inspections import notify_next_inspections
from flows.pipeline.open_problems import alert_after_failed_poll, alert_after_poll
from flows.pipeline.reread import reread_outdated
from flows.pipeline.results import Found, PollResult, ReportOutcome, reports_need_review
from flows.pipeline.steps import StepRunner, run_step
from flows.pipeline.watch_notices import ping_after_failed_poll, ping_after_poll
from scrapers.errors import SiteError
from storage import pending_reports, polls
from storage.models import Poll, PollKind, PollOutcome, Report

NAMED_REPORTS = 10
"""If a poll ingests at most this number of reports, each is a step that shows the report's name."""


def poll(
    app: App,
    *,
    full: bool = False,
    step: StepRunner = run_step,
    on_outcome: Callable[[ReportOutcome], None] = lambda _: None,
) -> PollResult:
    """Check the site once, from start to end, and send what is due.

    `step` runs each part and may record it, as the Prefect flow does. `on_outcome` receives each
    report's outcome as soon as it is known.

    Raises SiteError where nothing may be concluded from the site's answers.
    """
    started = begin_poll(app, full=full)
    try:
        found = step("check the site", lambda: discover(app, started))
    except SiteError as error:
        try:
            # Before the poll counts as over: otherwise a delivery by another process at this moment
            # would split the combined message.
            _ingest(app, _listed_before(app), step=step, on_outcome=on_outcome)
        finally:
            _record_failure(app, started, error)
        step("send messages", lambda: deliver(app))
        raise
    except Exception as error:
        _record_failure(app, started, error)
        raise
    try:
        outcomes = _ingest(app, found.report_ids, step=step, on_outcome=on_outcome)
        result = finish(app, found, outcomes)
    except Exception as error:
        # The reports that it listed are stored: the next poll goes on with them.
        _record_failure(app, started, error)
        step("send messages", lambda: deliver(app))
        raise
    return replace(result, sent=step("send messages", lambda: deliver(app)))


def finish(app: App, found: Found, outcomes: Sequence[ReportOutcome]) -> PollResult:
    """Record how the poll ended, and alert the operators to open problems.

    A full poll also rereads reports that were read by an older version of the reader, whose
    messages may be held, and detects the councils whose next inspection has become likely.
    """
    if found.kind == PollKind.FULL:
        found = replace(found, held=reread_outdated(app).held or found.held)
        notify_next_inspections(app)
    with app.database.write() as session:
        if end_empty_hold(session):
            found = replace(found, held=False)
    result = PollResult(found=found, reports=tuple(outcomes))
    alert_after_poll(app, found)
    with app.database.write() as session:
        row = session.get_one(Poll, found.poll_id)
        row.held = found.held
        row.outcome = PollOutcome.PROBLEMS if result.needs_review else PollOutcome.GOOD
        row.finished_at = app.settings.instant()
    ping_after_poll(app, found.poll_id)
    return result


def _ingest(
    app: App,
    report_ids: Sequence[int],
    *,
    step: StepRunner,
    on_outcome: Callable[[ReportOutcome], None],
) -> list[ReportOutcome]:
    outcomes: list[ReportOutcome] = []
    for name, ids in _portions(app, report_ids):
        outcomes += step(
            "ingest",
            lambda ids=ids: ingest(app, ids, on_outcome=on_outcome),  # type: ignore[misc]
            name=name,
            review=lambda done: reports_need_review(done) or "",
        )
    app.reader.end_processes()
    return outcomes


def _portions(app: App, report_ids: Sequence[int]) -> Iterator[tuple[str, Sequence[int]]]:
    """Yield the name of each step and the reports it ingests: one report if there are few, or a
    chunk.
    """
    if len(report_ids) > NAMED_REPORTS:
        for start in range(0, len(report_ids), CHUNK):
            ids = report_ids[start : start + CHUNK]
            yield f"reports {start + 1} to {start + len(ids)} of {len(report_ids)}", ids
        return
    with app.database.read() as session:
        reports = session.scalars(select(Report).where(Report.id.in_(report_ids)))
        names = {report.id: f"{report.authority.short}: {report.title}" for report in reports}
    for report_id in report_ids:
        yield names[report_id], [report_id]


def _listed_before(app: App) -> Sequence[int]:
    with app.database.read() as session:
        return pending_reports.pending_reports(session, is_full=False, now=app.settings.instant())


def _record_failure(app: App, started: StartedPoll, error: Exception) -> None:
    with app.database.write() as session:
        polls.fail_poll(
            session,
            started.poll_id,
            error=error,
            now=app.settings.instant(),
            requests=app.site.client.requests_made - started.requests_before,
        )
    ping_after_failed_poll(app)
    alert_after_failed_poll(app, error)
