"""Digests from end to end: polls collect, and delivering sends them when their time has come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from alerts.outbox.deliveries import list_deliveries
from demo.documents import SampleReport, render
from demo.mailbox import reply
from demo.sample import REGISTER_FILE, sample_history, sample_site
from flows.pipeline.deliver import deliver
from flows.pipeline.poll import poll
from reports.model import Grade
from storage import history
from storage.models import Delivery, DeliveryState
from tests.flows.world import World, open_world, run_in

FIRST = sample_history().first_poll
DAY = sample_history().demo_day
FALL = "Aldermere: overall grade falls from Good to Inadequate"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The sample site after its first poll, watched by a subscription to a daily digest."""
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        path = world.folder / "watch.yaml"
        path.write_text(path.read_text().replace("when: now", "when: daily"))
        with world.app() as app:
            poll(app)
        world.move_to(DAY)
        yield world


def test_the_events_of_a_day_are_sent_on_the_next_morning(world: World) -> None:
    with world.app() as app:
        poll(app)
    at_once = [mail for mail in world.mailbox.mails if "digest" not in mail.subject]
    assert at_once
    assert all(mail.subject.startswith("[Urgent]") for mail in at_once)
    morning = f"{DAY + timedelta(days=1)}T07:30:00"
    for _ in range(2):
        with world.app(WATCH_NOW=morning) as app:
            deliver(app)
    quiet, digest = (mail for mail in world.mailbox.mails if "Daily digest" in mail.subject)
    assert "No new reports" in quiet.text
    assert "checked once, at 1" in " ".join(digest.text.split())
    for council in ("Aldermere", "Brackenshire", "Castlebourne"):
        assert council in digest.text
    with world.app() as app, app.database.read() as session:
        events = {event.id for event in history.events(session)}
        by_mail = [row for row in list_deliveries(session) if row["channel"] == "mail"]
    assert len(by_mail) == len(at_once) + 2
    assert set(by_mail[-1]["event_ids"]) == events
    assert len(by_mail[-1]["event_ids"]) == len(events)


@pytest.mark.parametrize("happened", ["corrected", "withdrawn"])
def test_a_digest_says_that_a_report_does_not_hold_any_more(world: World, happened: str) -> None:
    path = world.folder / "watch.yaml"
    path.write_text(path.read_text().replace("when: daily", "when: weekly"))
    with world.app() as app:
        poll(app)
    site = world.server.site
    [wrong] = [one for one in sample_history().reports if one.file_id == "99000104"]
    [listed] = [one for one in site.listings if one.file_id == "99000104"]
    day = DAY + timedelta(days=1)
    if happened == "corrected":
        assert isinstance(wrong.document, SampleReport)
        good = dict.fromkeys(wrong.document.grades, Grade.GOOD)
        site.files["99000199"] = render(wrong.document.model_copy(update={"grades": good}))
        site.listings.append(replace(listed, file_id="99000199", published=day))
    else:
        site.listings.remove(listed)
    for number in range(6):
        world.move_to(day + timedelta(days=number))
        with world.app() as app:
            poll(app, full=True)
    [digest] = [mail for mail in world.mailbox.mails if "29 June to 5 July" in mail.subject]
    assert f"{FALL} (since {happened})" in " ".join(digest.text.split())


@pytest.mark.parametrize("is_put_back", [False, True])
def test_a_digest_says_that_the_file_of_a_report_was_replaced(
    world: World, is_put_back: bool
) -> None:
    path = world.folder / "watch.yaml"
    settings = path.read_text().replace("when: daily", "when: weekly")
    path.write_text(settings.replace(", correction", ""))
    with world.app() as app:
        poll(app)
    files = [replaced_file(world)] + [world.server.site.files["99000104"]] * is_put_back
    for number in range(1, 7):
        world.move_to(DAY + timedelta(days=number))
        if number in (1, 3) and files:
            world.server.site.files["99000104"] = files.pop(0)
        with world.app() as app:
            poll(app, full=True)
    [digest] = [mail for mail in world.mailbox.mails if "29 June to 5 July" in mail.subject]
    text = " ".join(digest.text.split())
    assert FALL in text
    assert (f"{FALL} (since corrected)" in text) is not is_put_back


