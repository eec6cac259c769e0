"""Store a document that is not on the site: a council's own update, or an old letter."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.pipeline.app import App
from flows.pipeline.ingest import outcome_of
from flows.pipeline.results import ReportOutcome
from reports.errors import ConfigurationError
from reports.model import Kind, Problem, Reading
from reports.page_range import WHOLE, PageRange
from reports.problems import ProblemCode
from reports.text.clean import clean_line
from reports.unread_files import read_limited
from reports.wording import KINDS
from storage import facts
from storage.authorities import authority_named
from storage.confirmable_fields import WHOEVER_ADDED, Field
from storage.models import Authority, Report
from storage.uncertain_council import check_authority

UNREADABLE = frozenset(
    {
        ProblemCode.NOT_A_PDF,
        ProblemCode.NOT_TEXT,
        ProblemCode.NOT_FOUND_PAGE,
        ProblemCode.EMPTY,
        ProblemCode.ENCRYPTED,
        ProblemCode.TRUNCATED,
        ProblemCode.UNREADABLE,
        ProblemCode.NO_TEXT,
        ProblemCode.PAGES_MISSING,
        ProblemCode.TOO_LARGE,
        ProblemCode.TOO_LONG,
        ProblemCode.READING_FAILED,
        ProblemCode.READER_STOPPED,
    }
)
"""A file with one of these problems cannot be read. To try again, the user needs another file."""

ADDED = "added-"
"""How the file ids of added documents begin. The file ids of the site are numbers."""


@dataclass(frozen=True, kw_only=True)
class Added:
    """The result of adding a document. `is_new` is False if it was stored already."""

    file_id: str
    is_new: bool
    outcome: ReportOutcome


def add_document(
    app: App,
    path: Path,
    *,
    authority: str,
    kind: Kind | None = None,
    published: date | None = None,
    pages: PageRange = WHOLE,
) -> Added:
    """Read a file, or some pages of it, and store it as a document about `authority`.

    The document causes no events. If it names another authority, or reads as another kind than
    `kind`, that is stored as a problem. What the document does not say is taken from the arguments.
    `published` counts even if the document has another date: a letter can be older than its
    publication. The same pages of a file are stored once, even if the file came from the site.
    Raises ConfigurationError for a file that cannot be opened or read, pages that are not in it, an
    unknown authority, or a file that is stored for another authority; nothing is stored then.
    """
    data = read_limited(path)
    if isinstance(data, Reading):
        raise ConfigurationError(f"{path}: {data.problems[0].message}")
    sha256 = hashlib.sha256(data).hexdigest()
    with app.database.read() as session:
        owner = authority_named(session, app.register, authority)
        if known := _known(session, sha256, pages, owner=owner):
            return known
    reading = app.reader.read(data, name=path.name, pages=pages)
    unread = next((problem for problem in reading.problems if problem.code in UNREADABLE), None)
    if unread is not None:
        raise ConfigurationError(f"{path}: {unread.message} Nothing was added.")
    app.archive.put(data)
    with app.database.write() as session:
        if known := _known(session, sha256, pages, owner=owner):
            return known
        report = _new_report(app, reading, owner_id=owner.id, published=published)
        report.kind_given = kind
        session.add(report)
        session.flush()
        checked = check_kind(report, check_authority(app.register, report, reading))
        facts.store_reading(session, report, checked, now=app.settings.instant())
        if kind is not None and reading.kind == Kind.UNKNOWN:
            _note(app, session, report, field=Field.KIND, value=kind)
        codes = {problem.code for problem in reading.problems}
        if published is not None and ProblemCode.PUBLISHED_UNCLEAR in codes:
            _note(app, session, report, field=Field.PUBLISHED, value=published.isoformat())
        if reading.authority is None and ProblemCode.AUTHORITY_UNKNOWN not in codes:
            _note(app, session, report, field=Field.AUTHORITY, value=owner.key)
        return Added(file_id=report.file_id, is_new=True, outcome=outcome_of(report))


def _known(session: Session, sha256: str, pages: PageRange, *, owner: Authority) -> Added | None:
    wanted = None if pages == WHOLE else str(pages)
    stored = session.scalars(select(Report).where(Report.sha256 == sha256).order_by(Report.id))
    report = next((r for r in stored if (r.reading or {}).get("page_range") == wanted), None)
    if report is None:
        return None
    if report.authority_id != owner.id:
        raise ConfigurationError(
            f"this document is stored already, as {report.file_id} of {report.authority.short}"
        )
    return Added(file_id=report.file_id, is_new=False, outcome=outcome_of(report))


def _new_report(app: App, reading: Reading, *, owner_id: int, published: date | None) -> Report:
    now = app.settings.instant()
    return Report(
        file_id=_file_id(reading),
        url=None,
        authority_id=owner_id,
        title=clean_line(reading.file),
        published=published or reading.published,
        silent=True,
        first_seen_at=now,
        last_seen_at=now,
        fetched_at=now,
        sha256=reading.sha256,
    )


def _file_id(reading: Reading) -> str:
    """Return an id made of the file's hash and, where it is not the whole file, its pages."""
    pages = f"-p{reading.page_range}" if reading.page_range else ""
    return f"{ADDED}{reading.sha256[:16]}{pages}"


def check_kind(report: Report, reading: Reading) -> Reading:
    """Return the reading, with a problem added if it is of another kind than a person gave."""
    if report.kind_given is None or reading.kind in (report.kind_given, Kind.UNKNOWN):
        return reading
    message = (
        f"The document was added as “{KINDS[report.kind_given]}”, "
        f"but it reads as “{KINDS[reading.kind]}”."
    )
    return reading.with_problem(Problem(code=ProblemCode.KIND_MISMATCH, message=message))


def _note(app: App, session: Session, report: Report, *, field: Field, value: str) -> None:
    """Store as confirmed what the person said about a document that does not say it itself."""
    facts.confirm(
        session,
        report,
        field=field,
        value=value,
        who=WHOEVER_ADDED,
        why="given when the document was added",
        now=app.settings.instant(),
    )
