"""An authority's page: every report that the site lists for it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, NavigableString, Tag

from reports.model import Kind, Problem
from reports.safe_text import plain_line, quoted, shortened, web_address
from scrapers.dates import parse_date
from scrapers.errors import LayoutChanged, NotAllowed
from scrapers.hosts import AllowedHosts
from scrapers.markup import parse_html, raise_if_gone, text_of
from scrapers.problems import SiteProblem
from scrapers.titles import kind_of_title

_FILE_PATH = re.compile(r"/v\d+/file/(?P<id>\d{1,20})/?")
"""The site's file numbers have eight digits. The limit keeps out what the database cannot store."""

_URN = re.compile(r"\bURN:?\s*(?P<urn>\d+)", re.IGNORECASE)

_SPOKEN = re.compile(
    r"(?P<title>.*?) ?, ?(?P<type>[a-z]+)(?: ?- ?(?P<date>\d{1,2} [a-z]+ \d{4}))?", re.IGNORECASE
)
"""The text for screen readers: "<title>, PDF - 24 February 2026"; before 2014 with two spaces."""

_LA_CODE_LENGTH = 3

UNTITLED = "Report without a title"
"""The title, in messages and on pages, of a report that has none on the site."""

MAX_REPORTS = 500
"""The longest real page has some twenty reports."""

_ADDRESS_CHARACTERS = 200
"""An unusable address is cut to this number of characters in a message."""

_ENCLOSING_TAGS = 6
"""How many of the tags around a link are searched for its dates: span, event, day, and some to
spare."""


@dataclass(frozen=True, slots=True)
class ListedReport:
    """One report as listed. `file_id` is the site's key; an amended file gets a new key.

    `published` is the date on the site, None where it shows none; `inspection_date` is only a hint
    (the report itself decides). `title_known` is false for a title that titles.yaml does not have;
    `kind_hint` is then a guess.
    """

    file_id: str
    url: str
    title: str
    kind_hint: Kind
    title_known: bool
    published: date | None
    inspection_date: date | None


@dataclass(frozen=True, slots=True)
class AuthorityPage:
    """All reports of one authority in the order of the page, and what could not be understood.

    Each of `problems` concerns one entry; the other entries can be used.
    """

    urn: str
    name: str
    reports: tuple[ListedReport, ...]
    problems: tuple[Problem, ...] = ()


class _Entries:
    """Collects the entries of a page and their problems."""

    def __init__(self, links: Sequence[Tag], *, base: str, hosts: AllowedHosts) -> None:
        self._base = base
        self._hosts = hosts
        self._links_within = Counter(id(tag) for link in links for tag in _around(link))
        self.reports: dict[str, ListedReport] = {}
        self.problems: list[Problem] = []

    def add(self, link: Tag) -> None:
        """Read one link. A link that cannot be used becomes a problem and is left out."""
        title = _title(link)
        found = self._locate(link, title=title)
        if found is None:
            return
        file_id, url = found
        kind, known = kind_of_title(title)
        if not known:
            self._note(
                SiteProblem.UNKNOWN_TITLE,
                f"The report {url} has the unknown title {quoted(title)}.",
            )
        report = ListedReport(
            file_id=file_id,
            url=url,
            title=title,
            kind_hint=kind,
            title_known=known,
            published=self._published(link, url=url),
            inspection_date=self._inspection_date(link, url=url),
        )
        first = self.reports.setdefault(file_id, report)
        if first != report:
            self._note(
                SiteProblem.LISTED_TWICE, f"The report {url} is listed twice with different facts."
            )

    def add_unmarked(self, link: Tag) -> None:
        """Note a link to a file that is not marked as a publication, unless it is also listed."""
        found = self._locate(link, title=text_of(link))
        if found is not None and found[0] not in self.reports:
            self._note(
                SiteProblem.UNMARKED_LINK,
                f"The page links to {found[1]}, but not as a publication.",
            )

    def _note(self, code: SiteProblem, message: str) -> None:
        problem = Problem(code=code, message=message)
        if problem not in self.problems:
            self.problems.append(problem)

    def _locate(self, link: Tag, *, title: str) -> tuple[str, str] | None:
        """Return the file id and absolute address of a link, or None after noting a problem."""
        href = str(link.get("href") or "").strip()
        try:
            url = urljoin(self._base, href)
            self._hosts.check(url)
        except (NotAllowed, ValueError) as error:
            self._note(
                SiteProblem.LINK_NOT_ALLOWED,
                f"The link of {quoted(title)} is left out: {_cut(str(error))}.",
            )
            return None
        match = _FILE_PATH.fullmatch(urlsplit(url).path)
        if match is None or web_address(url) is None:
            self._note(
                SiteProblem.LINK_WITHOUT_FILE_ID,
                f"The link of {quoted(title)} names no file: {_cut(url)}.",
            )
            return None
        return match["id"], url

    def _published(self, link: Tag, *, url: str) -> date | None:
        """Return the date in the text for screen readers, else the date below the title."""
        words = _spoken(link)
        texts = words["date"] if words else None, self._nearby(link, "time[pubdate]")
        spoken, printed = (self._date(text, url=url) for text in texts)
        if spoken and printed and spoken != printed:
            self._note(
                SiteProblem.DATES_DISAGREE, f"The report {url} is dated {spoken} and {printed}."
            )
        if not any(texts):
            self._note(
                SiteProblem.NO_PUBLICATION_DATE, f"The report {url} shows no publication date."
            )
        return spoken or printed

    def _inspection_date(self, link: Tag, *, url: str) -> date | None:
        return self._date(self._nearby(link, ".timeline__date time"), url=url)

    def _nearby(self, link: Tag, selector: str) -> str | None:
        """Return the text of the nearest match, within the tags around a link that hold no other
        link; None without one.

        A tag with several links has the dates of several reports.
        """
        for scope in _around(link):
            if self._links_within[id(scope)] > 1:
                return None
            found = scope.select_one(selector)
            if found is not None:
                return text_of(found)
        return None

    def _date(self, text: str | None, *, url: str) -> date | None:
        if not text:
            return None
        try:
            return parse_date(text)
        except ValueError:
            self._note(
                SiteProblem.UNREADABLE_DATE, f"The report {url} shows no real date: {quoted(text)}."
            )
            return None


