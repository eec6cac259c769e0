"""What a stored report raises again, and what a person has rejected or confirmed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from alerts.events.repeats import repeat_events
from alerts.events.types import EventType
from reports.model import Framework, InspectorStatement, Kind, Problem, Reading
from reports.repeats.base_rates import ReportFamily
from reports.themes.tagging import tag_areas
from storage import facts, history
from storage.base_rates import base_rates
from storage.database import Database
from storage.models import Report
from storage.repeat_decisions import confirm_repeat, reject_repeat
from storage.repeats import (
    CouncilReports,
    ReportRepeats,
    compared,
    repeats_of_council,
    repeats_of_report,
)
from tests.alerts.events.versions_of_an_inspection import detected_events
from tests.storage.readings import NOW, a_reading, stored

SUPERVISION = "The frequency and quality of supervision."
AGAIN = "The quality and impact of supervision."
FOSTERING = "The oversight of privately fostered children."


def keep(session: Session, file_id: str, start: date, *areas: str, **more: object) -> Report:
    given: Reading = a_reading(start=start, areas=areas, **more)  # type: ignore[arg-type]
    tagged = tag_areas(given.improvement_areas, given.framework)
    reading = given.model_copy(update={"improvement_areas": tagged})
    return stored(session, file_id, reading, published=start)


VISIT = {"kind": Kind.FOCUSED_VISIT, "framework": Framework.FOCUSED_VISIT, "grades": {}}


def asked(session: Session, report: Report) -> ReportRepeats | None:
    return repeats_of_report(session, report, facts.reading_of(report))


def test_an_area_send_inspection_is_not_compared_with_one_under_the_rules_before_2023(
    database: Database,
) -> None:
    send = {"kind": Kind.AREA_SEND, "grades": {}}
    with database.write() as session:
        keep(
            session, "1", date(2018, 3, 5), SUPERVISION, framework=Framework.LOCAL_AREA_SEND, **send
        )
        last = keep(
            session, "2", date(2024, 3, 4), SUPERVISION, framework=Framework.AREA_SEND, **send
        )
        found = asked(session, last)
        assert found is not None
        assert (found.compared_with, found.not_compared) == ((), ())


def test_a_full_inspection_is_compared_with_the_last_full_one_and_the_visits_since(
    database: Database,
) -> None:
    with database.write() as session:
        keep(session, "1", date(2015, 1, 5), FOSTERING)
        before = keep(session, "2", date(2018, 6, 11), SUPERVISION, FOSTERING)
        visit = keep(session, "3", date(2021, 5, 12), "The quality of supervision.", **VISIT)
        keep(session, "4", date(2022, 5, 12), SUPERVISION, kind=Kind.JOINT_INSPECTION,
             framework=Framework.JTAI)  # fmt: skip
        last = keep(session, "5", date(2023, 12, 11), AGAIN)
        found = asked(session, last)
        assert found is not None
        assert [report.file_id for report in found.compared_with] == ["3", "2"]
        ((earlier, repeat),) = found.repeats
        assert (earlier, repeat.later) == (visit, AGAIN)
        assert found.no_longer_named == (FOSTERING,)
        assert not found.follow_up
        of_visit = asked(session, visit)
        assert of_visit is not None
        assert (of_visit.follow_up, of_visit.no_longer_named) == (True, ())
        line = CouncilReports(history.reports_of(session, last.authority_id))
        assert line.since_last_full(until=date(2022, 1, 1)) == [before, visit]
        assert line.since_last_full() == [last]


def test_what_was_raised_in_three_reports_has_its_whole_history(database: Database) -> None:
    with database.write() as session:
        first = keep(session, "1", date(2015, 1, 5), SUPERVISION)
        second = keep(session, "2", date(2018, 6, 11), SUPERVISION, FOSTERING)
        last = keep(session, "3", date(2023, 12, 11), FOSTERING, SUPERVISION)
        found = asked(session, last)
        assert found is not None
        assert [(earlier, repeat.later) for earlier, repeat in found.repeats] == [
            (second, SUPERVISION),
            (second, FOSTERING),
        ]
        assert found.raised_before == {SUPERVISION: ((first, SUPERVISION),), FOSTERING: ()}
        assert found.same_issue_before == {SUPERVISION, FOSTERING}


def test_what_a_visit_raised_in_other_words_hides_no_earlier_report(database: Database) -> None:
    oversight = "The quality of management oversight, including supervision and auditing."
    notes = "The quality of supervision notes including the rationale for decisions."
    again = "The quality and consistency of management oversight and supervision."
    with database.write() as session:
        first = keep(session, "1", date(2018, 6, 11), oversight)
        visit = keep(session, "2", date(2021, 5, 12), notes, **VISIT)
        last = keep(session, "3", date(2023, 12, 11), again)
        said = {"later": again, "earlier": notes, "who": "A", "why": "b", "now": NOW}
        confirm_repeat(session, **said)  # type: ignore[arg-type]
        found = asked(session, last)
        assert found is not None
        assert [(earlier, one.earlier) for earlier, one in found.repeats] == [(visit, notes)]
        assert found.raised_before == {again: ((first, oversight),)}


def test_a_list_that_is_not_certain_is_compared_with_nothing(database: Database) -> None:
    doubt = [Problem(code="areas_unclear", message="Not clear.")]
    with database.write() as session:
        before = keep(session, "1", date(2018, 6, 11), SUPERVISION, problems=doubt)
        last = keep(session, "2", date(2023, 12, 11), AGAIN)
        found = asked(session, last)
        assert found is not None
        assert (found.repeats, found.compared_with) == ((), ())
        assert found.not_compared == (before,)
        unsure = keep(session, "3", date(2024, 12, 9), AGAIN, problems=doubt)
        assert asked(session, unsure) is None


def test_a_rejected_repeat_is_neither_in_the_line_nor_in_a_new_report(
    database: Database,
) -> None:
    with database.write() as session:
        keep(session, "1", date(2018, 6, 11), SUPERVISION)
        last = keep(session, "2", date(2023, 12, 11), AGAIN)
        (pair,) = [pair for found in repeats_of_council(session, history.reports_of(
            session, last.authority_id)) for pair in found.repeats]  # fmt: skip
        assert (pair[1].later, pair[1].earlier) == (AGAIN, SUPERVISION)
        # As printed elsewhere: spaces do not matter, what was said last does.
        reject_repeat(
            session, later=AGAIN.replace(" ", "  "), earlier=SUPERVISION, who="A", why="b", now=NOW
        )
        line = history.reports_of(session, last.authority_id)
        assert [found.repeats for found in repeats_of_council(session, line)] == [(), ()]
        found = asked(session, last)
        assert found is not None
        assert found.repeats == ()
        # The new area is still about the same subject, as pages say.
        assert found.no_longer_named == ()


def test_what_a_person_confirmed_is_a_repeat_until_it_is_rejected(database: Database) -> None:
    said = {"later": FOSTERING, "earlier": SUPERVISION, "who": "A", "why": "b", "now": NOW}
    with database.write() as session:
        first = keep(session, "1", date(2018, 6, 11), SUPERVISION)
        last = keep(session, "2", date(2023, 12, 11), FOSTERING)
        confirm_repeat(session, **said)  # type: ignore[arg-type]
        found = asked(session, last)
        assert found is not None
        ((earlier, repeat),) = found.repeats
        assert (earlier, repeat.later, repeat.earlier) == (first, FOSTERING, SUPERVISION)
        assert (repeat.strength, repeat.certainty, repeat.confirmed) == ("likely", 1.0, True)
        assert repeat.explanation == "A person has confirmed that both are about the same issue."
        assert (found.no_longer_named, found.same_area) == ((), ())
        both = compared(session, facts.reading_of(first), facts.reading_of(last))
        assert [one.confirmed for one in both.repeats] == [True]
        later = keep(session, "3", date(2026, 1, 12), FOSTERING)
        further = asked(session, later)
        assert further is not None
        assert further.raised_before == {FOSTERING: ((first, SUPERVISION),)}
        reject_repeat(session, **said)  # type: ignore[arg-type]
        found = asked(session, last)
        assert found is not None
        assert (found.repeats, found.no_longer_named) == ((), (SUPERVISION,))


def test_another_point_of_an_area_is_kept_apart(database: Database) -> None:
    other = "The frequency of supervision for newly qualified social workers."
    with database.write() as session:
        first = keep(session, "1", date(2018, 6, 11), "The recording of supervision.")
        last = keep(session, "2", date(2023, 12, 11), other)
        found = asked(session, last)
        assert found is not None
        ((earlier, near),) = found.same_area
        assert (earlier, near.later, found.repeats) == (first, other, ())


def test_what_inspectors_say_was_named_is_apart_from_what_they_say_of_progress(
    database: Database,
) -> None:
    named = "It was raised at the last inspection."
    slow = "The pace of change since the last inspection has been too slow."
    with database.write() as session:
        last = keep(session, "2", date(2023, 12, 11), AGAIN)
        said = tuple(InspectorStatement(text=text, page=2) for text in (named, named, slow))
        reading = facts.reading_of(last).model_copy(update={"stated_repeats": said})
        found = repeats_of_report(session, last, reading)
        assert found is not None
        assert found.stated == (named,)
        assert found.progress_since == (slow,)


def test_slow_progress_alone_raises_nothing_again(database: Database) -> None:
    slow = "The pace of change since the last inspection has been too slow."
    with database.write() as session:
        last = keep(session, "2", date(2023, 12, 11), AGAIN)
        said = (InspectorStatement(text=slow, page=2),)
        reading = facts.reading_of(last).model_copy(update={"stated_repeats": said})
        assert repeat_events(session, last, reading) == []


def test_how_common_an_issue_is_counts_each_inspection_once(database: Database) -> None:
    with database.write() as session:
        for number in range(30):
            keep(session, str(number), date(2018 + number, 3, 4), FOSTERING)
        keep(session, "100", date(2018, 3, 4), FOSTERING, SUPERVISION)
        rates = base_rates(session)
    assert rates.reports == {ReportFamily.COUNCIL: 30}
    assert rates.rate(ReportFamily.COUNCIL, "supervision_oversight") == 1 / 30


def test_only_links_of_one_theme_carry_an_issue_further_back(database: Database) -> None:
    planning = (
        "Improve the quality of planning for children (child in need, child protection, care, "
        "pathway and personal education plans) to ensure that all plans are specific."
    )
    plans = (
        "Quality of assessments, and plans, including personal educational plans (PEPs) and "
        "contingency planning."
    )
    practice = (
        "The quality of social work practice, specifically assessments, plans and planning, "
        "including for disabled children."
    )
    with database.write() as session:
        keep(session, "1", date(2014, 11, 18), planning)
        second = keep(session, "2", date(2020, 3, 2), plans)
        last = keep(session, "3", date(2024, 5, 13), practice)
        before, found = asked(session, second), asked(session, last)
        assert before is not None
        assert found is not None
        themes = [one.theme for report in (before, found) for _, one in report.repeats]
        assert themes == ["education", "assessment_risk"]
        assert found.raised_before == {practice: ()}


def test_what_a_report_raises_by_way_of_a_visit_is_not_among_what_was_not_found(
    database: Database,
) -> None:
    said = {"later": SUPERVISION, "earlier": FOSTERING, "who": "A", "why": "b", "now": NOW}
    with database.write() as session:
        keep(session, "1", date(2018, 6, 11), FOSTERING)
        keep(session, "2", date(2021, 5, 12), SUPERVISION, **VISIT)
        last = keep(session, "3", date(2023, 12, 11), AGAIN)
        alone = asked(session, last)
        assert alone is not None
        assert alone.no_longer_named == (FOSTERING,)
        confirm_repeat(session, **said)  # type: ignore[arg-type]
        found = asked(session, last)
        assert found is not None
        assert found.no_longer_named == ()


def test_a_chain_of_two_issues_of_a_theme_is_not_one_issue(database: Database) -> None:
    oversight = "The quality of management oversight of practice."
    both = "Management oversight and supervision of social workers."
    supervision = "The quality and frequency of supervision."
    with database.write() as session:
        first = keep(session, "1", date(2015, 1, 5), oversight)
        keep(session, "2", date(2018, 6, 11), both)
        last = keep(session, "3", date(2023, 12, 11), supervision)
        found = asked(session, last)
        assert found is not None
        assert found.raised_before == {supervision: ((first, oversight),)}
        assert found.same_issue_before == frozenset()
        (event,) = repeat_events(session, last, facts.reading_of(last))
        (repeat,) = event.detail["repeats"]
        assert repeat["same_issue_before"] is False


@pytest.mark.parametrize(("earlier", "later"), [({}, VISIT), (VISIT, {})])
def test_a_repeat_is_announced_once_the_areas_of_the_report_before_are_certain(
    database: Database, earlier: dict[str, Any], later: dict[str, Any]
) -> None:
    doubt = [Problem(code="areas_unclear", message="The list is unclear.", page=1)]
    with database.write() as session:
        before = keep(session, "1", date(2023, 3, 6), SUPERVISION, problems=doubt, **earlier)
        report = keep(session, "2", date(2024, 3, 4), AGAIN, **later)
        found = detected_events(session, report)
        assert EventType.THEME_REPEAT not in [event.type for event in found]
        certain = facts.reading_of(before).model_copy(update={"problems": ()})
        facts.store_reading(session, before, certain, now=NOW)
        found = detected_events(session, before)
        assert (EventType.THEME_REPEAT, report.id) in [(e.type, e.report_id) for e in found]
