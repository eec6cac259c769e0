"""Feeds: valid Atom whatever the reports say, with ids that stay, in files written whole."""

from __future__ import annotations

import os
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from alerts.events.types import EventType
from alerts.feeds.atom import atom
from alerts.feeds.authorities import authority_feed_fingerprints, authority_feeds
from alerts.feeds.content import entry_html
from alerts.feeds.folder import write_feeds, write_file
from alerts.feeds.index import feed_row, index_page
from alerts.feeds.model import ENTRIES_AT_MOST, Feed, FeedEntry, FeedKind, latest, slugs, tag_uri
from alerts.messages.compose import compose
from alerts.messages.message import LICENCE, Link
from storage.database import Database
from tests.alerts.builders import SITE, SITES, make_event, make_report, stored

ATOM = "{http://www.w3.org/2005/Atom}"
XHTML = "{http://www.w3.org/1999/xhtml}"
WHEN = datetime(2026, 7, 1, 11, 0, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script> ]]> &amp; \u202eevil\u202c\x00\x1b[31m \ufffe <!channel>"


def entry(number: int = 1, **more: Any) -> FeedEntry:
    values: dict[str, Any] = {
        "id": tag_uri("report", str(number)),
        "title": f"Report {number}",
        "published": WHEN + timedelta(days=number),
        "updated": WHEN + timedelta(days=number),
        "html": "<p>Words</p>",
        "link": Link(label="Read the report", url=f"{SITE}/{number}"),
    }
    return FeedEntry(**(values | more))


def feed(*entries: FeedEntry, **more: Any) -> Feed:
    values: dict[str, Any] = {
        "kind": FeedKind.AUTHORITY,
        "slug": "marlbury",
        "label": "Marlbury",
        "title": "Marlbury: Ofsted reports",
        "subtitle": "Every report",
        "group": "West Midlands",
        "entries": entries,
    }
    return Feed(**(values | more))


def checked(data: bytes) -> etree._Element:
    """The feed, checked against what RFC 4287 asks for in sections 4.1.1 and 4.1.2."""
    root = etree.fromstring(data)
    assert root.tag == f"{ATOM}feed"
    for element in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
        for instant in ("updated", "published"):
            for found in element.findall(f"{ATOM}{instant}"):
                assert datetime.fromisoformat(found.text or "").tzinfo is not None
        alternates = [
            link
            for link in element.findall(f"{ATOM}link")
            if link.get("rel") in (None, "alternate")
        ]
        assert len(alternates) <= 1
        assert len(element.findall(f"{ATOM}content")) <= 1
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    ids = [found.text for found in root.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids)
    return root


def words(root: etree._Element, path: str) -> str:
    return str(root.findtext("/".join(f"{ATOM}{name}" for name in path.split("/"))))


def test_a_feed_has_what_the_standard_asks_for() -> None:
    root = checked(atom(feed(entry(2), entry(1)), address="https://watch.example.org/f.xml"))
    assert words(root, "id") == "tag:inspection-watch.invalid,2026:authority:marlbury"
    assert words(root, "updated") == "2026-07-03T11:00:00+00:00"
    assert root.find(f"{ATOM}link[@rel='self']").get("href") == "https://watch.example.org/f.xml"
    assert words(root, "rights") == LICENCE
    assert words(root, "entry/rights") == LICENCE
    assert root.find(f"{ATOM}entry/{ATOM}link").get("href") == f"{SITE}/2"


def test_a_browser_shows_a_feed_as_a_page() -> None:
    """By CSS and XHTML, because browsers drop XSLT."""
    own = Link(label="All about Marlbury", url="../councils/marlbury/index.html")
    text = entry_html(compose(make_report(), [make_event(make_report(), EventType.NEW_REPORT)]))
    root = checked(atom(feed(entry(html=text), own_page=own)))
    style = root.getprevious()
    assert style.target == "xml-stylesheet"
    assert 'type="text/css" href="feed.css"' in style.text
    links = [link.get("href") for link in root.findall(f"{XHTML}p/{XHTML}a")]
    assert links == ["index.html", "../councils/marlbury/index.html"]
    content = root.find(f"{ATOM}entry/{ATOM}content/{XHTML}div")
    assert content.findall(f".//{XHTML}p")


def test_an_empty_feed_is_valid_too() -> None:
    root = checked(atom(feed()))
    assert root.findall(f"{ATOM}entry") == []
    assert root.find(f"{ATOM}link[@rel='self']") is None


def test_the_same_feed_gives_the_same_bytes() -> None:
    assert atom(feed(entry())) == atom(feed(entry()))


def test_hostile_words_are_only_words() -> None:
    report = make_report(authority=f"Marl{HOSTILE}", title=HOSTILE, areas=[HOSTILE, "x" * 10_000])
    message = compose(report, [make_event(report, EventType.NEW_REPORT)], sites=SITES)
    shown = feed(entry(title=message.headline, html=entry_html(message)), title=HOSTILE)
    root = checked(atom(shown))
    page = root.find(f"{ATOM}entry/{ATOM}content")
    assert page.get("type") == "xhtml"
    content = "".join(page.itertext())
    assert page.findall(f".//{XHTML}script") == []
    assert "<script>alert(1)</script> ]]> &amp; evil" in content
    assert "\u202e" not in content
    assert "\x1b" not in content
    assert "x" * 10_000 in content


def test_areas_stand_word_for_word_and_priority_first() -> None:
    text = "The “timeliness” of help & protection: children’s plans <at home>."
    report = make_report(areas=[text], priority=["Children at immediate risk."])
    message = compose(report, [make_event(report, EventType.PRIORITY_ACTION)], sites=SITES)
    said = html.fromstring(entry_html(message)).text_content()
    assert text in said
    assert said.index("Areas for priority action") < said.index("Areas for improvement")
    assert LICENCE in said


def test_an_entry_has_bounds() -> None:
    report = make_report(areas=[f"{n} " + "x" * 9_000 for n in range(30)])
    message = compose(report, [make_event(report, EventType.NEW_REPORT)])
    shown = entry_html(message)
    assert len(shown) < 80_000
    assert "The report has 23 more areas for improvement." in shown


def test_a_feed_keeps_the_newest_entries() -> None:
    kept = latest([entry(number) for number in range(ENTRIES_AT_MOST + 5)])
    assert len(kept) == ENTRIES_AT_MOST
    assert kept[0].title == f"Report {ENTRIES_AT_MOST + 4}"


def test_names_become_safe_file_names_and_no_two_alike() -> None:
    names = ["Scrutiny", "scrutiny", "../../etc/passwd", "Überblick", "***", "a" * 200, "A/B"]
    found = slugs(names)
    assert found["Scrutiny"] == "scrutiny"
    assert len(set(found.values())) == len(names)
    for slug in found.values():
        assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        assert 0 < len(slug) < 80
    assert slugs(["Scrutiny"])["Scrutiny"] == slugs(names)["Scrutiny"]


def test_the_index_lists_subscriptions_first_and_escapes() -> None:
    feeds = [
        feed(entry()),
        feed(entry(), kind=FeedKind.SUBSCRIPTION, slug="x", label=HOSTILE, group="Subscriptions"),
    ]
    page = html.fromstring(index_page(map(feed_row, feeds)).decode())
    assert [heading.text for heading in page.iter("h2")] == ["Subscriptions", "West Midlands"]
    assert [link.get("href") for link in page.iter("a")] == [
        "../index.html",
        "subscription-x.xml",
        "authority-marlbury.xml",
    ]
    assert page.findall(".//script") == []
    assert "1 report, the latest published on 2 July 2026" in page.text_content()
    assert "1 item, the latest from 2 July 2026" in page.text_content()
    assert page.get("lang") == "en-GB"


def test_files_are_written_only_where_something_changed(tmp_path: Path) -> None:
    first = write_feeds(tmp_path, [feed(entry())])
    assert (len(first.feeds), first.changed) == (1, 3)  # with the index and the style sheet
    assert write_feeds(tmp_path, [feed(entry())]).changed == 0
    assert write_feeds(tmp_path, [feed(entry(), entry(2))]).changed == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "authority-marlbury.xml",
        "feed.css",
        "index.html",
    ]
    mode = stat.S_IMODE((tmp_path / "index.html").stat().st_mode)
    assert mode == 0o644


