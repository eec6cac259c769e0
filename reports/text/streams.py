"""Whether the compressed parts of a PDF are whole.

PDFium reads on over damage: letters change, lines go missing, and nothing says so. But every
compressed part carries a checksum of what was packed, which tells.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

_DEFLATED = re.compile(rb"/Filter\s*(?:/FlateDecode\b|\[\s*/FlateDecode\s*\])")
_PICTURE = re.compile(rb"/Subtype\s*/Image")
"""Pictures say nothing about the text. Fonts do: their parts name and measure the letters."""

_DICTIONARY = 600
"""Bytes before a part in which its description stands."""

_CHUNK = 1 << 18
_MOST_UNPACKED = 64_000_000
"""Bytes. Real reports unpack to a fifth of it at most."""


def _inflating() -> ModuleType:
    """The module that unpacks: `isal`, twice as fast as `zlib`, where it is built for a machine."""
    try:
        return import_module("isal.isal_zlib")
    except ImportError:
        return zlib


_INFLATING = _inflating()


def damaged_streams(data: bytes) -> int:
    """How many compressed parts are cut off or do not have the content that was packed.

    Encrypted files are not looked at; nor is what comes after an unreasonable amount of content.
    """
    if b"/Encrypt" in data:
        return 0
    damaged = 0
    left = _MOST_UNPACKED
    for keyword, start in _streams(data):
        described = data[max(0, keyword - _DICTIONARY) : keyword]
        described = described[described.rfind(b"obj") :]
        if _DEFLATED.search(described) is None or _PICTURE.search(described) is not None:
            continue
        size = _unpacked_size(data, start, most=left)
        if size is None:
            damaged += 1
        else:
            left -= size
        if left <= 0:
            break
    return damaged


def _streams(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the word before each part stands, and where the part starts."""
    at = data.find(b"stream")
    while at >= 0:
        after = at + len(b"stream")
        line_end = data[after : after + 2]
        if data[at - 3 : at] != b"end" and line_end[:1] in (b"\r", b"\n"):
            yield at, after + (2 if line_end == b"\r\n" else 1)
        at = data.find(b"stream", after)


def _unpacked_size(data: bytes, start: int, *, most: int) -> int | None:
    """Bytes that a part unpacks to, at most a little more than `most`; None where it is damaged."""
    unpacker = _INFLATING.decompressobj()
    size = 0
    end = data.find(b"endstream", start)
    end = end if end >= 0 else len(data)
    part = data[start:end]
    try:
        while not unpacker.eof and size <= most:
            unpacked = unpacker.decompress(part, _CHUNK)
            size += len(unpacked)
            part = unpacker.unconsumed_tail
            if not part and not unpacked:
                break
    except _INFLATING.error:
        return None
    return size if unpacker.eof or size > most else None
