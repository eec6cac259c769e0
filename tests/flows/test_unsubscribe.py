"""Unsubscribing with one click: the link in the email and the page that answers it."""

from __future__ import annotations

import multiprocessing
import random
import re
import socket
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.subscriptions.model import OPERATORS
from alerts.subscriptions.subscribers import subscription_name
from flows.pipeline.app import App
from flows.pipeline.deliver import deliver
from flows.pipeline.poll import poll
from flows.serve.unsubscribe import UnsubscribePage, token_of
from flows.serve.website import offered
from storage.models import Delivery, DeliveryState, Subscriber, Unsubscription
from storage.subscribers import put_subscriber, unsubscribe, unsubscribe_from_all
from tests.alerts.killing import KILLS
from tests.flows.unsubscribe_process import unsubscribe_in_process
from tests.flows.world import World, without_feeds

PUBLIC = {"WATCH_PUBLIC_URL": "https://watch.example.gov.uk/w"}


def link_in_mail(world: World) -> str:
    """The one-click link of the mail that a poll sends."""
    with without_feeds(), world.app(**PUBLIC) as app:
        poll(app)
    [mail] = world.mailbox.mails
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    [found] = re.findall(r"<(https://[^>]+)>", mail.message["List-Unsubscribe"])
    assert found in mail.text
    return str(found)


@pytest.fixture
def site(world: World) -> Iterator[str]:
    """The service's website with the page."""
    page = UnsubscribePage(lambda: world.app(**PUBLIC))
    with offered(world.folder / "pages", "127.0.0.1:0", say=print, page=page) as address:
        assert address is not None
        yield address


def leave(session: Session, app: App, *, recipient: str = "team@example.org") -> None:
    """The recipient of the mail unsubscribes."""
    unsubscribe(
        session,
        subscription="Everything",
        channel="mail",
        recipient=recipient,
        now=app.settings.instant(),
    )


def gone(world: World) -> list[str]:
    with world.app() as app, app.database.read() as session:
        return list(session.scalars(select(Unsubscription.recipient)))


def test_a_link_shows_a_form_and_only_its_button_unsubscribes(world: World, site: str) -> None:
    link = link_in_mail(world)
    assert "team" not in link
    here = site + link.removeprefix("https://watch.example.gov.uk/w/")
    shown = requests.get(here, timeout=10)
    assert '<form method="post">' in shown.text
    assert "form-action 'self'" in shown.headers["Content-Security-Policy"]
    assert requests.head(here, timeout=10).ok is False
    assert gone(world) == []

    for _ in range(2):
        done = requests.post(here, data={"List-Unsubscribe": "One-Click"}, timeout=10)
        assert (done.status_code, "You have unsubscribed" in done.text) == (200, True)
    assert gone(world) == ["team@example.org"]
    with without_feeds(), world.app(**PUBLIC) as app:
        assert [one.name for one in app.config.subscriptions] == ["Everything"]


def test_a_link_that_nobody_has_changes_nothing(world: World, site: str) -> None:
    link_in_mail(world)
    wrong = requests.post(f"{site}unsubscribe/{'0' * 64}", timeout=10)
    assert (wrong.status_code, "not known" in wrong.text) == (404, True)
    for path in ("", "unsubscribe/", "unsubscribe/abc", f"unsubscribe/{'0' * 63}"):
        assert requests.post(site + path, timeout=10).status_code == 404
    assert gone(world) == []


@pytest.mark.parametrize("length", ["²", "-1", "9" * 5_000])
def test_a_length_that_cannot_be_does_not_end_the_connection(
    world: World, site: str, length: str
) -> None:
    address = urlsplit(site)
    link_in_mail(world)
    with socket.create_connection((address.hostname, address.port or 80), timeout=10) as opened:
        head = f"POST /unsubscribe/{'0' * 64} HTTP/1.1\r\nContent-Length: {length}\r\n\r\n"
        opened.sendall(head.encode("latin-1"))
        opened.shutdown(socket.SHUT_WR)
        assert b" 404 " in opened.recv(100)


def test_an_old_link_of_a_renamed_subscription_does_not_say_that_nothing_more_is_sent(
    world: World, site: str
) -> None:
    link = link_in_mail(world)
    file = world.folder / "watch.yaml"
    file.write_text(file.read_text().replace("name: Everything", "name: All of it"))
    answer = requests.post(f"{site}unsubscribe/{link.rpartition('/')[2]}", timeout=10)
    assert answer.status_code == 404
    assert "You have not unsubscribed." in answer.text


def test_who_has_unsubscribed_gets_nothing_and_the_others_everything(world: World) -> None:
    with world.app() as app, app.database.write() as session:
        leave(session, app)
    with without_feeds(), world.app() as app:
        poll(app)
    assert world.mailbox.mails == ()
    assert len(world.slack.messages) == 1


@pytest.mark.parametrize("recipient", ["team@example.org", "Team@Example.org"])
def test_what_is_waiting_for_a_recipient_who_leaves_is_muted(world: World, recipient: str) -> None:
    with without_feeds(), world.app(WATCH_HOLD_OVER="1") as app:
        poll(app)
        with app.database.write() as session:
            leave(session, app, recipient=recipient)
        with app.database.read() as session:
            states = {row.channel: row.state for row in session.scalars(select(Delivery))}
    assert states == {"slack": DeliveryState.HELD, "mail": DeliveryState.MUTED}


