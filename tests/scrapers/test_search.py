"""The search: rows, counts, pages, and everything that must not pass as "nothing new"."""

from __future__ import annotations

from datetime import date

import pytest

from demo.site import Fault, SiteServer
from demo.site.faults import FaultKind
from scrapers.errors import LayoutChanged, Unreachable
from scrapers.ofsted import Ofsted
from scrapers.search import parse_search_page, search_page_url
from tests.scrapers.conftest import Open

ROW = (
    '<li class="search-result"><h3 class="search-result__title"><a href="/provider/44/80901">'
    "Ambleford </a></h3><ul><li>Latest report: <strong><time>{date}</time></strong></li></ul></li>"
)


def page(*rows: str, count: str = "1") -> str:
    return (
        f'<html><body><strong class="results-count js-results-count">{count}</strong>'
        f'<ul class="results-list">{"".join(rows)}</ul></body></html>'
    )


def test_the_address_is_the_one_the_sites_own_form_makes() -> None:
    assert search_page_url("https://reports.ofsted.gov.uk/", start=100) == (
        "https://reports.ofsted.gov.uk/search?q=&location=&lat=&lon=&radius="
        "&level_1_types=3&level_2_types%5B%5D=12&start=100&rows=100"
    )


def test_the_filtered_address_asks_for_the_newest_first() -> None:
    url = search_page_url("http://localhost:8000", since=date(2026, 3, 4))
    assert url.endswith("&latest_report_date_start=04-03-2026&sort=date&order=desc")


def test_a_row_gives_urn_name_link_and_date() -> None:
    (row,) = parse_search_page(page(ROW.format(date="01 July 2026"))).rows
    assert (row.urn, row.name, row.href) == ("80901", "Ambleford", "/provider/44/80901")
    assert row.latest_report == date(2026, 7, 1)


def test_an_authority_without_reports_has_no_date(ofsted: Ofsted) -> None:
    dates = {row.name: row.latest_report for row in ofsted.authorities().authorities}
    assert dates == {
        "Ambleford": date(2026, 7, 1),
        "Borough of St Bride's & Weir": date(2025, 3, 9),
        "Cold Marsh": None,
    }


def test_no_results_are_fine_where_the_site_counts_none(ofsted: Ofsted) -> None:
    listing = ofsted.authorities(since=date(2026, 8, 20))
    assert (listing.total, listing.authorities, listing.complete) == (0, (), True)


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<html><body>We will be back soon.</body></html>",
        page(count="1,5x"),
        page(ROW.format(date="31 June 2026")),
        page(ROW.format(date="")),
        page(ROW.format(date="01 July 2026"), count="0"),
        page(ROW.format(date="01 July 2026").replace("search-result", "hit")),
        page(ROW.format(date="01 July 2026").replace("/provider/44/80901", "/council/80901")),
        page(ROW.format(date="01 July 2026").replace("Ambleford", "")),
        page(*[ROW.format(date="01 July 2026")] * 300, count="300"),
    ],
)
def test_a_page_that_is_not_understood_is_an_error(html: str) -> None:
    with pytest.raises(LayoutChanged):
        parse_search_page(html)


def test_counts_that_differ_on_one_page_are_an_error() -> None:
    html = page(ROW.format(date="01 July 2026")) + '<b class="results-count">2</b>'
    with pytest.raises(LayoutChanged):
        parse_search_page(html)


def test_all_authorities_take_two_requests(large_server: SiteServer, open_site: Open) -> None:
    listing = open_site(large_server).authorities(at_least=150, at_most=156)
    assert (listing.total, len(listing.authorities), listing.complete) == (153, 153, True)
    assert ["start=0" in path or "start=100" in path for path in large_server.paths] == [True, True]


def test_a_lower_cap_of_rows_only_takes_more_requests(
    large_server: SiteServer, open_site: Open
) -> None:
    large_server.site.quirks.rows_cap = 60
    listing = open_site(large_server).authorities()
    assert (len(listing.authorities), listing.complete) == (153, True)
    assert len(large_server.paths) == 3


