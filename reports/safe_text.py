"""Words and addresses from outside, made harmless before messages and pages are built from them.

Each channel escapes its own markup. This module removes what no channel wants: characters that end
a header line, hide text or turn its direction, and addresses that are not plain web addresses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from urllib.parse import quote, urlsplit

_LINE_ENDS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
"""Everything at which str.splitlines() breaks; in a mail header each of them is an error."""

_SPACE = re.compile(r"\s+")
LONGEST_ADDRESS = 1_000
_URL_SAFE = "/:?#[]@!$&'()*+,;=%-._~"


def plain_line(text: str) -> str:
    """Return text as one line: no control or formatting characters, single spaces.

    Unicode's categories Cc and Cf cover escape sequences, zero-width characters and the marks
    that turn the direction of writing.
    """
    if text.isprintable() and "  " not in text:
        return text.strip()  # nearly all text: neither control characters nor odd spaces
    text = "".join(" " if char in _LINE_ENDS or char == "\t" else char for char in text)
    text = "".join(char for char in text if not is_control(char))
    return _SPACE.sub(" ", text).strip()


def quoted(text: str) -> str:
    """Return a value as errors and messages show it: on one line, in “quotation marks”."""
    return f"“{plain_line(text)}”"


def plain_lines(text: str) -> str:
    """Return text without control or formatting characters; lines, tabs and spaces are kept."""
    if text.isprintable():
        return text
    return "".join(char for char in text if char in "\n\t" or not is_control(char))


def is_control(char: str) -> bool:
    """Return whether a character is a control, formatting or surrogate character."""
    return unicodedata.category(char) in ("Cc", "Cf", "Cs")


def shortened(text: str, limit: int) -> str:
    """Return a name or title of at most `limit` characters, cut at a word, with "…"."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[limit // 2 :] else cut).rstrip(" .,;:") + "…"


def web_address(url: str | None, hosts: Container[str] | None = None) -> str | None:
    """Return `url`, percent-encoded, if it is a plain http(s) address (of one of `hosts`), or None.

    An address longer than any on the site gives None too: half an address leads nowhere.
    """
    if not url or "\\" in url or plain_line(url) != url:
        return None
    try:
        parts = urlsplit(url)
        host = parts.netloc.lower()
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in host:
        return None
    if hosts is not None and host not in hosts:
        return None
    address = quote(url, safe=_URL_SAFE)
    return address if len(address) <= LONGEST_ADDRESS else None


def host_of(url: str | None) -> str | None:
    """Return the host and port of an address, in lower case; None where there is none."""
    try:
        return urlsplit(url or "").netloc.lower() or None
    except ValueError:
        return None
