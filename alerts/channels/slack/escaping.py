"""Escape text for Slack.

Slack needs exactly `&`, `<` and `>` escaped, in every text object. Escaped text can neither mention
anybody nor link.
"""

from __future__ import annotations

from reports.safe_text import shortened


def escaped(text: str) -> str:
    """Return text with its special characters escaped, so that Slack shows it as it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escaped_within(text: str, limit: int) -> str:
    """Return escaped text of at most `limit` characters, shortened before it is escaped."""
    room = limit
    while len(result := escaped(shortened(text, room))) > limit:
        room -= max(1, len(result) - limit)
    return result
