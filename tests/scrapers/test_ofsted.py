"""The whole way over the site, as the flows go it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from demo.site import SiteServer, load_corpus
from scrapers.authority_page import parse_authority_page
from scrapers.errors import NotFound
from scrapers.hosts import AllowedHosts
from scrapers.ofsted import Ofsted
from scrapers.public_site import PUBLIC_SITE
from scrapers.search import parse_search_page
from tests.scrapers.conftest import PDF, Open

SHARED = Path(__file__).parents[3] / "shared"
EXAMPLES = SHARED / "reference" / "site_examples"

needs_examples = pytest.mark.skipif(
    not EXAMPLES.is_dir(), reason="the pages saved from the real site are not here"
)
needs_corpus = pytest.mark.skipif(
    not (SHARED / "corpus" / "index.csv").is_file(), reason="the real reports are not here"
)


def test_it_is_opened_from_settings(server: SiteServer) -> None:
    with Ofsted.open(server.url, requests_per_second=0, contact="watch@example.org") as ofsted:
        assert ofsted.authorities().total == 3
        assert ofsted.client.requests_made == 1
    assert Ofsted.open().client.pace.requests_per_second == 1.0


def test_a_quiet_look_is_one_request(server: SiteServer, ofsted: Ofsted) -> None:
    listing = ofsted.authorities(since=date(2026, 7, 23))
    assert (listing.authorities, len(server.paths)) == ((), 1)


def test_a_new_report_is_found_and_fetched(server: SiteServer, ofsted: Ofsted) -> None:
    server.site.today = date(2026, 9, 1)
    (row,) = ofsted.authorities(since=date(2026, 8, 2)).authorities
    newest = ofsted.authority(row).reports[0]
    assert (newest.published, newest.inspection_date) == (date(2026, 9, 1), date(2026, 7, 6))
    assert ofsted.download(newest.url) == PDF
    assert len(server.paths) == 3


@pytest.mark.corpus
@needs_examples
@pytest.mark.parametrize(
    ("name", "total", "rows"),
    [("search_2023-11-10", 61, 61), ("search_la_page1", 153, 100), ("search_la_page2", 153, 53)],
)
def test_saved_search_pages_are_read(name: str, total: int, rows: int) -> None:
    page = parse_search_page((EXAMPLES / f"{name}.html").read_bytes())
    assert (page.total, len(page.rows)) == (total, rows)
    assert all(row.name and row.latest_report for row in page.rows)


@pytest.mark.corpus
@needs_examples
def test_saved_authority_pages_are_read() -> None:
    hosts = AllowedHosts.from_settings(PUBLIC_SITE)
    paths = sorted(EXAMPLES.glob("provider_44_*.html"))
    assert paths
    for path in paths:
        urn = path.name.split("_")[2].removesuffix(".html")
        html = path.read_bytes()
        url = f"{PUBLIC_SITE}/provider/44/{urn}"
        page = parse_authority_page(html, url=url, hosts=hosts, expect_reports=True)
        assert (page.urn, page.problems) == (urn, ())
        assert len(page.reports) == html.count(b'class="publication-link"') >= 8
        assert all(r.published and r.inspection_date and r.title_known for r in page.reports)


@pytest.mark.corpus
@needs_examples
def test_saved_not_found_pages_are_recognised() -> None:
    hosts = AllowedHosts.from_settings(PUBLIC_SITE)
    for name in ("report_not_found_20250204", "provider_404_GUESS"):
        with pytest.raises(NotFound):
            parse_authority_page(
                (EXAMPLES / f"{name}.html").read_bytes(),
                url=f"{PUBLIC_SITE}/provider/44/80498",
                hosts=hosts,
            )


@pytest.mark.corpus
@needs_corpus
def test_everything_listed_in_the_corpus_is_found(open_site: Open) -> None:
    site = load_corpus(SHARED / "corpus", today=date(2100, 1, 1))
    with SiteServer(site) as server:
        ofsted = open_site(server)
        listing = ofsted.authorities(at_least=len(site.authorities))
        pages = [ofsted.authority(row) for row in listing.authorities]
        assert not [problem for page in pages for problem in page.problems]
        found = {
            (page.urn, report.title, report.published, report.file_id)
            for page in pages
            for report in page.reports
        }
    assert found == {(x.urn, x.title, x.published, x.file_id) for x in site.listings}
