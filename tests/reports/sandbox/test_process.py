"""Files that crash, hang or fill the memory stop only themselves."""

from __future__ import annotations

import ctypes
import io
import json
import os
import platform
import subprocess
import sys
import threading
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import psutil
import pytest

from reports.errors import ConfigurationError, ReaderStopped
from reports.file_limits import MAX_BYTES
from reports.model import Framework
from reports.problems import ProblemCode
from reports.sandbox.confinement import _MACHINES, held
from reports.sandbox.pool import ReaderPool
from reports.sandbox.process import SECONDS_PER_FILE, Reader
from reports.sandbox.process_limits import has_limits, is_memory_limited, limit_memory_and_files
from tests.reports.conftest import codes
from tests.reports.documents import ILACS_2018, ILACS_2023, ILACS_2026, as_pdf, as_text

GOOD = as_pdf(ILACS_2023)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """A reader that many tests share, as the product does."""
    with Reader(seconds=20) as reader:
        yield reader


def pdf_of(content: bytes, *, entries: str) -> bytes:
    """A minimal PDF of one page with one content stream."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), entries.encode(), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body = b"%PDF-1.7\n"
    offsets = []
    for number, item in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % size
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, len(body))
    return body + head + table + trailer


def flate_bomb() -> bytes:
    """A few kilobytes that unpack to a gigabyte, three times packed."""
    packed = zlib.compressobj(9)
    data = b"".join(packed.compress(b"\0" * 1_000_000) for _ in range(1000)) + packed.flush()
    data = zlib.compress(zlib.compress(data, 9), 9)
    return pdf_of(data, entries="/Filter[/FlateDecode/FlateDecode/FlateDecode]")


def slow_pdf() -> bytes:
    """A small file with fifty million operators that draw nothing: seconds of work."""
    packed = zlib.compressobj(9)
    data = b"".join(packed.compress(b"q Q " * 250_000) for _ in range(100)) + packed.flush()
    return pdf_of(data, entries="/Filter/FlateDecode")


def test_a_report_is_read_in_the_child_as_elsewhere(reader: Reader) -> None:
    report = reader.read(GOOD, name="a.pdf")
    assert report.problems == ()
    assert report.framework is Framework.ILACS_2023
    assert reader.read(as_text(ILACS_2018), name="b.txt").framework is Framework.ILACS_2018


def test_a_bomb_stops_only_itself(reader: Reader) -> None:
    bad = reader.read(flate_bomb(), name="bomb.pdf")
    assert len(bad.problems) == 1
    assert bad.file == "bomb.pdf"
    assert reader.read(GOOD, name="next.pdf").problems == ()


@pytest.mark.corpus
def test_a_pdf_that_crashes_the_library_stops_only_itself(reader: Reader, shared: Path) -> None:
    bad = reader.read((shared / "reference" / "crash_1.pdf").read_bytes(), name="crash.pdf")
    assert codes(bad) == {ProblemCode.READER_STOPPED}
    assert reader.read(GOOD, name="next.pdf").problems == ()


def test_a_file_that_takes_too_long_is_stopped() -> None:
    with Reader(seconds=1) as reader:
        bad = reader.read(slow_pdf(), name="slow.pdf")
        assert codes(bad) == {ProblemCode.READER_STOPPED}
        assert "1 seconds" in bad.problems[0].message
        # On a busy machine even a good file may take a second.
        reader._seconds = SECONDS_PER_FILE
        assert reader.read(GOOD, name="next.pdf").problems == ()


def test_a_child_that_was_killed_is_replaced(reader: Reader) -> None:
    reader.read(GOOD, name="a.pdf")
    child = reader._child
    assert child is not None
    child._process.kill()
    child._process.wait()
    assert reader.read(GOOD, name="b.pdf").problems == ()


def test_children_are_replaced_after_some_files() -> None:
    with Reader(files_per_child=2) as reader:
        children = set()
        for _ in range(5):
            assert reader.read(GOOD, name="a.pdf").problems == ()
            assert reader._child is not None
            children.add(reader._child._process.pid)
        assert len(children) == 3


def test_a_file_that_is_too_large_is_not_sent_to_the_child(reader: Reader) -> None:
    bad = reader.read(b"%PDF-" + b"0" * MAX_BYTES, name="large.pdf")
    assert codes(bad) == {ProblemCode.TOO_LARGE}
    assert reader.read(GOOD, name="next.pdf").problems == ()


def test_a_child_that_answers_nonsense_is_replaced(reader: Reader) -> None:
    reader.read(GOOD, name="a.pdf")
    child = reader._child
    bad = reader.understand(b'{"file": "made up"}', GOOD, name="b.pdf")
    assert codes(bad) == {ProblemCode.READER_STOPPED}
    assert reader.read(GOOD, name="c.pdf").problems == ()
    assert reader._child is not child


def test_threads_take_turns(reader: Reader) -> None:
    results: list[bool] = []

    def read(report: bytes, framework: Framework) -> None:
        for _ in range(5):
            results.append(reader.read(report, name="x").framework is framework)

    pairs = [
        (as_pdf(ILACS_2018), Framework.ILACS_2018),
        (GOOD, Framework.ILACS_2023),
        (as_pdf(ILACS_2026), Framework.ILACS_2026),
    ]
    threads = [threading.Thread(target=read, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 15


def test_the_thread_that_started_the_child_may_end(reader: Reader) -> None:
    reader.close()
    starter = threading.Thread(target=reader.read, args=(GOOD,), kwargs={"name": "a"})
    starter.start()
    starter.join()
    child = reader._child
    assert child is not None
    assert reader.read(GOOD, name="b").problems == ()
    assert reader._child is child


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_fork_starts_its_own_child(reader: Reader) -> None:
    reader.read(GOOD, name="a.pdf")
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = 0 if reader.read(GOOD, name="b.pdf").problems == () else 2
            reader.close()
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert reader.read(GOOD, name="c.pdf").problems == ()


def test_the_child_sees_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "secret")
    with Reader() as reader:
        reader.read(GOOD, name="a.pdf")
        assert reader._child is not None
        environment = Path(f"/proc/{reader._child._process.pid}/environ")
        if environment.exists():
            assert b"secret" not in environment.read_bytes()


def test_another_register(tmp_path: Path) -> None:
    path = tmp_path / "towns.csv"
    path.write_text(
        "key,urn,name,short,la_code,ons_code,region,la_type,stat_neighbours\n"
        "elm,9,Havering,Havering,1,E1,North,Unitary,\n"
    )
    with Reader(authorities=path) as reader:
        report = reader.read(GOOD, name="a.pdf")
    assert report.authority is not None
    assert report.authority.urn == "9"


def test_a_register_that_cannot_be_read_is_not_the_fault_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "towns.csv"
    path.write_text("key,urn\nelm,9\n")
    with Reader(authorities=path) as reader, pytest.raises(ConfigurationError, match="lacks"):
        reader.read(GOOD, name="a.pdf")


def test_a_file_with_a_name_that_is_not_utf_8_is_read(reader: Reader) -> None:
    name = os.fsdecode(b"caf\xe9.pdf")
    report = reader.read(GOOD, name=name)
    assert (codes(report), report.file) == (set(), "caf?.pdf")


def test_many_files_come_back_in_their_order_with_as_many_processes_as_they_are_worth(
    tmp_path: Path,
) -> None:
    paths = []
    for number in range(12):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(b"no report" if number == 5 else GOOD)
        paths.append(path)
    paths.insert(3, tmp_path / "absent.pdf")
    others = started()
    with ReaderPool(processes=2) as pool:
        few = list(pool.read_many(paths[:3]))
        assert started() == others + 1
        found = list(pool.read_many(paths))
        assert started() == others + 2
        pool.end_processes()
        assert started() == others
        assert list(pool.read_many(paths[:3])) == few
    assert few == found[:3]
    assert [report.file for report in found] == [path.name for path in paths]
    assert [bool(report.problems) for report in found].count(True) == 2


def started() -> int:
    """The number of reading processes that run for this one."""
    return sum("reports" in " ".join(one.cmdline()) for one in psutil.Process().children())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has Landlock and seccomp")
def test_the_reading_process_can_do_nothing_but_read_its_input() -> None:
    """It tries: other files, connections, processes and its parent's variables."""
    if platform.machine() not in _MACHINES or not _has_landlock():
        pytest.skip("this kernel has no Landlock, or the filter does not know this machine")
    with Reader() as reader:
        assert reader.confinement() == {
            "memory": True,
            "files": True,
            "connections": True,
            "processes": True,
            "environment": True,
        }


