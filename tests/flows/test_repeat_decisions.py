"""A decision about two statements, and the events of reports that name them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import cast

import pytest
from sqlalchemy.orm import Session

from alerts.events import detection
from alerts.events.types import EventType
from alerts.messages.message import RepeatSection
from alerts.messages.repeats import repeat_section
from flows.pipeline.app import App
from flows.pipeline.repeat_decisions import (
    NamedAreas,
    ShownRepeat,
    record_confirmed_repeat,
    record_rejected_repeat,
)
from reports.errors import ConfigurationError
from reports.model import Kind, Problem, Target
from storage import facts
from storage.database import Database
from storage.models import Authority, ConfirmedRepeat, Event, Report
from storage.repeat_decisions import repeat_key
from tests.storage.readings import NOW, a_reading, stored
from tests.storage.test_repeats import FOSTERING, VISIT, keep

FIRST = "The quality and frequency of supervision of social workers."
SECOND = "The frequency and quality of social workers’ supervision."
THIRD = "The quality, frequency and impact of supervision for social workers."
SAID = {"who": "A. Officer", "why": "the service"}


def an_app(database: Database) -> App:
    return cast(
        App, SimpleNamespace(database=database, settings=SimpleNamespace(instant=lambda: NOW))
    )


def shown(shown_in: str, later: str, earlier: str) -> ShownRepeat:
    return ShownRepeat(shown_in=shown_in, key=repeat_key(later, earlier))


def detected(session: Session, report: Report) -> None:
    detection.store(session, report, detection.detect(session, report), now=NOW)


def with_event(database: Database, *later: str, second: Sequence[str], kind: str) -> None:
    """Reports of 2015, 2018 and 2023. The last has an event; `kind` is that of the second."""
    more = VISIT if kind == Kind.FOCUSED_VISIT else {}
    with database.write() as session:
        keep(session, "50000001", date(2015, 1, 5), FIRST, FOSTERING)
        keep(session, "50000002", date(2018, 6, 11), *second, **more)
        detected(session, keep(session, "50000003", date(2023, 12, 11), *later))


def said(database: Database) -> RepeatSection:
    """What a message that is made now says."""
    with database.read() as session:
        events = session.query(Event).filter_by(type=EventType.THEME_REPEAT).all()
        section = repeat_section(events, set())
    assert section is not None
    return section


def test_a_message_does_not_say_that_an_issue_was_raised_before_where_a_person_rejected_that(
    database: Database,
) -> None:
    with_event(database, THIRD, second=(SECOND,), kind=Kind.INSPECTION)
    (before,) = said(database).lines
    assert before.raised_before.endswith("Raised before that in January 2015.")
    record_rejected_repeat(an_app(database), shown("50000002", SECOND, FIRST), **SAID)
    (line,) = said(database).lines
    assert (line.later, line.earlier) == (THIRD, SECOND)
    assert line.raised_before == "Raised in June 2018, in similar words."


def test_where_a_person_rejects_a_repeat_of_a_visit_that_of_the_inspection_before_is_left(
    database: Database,
) -> None:
    with_event(database, THIRD, second=(SECOND,), kind=Kind.FOCUSED_VISIT)
    (before,) = said(database).lines
    assert before.earlier == SECOND
    record_rejected_repeat(an_app(database), shown("50000003", THIRD, SECOND), **SAID)
    (line,) = said(database).lines
    assert (line.later, line.earlier) == (THIRD, FIRST)


def test_the_summary_of_an_event_does_not_name_what_a_person_rejected(database: Database) -> None:
    with_event(database, THIRD, FOSTERING, second=(SECOND, FOSTERING), kind=Kind.INSPECTION)
    summaries = [summary(database)]
    for pair in ((THIRD, SECOND), (FOSTERING, FOSTERING)):
        record_rejected_repeat(an_app(database), shown("50000003", *pair), **SAID)
        summaries.append(summary(database))
    first, second, last = summaries
    assert first.startswith("Havering: raised again: ")
    assert first.count(",") == 1
    assert second.count(",") == 0
    assert last == "Havering: nothing raised again"


def summary(database: Database) -> str:
    with database.read() as session:
        return session.query(Event).filter_by(type=EventType.THEME_REPEAT).one().summary


def test_what_a_person_confirms_is_no_longer_counted_as_not_found_again(
    database: Database,
) -> None:
    with_event(database, THIRD, second=(SECOND, FOSTERING), kind=Kind.INSPECTION)
    assert said(database).no_longer_named == 1
    which = NamedAreas(later_file="50000003", later_area=1, earlier_file="50000002", earlier_area=2)
    record_confirmed_repeat(an_app(database), which, **SAID)
    section = said(database)
    assert [(line.later, line.earlier) for line in section.lines] == [(THIRD, FOSTERING)]
    assert section.no_longer_named == 0


def areas(later: tuple[str, int], earlier: tuple[str, int]) -> NamedAreas:
    return NamedAreas(
        later_file=later[0], later_area=later[1], earlier_file=earlier[0], earlier_area=earlier[1]
    )


def test_a_statement_can_be_the_same_issue_as_several_earlier_ones(database: Database) -> None:
    with_event(database, THIRD, second=(SECOND, FOSTERING), kind=Kind.INSPECTION)
    for area in (1, 2):
        record_confirmed_repeat(
            an_app(database), areas(("50000003", 1), ("50000002", area)), **SAID
        )
    assert said(database).no_longer_named == 0
    with database.read() as session:
        assert {row.earlier for row in session.query(ConfirmedRepeat)} == {SECOND, FOSTERING}
    for earlier in (FOSTERING, SECOND):
        record_rejected_repeat(an_app(database), shown("50000003", THIRD, earlier), **SAID)
    with database.read() as session:
        assert session.query(ConfirmedRepeat).count() == 0


def test_an_area_that_is_not_compared_is_refused_with_the_reason(database: Database) -> None:
    with_event(database, THIRD, second=(SECOND,), kind=Kind.INSPECTION)
    with database.write() as session:
        doubt = [Problem(code="areas_unclear", message="Not clear.")]
        keep(session, "50000004", date(2024, 1, 8), FIRST, **VISIT, problems=doubt)
        keep(session, "50000005", date(2024, 6, 10), FIRST)
        reading = a_reading(start=date(2025, 6, 9), areas=[FIRST])
        [area] = reading.improvement_areas
        board = area.model_copy(update={"target": Target.LSCB})
        stored(
            session,
            "50000006",
            reading.model_copy(update={"improvement_areas": (board,)}),
        )
    for later, earlier, reason in (
        ("50000003", "50000001", "50000003 is not compared with 50000001: a full"),
        ("50000005", "50000004", "the areas of 50000004 need review"),
        ("50000004", "50000003", "its areas need review, or"),
        ("50000006", "50000005", "area number 1 of 50000006 is for another body than"),
    ):
        with pytest.raises(ConfigurationError, match=reason):
            record_confirmed_repeat(an_app(database), areas((later, 1), (earlier, 1)), **SAID)
    with database.read() as session:
        assert session.query(ConfirmedRepeat).count() == 0


def test_a_decision_that_is_recorded_again_has_the_new_reason(database: Database) -> None:
    with_event(database, THIRD, second=(SECOND,), kind=Kind.INSPECTION)
    for who in ("A. Officer", "B. Clerk"):
        record_confirmed_repeat(
            an_app(database), shown("50000003", THIRD, SECOND), who=who, why=f"{who} has read it"
        )
    with database.read() as session:
        [row] = session.query(ConfirmedRepeat)
        assert (row.who, row.why) == ("B. Clerk", "B. Clerk has read it")


def test_a_decision_names_the_councils_whose_reports_have_both_statements(
    database: Database,
) -> None:
    with_event(database, THIRD, second=(SECOND,), kind=Kind.INSPECTION)
    with database.write() as session:
        for authority, statements in (("barnsley", [SECOND, THIRD]), ("newham", [THIRD, THIRD])):
            owner = session.query(Authority).filter_by(key=authority).one()
            for number, statement in enumerate(statements, start=1):
                report = keep(session, f"{owner.id}000{number}", date(2015 + number, 1, 5))
                report.authority = owner
                reading = a_reading(start=date(2015 + number, 1, 5), areas=[statement])
                facts.store_reading(session, report, reading, now=NOW)
    recorded = record_rejected_repeat(an_app(database), shown("50000003", THIRD, SECOND), **SAID)
    assert recorded.councils == ("Barnsley", "Havering")


def test_an_event_follows_a_decision_about_statements_that_differ_in_spacing(
    database: Database,
) -> None:
    with_event(database, THIRD, second=(SECOND,), kind=Kind.INSPECTION)
    with database.write() as session:
        report = session.query(Report).filter_by(file_id="50000003").one()
        spaced = facts.reading_of(report).improvement_areas[0].text.replace(" ", "  ")
        reading = a_reading(start=date(2023, 12, 11), areas=[spaced])
        facts.store_reading(session, report, reading, now=NOW)
        [event] = session.query(Event).filter_by(type=EventType.THEME_REPEAT)
        number = str(event.id)
    record_rejected_repeat(an_app(database), shown(number, THIRD, SECOND), **SAID)
    assert summary(database) == "Havering: nothing raised again"
