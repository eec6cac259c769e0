"""Subscribing without watch.yaml."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from alerts.subscriptions.recipients import addressees
from demo.sample import REGISTER_FILE, sample_history, sample_site
from flows.pipeline.poll import poll
from storage.models import Report, ReportState
from tests.command import Done
from tests.flows.test_unsubscribe import leave
from tests.flows.world import World, open_world, run_in, without_feeds

Run = Callable[..., Done]
JO = "jo@example.org"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The sample site after its first poll."""
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        world.fill()
        yield world


def mails_to(world: World, address: str) -> list[str]:
    return [mail.subject for mail in world.mailbox.mails if address in mail.recipients]


def test_a_welcome_message_that_is_still_to_be_sent_says_what_was_chosen_last(
    world: World,
) -> None:
    run_in(world, "subscribe", JO, "--council", "Aldermere", "--when", "daily")
    run_in(world, "subscribe", JO, "--council", "Castlebourne", "--when", "weekly")
    run_in(world, "deliver")
    [welcome] = [mail for mail in world.mailbox.mails if JO in mail.recipients]
    said = " ".join(welcome.text.split())
    assert "for Castlebourne." in said
    assert "every Monday morning" in said
    assert "Aldermere" not in said


def test_a_welcome_message_waits_until_all_listed_reports_are_read(world: World) -> None:
    with world.app() as app, app.database.write() as session:
        report = session.scalars(select(Report).limit(1)).one()
        report.state, report.tries = ReportState.FETCHED, 0
    done = run_in(world, "subscribe", JO, "--council", "Aldermere")
    assert "The welcome message is sent once all listed reports have been read." in done.stdout
    run_in(world, "deliver")
    assert mails_to(world, JO) == []
    with without_feeds(), world.app() as app:
        poll(app)
    assert mails_to(world, JO) == ["You now get messages from Inspection Watch"]


def test_who_subscribes_again_is_not_promised_a_second_welcome_message(world: World) -> None:
    promise = "The welcome message is sent with the next delivery"
    assert promise in run_in(world, "subscribe", JO, "--council", "Aldermere").stdout
    assert promise in run_in(world, "subscribe", JO, "--council", "Castlebourne").stdout
    run_in(world, "deliver")
    assert "welcome message" not in run_in(world, "subscribe", JO, "--all").stdout
    run_in(world, "deliver")
    assert len(mails_to(world, JO)) == 1


def test_a_subscriber_gets_a_first_message_and_then_what_was_chosen(world: World) -> None:
    done = run_in(world, "subscribe", JO, "--council", "Aldermere")
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert re.search(rf"Subscriber 1: {re.escape(JO)} gets .+ for Aldermere\.", said)
    assert run_in(world, "deliver").returncode == 0
    [first] = [mail for mail in world.mailbox.mails if JO in mail.recipients]
    assert first.subject == "You now get messages from Inspection Watch"
    said = " ".join(first.text.split())
    assert re.search(r"Ofsted's reports on children's services: .+ for Aldermere\.", said)
    assert re.search(r"There (was|were) \w+ matching reports? in the past 12 months\.", first.text)
    assert "watch.yaml" not in first.text
    listed = run_in(world, "deliveries").stdout
    assert f"to {JO} through mail (Subscriber 1)\n   You now get messages from" in listed

    world.move_to(sample_history().demo_day)
    with without_feeds(), world.app() as app:
        poll(app)
    news = mails_to(world, JO)
    assert len(news) == 2
    assert "Aldermere: " in news[1]
    assert len(mails_to(world, "team@example.org")) == 1

    rows = json.loads(run_in(world, "subscribers", "--json").stdout)
    by_command = [row for row in rows if row["by_command"]]
    assert [(row["recipient"], row["subscription"]) for row in by_command] == [(JO, "Subscriber 1")]


