"""Ingest reports: fetch the file, read it, and store its facts with events and notifications.

Each report has its own transaction. A bad report fails alone and never stops the others.

There are two cases (`_is_first_ingest`). A report that has not been read yet is stored as far as it
gets: its file, a state, why it failed. A report that has been read is fetched again because Ofsted
may have replaced its file: what was read counts until a sound file replaces it, and
`Report.reason` says only whether the site now has a file that cannot be read.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from alerts.events import detection
from alerts.events.detected import has_certain_grades
from alerts.events.replaced_files import can_correct, correction_in_place_events
from alerts.events.resolved_doubts import NowCertain
from alerts.outbox.confirmed_events import queue_confirmed
from alerts.outbox.enqueue import Queued, keep_notifications
from flows.pipeline.app import App
from flows.pipeline.results import ReportOutcome
from reports.model import Reading
from reports.problems import ProblemCode
from reports.safe_text import plain_line
from reports.sandbox.pool import NamedFile
from scrapers.errors import NotAReport, NotAsked, NotFound, SiteError
from storage import facts
from storage.chunks import chunks
from storage.confirmable_fields import Field
from storage.errors import ArchiveTrouble, DatabaseTrouble
from storage.held_messages import hidden_reports
from storage.inspection_identity import are_of_one_inspection
from storage.models import Report, ReportState
from storage.pending_reports import is_file_doubtful, is_file_of_other, is_file_worse
from storage.repeats import prepare_repeats
from storage.uncertain_council import check_authority
from website import addresses

logger = logging.getLogger(__name__)

CHUNK = 25
"""Files are fetched and read in chunks: big enough to keep every reading process busy, small
enough that a kill costs little and the files of a chunk fit into memory easily."""

TRIES = 5
"""A file that could not be fetched after this many tries is left to an operator, and to the daily
full poll once it is no longer fresh (`pending_reports`)."""

OTHER_FILE = "the site now has another file for it, which cannot be read"
OTHER_COUNCIL = "the site now has a document about another council for it"
OTHER_INSPECTION = "the site now has a document about another inspection for it"
REPLACED = (
    "its file was replaced by a document about another inspection, and no message was sent about it"
)
NOT_THERE = "the site lists it but says that the document does not exist"

UNFINISHED = (ReportState.LISTED, ReportState.FETCHED, ReportState.FAILED, ReportState.MISSING)


@dataclass(frozen=True, kw_only=True)
class _Fetched:
    """The file of a report, or the outcome if it could not be fetched; neither if there is nothing
    to do.
    """

    file: NamedFile | None = None
    outcome: ReportOutcome | None = None


_NOTHING_TO_DO = _Fetched()


def ingest(
    app: App,
    report_ids: Sequence[int],
    *,
    on_outcome: Callable[[ReportOutcome], None] = lambda outcome: None,
) -> list[ReportOutcome]:
    """Ingest the reports with these ids, in this order, and return their outcomes.

    `on_outcome` receives each outcome as soon as it is known. Raises DatabaseTrouble.
    """
    outcomes: list[ReportOutcome] = []

    def note(outcome: ReportOutcome) -> None:
        outcomes.append(outcome)
        on_outcome(outcome)

    for ids in chunks(report_ids, CHUNK):
        fetched: list[tuple[int, NamedFile]] = []
        for report_id in ids:
            try:
                got = _fetch(app, report_id)
            except ArchiveTrouble as error:
                got = _Fetched(outcome=_note_failure(app, report_id, error))
            if got.outcome is not None:
                note(got.outcome)
            if got.file is not None:
                fetched.append((report_id, got.file))
        readings = app.reader.read_many(file for _, file in fetched)
        for (report_id, _), reading in zip(fetched, readings, strict=True):
            try:
                outcome = _store(app, report_id, reading)
            except DatabaseTrouble:
                raise  # the database itself fails, so every other report would fail as well
            except Exception as error:
                # A report that our code cannot handle, or that the database refuses, must not stop
                # the others.
                logger.exception("report %s could not be stored", report_id)
                outcome = _note_failure(app, report_id, error)
            note(outcome)
    return outcomes


def _fetch(app: App, report_id: int) -> _Fetched:
    """Return the report's file, from the archive or the site.

    There is nothing to do if another process has ingested the report, or if a report that was
    fetched again still has the same file.
    """
    with app.database.read() as session:
        report = session.get_one(Report, report_id)
        if not _is_wanted(report):
            return _NOTHING_TO_DO
        sha256 = None if report.fetch_again else report.sha256
        url, name, council = report.url, f"{report.file_id}.pdf", report.authority_id
    kept = app.archive.get(sha256) if sha256 else None
    if kept is not None:
        return _Fetched(file=NamedFile(name, kept))
    try:
        data = app.site.download(_address(url))
    except SiteError as error:
        return _Fetched(outcome=_note_failure(app, report_id, error))
    sha256 = app.archive.put(data)
    with app.database.write(council=council) as session:
        report = facts.lock_report(session, report_id)
        report.tried_at = report.fetched_at = app.settings.instant()
        if _is_first_ingest(report):
            report.sha256, report.state = sha256, ReportState.FETCHED
        elif report.sha256 == sha256 and not is_file_doubtful(facts.reading_of(report)):
            report.fetch_again = False
            if report.reason != REPLACED:
                report.reason = None
            return _NOTHING_TO_DO
    return _Fetched(file=NamedFile(name, data))


def _is_wanted(report: Report) -> bool:
    """Return whether a report is still to be ingested, and no other process has done it."""
    return _is_first_ingest(report) or report.fetch_again


def _is_first_ingest(report: Report) -> bool:
    """Return whether a report has not been read yet, unlike one that is fetched again."""
    return report.state in UNFINISHED


def _note_failure(app: App, report_id: int, error: Exception) -> ReportOutcome:
    """Store that a report could not be fetched, read or stored, and return the outcome."""
    with app.database.write() as session:
        report = facts.lock_report(session, report_id)
        if isinstance(error, NotAsked):
            return outcome_of(report, problems=(f"waits for the next poll: {error}",))
        report.tried_at = app.settings.instant()
        if not _is_first_ingest(report):
            return _not_fetched_again(report, error)
        was_missing = report.state == ReportState.MISSING
        outcome = _not_ingested(report, error)
        if report.state == ReportState.MISSING and not was_missing:
            detect_with_affected(app, session, report)  # it no longer hides what changed since
        return outcome


def _not_ingested(report: Report, error: Exception) -> ReportOutcome:
    """Note why a report could not be ingested for the first time."""
    reason = _reason(error)
    report.tries += 1
    report.reason = reason
    if isinstance(error, NotFound):
        # Known on the real site too: links to documents that it says no longer exist.
        report.state = ReportState.MISSING
        logger.info("%s: the site says the document no longer exists", report.url)
        return outcome_of(report, problems=() if report.silent else (NOT_THERE,))
    if report.tries >= TRIES or not getattr(error, "retryable", True):
        report.state = ReportState.FAILED
    logger.warning("%s: could not be ingested: %s", report.url, reason)
    return outcome_of(report, problems=(f"could not be fetched or read: {reason}",))


def _not_fetched_again(report: Report, error: Exception) -> ReportOutcome:
    """Note that a report could not be fetched again: what was read from its file counts."""
    reason = _reason(error)
    report.fetch_again = False
    logger.warning("%s: could not be fetched again: %s", report.url, reason)
    if isinstance(error, NotAReport):
        return _keep_sound_file(report, OTHER_FILE)
    is_gone = isinstance(error, NotFound)
    problems = () if is_gone else (f"could not be fetched again: {reason}",)
    return outcome_of(report, problems=_read_problems(report) + problems, read_before=True)


def _keep_sound_file(report: Report, reason: str) -> ReportOutcome:
    """Note why the file that the site has now is not used: what was read before counts.

    A person who has confirmed the document need not be asked about it again.
    """
    logger.warning("%s: %s", report.url, reason)
    if Field.DOCUMENT in report.confirmed:
        return outcome_of(report, read_before=True)
    report.reason = reason
    return outcome_of(report, problems=(*_read_problems(report), reason), read_before=True)


def _reason(error: Exception) -> str:
    """Return why a report failed, without the refused values that a database error quotes."""
    if isinstance(error, DBAPIError):
        return plain_line(str(error.orig).partition("\n")[0])
    return plain_line(str(error))


def _store(app: App, report_id: int, reading: Reading) -> ReportOutcome:
    """Store what a report says, with its events and notifications, and return the outcome.

    A sound reading is not replaced by that of a doubtful file, or of one about another council or
    inspection.
    """
    with _locked_report(app, report_id, reading) as (session, report):
        if not _is_wanted(report):
            return outcome_of(report, problems=())
        reading = check_authority(app.register, report, reading)
        read_before = report.read_at is not None
        before = facts.reading_of(report) if report.state == ReportState.READ else None
        report.fetch_again = False
        is_sound = before is not None and not is_file_doubtful(before)
        if is_sound and is_file_worse(reading, facts.as_read(report)):
            codes = [problem.code for problem in reading.problems]
            is_of_other = ProblemCode.AUTHORITY_MISMATCH in codes
            return _keep_sound_file(report, OTHER_COUNCIL if is_of_other else OTHER_FILE)
        is_replaced = before is not None and before.sha256 != reading.sha256
        # Whether the file is about another inspection shows only once its facts are stored.
        attempt = session.begin_nested()
        report.sha256 = reading.sha256
        facts.store_reading(session, report, reading, now=app.settings.instant())
        queued = detect_correction_in_place(
            app, session, report, replaced=before if is_replaced else None
        )
        queued += detect_with_affected(app, session, report)
        has_events = bool(queued.events)
        is_other = is_replaced and not has_events and _is_about_another_inspection(session, report)
        if is_other and not _is_as_listed(report):
            attempt.rollback()
            return _keep_sound_file(report, OTHER_INSPECTION)
        attempt.commit()
        if has_events:
            logger.info("%s", "; ".join(event.summary for event in queued.events))
        elif is_other:
            report.reason = REPLACED
            logger.warning("%s: %s", report.url, REPLACED)
            return outcome_of(
                report, problems=(*_read_problems(report), REPLACED), read_before=True
            )
        return outcome_of(report, queued=queued, read_before=read_before)


def _is_as_listed(report: Report) -> bool:
    """Return whether a report is about the inspection that the site lists it for."""
    reading, listed = facts.reading_of(report), report.listed_inspection_date
    start, end = reading.inspection_start, reading.inspection_end
    if listed is None or start is None:
        return False
    return start <= listed <= (end or start)


@contextmanager
def _locked_report(app: App, report_id: int, reading: Reading) -> Iterator[tuple[Session, Report]]:
    """Yield a transaction of the report's council, and the locked report."""
    while True:
        council = _prepare(app, report_id, reading)
        with app.database.write(council=council) as session:
            report = facts.lock_report(session, report_id)
            if council in (None, report.authority_id):
                yield session, report
                return
        # Another process has moved the report to the right council: start again.


