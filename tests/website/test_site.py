"""Which files there are, and when they are written."""

from __future__ import annotations

import hashlib
import json
import pickle
import posixpath
import re
from datetime import date
from pathlib import Path

import pytest

from alerts.feeds.authorities import authority_feeds
from alerts.messages.sites import NO_SITES
from reports.model import Framework, Kind, Monitoring, Reading
from storage.database import Database
from storage.export import FILES, TablesAtHand
from storage.kept_repeats import KeptRepeats
from tests.benchmarks.website import OF_ALL
from tests.storage.readings import a_reading, stored
from tests.website.built import PATHWAYS, Built, a_store, snapshot_of, tagged
from website import addresses
from website import site as site_module
from website.drawn_pages import NOTES, DrawnPages
from website.pages.changes import changes_files, changes_pages
from website.pages.report import build_report_page
from website.pages.search import search_pages
from website.render import render
from website.site import is_of_site


def state(folder: Path) -> dict[str, tuple[int, str]]:
    """When each file was last written, and what is in it."""
    return {
        path.relative_to(folder).as_posix(): (
            path.stat().st_mtime_ns,
            hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_kind_of_page_is_there(site: Built) -> None:
    assert {
        "index.html",
        "about/index.html",
        "changes/index.html",
        "changes/2024-07-08.json",
        "compare/index.html",
        "councils/havering/index.html",
        "councils/havering/compare/index.html",
        "councils/havering/briefing/index.html",
        "data/index.html",
        "data/judgements.csv",
        "data/judgements.json",
        "data/datapackage.json",
        "data/inspection-watch.xlsx",
        "regions/london/index.html",
        "reports/1003/index.html",
        "search/index.html",
        "themes/supervision_oversight/index.html",
    } <= set(state(site.folder))
    councils = [path for path in site.pages if re.fullmatch(r"councils/[^/]+/index.html", path)]
    assert len(councils) == 158  # with those that have ended


def test_the_page_about_the_site_counts_each_report_once(site: Built) -> None:
    """One whose grades are in doubt is not among those that were read."""
    assert (
        "8 reports, published from 2018 to 2026. 7 were read with certainty; 1 needs review."
        in site.said("about/index.html")
    )


def test_a_second_build_writes_nothing(own: Built) -> None:
    before = state(own.folder)
    written = own.build()
    assert written.changed == 0
    assert state(own.folder) == before


def test_nothing_is_drawn_again_where_no_record_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither pages nor tables, although the first build found the repeats and others load them."""
    own = Built(tmp_path / "www", a_store(tmp_path / "store.db"))
    kept = KeptRepeats({})
    own.build(kept=kept)
    kept.save(tmp_path / "kept.json")
    monkeypatch.setattr(site_module, "render", None)
    monkeypatch.setattr(TablesAtHand, "write", None)
    assert own.build(kept=KeptRepeats.load(tmp_path / "kept.json")).changed == 0


def test_a_table_that_is_gone_or_cut_short_is_written_again(own: Built) -> None:
    tables = ("data/areas.csv", "data/inspection-watch.xlsx")
    before = state(own.folder)
    (own.folder / tables[0]).unlink()
    (own.folder / tables[1]).write_bytes(b"PK")
    assert own.build().changed == 2
    after = state(own.folder)
    assert [after[path][1] for path in tables] == [before[path][1] for path in tables]


def test_the_same_store_gives_the_same_bytes(site: Built, tmp_path: Path) -> None:
    own = Built(tmp_path / "www", a_store(tmp_path / "store.db"))
    own.build()
    here = {path: digest for path, (_, digest) in state(own.folder).items()}
    there = {path: digest for path, (_, digest) in state(site.folder).items()}
    assert here == there


def _monitored() -> Reading:
    """A letter of a monitoring visit."""
    letter = a_reading(
        kind=Kind.MONITORING_VISIT,
        framework=Framework.MONITORING_VISIT,
        grades={},
        areas=(),
        start=date(2025, 3, 26),
    )
    found = Monitoring(
        visit_number=2, progress="Progress is slow.", areas_reviewed=("<b>Audits</b>",)
    )
    return letter.model_copy(update={"monitoring": found})


def test_only_what_a_new_report_concerns_is_written(own: Built) -> None:
    before = state(own.folder)
    with own.database.write() as session:
        reading = tagged(a_reading(), [PATHWAYS])
        stored(session, "6001", reading, authority="leeds")
        stored(session, "6002", _monitored(), authority="leeds")
    own.build()
    after = state(own.folder)
    changed = {path for path in after if after[path] != before.get(path)}
    assert {"reports/6001/index.html", "councils/leeds/index.html", "index.html"} <= changed
    assert "councils/cornwall/index.html" not in changed
    assert "about/index.html" in changed  # it counts the reports
    for page in ("councils/leeds/index.html", "reports/6002/index.html"):
        said = own.said(page)
        assert "Monitoring visit 2 since the last inspection." in said
        assert "They are not new areas: <b>Audits</b>" in said
        assert "Progress found: Progress is slow." in said


def test_every_file_that_the_site_has_could_be_removed_as_one_of_it(own: Built) -> None:
    """Also without notes, which a killed build does not save; but for the tables, which stay."""
    files = (path for path in own.folder.rglob("*") if path.is_file())
    paths = {path.relative_to(own.folder).as_posix() for path in files} - {NOTES}
    assert {path.split("/")[0] for path in paths if "/" in path} <= set(addresses.FOLDERS)
    drawn = DrawnPages.load(own.folder)
    assert {path for path in paths if not is_of_site(own.folder, path, drawn)} == set()
    (own.folder / NOTES).unlink()
    drawn = DrawnPages.load(own.folder)
    tables = {addresses.data_file(name) for name in FILES}
    assert {path for path in paths if not is_of_site(own.folder, path, drawn)} == tables


def test_pages_of_what_is_gone_are_removed_and_other_files_stay(own: Built) -> None:
    page = (own.folder / "reports" / "1003" / "index.html").read_bytes()
    gone = own.folder / "reports" / "999" / "index.html"
    theirs = own.folder / "reports" / "999" / "notes.txt"
    gone.parent.mkdir()
    gone.write_bytes(page)
    theirs.write_text("not ours")
    empty = own.folder / "councils" / "rutlandshire" / "index.html"
    empty.parent.mkdir()
    empty.write_bytes(page)
    week = own.folder / "changes" / "2019-01-07.json"
    week.write_bytes((own.folder / "changes" / "2024-07-08.json").read_bytes())
    week.write_text(week.read_text().replace("2024-07-08", "2019-01-07"))
    assert own.build().changed == 3
    assert not gone.exists()
    assert not empty.parent.exists()
    assert not week.exists()
    assert theirs.read_text() == "not ours"


def test_a_table_that_a_later_version_has_no_more_is_removed(own: Built) -> None:
    old = own.folder / "data" / "old_table.csv"
    old.write_text("a,b\n1,2\n")
    notes = json.loads((own.folder / NOTES).read_text())
    notes["data/old_table.csv"] = ["a digest", old.stat().st_size]
    (own.folder / NOTES).write_text(json.dumps(notes))
    assert own.build().changed == 1
    assert not old.exists()


@pytest.mark.parametrize(
    "path",
    [
        "data/staff.csv",
        "data/figures.json",
        "reports/annual/index.html",
        "reports/annual-2025/index.html",
        "councils/our-own/index.html",
        "themes/ours/index.html",
        "changes/2019-01-07.json",
        "changes/1999/index.html",
    ],
)
def test_what_others_keep_in_the_folders_of_the_site_stays(own: Built, path: str) -> None:
    theirs = own.folder / path
    theirs.parent.mkdir(exist_ok=True)
    theirs.write_text("{}" if path.endswith("json") else "<!doctype html>\n<title>Ours</title>")
    for _ in range(2):
        assert own.build().changed == 0
    assert theirs.exists()


def test_pages_are_small(site: Built) -> None:
    sizes = {path: len(text.encode()) for path, text in site.pages.items()}
    assert max(size for path, size in sizes.items() if path not in OF_ALL) < 100_000


def test_the_page_of_a_council_with_a_long_history_is_small_too(own: Built) -> None:
    """Many short areas need more markup than words, and each may have been raised before."""
    texts = [f"{PATHWAYS[:-1]} in team {number}." for number in range(40)]
    with own.database.write() as session:
        for year in range(2014, 2026):
            reading = tagged(a_reading(start=date(year, 5, 13)), texts)
            stored(session, f"8{year}", reading, authority="leeds")
    own.build()
    path = "councils/leeds/index.html"
    assert len(own.pages[path].encode()) < 100_000
    assert "read all its areas on its own page" in own.said(path)


def test_no_link_is_dead(site: Built) -> None:
    with site.database.read() as session:
        feeds = {feed.file_name for feed in authority_feeds(session, sites=NO_SITES)}
    files = {*state(site.folder), *(f"feeds/{name}" for name in (*feeds, "index.html"))}
    for path in site.pages:
        page = site.page(path)
        ids = {str(one) for one in page.xpath("//@id")}
        for href in map(str, page.xpath("//a/@href | //use/@href | //link/@href")):
            target, _, anchor = href.partition("#")
            if href.startswith("https://"):
                continue
            if not target:
                assert anchor in ids, (path, href)
                continue
            name = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
            assert name in files, (path, href)


def test_other_sites_are_only_linked_to(site: Built) -> None:
    """Nothing is fetched from anywhere, and links lead to Ofsted and the licence alone."""
    allowed = ("https://reports.ofsted.gov.uk/", "https://files.ofsted.gov.uk/", "https://www.nat")
    for path in site.pages:
        page = site.page(path)
        assert page.xpath("//@src | //link[not(@rel='alternate')]") == []
        links = [str(href) for href in page.xpath("//a/@href") if "://" in str(href)]
        assert all(href.startswith(allowed) for href in links)


@pytest.mark.parametrize("name", ["../x", "a/b", "", "A B", "x" * 200, "<b>"])
def test_a_name_from_outside_is_one_plain_folder(name: str) -> None:
    assert re.fullmatch(r"x-[0-9a-f]{16}", addresses.folder_name(name))


@pytest.mark.parametrize(
    ("target", "page", "address"),
    [
        ("index.html", "index.html", "index.html"),
        ("index.html", "councils/kent/index.html", "../../index.html"),
        ("councils/kent/index.html", "councils/york/index.html", "../kent/index.html"),
        ("councils/kent/index.html", "councils/kent/briefing/index.html", "../index.html"),
        ("feeds/a.xml", "about/index.html", "../feeds/a.xml"),
        ("reports/1/index.html#area-1-2", "index.html", "reports/1/index.html#area-1-2"),
    ],
)
def test_links_are_relative(target: str, page: str, address: str) -> None:
    assert addresses.relative(target, page=page) == address


def test_a_page_is_a_record_of_its_own_and_holds_nothing_of_the_store(site: Built) -> None:
    """Whether a page is drawn again depends on its record: more than it shows would redraw it."""
    for page in site_module.site_pages(snapshot_of(site.database)):
        record = pickle.dumps(page)
        assert b"storage.models" not in record, page.path
        assert b"website.snapshot" not in record, page.path


def test_a_report_is_on_the_page_of_the_year_in_which_it_was_published(
    database: Database,
) -> None:
    """The week from 29 December 2025 to 4 January 2026 has reports of both years."""
    with database.write() as session:
        for number, day in enumerate((date(2025, 12, 30), date(2026, 1, 2))):
            stored(session, f"x{number}", a_reading(sha256=f"{number:064}"), published=day)
    snapshot = snapshot_of(database)
    pages = {page.path: page.content for page in changes_pages(snapshot)}
    assert list(pages) == ["changes/index.html", "changes/2025/index.html"]
    weeks = [week for content in pages.values() for week in content.weeks]
    lines = [line.published for week in weeks for line in week.lines]
    assert lines == ["2 January 2026", "30 December 2025"]
    ((_, week),) = changes_files(snapshot)
    assert len(json.loads(week)["reports"]) == 2


def test_a_word_is_counted_once_in_an_area_however_it_ends(database: Database) -> None:
    with database.write() as session:
        area = "The workers’ views, and what workers say of oversight-"
        stored(session, "x", tagged(a_reading(), [area]))
        stored(session, "y", tagged(a_reading(start=date(2021, 3, 4)), ["The views of workers."]))
    pages = [p for p in search_pages(snapshot_of(database)) if p.path != addresses.SEARCH]
    found = {entry.word: entry.areas for page in pages for entry in page.content.part.entries}
    assert found == {"views": 2, "workers": 2}


def test_a_word_is_the_same_with_either_apostrophe_and_short_ones_are_left_out(
    database: Database,
) -> None:
    with database.write() as session:
        stored(session, "x", tagged(a_reading(), ["The carers’ and the child’s say - pods’"]))
        later = a_reading(start=date(2021, 3, 4))
        stored(session, "y", tagged(later, ["A child's say - pods'"]))
    pages = [p for p in search_pages(snapshot_of(database)) if p.path != addresses.SEARCH]
    found = {entry.word: entry.areas for page in pages for entry in page.content.part.entries}
    assert found == {"child’s": 2, "pods": 2}


def test_a_document_that_was_added_has_no_title_on_the_site_of_ofsted(
    database: Database,
) -> None:
    with database.write() as session:
        stored(session, "added", a_reading(), on_site=False)
        stored(session, "listed", a_reading(start=date(2021, 3, 4)))
    snapshot = snapshot_of(database)
    council = snapshot.councils["havering"]
    listed, added = (
        render(build_report_page(snapshot, council, report)).decode() for report in council.reports
    )
    assert "Title on Ofsted’s site: Children&#39;s services inspection" in listed
    assert "Title on Ofsted’s site" not in added
    assert "Title: Children&#39;s services inspection" in added
