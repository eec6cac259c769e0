"""Feeds next to the messages: the same events, nothing that is held, and only where it changed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree
from sqlalchemy import select, text

from alerts.events.types import EventType
from alerts.outbox.deliveries import release
from demo.sample import REGISTER_FILE, councils, sample_history, sample_site
from flows.pipeline.deliver import deliver
from flows.pipeline.poll import poll
from flows.pipeline.publish import FEEDS, SITE, publish, publish_changes
from storage.models import Event
from tests.command import COMMAND, Done
from tests.flows.world import World, open_world, run_in

ATOM = "{http://www.w3.org/2005/Atom}"
FIRST, NEW = sample_history().first_poll, sample_history().demo_day
NEWS = {report.file_id for report in sample_history().new_reports}
ALL = {report.file_id for report in sample_history().reports}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The sample site after the first poll."""
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        with world.app() as app:
            poll(app)
        yield world


def feeds(world: World) -> Path:
    return world.folder / "data" / SITE / FEEDS


def entries(path: Path) -> dict[str, str]:
    """The titles of a feed's entries by their ids."""
    root = etree.fromstring(path.read_bytes())
    return {
        str(entry.findtext(f"{ATOM}id")): str(entry.findtext(f"{ATOM}title"))
        for entry in root.iter(f"{ATOM}entry")
    }


def reports_in(path: Path) -> set[str]:
    return {entry.rpartition(":")[2] for entry in entries(path)}


def entry_of(path: Path, file_id: str) -> etree._Element:
    """The entry about a report's grades in a feed."""
    root = etree.fromstring(path.read_bytes())
    [found] = [
        entry
        for entry in root.iter(f"{ATOM}entry")
        if str(entry.findtext(f"{ATOM}id")).endswith(f":report:{file_id}")
    ]
    return found


def contents(world: World) -> dict[str, tuple[int, bytes]]:
    """Every published file, with the moment at which it was last written."""
    found = sorted(feeds(world).glob("[!.]*"))
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in found}


def test_a_poll_leaves_a_feed_for_each_council_and_subscription(world: World) -> None:
    names = {path.name for path in feeds(world).glob("*.xml")}
    assert names == {f"authority-{council.key}.xml" for council in councils()} | {
        "subscription-everything.xml"
    }
    known = set().union(*(reports_in(path) for path in feeds(world).glob("authority-*.xml")))
    assert known == ALL - NEWS
    page = (feeds(world) / "index.html").read_text()
    assert all(f'href="{name}"' in page for name in names)


def test_feeds_follow_the_events_and_keep_their_ids(world: World) -> None:
    before = contents(world)
    old = entries(feeds(world) / "authority-aldermere.xml")
    world.move_to(NEW)
    with world.app() as app:
        poll(app)
    now = entries(feeds(world) / "authority-aldermere.xml")
    assert set(old) < set(now)
    listed = entries(feeds(world) / "subscription-everything.xml")
    assert {entry.rpartition(":")[2] for entry in listed} >= NEWS
    assert any(
        title.startswith("Urgent: Aldermere: overall grade falls") for title in listed.values()
    )
    changed = {name for name, found in contents(world).items() if found != before[name]}
    assert changed == {
        "index.html",
        "subscription-everything.xml",
        *(f"authority-{report.authority}.xml" for report in sample_history().new_reports),
    }


def test_a_feed_compares_a_report_with_those_of_the_council_that_a_person_has_confirmed(
    world: World,
) -> None:
    world.move_to(NEW)
    with world.app() as app:
        poll(app)
    for council, change in (
        ("Eastmarch", "falls from Outstanding to Inadequate"),
        ("Aldermere", "falls from Good to Inadequate"),
    ):
        by = ("--who", "Jo Bell", "--why", "page 1")
        run_in(world, "confirm", "99000104", "authority", council, *by)
        run_in(world, "deliver")
        listed = entries(feeds(world) / "subscription-everything.xml")
        [title] = [title for key, title in listed.items() if key.endswith(":99000104")]
        assert title == f"Urgent: {council}: overall grade {change}"


