"""The process that reads one untrusted file after another; started by `reports.sandbox.process`.

It gets frames on stdin and answers on stdout. Before the first file it drops what it does not
need: memory above a limit, files, connections, other processes (`reports.sandbox.confinement`). It
ends when its input ends, and the kernel ends it when one file takes too long, even when the parent
is gone.
"""

from __future__ import annotations

import json
import signal
import sys
from datetime import date
from pathlib import Path
from typing import IO, Any

from reports.page_range import PageRange
from reports.reader import read_bytes
from reports.register import Register
from reports.sandbox.confinement import confine, held
from reports.sandbox.frames import read_frame, write_frame
from reports.sandbox.process_limits import has_limits
from reports.sandbox.spreadsheet import read_sheet_cells
from reports.sandbox.tasks import CELLS, CONFINEMENT

MEMORY_BYTES = 512 * 1024 * 1024
_OPEN_FILES = 32


def main() -> None:
    """Read the register named in the arguments, then answer until the input ends."""
    authorities, seconds = sys.argv[1], int(sys.argv[2])
    register = Register.load(Path(authorities)) if authorities else Register.default()
    _give_up_rights()
    serve(sys.stdin.buffer, sys.stdout.buffer, register=register, seconds=seconds)


def serve(source: IO[bytes], sink: IO[bytes], *, register: Register, seconds: int) -> None:
    """Answer each request (a header and the bytes of a file) with the JSON of its report."""
    while (header := read_frame(source)) is not None and (data := read_frame(source)) is not None:
        request = json.loads(header)
        _limit_time(seconds)
        answer = _answer(request, data, register)
        _limit_time(0)
        write_frame(sink, answer)


def _answer(request: dict[str, Any], data: bytes, register: Register) -> bytes:
    if request["task"] == CELLS:
        return read_sheet_cells(data)
    if request["task"] == CONFINEMENT:
        return json.dumps(held()).encode()
    latest = date.fromisoformat(request["latest"]) if request["latest"] else None
    pages = PageRange.parse(request["pages"])
    reading = read_bytes(data, name=request["name"], register=register, latest=latest, pages=pages)
    return reading.model_dump_json().encode()


def _limit_time(seconds: int) -> None:
    """SIGALRM is left to the kernel, which ends the process; a handler would wait for PDFium.

    A death signal from the parent would not do: Linux sends it when the thread that started us
    ends, which in a thread pool happens while other threads still use us.
    """
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def _give_up_rights() -> None:
    if not has_limits():
        return
    import resource

    for limit, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(limit, (value, value))
        except (ValueError, OSError):  # macOS knows no limit on address space.
            continue
    confine()


if __name__ == "__main__":
    main()
