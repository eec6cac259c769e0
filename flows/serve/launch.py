"""Turn into another program, one that ends when its parent does.

    python -I launch.py PARENT_PID PROGRAM ARGUMENT...

A supervisor that is killed outright cannot stop its children; on Linux the kernel does it then.
This stands in a program of its own because it must happen between fork and exec, where a Python
process with threads may not run code safely.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

# From <sys/prctl.h>: the signal that the kernel sends when the parent has died.
PR_SET_PDEATHSIG = 1


def main(parent: int, program: list[str]) -> None:
    """Become `program`. Does nothing where the parent has died in the meantime."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            return
    os.execv(program[0], program)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
