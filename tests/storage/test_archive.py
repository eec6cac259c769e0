"""Originals, kept by hash."""

from __future__ import annotations

import hashlib
from pathlib import Path

from storage.archive import Archive


def test_what_is_put_can_be_got(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    sha256 = archive.put(b"%PDF-1.7 words")
    assert sha256 == hashlib.sha256(b"%PDF-1.7 words").hexdigest()
    assert archive.get(sha256) == b"%PDF-1.7 words"


def test_the_same_content_is_stored_once(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.put(b"same")
    archive.put(b"same")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_file_that_was_damaged_does_not_count(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    sha256 = archive.put(b"whole")
    archive.path(sha256).write_bytes(b"who")
    assert archive.get(sha256) is None


def test_a_file_that_was_never_put_is_none(tmp_path: Path) -> None:
    assert Archive(tmp_path).get("0" * 64) is None
