"""Remove secrets from texts that are stored or shown."""

from __future__ import annotations

from urllib.parse import quote


def scrubbed(text: str, secrets: tuple[str, ...]) -> str:
    """Return text without any of the secrets, also where they are percent-encoded."""
    for secret in secrets:
        for form in (secret, quote(secret, safe=""), quote(secret)):
            text = text.replace(form, "***")
    return text
