"""Fill in or repair history. Messages need `notify` and a confirmation.

Listing and reading work as in a poll. New reports are left to the poll, so that a backfill hides
none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from alerts.outbox.backfill_digests import Tally
from flows.pipeline.app import App
from flows.pipeline.backfill_notify import count_messages, findings, notify
from flows.pipeline.backfill_request import BackfillRequest
from flows.pipeline.backfill_results import BackfillPlan, BackfillResult
from flows.pipeline.discover import listings_of, notes_of, open_pages
from flows.pipeline.ingest import ingest
from flows.pipeline.open_problems import alert_about_held
from flows.pipeline.plausibility import plausible_listing
from flows.pipeline.reread import Reread, reread
from flows.pipeline.results import Note, ReportOutcome
from flows.pipeline.subscriptions import require_subscriptions
from reports.model import Kind
from scrapers.search import ListedAuthority
from scrapers.titles import kind_of_title
from storage import listings, polls, unopened_pages
from storage.authorities import authority_named, recognise
from storage.models import Authority, Poll, PollKind, PollOutcome, Report, ReportState


def plan_backfill(app: App, request: BackfillRequest) -> BackfillPlan:
    """Return what `request` covers. Only reads.

    Raises ConfigurationError for an unknown name, or dates in the wrong order.
    """
    request.check_dates()
    with app.database.read() as session:
        authority_ids = _authority_ids(app, session, request)
        reports = session.scalars(_matching(request, authority_ids)).all()
        chosen = [report for report in reports if _is_kind(report, request.kinds)]
        unread = sum(report.state != ReportState.READ for report in chosen)
    tally = None
    if request.notify:
        tally = count_messages(app, findings(app, [report.id for report in chosen]))
    return BackfillPlan(
        request=request,
        authority_ids=authority_ids,
        stored=len(chosen),
        unread=unread,
        tally=tally,
    )


def run_backfill(
    app: App,
    plan: BackfillPlan,
    *,
    on_outcome: Callable[[ReportOutcome], None] = lambda outcome: None,
    confirm: Callable[[Tally], bool] = lambda tally: True,
) -> BackfillResult:
    """Do what the plan says. `on_outcome` receives each report's outcome as soon as it is known.

    `confirm` receives the numbers of messages before any is queued, and says whether to queue them.
    Raises SiteError where the site cannot be listed; the poll's row then has the error.
    """
    now = app.settings.instant()
    with app.database.write() as session:
        require_subscriptions(app, session)
        poll_id = polls.start_poll(session, kind=PollKind.BACKFILL, now=now, since=None).id
    asked_before = app.site.client.requests_made
    try:
        notes = _list(app, plan, poll_id=poll_id)
        result = _fill(app, plan, notes=notes, on_outcome=on_outcome, confirm=confirm)
    except Exception as error:
        with app.database.write() as session:
            polls.fail_poll(
                session,
                poll_id,
                error=error,
                now=app.settings.instant(),
                requests=app.site.client.requests_made - asked_before,
            )
        raise
    with app.database.write() as session:
        row = session.get_one(Poll, poll_id)
        row.finished_at = app.settings.instant()
        row.outcome = PollOutcome.PROBLEMS if result.needs_review else PollOutcome.GOOD
        row.requests = app.site.client.requests_made - asked_before
        row.notes = list(result.notes)
        row.held = result.held
    if result.held:
        alert_about_held(app)
    return result


def _fill(
    app: App,
    plan: BackfillPlan,
    *,
    notes: Sequence[str],
    on_outcome: Callable[[ReportOutcome], None],
    confirm: Callable[[Tally], bool],
) -> BackfillResult:
    """Ingest what the plan covers or read it again, and queue messages about it."""
    request = plan.request
    with app.database.read() as session:
        reports = session.scalars(_matching(request, plan.authority_ids)).all()
        chosen = [report for report in reports if _is_kind(report, request.kinds)]
        unread = [report.id for report in chosen if report.state != ReportState.READ]
        read_before = [report.id for report in chosen if report.state == ReportState.READ]
    outcomes = ingest(app, unread, on_outcome=on_outcome)
    again = reread(app, read_before) if request.reparse else Reread()
    queued, held = again.queued, again.held
    if request.notify:
        due, waiting = _notify(
            app, [*read_before, *unread], doubtful=again.doubtful, confirm=confirm
        )
        queued, held = queued + due, held or waiting > 0
    return BackfillResult(
        reports=tuple(outcomes),
        reread=again.read,
        missed=again.missed,
        changed=len(again.changed),
        queued=queued,
        held=held,
        notes=tuple(notes),
    )


def _list(app: App, plan: BackfillPlan, *, poll_id: int) -> list[str]:
    """Open the pages of the chosen authorities, store the history they list, and return notes."""
    now = app.settings.instant()
    with app.database.read() as session:
        bounds = plausible_listing(app, session)
    search = app.site.authorities(since=None, **bounds)
    rows = search.authorities
    notes = notes_of(search)
    if plan.authority_ids is not None:
        rows, absent = _rows_of(app, rows, plan.authority_ids)
        notes.extend(map(Note, absent))
    opened, _ = open_pages(app, rows, notes)
    with app.database.write() as session:
        row = session.get_one(Poll, poll_id)
        listings.record_listings(
            session,
            [entry for page in opened for entry in listings_of(page)],
            poll=row,
            now=now,
            opened=[session.get_one(Authority, page.authority_id) for page in opened],
            hold_over=app.settings.hold_over,
            leave_new=True,
        )
        unopened_pages.forget_opened(session, [page.urn for page in opened])
        notes.extend(map(Note, row.notes))
        row.authorities_listed = len(rows)
        row.authorities_opened = len(opened)
    return [note.sentence for note in notes]


def _rows_of(
    app: App, listed: Sequence[ListedAuthority], authority_ids: Collection[int]
) -> tuple[tuple[ListedAuthority, ...], list[str]]:
    """Return the rows of these authorities, and a note for each one that the site does not list.

    An authority may be listed under a number that no poll has seen yet. One that has ended needs no
    note.
    """
    rows: dict[ListedAuthority, int] = {}
    with app.database.write() as session:
        for row in listed:
            authority = recognise(session, app.register, urn=row.urn, name=row.name)
            if authority is not None and authority.id in authority_ids:
                rows[row] = authority.id
        absent = session.scalars(
            select(Authority)
            .where(
                Authority.id.in_(set(authority_ids) - set(rows.values())),
                Authority.valid_to.is_(None),
            )
            .order_by(Authority.short)
        )
        return tuple(rows), [f"{authority.short} is not listed by the site" for authority in absent]


def _authority_ids(app: App, session: Session, request: BackfillRequest) -> frozenset[int] | None:
    if not (request.authorities or request.regions):
        return None
    chosen: set[int] = set()
    for name in request.authorities:
        chosen.add(authority_named(session, app.register, name).id)
    if request.regions:
        chosen.update(
            session.scalars(select(Authority.id).where(Authority.region.in_(request.regions)))
        )
    return frozenset(chosen)


def _matching(request: BackfillRequest, authority_ids: frozenset[int] | None) -> Select[Report]:
    query = select(Report).where(Report.state != ReportState.MISSING)
    if authority_ids is not None:
        query = query.where(Report.authority_id.in_(authority_ids))
    if request.since:
        query = query.where(Report.published >= request.since)
    if request.until:
        query = query.where(Report.published <= request.until)
    # New reports wait for the poll that found them; a backfill ingests history.
    return query.where(Report.silent | (Report.state == ReportState.READ)).order_by(
        Report.published, Report.authority_id, Report.file_id
    )


def _is_kind(report: Report, kinds: Sequence[Kind]) -> bool:
    """Return whether the report is of one of these kinds, by its reading or else by its title."""
    if not kinds:
        return True
    return (Kind(report.kind) if report.kind else kind_of_title(report.title)[0]) in kinds


def _notify(
    app: App,
    report_ids: Sequence[int],
    *,
    doubtful: Collection[int],
    confirm: Callable[[Tally], bool],
) -> tuple[int, int]:
    """Queue messages about these reports, if that is confirmed. Returns how many are due and held.

    Events of `doubtful` reports are held, in digests of their own.
    """
    found = findings(app, report_ids)
    tally = count_messages(app, found)
    if not tally.messages or not confirm(tally):
        return 0, 0
    due = notify(app, found.without(doubtful))
    return due, notify(app, found.only(doubtful), held=True)
