"""Files that others read while we write them: whole at any moment, untouched if unchanged."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

WRITING = ".writing-"
"""The beginning of the names of files that are being written."""

_LEFT_BEHIND_SECONDS = 3600.0
"""A half-written file older than this was left by a killed process: no writer takes this long."""

_READABLE_BY_ALL = 0o644


def write_file(path: Path, data: bytes) -> bool:
    """Replace a file by `data` in one step. Returns whether it changed. Raises OSError."""
    if path.is_file() and path.read_bytes() == data:
        return False
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=WRITING, delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(data)
            file.flush()
            # Other users serve these files, but only its owner can read a temporary file.
            os.fchmod(file.fileno(), _READABLE_BY_ALL)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    return True


def is_left_behind(path: Path) -> bool:
    """Return whether the writer of a half-written file has ended, judged by the file's age."""
    try:
        return time.time() - path.stat().st_mtime > _LEFT_BEHIND_SECONDS
    except FileNotFoundError:
        return False  # its writer has just finished
