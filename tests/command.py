"""The command line, run in the process of the tests: starting a process costs a second each time.

Everything that a process of its own would have is given for the time of the call: arguments,
environment, working folder, the three streams and an unused logging configuration.
"""

from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from cli.main import main
from tests.readings import without_reading_processes

COMMAND = (sys.executable, "-m", "cli.main")
"""What starts it as a process, for tests that need a real one."""

Done = subprocess.CompletedProcess[str]


def run_command(
    *arguments: str, env: Mapping[str, str], cwd: Path | None = None, keyboard: str = ""
) -> Done:
    """Run `inspection-watch` with these arguments; nobody is at the keyboard.

    `env` is the whole environment. `keyboard` is what comes on stdin.
    """
    out, err = _stream(), _stream()
    with (
        patch.dict(os.environ, env, clear=True),
        patch.object(sys, "argv", ["inspection-watch", *arguments]),
        patch.object(sys, "stdin", io.StringIO(keyboard)),
        redirect_stdout(out),
        redirect_stderr(err),
        chdir(cwd or Path.cwd()),
        _logging_of_its_own(),
        without_reading_processes(),
    ):
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return subprocess.CompletedProcess(list(arguments), code, _said(out), _said(err))


def _stream() -> io.TextIOWrapper:
    """A stream like that of a process: text over bytes, and no terminal."""
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)


def _said(stream: io.TextIOWrapper) -> str:
    stream.flush()
    return stream.buffer.getvalue().decode()  # type: ignore[attr-defined]


@contextmanager
def _logging_of_its_own() -> Iterator[None]:
    """Let the command configure logging as it does in a new process."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers[:] = []
    root.setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
