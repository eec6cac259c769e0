"""Reading the body of an answer without trusting its size."""

from __future__ import annotations

import zlib

import requests

from reports.safe_text import quoted
from scrapers.errors import TooLarge, Unreachable

_CHUNK = 65_536

_MAX_MEMBERS = 8
"""Gzip data may have several members; a server sends one. Unpacking a member copies all data that
follows it, so thousands of members would take hours."""


def read_body(response: requests.Response, *, limit: int, url: str) -> bytes:
    """Read a body, at most `limit` bytes both as sent and as unpacked.

    Raises TooLarge beyond the limit, Unreachable for a body that cannot be unpacked or was cut off,
    and whatever the connection raises.
    """
    coding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in {"identity", "", "gzip", "x-gzip"}:
        message = f"The answer has an encoding that was not requested: {quoted(coding)}"
        raise Unreachable(message, url=url)
    if (response.raw.length_remaining or 0) > limit:
        raise TooLarge(f"The answer is announced as larger than {limit:,} bytes", url=url)
    body = bytearray()
    while chunk := response.raw.read(_CHUNK, decode_content=False):
        body += chunk
        if len(body) > limit:
            raise TooLarge(f"The answer is larger than {limit:,} bytes", url=url)
    if "gzip" in coding:
        return unzip(bytes(body), limit=limit, url=url)
    return bytes(body)


def unzip(packed: bytes, *, limit: int, url: str) -> bytes:
    """Unpack gzip data, holding at most one byte more than `limit` of the result.

    Raises TooLarge beyond the limit, and Unreachable for data that is damaged or was cut off.
    """
    if not packed:
        return b""
    body = b""
    for _ in range(_MAX_MEMBERS):
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            body += member.decompress(packed, limit - len(body) + 1)
        except zlib.error as error:
            raise Unreachable("The packed answer is damaged", url=url) from error
        if len(body) > limit:
            raise TooLarge(f"The answer unpacks to more than {limit:,} bytes", url=url)
        if not member.eof:
            raise Unreachable("The packed answer was cut off", url=url)
        packed = member.unused_data
        if not packed:
            return body
    raise Unreachable("The answer is packed in more pieces than any real one", url=url)
