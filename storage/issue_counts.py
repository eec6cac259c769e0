"""The table `issue_count`: the number of reports that raise each issue, kept up to date.

How common an issue is belongs to every repeat. Counting it anew for each report would take longer
the more history there is. So the table `issue_count` follows every change of what a report says,
in the same transaction, and each report keeps what of it has been counted (`counted_issues`).
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

# Named here too, because every command asks whether the counts are its own, and to load the
# taxonomy takes long.
TAXONOMY = Path(reports.__file__).parent / "data" / "themes.yaml"
_FINGERPRINT = "issue counts"
# The version of the counting, apart from the taxonomy: raise it where counts change.
_VERSION = 1
# Where a session keeps its changes.
_CHANGES = "issue counts"


def issue_counts(session: Session) -> Counter[str]:
    """The counts by name, with the changes of this session."""
    counted: Counter[str] = Counter()
    for row in session.execute(select(IssueCount.name, IssueCount.reports)):
        counted[row.name] = row.reports
    counted.update(session.info.get(_CHANGES, {}))
    return counted


def count_issues(session: Session, report: Report, issues: list[str]) -> None:
    """Count a report under these names, and no longer under others."""
    counted = report.counted_issues or []
    if counted != issues:
        changes: Counter[str] = session.info.setdefault(_CHANGES, Counter())
        changes.update(issues)
        changes.subtract(counted)
        report.counted_issues = issues or None


def write_issue_counts(session: Session) -> None:
    """Write the changes of this session, always in the same order, so that none waits for ever."""
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
    """Whether the counts are those of this version of the program and its taxonomy."""
    mark = session.get(Fingerprint, _FINGERPRINT)
    return mark is not None and mark.value == _fingerprint()


def forget_issue_counts(session: Session) -> None:
    """Count no report, before all are counted anew."""
    session.flush()
    session.info.pop(_CHANGES, None)
    session.execute(delete(IssueCount))
    session.execute(update(Report).values(counted_issues=None))


def mark_issues_counted(session: Session) -> None:
    """Keep that the counts are those of this version of the program and its taxonomy."""
    session.merge(Fingerprint(name=_FINGERPRINT, value=_fingerprint()))
    session.flush()


def _fingerprint() -> str:
    return hashlib.sha256(b"%d %s" % (_VERSION, TAXONOMY.read_bytes())).hexdigest()
