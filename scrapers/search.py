"""The search: which authorities there are, and when each last had a report published."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from bs4 import Tag

from reports.model import Problem
from reports.safe_text import quoted
from reports.wording import uk_date
from scrapers.client import Client
from scrapers.dates import parse_date
from scrapers.errors import LayoutChanged
from scrapers.markup import check_page, parse_html, text_of
from scrapers.problems import SiteProblem

ROWS_PER_PAGE = 100
"""The site's own maximum; a larger value is silently treated as this one."""

MAX_ROWS = 200
"""The site sends at most the rows that were asked for. Twice that is an attack or a mistake."""

MAX_PAGES = 20

LOCAL_AUTHORITY = "44"
"""The site's number for "local authority" in the addresses of authority pages."""

LONGEST_URN = 20
"""The site's numbers have three to seven digits. A longer one does not fit into the tables."""

_ROW = "search-result"
_ANY_PAGE = re.compile("/provider/")
_PAGE_LINK = re.compile(r"/provider/(?P<type>\d+)/(?P<urn>[A-Za-z0-9]+)/?(?:[?#].*)?$")
_COUNT = re.compile(r"(\d{1,3}(?:,\d{3})*|\d{1,6})(?: results?)?$", re.ASCII)
_LATEST = re.compile(r"^latest report\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ListedAuthority:
    """One row of the search. `href` is as printed, so usually relative to the site.

    `urn` is taken from the link; it may change over the years. `latest_report` is the publication
    date of its newest report of any kind, None where the site shows none.
    """

    urn: str
    name: str
    href: str
    latest_report: date | None
    provider_type: str = LOCAL_AUTHORITY


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of results; `total` is what the site says it found on all pages."""

    total: int
    rows: tuple[ListedAuthority, ...]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """All rows of a search, each authority once.

    `complete` is false where the rows do not add up to the site's own count: then an authority
    that is not listed must not be taken as gone.
    """

    total: int
    authorities: tuple[ListedAuthority, ...]
    complete: bool = True
    problems: tuple[Problem, ...] = ()


def search_page_url(site_url: str, *, start: int = 0, since: date | None = None) -> str:
    """Return the address of the results from row `start` on: all authorities by name.

    With `since`: only authorities with a report published that day or later, newest first.
    """
    query = [(name, "") for name in ("q", "location", "lat", "lon", "radius")]
    query += [("level_1_types", "3"), ("level_2_types[]", "12")]
    query += [("start", str(start)), ("rows", str(ROWS_PER_PAGE))]
    if since is not None:
        query += [("latest_report_date_start", f"{since:%d-%m-%Y}")]
        query += [("sort", "date"), ("order", "desc")]
    return f"{site_url.rstrip('/')}/search?{urlencode(query)}"


def parse_search_page(html: bytes | str, *, url: str = "") -> SearchPage:
    """Read one page of results. Raises LayoutChanged for anything that is not fully understood.

    A page without rows is understood if it links to no authority: the site counts no results, or
    the page is beyond the last.
    """
    soup = parse_html(html)
    counts = {text_of(tag) for tag in soup.find_all(class_="results-count")}
    count = _COUNT.match(counts.pop()) if len(counts) == 1 else None
    if count is None:
        raise LayoutChanged("The search page does not say how many results there are", url=url)
    total = int(count[1].replace(",", ""))
    items = soup.find_all("li", class_=_ROW)
    if len(items) > min(total, MAX_ROWS) or any(item.find_parent(class_=_ROW) for item in items):
        raise LayoutChanged(f"The search page has {len(items)} rows for {total} results", url=url)
    if not items and soup.find_all("a", href=_ANY_PAGE):
        raise LayoutChanged(
            "The search page links to authorities, but not in the known rows", url=url
        )
    return SearchPage(total, tuple(_read_row(item) for item in items))


def fetch_authorities(
    client: Client,
    site_url: str,
    *,
    since: date | None = None,
    at_least: int = 0,
    at_most: int | None = None,
) -> SearchResult:
    """Read the search to its end: two requests for all authorities, one where `since` finds few.

    Raises LayoutChanged where rows are missing or their number is outside the bounds the caller
    knows to be plausible (the public site lists 150 to 156 authorities).
    """
    rows: list[ListedAuthority] = []
    totals: list[int] = []
    for _ in range(MAX_PAGES):
        # By the rows received, not by the rows asked for: the site has lowered its maximum before.
        url = search_page_url(site_url, start=len(rows), since=since)
        page = parse_search_page(client.get_page(url, check=check_page).body, url=url)
        totals.append(page.total)
        rows += page.rows
        if len(rows) >= page.total:
            break
        if not page.rows:
            raise LayoutChanged(f"The search counts {page.total} results but ends early", url=url)
    else:
        raise LayoutChanged(f"The search has no end after {MAX_PAGES} pages", url=site_url)
    listing = _combine(rows, totals=totals, since=since)
    found = len(listing.authorities)
    if found < at_least or (at_most is not None and found > at_most):
        bounds = f"{at_least} to {at_most}" if at_most is not None else f"at least {at_least}"
        raise LayoutChanged(f"The search lists {found} authorities; {bounds} are plausible")
    return listing


def _combine(rows: list[ListedAuthority], *, totals: list[int], since: date | None) -> SearchResult:
    """Put the pages together and note what does not fit."""
    problems = []
    others = [row.href for row in rows if row.provider_type != LOCAL_AUTHORITY]
    if others:
        message = "The search lists entries that are not local authorities"
        raise LayoutChanged(message, url=others[0])
    usable = [row for row in rows if len(row.urn) <= LONGEST_URN]
    for row in rows:
        if len(row.urn) > LONGEST_URN:
            message = f"The search lists {row.name} under a number that is too long."
            problems.append(Problem(code=SiteProblem.UNUSABLE_NUMBER, message=message))
    unique = {row.urn: row for row in usable}
    for urn, times in Counter(row.urn for row in usable).items():
        if times > 1:
            message = f"The search lists {unique[urn].name} (URN {urn}) {times} times."
            problems.append(Problem(code=SiteProblem.LISTED_TWICE, message=message))
    if len(set(totals)) > 1:
        message = f"The search counted {' and then '.join(map(str, totals))} results in one search."
        problems.append(Problem(code=SiteProblem.COUNT_CHANGED, message=message))
    if since and any(row.latest_report is None or row.latest_report < since for row in rows):
        message = (
            f"The search lists authorities without a report since {uk_date(since)}, the day it was "
            "asked for."
        )
        problems.append(Problem(code=SiteProblem.FILTER_IGNORED, message=message))
    return SearchResult(
        total=totals[-1],
        authorities=tuple(unique.values()),
        complete=len(set(totals)) == 1 and len(unique) == totals[-1],
        problems=tuple(problems),
    )


def _read_row(item: Tag) -> ListedAuthority:
    links = item.find_all("a", href=_ANY_PAGE)
    if len(links) != 1:
        raise LayoutChanged(f"A row of the search has {len(links)} links to authorities, not one")
    href, name = str(links[0]["href"]).strip(), text_of(links[0])
    match = _PAGE_LINK.search(href)
    if match is None or not name:
        raise LayoutChanged("A row of the search has no name or an unknown kind of link", url=href)
    return ListedAuthority(
        urn=match["urn"],
        name=name,
        href=href,
        latest_report=_latest_report(item, name=name),
        provider_type=match["type"],
    )


def _latest_report(item: Tag, *, name: str) -> date | None:
    entries = [li for li in item.find_all("li") if _LATEST.match(text_of(li))]
    if not entries:
        return None
    printed = text_of(entries[0].find("time") or entries[0])
    try:
        return parse_date(_LATEST.sub("", printed).lstrip(": "))
    except ValueError as error:
        raise LayoutChanged(
            f"The search shows no readable date for {name}: {quoted(printed)}"
        ) from error