def test_only_feeds_of_councils_with_new_events_are_made_again(world: World) -> None:
    listed = {report.authority for report in sample_history().new_reports}
    others = sorted(council.key for council in councils() if council.key not in listed)
    quiet, lost = (feeds(world) / f"authority-{key}.xml" for key in others[:2])
    quiet.write_bytes(b"stays, for nothing of this council changed")
    lost.unlink()
    listed = (feeds(world) / "index.html").read_text()
    world.move_to(NEW)
    with world.app() as app:
        poll(app)
    assert quiet.read_bytes() == b"stays, for nothing of this council changed"
    assert reports_in(lost)
    page = (feeds(world) / "index.html").read_text()
    assert page.count(".xml") == listed.count(".xml")


def test_a_quiet_delivery_writes_nothing(world: World) -> None:
    before = contents(world)
    (feeds(world) / "authority-aldermere.xml").write_bytes(b"stays, for nobody looked")
    for seed in "123":  # another process has its sets in another order
        environment = world.environment(PYTHONHASHSEED=seed)
        subprocess.run([*COMMAND, "deliver"], env=environment, check=True, capture_output=True)
    after = contents(world)
    assert after.pop("authority-aldermere.xml")[1] == b"stays, for nobody looked"
    assert after.items() <= before.items()


def test_what_is_held_is_in_no_feed_until_it_is_released(world: World) -> None:
    world.move_to(NEW)
    with world.app(WATCH_HOLD_OVER="1") as app:
        poll(app)
    shown = set().union(*(reports_in(path) for path in feeds(world).glob("*.xml")))
    assert not shown & NEWS

    with world.app() as app:
        with app.database.write() as session:
            release(session, drop=False, now=datetime.now(UTC))
        deliver(app)
    for name in ("subscription-everything.xml", "authority-aldermere.xml"):
        assert reports_in(feeds(world) / name) & NEWS


def test_what_was_dropped_is_not_in_the_feed_either(world: World) -> None:
    world.move_to(NEW)
    with world.app(WATCH_HOLD_OVER="1") as app:
        poll(app)
        with app.database.write() as session:
            release(session, drop=True, now=datetime.now(UTC))
        deliver(app)
    assert not reports_in(feeds(world) / "subscription-everything.xml") & NEWS
    assert reports_in(feeds(world) / "authority-aldermere.xml") & NEWS


def test_a_new_watch_shows_what_would_have_been_sent(tmp_path: Path) -> None:
    """Filled in silence on the day of the new reports, the feed of a subscription is not empty."""
    with open_world(sample_site(today=NEW), tmp_path, authorities=REGISTER_FILE) as world:
        with world.app() as app:
            poll(app)
        assert world.slack.messages == ()
        assert reports_in(feeds(world) / "subscription-everything.xml") >= NEWS


@pytest.mark.parametrize("filled_in_silence", [False, True])
def test_an_entry_says_that_its_report_has_since_been_withdrawn(
    tmp_path: Path, filled_in_silence: bool
) -> None:
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        if filled_in_silence:
            world.move_to(NEW)
        else:
            world.fill()
            world.move_to(NEW)
        with world.app() as app:
            poll(app)
        site = world.server.site
        site.listings = [one for one in site.listings if one.file_id != "99000104"]
        for number in range(1, 4):
            world.move_to(NEW + timedelta(days=number))
            with world.app() as app:
                poll(app, full=True)
        path = feeds(world) / "subscription-everything.xml"
        [title] = [title for key, title in entries(path).items() if key.endswith(":99000104")]
        assert title.endswith(": overall grade falls from Good to Inadequate (since withdrawn)")
        entry = entry_of(path, "99000104")
        assert "Ofsted has since withdrawn this report." in "".join(entry.itertext())
        times = [
            datetime.fromisoformat(str(entry.findtext(f"{ATOM}{name}")))
            for name in ("published", "updated")
        ]
        assert times[1] - times[0] > timedelta(days=1)


def test_an_entry_says_that_a_person_has_since_corrected_a_grade(world: World) -> None:
    world.move_to(NEW)
    with world.app() as app:
        poll(app)
    by = ("--who", "Jo Bell", "--why", "page 1")
    run_in(world, "confirm", "99000104", "overall_effectiveness", "good", *by)
    run_in(world, "deliver")
    entry = entry_of(feeds(world) / "subscription-everything.xml", "99000104")
    assert str(entry.findtext(f"{ATOM}title")).endswith(" (since corrected)")
    said = "corrected what it read in this report. Overall effectiveness: Good."
    assert said in "".join(entry.itertext())


