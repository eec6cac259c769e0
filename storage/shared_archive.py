"""Original files in a store that several machines share: S3, or another that fsspec reaches."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from reports.errors import ConfigurationError
from storage.errors import ArchiveTrouble

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem


class SharedArchive:
    """A store of original files, given by an address such as `s3://bucket/originals`.

    It does what `storage.archive.Archive` does for a folder. The store's credentials come from the
    environment, as its library reads them. All methods raise ArchiveTrouble where the store fails.
    """

    def __init__(self, address: str) -> None:
        """Open the store. Raises ConfigurationError for an address that cannot be used."""
        # Imported here: most installations keep originals in a folder.
        from fsspec.core import url_to_fs

        self._system: AbstractFileSystem
        try:
            self._system, self._folder = url_to_fs(address)
        except (ImportError, ValueError) as error:
            raise ConfigurationError(f"WATCH_ORIGINALS cannot be used: {error}") from error

    def put(self, data: bytes) -> str:
        """Keep `data` and return its SHA-256. A damaged file with this hash is replaced."""
        sha256 = hashlib.sha256(data).hexdigest()
        if self.get(sha256) is None:
            with _archive_trouble():
                self._system.makedirs(self._path(sha256).rpartition("/")[0], exist_ok=True)
                self._system.pipe_file(self._path(sha256), data)
        return sha256

    def get(self, sha256: str) -> bytes | None:
        """Return the file with this hash, or None where it is gone or its content has changed."""
        with _archive_trouble():
            try:
                data: bytes = self._system.cat_file(self._path(sha256))
            except FileNotFoundError:
                return None
        return data if hashlib.sha256(data).hexdigest() == sha256 else None

    def holds(self, sha256: str) -> bool:
        """Return whether a file with this hash is there."""
        with _archive_trouble():
            return bool(self._system.exists(self._path(sha256)))

    def discard(self, sha256: str) -> None:
        """Delete the file with this hash, if it is there."""
        with _archive_trouble(), suppress(FileNotFoundError):
            self._system.rm_file(self._path(sha256))

    def _path(self, sha256: str) -> str:
        return f"{self._folder.rstrip('/')}/{sha256[:2]}/{sha256}"


@contextmanager
def _archive_trouble() -> Iterator[None]:
    """Raise ArchiveTrouble for any exception of the store in the block."""
    try:
        yield
    except Exception as error:
        # Each store has exceptions of its own. None of their texts holds a credential of ours.
        raise ArchiveTrouble(
            f"The store of original files cannot be used: {type(error).__name__}"
        ) from error
