"""The process that reads untrusted files one after another; started by `reports.sandbox.process`.

It gets frames on stdin and answers on stdout. Before the first file it drops what it does not
need: memory above a limit (`reports.sandbox.process_limits`), files, connections, other processes
(`reports.sandbox.confinement`). It ends when its input ends, and the kernel ends it when one file
takes too long, even when the parent is gone.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import IO, Any

from reports.garbage_collection import collect_rarely
from reports.page_range import PageRange
from reports.reader import read_bytes
from reports.register import Register
from reports.sandbox.confinement import confine, held
from reports.sandbox.frames import read_frame, write_frame
from reports.sandbox.process_limits import has_limits, limit_memory_and_files, limit_time
from reports.sandbox.spreadsheet import read_sheet_cells
from reports.sandbox.tasks import CELLS, CONFINEMENT


def main() -> None:
    """Read the register named in the arguments, then answer until the input ends."""
    collect_rarely()
    authorities, seconds = sys.argv[1], int(sys.argv[2])
    register = Register.load(Path(authorities)) if authorities else Register.default()
    if has_limits():
        limit_memory_and_files()
        confine()
    serve(sys.stdin.buffer, sys.stdout.buffer, register=register, seconds=seconds)


def serve(source: IO[bytes], sink: IO[bytes], *, register: Register, seconds: int) -> None:
    """Answer each request (a header and the bytes of a file) with its result as JSON."""
    while (header := read_frame(source)) is not None and (data := read_frame(source)) is not None:
        request = json.loads(header)
        limit_time(seconds)
        answer = _answer(request, data, register)
        limit_time(0)
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


if __name__ == "__main__":
    main()
