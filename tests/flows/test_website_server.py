"""The website that the service keeps current and offers on this machine."""

from __future__ import annotations

import mimetypes
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from sqlalchemy import update

from alerts.feeds.atom import atom
from alerts.feeds.model import Feed, FeedKind
from alerts.outbox.isolation import MessagesNotMade
from demo.sample import REGISTER_FILE, sample_history, sample_site
from flows import watch
from flows.pipeline.app import App
from flows.pipeline.poll import poll
from flows.pipeline.publish import SITE, publish_site
from flows.serve.website import offered
from storage.models import Report
from tests.alerts.chromium import visit
from tests.flows.world import World, open_world

KENT = Feed(
    kind=FeedKind.AUTHORITY,
    slug="kent",
    label="Kent",
    title="Kent: Ofsted reports",
    subtitle="Every report",
    group="South East",
    entries=(),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small site, with files that are nobody's business."""
    (tmp_path / "site" / "councils").mkdir(parents=True)
    (tmp_path / "site" / "index.html").write_text("<h1>England</h1>")
    (tmp_path / "site" / ".fingerprint").write_text("ours")
    (tmp_path / "site" / KENT.file_name).write_bytes(atom(KENT))
    (tmp_path / "watch.db").write_text("the database")
    return tmp_path / "site"


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    with offered(folder, "127.0.0.1:0", say=print) as address:
        assert address is not None
        yield address


def test_pages_are_offered_with_their_types(address: str) -> None:
    page = requests.get(address, timeout=5)
    assert page.text == "<h1>England</h1>"
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    feed = requests.get(address + KENT.file_name, timeout=5)
    assert feed.headers["Content-Type"] == "application/xml; charset=utf-8"


def test_a_browser_shows_a_feed_as_a_page(address: str) -> None:
    """Chromium shows the source of what has the type of Atom; a web server gives `.atom` that."""
    shown = visit(address + KENT.file_name)
    assert "<pre" not in shown
    assert '<p xmlns="http://www.w3.org/1999/xhtml">This is a feed.' in shown
    assert mimetypes.guess_type(KENT.file_name)[0] in ("application/xml", "text/xml")


@pytest.mark.parametrize(
    "path",
    [
        ".fingerprint",
        "%2efingerprint",
        "councils/",
        "%2e%2e/watch.db",
        "../watch.db",
        "councils/../%2Efingerprint",
        "%00",
    ],
)
def test_nothing_else_is_offered(address: str, path: str) -> None:
    request = requests.Request("GET", address).prepare()
    request.url = address + path  # as it is: requests would tidy the path up
    with requests.Session() as session:
        answer = session.send(request, timeout=5)
    assert answer.status_code == 404


def test_a_page_that_is_not_there_is_said_in_plain_words(address: str) -> None:
    answer = requests.get(f"{address}councils/atlantis/", timeout=5)
    assert answer.status_code == 404
    assert '<html lang="en-GB">' in answer.text
    assert "<h1>This page cannot be shown</h1>" in answer.text
    assert "Check the web address. Error 404." in answer.text
    assert "URI" not in answer.text


def test_a_taken_address_is_said_and_stops_nothing(folder: Path) -> None:
    said: list[str] = []
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        with offered(folder, taken, say=said.append) as address:
            assert address is None
    assert said == [
        f"The website is not offered at {taken} (Address already in use); "
        "choose another WATCH_WEBSITE_ADDRESS."
    ]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        world.fill()
        yield world


def test_the_site_follows_the_reports_and_rests_without_any(world: World) -> None:
    first_page = world.folder / "data" / SITE / "index.html"
    with world.app() as app:
        assert "files were written" in publish_site(app)
        before = first_page.read_text()
        assert publish_site(app) == "No fact has changed on the website."
        assert first_page.read_text() == before
        with app.database.write() as session:
            session.execute(
                update(Report)
                .where(Report.file_id == "99000103")
                .values(reason="the site now has another file for it, which cannot be read")
            )
        assert "files were written" in publish_site(app)
    world.move_to(sample_history().demo_day)
    with world.app() as app:
        poll(app)
        assert "files were written" in publish_site(app)
    assert first_page.read_text() != before
    news = [report.file_id for report in sample_history().new_reports]
    assert all((first_page.parent / "reports" / one / "index.html").exists() for one in news)


def test_the_site_is_kept_current_where_messages_cannot_be_made(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in world.environment().items():
        if name.startswith("WATCH_"):
            monkeypatch.setenv(name, value)

    def fail(_app: App) -> None:
        raise MessagesNotMade({"Everything": "no reason"})

    monkeypatch.setattr("flows.pipeline.deliver.deliver", fail)
    with pytest.raises(MessagesNotMade):
        watch._deliver()
    assert (world.folder / "data" / SITE / "index.html").exists()
