"""The names of a delivery that its readers see: the same in every try."""

from __future__ import annotations

import hashlib


def alert_id(key: str) -> str:
    """The same in every try of one delivery, so that people recognise a second copy."""
    return hashlib.sha256(key.encode()).hexdigest()[:10]


def webhook_id(key: str) -> str:
    """For programs, which drop what they have had under the same name already."""
    return f"msg_{hashlib.sha256(key.encode()).hexdigest()[:32]}"
