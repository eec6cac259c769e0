"""Tokens, by which Slack apps identify themselves: only the token of a bot can be used."""

from __future__ import annotations

from alerts.channels.errors import Refused

NEW_TOKEN = "copy the Bot User OAuth Token, which begins with xoxb-"
"""What to do about a wrong token, in words."""


def check_kind_of_token(token: str) -> None:
    """Raise Refused for a token that does not belong to a bot."""
    for start, kind in (("xoxp-", "a user token"), ("xapp-", "an app-level token")):
        if token.startswith(start):
            raise Refused(f"this is {kind}, which begins with {start}: {NEW_TOKEN}")
