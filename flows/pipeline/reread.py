"""Read stored originals again: on demand, and step by step after the reader has improved.

This sends no messages, because a better reading does not mean that anything happened. The exception
is a fact that was never announced because it was uncertain, and is certain now: see `NowCertain`.
Unless WATCH_HOLD_OVER is 0, messages about it are held: it may be a fault of the new version.
Confirmed values stay.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select, update

from alerts.events.resolved_doubts import NowCertain
from flows.pipeline.add import check_kind
from flows.pipeline.app import App
from flows.pipeline.ingest import CHUNK, detect_correction_in_place, detect_with_affected
from reports.model import Reading
from reports.page_range import WHOLE, PageRange
from reports.problems import ProblemCode
from reports.sandbox.pool import NamedFile
from reports.version import READER_VERSION
from storage import facts
from storage.chunks import chunks
from storage.errors import ArchiveTrouble, DatabaseTrouble
from storage.held_messages import is_any_held
from storage.models import Report, ReportState
from storage.uncertain_council import check_authority

logger = logging.getLogger(__name__)

REREAD_AT_MOST = 300
"""The number of reports that a full poll reads again: about ten seconds of work. All of Ofsted's
reports take four days."""

_OF_THIS_RUN = frozenset({ProblemCode.READER_STOPPED, ProblemCode.READING_FAILED})
"""Problems of this run, not of the document. An earlier reading without them is kept."""


@dataclass(frozen=True)
class Reread:
    """The result of reading again. `changed` are the ids of reports that now say something else,
    `doubtful` those of them whose messages are to be held. `missed` is the number of reports whose
    original is not kept here, or cannot be opened. `queued` is the number of messages about what is
    certain now, and `held` whether there are others that are held.
    """

    read: int = 0
    missed: int = 0
    changed: frozenset[int] = frozenset()
    doubtful: frozenset[int] = frozenset()
    queued: int = 0
    held: bool = False

    def __add__(self, other: Reread) -> Reread:
        return Reread(
            read=self.read + other.read,
            missed=self.missed + other.missed,
            changed=self.changed | other.changed,
            doubtful=self.doubtful | other.doubtful,
            queued=self.queued + other.queued,
            held=self.held or other.held,
        )


def reread_outdated(app: App, *, at_most: int = REREAD_AT_MOST) -> Reread:
    """Reread at most `at_most` reports that were read by an older version of the reader.

    Those that could not be read again before come last, so that they do not delay the others.
    """
    with app.database.read() as session:
        rows = session.execute(
            select(Report.id, Report.sha256)
            .where(Report.state == ReportState.READ, Report.reader_version < READER_VERSION)
            .order_by(Report.not_reread_at.nulls_first(), Report.read_at, Report.id)
        ).all()
    kept: list[int] = []
    missed: list[int] = []
    for row in rows:
        if len(kept) < at_most:
            (kept if _is_kept(app, row.sha256) else missed).append(row.id)
    _note_missed(app, missed)
    return Reread(missed=len(missed)) + reread(app, kept)


def _is_kept(app: App, sha256: str | None) -> bool:
    """Return whether an original is here. One that cannot be looked for counts as here: `reread`
    tries to open it, and puts the report last where it cannot.
    """
    try:
        return sha256 is not None and app.archive.holds(sha256)
    except ArchiveTrouble:
        return True


def _note_missed(app: App, report_ids: Sequence[int]) -> None:
    """Store that these reports could not be read again here, for `status` and the operators.

    The first time counts until they are read again.
    """
    if not report_ids:
        return
    logger.warning("%s reports cannot be read again: no original is kept here", len(report_ids))
    with app.database.write() as session:
        session.execute(
            update(Report)
            .where(Report.id.in_(report_ids), Report.original_missed_at.is_(None))
            .values(original_missed_at=app.settings.instant())
        )


def _note_not_reread(app: App, report_ids: Sequence[int]) -> None:
    with app.database.write() as session:
        session.execute(
            update(Report)
            .where(Report.id.in_(report_ids))
            .values(not_reread_at=app.settings.instant())
        )


def reread(app: App, report_ids: Sequence[int]) -> Reread:
    """Read the stored originals of these reports again, and store each in its own transaction."""
    result = Reread()
    for ids in chunks(report_ids, CHUNK):
        files = _originals(app, ids)
        readings = app.reader.read_many(file for _, file in files)
        for (report_id, _), reading in zip(files, readings, strict=True):
            result += Reread(read=1)
            try:
                result += _store_again(app, report_id, reading)
            except DatabaseTrouble:
                raise
            except Exception:
                # The others are read again all the same, and this one by a later full poll.
                logger.exception("report %s could not be stored again", report_id)
                _note_not_reread(app, [report_id])
    return replace(result, missed=len(report_ids) - result.read)


def _originals(app: App, report_ids: Sequence[int]) -> list[tuple[int, NamedFile]]:
    found: list[tuple[int, NamedFile]] = []
    missed: list[int] = []
    with app.database.read() as session:
        reports = session.scalars(select(Report).where(Report.id.in_(report_ids))).all()
        rows = [(r.id, r.sha256, facts.reading_of(r)) for r in reports]
    for report_id, sha256, reading in rows:
        data = _original(app, sha256)
        if data is None:
            missed.append(report_id)
            continue
        pages = PageRange.parse(reading.page_range) if reading.page_range else WHOLE
        found.append((report_id, NamedFile(reading.file, data, pages)))
    if missed:
        _note_missed(app, missed)
        _note_not_reread(app, missed)
    return found


def _original(app: App, sha256: str | None) -> bytes | None:
    """Return a kept file; None where it is not here or cannot be opened."""
    try:
        return app.archive.get(sha256) if sha256 else None
    except ArchiveTrouble as error:
        logger.warning("%s", error)
        return None


def _store_again(app: App, report_id: int, reading: Reading) -> Reread:
    """Store a new reading. Returns what it changed.

    Where the reading before failed in its run, this is no other reading, and nothing is held.
    """
    with app.database.write() as session:
        report = facts.lock_report(session, report_id)
        if report.sha256 != reading.sha256:
            return Reread()  # another process has stored a newer file meanwhile
        before = facts.reading_of(report)
        held = app.settings.holds_read_again and not _has_failed(before)
        if _has_failed(reading) and not _has_failed(before):
            logger.warning("report %s could not be read again; it stays as it was", report.file_id)
            report.not_reread_at = app.settings.instant()
            return Reread()
        # The site may have another file by now. This reading says nothing about that file.
        reason = report.reason
        reading = check_kind(report, check_authority(app.register, report, reading))
        facts.store_reading(session, report, reading, now=app.settings.instant())
        report.reason = reason
        queued = detect_correction_in_place(app, session, report, held=held)
        after = facts.reading_of(report)
        now_certain = NowCertain.after(before, after)
        if now_certain.types:
            queued += detect_with_affected(app, session, report, held=held, now_certain=now_certain)
        is_changed = after != before.model_copy(update={"reader_version": after.reader_version})
        changed = frozenset({report_id} if is_changed else ())
        return Reread(
            changed=changed,
            doubtful=changed if held else frozenset(),
            queued=queued.waiting - queued.held,
            held=is_any_held(session, queued.events),
        )


def _has_failed(reading: Reading) -> bool:
    return any(problem.code in _OF_THIS_RUN for problem in reading.problems)
