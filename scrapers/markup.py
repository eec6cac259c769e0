"""Small steps that all pages share: from bytes to a tree, and from tags to text."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag

from reports.safe_text import plain_line
from scrapers.client import Answer
from scrapers.errors import NotFound, Unreachable

_SERVER_ERROR = re.compile(rb"<h1[^<>]*>\s*Slim Application Error", re.IGNORECASE)
_OPENS = re.compile(rb"<html[\s>]", re.IGNORECASE)
_CLOSES = re.compile(rb"</html\s*>", re.IGNORECASE)
_GONE = re.compile(r"\b(?:report|page) not found\b", re.IGNORECASE)


def check_page(answer: Answer) -> None:
    """Raise Unreachable for a page that a retry may fix: a server error or a cut-off page.

    The site's framework shows its error page at random, and not always with an error status.
    """
    if _SERVER_ERROR.search(answer.body):
        raise Unreachable("The site shows its error page", url=answer.url)
    if not answer.body.strip():
        raise Unreachable("The page is empty", url=answer.url)
    if _OPENS.search(answer.body) and not _CLOSES.search(answer.body):
        raise Unreachable("The page was cut off", url=answer.url)


def parse_html(html: bytes | str) -> BeautifulSoup:
    """Build the tree. Always lxml: Python's own parser takes minutes over hostile pages."""
    text = html.decode("utf-8", errors="replace") if isinstance(html, bytes) else html
    return BeautifulSoup(text, "lxml")


def text_of(tag: Tag) -> str:
    """Return the text of a tag and all within it as one line, without control characters."""
    return plain_line(tag.get_text(" "))


def says_not_found(soup: BeautifulSoup) -> bool:
    """Return whether this is one of the site's "Report not found" and "Page not found" pages."""
    return any(_GONE.search(text_of(tag)) for tag in soup.select("title, h1"))


def raise_if_gone(soup: BeautifulSoup, *, url: str) -> None:
    """Raise NotFound for a "not found" page, whatever its status was."""
    if says_not_found(soup):
        raise NotFound("The site says that this no longer exists", url=url)
