"""The graded inspections of councils."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.register import Register
from storage.authorities import store_register
from storage.database import Database
from storage.grade_history import graded_reports_by_council
from storage.models import Authority, Inspection, Report, ReportState, StoredJudgement

NOW = datetime(2026, 8, 20, tzinfo=UTC)


def council(session: Session, key: str) -> Authority:
    return session.scalars(select(Authority).where(Authority.key == key)).one()


def add_report(
    session: Session,
    authority: Authority,
    start: date,
    *,
    file_id: str,
    kind: str = "inspection",
    inspection: Inspection | None = None,
    published: date | None = None,
) -> Report:
    """A read report with one grade."""
    inspection = inspection or Inspection(
        authority=authority, kind=kind, start=start, framework="ilacs_2018"
    )
    report = Report(
        file_id=file_id,
        url=f"https://files.ofsted.gov.uk/v1/file/{file_id}",
        authority=authority,
        title="Inspection",
        published=published or start,
        state=ReportState.READ,
        kind=kind,
        first_seen_at=NOW,
        last_seen_at=NOW,
        inspection=inspection,
        judgements=[
            StoredJudgement(
                position=0,
                judgement="overall_effectiveness",
                label="Overall",
                grade="good",
                as_printed="Good",
            )
        ],
    )
    session.add(report)
    session.flush()
    return report


def test_graded_reports_are_in_the_order_of_their_inspections_each_in_its_newest_version(
    database: Database,
) -> None:
    with database.write() as session:
        store_register(session, Register.default())
        havering, newham = council(session, "havering"), council(session, "newham")
        late = add_report(session, havering, date(2023, 12, 4), file_id="50000001")
        early = add_report(session, havering, date(2018, 6, 11), file_id="50000009")
        newer = add_report(
            session,
            havering,
            date(2018, 6, 11),
            file_id="50000010",
            inspection=early.inspection,
            published=date(2018, 9, 1),
        )
        add_report(session, havering, date(2021, 6, 1), file_id="50000005", kind="focused_visit")
        lines = graded_reports_by_council(session, {havering.id, newham.id})
        assert [report.id for report in lines[havering.id]] == [newer.id, late.id]
        assert newham.id not in lines
