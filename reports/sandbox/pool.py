"""Several reading processes at once, kept until they are ended."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from queue import SimpleQueue

from reports.closing import Closing
from reports.model import Reading
from reports.page_range import WHOLE, PageRange
from reports.sandbox.process import Reader
from reports.sandbox.spreadsheet import Sheets
from reports.unread_files import read_limited

AHEAD = 4
"""The number of files that each process reads ahead of the caller: enough to keep all processes
busy, few enough to keep the memory small."""

WORTH_A_PROCESS = 8
"""The number of waiting files from which another process is worthwhile: starting it costs as much
as reading ten files."""


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file in memory, the name for its reading, and the pages to read."""

    name: str
    data: bytes
    pages: PageRange = WHOLE


class ReaderPool(Closing):
    """Reads many files with several processes; a context manager.

    The first process starts when a file is read, another when many files wait. `authorities` is a
    register file to use instead of the program's own; `latest` is the last day on which an
    inspection can have ended. `unlimited` allows reading on a system without limits (see `Reader`).
    """

    def __init__(
        self,
        *,
        processes: int = 2,
        authorities: Path | None = None,
        latest: date | None = None,
        unlimited: bool = False,
    ) -> None:
        self._processes = processes
        self._readers = [
            Reader(authorities=authorities, latest=latest, unlimited=unlimited)
            for _ in range(processes)
        ]
        first, *others = self._readers
        self._not_needed_yet = deque(others)
        self._free: SimpleQueue[Reader] = SimpleQueue()
        self._free.put(first)
        self._threads: ThreadPoolExecutor | None = None

    def read(self, data: bytes, *, name: str, pages: PageRange = WHOLE) -> Reading:
        """Read one file. Never raises for a bad document: see `Reading.problems`."""
        return self._read(NamedFile(name, data, pages))

    def read_many(
        self, files: Iterable[Path | NamedFile], *, pages: PageRange = WHOLE
    ) -> Iterator[Reading]:
        """Read files; the readings come in the order of the files.

        `pages` are those to read of each file on disk; a file in memory has its own.
        """
        if self._threads is None:
            # Twice as many threads as processes: while a process reads a file, the next is loaded
            # from disk and the answer about the last is checked.
            self._threads = ThreadPoolExecutor(2 * self._processes, thread_name_prefix="reading")
        ahead: deque[Future[Reading]] = deque()
        for file in files:
            ahead.append(self._threads.submit(self._read, file, pages))
            waiting = sum(not future.done() for future in ahead)
            if waiting >= WORTH_A_PROCESS and self._not_needed_yet:
                self._free.put(self._not_needed_yet.popleft())
            if len(ahead) > AHEAD * self._processes:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()

    def _read(self, file: Path | NamedFile, pages: PageRange = WHOLE) -> Reading:
        data = file.data if isinstance(file, NamedFile) else read_limited(file)
        if isinstance(data, Reading):
            return data
        pages = file.pages if isinstance(file, NamedFile) else pages
        reader = self._free.get()
        try:
            answer = reader.ask(data, name=file.name, pages=pages)
        finally:
            self._free.put(reader)
        return reader.understand(answer, data, name=file.name)

    def cells(self, data: bytes) -> Sheets:
        """Return the cells of a spreadsheet. Raises ReaderStopped where it cannot be read."""
        reader = self._free.get()
        try:
            return reader.cells(data)
        finally:
            self._free.put(reader)

    def confinement(self) -> dict[str, bool]:
        """Return which restrictions of a reading process hold."""
        reader = self._free.get()
        try:
            return reader.confinement()
        finally:
            self._free.put(reader)

    def close(self) -> None:
        """End the processes."""
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
        self.end_processes()

    def end_processes(self) -> None:
        """End the processes, which take memory while they wait; the next file starts them anew."""
        for reader in self._readers:
            reader.close()