def test_a_report_that_has_the_same_facts_under_a_new_number_is_not_withdrawn(
    world: World,
) -> None:
    path = world.folder / "watch.yaml"
    path.write_text(path.read_text().replace("when: daily", "when: weekly"))
    with world.app() as app:
        poll(app)
    site = world.server.site
    [listed] = [one for one in site.listings if one.file_id == "99000104"]
    site.files["99000199"] = site.files["99000104"]
    day = DAY + timedelta(days=1)
    site.listings.append(replace(listed, file_id="99000199", published=day))
    site.listings.remove(listed)
    for number in range(6):
        world.move_to(day + timedelta(days=number))
        with world.app() as app:
            poll(app, full=True)
    [digest] = [mail for mail in world.mailbox.mails if "29 June to 5 July" in mail.subject]
    text = " ".join(digest.text.split())
    assert FALL in text
    assert "since withdrawn" not in text


@pytest.mark.parametrize("happened", ["corrected", "withdrawn"])
@pytest.mark.parametrize("form", ["reports", "national"])
def test_a_failed_digest_says_when_it_is_sent_again_that_a_report_does_not_hold_any_more(
    world: World, happened: str, form: str
) -> None:
    path = world.folder / "watch.yaml"
    settings = path.read_text().replace("when: daily", f"when: daily\n    digest: {form}")
    path.write_text(settings.replace(", correction", ""))
    run_in(world, "poll")
    day = DAY + timedelta(days=1)
    world.move_to(day)
    world.mailbox.add_fault(reply("550 5.7.1 Refused", at="data"))
    run_in(world, "deliver")
    site = world.server.site
    if happened == "corrected":
        site.files["99000104"] = replaced_file(world)
    else:
        site.listings = [one for one in site.listings if one.file_id != "99000104"]
    for number in range(3):
        world.move_to(day + timedelta(days=number))
        run_in(world, "poll", "--full")
    run_in(world, "deliver", "--again")
    again = world.mailbox.mails[-1]
    assert "Tuesday 30 June" in again.subject
    text = " ".join(again.text.split())
    assert f"{FALL} (since {happened})" in text
    assert "already sent to you" in text.casefold()
    # The other one, of Brackenshire, still holds.
    assert ("Grades became worse in 1 report" in text) is (form == "national")
    assert "Grades became worse in 2 reports" not in text


def try_again(world: World) -> None:
    """Deliver, with what failed, when everything that waits is due."""
    with world.app() as app, app.database.write() as session:
        for row in session.scalars(select(Delivery).where(Delivery.state == DeliveryState.DUE)):
            row.next_attempt_at = row.created_at + timedelta(milliseconds=1)
    run_in(world, "deliver", "--again")


@pytest.mark.parametrize("waits", [False, True])
@pytest.mark.parametrize("digest_fails", [False, True])
def test_an_urgent_report_that_a_digest_shows_in_full_is_not_sent_singly_after_it(
    world: World, waits: bool, digest_fails: bool
) -> None:
    run_in(world, "deliver")  # the digest of the day before
    before = len(world.mailbox.mails)
    world.mailbox.add_fault(reply("550 5.7.1 Refused", at="data"), times=None)
    run_in(world, "poll")
    if waits:
        let_wait(world)
    world.move_to(DAY + timedelta(days=1))
    if not digest_fails:
        world.mailbox.clear_faults()
    run_in(world, "deliver")
    world.mailbox.clear_faults()
    for _ in range(2):
        try_again(world)
    [digest] = world.mailbox.mails[before:]
    assert "Daily digest, Tuesday 30 June" in digest.subject
    text = " ".join(digest.text.split())
    assert FALL in text
    assert "already sent to you" not in text.casefold()


