"""An authority's page: every report kept, everything odd reported, nothing silently empty."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from demo.site import SiteListing, SiteServer
from reports.model import Kind
from scrapers.authority_page import AuthorityPage, parse_authority_page
from scrapers.errors import LayoutChanged, NotFound
from scrapers.hosts import AllowedHosts
from scrapers.ofsted import Ofsted
from tests.scrapers.conftest import INSPECTION

HOSTS = AllowedHosts.from_settings("https://reports.ofsted.gov.uk")
URL = "https://reports.ofsted.gov.uk/provider/44/80901"


def entry(
    *,
    href: str = "https://files.ofsted.gov.uk/v1/file/50900001",
    title: str = "Children&#039;s services inspection",
    spoken: str = "Children&#039;s services inspection, PDF - 24 February 2026",
    printed: str = "<time pubdate>24 February 2026</time>",
    visited: str = "12 January 2026",
) -> str:
    return f"""<li class="timeline__day"><div class="event">
      <p class="timeline__date"><time>{visited}</time></p><span class="event__title heading--sub">
      <a href="{href}" target=_blank class="publication-link">
          {title}   <span class="nonvisual">{spoken}</span></a>
      <div class="event__metadata">Published {printed}</div></span></div></li>"""


def page(*entries: str, heading: str = "Ambleford", urn: str = "80901") -> str:
    return f"""<html><body><h1 class="heading--title">{heading}</h1>
      <div class="title-block__subheading">URN: {urn}</div>
      <ol class="timeline">{"".join(entries)}</ol></body></html>"""


def parse(*entries: str, url: str = URL, expect: bool | None = None) -> AuthorityPage:
    return parse_authority_page(page(*entries), url=url, hosts=HOSTS, expect_reports=expect)


def test_an_entry_gives_all_its_facts() -> None:
    found = parse(entry())
    assert (found.urn, found.name, found.problems) == ("80901", "Ambleford", ())
    (report,) = found.reports
    assert report.file_id == "50900001"
    assert report.url == "https://files.ofsted.gov.uk/v1/file/50900001"
    assert report.title == INSPECTION
    assert (report.kind_hint, report.title_known) == (Kind.INSPECTION, True)
    assert (report.published, report.inspection_date) == (date(2026, 2, 24), date(2026, 1, 12))


@pytest.mark.parametrize(
    ("title", "spoken"),
    [
        (INSPECTION, f"{INSPECTION},  pdf - 3 July 2009"),
        (INSPECTION, f"  {INSPECTION} ,\n PDF  -  03 July 2009 "),
        (INSPECTION, " , PDF - 03 July 2009"),
        ("Single inspection as pdf", "Single inspection as pdf, pdf - 03 July 2009"),
        ("Visit, 2 of 3 - follow-up", "Visit, 2 of 3 - follow-up, PDF - 03\u00a0July 2009"),
    ],
)
def test_the_text_for_screen_readers_is_read_in_all_its_forms(title: str, spoken: str) -> None:
    (report,) = parse(entry(title=title, spoken=spoken, printed="")).reports
    assert (report.title, report.published) == (title, date(2009, 7, 3))


def test_the_title_may_be_in_the_text_for_screen_readers_only() -> None:
    (report,) = parse(entry(title="")).reports
    assert report.title == INSPECTION


@pytest.mark.parametrize("spoken", [", PDF - 24 February 2026", ""])
def test_a_report_without_a_title_is_kept_and_reported(spoken: str) -> None:
    found = parse(entry(title="", spoken=spoken))
    assert found.reports[0].title == "Report without a title"
    assert [problem.code for problem in found.problems] == ["unknown_title"]


def test_a_comment_in_a_link_is_not_part_of_the_title() -> None:
    found = parse(entry(title=f"<!-- new -->{INSPECTION}"))
    assert found.reports[0].title == INSPECTION
    assert not found.problems


@pytest.mark.parametrize("spoken", ["Children's services inspection, PDF", ", PDF", ""])
def test_a_missing_date_is_taken_from_below_the_title(spoken: str) -> None:
    found = parse(entry(spoken=spoken))
    assert found.reports[0].published == date(2026, 2, 24)
    assert not found.problems


def test_a_report_without_any_date_is_kept_and_reported() -> None:
    found = parse(entry(spoken="", printed=""))
    assert found.reports[0].published is None
    assert [problem.code for problem in found.problems] == ["no_publication_date"]


@pytest.mark.parametrize(
    ("spoken", "printed", "codes", "published"),
    [
        ("x, PDF - 31 June 2026", "24 February 2026", ["unreadable_date"], date(2026, 2, 24)),
        ("x, PDF - 24 Febuary 2026", "?", ["unreadable_date"] * 2, None),
        ("x, PDF - 31 June 2026", "31 June 2026", ["unreadable_date"], None),
        ("x, PDF - 23 February 2026", "24 February 2026", ["dates_disagree"], date(2026, 2, 23)),
    ],
)
def test_dates_that_are_wrong_or_disagree_are_reported(
    spoken: str, printed: str, codes: list[str], published: date | None
) -> None:
    found = parse(entry(spoken=spoken, printed=f"<time pubdate>{printed}</time>"))
    assert [problem.code for problem in found.problems] == codes
    assert found.reports[0].published == published


def test_a_date_is_never_borrowed_from_the_next_entry() -> None:
    second = entry(href="https://files.ofsted.gov.uk/v1/file/2", spoken="", printed="")
    found = parse(entry(), second.replace("timeline__date", "x"))
    assert (found.reports[1].published, found.reports[1].inspection_date) == (None, None)


@pytest.mark.parametrize(
    "title", ["Children's services monitoring visit", "Monitoring visit", "monitoring Visit"]
)
def test_the_titles_of_monitoring_visits_are_known(title: str) -> None:
    found = parse(entry(title=title))
    assert found.problems == ()
    assert (found.reports[0].kind_hint, found.reports[0].title_known) == (
        Kind.MONITORING_VISIT,
        True,
    )


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Second monitoring visit", Kind.MONITORING_VISIT),
        ("Area SEND monitoring inspection", Kind.AREA_SEND_MONITORING),
        ("Local area SEND re-visit", Kind.AREA_SEND_MONITORING),
        ("Local area SEND inspection", Kind.AREA_SEND),
        ("Something new", Kind.UNKNOWN),
    ],
)
def test_an_unknown_title_is_kept_and_reported(title: str, kind: Kind) -> None:
    found = parse(entry(title=title))
    assert (found.reports[0].title, found.reports[0].kind_hint) == (title, kind)
    assert not found.reports[0].title_known
    assert [problem.code for problem in found.problems] == ["unknown_title"]


@pytest.mark.parametrize(
    ("href", "code"),
    [
        ("https://evil.example/v1/file/50900001", "link_not_allowed"),
        ("http://files.ofsted.gov.uk/v1/file/50900001", "link_not_allowed"),
        ("https://files.ofsted.gov.uk:8443/v1/file/50900001", "link_not_allowed"),
        ("https://files.ofsted.gov.uk@evil.example/v1/file/5", "link_not_allowed"),
        ("https://evil.example\\@files.ofsted.gov.uk/v1/file/5", "link_not_allowed"),
        ("file:///v1/file/5", "link_not_allowed"),
        ("javascript:alert(1)", "link_not_allowed"),
        ("https://[::1/v1/file/5", "link_not_allowed"),
        ("https://files.ofsted.gov.uk/v1/file/", "link_without_file_id"),
        ("https://files.ofsted.gov.uk/v1/file/../../x/5", "link_without_file_id"),
        ("", "link_without_file_id"),
        (f"https://files.ofsted.gov.uk/v1/file/{'5' * 65}", "link_without_file_id"),
        ("https://files.ofsted.gov.uk/v1/file/5?x=\u202e&#27;[2J", "link_not_allowed"),
    ],
)
def test_a_link_that_leads_elsewhere_is_left_out_and_reported(href: str, code: str) -> None:
    good = entry(href="https://files.ofsted.gov.uk/v1/file/7")
    found = parse(entry(href=href), good)
    assert [report.file_id for report in found.reports] == ["7"]
    assert [problem.code for problem in found.problems] == [code]
    assert found.problems[0].message.isprintable()


def test_control_characters_and_direction_marks_are_left_out_of_titles_and_names() -> None:
    marked = "Children&#27;[2J&#155;s \u202eservices\u2066 \u200binspection"
    for found in (entry(title=marked), entry(title="", spoken=f"{marked}, PDF - 3 July 2009")):
        document = page(found, heading="Amble\u202eford")
        read = parse_authority_page(document, url=URL, hosts=HOSTS)
        assert all(text.isprintable() for text in (read.name, read.reports[0].title))
        assert all(problem.message.isprintable() for problem in read.problems)


def test_a_page_on_which_no_link_can_be_used_is_an_error() -> None:
    with pytest.raises(LayoutChanged):
        parse(entry(href="https://evil.example/v1/file/50900001"))


def test_links_may_be_relative() -> None:
    (report,) = parse(entry(href="/v1/file/7")).reports
    assert report.url == "https://reports.ofsted.gov.uk/v1/file/7"


def test_a_file_listed_twice_is_one_report() -> None:
    assert parse(entry(), entry()).problems == ()
    found = parse(entry(), entry(visited="13 January 2026"))
    assert len(found.reports) == 1
    assert [problem.code for problem in found.problems] == ["listed_twice"]


def test_an_implausible_number_of_reports_is_an_error() -> None:
    many = [entry(href=f"https://files.ofsted.gov.uk/v1/file/{n}") for n in range(501)]
    with pytest.raises(LayoutChanged):
        parse(*many)


def test_a_link_with_another_class_is_reported() -> None:
    odd = entry(href="https://files.ofsted.gov.uk/v1/file/7").replace("publication-link", "card")
    found = parse(entry(), odd)
    assert [problem.code for problem in found.problems] == ["unmarked_link"]


def test_a_page_of_links_with_another_class_is_an_error() -> None:
    with pytest.raises(LayoutChanged):
        parse(entry().replace("publication-link", "card"), expect=False)


def test_an_empty_page_is_fine_only_where_that_is_plausible() -> None:
    opened = '<li class="timeline__day timeline__day--opened"><div class="event">Opened</div></li>'
    assert parse().reports == ()
    assert parse(opened, expect=False).reports == ()
    for entries, expect in [((), True), ((opened,), None), ((opened,), True)]:
        with pytest.raises(LayoutChanged):
            parse(*entries, expect=expect)


def test_a_page_without_timeline_is_an_error() -> None:
    html = page().replace("timeline", "events")
    with pytest.raises(LayoutChanged):
        parse_authority_page(html, url=URL, hosts=HOSTS)


@pytest.mark.parametrize("html", ["", page(heading=""), page(urn="?"), page(urn="80902")])
def test_a_page_about_something_else_is_an_error(html: str) -> None:
    with pytest.raises(LayoutChanged):
        parse_authority_page(html, url=URL, hosts=HOSTS)


def test_the_councils_own_code_leads_to_the_same_page(ofsted: Ofsted) -> None:
    assert ofsted.authority("/provider/44/901") == ofsted.authority("/provider/44/80901")


def test_a_page_not_found_does_not_count_as_a_change_of_layout(
    server: SiteServer, ofsted: Ofsted
) -> None:
    with pytest.raises(NotFound):
        ofsted.authority("/provider/44/99999")
    with pytest.raises(NotFound):
        parse_authority_page(server.pages.not_found("Page"), url=URL, hosts=HOSTS)


def test_old_addresses_lead_to_the_page(ofsted: Ofsted) -> None:
    assert ofsted.authority("/provider/ELS/80901").urn == "80901"


def test_the_sites_own_pages_are_read(server: SiteServer, ofsted: Ofsted) -> None:
    server.site.quirks.type_word = "pdf"
    server.site.quirks.banner = "Big listen"
    server.site.quirks.linkless_entry = True
    server.site.quirks.no_spoken_date = {"50900001"}
    found = ofsted.authority("/provider/44/80901")
    assert [(r.file_id, r.published) for r in found.reports] == [
        ("50900001", date(2026, 7, 1)),
        ("50900002", date(2013, 2, 5)),
    ]
    assert found.reports[0].inspection_date == date(2026, 5, 11)
    assert found.problems == ()


def test_a_page_that_lacks_what_the_search_announced_is_noticed(
    server: SiteServer, ofsted: Ofsted
) -> None:
    row = ofsted.authorities().authorities[0]
    assert ofsted.authority(row).problems == ()
    later = replace(row, latest_report=date(2026, 8, 1))
    [problem] = ofsted.authority(later).problems
    assert problem.code == "page_lags"
    assert problem.message == (
        "The search shows a report of 1 August 2026 on Ambleford. "
        "The authority's page lists none of that date or later."
    )
    server.site.listings = [x for x in server.site.listings if x.urn != row.urn]
    with pytest.raises(LayoutChanged):
        ofsted.authority(row)


def test_a_withdrawn_report_may_come_back(server: SiteServer, ofsted: Ofsted) -> None:
    facts = ("80903", INSPECTION, date(2026, 1, 5), None, "50900009")
    server.site.listings += [
        SiteListing(*facts, withdrawn_on=date(2026, 2, 1)),
        SiteListing(*facts, listed_from=date(2026, 3, 1)),
    ]
    listed = []
    for day in (date(2026, 1, 31), date(2026, 2, 1), date(2026, 3, 1)):
        server.site.today = day
        listed.append(len(ofsted.authority("/provider/44/80903").reports))
    assert listed == [1, 0, 1]
