"""Who decides something, and why: every decision is stored with both."""

from __future__ import annotations

from reports.errors import ConfigurationError


def who_and_why(who: str, why: str) -> tuple[str, str]:
    """Return both without space around them. Raises ConfigurationError where one is empty."""
    if not who.strip() or not why.strip():
        raise ConfigurationError("--who and --why are required")
    return who.strip(), why.strip()