def test_an_urgent_report_that_a_digest_took_for_sent_is_sent_singly(world: World) -> None:
    """What has never been tried is sent before the digest that is made in the same run."""
    run_in(world, "deliver")
    before = len(world.mailbox.mails)
    refused = reply("550 5.7.1 Refused", at="data")
    world.mailbox.add_fault(refused, times=None)
    run_in(world, "poll")
    number = let_wait(world, tries=0, first_attempt_at=None)
    world.mailbox.clear_faults()
    world.mailbox.add_fault(refused, times=number)
    world.move_to(DAY + timedelta(days=1))
    try_again(world)
    try_again(world)
    digest, *singly = world.mailbox.mails[before:]
    assert "already sent to you" in " ".join(digest.text.split()).casefold()
    assert len(singly) == number
    assert all(mail.subject.startswith("[Urgent]") for mail in singly)


def let_wait(world: World, **values: object) -> int:
    """Let messages that failed wait for an hour, as after a refusal that is not final."""
    with world.app() as app, app.database.write() as session:
        rows = session.scalars(select(Delivery).where(Delivery.state == DeliveryState.FAILED)).all()
        for row in rows:
            row.state, row.next_attempt_at = DeliveryState.DUE, row.created_at + timedelta(hours=1)
            for name, value in values.items():
                setattr(row, name, value)
        return len(rows)


def test_a_failed_digest_is_brought_up_to_date_though_its_subscription_has_digests_no_more(
    world: World,
) -> None:
    run_in(world, "poll")
    world.move_to(DAY + timedelta(days=1))
    world.mailbox.add_fault(reply("550 5.7.1 Refused", at="data"))
    run_in(world, "deliver")
    withdraw(world)
    path = world.folder / "watch.yaml"
    path.write_text(path.read_text().replace("when: daily", "when: now"))
    run_in(world, "deliver", "--again")
    [again] = [mail for mail in world.mailbox.mails if "Digest, Tuesday 30 June" in mail.subject]
    assert f"{FALL} (since withdrawn)" in " ".join(again.text.split())


@pytest.mark.parametrize("muted", [("--council", "Castlebourne"), ("--subscription", "Everything")])
def test_what_waits_when_a_mute_begins_is_not_sent_after_it_has_ended(
    world: World, muted: tuple[str, str]
) -> None:
    path = world.folder / "watch.yaml"
    path.write_text(path.read_text().replace("when: daily", "when: weekly"))
    run_in(world, "poll")
    until = str(DAY + timedelta(days=1))
    run_in(world, "mute", *muted, "--until", until, "--who", "Jo Bell", "--why", "known")
    for number in range(1, 7):
        world.move_to(DAY + timedelta(days=number))
        run_in(world, "poll")
    [digest] = [mail for mail in world.mailbox.mails if "29 June to 5 July" in mail.subject]
    assert "Castlebourne" not in digest.text
    assert ("Brackenshire" in digest.text) is (muted[0] == "--council")


def withdraw(world: World) -> None:
    """The site lists the report no longer, and three full polls miss it."""
    site = world.server.site
    site.listings = [one for one in site.listings if one.file_id != "99000104"]
    for number in range(1, 4):
        world.move_to(DAY + timedelta(days=number))
        run_in(world, "poll", "--full")


def replaced_file(world: World) -> bytes:
    """A corrected version of the report whose overall grade fell: all its grades are good."""
    [wrong] = [one for one in sample_history().reports if one.file_id == "99000104"]
    assert isinstance(wrong.document, SampleReport)
    good = dict.fromkeys(wrong.document.grades, Grade.GOOD)
    return render(wrong.document.model_copy(update={"grades": good}))


def test_a_held_message_says_at_its_release_that_its_report_was_withdrawn(tmp_path: Path) -> None:
    events = "grade_change, first_grade, new_report, withdrawn"
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE, events=events) as world:
        world.fill()
        world.move_to(DAY)
        run_in(world, "poll", WATCH_HOLD_OVER="1")
        withdraw(world)
        assert not world.mailbox.mails, "what withdraws a held report is held too"
        run_in(world, "release")
    released, gone = world.mailbox.mails
    assert f"{FALL} (since withdrawn)" in " ".join(released.text.split())
    assert "no longer on Ofsted's site" in gone.subject


