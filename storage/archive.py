"""Original files, stored under their hash. A file that was only half written never counts."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from storage.errors import ArchiveTrouble
from storage.shared_archive import SharedArchive


class Archive:
    """A folder of original files. The same content is stored once.

    All methods raise ArchiveTrouble where the folder or a file in it cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        """Keep files in `folder`, which is created with the first file."""
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Return where the file with this hash is, or would be."""
        return self.folder / sha256[:2] / sha256

    def put(self, data: bytes) -> str:
        """Keep `data` and return its SHA-256. The file is on disk when this returns.

        A damaged file with this hash is replaced.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        if self.get(sha256) is None:
            with self._as_trouble():
                _write_whole(self.path(sha256), data)
        return sha256

    def get(self, sha256: str) -> bytes | None:
        """Return the file with this hash, or None where it is gone or its content has changed."""
        with self._as_trouble():
            try:
                data = self.path(sha256).read_bytes()
            except FileNotFoundError:
                return None
        return data if hashlib.sha256(data).hexdigest() == sha256 else None

    def holds(self, sha256: str) -> bool:
        """Return whether a file with this hash is there."""
        with self._as_trouble():
            return self.path(sha256).is_file()

    def discard(self, sha256: str) -> None:
        """Delete the file with this hash, if it is there."""
        with self._as_trouble():
            self.path(sha256).unlink(missing_ok=True)

    @contextmanager
    def _as_trouble(self) -> Iterator[None]:
        """Raise ArchiveTrouble, which names the folder, for an error of the operating system."""
        try:
            yield
        except OSError as error:
            raise ArchiveTrouble(
                f"The original files in {self.folder} cannot be used: {error.strerror or error}"
            ) from error


def _write_whole(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
        _sync_folder(target.parent)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """Write a folder to disk, so that a new name in it outlasts a power cut."""
    # Some file systems cannot do this. They keep the file itself.
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def open_archive(location: str | Path) -> Archive | SharedArchive:
    """Open the archive at `location`: a folder, or the address of a store that machines share.

    Raises ConfigurationError for an address that cannot be used.
    """
    if isinstance(location, str) and "://" in location:
        return SharedArchive(location)
    return Archive(Path(location))
