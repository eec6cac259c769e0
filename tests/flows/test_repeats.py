"""What is raised again, from the stored history to the message."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from alerts.events.repeats import repeat_events
from alerts.events.types import EventType
from alerts.messages.repeats import repeat_section as words_of
from demo.sample import REGISTER_FILE, sample_history, sample_site
from flows.pipeline.app import App
from flows.pipeline.confirm import confirm_value
from flows.pipeline.poll import poll
from flows.pipeline.repeat_decisions import NamedAreas, record_confirmed_repeat
from reports.errors import ConfigurationError
from storage import facts
from storage.models import Event, Report
from storage.repeat_decisions import reject_repeat
from tests.flows.world import World, open_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The sample world after the day on which Aldermere's third report named supervision."""
    folder: Path = tmp_path_factory.mktemp("named-again")
    with open_world(
        sample_site(), folder, events="theme_repeat", authorities=REGISTER_FILE
    ) as world:
        for day in (sample_history().first_poll, sample_history().demo_day):
            world.move_to(day)
            with world.app() as app:
                poll(app)
        yield world


def test_the_event_has_both_statements_and_the_date_of_the_earlier_report(world: World) -> None:
    with world.app() as app, app.database.read() as session:
        (event,) = session.scalars(select(Event).where(Event.type == EventType.THEME_REPEAT))
    first = event.detail["repeats"][0]
    assert first["theme"] == "supervision_oversight"
    assert first["strength"] == "stated"
    assert "supervision" in first["later"]
    assert "supervision" in first["earlier"]
    assert first["earlier_report"]["published"] == "2023-04-14"
    assert event.detail["stated"][0].startswith("The quality of supervision was an area")


def test_the_message_shows_them_word_for_word(world: World) -> None:
    (message,) = world.slack.messages
    shown = message.visible_text()
    assert "Raised again (3)" in shown
    assert "The quality of supervision and the direction that it gives to plans" in shown
    (mail,) = world.mailbox.mails
    assert "RAISED AGAIN" in mail.text
    earlier = "Before (inspection of February 2023, published 14 April 2023)"
    assert earlier in " ".join(mail.text.split())
    assert "does not in itself show improvement" in mail.html


def test_what_a_person_rejects_is_not_raised_again(world: World, tmp_path: Path) -> None:
    with world.on_a_copy(tmp_path).app() as app, app.database.write() as session:
        (event,) = session.scalars(select(Event).where(Event.type == EventType.THEME_REPEAT))
        report = event.report
        assert report is not None
        repeat = event.detail["repeats"][0]
        before = words_of([event], set())
        assert before is not None
        assert repeat["later"] in [line.later for line in before.lines]
        reject_repeat(
            session,
            later=repeat["later"],
            earlier=repeat["earlier"],
            who="A. Officer",
            why="another service",
            now=app.settings.instant(),
        )
        again = repeat_events(session, report, facts.reading_of(report))
        pairs = [(r["later"], r["earlier"]) for found in again for r in found.detail["repeats"]]
        assert (repeat["later"], repeat["earlier"]) not in pairs
        # A digest that is made later does not say it either.
        after = words_of([event], set())
        assert after is not None
        assert repeat["later"] not in [line.later for line in after.lines]


SAID = {"who": "A. Officer", "why": "the same service"}


def unlike_areas(app: App) -> tuple[NamedAreas, int]:
    """Return two areas that the event does not list as a repeat, and the number that it lists."""
    with app.database.read() as session:
        (event,) = session.scalars(select(Event).where(Event.type == EventType.THEME_REPEAT))
        assert event.report is not None
        (earlier_file,) = session.scalars(
            select(Report.file_id).where(Report.id == event.earlier_report_id)
        )
        raised = {repeat["later"] for repeat in event.detail["repeats"]}
        areas = enumerate(facts.reading_of(event.report).improvement_areas, start=1)
        which = NamedAreas(
            later_file=event.report.file_id,
            later_area=next(number for number, area in areas if area.text not in raised),
            earlier_file=earlier_file,
            earlier_area=1,
        )
        return which, len(event.detail["repeats"])


def test_what_a_person_confirms_is_in_the_event_and_its_messages_from_then_on(
    world: World, tmp_path: Path
) -> None:
    own = world.on_a_copy(tmp_path)
    with own.app() as app:
        which, before = unlike_areas(app)
        for _ in range(2):
            later, earlier, _ = record_confirmed_repeat(app, which, **SAID)
        with app.database.read() as session:
            (event,) = session.scalars(select(Event).where(Event.type == EventType.THEME_REPEAT))
            assert len(event.detail["repeats"]) == before + 1
            new = event.detail["repeats"][-1]
            assert (new["later"], new["earlier"], new["confirmed"]) == (later, earlier, True)
            section = words_of([event], set())
            assert section is not None
            (line,) = [line for line in section.lines if line.later == later]
            assert line.certainty.startswith("Confirmed as the same issue")
        turned = NamedAreas(
            later_file=which.earlier_file,
            later_area=1,
            earlier_file=which.later_file,
            earlier_area=1,
        )
        with pytest.raises(ConfigurationError, match="not compared"):
            record_confirmed_repeat(app, turned, **SAID)
    assert len(own.slack.messages) == len(world.slack.messages)


def test_what_a_person_confirms_is_in_the_event_of_the_right_council_after_a_wrong_one(
    world: World, tmp_path: Path
) -> None:
    with world.on_a_copy(tmp_path).app() as app:
        which, before = unlike_areas(app)
        for council in ("Brackenshire", "Aldermere"):
            confirm_value(app, which.later_file, field="authority", value=council, **SAID)
        record_confirmed_repeat(app, which, **SAID)
        with app.database.read() as session:
            events = session.scalars(select(Event).where(Event.type == EventType.THEME_REPEAT))
            listed = {event.authority.short: len(event.detail["repeats"]) for event in events}
    assert listed["Aldermere"] == before + 1
    assert "Brackenshire" in listed
