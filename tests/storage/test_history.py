"""An authority's reports in their order, and as JSON."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from storage import history, watch_status
from storage.database import Database
from tests.storage.readings import UNSURE, a_reading, a_report, stored


def three_reports(session: Session) -> int:
    """Reports whose site gives a day, gives none, and that were read; the council's id."""
    a_report(session, "3", published=date(2025, 3, 1)).tries = 1
    a_report(session, "1", published=None).tries = 1
    return stored(session, "2", a_reading(problems=[UNSURE])).authority_id


def test_a_report_without_any_date_is_first_on_every_database(database: Database) -> None:
    with database.write() as session:
        council = three_reports(session)
        assert [report.file_id for report in history.reports_of(session, council)] == [
            *("1", "2", "3")
        ]
        stuck = watch_status.stuck_reports(session)
        assert [report.file_id for report in stuck] == ["3", "2", "1"]


def test_grades_that_need_review_are_not_in_the_json(database: Database) -> None:
    with database.write() as session:
        unsure = stored(session, "1", a_reading(problems=[UNSURE]))
        sure = stored(session, "2", a_reading(start=date(2025, 6, 9)))
        shown = history.council_reports_as_json([unsure, sure])
    assert {row["grade"] for row in shown[0]["judgements"]} == {None}
    assert {row["as_printed"] for row in shown[0]["judgements"]} == {"Good"}
    assert {row["grade"] for row in shown[1]["judgements"]} == {"good"}
