"""The context of a report, asked of the store, and what messages say of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.events.report_events import ReportEvents
from alerts.events.types import EventType
from alerts.messages.compose import compose
from alerts.messages.context import GradedReports, report_context
from alerts.messages.grades_over_time import grades_context
from alerts.outbox.enqueue import AlertRun
from reports.analysis.timeline import Inspected
from reports.model import Framework, Judgement
from reports.register import Register
from storage import grade_history
from storage.authorities import store_register
from storage.database import Database
from storage.models import Authority, Event, Report, StoredProblem
from tests.alerts.builders import FILES, NOW, SITES, hold, make_event, make_report, unread_report
from tests.alerts.conftest import one_subscription
from tests.alerts.surroundings import EDITION, FALL, PAST, SINCE_2026, G, O, R, inspected


def council(session: Session, key: str) -> Authority:
    return session.scalars(select(Authority).where(Authority.key == key)).one()


def store(
    session: Session,
    key: str,
    one: Inspected,
    *,
    kind: str = "inspection",
    problems: Sequence[str] = (),
) -> Report:
    """A read report of a council with these grades."""
    report = make_report(
        file_id=f"{key}-{one.start}", kind=kind, grades=list(one.grades.items()), start=one.start
    )
    assert report.inspection is not None
    report.authority = report.inspection.authority = council(session, key)
    report.inspection.framework = one.framework
    report.problems = [
        StoredProblem(position=n, code=code, message="…") for n, code in enumerate(problems)
    ]
    session.add(report)
    session.flush()
    return report


def stored_neighbours(session: Session, key: str, latest: Sequence[Inspected]) -> list[str]:
    """Gives the first neighbours of a council these last inspections."""
    names = [neighbour.key for neighbour in Register.default().neighbours(key)][: len(latest)]
    for name, one in zip(names, latest, strict=True):
        store(session, name, one)
    return names


def test_a_visit_says_its_topic_and_leads_to_the_inspection_before_it(database: Database) -> None:
    with database.write() as session:
        store_register(session, Register.default())
        for one in PAST:
            store(session, "havering", one)
        visit = store(session, "havering", FALL, kind="focused_visit")
        visit.reading = {"topic": "the ‘front door’"}
        message = compose(
            visit,
            [make_event(visit, EventType.NEW_REPORT)],
            sites=SITES,
            context=report_context(session, visit),
        )
    assert "Topic of the visit: the ‘front door’." in message.remarks
    assert message.earlier is not None
    assert message.earlier.label == "Previous inspection report (12 July 2024)"
    assert message.earlier.url.endswith(f"havering-{PAST[-1].start}")


def test_a_message_has_the_line_and_the_neighbours(database: Database) -> None:
    with database.write() as session:
        store_register(session, Register.default())
        for one in PAST:
            store(session, "havering", one)
        report = store(session, "havering", FALL)
        good = inspected(Framework.ILACS_2023, date(2023, 5, 1), G, G, O, G, G)
        older = inspected(Framework.ILACS_2018, date(2019, 5, 1), R, R, R, R)
        stored_neighbours(session, "havering", [good, good, older, SINCE_2026])
        message = compose(
            report,
            [make_event(report, EventType.NEW_REPORT)],
            sites=SITES,
            context=report_context(session, report),
        )
    assert message.over_time is not None
    assert message.over_time.lines[0].endswith(
        "Requires improvement (June 2014), Good (January 2021), Inadequate (April 2024)"
    )
    assert message.others is not None
    first = message.others.short[0]
    assert (first.group, first.judgement) == (EDITION, "Overall effectiveness")
    assert first.said == "2 good, 1 requires improvement, 7 without a comparable grade"
    nearest, _, _, fourth, *unknown = message.others.neighbours
    assert nearest.inspected == "1 May 2023"
    assert nearest.report is not None
    assert nearest.report.url.startswith(FILES)
    assert fourth.report is not None
    assert all(not one.inspected and one.report is None for one in unknown)


def test_no_grade_leads_to_another_across_a_report_that_was_not_read(database: Database) -> None:
    """The message says that a report in between could not be read, so what changed is not shown.

    Once that report has left the site, nothing is between the two grades any more.
    """
    with database.write() as session:
        store_register(session, Register.default())
        before, report = (store(session, "havering", one) for one in (PAST[-1], FALL))
        before.published, report.published = PAST[-1].start, FALL.start
        unread = unread_report(report, published=date(2022, 3, 1))
        steps = [steps_of(session, report)]
        session.add(unread)
        steps.append(steps_of(session, report))
        unread.withdrawn_at = NOW
        steps.append(steps_of(session, report))
    changed = "Overall: Good (Jan 2021) → Inadequate (Apr 2024)"
    assert steps == [changed, "Overall: Good (Jan 2021), Inadequate (Apr 2024)", changed]


def steps_of(session: Session, report: Report) -> str:
    """How the overall grade moved, in a message about `report`."""
    session.flush()
    found = grades_context(report_context(session, report).timeline)
    assert found is not None
    return found.brief.steps


def test_after_april_2026_the_judgements_that_exist_are_used(database: Database) -> None:
    with database.write() as session:
        store_register(session, Register.default())
        report = store(session, "havering", SINCE_2026)
        stored_neighbours(session, "havering", [FALL, PAST[1]])
        found = report_context(session, report)
    assert found.timeline is None
    assert found.neighbours is not None
    known = {one.judgement: one.known for one in found.neighbours.counted}
    assert known == {
        Judgement.IMPACT_OF_LEADERS: 2,
        Judgement.HELP_AND_PROTECTION: 2,
        Judgement.IN_CARE: 1,  # the other one's covers care leavers too
        Judgement.CARE_LEAVERS: 1,
    }


def test_a_report_in_doubt_gives_no_grades_to_anybody(database: Database) -> None:
    with database.write() as session:
        store_register(session, Register.default())
        store(session, "havering", PAST[1], problems=["grade_disagreement"])
        report = store(session, "havering", FALL, problems=["published_unclear"])
        nearest = Register.default().neighbours("havering")[0].key
        store(session, nearest, FALL, problems=["table_unclear"])
        found = report_context(session, report)
    assert found.timeline is not None
    overall = found.timeline.rows[0]
    assert [cell.grade if cell else "" for cell in overall.cells] == [None, "inadequate"]
    assert found.neighbours is None
    assert found.region is None


def test_grades_that_could_not_be_read_leave_no_older_ones_in_their_place(
    database: Database,
) -> None:
    unread = Inspected(start=date(2025, 2, 3), framework=Framework.UNKNOWN, grades={})
    with database.write() as session:
        store_register(session, Register.default())
        report = store(session, "havering", FALL)
        nearest, second = stored_neighbours(session, "havering", [FALL, FALL])
        store(session, nearest, unread, problems=["table_missing"])
        store(session, second, PAST[1])
        found = report_context(session, report)
        own = report_context(
            session, store(session, "havering", unread, problems=["table_missing"])
        )
    assert found.neighbours is not None
    assert {one.known for one in found.neighbours.counted} == {1}
    assert own.timeline is not None
    assert [cell.grade if cell else "" for cell in own.timeline.rows[0].cells] == [
        "inadequate",
        None,
    ]


def test_a_report_whose_messages_are_held_is_in_no_other_message(database: Database) -> None:
    with database.write() as session:
        store_register(session, Register.default())
        before = store(session, "havering", PAST[-1])
        held = store(session, "havering", FALL)
        visit = store(session, "havering", SINCE_2026, kind="focused_visit")
        hold(session, held)
        shown = [report_context(session, report) for report in (visit, held)]
        assert [found.inspection_before for found in shown] == [before, before]
        assert [found.timeline and len(found.timeline.stops) for found in shown] == [None, 2]


def test_a_message_does_not_count_a_held_report_that_only_others_get_with_it(
    database: Database, tmp_path: Path
) -> None:
    hook = {"type": "slack-webhook", "url": "https://hooks.slack.com/services/T/B/x"}
    config = one_subscription(tmp_path, Register.default(), {"hook": hook})
    run = AlertRun(config=config, now=NOW, real_now=NOW)
    with database.write() as session:
        store_register(session, Register.default())
        report = store(session, "havering", FALL)
        neighbour = Register.default().neighbours("havering")[0].key
        other = store(session, neighbour, FALL)
        for one in (report, other):
            hold(session, one)
        event = session.scalars(select(Event).where(Event.report_id == report.id)).one()
        both, own = (GradedReports(session, about=about) for about in ([report, other], [report]))
        together, alone = (
            run.message(session, ReportEvents.of([event]), config.subscriptions[0], graded=graded)
            for graded in (both, own)
        )
    assert together.others is not None
    assert alone.others is None


def test_a_successor_begins_a_line_of_its_own(database: Database) -> None:
    with database.write() as session:
        store_register(session, Register.default())
        for one in PAST:
            store(session, "cumbria", one)
        first = store(session, "cumberland", FALL)
        around = report_context(session, first)
        event = make_event(first, EventType.FIRST_GRADE, changes=[], earlier=None)
        message = compose(first, [event], context=around)
    assert around.timeline is None
    assert message.remarks == (
        "Cumberland replaced Cumbria (until 31 March 2023), whose grades are not its own.",
    )


def test_who_delivers_the_services_is_said_as_of_the_inspection(database: Database) -> None:
    with database.write() as session:
        store_register(session, Register.default())
        remarks = []
        for start in (date(2022, 11, 21), date(2026, 5, 11)):
            one = Inspected(start=start, framework=Framework.ILACS_2026, grades=SINCE_2026.grades)
            report = store(session, "bradford", one)
            event = make_event(report, EventType.NEW_REPORT)
            remarks.append(
                compose(report, [event], context=report_context(session, report)).remarks
            )
    assert remarks == [
        (),
        ("Bradford Children and Families Trust delivered the services at the time.",),
    ]


def test_a_visit_has_the_councils_line_and_no_comparison(database: Database) -> None:
    with database.write() as session:
        store_register(session, Register.default())
        for one in (*PAST, FALL):
            store(session, "havering", one)
        visit = Inspected(start=date(2025, 3, 26), framework=Framework.MONITORING_VISIT, grades={})
        report = store(session, "havering", visit, kind="monitoring_visit")
        found = report_context(session, report)
    assert found.timeline is not None
    assert len(found.timeline.stops) == 3
    assert found.neighbours is None


def test_a_partnerships_report_has_no_context(database: Database) -> None:
    with database.write() as session:
        store_register(session, Register.default())
        for one in (*PAST, FALL):
            store(session, "havering", one)
        outcome = Inspected(
            start=date(2025, 3, 26),
            framework=Framework.AREA_SEND,
            grades={Judgement.AREA_SEND_OUTCOME: None},
        )
        found = report_context(session, store(session, "havering", outcome, kind="area_send"))
    assert (found.timeline, found.neighbours, found.region) == (None, None, None)


def test_many_reports_read_each_councils_line_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    read_lines = grade_history.graded_reports_by_council

    def noted(
        session: Session, ids: Collection[int], *, without: Collection[int]
    ) -> dict[int, list[Report]]:
        asked.extend(ids)
        return read_lines(session, ids, without=without)

    with database.write() as session:
        store_register(session, Register.default())
        reports = [store(session, "havering", FALL)]
        for name in stored_neighbours(session, "havering", PAST):
            reports.append(store(session, name, FALL))
        alone = [report_context(session, report) for report in reports]
        monkeypatch.setattr("storage.grade_history.graded_reports_by_council", noted)
        graded = GradedReports(session)
        assert [report_context(session, report, graded=graded) for report in reports] == alone
    assert len(asked) == len(set(asked)) > len(reports)