def test_unsubscribing_ends_all_and_subscribing_begins_anew(world: World) -> None:
    run_in(world, "subscribe", JO, "--all", "--events", "grade_change")
    assert "still subscribed" in run_in(world, "forget", JO).stderr
    done = run_in(world, "unsubscribe", JO.upper())
    assert "Until now, it got those of Subscriber 1." in done.stdout
    again = run_in(world, "unsubscribe", JO)
    assert again.returncode == 2
    assert again.stderr.startswith(f"No subscription sends to “{JO}”. Check the spelling;")
    run_in(world, "deliver")
    assert mails_to(world, JO) == []
    assert run_in(world, "forget", JO).stdout == f"Deleted {JO} from 1 message.\n"
    assert JO not in run_in(world, "subscribers", "--json").stdout
    assert run_in(world, "forget", JO).returncode == 2
    assert "Subscriber 2" in run_in(world, "subscribe", JO, "--all").stdout
    run_in(world, "deliver")
    assert len(mails_to(world, JO)) == 1


def test_an_address_of_watch_yaml_can_be_unsubscribed(world: World) -> None:
    done = run_in(world, "unsubscribe", "team@example.org")
    assert done.stdout == (
        "team@example.org gets no more messages from any subscription. "
        "Until now, it got those of Everything.\n"
    )
    listed = run_in(world, "subscribers").stdout.splitlines()
    [line] = [line for line in listed if line.startswith("team@example.org")]
    assert re.fullmatch(
        r"team@example\.org  unsubscribed from everything on \d{1,2} [A-Z][a-z]+ 20\d\d", line
    )


def test_who_wants_nothing_at_all_gets_nothing_of_a_subscription_that_is_added_later(
    world: World,
) -> None:
    run_in(world, "unsubscribe", "Team@example.org")
    path = world.folder / "watch.yaml"
    path.write_text(path.read_text().replace("name: Everything", "name: Another"))
    [row] = [
        row
        for row in json.loads(run_in(world, "subscribers", "--json").stdout)
        if row["recipient"] == "team@example.org" and row["subscription"] == "Another"
    ]
    assert row["unsubscribed_at"]
    assert "unsubscribed from" not in run_in(world, "status").stdout
    assert run_in(world, "unsubscribe", "team@example.org").returncode == 0
    with world.app() as app:
        [subscription] = app.config.subscriptions
        found = [to.recipient for to in addressees(app.config, subscription)]
    assert found == ["#childrens-services"]


def test_a_renamed_subscription_that_recipients_had_left_is_noticed(world: World) -> None:
    with world.app() as app, app.database.write() as session:
        leave(session, app)
    path = world.folder / "watch.yaml"
    text = path.read_text()
    said = "1 recipient unsubscribed from Everything by mail, which is no longer in watch.yaml"
    for changed, noticed in (
        (text, False),
        (text.replace("name: Everything", "name: All"), True),
        (text.replace(" mail", " post"), True),
        (text.replace("[slack, mail]", "[slack]"), False),
    ):
        path.write_text(f"{changed}operators: {{channels: [slack]}}\n")
        run_in(world, "deliver")
        assert (said in " ".join(run_in(world, "status").stdout.split())) is noticed, changed
    alerts = [text for message in world.slack.messages if said in (text := message.visible_text())]
    assert [text.count("Resolved") for text in alerts] == [0, 1]
    assert "  after each check: " in run_in(world, "subscribers").stdout
    assert "(Everything, mail)  unsubscribed" in run_in(world, "subscribers").stdout


def test_a_mute_of_a_subscription_that_was_renamed_is_noticed(world: World) -> None:
    mute = ("mute", "--until", "2099-12-31", "--who", "Jo Bell", "--why", "moving house")
    run_in(world, *mute, "--subscription", "Everything")
    said = "Mute 1 has no effect, because the subscription Everything is no longer in watch.yaml"
    path = world.folder / "watch.yaml"
    text = path.read_text() + "operators: {channels: [slack]}\n"
    for changed, noticed in ((text, False), (text.replace("name: Everything", "name: All"), True)):
        path.write_text(changed)
        run_in(world, "deliver")
        assert (said in " ".join(run_in(world, "status").stdout.split())) is noticed
    assert [said in message.visible_text() for message in world.slack.messages] == [True]
    run_in(world, "unmute", "1")
    assert "Mute 1" not in run_in(world, "status").stdout


