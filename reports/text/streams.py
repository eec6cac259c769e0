"""Check the bytes of a PDF for what PDFium says nothing about: damage, and layers that are off.

PDFium silently ignores damage: letters change and lines go missing. But every compressed part
(stream) has a checksum of its content. PDFium also returns the text of layers that no viewer shows.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from types import ModuleType

_DEFLATED = re.compile(rb"/Filter\s*(?:/FlateDecode\b|\[\s*/FlateDecode\s*\])")
_PICTURE = re.compile(rb"/Subtype\s*/Image")
"""Pictures do not matter to the text. Fonts do: their parts name and measure the letters."""

_OFF = re.compile(rb"/OFF\s*(?:\[\s*\d|\d+ \d+ R)|/BaseState\s*/OFF")
"""Layers that are off when the file is opened."""

_DICTIONARY = 600
"""The number of bytes before a part in which its description is looked for."""

_CHUNK = 1 << 18
_MOST_OBJECTS = 1 << 22
_MOST_UNPACKED = 64_000_000
"""Bytes, of the objects in one part and of all parts. Real reports have at most a fifth of each."""


def _inflating() -> ModuleType:
    """Return the module that unpacks: `isal`, twice as fast as `zlib`, where it is installed."""
    try:
        return import_module("isal.isal_zlib")
    except ImportError:
        return zlib


_INFLATING = _inflating()


def damaged_streams(data: bytes) -> int:
    """Return the number of compressed parts that are cut off or whose content has changed.

    Encrypted files are not checked, nor are the parts after an unreasonable amount of content.
    """
    if b"/Encrypt" in data:
        return 0
    damaged = 0
    left = _MOST_UNPACKED
    for keyword, start in _streams(data):
        described = _description(data, keyword)
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


def has_hidden_layers(data: bytes) -> bool:
    """Return whether layers of the pages are not shown when the file is opened."""
    if _OFF.search(data):
        return True
    for keyword, start in _streams(data):
        if b"/ObjStm" not in _description(data, keyword):
            continue
        objects = data[start : data.find(b"endstream", start)]
        with suppress(_INFLATING.error):
            if _OFF.search(_INFLATING.decompressobj().decompress(objects, _MOST_OBJECTS)):
                return True
    return False


def _description(data: bytes, keyword: int) -> bytes:
    """Return what a PDF says about a part before its keyword."""
    before = data[max(0, keyword - _DICTIONARY) : keyword]
    return before[before.rfind(b"obj") :]


def _streams(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield the position of the keyword before each part, and where the part starts."""
    at = data.find(b"stream")
    while at >= 0:
        after = at + len(b"stream")
        line_end = data[after : after + 2]
        if data[at - 3 : at] != b"end" and line_end[:1] in (b"\r", b"\n"):
            yield at, after + (2 if line_end == b"\r\n" else 1)
        at = data.find(b"stream", after)


def _unpacked_size(data: bytes, start: int, *, most: int) -> int | None:
    """Return the size of a part in bytes when unpacked; None where it is damaged.

    Unpacking stops a little above `most`.
    """
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
