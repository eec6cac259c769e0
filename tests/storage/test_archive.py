"""Originals, kept by hash."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path

import pytest

from reports.errors import ConfigurationError
from storage.archive import Archive, open_archive
from storage.errors import ArchiveTrouble
from storage.shared_archive import SharedArchive


@pytest.fixture(params=["folder", "store"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive | SharedArchive:
    """An empty place of originals: a folder, and a store that fsspec reaches."""
    if request.param == "folder":
        return open_archive(tmp_path)
    return open_archive(f"memory://{tmp_path.name}/{uuid.uuid4().hex}")


def test_what_is_put_can_be_got_and_discarded(archive: Archive | SharedArchive) -> None:
    sha256 = archive.put(b"%PDF-1.7 words")
    assert sha256 == hashlib.sha256(b"%PDF-1.7 words").hexdigest()
    assert archive.put(b"%PDF-1.7 words") == sha256
    assert archive.get(sha256) == b"%PDF-1.7 words"
    assert archive.holds(sha256)
    archive.discard(sha256)
    archive.discard(sha256)
    assert archive.get(sha256) is None
    assert not archive.holds(sha256)


def test_the_same_content_is_stored_once(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.put(b"same")
    archive.put(b"same")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_file_that_was_damaged_does_not_count_and_can_be_put_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    sha256 = archive.put(b"whole")
    archive.path(sha256).write_bytes(b"who")
    assert archive.get(sha256) is None
    archive.put(b"whole")
    assert archive.get(sha256) == b"whole"


def test_a_file_that_was_never_put_is_none(tmp_path: Path) -> None:
    assert Archive(tmp_path).get("0" * 64) is None


def test_a_folder_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    sha256 = hashlib.sha256(b"words").hexdigest()
    archive.path(sha256).parent.write_text("a file in its place")
    with pytest.raises(ArchiveTrouble, match="Not a directory"):
        archive.put(b"words")
    with pytest.raises(ArchiveTrouble, match="Not a directory"):
        archive.get(sha256)


def test_a_damaged_file_of_a_store_does_not_count_and_can_be_put_again() -> None:
    archive = open_archive(f"memory://{uuid.uuid4().hex}")
    assert isinstance(archive, SharedArchive)
    sha256 = archive.put(b"whole")
    archive._system.pipe_file(archive._path(sha256), b"who")
    assert archive.get(sha256) is None
    archive.put(b"whole")
    assert archive.get(sha256) == b"whole"


def test_a_store_without_its_bucket_is_trouble_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 reports a missing bucket as a file that is not found."""
    archive = open_archive(f"memory://{uuid.uuid4().hex}")
    assert isinstance(archive, SharedArchive)

    def fail(*_: object) -> None:
        raise FileNotFoundError("The specified bucket does not exist")

    monkeypatch.setattr(type(archive._system), "pipe_file", fail)
    with pytest.raises(ArchiveTrouble, match="The store of original files cannot be used"):
        archive.put(b"x")


@pytest.mark.parametrize("address", ["nosuchstore://bucket/originals", "http+x://h/x"])
def test_a_store_that_cannot_be_reached_is_a_setting_to_put_right(address: str) -> None:
    with pytest.raises(ConfigurationError, match="WATCH_ORIGINALS"):
        open_archive(address)


def test_trouble_with_a_store_is_one_sentence_without_credentials(tmp_path: Path) -> None:
    (tmp_path / "no-folder").touch()
    archive = open_archive(f"file://{tmp_path}/no-folder/canary")
    with pytest.raises(ArchiveTrouble, match="The store of original files") as caught:
        archive.put(b"x")
    assert "canary" not in str(caught.value)
