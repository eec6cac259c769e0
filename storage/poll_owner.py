"""Which process runs a poll, and whether it is still alive.

A delivery that is being sent has a lease; a poll has none. A poll may wait minutes for a slow site,
so its lease would need a thread that writes to the database all the while, also to SQLite, where
writers wait for each other. And a killed poll would delay the messages of the next one until its
lease ends. On the same machine the process can be looked up instead: without a write, and at once.
Nothing is known about a poll on another machine; others wait for it only for a limited time
(`alerts.outbox.combined_messages`, `storage.polls`).
"""

from __future__ import annotations

import hashlib
import os
import platform
import secrets
import sys
from functools import lru_cache
from pathlib import Path

import psutil

_START_TOLERANCE_SECONDS = 2.0
"""Start times are rounded."""


def new_owner() -> str:
    """Return a name for this process: machine, process id, start time and a random part."""
    return f"{_machine()}:{os.getpid()}:{_started(os.getpid()):.1f}:{secrets.token_hex(6)}"


def is_gone(owner: str | None) -> bool:
    """Return whether the process ran on this machine and has certainly ended."""
    try:
        machine, pid, started, _ = (owner or "").split(":")
        if machine != _machine():
            return False
        return abs(_started(int(pid)) - float(started)) > _START_TOLERANCE_SECONDS
    except psutil.NoSuchProcess:
        return True
    except (ValueError, psutil.Error):
        return False


def runs_elsewhere(owner: str | None) -> bool:
    """Return whether the owner is another process that may still be alive."""
    is_own = (owner or "").startswith(f"{_machine()}:{os.getpid()}:")
    return not is_own and not is_gone(owner)


def _started(pid: int) -> float:
    """Return when a process started, in seconds: on Linux since the boot, elsewhere since 1970.

    Linux computes the time of day of a start from the clock: it changes when the clock is set.
    """
    process = psutil.Process(pid)
    if process.status() == psutil.STATUS_ZOMBIE:
        raise psutil.NoSuchProcess(pid)
    since = psutil.boot_time() if sys.platform == "linux" else 0.0
    return float(process.create_time() - since)


@lru_cache(maxsize=1)
def _machine() -> str:
    """Return a name that is equal only where process ids mean the same: host, boot, container."""
    parts = [platform.node()]
    boot_id = Path("/proc/sys/kernel/random/boot_id")
    namespace = Path("/proc/self/ns/pid")
    if boot_id.exists():
        parts.append(boot_id.read_text(encoding="ascii").strip())
    if namespace.is_symlink():
        parts.append(os.readlink(namespace))
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]
