"""The table `issue_count`: how many reports raise each issue, and how many there are to raise it.

Every repeat shows how common its issue is. Counting that again for each report would take longer
the more history there is. So the table `issue_count` follows every change of what a report says,
in the same transaction, and each report keeps the issues it was counted for (`counted_issues`).
`storage.base_rates` says what counts.

Changes are kept with the session and written last (`storage.database`), because a row that has been
changed is locked until the transaction ends, and reports of other councils change the same rows.

Functions take a session and never commit: the caller owns the transaction.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

import reports
from storage.models import Fingerprint, IssueCount, Report

TAXONOMY = Path(reports.__file__).parent / "data" / "themes.yaml"
"""The file itself, because every command checks whether the counts are current, and loading the
taxonomy is slow."""

_FINGERPRINT = "issue counts"

_VERSION = 3
"""The version of the counting, apart from the taxonomy. Raise it when the counting changes."""

_CHANGES = "issue counts"
"""The key of the changes in `session.info`."""


def issue_counts(session: Session) -> Counter[str]:
    """Return the number of reports of each family, such as `council`, and of each issue in one.

    Changes that this session will write are included.
    """
    counted: Counter[str] = Counter()
    for row in session.execute(select(IssueCount.name, IssueCount.reports)):
        counted[row.name] = row.reports
    counted.update(session.info.get(_CHANGES, {}))
    return counted


def count_issues(session: Session, report: Report, names: list[str]) -> None:
    """Count a report under these names (its family and its issues) instead of those before."""
    counted = report.counted_issues or []
    if counted != names:
        changes: Counter[str] = session.info.setdefault(_CHANGES, Counter())
        changes.update(names)
        changes.subtract(counted)
        report.counted_issues = names or None


def write_issue_counts(session: Session) -> None:
    """Write the changes of this session, in one fixed order, so that no two sessions deadlock."""
    changes: Counter[str] = session.info.pop(_CHANGES, Counter())
    rows = [{"name": name, "reports": more} for name, more in sorted(changes.items()) if more]
    if not rows:
        return
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    new = sqlite.insert(IssueCount) if is_sqlite else postgresql.insert(IssueCount)
    together = IssueCount.reports + new.excluded.reports
    session.execute(
        new.on_conflict_do_update(index_elements=[IssueCount.name], set_={"reports": together}),
        rows,
    )


def are_issues_counted(session: Session) -> bool:
    """Return whether the counts are those of this version of the program and its taxonomy."""
    mark = session.get(Fingerprint, _FINGERPRINT)
    return mark is not None and mark.value == _fingerprint()


def forget_issue_counts(session: Session) -> None:
    """Delete all counts, before all reports are counted again."""
    session.flush()
    session.info.pop(_CHANGES, None)
    session.execute(delete(IssueCount))
    session.execute(update(Report).values(counted_issues=None))


def mark_issues_counted(session: Session) -> None:
    """Record that the counts are those of this version of the program and its taxonomy."""
    session.merge(Fingerprint(name=_FINGERPRINT, value=_fingerprint()))
    session.flush()


def _fingerprint() -> str:
    return hashlib.sha256(b"%d %s" % (_VERSION, TAXONOMY.read_bytes())).hexdigest()