def detect_correction_in_place(
    app: App,
    session: Session,
    report: Report,
    *,
    replaced: Reading | None = None,
    held: bool = False,
) -> Queued:
    """Detect what changed where Ofsted has replaced the file of a report.

    This includes reports of history. `replaced` is what the replaced file said. Where the two
    cannot be compared, it is kept until they can: a person may confirm what is in doubt, or Ofsted
    may put another file there. The earlier file stays among the originals; the event names it. With
    `held` the messages wait for `release`.
    """
    if replaced is not None:
        logger.info("%s: the file %s has been replaced", report.url, replaced.sha256)
    kept = facts.replaced_reading(report)
    earlier = [reading for reading in (replaced, kept) if reading is not None]
    before = next((found for found in earlier if can_correct(session, report, found)), None)
    if before is None:
        if replaced is not None and kept is None and has_certain_grades(replaced):
            facts.keep_replaced(report, replaced)
        return Queued()
    facts.keep_replaced(report, None)
    run = app.alert_run()
    detected = correction_in_place_events(session, report, before)
    events = detection.store(session, report, detected, now=run.now)
    return keep_notifications(session, events, run, held=held or report.held)


def _is_about_another_inspection(session: Session, report: Report) -> bool:
    """Return whether the new file is certainly about another inspection of the same council.

    The file that it replaced was the report's own, and recipients know only of that inspection.
    """
    before, reading = facts.replaced_reading(report), facts.reading_of(report)
    return (
        before is not None
        and has_certain_grades(reading)
        and before.authority == reading.authority
        and not are_of_one_inspection(before, reading)
        and not is_file_of_other(session, report, before.sha256)
    )


