"""Fetching a report's file, and checking that it is a complete PDF."""

from __future__ import annotations

import re

from scrapers.client import Answer, Client
from scrapers.errors import NotAReport, TooLarge, Unreachable
from scrapers.markup import check_page, parse_html, raise_if_gone

_EDGE = 1024
"""Bytes at the start and at the end in which the marks of a PDF must be."""

_LONGEST_NOT_FOUND_PAGE = 100_000
"""The site's "not found" page has 7 kB. A larger one is not searched for these words to its end:
the limit of a file would allow for minutes of parsing."""

_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


def download_report(client: Client, url: str) -> bytes:
    """Return a report's file: a whole PDF by its first and last bytes, not yet opened.

    Raises NotFound where the site says that it no longer exists, NotAReport where every try gets
    a file other than a complete PDF, and the client's errors.
    """
    try:
        return client.get_file(url, check=_check_file).body
    except TooLarge as error:
        raise NotAReport(f"This is too large for a report: {error}") from error


def _check_file(answer: Answer) -> None:
    """Raise unless the answer looks like a whole PDF. The content type is never trusted.

    A web page, such as one about maintenance, says nothing about the file, nor does no content.
    The end mark is required even where the length agrees with the header: the site may hold only
    part of a file. That may still open, and would be read as a shorter report.
    """
    body = answer.body
    if not body:
        raise Unreachable("The file is empty", url=answer.url)
    if b"%PDF-" not in body[:_EDGE]:
        if _HTML.search(body[:_EDGE]):
            check_page(answer)
            raise_if_gone(parse_html(body[:_LONGEST_NOT_FOUND_PAGE]), url=answer.url)
            raise Unreachable("The site sent a web page instead of the report", url=answer.url)
        raise NotAReport("The file is not a PDF", url=answer.url, retryable=True)
    if b"%%EOF" not in body.rstrip(b"\0\r\n\t ")[-_EDGE:]:
        raise NotAReport("The PDF was cut off", url=answer.url, retryable=True)