def test_a_row_on_two_pages_counts_once_and_is_reported(
    large_server: SiteServer, open_site: Open
) -> None:
    large_server.site.quirks.duplicate_row_across_pages = True
    listing = open_site(large_server).authorities()
    assert len({row.urn for row in listing.authorities}) == len(listing.authorities) == 153
    assert [problem.code for problem in listing.problems] == ["listed_twice"]


def test_a_filter_that_the_site_ignores_is_reported(
    large_server: SiteServer, open_site: Open
) -> None:
    day = date(2024, 1, 20)
    ofsted = open_site(large_server)
    assert not ofsted.authorities(since=day).problems
    large_server.site.quirks.ignore_dates = True
    listing = ofsted.authorities(since=day)
    assert (len(listing.authorities), listing.complete) == (153, True)
    assert [problem.code for problem in listing.problems] == ["filter_ignored"]


def test_a_search_by_date_whose_rows_show_no_date_is_reported(
    server: SiteServer, ofsted: Ofsted
) -> None:
    page = ofsted.client.get_page(search_page_url(server.url, since=date(2020, 1, 1))).body
    undated = page.decode().replace("Latest report:", "Newest report:")
    server.faults.add(Fault(FaultKind.HTML, undated, "/search"))
    listing = ofsted.authorities(since=date(2020, 1, 1))
    assert {row.latest_report for row in listing.authorities} == {None}
    assert [problem.code for problem in listing.problems] == ["filter_ignored"]


@pytest.mark.parametrize(("at_least", "at_most"), [(4, None), (0, 2)])
def test_an_implausible_number_of_authorities_is_an_error(
    ofsted: Ofsted, at_least: int, at_most: int | None
) -> None:
    with pytest.raises(LayoutChanged, match="3 authorities"):
        ofsted.authorities(at_least=at_least, at_most=at_most)


def test_renamed_classes_are_an_error(server: SiteServer, ofsted: Ofsted) -> None:
    for name in ("results-count", "search-result"):
        server.site.quirks.renamed_classes = {name: "card"}
        with pytest.raises(LayoutChanged):
            ofsted.authorities()


def test_a_banner_changes_nothing(server: SiteServer, ofsted: Ofsted) -> None:
    server.site.quirks.banner = "Big listen"
    assert len(ofsted.authorities().authorities) == 3


def test_an_error_page_with_status_200_is_tried_again(server: SiteServer, ofsted: Ofsted) -> None:
    server.faults.add("slim_200@/search*1")
    assert ofsted.authorities().total == 3
    server.faults.add("slim_200@/search")
    with pytest.raises(Unreachable):
        ofsted.authorities()


def test_a_maintenance_page_is_an_error(server: SiteServer, ofsted: Ofsted) -> None:
    server.faults.add("maintenance@/search")
    with pytest.raises(LayoutChanged):
        ofsted.authorities(since=date(2026, 8, 1))


def test_schools_among_the_results_are_an_error(server: SiteServer, ofsted: Ofsted) -> None:
    html = page(ROW.format(date="01 July 2026").replace("/44/", "/21/"))
    assert parse_search_page(html).rows[0].provider_type == "21"
    server.faults.add(Fault(FaultKind.HTML, html, "/search"))
    with pytest.raises(LayoutChanged):
        ofsted.authorities()


def test_an_authority_under_a_new_number_is_listed_under_it(
    server: SiteServer, ofsted: Ofsted
) -> None:
    server.site.quirks.moved = {"80901": "2999999"}
    row = ofsted.authorities().authorities[0]
    assert (row.urn, row.href) == ("2999999", "/provider/44/2999999")
    assert len(ofsted.authority(row).reports) == 2


def test_a_council_under_a_number_that_no_table_can_hold_takes_no_other_along(
    server: SiteServer, ofsted: Ofsted
) -> None:
    server.site.quirks.moved = {"80901": "7" * 300}
    listing = ofsted.authorities()
    assert [row.name for row in listing.authorities] == [
        "Borough of St Bride's & Weir",
        "Cold Marsh",
    ]
    assert [problem.code for problem in listing.problems] == ["unusable_number"]
    assert not listing.complete
