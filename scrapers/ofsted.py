"""The website as the rest of the program sees it: authorities, their reports, and the files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Self
from urllib.parse import urljoin

from reports.closing import Closing
from reports.model import Problem
from reports.wording import uk_date
from scrapers.authority_page import AuthorityPage, parse_authority_page
from scrapers.client import Client, Pace
from scrapers.download import download_report
from scrapers.hosts import AllowedHosts
from scrapers.markup import check_page
from scrapers.problems import SiteProblem
from scrapers.public_site import PUBLIC_SITE
from scrapers.request_times import RequestTimes
from scrapers.search import ListedAuthority, SearchResult, fetch_authorities


class Ofsted(Closing):
    """Ofsted's report site, or a local copy of it. All methods raise SiteError."""

    def __init__(self, client: Client, site_url: str = PUBLIC_SITE) -> None:
        self.client = client
        self.site_url = site_url

    @classmethod
    def open(
        cls,
        site_url: str = PUBLIC_SITE,
        *,
        allowed_hosts: Sequence[str] | None = None,
        requests_per_second: float = 1.0,
        contact: str = "",
        request_times: Path | None = None,
    ) -> Self:
        """Open the site from settings. Raises ConfigurationError for unusable settings.

        Processes with the same `request_times` keep the pace together.
        """
        hosts = AllowedHosts.from_settings(site_url, allowed_hosts)
        pace = Pace(requests_per_second=requests_per_second)
        times = RequestTimes(request_times)
        return cls(Client(hosts, contact=contact, pace=pace, times=times), site_url)

    def authorities(
        self, *, since: date | None = None, at_least: int = 0, at_most: int | None = None
    ) -> SearchResult:
        """Return all authorities, or those with a report published on or after `since`.

        `at_least` and `at_most` bound the plausible number of authorities; on the public site a
        full listing has 150 to 156. Raises LayoutChanged outside of them.
        """
        return fetch_authorities(
            self.client, self.site_url, since=since, at_least=at_least, at_most=at_most
        )

    def authority(self, listed: ListedAuthority | str) -> AuthorityPage:
        """Return the page of one authority, given its row of the search, or only a link to it.

        A page is checked against its row. Where the search has a report, a page without any raises
        LayoutChanged, and a page whose newest report is older has the problem `page_lags`.
        """
        row = listed if isinstance(listed, ListedAuthority) else None
        url = urljoin(f"{self.site_url.rstrip('/')}/", row.href if row else str(listed))
        answer = self.client.get_page(url, check=check_page)
        page = parse_authority_page(
            answer.body,
            url=answer.url,
            hosts=self.client.hosts,
            expect_reports=row.latest_report is not None if row else None,
        )
        return _compare_with_row(page, row=row) if row else page

    def download(self, url: str) -> bytes:
        """Return the file of a report, given its address."""
        return download_report(self.client, url)

    def close(self) -> None:
        """Close the kept connections."""
        self.client.close()


def _compare_with_row(page: AuthorityPage, *, row: ListedAuthority) -> AuthorityPage:
    """Add the problem `page_lags` where the page's newest report is older than the search said."""
    newest = max((r.published for r in page.reports if r.published), default=None)
    if row.latest_report is None or (newest is not None and newest >= row.latest_report):
        return page
    message = (
        f"The search shows a report of {uk_date(row.latest_report)} on {row.name}. "
        "The authority's page lists none of that date or later."
    )
    return replace(
        page, problems=(*page.problems, Problem(code=SiteProblem.PAGE_LAGS, message=message))
    )
