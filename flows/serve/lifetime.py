"""Let processes of the service end with it, even when it is killed.

As a program, this turns into another program that ends when its parent does:

    python -I lifetime.py PARENT_PID PROGRAM ARGUMENT...

A supervisor that is killed cannot stop its children; on Linux the kernel does it then. (Elsewhere
the next start does.) This is a program of its own because the kernel must be asked between
fork and exec, where a Python process with threads may not run code safely.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

MARK = "INSPECTION_WATCH_CHILD"
"""Is in the environment of every process of the service, down to the grandchildren."""

PR_SET_PDEATHSIG = 1
"""From <sys/prctl.h>: the signal that the kernel sends when the parent has died."""


def end_with_service() -> None:
    """In a flow run of the service, make this process end at once when the worker dies.

    Every step may be cut off. Outside of the service, do nothing.
    """
    if MARK in os.environ:
        _end_with_parent()


def become(parent: int, program: list[str]) -> None:
    """Become `program`. Does nothing where the parent has died in the meantime."""
    _end_with_parent()
    if os.getppid() == parent:
        os.execv(program[0], program)


def _end_with_parent() -> None:
    # SIGKILL, not SIGTERM: a worker that is asked to end spends minutes on requests to a stopped
    # server.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    become(int(sys.argv[1]), sys.argv[2:])
