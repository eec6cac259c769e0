"""The sample site follows the rules that the real site was seen to follow."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import requests

from demo.site import Fault, SiteServer, load_corpus, parse_fault
from demo.site.faults import FaultKind, FaultPlan, order
from demo.site.query import parse_query
from scrapers.search import parse_search_page
from tests.scrapers.conftest import PDF, large_site, sample_site

ALL = "level_1_types=3&level_2_types[]=12&rows=100"


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def names(session: requests.Session, server: SiteServer, query: str) -> list[str]:
    answer = session.get(f"{server.url}/search?{query}", timeout=5)
    return [row.name for row in parse_search_page(answer.content).rows]


@pytest.mark.parametrize(
    ("query", "rows"),
    [("", 10), ("rows=1000", 100), ("rows=0", 1), ("rows=100&start=100", 53), ("start=153", 0)],
)
def test_rows_are_between_one_and_a_hundred(
    session: requests.Session, large_server: SiteServer, query: str, rows: int
) -> None:
    assert len(names(session, large_server, query)) == rows


def test_the_cap_of_rows_can_be_lifted(session: requests.Session, large_server: SiteServer) -> None:
    large_server.site.quirks.rows_cap = None
    assert len(names(session, large_server, "rows=1000")) == 153


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ambleford", "Borough of St Bride's & Weir", "Cold Marsh"]),
        ("sort=az&order=desc", ["Cold Marsh", "Borough of St Bride's & Weir", "Ambleford"]),
        ("sort=date&order=asc", ["Cold Marsh", "Borough of St Bride's & Weir", "Ambleford"]),
        ("sort=date&order=desc", ["Ambleford", "Borough of St Bride's & Weir", "Cold Marsh"]),
        ("q=ford", ["Ambleford"]),
        ("q=80903", ["Cold Marsh"]),
        ("local_authority[0]=902", ["Borough of St Bride's & Weir"]),
        ("latest_report_date_start=01-07-2026", ["Ambleford"]),
        ("latest_report_date_end=30-06-2026", ["Borough of St Bride's & Weir"]),
        ("latest_report_date_start=2026-07-01&unknown=1&q=cold", ["Cold Marsh"]),
        ("level_1_types=3&level_2_types[1]=11", []),
        ("level_1_types=1", []),
    ],
)
def test_the_search_filters_and_sorts(
    session: requests.Session, server: SiteServer, query: str, found: list[str]
) -> None:
    assert names(session, server, query) == found


@pytest.mark.parametrize("name", ["level_2_types", "level_2_types[]", "level_2_types%5B0%5D"])
def test_lists_may_be_written_in_three_ways(name: str) -> None:
    assert parse_query(f"level_1_types=3&{name}=12&{name}=11").only_authorities
    assert not parse_query(f"level_1_types=3&{name}=11").only_authorities


def test_pages_link_the_next_one(session: requests.Session, large_server: SiteServer) -> None:
    first = session.get(f"{large_server.url}/search?{ALL}", timeout=5).text
    assert '<span class="pagination__numbers">1 of 2</span>' in first
    assert 'class="pagination__next" href="/search?level_1_types=3&amp;' in first
    last = session.get(f"{large_server.url}/search?{ALL}&start=100", timeout=5).text
    assert "2 of 2" in last
    assert "pagination__next" not in last


def test_the_markup_is_that_of_the_site(session: requests.Session, server: SiteServer) -> None:
    search = session.get(f"{server.url}/search", timeout=5).text
    assert search.count('<strong class="results-count js-results-count">3</strong>') == 2
    assert (
        '<h3 class="search-result__title heading--main"><a href="/provider/44/80902">'
        "Borough of St Bride&#039;s &amp; Weir</a></h3>"
        '<ul class="search-result__provider-info"><li>Category: <strong>Local authority</strong>'
        '</li></ul><ul class="search-result__provider-info"><li>Latest report: <strong><time>'
        "09 March 2025</time></strong></li><li>URN: <strong>80902</strong></li></ul>"
    ) in search
    page = session.get(f"{server.url}/provider/44/80901", timeout=5).text
    assert (
        f'<a class="publication-link" target="_blank" href="{server.url}/v1/file/50900001">\n'
        "                Children&#039;s services inspection                "
        '<span class="nonvisual">Children&#039;s services inspection, PDF - 01 July 2026</span></a>'
    ) in page
    assert "Children&#039;s services inspection,  PDF - 05 February 2013</span>" in page
    assert '<p class="timeline__date"><time>11 May 2026</time></p>' in page
    assert "Published <time pubdate>01 July 2026</time>" in page


def test_a_missing_file_leads_to_a_page_of_the_other_host(
    session: requests.Session, server: SiteServer
) -> None:
    answer = session.get(f"{server.url}/v1/file/1", timeout=5)
    assert ([hop.status_code for hop in answer.history], answer.status_code) == ([302], 404)
    assert "<h1" in answer.text
    assert "Report not found" in answer.text
    assert session.get(f"{server.url}/provider/21/80901", timeout=5).status_code == 404


def test_the_day_decides_what_is_published(session: requests.Session, server: SiteServer) -> None:
    url = f"{server.url}/provider/44/80902"
    assert session.get(url, timeout=5).text.count("publication-link") == 1
    server.site.today = date(2026, 9, 1)
    assert session.get(url, timeout=5).text.count("publication-link") == 2


def test_other_processes_may_move_the_day_only_where_allowed(session: requests.Session) -> None:
    with SiteServer(sample_site(), control=True) as server, SiteServer(large_site(1)) as closed:
        session.post(f"{server.url}/-/today", "2026-09-01", timeout=5).raise_for_status()
        assert server.site.today == date(2026, 9, 1)
        session.post(f"{server.url}/-/faults", "status=418@/search*1\nbanner=Hello", timeout=5)
        assert session.get(f"{server.url}/search", timeout=5).status_code == 418
        assert "Hello" in session.get(f"{server.url}/search", timeout=5).text
        seen = session.get(f"{server.url}/-/requests", timeout=5).json()
        assert [request["path"] for request in seen] == ["/search", "/search"]
        assert session.post(f"{server.url}/-/today", "soon", timeout=5).status_code == 400
        assert session.post(f"{closed.url}/-/today", "2026-09-01", timeout=5).status_code == 404


def test_faults_are_written_as_text() -> None:
    assert parse_fault("busy=2@/search*1") == Fault(FaultKind.BUSY, "2", "/search", 1)
    assert parse_fault("reset") == Fault(FaultKind.RESET)
    with pytest.raises(ValueError, match="choose from forbidden, busy"):
        parse_fault("flood@/search")


def test_a_fault_is_used_up(server: SiteServer) -> None:
    plan = FaultPlan()
    order("forbidden@/search*2", faults=plan, quirks=server.site.quirks)
    assert plan.take("/provider/44/1") is None
    assert [plan.take("/search?q=") is not None for _ in range(3)] == [True, True, False]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in the form of the corpus: one council, two reports, one file missing."""
    (tmp_path / "pdfs").mkdir()
    (tmp_path / "pdfs" / "50900001.pdf").write_bytes(PDF)
    tables = {
        "providers.csv": [["urn", "name", "la_code"], ["80901", "Ambleford", "901"]],
        "index.csv": [
            ["urn", "title", "published", "inspection_start", "file_id", "path"],
            ["80901", "Focused visit", "2024-02-03", "2024-01-09", "50900001", "50900001.pdf"],
            ["80901", "Focused visit", "2012-02-03", "", "50900002", ""],
        ],
    }
    for name, rows in tables.items():
        with (tmp_path / name).open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    return tmp_path


def test_a_folder_of_reports_becomes_a_site(folder: Path) -> None:
    site = load_corpus(folder, today=date(2024, 2, 3))
    view = site.authority("901")
    assert view is not None
    assert [(x.file_id, x.inspection_start) for x in view.reports] == [
        ("50900001", date(2024, 1, 9)),
        ("50900002", None),
    ]
    assert (site.file("50900001"), site.file("50900002")) == (PDF, None)


def test_it_runs_by_itself(folder: Path, session: requests.Session) -> None:
    command = [sys.executable, "-m", "demo.site", "--corpus", str(folder)]
    command += ["--today", "2024-01-01", "--faults", "banner=Hello"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert "Hello" in session.get(f"{url}/provider/44/80901", timeout=10).text
        finally:
            process.terminate()
