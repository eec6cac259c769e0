"""Files that nobody else on the machine may read: database, originals, Prefect's files, logs.

They hold addresses of subscribers, documents that are not public, and a password.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_private_folder(folder: Path) -> None:
    """Make a folder that only its owner can enter. Raises OSError.

    An existing folder is closed to others too if it belongs to this user. The home folder, the
    working folder, and a folder for temporary files (sticky) are left as they are.
    """
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    mode = folder.stat().st_mode
    is_shared = mode & stat.S_ISVTX or folder.resolve() in (Path.home().resolve(), Path.cwd())
    if not is_new and is_shared:
        return
    if mode & _OTHERS and is_ours(folder):
        folder.chmod(0o700)


def make_private_file(file: Path) -> None:
    """Make an empty file that only its owner can read, if it does not exist. Raises OSError."""
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return


def keep_private_text(file: Path, text: str) -> str:
    """Return the text of a file, after writing `text` into it if it does not exist. Raises OSError.

    Only its owner can read it. It exists whole or not at all. Where two processes make it at the
    same time, both get the same text.
    """
    if not file.exists():
        handle, name = tempfile.mkstemp(dir=file.parent)  # with the mode 0600
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as opened:
                opened.write(text)
            with suppress(FileExistsError):
                os.link(name, file)
        finally:
            Path(name).unlink()
    return file.read_text(encoding="utf-8")


@contextmanager
def private_by_default() -> Iterator[None]:
    """In the block, make files of this process and its children readable by their user only."""
    with _umask(0o077):
        yield


@contextmanager
def readable_by_others() -> Iterator[None]:
    """In the block, make files of this process readable by others, such as a web server."""
    with _umask(0o022):
        yield


@contextmanager
def _umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def others_can_read(path: Path) -> bool:
    """Return whether other users of the machine may read a file or look into a folder."""
    try:
        return bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
    except OSError:
        return False


def is_ours(path: Path) -> bool:
    """Return whether the file or folder belongs to the user of this process."""
    return not hasattr(os, "getuid") or path.stat().st_uid == os.getuid()
