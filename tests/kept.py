"""What tests keep from one run to the next, in the ignored folder `.cache/tests`.

A kept value has a key made of everything it depends on, so it never needs to be removed by hand:
a change of the reader's sources, its version or a library gives another folder.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / ".cache" / "tests"

STATES = 4
"""States of the sources that are kept side by side, for example those of two branches."""


@cache
def state_folder(kind: str, *sources: str) -> Path:
    """Return the folder for values of one kind that depend on the folders named `sources`.

    The lock file of the dependencies and the version of Python belong to the key.
    """
    state = hashlib.sha256(sys.version.encode())
    files = [ROOT / "requirements.lock"]
    for name in sources:
        files += sorted(path for path in (ROOT / name).rglob("*") if _is_source(path))
    for path in files:
        state.update(f"\0{path.relative_to(ROOT)}\0".encode())
        state.update(path.read_bytes())
    folder = KEPT / kind / state.hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    os.utime(folder)
    _forget_old_states(folder.parent)
    return folder


def _is_source(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts


def _forget_old_states(folder: Path) -> None:
    states = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in states[STATES:]:
        shutil.rmtree(path, ignore_errors=True)


def key_of(*parts: object) -> str:
    """Return the key of a value that depends on these parts."""
    found = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else repr(part).encode()
        found.update(b"%d:" % len(data))
        found.update(data)
    return found.hexdigest()


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Let one test process at a time make what belongs at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def put(path: Path, data: bytes) -> None:
    """Write a value; another process sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_bytes(data)
    draft.replace(path)
