"""How the user called this program, so that a message can name the next command to run."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path


def command_for(home: Path) -> str:
    """Return what to type to call this program on the folder `home` with its settings."""
    command = command_from()
    return command if home == Path() else f"{command} --home {shlex.quote(str(home))}"


def command_from(folder: Path | None = None) -> str:
    """Return what to type to call this program from a folder, or from the current one.

    A program that was found on the PATH or started as a module is called the same way anywhere.
    """
    called = sys.argv[0]
    if Path(called).suffix == ".py":
        return f"{sys.executable} -m inspection_watch"
    if os.sep not in called or not Path(called).exists():
        return Path(called).name
    return os.path.relpath(called, folder) if folder else called
