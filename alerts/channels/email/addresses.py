"""The email addresses that we accept: far fewer than the standard allows.

Quoted local parts, comments, display names and control characters can smuggle a second recipient
into the envelope or a header into the email. Alerts do not need them.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from reports.addresses import address_key

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_LOCAL})@{_LABEL}(?:\.{_LABEL})*", re.ASCII)

HOST = r"[A-Za-z0-9.:_-]+"
"""What the name or address of a mail server may consist of, as a regular expression."""


def checked_address(address: str) -> str:
    """Return `address` if it is one plain address. Raises ValueError."""
    match = _ADDRESS.fullmatch(address)
    if match is None or len(match[1]) > 64 or len(address) > 254:
        raise ValueError("must be one plain email address, such as team@example.gov.uk")
    return address


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _plain_and_distinct(addresses: tuple[str, ...]) -> tuple[str, ...]:
    for address in addresses:
        checked_address(address)
    if len(set(map(address_key, addresses))) < len(addresses):
        raise ValueError("names an address twice")
    return addresses


Recipients = Annotated[
    tuple[str, ...],
    Field(min_length=1),
    BeforeValidator(_as_tuple),
    AfterValidator(_plain_and_distinct),
]
"""The key `to` of a channel: one plain address or several different ones."""
