"""The right answers of the site, by address; `misbehave` has the wrong ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from demo.site.content import Site
from demo.site.pages import Pages
from demo.site.query import parse_query

_AUTHORITY = re.compile(r"/provider/44/(\d+)/?")
_OLD_AUTHORITY = re.compile(r"(?:/inspection-reports/find-inspection-report)?/provider/ELS/(\d+)/?")
_FILE = re.compile(r"/v1/file/(\d+)/?")
_NOT_FOUND_PATH = "/report-not-found"


@dataclass(frozen=True, slots=True)
class Response:
    """An answer before it is sent."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def html(body: bytes, *, status: int = 200) -> Response:
    """Return a web page."""
    return Response(status, "text/html; charset=utf-8", body)


def pdf(body: bytes) -> Response:
    """Return a report file."""
    return Response(200, "application/pdf", body)


def redirect(location: str, *, status: int = 302) -> Response:
    """Return a redirect without a body."""
    return Response(status, "text/html; charset=utf-8", b"", {"Location": location})


def respond(site: Site, pages: Pages, *, target: str, base: str) -> Response:
    """Answer a GET of `target` (path and query); links to files and redirects start with `base`."""
    parts = urlsplit(target)
    if parts.path == "/":
        return redirect(f"{base}/search")
    if parts.path == "/search":
        query = parse_query(parts.query)
        total, rows = site.search(query)
        return html(pages.search(total=total, rows=rows, query=query, asked=parts.query))
    if match := _AUTHORITY.fullmatch(parts.path):
        view = site.authority(match[1])
        return html(pages.authority(view, base=base)) if view else _missing_page(pages)
    if match := _OLD_AUTHORITY.fullmatch(parts.path):
        return redirect(f"{base}/provider/44/{match[1]}", status=301)
    if match := _FILE.fullmatch(parts.path):
        return _file(site, pages, file_id=match[1], base=base)
    if parts.path == _NOT_FOUND_PATH:
        return html(pages.not_found("Report"), status=404)
    return _missing_page(pages)


def _file(site: Site, pages: Pages, *, file_id: str, base: str) -> Response:
    found = site.file(file_id)
    if found is not None:
        return pdf(found)
    if site.quirks.missing_as_200:
        return html(pages.not_found("Report"))
    return redirect(base + _NOT_FOUND_PATH)


def _missing_page(pages: Pages) -> Response:
    return html(pages.not_found("Page"), status=404)