def test_a_message_about_several_reports_keeps_the_note_on_each(tmp_path: Path) -> None:
    """The later note must not replace the earlier one: the report would look right again."""
    events = "grade_change, first_grade, new_report, withdrawn"
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE, events=events) as world:
        world.fill()
        world.move_to(DAY)
        run_in(world, "poll")
        first, *_ = world.slack.messages
        site = world.server.site
        new = [one.file_id for one in site.listings if one.published == DAY]
        assert len(new) > 1
        for turn, file_id in enumerate(new[:2]):
            site.listings = [one for one in site.listings if one.file_id != file_id]
            for number in range(1, 4):
                world.move_to(DAY + timedelta(days=3 * turn + number))
                run_in(world, "poll", "--full")
        [edited] = [each for each in world.slack.messages if each.ts == first.ts]
    assert edited.visible_text().count("no longer on Ofsted's site") == 2


def test_a_failed_message_says_when_it_is_sent_again_that_its_report_was_withdrawn(
    tmp_path: Path,
) -> None:
    events = "grade_change, first_grade, new_report, withdrawn"
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE, events=events) as world:
        world.fill()
        world.move_to(DAY)
        world.mailbox.add_fault(reply("550 5.7.1 Refused", at="data"))
        run_in(world, "poll")
        withdraw(world)
        run_in(world, "deliver", "--again")
    [_, again] = world.mailbox.mails
    assert f"{FALL} (since withdrawn)" in " ".join(again.text.split())


@pytest.mark.parametrize("wait", ["held", "failed"])
def test_what_a_person_corrects_before_sending_a_message_is_in_it(
    tmp_path: Path, wait: str
) -> None:
    events = "grade_change, new_report"
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE, events=events) as world:
        world.fill()
        world.move_to(DAY)
        if wait == "failed":
            world.mailbox.add_fault(reply("550 5.7.1 Refused", at="data"))
        run_in(world, "poll", WATCH_HOLD_OVER="1" if wait == "held" else "25")
        who = ("--who", "Jo Bell", "--why", "misread")
        run_in(world, "confirm", "99000104", "overall_effectiveness", "good", *who)
        run_in(world, *(["release"] if wait == "held" else ["deliver", "--again"]))
    [mail] = world.mailbox.mails
    text = " ".join(mail.text.split())
    assert f"{FALL} (since corrected)" in text
    assert "corrected what it read in this report. Overall effectiveness: Good." in text


@pytest.mark.parametrize("wait", ["held", "failed", "weekly"])
def test_nothing_is_sent_about_a_council_that_a_person_has_corrected(
    tmp_path: Path, wait: str
) -> None:
    events = "grade_change, new_report"
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE, events=events) as world:
        path = world.folder / "watch.yaml"
        when = "weekly" if wait == "weekly" else "now"
        settings = path.read_text().replace("when: now", f"when: {when}")
        path.write_text(settings.replace("all: true", "names: [Aldermere]"))
        world.fill()
        world.move_to(DAY)
        if wait == "failed":
            world.mailbox.add_fault(reply("550 5.7.1 Refused", at="data"))
        run_in(world, "poll", WATCH_HOLD_OVER="1" if wait == "held" else "25")
        before = len(world.mailbox.mails)
        who = ("--who", "Jo Bell", "--why", "misread")
        run_in(world, "confirm", "99000104", "authority", "Brackenshire", *who)
        run_in(world, *(["release"] if wait == "held" else ["deliver", "--again"]))
        if wait == "weekly":
            world.move_to(DAY + timedelta(days=6))
            run_in(world, "poll")
    later = world.mailbox.mails[before:]
    assert len(later) == (wait == "weekly")
    assert not any("falls" in mail.text or "Brackenshire" in mail.text for mail in later)
