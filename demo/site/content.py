"""What the sample site publishes, and which of it is listed on a given day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SiteAuthority:
    """An authority. As on the real site, its page is also found by its three-digit `la_code`."""

    urn: str
    name: str
    la_code: str | None = None


@dataclass(frozen=True, slots=True)
class SiteListing:
    """A report on an authority's page.

    It is on the site from `listed_from` (its publication date where not given) until the day
    before `withdrawn_on`. So a back-dated report has a `listed_from` after its publication date,
    and a report that was withdrawn and put back is listed twice with the same `file_id`.
    """

    urn: str
    title: str
    published: date
    inspection_start: date | None
    file_id: str
    listed_from: date | None = None
    withdrawn_on: date | None = None

    def is_on_site(self, today: date) -> bool:
        """Return whether visitors see the report on that day."""
        gone = self.withdrawn_on is not None and self.withdrawn_on <= today
        return (self.listed_from or self.published) <= today and not gone


@dataclass(slots=True)
class SiteQuirks:
    """Ways in which the site's pages have changed, or may change. All can be set while it runs.

    `type_word` is "PDF" or, as before 2025, "pdf". `rows_cap` None gives as many rows as asked
    for. `no_spoken_date` holds file ids whose link lacks the date for screen readers.
    `renamed_classes` maps class names to new ones. `moved` maps URNs to the new URNs under which
    those authorities are listed now; their old pages are gone. `missing_as_200` serves the "Report
    not found" page with status 200. `linkless_entry` adds a timeline entry without a report.
    """

    banner: str = ""
    type_word: str = "PDF"
    rows_cap: int | None = 100
    no_spoken_date: set[str] = field(default_factory=set)
    duplicate_row_across_pages: bool = False
    renamed_classes: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    missing_as_200: bool = False
    linkless_entry: bool = False
    ignore_dates: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A search as the site understands it; see `query.parse_query` for the parameters."""

    only_authorities: bool = True
    text: str = ""
    la_codes: frozenset[str] = frozenset()
    published_from: date | None = None
    published_to: date | None = None
    sort: str = ""
    descending: bool = False
    start: int = 0
    rows: int = 10


@dataclass(frozen=True, slots=True)
class SearchRow:
    """A search result; `latest` is the publication date of the newest report of any kind."""

    urn: str
    name: str
    latest: date | None


@dataclass(frozen=True, slots=True)
class AuthorityView:
    """An authority's page: its reports on the site, newest first."""

    urn: str
    name: str
    reports: tuple[SiteListing, ...]


class Site:
    """Everything that is or will be published. `today` may be moved while the site is served."""

    def __init__(
        self,
        authorities: Iterable[SiteAuthority],
        listings: Iterable[SiteListing],
        files: Mapping[str, bytes | Path],
        *,
        today: date,
    ) -> None:
        self.authorities = list(authorities)
        self.listings = list(listings)
        self.files = dict(files)
        self.today = today
        self.quirks = SiteQuirks()

    def search(self, query: SearchQuery) -> tuple[int, list[SearchRow]]:
        """Return the number of all results, and the rows of the page asked for."""
        rows = self._rows(query)
        if not self.quirks.ignore_dates:
            rows = [row for row in rows if _in_range(row.latest, query)]
        if query.sort == "date":
            rows.sort(key=lambda row: row.latest or date.min, reverse=query.descending)
        elif query.sort == "az" and query.descending:
            rows.reverse()
        cap = self.quirks.rows_cap
        size = max(1, query.rows if cap is None else min(query.rows, cap))
        start = query.start
        if self.quirks.duplicate_row_across_pages and start > 0:
            start -= 1
        return len(rows), rows[start : query.start + size]

    def authority(self, number: str) -> AuthorityView | None:
        """Return the page at /provider/44/<number>, by URN or by the council's three-digit code."""
        for authority in self.authorities:
            urn = self.quirks.moved.get(authority.urn, authority.urn)
            if number in {urn, authority.la_code}:
                return AuthorityView(urn, authority.name, tuple(self._listed(authority.urn)))
        return None

    def file(self, file_id: str) -> bytes | None:
        """Return the bytes of a file that is listed today, or None."""
        listed = any(x.file_id == file_id and x.is_on_site(self.today) for x in self.listings)
        found = self.files.get(file_id) if listed else None
        return found.read_bytes() if isinstance(found, Path) else found

    def _rows(self, query: SearchQuery) -> list[SearchRow]:
        """Return all matching rows, sorted by the name of the authority."""
        rows = []
        for authority in sorted(self.authorities, key=lambda a: a.name.casefold()):
            urn = self.quirks.moved.get(authority.urn, authority.urn)
            text = query.text.casefold()
            if not query.only_authorities or (
                text not in authority.name.casefold() and text != urn
            ):
                continue
            if query.la_codes and authority.la_code not in query.la_codes:
                continue
            latest = max((x.published for x in self._listed(authority.urn)), default=None)
            rows.append(SearchRow(urn, authority.name, latest))
        return rows

    def _listed(self, urn: str) -> list[SiteListing]:
        found = [x for x in self.listings if x.urn == urn and x.is_on_site(self.today)]
        return sorted(found, key=lambda x: x.published, reverse=True)


def _in_range(latest: date | None, query: SearchQuery) -> bool:
    if query.published_from is None and query.published_to is None:
        return True
    first, last = query.published_from or date.min, query.published_to or date.max
    return latest is not None and first <= latest <= last
