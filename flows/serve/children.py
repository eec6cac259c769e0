"""Child processes: started, logged, found again, and stopped with all that they started."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO

import psutil

from flows.serve import lifetime
from flows.serve.environment import PROJECT
from flows.serve.lifetime import MARK

LOG_BYTES = 5_000_000
LOGS_KEPT = 3


class Child:
    """One program that we start, with its output in log files of a limited size."""

    def __init__(
        self, role: str, arguments: Sequence[str], *, environment: Mapping[str, str], logs: Path
    ) -> None:
        self.role = role
        self.log = logs / f"{role}.log"
        self._arguments = arguments
        self._home = environment["PREFECT_HOME"]
        self._environment = {**environment, MARK: mark(role, self._home)}
        self._process: subprocess.Popen[str] | None = None
        self._writer: threading.Thread | None = None
        self._started = 0.0

    @property
    def pid(self) -> int | None:
        """The process id, or None before the first start."""
        return self._process.pid if self._process else None

    @property
    def returncode(self) -> int | None:
        """The exit code of the last start; None while it runs, or before the first start."""
        return self._process.poll() if self._process else None

    @property
    def alive(self) -> bool:
        """Whether it is running."""
        return self._process is not None and self._process.poll() is None

    @property
    def age(self) -> float:
        """Seconds since the last start."""
        return time.monotonic() - self._started

    def start(self) -> None:
        """Start it, after ending the processes that an earlier start has left behind."""
        end_all(family(self._home, role=self.role))
        command = [sys.executable, "-I", lifetime.__file__, str(os.getpid())]
        command += [sys.executable, "-m", *self._arguments]
        self._process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            # Ctrl-C in the terminal is for us; we stop the children in their order.
            start_new_session=True,
        )
        self._started = time.monotonic()
        assert self._process.stdout is not None
        self._writer = threading.Thread(
            target=_write_down, args=(self._process.stdout, self.log), daemon=True
        )
        self._writer.start()

    def stop(self, *, grace: float) -> None:
        """Ask it to end, and after `grace` seconds end it with all that it started."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(grace)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        end_all(family(self._home, role=self.role))

    def last_lines(self) -> str:
        """Return the last two lines that it wrote, joined, for a message."""
        if self._writer is not None and not self.alive:
            # What it wrote in its last moment may still be on its way to the file.
            self._writer.join(1)
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        return " / ".join([line.strip() for line in lines if line.strip()][-2:])


def mark(role: str, home: str) -> str:
    """Return the value of MARK in the environment of a child and of all that it starts."""
    return f"{role} of {home}"


def family(home: str | Path, *, role: str | None = None) -> list[psutil.Process]:
    """Return the running processes that belong to the `serve` of this Prefect home.

    They are found by their environment, which every child inherits. So processes are found even if
    their parent has died, they have made a session of their own, or a killed `serve` left them.
    """
    found = []
    for process in psutil.process_iter():
        try:
            marked = process.environ().get(MARK, "")
        except psutil.Error:
            continue
        child_role, _, child_home = marked.partition(" of ")
        if marked and child_home == str(home) and role in (None, child_role):
            found.append(process)
    return found


def end_all(processes: Sequence[psutil.Process], *, grace: float = 3.0) -> None:
    """Ask these processes to end, and after `grace` seconds kill those that have not."""
    for process in processes:
        _quietly(process.terminate)
    _, stubborn = psutil.wait_procs(processes, timeout=grace)
    for process in stubborn:
        _quietly(process.kill)
    psutil.wait_procs(stubborn, timeout=grace)


def _quietly(action: Callable[[], object]) -> None:
    try:
        action()
    except psutil.NoSuchProcess:
        return


class _LogFiles(RotatingFileHandler):
    """Log files of a limited size. A line that cannot be written is dropped silently.

    On a full disk, a traceback for each line would fill the system's journal.
    """

    def handleError(self, record: logging.LogRecord) -> None:
        """Go on with the next line."""

    def close(self) -> None:
        with suppress(OSError):  # what is still in memory cannot be written either
            super().close()


def _write_down(stream: IO[str], path: Path) -> None:
    # The file is opened with the first line: if it cannot be, that line is dropped like any other.
    # A part whose output nobody reads would stop for ever.
    handler = _LogFiles(
        path, maxBytes=LOG_BYTES, backupCount=LOGS_KEPT, encoding="utf-8", delay=True
    )
    with stream:
        for line in stream:
            handler.emit(logging.makeLogRecord({"msg": line.rstrip("\n")}))
    handler.close()