def test_a_subscriber_whose_channel_is_gone_is_noticed(world: World) -> None:
    run_in(world, "subscribe", JO, "--all")
    run_in(world, "deliver")
    path = world.folder / "watch.yaml"
    text = path.read_text()
    said = "Subscriber 1 gets nothing, because watch.yaml does not have the channel mail any more"
    for changed, noticed in ((text.replace(" mail", " post"), True), (text, False)):
        path.write_text(f"{changed}operators: {{channels: [slack]}}\n")
        run_in(world, "deliver")
        assert (said in " ".join(run_in(world, "status").stdout.split())) is noticed, changed
    alerts = [text for message in world.slack.messages if said in (text := message.visible_text())]
    assert [text.count("Resolved") for text in alerts] == [0, 1]


@pytest.mark.parametrize(("last_day", "has_ended"), [("2026-03-31", True), ("2031-03-31", False)])
def test_a_subscription_to_a_council_is_noticed_once_the_council_no_longer_exists(
    world: World, tmp_path: Path, last_day: str, has_ended: bool
) -> None:
    run_in(world, "subscribe", JO, "--council", "Aldermere")
    path = world.folder / "watch.yaml"
    text = path.read_text().replace("{all: true}", "{names: [Aldermere]}")
    path.write_text(f"{text}operators: {{channels: [slack]}}\n")
    rows = list(csv.DictReader(REGISTER_FILE.open()))
    for row in rows:
        row["valid_to"] = last_day if row["short"] == "Aldermere" else row["valid_to"]
    register = tmp_path / "authorities.csv"
    shutil.copy(REGISTER_FILE.with_suffix(".identity.yaml"), tmp_path)
    with register.open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    later = replace(world, authorities=register)
    run_in(later, "deliver")
    alerts = " ".join(found.visible_text() for found in world.slack.messages)
    status = " ".join(run_in(later, "status").stdout.split())
    for name in ("Everything", "Subscriber 1"):
        said = f"{name} watches Aldermere, which no longer exists"
        assert (said in status) is has_ended
        assert (said in alerts) is has_ended


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("jo", "--all"), "“jo” must be one plain email address"),
        ((JO,), "Choose councils"),
        ((JO, "--all", "--council", "Aldermere"), "--all is every council"),
        ((JO, "--council", "Aldermeer"), "did you mean Aldermere?"),
        ((JO, "--region", "Nowhere"), "Unknown region: “Nowhere”"),
        ((JO, "--all", "--events", "grade_chnage"), "did you mean grade_change?"),
        ((JO, "--all", "--channel", "slack"), "must be one of mail"),
    ],
)
def test_a_slip_subscribes_nobody(world: World, arguments: tuple[str, ...], said: str) -> None:
    done = run_in(world, "subscribe", *arguments)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert len(json.loads(run_in(world, "subscribers", "--json").stdout)) == 2


def test_nobody_is_subscribed_to_no_events(world: World) -> None:
    done = run_in(world, "subscribe", JO, "--all", "--events", " , ")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--events needs at least one event" in done.stderr
    assert JO not in run_in(world, "subscribers").stdout


def test_subscribing_again_replaces_the_choice_though_another_channel_comes_first_now(
    world: World,
) -> None:
    run_in(world, "subscribe", JO, "--council", "Aldermere")
    path = world.folder / "watch.yaml"
    other = "  post: {type: email, to: a@example.org, from: w@example.org, host: localhost}\n"
    path.write_text(path.read_text().replace("  mail: ", f"{other}  mail: "))
    again = run_in(world, "subscribe", JO.upper(), "--council", "Castlebourne")
    assert again.stdout.startswith("Subscriber 1: ")
    own = json.loads(run_in(world, "subscribers", "--json").stdout)
    assert [row["channel"] for row in own if row["by_command"]] == ["mail"]


def test_what_a_poll_finds_while_a_subscriber_is_removed_waits_for_nobody(world: World) -> None:
    run_in(world, "subscribe", JO, "--all", "--when", "weekly")
    world.move_to(sample_history().demo_day)
    with without_feeds(), world.app() as app:
        run_in(world, "unsubscribe", JO)
        poll(app)
    run_in(world, "deliver")
    assert "Subscriber 1" not in run_in(world, "status").stdout
    assert mails_to(world, JO) == []