def detect_with_affected(
    app: App,
    session: Session,
    report: Report,
    *,
    also: Iterable[Report] = (),
    held: bool = False,
    is_confirmed: bool = False,
    kind_before: str | None = None,
    now_certain: NowCertain | None = None,
) -> Queued:
    """Detect the events of a report and of others that it affects, and queue messages.

    Each fact is stored once. History (`silent`) has no events itself. But a report that comes late
    can be the predecessor of the next inspection, or an older version of a report with events.
    `also` are further reports that it affects. With `held` the messages wait for `release`, as do
    those that compare a report with one that is hidden until then. With `is_confirmed`, a person
    has confirmed a value of `report`, whose kind was `kind_before`: subscriptions that did not want
    its events before, but do now, get them too. With `now_certain`, the report was read again: only
    events that were uncertain before are stored.
    """
    run = app.alert_run()
    queued = Queued()
    hidden = hidden_reports(session)
    if detection.is_history_listed_late(session, report, now=run.now):
        report.silent = True
        logger.info("%s: is older than this watch, so no messages are sent about it", report.url)
    for affected in (report, *detection.affected(session, report), *also):
        locked = facts.lock_report(session, affected.id)
        if locked.state == ReportState.READ and not locked.silent:
            detected = detection.detect(session, locked)
            if now_certain is not None:
                detected = now_certain.of(session, locked, detected)
            compared = {
                other
                for event in detected
                for other in (event.earlier_report_id, *event.compared_with)
            }
            is_held = held or locked.held or not hidden.isdisjoint(compared)
            if is_confirmed and locked.id == report.id:
                queued += queue_confirmed(
                    session,
                    locked,
                    detected,
                    run,
                    held=is_held,
                    kind_before=kind_before or locked.kind,
                )
            events = detection.store(session, locked, detected, now=run.now)
            queued += keep_notifications(session, events, run, held=is_held)
    return queued


