"""What a fault makes of an answer: another answer, or the right one sent badly."""

from __future__ import annotations

import io
import socket
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import cache

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from demo.site.answers import Response, html, pdf, redirect
from demo.site.faults import Fault, FaultKind
from demo.site.pages import Pages

_DRIP_SECONDS = 0.05
_BOMB_BYTES = 64_000_000

Wait = Callable[[float], bool]
"""Waits the given seconds; returns true once the server is to stop."""


def replacement(fault: Fault, pages: Pages) -> Response | None:
    """Return the answer that a fault gives instead of the right one; None if it has none."""
    match fault.kind:
        case FaultKind.FORBIDDEN:
            return html(b"<html><body>Forbidden</body></html>", status=403)
        case FaultKind.BUSY:
            return Response(429, "text/html", b"", {"Retry-After": fault.value or "1"})
        case FaultKind.UNAVAILABLE:
            return Response(503, "text/html", b"", {"Retry-After": fault.value or "1"})
        case FaultKind.STATUS:
            return Response(int(fault.value), "text/html", b"")
        case FaultKind.SLIM_500:
            return html(pages.slim_error(), status=500)
        case FaultKind.SLIM_200:
            return html(pages.slim_error())
        case FaultKind.MAINTENANCE:
            return html(pages.maintenance())
        case FaultKind.HTML:
            return html(fault.value.encode())
        case FaultKind.REDIRECT:
            return redirect(fault.value)
        case FaultKind.EMPTY:
            return pdf(b"")
        case FaultKind.ENCRYPTED:
            return pdf(_encrypted_pdf())
        case FaultKind.GZIP_BOMB:
            return Response(200, "text/html", _gzip_bomb(), {"Content-Encoding": "gzip"})
        case _:
            return None


def badly(
    fault: Fault, *, head: bytes, head_without_length: bytes, body: bytes, wait: Wait
) -> Iterator[bytes]:
    """Yield the pieces of an answer as a fault sends them; the caller then closes the connection.

    `head_without_length` is for faults that do not announce the length of the answer.
    """
    half = body[: len(body) // 2]
    match fault.kind:
        case FaultKind.HANG:
            while not wait(1.0):
                pass
        case FaultKind.HANG_UP:
            pass
        case FaultKind.DRIP_HEADERS:
            yield from _drip(head, pause=_pause(fault), wait=wait)
        case FaultKind.DRIP_BODY:
            yield head
            yield from _drip(body, pause=_pause(fault), wait=wait)
        case FaultKind.ENDLESS:
            yield head_without_length + b"%PDF-1.7\n"
            while not wait(0):
                yield b"% and so on " * 5_000
        case FaultKind.CUT_NO_LENGTH:
            yield head_without_length + half
        case FaultKind.CUT | FaultKind.RESET:
            yield head + half
        case _:
            yield head + body


def reset(connection: socket.socket) -> None:
    """Break a connection so that the other side sees a reset, not an end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # The file objects around it keep a closed socket open; its descriptor must go.
    socket.close(connection.detach())


def _pause(fault: Fault) -> float:
    """Return the seconds between the bytes of an answer that drips."""
    return float(fault.value) if fault.value else _DRIP_SECONDS


def _drip(data: bytes, *, pause: float, wait: Wait) -> Iterator[bytes]:
    for position in range(len(data)):
        if wait(pause):
            return
        yield data[position : position + 1]


@cache
def _gzip_bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    block = bytes(1_000_000)
    parts = [packer.compress(block) for _ in range(_BOMB_BYTES // len(block))]
    return b"".join([*parts, packer.flush()])


@cache
def _encrypted_pdf() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption("a password", canPrint=0))
    canvas.drawString(72, 720, "Nobody can read this.")
    canvas.save()
    return file.getvalue()
