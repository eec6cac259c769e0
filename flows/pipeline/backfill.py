"""Filling or repairing history: silent, unless somebody asks for messages and confirms.

Listing and reading go the same way as in a poll. What a poll would tell as news is left to the
poll, so that a backfill swallows nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from flows.pipeline.app import App
from flows.pipeline.backfill_request import BackfillRequest
from flows.pipeline.names import authority_named
from flows.pipeline.pages import listings_of, open_pages
from flows.pipeline.reread import Reread, reread
from flows.pipeline.results import ReportOutcome
from flows.pipeline.take_in import take_in
from flows.pipeline.tell import tell
from reports.model import Kind
from scrapers.titles import kind_of_title
from storage import facts, listing
from storage.authorities import urns_of
from storage.models import Authority, Poll, PollKind, PollOutcome, Report, ReportState


class _Undo(Exception):
    """Ends a transaction whose only purpose was to count."""


@dataclass(frozen=True, kw_only=True)
class BackfillPlan:
    """What a backfill would do. `authority_ids` None: all of them."""

    request: BackfillRequest
    authority_ids: frozenset[int] | None
    stored: int
    unread: int
    messages: int

    @property
    def summary(self) -> str:
        """The plan in one sentence or two."""
        count = len(self.authority_ids or ())
        who = f"{count} authorit{'y' if count == 1 else 'ies'}"
        if self.authority_ids is None:
            who = "All authorities"
        text = (
            f"{who}: {self.stored} matching reports are stored, "
            f"{self.unread} of them not read yet; the site will be asked for more."
        )
        if self.request.reparse:
            text += " Every kept original is read again."
        if self.request.notify:
            text += f" {self.messages} messages would be sent for what is stored already."
        return text


@dataclass(frozen=True, kw_only=True)
class BackfillResult:
    """What a backfill did."""

    reports: tuple[ReportOutcome, ...]
    reread: int
    changed: int
    queued: int
    notes: tuple[str, ...]

    @property
    def needs_person(self) -> bool:
        """Whether the backfill is done but something in it wants a person."""
        return bool(self.notes) or any(report.needs_person for report in self.reports)

    @property
    def summary(self) -> str:
        """What was done, in words."""
        unread = sum(report.needs_person for report in self.reports)
        text = f"{len(self.reports)} reports taken in, {self.reread} read again"
        if self.reread:
            text += f" ({self.changed} now say something else)"
        text += f"; {unread} need a person; {self.queued} messages queued."
        return text


def plan_backfill(app: App, request: BackfillRequest) -> BackfillPlan:
    """Work out what `request` covers. Raises ConfigurationError for a name nobody knows."""
    with app.database.read() as session:
        authority_ids = _authority_ids(app, session, request)
        reports = session.scalars(_matching(request, authority_ids)).all()
        chosen = [report for report in reports if _is_kind(report, request.kinds)]
        unread = sum(report.state != ReportState.READ for report in chosen)
    messages = 0
    if request.notify:
        messages = _queue(app, [report.id for report in chosen], keep=False)
    return BackfillPlan(
        request=request,
        authority_ids=authority_ids,
        stored=len(chosen),
        unread=unread,
        messages=messages,
    )


def run_backfill(
    app: App,
    plan: BackfillPlan,
    *,
    on_outcome: Callable[[ReportOutcome], None] = lambda outcome: None,
    confirm: Callable[[int], bool] = lambda messages: True,
) -> BackfillResult:
    """Do what the plan says. `confirm` hears how many messages there are before any is queued.

    Raises SiteError where the site cannot be listed; that then stands in the poll's row.
    """
    now = app.settings.instant()
    with app.database.write() as session:
        poll_id = listing.start_poll(session, kind=PollKind.BACKFILL, now=now, since=None).id
    asked_before = app.site.client.requests_made
    try:
        notes = _list(app, plan, poll_id=poll_id)
        result = _fill(app, plan, notes=notes, on_outcome=on_outcome, confirm=confirm)
    except Exception as error:
        with app.database.write() as session:
            listing.fail_poll(
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
        row.outcome = PollOutcome.PROBLEMS if result.needs_person else PollOutcome.GOOD
        row.requests = app.site.client.requests_made - asked_before
        row.notes = list(result.notes)
    return result


def _fill(
    app: App,
    plan: BackfillPlan,
    *,
    notes: Sequence[str],
    on_outcome: Callable[[ReportOutcome], None],
    confirm: Callable[[int], bool],
) -> BackfillResult:
    """Take in, read again and tell what the plan covers."""
    request = plan.request
    with app.database.read() as session:
        reports = session.scalars(_matching(request, plan.authority_ids)).all()
        chosen = [report for report in reports if _is_kind(report, request.kinds)]
        unread = [report.id for report in chosen if report.state != ReportState.READ]
        read_before = [report.id for report in chosen if report.state == ReportState.READ]
    outcomes = take_in(app, unread, on_outcome=on_outcome)
    again = reread(app, read_before) if request.reparse else Reread()
    queued = 0
    if request.notify:
        everything = [*read_before, *unread]
        if confirm(_queue(app, everything, keep=False)):
            # What only a new reading has brought up waits for a person.
            queued = _queue(app, everything, keep=True, held=again.changed)
    return BackfillResult(
        reports=tuple(outcomes),
        reread=again.read,
        changed=len(again.changed),
        queued=queued,
        notes=tuple(notes),
    )


def _list(app: App, plan: BackfillPlan, *, poll_id: int) -> list[str]:
    """Open the pages of the chosen authorities and store what is history there; notes on them."""
    now = app.settings.instant()
    rows = app.site.authorities().authorities
    if plan.authority_ids is not None:
        with app.database.read() as session:
            urns = urns_of(session, plan.authority_ids)
        rows = tuple(row for row in rows if row.urn in urns)
    notes: list[str] = []
    opened, _ = open_pages(app, rows, notes)
    with app.database.write() as session:
        row = session.get_one(Poll, poll_id)
        listing.record_listings(
            session,
            [entry for one in opened for entry in listings_of(one)],
            poll=row,
            now=now,
            opened=[session.get_one(Authority, one.authority_id) for one in opened],
            hold_over=app.settings.hold_over,
            leave_news=True,
        )
        row.authorities_listed = len(rows)
        row.authorities_opened = len(opened)
    return notes


def _authority_ids(app: App, session: Session, request: BackfillRequest) -> frozenset[int] | None:
    if not (request.authorities or request.regions):
        return None
    chosen: set[int] = set()
    for name in request.authorities:
        chosen.add(authority_named(app, session, name).id)
    if request.regions:
        chosen.update(
            session.scalars(select(Authority.id).where(Authority.region.in_(request.regions)))
        )
    return frozenset(chosen)


def _matching(
    request: BackfillRequest, authority_ids: frozenset[int] | None
) -> Select[tuple[Report]]:
    query = select(Report).where(Report.state != ReportState.MISSING)
    if authority_ids is not None:
        query = query.where(Report.authority_id.in_(authority_ids))
    if request.since:
        query = query.where(Report.published >= request.since)
    if request.until:
        query = query.where(Report.published <= request.until)
    # News waits for the poll that found it; a backfill takes in history.
    return query.where(Report.silent | (Report.state == ReportState.READ)).order_by(
        Report.published, Report.authority_id, Report.file_id
    )


def _is_kind(report: Report, kinds: Sequence[Kind]) -> bool:
    """By what the document says, or before it is read by what its title promises."""
    if not kinds:
        return True
    return (Kind(report.kind) if report.kind else kind_of_title(report.title)[0]) in kinds


def _queue(
    app: App,
    report_ids: Sequence[int],
    *,
    keep: bool,
    held: Collection[int] = (),
) -> int:
    """Detect events in these reports and queue their messages; without `keep` only count them."""
    hold = bool(app.settings.hold_over)
    count = 0
    for report_id in report_ids:
        try:
            with app.database.write() as session:
                report = facts.lock_report(session, report_id)
                if report.state != ReportState.READ:
                    continue
                told = tell(app, session, report, held=hold and report_id in held)
                count += told.recipients
                if not keep:
                    raise _Undo
        except _Undo:
            continue
    return count