def _prepare(app: App, report_id: int, reading: Reading) -> int | None:
    """Compare the reading with earlier reports, before a transaction makes other writers wait.

    Returns the id of the report's council; None where that may change while the report is stored,
    because a person has confirmed its council.
    """
    with app.database.read() as session:
        report = session.get_one(Report, report_id)
        if not report.silent:
            prepare_repeats(session, report.authority_id, reading)
        return None if report.confirmed_values else report.authority_id


def _address(url: str | None) -> str:
    if url is None:
        raise NotFound("A document that was added by hand is no longer stored")
    return url


def outcome_of(
    report: Report,
    *,
    problems: tuple[str, ...] | None = None,
    queued: Queued | None = None,
    read_before: bool = False,
) -> ReportOutcome:
    """Return the outcome of a report. Its `problems` are those of its reading, unless given."""
    queued = queued or Queued()
    return ReportOutcome(
        report_id=report.id,
        authority=report.authority.short,
        title=report.title,
        published=report.published,
        url=report.url or "",
        state=ReportState(report.state),
        problems=_read_problems(report) if problems is None else problems,
        events=tuple(event.summary for event in queued.events),
        queued=queued.waiting,
        held=queued.held,
        muted=len(queued.muted),
        read_before=read_before,
        page=addresses.report_page(report.file_id),
        council_page=addresses.council_page(report.authority.key),
    )


def _read_problems(report: Report) -> tuple[str, ...]:
    return tuple(problem.message for problem in report.problems)
