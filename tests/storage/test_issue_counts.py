"""How common each issue is, counted as reports are stored: always as if counted anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reports.model import Framework, ImprovementArea, Kind, Problem, Reading, Target
from reports.problems import ProblemCode
from reports.repeats.base_rates import (
    BaseRates,
    ReportFamily,
    counts_for_base_rates,
    report_family,
    report_keys,
)
from reports.themes.tagging import tag
from reports.themes.taxonomy import THEMES_FILE
from storage import facts, history, pending_reports
from storage.base_rates import base_rates, count_all_issues
from storage.database import Database
from storage.issue_counts import TAXONOMY, are_issues_counted
from storage.listings import Listing, record_listings
from storage.models import Poll, PollKind, PollOutcome, Report, ReportState
from storage.withdrawals import note_missed
from tests.storage.readings import NOW, a_reading, a_report, stored

SUPERVISION = "The frequency of supervision for social workers."
FOSTERING = "The sufficiency of foster carers."
HEALTH = "Timely health assessments for children in care."
DAY = date(2024, 5, 13)


def raising(*texts: str, target: Target = Target.AUTHORITY, **more: object) -> Reading:
    """What a reader might say of a report that raises these issues."""
    areas = tuple(
        ImprovementArea(text=text, heading="", target=target, themes=tag(text)) for text in texts
    )
    reading = a_reading(**more)  # type: ignore[arg-type]
    return reading.model_copy(update={"improvement_areas": areas})


def counted_anew(session: Session) -> BaseRates:
    """The definition: of all stored readings, those that count."""
    session.flush()
    reports = session.scalars(select(Report)).all()
    old = history.superseded(reports)
    named: Counter[tuple[ReportFamily, str]] = Counter()
    counted: Counter[ReportFamily] = Counter()
    for report in reports:
        if report.state != ReportState.READ or report.withdrawn_at or report.id in old:
            continue
        reading = facts.reading_of(report)
        if counts_for_base_rates(reading):
            family = report_family(reading.framework)
            counted[family] += 1
            named.update((family, key) for key in report_keys(reading))
    return BaseRates(
        rates={pair: count / counted[pair[0]] for pair, count in named.items()},
        reports=dict(counted),
    )


def keep(session: Session) -> None:
    """Reports of every sort: versions, visits, a joint inspection, one of another council."""
    stored(session, "1", raising(SUPERVISION, FOSTERING, SUPERVISION))
    stored(session, "2", raising(SUPERVISION, start=DAY + timedelta(days=700)))
    stored(session, "3", raising(HEALTH, start=DAY + timedelta(days=700)))
    visit = raising(FOSTERING, kind=Kind.FOCUSED_VISIT, framework=Framework.FOCUSED_VISIT)
    stored(session, "4", visit)
    joint = raising(
        HEALTH,
        target=Target.PARTNERSHIP,
        kind=Kind.JOINT_INSPECTION,
        framework=Framework.JTAI,
    )
    stored(session, "5", joint)
    stored(session, "6", raising(HEALTH, SUPERVISION, start=DAY), authority="kent")
    stored(session, "7", raising(), authority="bexley")
    stored(session, "8", raising(HEALTH, start=None), authority="bexley")
    damaged = Problem(code=ProblemCode.TRUNCATED, message="It is cut off.")
    stored(session, "9", raising(HEALTH, problems=[damaged]), authority="barnet")
    earlier = raising(HEALTH, start=date(2016, 5, 9), framework=Framework.SIF)
    stored(session, "10", earlier, authority="barnet")


def report(session: Session, file_id: str) -> Report:
    """One of the stored reports."""
    return session.scalars(select(Report).where(Report.file_id == file_id)).one()


def store(session: Session, file_id: str, reading: Reading) -> None:
    """Store what a listed report says."""
    facts.store_reading(session, report(session, file_id), reading, now=NOW)


def withdraw(session: Session) -> None:
    """Three full polls miss the newest version of an inspection."""
    for day in range(3):
        note_missed(
            session,
            complete={report(session, "3").authority_id},
            unread_since={},
            all_complete=True,
            listed={"1", "2", "4", "5"},
            today=NOW.date() + timedelta(days=day),
            now=NOW + timedelta(days=day),
        )


def list_again(session: Session) -> None:
    """It comes back, published earlier than the version that it replaced."""
    withdraw(session)
    poll = Poll(kind=PollKind.FULL, started_at=NOW, outcome=PollOutcome.RUNNING, notes=[])
    session.add(poll)
    back = report(session, "3")
    listing = Listing(
        authority_id=back.authority_id,
        file_id="3",
        url=str(back.url),
        title=back.title,
        published=date(2020, 1, 1),
        inspection_date=None,
    )
    record_listings(session, [listing], poll=poll, now=NOW, opened=[], hold_over=0)


def read_again(session: Session) -> None:
    """A better reading gives other areas and another inspection."""
    better = raising(FOSTERING, start=DAY + timedelta(days=1400))
    facts.store_reading(session, report(session, "3"), better, now=NOW)


def change_kind(session: Session) -> None:
    """A better reading takes an inspection for a visit."""
    visit = raising(SUPERVISION, kind=Kind.FOCUSED_VISIT, framework=Framework.FOCUSED_VISIT)
    facts.store_reading(session, report(session, "1"), visit, now=NOW)


def confirm_authority(session: Session) -> None:
    """A person says that a report is about another council, where it is the only version."""
    facts.confirm(
        session,
        report(session, "3"),
        field="authority",
        value="kent",
        who="A",
        why="b",
        now=NOW,
    )


def remove_newest(session: Session) -> None:
    """The newest version goes, and the older one counts again."""
    facts.remove_report(session, report(session, "3"))


@pytest.mark.parametrize(
    "change",
    [
        withdraw,
        list_again,
        read_again,
        change_kind,
        confirm_authority,
        remove_newest,
    ],
)
def test_counts_follow_every_change(database: Database, change: Callable[[Session], None]) -> None:
    with database.write() as session:
        keep(session)
        before = base_rates(session)
        assert before == counted_anew(session)
        change(session)
        after = base_rates(session)
        assert after == counted_anew(session)
        assert after != before


def test_a_report_counts_until_another_file_has_come(database: Database) -> None:
    later = NOW + timedelta(days=90)
    with database.write() as session:
        keep(session)
        before = base_rates(session)
        pending_reports.fetch_doubtful_files_again(session, now=later, is_full=True)
        assert report(session, "9").fetch_again
        assert base_rates(session) == before == counted_anew(session)


def test_counts_of_another_taxonomy_are_made_anew(database: Database) -> None:
    assert TAXONOMY == THEMES_FILE
    with database.write() as session:
        keep(session)
        right = base_rates(session)
        session.execute(update(Report).values(counted_issues=["council", "council gone"]))
        assert not are_issues_counted(session)
        count_all_issues(session)
        assert are_issues_counted(session)
    with database.write() as session:
        assert base_rates(session) == right
        # The counts go on from what each report has been counted as.
        remove_newest(session)
        assert base_rates(session) == counted_anew(session)


@pytest.mark.postgres
def test_reports_of_two_councils_are_counted_at_the_same_time(postgres_schema: str) -> None:
    database = Database(postgres_schema)
    database.migrate()
    with database.write() as session:
        kent, barnet = (
            a_report(session, "1", authority="kent"),
            a_report(session, "2", authority="barnet"),
        )
    with database.write(council=kent.authority_id) as session:
        store(session, "1", raising(SUPERVISION))
        with database.write(council=barnet.authority_id) as another:
            store(another, "2", raising(SUPERVISION, HEALTH))
            assert base_rates(another).reports == {ReportFamily.COUNCIL: 1}
    with database.read() as session:
        assert base_rates(session) == counted_anew(session)
        assert base_rates(session).reports == {ReportFamily.COUNCIL: 2}
    database.close()
