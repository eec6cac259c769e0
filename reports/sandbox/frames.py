"""Messages over a pipe, each preceded by its length."""

from __future__ import annotations

import struct
from typing import IO

LONGEST = 64_000_000
"""Bytes, more than the largest file that is read; a longer frame means a broken stream."""

_LENGTH = struct.Struct(">I")


def write_frame(sink: IO[bytes], data: bytes) -> None:
    """Send one message. Raises OSError where the other end is closed."""
    sink.write(_LENGTH.pack(len(data)))
    sink.write(data)
    sink.flush()


def read_frame(source: IO[bytes]) -> bytes | None:
    """Receive one message; None where the stream has ended, even within a message, or is broken."""
    head = source.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > LONGEST:
        return None
    data = source.read(length)
    return data if len(data) == length else None