def parse_authority_page(
    html: bytes | str,
    *,
    url: str,
    hosts: AllowedHosts,
    expect_reports: bool | None = None,
) -> AuthorityPage:
    """Read the page that came from `url`.

    `expect_reports` is what the search said: whether the authority has any report. Where that is
    not known (None), a page without reports is understood only if it has a timeline without
    entries.

    Raises NotFound for the site's "not found" page, and LayoutChanged where the page is about
    another authority than the address, or no report could be read although there should be some.
    """
    soup = parse_html(html)
    raise_if_gone(soup, url=url)
    urn, name = _read_header(soup, url=url)
    links = soup.select("a.publication-link")
    unmarked = soup.select('a[href*="/file/"]:not(.publication-link)')
    if len(links) + len(unmarked) > MAX_REPORTS:
        raise LayoutChanged("The page lists more reports than is plausible", url=url)
    entries = _Entries(links, base=url, hosts=hosts)
    for link in links:
        entries.add(link)
    for link in unmarked:
        entries.add_unmarked(link)
    if not entries.reports:
        _check_empty(soup, found=bool(links or unmarked), expect_reports=expect_reports, url=url)
    return AuthorityPage(urn, name, tuple(entries.reports.values()), tuple(entries.problems))


def _read_header(soup: BeautifulSoup, *, url: str) -> tuple[str, str]:
    """Return the URN and name that the page shows. Raises LayoutChanged for another authority."""
    heading = soup.select_one("h1.heading--title") or soup.select_one("h1")
    subheading = soup.select_one(".title-block__subheading") or soup.body
    match = _URN.search(text_of(subheading)) if subheading else None
    if heading is None or not text_of(heading) or match is None:
        raise LayoutChanged("The page does not say which authority it is about", url=url)
    asked = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    # Old links use the council's three-digit code; the page then shows the real number.
    if match["urn"] != asked and len(asked) != _LA_CODE_LENGTH:
        raise LayoutChanged(f"The page is about URN {match['urn']}", url=url)
    return match["urn"], text_of(heading)


def _check_empty(
    soup: BeautifulSoup, *, found: bool, expect_reports: bool | None, url: str
) -> None:
    """Raise LayoutChanged for a page without usable reports, unless that is plausible."""
    if found:
        raise LayoutChanged("None of the page's links to reports can be used", url=url)
    if expect_reports or soup.select_one("li.timeline__day .event a"):
        raise LayoutChanged("The page lists no reports although there are some", url=url)
    if expect_reports is None and (
        soup.select_one("ol.timeline") is None or soup.select_one("ol.timeline > li")
    ):
        raise LayoutChanged("The page has no list of reports in a known form", url=url)


def _title(link: Tag) -> str:
    """Return the link's own words without comments, else those of the text for screen readers."""
    own = plain_line("".join(text for text in link.children if type(text) is NavigableString))
    if own:
        return own
    spoken = _spoken(link)
    return (spoken["title"] if spoken else text_of(link)) or UNTITLED


def _spoken(link: Tag) -> re.Match[str] | None:
    hidden = link.select_one(".nonvisual")
    return _SPOKEN.fullmatch(text_of(hidden)) if hidden else None


def _cut(text: str) -> str:
    """Return an unusable address, or a sentence with one, so that a message can quote it."""
    return shortened(plain_line(text), _ADDRESS_CHARACTERS)


def _around(link: Tag) -> list[Tag]:
    """Return the tags that enclose a link, innermost first."""
    return list(islice(link.parents, _ENCLOSING_TAGS))
