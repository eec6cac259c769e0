"""Remove secrets from texts that are stored or shown."""

from __future__ import annotations

from urllib.parse import quote

from reports.safe_text import plain_line


def scrubbed(text: str, secrets: tuple[str, ...]) -> str:
    """Return text in one line without any of the secrets, even if they are percent-encoded.

    It may be the reply of a service, with characters that no database or terminal takes.
    """
    for secret in secrets:
        for form in (secret, quote(secret, safe=""), quote(secret)):
            text = text.replace(form, "***")
    return plain_line(text)
