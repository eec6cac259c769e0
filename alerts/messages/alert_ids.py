"""The names of a delivery that recipients see: the same in every try."""

from __future__ import annotations

import hashlib


def alert_id(key: str) -> str:
    """Return the id that people see, by which they recognise a second copy: ten hex digits."""
    return hashlib.sha256(key.encode()).hexdigest()[:10]


def message_reference(key: str) -> str:
    """Return the reference that programs see, by which they recognise a second copy."""
    return f"msg_{hashlib.sha256(key.encode()).hexdigest()[:32]}"
