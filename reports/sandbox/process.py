"""Read files from outside in a child process that has limits and is reused.

A hostile PDF can crash PDFium, hang it or fill the memory. Then only the child dies, the file gets
a reading with the problem `reader_stopped`, and a new child reads the next file.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from reports.closing import Closing
from reports.errors import ConfigurationError, ReaderStopped
from reports.file_limits import MAX_BYTES
from reports.model import Reading
from reports.page_range import WHOLE, PageRange
from reports.problems import ProblemCode
from reports.register import Register
from reports.sandbox.frames import read_frame, write_frame
from reports.sandbox.process_limits import NO_LIMITS, has_limits
from reports.sandbox.spreadsheet import Sheets, cells_of
from reports.sandbox.tasks import CELLS, CONFINEMENT, READING
from reports.unread_files import failed_report, too_large_report

SECONDS_PER_FILE = 30
FILES_PER_CHILD = 500
"""After this number of files the child is replaced, so that nothing can pile up in it. Starting a
child costs as much as reading ten files."""

_GRACE = 2
_ROOT = Path(__file__).parents[2]
_START = "import sys; sys.path.insert(0, {root!r}); from reports.sandbox.child import main; main()"

log = logging.getLogger(__name__)


class Reader(Closing):
    """Reads files in a child process; a context manager.

    Safe to use from several threads (they take turns) and after a fork (each process starts its
    own child). `authorities` is a register file to use instead of the program's own. `seconds`
    is the limit for each file.

    Every method that reads raises ConfigurationError where the register file is not as expected
    and, unless `unlimited` allows it, on a system that cannot limit the memory of the child, such
    as Windows.
    """

    def __init__(
        self,
        *,
        authorities: Path | None = None,
        latest: date | None = None,
        seconds: int = SECONDS_PER_FILE,
        files_per_child: int = FILES_PER_CHILD,
        unlimited: bool = False,
    ) -> None:
        self._authorities = authorities
        self._latest = latest
        self._seconds = seconds
        self._files_per_child = files_per_child
        self._unlimited = unlimited
        self._lock = threading.Lock()
        self._child: _Child | None = None

    def read(self, data: bytes, *, name: str, pages: PageRange = WHOLE) -> Reading:
        """Read one file. Never raises for a bad document: see `Reading.problems`."""
        return self.understand(self.ask(data, name=name, pages=pages), data, name=name)

    def ask(self, data: bytes, *, name: str, pages: PageRange = WHOLE) -> bytes | Reading:
        """Return the child's answer, for `understand`; the child is then free for another file."""
        if len(data) > MAX_BYTES:
            return too_large_report(name, data)
        with self._lock:
            try:
                latest = self._latest.isoformat() if self._latest else None
                header = {"task": READING, "name": name, "latest": latest, "pages": str(pages)}
                return self._ready_child().read(data, header)
            except ReaderStopped as error:
                self._drop_child()
                return _stopped_report(name, data, error)

    def understand(self, answer: bytes | Reading, data: bytes, *, name: str) -> Reading:
        """Return the reading in a child's answer.

        The answer is checked, because a hostile file may have taken over the child. If it is not a
        reading, the next file gets a new child.
        """
        if isinstance(answer, Reading):
            return answer
        try:
            return Reading.model_validate_json(answer)
        except ValidationError:
            self.close()
            message = "The reading process gave no proper answer."
            return _stopped_report(name, data, ReaderStopped(ProblemCode.READER_STOPPED, message))

    def cells(self, data: bytes) -> Sheets:
        """Return the cells of a spreadsheet. Raises ReaderStopped where it cannot be read."""
        if len(data) > MAX_BYTES:
            raise ReaderStopped(ProblemCode.TOO_LARGE, f"it is larger than {MAX_BYTES:,} bytes")
        return cells_of(self._do(CELLS, data))

    def confinement(self) -> dict[str, bool]:
        """Return which restrictions of the child hold: see `reports.sandbox.confinement.held`."""
        found: dict[str, bool] = json.loads(self._do(CONFINEMENT, b""))
        return found

    def _do(self, task: str, data: bytes) -> bytes:
        with self._lock:
            try:
                return self._ready_child().read(data, {"task": task})
            except ReaderStopped:
                self._drop_child()
                raise

    def close(self) -> None:
        """End the child; a later `read` starts a new one."""
        with self._lock:
            self._drop_child()

    def _ready_child(self) -> _Child:
        child = self._child
        if child is not None and child.owner != os.getpid():
            # After a fork the child belongs to the process that started it.
            child = self._child = None
        if child is not None and (child.files >= self._files_per_child or not child.alive):
            self._drop_child()
            child = None
        if child is None:
            if not (self._unlimited or has_limits()):
                raise ConfigurationError(NO_LIMITS)
            if self._authorities is not None:
                # Otherwise the child would end, and each file would be blamed for it.
                Register.load(self._authorities)
            child = self._child = _Child(authorities=self._authorities, seconds=self._seconds)
        return child

    def _drop_child(self) -> None:
        if self._child is not None and self._child.owner == os.getpid():
            self._child.close()
        self._child = None


class _Child:
    """One child process and its pipes."""

    def __init__(self, *, authorities: Path | None, seconds: int) -> None:
        self.owner = os.getpid()
        self.files = 0
        self._seconds = seconds
        self._timed_out = False
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-I", "-B", "-c", _START.format(root=str(_ROOT))),
                *(str(authorities.resolve()) if authorities else "", str(seconds)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            cwd=_ROOT,
        )

    @property
    def alive(self) -> bool:
        """Whether it can take another file."""
        return not self._timed_out and self._process.poll() is None

    def read(self, data: bytes, header: dict[str, str | None]) -> bytes:
        """Return the child's answer to a request. Raises ReaderStopped where there is none."""
        self.files += 1
        # The child's own limit ends it first. This timer is for a child stuck outside that limit.
        timer = threading.Timer(self._seconds + _GRACE, self._time_out)
        timer.daemon = True
        timer.start()
        try:
            answer = self._exchange(json.dumps(header).encode(), data)
        except OSError:
            answer = None
        finally:
            timer.cancel()
        if answer is None:
            raise ReaderStopped(ProblemCode.READER_STOPPED, self._end())
        return answer

    def _exchange(self, header: bytes, data: bytes) -> bytes | None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        write_frame(self._process.stdin, header)
        write_frame(self._process.stdin, data)
        return read_frame(self._process.stdout)

    def _time_out(self) -> None:
        self._timed_out = True
        self._process.kill()

    def _end(self) -> str:
        """Return why the process ended, in words."""
        self._process.kill()
        status = self._process.wait()
        if self._timed_out or status == -_SIGALRM:
            return f"The file took more than {self._seconds} seconds."
        return f"The reading process ended (status {status}); the file may be hostile."

    def close(self) -> None:
        """End the process and free its pipes."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        try:
            self._process.wait(timeout=_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _stopped_report(name: str, data: bytes, error: ReaderStopped) -> Reading:
    log.warning("Reading %s stopped: %s", name, error)
    return failed_report(name, data, code=error.code, message=str(error))


_SIGALRM = getattr(signal, "SIGALRM", 0)


def _environment() -> dict[str, str]:
    """Return an environment without secrets: only what Windows needs to start a process."""
    return {key: os.environ[key] for key in ("SYSTEMROOT",) if key in os.environ}