def test_a_folder_that_cannot_be_written_holds_up_no_message(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "data" / SITE).mkdir(parents=True)
    (tmp_path / "data" / SITE / FEEDS).write_text("in the way")
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        for day in (FIRST, NEW):
            world.move_to(day)
            with world.app() as app:
                poll(app)
        assert world.slack.messages
    assert "the feeds could not be written" in caplog.text


def test_trouble_of_the_database_is_a_warning_in_words(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with world.app() as app:
        with app.database.write() as session:
            session.execute(text("DROP TABLE delivery_event"))
            session.execute(text("DROP TABLE delivery"))
        caplog.clear()
        publish_changes(app)
    [record] = caplog.records
    assert record.getMessage().startswith("the feeds could not be written: The database")
    assert record.exc_info is None


def test_a_subscription_that_is_gone_loses_its_feed(world: World) -> None:
    path = world.folder / "watch.yaml"
    path.write_text(path.read_text().replace("name: Everything", "name: New name"))
    with world.app() as app:
        deliver(app)
    names = {found.name for found in feeds(world).glob("subscription-*")}
    assert names == {"subscription-new-name.xml"}


def test_a_feed_follows_the_tier_of_repeats_that_its_subscription_asks_for(world: World) -> None:
    world.move_to(NEW)
    with world.app() as app:
        poll(app)
        with app.database.write() as session:
            for event in session.scalars(select(Event).where(Event.type == EventType.THEME_REPEAT)):
                likely = [{**repeat, "strength": "likely"} for repeat in event.detail["repeats"]]
                event.detail = {**event.detail, "repeats": likely, "stated": []}
    path = world.folder / "watch.yaml"
    events = path.read_text().partition("    events: ")[2].partition("\n")[0]
    found = []
    for tier in ("likely", "stated"):
        wanted = f"[theme_repeat]\n    repeats: {tier}"
        path.write_text(path.read_text().replace(events, wanted))
        events = wanted
        with world.app() as app:
            publish_changes(app)
        found.append(reports_in(feeds(world) / "subscription-everything.xml"))
    assert found[0]
    assert not found[1]


def test_the_address_of_the_feeds_is_in_them(world: World, tmp_path: Path) -> None:
    with world.app(WATCH_PUBLIC_URL="https://watch.example.gov.uk/ofsted/") as app:
        assert publish(app, tmp_path / "www").feeds == len(councils()) + 1
    root = etree.fromstring((tmp_path / "www" / FEEDS / "authority-aldermere.xml").read_bytes())
    (own,) = root.findall(f"{ATOM}link[@rel='self']")
    assert own.get("href") == "https://watch.example.gov.uk/ofsted/feeds/authority-aldermere.xml"


def publish_by_command(world: World, folder: Path, **more: str) -> Done:
    return run_in(world, "publish", "--to", str(folder), **more)


def test_the_command_publishes(world: World, tmp_path: Path) -> None:
    done = publish_by_command(world, tmp_path / "www")
    assert done.returncode == 0, done.stderr
    assert f"{len(councils()) + 1} feeds are in" in done.stdout
    assert (tmp_path / "www" / FEEDS / "index.html").exists()


def test_the_first_page_names_the_check_that_has_just_ended(world: World, tmp_path: Path) -> None:
    with world.app() as app:
        publish(app, tmp_path / "www")
    page = (tmp_path / "www" / "index.html").read_text("utf-8")
    assert "Last successful check of Ofsted’s site" in page
    assert "cannot read Ofsted’s site" not in page


def test_a_wrong_address_is_named(world: World, tmp_path: Path) -> None:
    done = publish_by_command(world, tmp_path / "www", WATCH_PUBLIC_URL="watch.example")
    assert done.returncode == 2
    assert "WATCH_PUBLIC_URL" in done.stderr
    assert not (tmp_path / "www").exists()


def test_a_folder_that_is_a_file_is_one_sentence(world: World, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = publish_by_command(world, tmp_path / "file")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr
