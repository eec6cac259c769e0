"""A council whose next inspection has become likely: in words, and sent once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from alerts.events import detection
from alerts.events.next_inspection import due_soon, window_of, window_sentence
from alerts.messages.compose import compose
from alerts.outbox.combined_messages import make_messages
from alerts.outbox.enqueue import AlertRun
from demo.sample import REGISTER_FILE, sample_site
from flows.pipeline.next_inspections import notify_next_inspections
from reports.analysis.next_inspection import DueWindow
from reports.model import Grade
from storage.database import Database
from storage.models import (
    Authority,
    Delivery,
    DeliveryState,
    Event,
    Poll,
    PollKind,
    PollOutcome,
    Report,
    StoredProblem,
)
from tests.alerts.builders import NOW, make_report, unread_report
from tests.flows.world import open_world

START = date(2023, 1, 9)
OPENS = START + timedelta(days=1100)
WINDOW = DueWindow(
    last=START,
    earliest=date(2026, 1, 1),
    middle=date(2027, 2, 1),
    latest=date(2028, 3, 1),
    grade=Grade.GOOD,
    gaps=30,
    gaps_of_earlier_frameworks=29,
    waiting_longer=1,
)


def fill(database: Database) -> None:
    """Councils with a gap each of 1,000 to 2,000 days after a good, and Marlbury, good since."""
    with database.write() as session:
        for number in range(11):
            first = date(2018, 1, 1)
            for start, grade in (
                (first, "good"),
                (first + timedelta(days=1000 + 100 * number), "outstanding"),
            ):
                report = make_report(
                    file_id=f"{number}{start:%Y%m%d}",
                    authority=f"Council {number}",
                    urn=f"7{number:04d}",
                    grades=(("overall_effectiveness", grade),),
                    start=start,
                    end=None,
                )
                known = session.query(type(report.authority)).filter_by(key=f"council {number}")
                if (authority := known.one_or_none()) is not None:
                    report.authority = authority
                    assert report.inspection is not None
                    report.inspection.authority = authority
                session.add(report)
                session.flush()
        session.add(make_report(grades=(("overall_effectiveness", "good"),), start=START, end=None))


@pytest.mark.parametrize(
    ("today", "likely"),
    [(date(2026, 6, 1), "inspection is likely"), (date(2029, 1, 1), "was likely")],
)
def test_the_window_says_what_it_rests_on(today: date, likely: str) -> None:
    said = window_sentence(WINDOW, today=today)
    assert likely in said
    assert said.endswith(
        "between January 2026 and March 2028. This is our estimate, not Ofsted’s plan. After "
        "8 in 10 of the earlier inspections graded good (30 in all), the next one came within the "
        "period given here; 1 council has already waited longer."
    )


def test_a_window_is_an_event_when_it_opens(database: Database) -> None:
    fill(database)
    with database.read() as session:
        window = window_of(session, "marlbury", today=OPENS)
        assert window is not None
        assert window.earliest == OPENS
        for days, count in ((-1, 0), (0, 1), (14, 1), (15, 0)):
            today = OPENS + timedelta(days=days)
            found = due_soon(session, today=today, since=date(2020, 1, 1))
            assert len(found) == count, days
        assert due_soon(session, today=OPENS, since=OPENS + timedelta(days=1)) == []


@pytest.mark.parametrize("later_grades", [(("overall_effectiveness", "good"),), ()])
def test_an_inspection_in_doubt_gives_no_window_and_stays_the_last(
    database: Database, later_grades: tuple[tuple[str, str], ...]
) -> None:
    fill(database)
    later = START + timedelta(days=400)
    with database.write() as session:
        authority = session.query(Authority).filter_by(short="Marlbury").one()
        assert window_of(session, authority.key, today=OPENS) is not None
        doubtful = make_report(file_id="50000009", grades=later_grades, start=later, end=None)
        doubtful.authority = authority
        assert doubtful.inspection is not None
        doubtful.inspection.authority = authority
        doubtful.problems.append(StoredProblem(position=0, code="grade_disagreement", message="?"))
        session.add(doubtful)
        session.flush()
        assert window_of(session, authority.key, today=OPENS) is None


def test_an_unread_newer_inspection_report_gives_no_window(database: Database) -> None:
    """The inspection that the window is about may be over."""
    fill(database)
    with database.write() as session:
        last = session.query(Report).filter_by(file_id="50252261").one()
        assert last.published is not None
        next_day = last.published + timedelta(days=1)
        for file_id, title, count in (
            ("50300001", "Focused visit", 1),
            ("50300002", last.title, 0),
        ):
            session.add(unread_report(last, file_id=file_id, published=next_day, title=title))
            session.flush()
            assert len(due_soon(session, today=OPENS, since=START)) == count, title


def test_a_council_that_was_abolished_does_not_wait_for_its_next_inspection(
    database: Database,
) -> None:
    fill(database)
    today = START + timedelta(days=3000)
    with database.write() as session:
        authority = session.query(Authority).filter_by(short="Marlbury").one()
        other = make_report(
            file_id="50000009",
            authority="Somewhere",
            urn="80998",
            grades=(("overall_effectiveness", "good"),),
            start=START,
            end=None,
        )
        session.add(other)
        for ended, waiting in ((None, 2), (date(2025, 3, 31), 1)):
            other.authority.valid_to = ended
            session.flush()
            window = window_of(session, authority.key, today=today)
            assert window is not None
            assert window.waiting_longer == waiting


def test_it_is_one_event_and_can_be_sent(database: Database) -> None:
    fill(database)
    with database.write() as session:
        for later in (0, 3):
            [due] = due_soon(session, today=OPENS + timedelta(days=later), since=START)
            stored = detection.store(session, due.report, [due.detected], now=NOW)
            assert len(stored) == (1 if later == 0 else 0)
        [event] = session.query(Event)
        message = compose(due.report, [event])
        assert (
            message.headline
            == "Marlbury: next inspection is likely between January 2026 and March 2028"
        )
        assert message.remarks[0].startswith("The next inspection is likely between")
        assert not message.urgent


@pytest.mark.parametrize(("asked", "sent"), [("new_report", 0), ("due_soon", 2)])
@pytest.mark.parametrize("held", [False, True])
def test_only_those_who_ask_get_a_message_and_only_once(
    tmp_path: Path, asked: str, sent: int, held: bool
) -> None:
    """While the messages about its last report are held, so is this one, which quotes it."""
    with open_world(sample_site(), tmp_path, events=asked, authorities=REGISTER_FILE) as world:
        moment = datetime.combine(OPENS, datetime.min.time()).isoformat()
        for _ in range(2):
            with world.app(WATCH_NOW=moment) as app:
                with app.database.read() as session:
                    is_empty = session.query(Poll).first() is None
                if is_empty:
                    fill(app.database)
                    with app.database.write() as session:
                        session.execute(update(Report).values(held=held))
                        last_poll = NOW - timedelta(days=1500)
                        session.add(
                            Poll(
                                kind=PollKind.FULL,
                                started_at=last_poll,
                                listed_at=last_poll,
                                outcome=PollOutcome.GOOD,
                                notes=[],
                            )
                        )
                notify_next_inspections(app)
                make_messages(app.database, AlertRun(config=app.config, now=NOW, real_now=NOW))
        with world.app(WATCH_NOW=moment) as app, app.database.read() as session:
            states = [row.state for row in session.query(Delivery)]
            assert states == sent * [DeliveryState.HELD if held else DeliveryState.DUE]
            assert session.query(Event).count() == bool(sent)
