"""Who holds a lease, and whether that process is still alive.

A lease must outlast the slowest send, so after a crash its messages would wait for minutes. On
the same machine we need not wait: a process that is gone holds nothing.
"""

from __future__ import annotations

import hashlib
import os
import platform
import secrets
from functools import lru_cache
from pathlib import Path

import psutil

# Start times are computed from the machine's boot time, which moves when its clock is set.
_START_TOLERANCE_SECONDS = 2.0


def new_owner() -> str:
    """A name for one claim by this process: machine, process, its start, and a random part."""
    return f"{_machine()}:{os.getpid()}:{_started(os.getpid()):.1f}:{secrets.token_hex(6)}"


def is_gone(owner: str | None) -> bool:
    """Whether the process that made this claim ran on this machine and has certainly ended."""
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
    """Whether another process made this claim and may still be alive."""
    mine, theirs = new_owner().rpartition(":")[0], (owner or "").rpartition(":")[0]
    return theirs != mine and not is_gone(owner)


def _started(pid: int) -> float:
    process = psutil.Process(pid)
    if process.status() == psutil.STATUS_ZOMBIE:
        raise psutil.NoSuchProcess(pid)
    return float(process.create_time())


@lru_cache(maxsize=1)
def _machine() -> str:
    """Equal only where process numbers mean the same: same host, boot and container."""
    parts = [platform.node()]
    boot_id = Path("/proc/sys/kernel/random/boot_id")
    namespace = Path("/proc/self/ns/pid")
    if boot_id.exists():
        parts.append(boot_id.read_text(encoding="ascii").strip())
    if namespace.is_symlink():
        parts.append(os.readlink(namespace))
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]
