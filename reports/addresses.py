"""When two addresses of recipients are the same: upper and lower case do not count."""

from __future__ import annotations


def address_key(address: str) -> str:
    """Return what identifies an address. A database compares it with its function `lower`."""
    return address.lower()
