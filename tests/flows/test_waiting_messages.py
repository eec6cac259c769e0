"""A message that has waited says what holds when it is sent, whatever it waited for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from demo.documents import Quirks, SampleReport, render
from demo.mailbox import ReceivedMail, cut, reply
from demo.sample import REGISTER_FILE, sample_history, sample_site
from reports.london import LONDON
from reports.model import Grade, Judgement
from tests.flows.world import World, open_world, run_in

FILE_ID = "99000104"
EVENTS = "new_report, grade_change, first_grade, correction, withdrawn"
FALL = "Aldermere: overall grade falls from Good to Requires improvement"
DAY = sample_history().demo_day
WHO = ("--who", "Jo Bell", "--why", "misread")

Waiting = Callable[[World], None]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """One subscription to one council, by email. Its next report is not urgent."""
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE, events=EVENTS) as world:
        set_up(world)
        world.fill()
        world.server.site.files[FILE_ID] = with_grades(Grade.REQUIRES_IMPROVEMENT)
        yield world


def set_up(world: World, **changed: str) -> None:
    """Change settings of the only subscription."""
    path = world.folder / "watch.yaml"
    settings = path.read_text().replace("channels: [slack, mail]", "channels: [mail]")
    settings = settings.replace("{all: true}", "{names: [Aldermere]}")
    for name, value in changed.items():
        settings = settings.replace("when: now", f"when: now\n    {name}: {value}", 1)
    path.write_text(settings)


def with_grades(grade: Grade, *, quirks: Quirks | None = None) -> bytes:
    """The report of Aldermere with other grades."""
    [report] = [one for one in sample_history().reports if one.file_id == FILE_ID]
    assert isinstance(report.document, SampleReport)
    grades = dict.fromkeys(report.document.grades, grade)
    changed = {"grades": grades, **({"quirks": quirks} if quirks else {})}
    return render(report.document.model_copy(update=changed))


def at(world: World, moment: str, *command: str) -> None:
    """Run a command at a time: "19:00" on the day of the report, "+1 08:05" on the next day."""
    days, _, clock = moment.rpartition(" ")
    day = DAY + timedelta(days=int(days or 0))
    world.move_to(day)
    now = datetime.combine(day, datetime.strptime(clock, "%H:%M").time(), LONDON)
    with time_machine.travel(now, tick=True):
        run_in(world, *command, WATCH_NOW=now.isoformat())


def in_quiet_hours(world: World) -> None:
    set_up(world, quiet_hours='"18:00-08:00"')


def after_no_reply(world: World) -> None:
    world.mailbox.add_fault(cut(accept=False))


WAITS = pytest.mark.parametrize("wait", [in_quiet_hours, after_no_reply])


def correct(world: World) -> None:
    """Ofsted replaces the report under a new number."""
    site = world.server.site
    [listed] = [one for one in site.listings if one.file_id == FILE_ID]
    site.files["99000199"] = with_grades(Grade.INADEQUATE)
    site.listings.append(replace(listed, file_id="99000199", published=DAY))


def text_of(mail: ReceivedMail) -> str:
    return " ".join(mail.text.split())


@WAITS
def test_what_a_person_corrects_while_a_message_waits_is_in_it(world: World, wait: Waiting) -> None:
    wait(world)
    at(world, "19:00", "poll")
    at(world, "19:02", "confirm", FILE_ID, "overall_effectiveness", "good", *WHO)
    at(world, "+1 08:05", "deliver")
    [mail] = world.mailbox.mails
    assert f"{FALL} (since corrected)" in text_of(mail)
    assert "corrected what it read in this report. Overall effectiveness: Good." in text_of(mail)


@WAITS
def test_a_message_whose_report_was_replaced_by_a_file_in_doubt_says_so_without_its_grades(
    world: World, wait: Waiting
) -> None:
    wait(world)
    at(world, "19:00", "poll")
    doubt = Quirks(heading_grades={Judgement.IN_CARE: Grade.GOOD})
    world.server.site.files[FILE_ID] = with_grades(Grade.INADEQUATE, quirks=doubt)
    at(world, "+1 19:30", "poll", "--full")
    at(world, "+2 08:05", "deliver")
    [mail] = world.mailbox.mails
    assert f"{FALL} (since replaced)" in text_of(mail)
    assert "Ofsted has since replaced the file of this report." in text_of(mail)
    assert "corrected what it read" not in text_of(mail)


@pytest.mark.parametrize("wait", ["quiet hours", "quiet hours after a try", "weekly"])
def test_what_a_person_makes_urgent_waits_no_longer(world: World, wait: str) -> None:
    if wait == "weekly":
        path = world.folder / "watch.yaml"
        path.write_text(path.read_text().replace("when: now", "when: weekly"))
    else:
        in_quiet_hours(world)
    if wait == "quiet hours after a try":
        after_no_reply(world)
        at(world, "17:15", "poll")
    at(world, "19:00", "poll")
    assert world.mailbox.mails == ()
    at(world, "19:02", "confirm", FILE_ID, "overall_effectiveness", "inadequate", *WHO)
    at(world, "19:05", "deliver")
    [mail] = world.mailbox.mails
    assert mail.subject.startswith("[Urgent] Aldermere")


def test_what_a_person_makes_urgent_is_not_sent_again_before_a_reply_could_be_late(
    world: World,
) -> None:
    in_quiet_hours(world)
    after_no_reply(world)
    at(world, "17:59", "poll")
    at(world, "18:01", "confirm", FILE_ID, "overall_effectiveness", "inadequate", *WHO)
    at(world, "18:02", "deliver")
    assert world.mailbox.mails == ()
    at(world, "18:45", "deliver")
    [mail] = world.mailbox.mails
    assert mail.subject.startswith("[Urgent] Aldermere")


@WAITS
def test_nothing_that_waits_is_sent_about_a_council_that_a_person_has_corrected(
    world: World, wait: Waiting
) -> None:
    wait(world)
    at(world, "19:00", "poll")
    at(world, "19:02", "confirm", FILE_ID, "authority", "Brackenshire", *WHO)
    at(world, "+1 08:05", "deliver")
    assert world.mailbox.mails == ()


def test_an_urgent_correction_that_overtakes_a_message_is_in_that_message(world: World) -> None:
    in_quiet_hours(world)
    at(world, "19:00", "poll")
    correct(world)
    at(world, "20:00", "poll", "--full")
    at(world, "+1 08:05", "deliver")
    correction, first = world.mailbox.mails
    assert "replaced its inspection report with a corrected version" in correction.subject
    assert f"{FALL} (since corrected)" in text_of(first)


def test_a_withdrawal_that_arrives_after_the_return_says_so(world: World) -> None:
    at(world, "09:00", "poll")
    site = world.server.site
    listed = list(site.listings)
    site.listings = [one for one in listed if one.file_id != FILE_ID]
    for day in (1, 2):
        at(world, f"+{day} 09:00", "poll", "--full")
    after_no_reply(world)
    at(world, "+3 09:00", "poll", "--full")
    site.listings = listed
    at(world, "+3 09:01", "poll", "--full")
    at(world, "+3 12:00", "deliver")
    _, returned, withdrawn = world.mailbox.mails
    assert "is on Ofsted's site again" in returned.subject
    assert "no longer on Ofsted's site (since published again)" in withdrawn.subject


@pytest.mark.parametrize("wait", ["failed", "daily"])
def test_a_council_that_a_person_corrects_and_puts_back_gets_its_message(
    world: World, wait: str
) -> None:
    if wait == "daily":
        path = world.folder / "watch.yaml"
        path.write_text(path.read_text().replace("when: now", "when: daily"))
    else:
        world.mailbox.add_fault(reply("550 5.7.1 Refused", at="rcpt"))
    at(world, "09:00", "poll")
    at(world, "09:01", "confirm", FILE_ID, "authority", "Brackenshire", *WHO)
    at(world, "+1 07:35", "deliver", "--again")
    at(world, "+1 09:00", "confirm", FILE_ID, "authority", "Aldermere", *WHO)
    at(world, "+2 07:35", "deliver")
    about = [mail for mail in world.mailbox.mails if FALL in text_of(mail)]
    assert len(about) == 1


@pytest.mark.parametrize("when", ["now", "daily"])
def test_a_report_that_was_left_out_of_a_message_is_sent_once_its_council_is_put_back(
    world: World, when: str
) -> None:
    in_quiet_hours(world)
    path = world.folder / "watch.yaml"
    settings = path.read_text().replace("names: [Aldermere]", "names: [Aldermere, Castlebourne]")
    path.write_text(settings.replace("when: now", f"when: {when}"))
    at(world, "19:00", "poll")
    at(world, "+1 07:40", "deliver")
    at(world, "+1 07:50", "confirm", FILE_ID, "authority", "Brackenshire", *WHO)
    at(world, "+1 08:05", "deliver")
    assert not any(FALL in text_of(mail) for mail in world.mailbox.mails)
    at(world, "+1 09:00", "confirm", FILE_ID, "authority", "Aldermere", *WHO)
    at(world, "+2 08:05", "deliver")
    about = [mail for mail in world.mailbox.mails if FALL in text_of(mail)]
    assert len(about) == 1


def test_whom_a_message_has_not_reached_gets_what_was_left_out_of_it_once_its_council_is_put_back(
    world: World,
) -> None:
    path = world.folder / "watch.yaml"
    settings = path.read_text().replace("names: [Aldermere]", "names: [Aldermere, Castlebourne]")
    path.write_text(settings.replace("channels: [mail]", "channels: [slack, mail]"))
    after_no_reply(world)
    at(world, "09:00", "poll")
    assert (len(world.slack.messages), len(world.mailbox.mails)) == (1, 0)
    at(world, "09:05", "confirm", FILE_ID, "authority", "Brackenshire", *WHO)
    at(world, "13:00", "deliver")
    [rest] = world.mailbox.mails
    assert FALL not in text_of(rest)
    at(world, "13:01", "confirm", FILE_ID, "authority", "Aldermere", *WHO)
    at(world, "13:01", "deliver")
    _, left_out = world.mailbox.mails
    assert FALL in text_of(left_out)
    assert len(world.slack.messages) == 1


def test_a_digest_of_which_nothing_is_left_says_that_there_was_nothing_new(world: World) -> None:
    set_up(world, quiet_hours='"18:00-09:00"')
    path = world.folder / "watch.yaml"
    path.write_text(path.read_text().replace("when: now", "when: daily"))
    at(world, "12:00", "poll")
    at(world, "+1 07:40", "deliver")
    at(world, "+1 07:50", "confirm", FILE_ID, "authority", "Brackenshire", *WHO)
    before = len(world.mailbox.mails)
    at(world, "+1 09:05", "deliver")
    [digest] = world.mailbox.mails[before:]
    assert "Tuesday 30 June 2026: nothing new" in digest.subject


def test_what_was_made_while_the_clock_was_ahead_is_composed_again_too(world: World) -> None:
    after_no_reply(world)
    at(world, "+10 09:00", "poll")
    after_no_reply(world)
    at(world, "09:30", "deliver")
    at(world, "10:00", "confirm", FILE_ID, "authority", "Brackenshire", *WHO)
    at(world, "14:00", "deliver")
    assert not any(FALL in text_of(mail) for mail in world.mailbox.mails)


@pytest.mark.parametrize("when", ["in quiet hours", "weekly"])
@pytest.mark.parametrize("rejected", ["all", "all but one"])
def test_a_report_that_was_wanted_for_repeats_is_not_sent_once_all_of_them_are_rejected(
    world: World, when: str, rejected: str
) -> None:
    if when == "weekly":
        set_up(world)
        replace_setting(world, "when: now", "when: weekly")
    else:
        in_quiet_hours(world)
    replace_setting(world, f"events: [{EVENTS}]", "events: [theme_repeat]")
    [report] = [one for one in sample_history().reports if one.file_id == FILE_ID]
    assert isinstance(report.document, SampleReport)
    # Without the sentence in which the inspectors say themselves that something was raised before.
    grades = dict.fromkeys(report.document.grades, Grade.REQUIRES_IMPROVEMENT)
    silent = report.document.model_copy(update={"summary": (), "grades": grades})
    world.server.site.files[FILE_ID] = render(silent)
    at(world, "19:00", "poll")
    keys = list(keys_of_repeats(world))
    for key in keys if rejected == "all" else keys[:-1]:
        at(world, "19:30", "not-same", FILE_ID, key, *WHO)
    at(world, "+1 08:05", "deliver")
    at(world, "+6 08:05", "deliver")
    about = [mail for mail in world.mailbox.mails if "Aldermere: " in mail.text]
    assert len(about) == (0 if rejected == "all" else 1)
    deliveries = run_in(world, "deliveries", "--json").stdout
    assert ("the issues are not the same" in deliveries) is (rejected == "all")


def keys_of_repeats(world: World) -> Iterator[str]:
    """The keys of the repeats of the new report, the surest first."""
    for report in json.loads(run_in(world, "history", "Aldermere", "--json").stdout)["reports"]:
        if report["file_id"] == FILE_ID:
            yield from (repeat["key"] for repeat in report["raised_again"]["repeats"])


def replace_setting(world: World, before: str, after: str) -> None:
    path = world.folder / "watch.yaml"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
