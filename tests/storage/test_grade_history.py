"""The graded inspections of councils, and the councils to compare it with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.register import Register
from storage.authorities import store_register
from storage.database import Database
from storage.grade_history import graded_reports_by_council, neighbours_of, others_of_region
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


def test_a_line_is_in_the_order_of_the_inspections_with_the_version_that_counts(
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


def test_the_neighbours_are_those_of_the_last_edition_the_closest_first(
    database: Database,
) -> None:
    register = Register.default()
    later = replace(
        register, identity=replace(register.identity, neighbour_edition="The next list")
    )
    with database.write() as session:
        store_register(session, register)
        store_register(session, later)
        found = neighbours_of(session, council(session, "havering").id)
        assert found is not None
        assert found.edition == "The next list"
        expected = [neighbour.key for neighbour in register.neighbours("havering")]
        assert [authority.key for authority in found.authorities] == expected
        assert len(expected) == 10


def test_the_region_has_present_councils_only_and_not_the_council_itself(
    database: Database,
) -> None:
    with database.write() as session:
        store_register(session, Register.default())
        dorset = council(session, "dorset")
        names = {authority.short for authority in others_of_region(session, dorset)}
        assert "Dorset" not in names
        assert "Bournemouth" not in names  # ended in 2019
        assert "Bristol" in names
