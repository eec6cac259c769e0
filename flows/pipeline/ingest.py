"""Ingest reports: fetch the file, read it, and store its facts with events and notifications.

Each report has its own transaction. A bad report fails alone and never stops the others.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from alerts.events import detection
from alerts.events.detected import Detected
from alerts.outbox.enqueue import queue_messages
from flows.pipeline.app import App
from flows.pipeline.results import ReportOutcome
from reports.model import Reading
from reports.safe_text import plain_line
from reports.sandbox.pool import NamedFile
from scrapers.errors import NotAsked, NotFound, SiteError
from storage import facts
from storage.errors import DatabaseTrouble
from storage.models import Event, Report, ReportState
from storage.quarantine import check_authority
from storage.repeats import prepare_repeats
from website import addresses

logger = logging.getLogger(__name__)

# Files are fetched and read in chunks: big enough to keep every reading process busy, small
# enough that a kill costs little and the files of a chunk fit into memory easily.
CHUNK = 25
# A file that could not be fetched this often is left to the daily full poll and to an operator.
TRIES = 5

NOT_THERE = "the site lists it but says that the document does not exist"

UNFINISHED = (ReportState.LISTED, ReportState.FETCHED, ReportState.FAILED, ReportState.MISSING)


@dataclass(frozen=True, kw_only=True)
class StoredEvents:
    """The events that are new, how many recipients get a message about them, and how many do not
    because it is muted.

    Several reports of one poll go to a recipient as one message.
    """

    events: tuple[Event, ...] = ()
    recipients: int = 0
    muted: int = 0

    def __add__(self, other: StoredEvents) -> StoredEvents:
        return StoredEvents(
            events=self.events + other.events,
            recipients=self.recipients + other.recipients,
            muted=self.muted + other.muted,
        )


def ingest(
    app: App,
    report_ids: Sequence[int],
    *,
    on_outcome: Callable[[ReportOutcome], None] = lambda outcome: None,
) -> list[ReportOutcome]:
    """Ingest the reports with these ids, in this order. `on_outcome` gets each result at once."""
    outcomes: list[ReportOutcome] = []
    for start in range(0, len(report_ids), CHUNK):
        for outcome in _ingest_chunk(app, report_ids[start : start + CHUNK]):
            outcomes.append(outcome)
            on_outcome(outcome)
    return outcomes


def _ingest_chunk(app: App, report_ids: Sequence[int]) -> Iterator[ReportOutcome]:
    fetched: list[tuple[int, NamedFile]] = []
    for report_id in report_ids:
        got = _fetch(app, report_id)
        if isinstance(got, ReportOutcome):
            yield got
        elif got is not None:
            fetched.append((report_id, got))
    readings = app.reader.read_many(file for _, file in fetched)
    for (report_id, _), reading in zip(fetched, readings, strict=True):
        try:
            yield _store(app, report_id, reading)
        except DatabaseTrouble:
            raise  # the database itself is in trouble: no report will fare better
        except Exception as error:
            # One report that our code cannot cope with, or that the database refuses to hold, must
            # not stop the others.
            logger.exception("report %s could not be stored", report_id)
            yield _note_failure(app, report_id, error)


def _fetch(app: App, report_id: int) -> NamedFile | ReportOutcome | None:
    """Return the report's file, from the archive or the site; an outcome where there is none.

    None where another process has ingested the report already.
    """
    with app.database.read() as session:
        report = session.get_one(Report, report_id)
        if report.state not in UNFINISHED:
            return None
        sha256, url, name = report.sha256, report.url, f"{report.file_id}.pdf"
        council = report.authority_id
    kept = app.archive.get(sha256) if sha256 else None
    if kept is not None:
        return NamedFile(name, kept)
    try:
        data = app.site.download(_address(url)).data
    except SiteError as error:
        return _note_failure(app, report_id, error)
    sha256 = app.archive.put(data)
    with app.database.write(council=council) as session:
        report = facts.lock_report(session, report_id)
        report.sha256 = sha256
        report.fetched_at = app.settings.instant()
        report.state = ReportState.FETCHED
    return NamedFile(name, data)


def _note_failure(app: App, report_id: int, error: Exception) -> ReportOutcome:
    with app.database.write() as session:
        report = facts.lock_report(session, report_id)
        if isinstance(error, NotAsked):
            return _outcome(report, problems=(f"waits for the next poll: {error}",))
        report.tries += 1
        report.tried_at = app.settings.instant()
        report.reason = said = _reason(error)
        if isinstance(error, NotFound):
            # Known on the real site too: links to documents that it says no longer exist.
            report.state = ReportState.MISSING
            logger.info("%s: the site says the document no longer exists", report.url)
            return _outcome(report, problems=() if report.silent else (NOT_THERE,))
        if report.tries >= TRIES or not getattr(error, "retryable", True):
            report.state = ReportState.FAILED
        logger.warning("%s: could not be ingested: %s", report.url, said)
        return _outcome(report, problems=(f"could not be ingested: {said}",))


def _reason(error: Exception) -> str:
    """Why a report failed, without what a database error quotes: the very values it refuses."""
    if isinstance(error, DBAPIError):
        return plain_line(str(error.orig).partition("\n")[0])
    return plain_line(str(error))


def _store(app: App, report_id: int, reading: Reading) -> ReportOutcome:
    council = _prepare(app, report_id, reading)
    with app.database.write(council=council) as session:
        report = facts.lock_report(session, report_id)
        if report.state not in UNFINISHED:
            return _outcome(report, problems=())
        if council in (None, report.authority_id):
            reading = check_authority(app.register, report, reading)
            facts.store_reading(session, report, reading, now=app.settings.instant())
            found = detect_with_affected(app, session, report)
            if found.events:
                said = "; ".join(event.summary for event in found.events)
                logger.info("%s", said)
            return outcome_of(report, found=found)
    # Another process has given the report to the council that it is about.
    return _store(app, report_id, reading)


def detect_and_queue(app: App, session: Session, report: Report) -> StoredEvents:
    """Detect the events of a report that was read, and queue messages. Each fact is stored once."""
    return detect_for_report(app, session, report, detection.detect(session, report))


def detect_for_report(
    app: App,
    session: Session,
    report: Report,
    detected: Sequence[Detected],
    *,
    held: bool | None = None,
) -> StoredEvents:
    """Store detected events of a report, and keep notifications for the subscriptions that want
    them.

    `held` None: as was decided when the report was listed.
    """
    stored = detection.store(session, report, list(detected), now=app.settings.instant())
    queued = queue_messages(
        session,
        stored,
        app.alert_run(),
        held=report.held if held is None else held,
    )
    return StoredEvents(events=tuple(stored), recipients=queued.waiting, muted=len(queued.muted))


def detect_with_affected(app: App, session: Session, report: Report) -> StoredEvents:
    """Detect as `detect_and_queue`, also for other reports that `report` affects.

    History (`silent`) has no events itself. But a report that comes late can be the predecessor of
    the next inspection, or an older version of one that has events.
    """
    found = StoredEvents() if report.silent else detect_and_queue(app, session, report)
    for other in detection.affected(session, report):
        locked = facts.lock_report(session, other.id)
        if locked.state == ReportState.READ:
            found += detect_and_queue(app, session, locked)
    return found


def _prepare(app: App, report_id: int, reading: Reading) -> int | None:
    """Do what takes long before other writers have to wait.

    Returns the council that the report belongs to; None where that may change while it is stored,
    because a person has confirmed whose report it is.
    """
    with app.database.read() as session:
        report = session.get_one(Report, report_id)
        if not report.silent:
            prepare_repeats(session, report.authority_id, reading)
        return None if report.corrections else report.authority_id


def _address(url: str | None) -> str:
    if url is None:
        raise NotFound("A document that was added by hand is no longer stored")
    return url


def outcome_of(report: Report, *, found: StoredEvents | None = None) -> ReportOutcome:
    """Return the outcome of a report that has been read."""
    found = found or StoredEvents()
    return _outcome(
        report,
        problems=tuple(problem.message for problem in report.problems),
        events=tuple(event.summary for event in found.events),
        queued=found.recipients,
        muted=found.muted,
    )


def _outcome(
    report: Report,
    *,
    problems: tuple[str, ...],
    events: tuple[str, ...] = (),
    queued: int = 0,
    muted: int = 0,
) -> ReportOutcome:
    return ReportOutcome(
        report_id=report.id,
        authority=report.authority.short,
        title=report.title,
        published=report.published,
        url=report.url or "",
        state=ReportState(report.state),
        problems=problems,
        events=events,
        queued=queued,
        muted=muted,
        page=addresses.report_page(report.file_id),
        council_page=addresses.council_page(report.authority.key),
    )
