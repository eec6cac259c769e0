"""Damage inside a PDF that PDFium reads over is seen by the checksums of its compressed parts."""

from __future__ import annotations

import io
import zlib
from types import ModuleType

import pytest
from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from reports.reader import read_bytes
from reports.register import Register
from reports.text import streams
from reports.text.streams import damaged_streams
from tests.reports.conftest import codes

PACKED = zlib.compress(b"BT (The quality of supervision.) Tj ET " * 40, 9)


def part(content: bytes, *, entries: bytes = b"/Filter/FlateDecode", end: bytes = b"\r\n") -> bytes:
    """One part of a PDF with its description."""
    described = b"4 0 obj\r\n<<" + entries + b"/Length %d>>\r\nstream" % len(content) + end
    return described + content + b"\r\nendstream\r\nendobj\r\n"


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
@pytest.mark.parametrize("entries", [b"/Filter/FlateDecode", b"/N 3/Filter [ /FlateDecode ]"])
def test_whole_parts_are_whole(entries: bytes, end: bytes) -> None:
    assert damaged_streams(part(PACKED, entries=entries, end=end) * 3) == 0


@pytest.mark.parametrize("inflating", [zlib, streams._inflating()])
def test_every_changed_byte_is_seen(inflating: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "_INFLATING", inflating)
    for at in range(len(PACKED)):
        changed = bytes([*PACKED[:at], PACKED[at] ^ 0x10, *PACKED[at + 1 :]])
        assert damaged_streams(part(PACKED) + part(changed)) == 1


def test_a_part_that_is_cut_off_is_seen() -> None:
    assert damaged_streams(part(PACKED[:-9])) == 1
    assert damaged_streams(part(PACKED)[:-60]) == 1


@pytest.mark.parametrize(
    "entries",
    [
        b"/Filter/DCTDecode",
        b"/Filter[/ASCII85Decode/FlateDecode]",
        b"/Subtype/Image/Filter/FlateDecode",
        b"/Type/Metadata",
    ],
)
def test_what_is_packed_otherwise_is_not_judged(entries: bytes) -> None:
    assert damaged_streams(part(b"no packed text at all", entries=entries)) == 0


def test_nor_are_encrypted_files() -> None:
    assert damaged_streams(part(b"secret") + b"trailer<</Encrypt 9 0 R>>") == 0


def test_a_part_that_unpacks_without_end_is_refused() -> None:
    assert damaged_streams(part(zlib.compress(b"\0" * 200_000_000, 9))) == 0


def test_a_damaged_report_has_a_problem(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rl_config, "useA85", 0)
    file = io.BytesIO()
    canvas = Canvas(file, pageCompression=1, invariant=1)
    text = canvas.beginText(72, 700)
    text.textLines(
        "Dear Ms Roe\nFocused visit to Bury children’s services\nThis letter summarises the "
        "findings of the focused visit to Bury children’s\nservices on 12 and 13 May 2025."
    )
    canvas.drawText(text)
    canvas.save()
    whole = file.getvalue()
    start = whole.index(b"stream", whole.index(b"/FlateDecode")) + 20
    assert "text_damaged" not in codes(read_bytes(whole, name="x", register=register))
    damaged = set[str]()
    for at in range(start, start + 40):
        changed = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        found = codes(read_bytes(changed, name="x", register=register))
        assert found
        damaged |= found
    assert "text_damaged" in damaged