def test_only_feeds_that_are_gone_are_removed(tmp_path: Path) -> None:
    gone = ("subscription-gone.xml", "authority-marlbury.atom")  # an earlier copy wrote the second
    for name in ("notes.txt", *gone, "authority-Gone Too.xml"):
        (tmp_path / name).write_text("x")
    write_feeds(tmp_path, [feed(entry())])
    assert {path.name for path in tmp_path.iterdir()} == {
        "authority-Gone Too.xml",
        "authority-marlbury.xml",
        "feed.css",
        "index.html",
        "notes.txt",
    }


def test_what_a_killed_writer_left_goes_after_a_while(tmp_path: Path) -> None:
    old, new = tmp_path / ".writing-old", tmp_path / ".writing-new"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    write_feeds(tmp_path, [])
    assert not old.exists()
    assert new.exists()


def test_a_file_that_cannot_be_replaced_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"):
        write_file(tmp_path / "taken", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_a_councils_feed_has_its_reports_with_their_grades(database: Database) -> None:
    report = make_report()
    with database.write() as session:
        stored(session, report, [])
    with database.read() as session:
        (found,) = authority_feeds(session, sites=SITES)
        (without,) = authority_feeds(session, sites=SITES, held={report.id})
        assert without.entries == ()
    (one,) = found.entries
    assert one.title == "Marlbury: inspection report (overall effectiveness: Inadequate)"
    assert one.id == "tag:inspection-watch.invalid,2026:report:50252261"
    assert one.published == datetime(2024, 7, 12, 11, 0, tzinfo=UTC)
    assert one.link is not None
    assert one.link.url == report.url
    assert found.page is not None
    assert found.page.url == f"{SITE}/provider/44/80999"
    said = html.fromstring(one.html).text_content()
    assert "Help and protection" in said
    assert report.areas[0].text in said


def test_the_title_of_a_report_in_doubt_names_no_grade(database: Database) -> None:
    with database.write() as session:
        stored(session, make_report(problems=("The table and the text disagree.",)), [])
    with database.read() as session:
        (found,) = authority_feeds(session, sites=SITES)
    (one,) = found.entries
    assert one.title == "Marlbury: inspection report (grades not read with certainty)"
    assert "Inadequate" not in html.fromstring(one.html).text_content()


def test_a_feed_is_written_again_where_a_date_or_a_title_has_changed(database: Database) -> None:
    older = make_report(file_id="50000001")
    newer = make_report(file_id="50000002", start=None)
    newer.authority = older.authority
    newer.published = date(2025, 1, 10)
    seen = set()
    with database.write() as session:
        stored(session, older, [])
        stored(session, newer, [])
        for name, value in (
            ("published", date(2024, 7, 12)),
            ("published", date(2024, 7, 13)),
            ("published", date(2023, 7, 13)),
            ("published", None),
            ("listed_inspection_date", date(2024, 6, 3)),
            ("listed_inspection_date", date(2024, 6, 4)),
            ("title", "Focused visit"),
            ("url", None),
        ):
            setattr(older, name, value)
            session.flush()
            (found,) = authority_feed_fingerprints(session).values()
            assert found not in seen, (name, value)
            seen.add(found)


def test_a_council_that_has_ended_has_a_feed_only_with_reports(database: Database) -> None:
    report = make_report()
    report.authority.valid_to = date(2023, 3, 31)
    with database.write() as session:
        stored(session, report, [])
    with database.read() as session:
        (found,) = authority_feeds(session, sites=SITES)
        assert found.subtitle.startswith("This council was abolished on 31 March 2023.")
        assert list(authority_feeds(session, sites=SITES, held={report.id})) == []


@pytest.mark.parametrize("event_type", [EventType.CORRECTION, EventType.RETURNED])
def test_a_report_whose_file_was_replaced_or_that_returned_counts_as_changed(
    database: Database, event_type: EventType
) -> None:
    report = make_report()
    event = make_event(report, event_type)
    event.detected_at = WHEN
    with database.write() as session:
        stored(session, report, [event])
        event.earlier_report_id = report.id
    with database.read() as session:
        (found,) = authority_feeds(session, sites=SITES)
    assert found.entries[0].updated == WHEN


def test_a_withdrawn_report_says_so_and_counts_as_changed(database: Database) -> None:
    report = make_report()
    report.withdrawn_at = WHEN
    with database.write() as session:
        stored(session, report, [])
    with database.read() as session:
        (found,) = authority_feeds(session, sites=SITES)
    (one,) = found.entries
    assert "no longer on Ofsted's site" in html.fromstring(one.html).text_content()
    assert one.updated == WHEN