def test_operator_alerts_do_not_end_by_unsubscribing(world: World) -> None:
    path = world.folder / "watch.yaml"
    path.write_text(f"{path.read_text()}operators: {{channels: [mail]}}\n")
    with without_feeds(), world.app(WATCH_HOLD_OVER="1") as app:
        with app.database.write() as session:
            now = app.settings.instant()
            unsubscribe_from_all(session, "Team@example.org", but=OPERATORS, now=now)
        poll(app)
    assert [mail.subject[:16] for mail in world.mailbox.mails] == ["Inspection Watch"]


def test_a_message_made_by_a_process_that_knew_nothing_of_it_is_not_sent(world: World) -> None:
    with without_feeds(), world.app() as app:
        # Here the configuration was read before the recipient left.
        with world.app() as other, other.database.write() as session:
            leave(session, other)
        poll(app)
        deliver(app)
        with app.database.read() as session:
            states = {row.channel: row.state for row in session.scalars(select(Delivery))}
    assert states["mail"] == DeliveryState.MUTED
    assert world.mailbox.mails == ()


def test_too_many_tries_within_a_minute_wait_and_keep_no_recipient_from_unsubscribing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.serve.unsubscribe.MOST_A_MINUTE", 2)
    moment = 0.0
    page = UnsubscribePage(lambda: world.app(**PUBLIC), clock=lambda: moment)
    with world.app(**PUBLIC) as app:
        assert app.config.links is not None
        link = app.config.links.token("Everything", "mail", "team@example.org")
    tries = [page.confirm(f"{number:064}").status for number in range(3)]
    assert tries == [404, 404, 429]
    assert [page.confirm(link).status for _ in range(3)] == [200, 200, 429]
    moment = 61.0
    assert page.confirm("0" * 64).status == 404


def test_the_key_is_made_once_and_only_its_owner_can_read_it(world: World) -> None:
    tokens = set()
    for _ in range(2):
        with world.app(**PUBLIC) as app:
            assert app.config.links is not None
            assert "key" not in repr(app.config.links)
            tokens.add(app.config.links.token("Everything", "mail", "team@example.org"))
    assert len(tokens) == 1
    file = world.folder / "data" / "unsubscribe.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "without",
    [{"WATCH_PUBLIC_URL": "http://watch.example.gov.uk"}, PUBLIC | {"WATCH_WEBSITE": "false"}],
    ids=["https", "website"],
)
def test_there_are_no_links_that_nothing_answers(world: World, without: dict[str, str]) -> None:
    with world.app(**without) as app:
        assert app.config.links is None


@pytest.mark.parametrize(
    ("path", "is_link"),
    [
        (f"/unsubscribe/{'a' * 64}", True),
        (f"/below/unsubscribe/{'a' * 64}?x=1", True),
        (f"/unsubscribe/{'A' * 64}", False),
        (f"/unsubscribe/{'a' * 64}/x", False),
        ("/index.html", False),
    ],
)
def test_only_a_whole_token_is_a_link(path: str, is_link: bool) -> None:
    assert (token_of(path) is not None) is is_link


JO = "jo@example.org"
State = tuple[list[str], list[str], list[str]]


def state_of(world: World) -> State:
    """Who subscribed by command, who has unsubscribed, and what became of Jo's messages."""
    with world.app() as app, app.database.read() as session:
        deliveries = select(Delivery.state).where(Delivery.recipient == JO).order_by(Delivery.id)
        return (
            list(session.scalars(select(Subscriber.address))),
            list(session.scalars(select(Unsubscription.recipient))),
            [str(state) for state in session.scalars(deliveries)],
        )


@pytest.fixture
def waiting(world: World) -> tuple[World, str]:
    """Jo subscribed by command, and messages wait for her; also the token of her link."""
    choice = {"names": [], "regions": [], "all": True, "events": ["new_report"], "when": "now"}
    with world.app(**PUBLIC) as app, app.database.write() as session:
        now = app.settings.instant()
        row = put_subscriber(session, address=JO, channel="mail", choice=choice, now=now)
        name = subscription_name(row)
    with without_feeds(), world.app(**PUBLIC, WATCH_HOLD_OVER="1") as app:
        poll(app)
        assert app.config.links is not None
        return world, app.config.links.token(name, "mail", JO)


@pytest.mark.faults
@pytest.mark.parametrize("way", ["token", "address"], ids=["by the link", "by the command"])
def test_killed_in_the_middle_a_subscription_is_whole_or_gone_and_the_link_works(
    waiting: tuple[World, str], tmp_path: Path, way: str
) -> None:
    world, token = waiting
    given = {"token": token} if way == "token" else {"address": JO}
    whole = state_of(world)
    assert whole[0] == [JO]
    assert set(whole[2]) == {DeliveryState.HELD}
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.flows.unsubscribe_process"])
    chance = random.Random(15)
    # First undisturbed: what it leaves, and how long it takes.
    after: State | None = None
    takes = 0.0
    for number in range(KILLS + 1):
        copy = world.on_a_copy(tmp_path / f"{way}-{number}")
        here, there = context.Pipe()
        process = context.Process(
            target=unsubscribe_in_process, args=(copy.environment(**PUBLIC), there), kwargs=given
        )
        process.start()
        assert here.poll(60), "the process did not start"
        assert here.recv() == "ready"
        began = time.monotonic()
        process.join(60 if after is None else chance.uniform(0.0, takes))
        process.kill()
        process.join()
        if after is None:
            takes, after = time.monotonic() - began, state_of(copy)
            assert after != whole
            continue
        assert state_of(copy) in (whole, after)
        if way == "token":
            page = UnsubscribePage(lambda copy=copy: copy.app(**PUBLIC))  # type: ignore[misc]
            assert page.confirm(token).status == 200
            assert state_of(copy) == after
