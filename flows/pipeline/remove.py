"""Remove a document that a person added, with everything stored from it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from os.path import isfile
from pathlib import Path

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from flows.pipeline.app import App
from reports.errors import ConfigurationError
from reports.model import Reading
from reports.safe_text import quoted
from reports.unread_files import read_limited
from storage import facts
from storage.models import Report


@dataclass(frozen=True, kw_only=True)
class Removed:
    """A document that was removed."""

    file_id: str
    authority: str
    title: str


def remove_document(app: App, named: str) -> list[Removed]:
    """Remove the documents that `named` means, and return them.

    `named` is a file id as `history` shows it, or a file's path. The facts, confirmed values and
    kept original of a document go too. Raises ConfigurationError where no such document was
    added; a report of the site cannot be removed.
    """
    removed = []
    originals = set()
    with app.database.write() as session:
        for report in _added(session, named):
            removed.append(
                Removed(
                    file_id=report.file_id, authority=report.authority.short, title=report.title
                )
            )
            if report.sha256:
                originals.add(report.sha256)
            facts.remove_report(session, report)
    # Only now: if nothing was removed after all, its original must still be there.
    with app.database.read() as session:
        for sha256 in originals:
            if not session.scalar(select(exists().where(Report.sha256 == sha256))):
                app.archive.discard(sha256)
    return removed


def _added(session: Session, named: str) -> list[Report]:
    """Return the added documents with a file id, or with the content of the file at a path."""
    stored = list(session.scalars(select(Report).where(Report.file_id == named)))
    if not stored and isfile(named):  # unlike `Path.is_file`, False for a name that is too long
        data = read_limited(Path(named))
        sha256 = data.sha256 if isinstance(data, Reading) else hashlib.sha256(data).hexdigest()
        stored = list(session.scalars(select(Report).where(Report.sha256 == sha256)))
    if not stored:
        raise ConfigurationError(
            f"no document {quoted(named)} is stored; `history` shows the ids of added documents"
        )
    added = [report for report in stored if report.url is None]
    if not added:
        raise ConfigurationError(
            f"{quoted(stored[0].file_id)} is a report of the site; "
            "only documents added by hand can be removed"
        )
    return added
