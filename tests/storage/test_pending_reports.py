"""What is ingested again: documents that did not exist, damaged files, misplaced reports."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.model import Problem
from reports.problems import ProblemCode
from storage import facts
from storage.database import Database
from storage.misplaced_reports import move_to_right_council
from storage.models import Report, ReportState
from storage.pending_reports import (
    RECENT_AT_MOST,
    fetch_doubtful_files_again,
    fetch_recent_files_again,
    pending_reports,
)
from tests.storage.readings import NOW, a_reading, a_report, stored

FRESH, OLD = NOW.date(), date(2012, 8, 10)
CUT = Problem(code=ProblemCode.TRUNCATED, message="The PDF is cut off.")
LOCKED = Problem(code=ProblemCode.ENCRYPTED, message="The PDF is protected by a password.")
ELSEWHERE = Problem(code=ProblemCode.AUTHORITY_MISMATCH, message="The document is about Havering.")


def missing(
    session: Session,
    file_id: str,
    published: date,
    *,
    days_ago: int,
    state: ReportState = ReportState.MISSING,
) -> Report:
    report = a_report(session, file_id, published=published)
    report.state = state
    report.tried_at = report.first_seen_at = NOW - timedelta(days=days_ago)
    return report


@pytest.mark.parametrize(
    ("published", "days_ago", "quick", "full"),
    [(FRESH, 0, True, True), (OLD, 10, False, True), (OLD, 31, False, True)],
)
def test_a_document_that_was_not_there_is_asked_for_again(
    database: Database, published: date, days_ago: int, quick: bool, full: bool
) -> None:
    with database.write() as session:
        report = missing(session, "50000001", published, days_ago=days_ago)
        for is_full, expected in ((False, quick), (True, full)):
            found = pending_reports(session, is_full=is_full, now=NOW)
            assert found == ([report.id] if expected else [])


@pytest.mark.parametrize(
    ("published", "days_ago", "quick"), [(FRESH, 0, True), (OLD, 0, True), (OLD, 10, False)]
)
def test_a_file_that_could_not_be_fetched_is_asked_for_in_every_poll_while_it_is_new(
    database: Database, published: date, days_ago: int, quick: bool
) -> None:
    with database.write() as session:
        failed = missing(
            session, "50000001", published, days_ago=days_ago, state=ReportState.FAILED
        )
        assert pending_reports(session, is_full=False, now=NOW) == ([failed.id] if quick else [])
        assert pending_reports(session, is_full=True, now=NOW) == [failed.id]


def test_a_document_long_known_to_be_gone_is_asked_for_once_a_month(database: Database) -> None:
    with database.write() as session:
        report = missing(session, "50000001", OLD, days_ago=400)
        report.tried_at = NOW - timedelta(days=3)
        assert pending_reports(session, is_full=True, now=NOW) == []
        report.tried_at = NOW - timedelta(days=31)
        assert pending_reports(session, is_full=True, now=NOW) == [report.id]


def test_reports_that_failed_before_keep_no_other_waiting(database: Database) -> None:
    with database.write() as session:
        failed = a_report(session, "50000001", published=date(2024, 1, 1))
        failed.tries = 2
        new = a_report(session, "50000002", published=date(2024, 7, 1))
        session.flush()
        assert pending_reports(session, is_full=False, now=NOW) == [new.id, failed.id]


@pytest.mark.parametrize("problem", [CUT, LOCKED])
def test_a_damaged_or_locked_file_is_fetched_anew_and_a_whole_one_is_not(
    database: Database, problem: Problem
) -> None:
    with database.write() as session:
        damaged = stored(session, "50000001", a_reading(problems=[problem]), published=FRESH)
        damaged.sha256 = "a" * 64
        stored(session, "50000002", a_reading(start=date(2021, 3, 1)), published=FRESH)
        session.flush()
        fetch_doubtful_files_again(session, now=NOW, is_full=False)
        assert pending_reports(session, is_full=False, now=NOW) == [damaged.id]
        session.refresh(damaged)
        # What was read of it counts until another file has come.
        assert (damaged.state, damaged.sha256) == (ReportState.READ, "a" * 64)


def test_a_file_that_is_another_reports_is_fetched_anew_and_history_stays(
    database: Database,
) -> None:
    with database.write() as session:
        reports = [
            stored(session, f"5000000{n}", a_reading(), published=published)
            for n, published in enumerate((OLD, FRESH, FRESH), start=1)
        ]
        for report, sha256, is_history in zip(reports, "aab", (True, False, False), strict=True):
            report.sha256, report.silent = sha256 * 64, is_history
        session.flush()
        fetch_doubtful_files_again(session, now=NOW, is_full=True)
        assert pending_reports(session, is_full=False, now=NOW) == [reports[1].id]


def test_a_full_poll_fetches_a_few_recent_files_again_by_turns(database: Database) -> None:
    with database.write() as session:
        stored(session, "49999999", a_reading(start=date(2020, 1, 6)), published=OLD)
        for number in range(RECENT_AT_MOST + 2):
            report = stored(session, f"5000000{number}", a_reading(), published=FRESH)
            report.fetched_at = NOW - timedelta(days=10 - number)
        session.flush()
        for turn in (range(RECENT_AT_MOST), range(RECENT_AT_MOST, RECENT_AT_MOST + 2)):
            fetch_recent_files_again(session, now=NOW)
            chosen = session.scalars(select(Report).where(Report.fetch_again)).all()
            assert sorted(one.file_id for one in chosen) == [f"5000000{n}" for n in turn]
            for one in chosen:
                one.fetch_again, one.tried_at = False, NOW
        fetch_recent_files_again(session, now=NOW)
        assert pending_reports(session, is_full=True, now=NOW) == []


@pytest.mark.parametrize(("field", "again"), [("lead_inspector", True), ("document", False)])
def test_a_damaged_file_is_fetched_again_until_a_person_has_confirmed_the_document(
    database: Database, field: str, again: bool
) -> None:
    with database.write() as session:
        report = stored(session, "50000001", a_reading(problems=[CUT]), published=FRESH)
        facts.confirm(session, report, field=field, value=None, who="me", why="paper", now=NOW)
        fetch_doubtful_files_again(session, now=NOW, is_full=True)
        assert pending_reports(session, is_full=True, now=NOW) == ([report.id] if again else [])


def test_a_recent_report_is_fetched_again_after_a_person_has_confirmed_a_value(
    database: Database,
) -> None:
    with database.write() as session:
        report = stored(session, "50000001", a_reading(), published=FRESH)
        report.fetched_at = NOW - timedelta(days=2)
        facts.confirm(
            session, report, field="in_care", value="good", who="me", why="the paper", now=NOW
        )
        fetch_recent_files_again(session, now=NOW)
        assert pending_reports(session, is_full=True, now=NOW) == [report.id]


@pytest.mark.parametrize(
    ("about", "problem", "moves"),
    [("havering", ELSEWHERE, True), ("newham", ELSEWHERE, False), ("havering", CUT, False)],
)
def test_a_misplaced_report_goes_to_the_authority_that_it_is_about(
    database: Database, about: str, problem: Problem, moves: bool
) -> None:
    with database.write() as session:
        report = stored(session, "50000001", a_reading(problems=[problem]), authority="brent")
        home = a_report(session, "50000002", authority=about).authority
        move_to_right_council(session, report, home.id)
        assert (report.authority.key == about) is moves
        assert (report.state == ReportState.FETCHED) is moves


def test_a_report_without_a_date_may_lie_before_any_other(database: Database) -> None:
    with database.write() as session:
        undated = a_report(session, "50000001", published=None)
        dated = stored(session, "50000002", a_reading())
        assert facts.unplaced_report_between(session, dated, since=None)
        facts.store_reading(session, undated, a_reading(start=date(2021, 3, 1)), now=NOW)
        assert not facts.unplaced_report_between(session, dated, since=None)
        assert not facts.unplaced_report_between(session, undated, since=None)


def test_what_was_fetched_while_the_clock_was_ahead_is_fetched_again(database: Database) -> None:
    with database.write() as session:
        recent = stored(session, "50000001", a_reading(), published=FRESH)
        gone = missing(session, "50000002", OLD, days_ago=400)
        recent.tried_at = gone.tried_at = NOW + timedelta(days=40)
        session.flush()
        fetch_recent_files_again(session, now=NOW)
        assert pending_reports(session, is_full=True, now=NOW) == [gone.id, recent.id]