def test_without_confinement_the_attempts_succeed() -> None:
    """So that the test above proves something."""
    attempted = ("memory", "files", "connections", "processes", "environment")
    assert held() == dict.fromkeys(attempted, False)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits")
def test_a_system_that_refuses_the_limit_on_memory_is_said_to_have_none() -> None:
    """As macOS does: the other limits hold, and the process goes on."""
    import resource

    with patch.object(resource, "setrlimit", side_effect=ValueError("exceeds maximum")):
        limit_memory_and_files()
    assert has_limits()
    assert not is_memory_limited()


ATTEMPTS = """
import json, os, resource, sys
from reports.sandbox.confinement import confine
file, folder = sys.argv[1:]
attempts = {
    "change its mode": lambda: os.chmod(file, 0o777),
    "empty it": lambda: os.truncate(file, 0),
    "delete it": lambda: os.unlink(file),
    "touch it": lambda: os.utime(file),
    "make another": lambda: open(folder + "/new", "w"),
    "change the root": lambda: os.chroot(folder),
    "limit its parent": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CPU),
    "slow its parent down": lambda: os.setpriority(os.PRIO_PROCESS, os.getppid(), 19),
    "signal its parent": lambda: os.kill(os.getppid(), 0),
    "hold memory beyond its end": lambda: os.memfd_create("x"),
}
confine()
done = []
for name, attempt in attempts.items():
    try:
        attempt()
    except OSError:
        continue
    done.append(name)
resource.getrlimit(resource.RLIMIT_NOFILE)
print(json.dumps(done))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has Landlock and seccomp")
def test_a_process_that_was_taken_over_can_change_nothing_outside(tmp_path: Path) -> None:
    if platform.machine() not in _MACHINES or not _has_landlock():
        pytest.skip("this kernel has no Landlock, or the filter does not know this machine")
    file = tmp_path / "report.pdf"
    file.write_bytes(b"x")
    done = subprocess.run(
        [sys.executable, "-c", ATTEMPTS, str(file), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == []
    assert list(tmp_path.iterdir()) == [file]


def _has_landlock() -> bool:
    return bool(ctypes.CDLL(None).syscall(444, None, 0, 1) >= 1)


def spreadsheet(rows: int, columns: int, *, sheet: str = "One") -> bytes:
    """An ODS file of a few hundred bytes; one cell means all."""
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        f'<office:body><office:spreadsheet><table:table table:name="{sheet}">'
        f'<table:table-row table:number-rows-repeated="{rows}">'
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{columns}">'
        "<text:p>x</text:p></table:table-cell></table:table-row>"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", "<manifest/>")
        packed.writestr("content.xml", content)
    return file.getvalue()


def test_a_spreadsheet_is_read_by_the_limited_process() -> None:
    with Reader(seconds=20) as reader:
        assert reader.cells(spreadsheet(2, 3)) == {"One": [["x"] * 3] * 2}
        assert reader.cells(spreadsheet(1, 1, sheet="day")) == {"day": [["x"]]}


@pytest.mark.parametrize(
    "data", [b"no spreadsheet", b"", b"PK\x03\x04 broken", spreadsheet(1_000_000, 1_000)]
)
def test_a_hostile_spreadsheet_is_an_error_and_the_next_is_read(data: bytes) -> None:
    with Reader(seconds=20) as reader:
        with pytest.raises(ReaderStopped):
            reader.cells(data)
        assert reader.cells(spreadsheet(1, 1)) == {"One": [["x"]]}
