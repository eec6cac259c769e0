"""Which hosts need encryption."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_this_machine(host: str) -> bool:
    """Return whether a host name or address is the machine itself."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def check_encrypted(address: str) -> None:
    """Raise ValueError for a web address to which a secret would be sent without encryption."""
    try:
        parts = urlsplit(address)
        is_local = parts.scheme == "http" and is_this_machine(parts.hostname or "")
    except ValueError:
        raise ValueError("must be a whole address that begins with https://") from None
    if parts.scheme != "https" and not is_local:
        raise ValueError("must begin with https://, or with http:// if it is on this machine")
