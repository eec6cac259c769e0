"""The pages of the site as HTML, close to the real ones wherever a reader of them may look."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, PackageLoader

from demo.site.content import AuthorityView, SearchQuery, SearchRow, SiteListing, SiteQuirks

_SORTS = (
    ("Best match", "relevancy", "desc"),
    ("Latest report", "date", "desc"),
    ("Alphabetical A-Z", "az", "asc"),
)

_LAST_YEAR_OF_TWO_SPACES = 2013
"""Until 2013 the text for screen readers has two spaces after the title's comma."""

_CLASS = re.compile(r'(?<=class=")[^"]*')


class Pages:
    """Renders pages as the site's `quirks` want them."""

    def __init__(self, quirks: SiteQuirks) -> None:
        self._quirks = quirks
        self._templates = Environment(loader=PackageLoader("demo.site"), autoescape=True)
        self._templates.filters["day"] = _day
        self._templates.filters["spoken"] = self._spoken

    def search(self, *, total: int, rows: list[SearchRow], query: SearchQuery, asked: str) -> bytes:
        """Return a page of results; its links repeat the query string `asked`."""
        cap = self._quirks.rows_cap
        size = max(1, query.rows if cap is None else min(query.rows, cap))
        more = query.start + size < total
        return self._render(
            "search.html",
            total=total,
            rows=rows,
            text=query.text,
            page=query.start // size + 1,
            pages=-(-total // size),
            next_url=_with(asked, start=query.start + size, rows=size) if more else None,
            sorts=[
                (label, _with(asked, sort=sort, order=order), sort == query.sort)
                for label, sort, order in _SORTS
            ],
        )

    def authority(self, view: AuthorityView, *, base: str) -> bytes:
        """Return an authority's page; links to files start with `base`."""
        entry = self._quirks.linkless_entry
        return self._render("authority.html", view=view, base=base, linkless_entry=entry)

    def not_found(self, what: Literal["Report", "Page"]) -> bytes:
        """Return the page for a missing report or page."""
        return self._render("not_found.html", what=what)

    def slim_error(self) -> bytes:
        """Return the page that the site's framework, Slim, shows when it fails."""
        return self._render("slim_error.html")

    def maintenance(self) -> bytes:
        """Return a page in the site's style that has nothing to do with what was asked for."""
        return self._render("maintenance.html")

    def _render(self, template: str, **values: object) -> bytes:
        page = self._templates.get_template(template)
        html = page.render(banner=self._quirks.banner, **values)
        # PHP writes the apostrophe with three digits.
        html = html.replace("&#39;", "&#039;")
        if self._quirks.renamed_classes:
            html = _CLASS.sub(self._rename, html)
        return html.encode()

    def _rename(self, names: re.Match[str]) -> str:
        return " ".join(self._quirks.renamed_classes.get(n, n) for n in names[0].split(" "))

    def _spoken(self, report: SiteListing) -> str:
        comma = ",  " if report.published.year <= _LAST_YEAR_OF_TWO_SPACES else ", "
        start = f"{report.title}{comma}{self._quirks.type_word}"
        if report.file_id in self._quirks.no_spoken_date:
            return start
        return f"{start} - {_day(report.published)}"


def _day(value: date) -> str:
    return f"{value:%d %B %Y}"


def _with(asked: str, **changes: object) -> str:
    """Return the address of the same search with some parameters changed."""
    kept = [(k, v) for k, v in parse_qsl(asked, keep_blank_values=True) if k not in changes]
    return "/search?" + urlencode([*kept, *((k, str(v)) for k, v in changes.items())])
