"""Real reports, damaged in the ways in which files arrive: a problem each, and never wrong facts.

The files are a sample with a fixed seed. `make test-faults` takes more of them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reports.model import Reading
from reports.problems import ProblemCode
from reports.sandbox.process import Reader
from tests.alerts.killing import KILLS
from tests.reports.conftest import codes
from tests.reports.documents import ILACS_2023, as_pdf

pytestmark = [pytest.mark.corpus, pytest.mark.faults]

SAMPLE = 100 if KILLS > 3 else 40
CUTS = (0.05, 0.3, 0.6, 0.9, 0.999)
PADDING = 300_000_000


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """One reader for all, as in the product: what damages one file must not harm the next."""
    with Reader() as reader:
        yield reader


@pytest.fixture(scope="module")
def files(shared: Path) -> list[Path]:
    """The sample; files that are damaged have no name that sorts by layout."""
    every = sorted((shared / "corpus" / "pdfs").glob("*.pdf"))
    return random.Random(20).sample(every, SAMPLE)


def flipped(data: bytes, share: float, *, seed: str) -> bytes:
    """A share of the bytes changed."""
    changed = bytearray(data)
    dice = random.Random(seed)
    for at in dice.sample(range(len(data)), max(1, int(len(data) * share))):
        changed[at] ^= dice.randrange(1, 256)
    return bytes(changed)


def encrypted(data: bytes) -> bytes:
    """The file with a password that nobody knows, added as editors add a change."""
    table = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    root = re.findall(rb"/Root\s+(\d+ \d+ R)", data)[-1]
    number = int(re.findall(rb"/Size\s+(\d+)", data)[-1]) + 1
    entry = b"\n%d 0 obj\n<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>\nendobj\n" % (
        *(number, b"11" * 32, b"22" * 32),
    )
    return (
        data
        + entry
        + (
            b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d/Root %s/Prev %d/Encrypt %d 0 R"
            b"/ID[<00><00>]>>\nstartxref\n%d\n%%%%EOF\n"
        )
        % (number, len(data) + 1, number + 1, root, table, number, len(data) + len(entry))
    )


def facts(report: Reading) -> dict[str, object]:
    """What an alert could be about."""
    fields = {"kind", "framework", "authority", "inspection_periods", "published"}
    facts = report.model_dump(include=fields)
    facts["grades"] = {judgement.judgement: judgement.grade for judgement in report.judgements}
    facts["areas"] = [(area.text, area.priority_action) for area in report.improvement_areas]
    return facts


def test_cut_files_are_refused(reader: Reader, files: list[Path]) -> None:
    for path in files:
        data = path.read_bytes()
        for share in CUTS:
            report = reader.read(data[: int(len(data) * share)], name=path.name)
            assert codes(report) == {ProblemCode.TRUNCATED}


@pytest.mark.parametrize("share", [0.01, 0.0001])
def test_changed_bytes_never_change_a_fact_in_silence(
    reader: Reader, files: list[Path], share: float
) -> None:
    problems = 0
    for path in files:
        data = path.read_bytes()
        report = reader.read(flipped(data, share, seed=path.name), name=path.name)
        problems += bool(report.problems)
        if not report.problems:
            assert facts(report) == facts(reader.read(data, name=path.name))
    assert problems >= SAMPLE - 4


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (encrypted, ProblemCode.ENCRYPTED),
        (lambda data: b"<!DOCTYPE html><html>" + data + b"</html>", ProblemCode.NOT_A_PDF),
        (lambda data: b"", ProblemCode.EMPTY),
    ],
    ids=["encrypted", "a page of the site", "empty"],
)
def test_other_files_under_the_name_of_a_report(
    reader: Reader, files: list[Path], change: Callable[[bytes], bytes], code: ProblemCode
) -> None:
    for path in files:
        data = path.read_bytes() if code is ProblemCode.ENCRYPTED else b"A few words."
        assert codes(reader.read(change(data), name=path.name)) == {code}


def test_padding_without_end_is_not_read(reader: Reader, files: list[Path], tmp_path: Path) -> None:
    padded = tmp_path / files[0].name
    with padded.open("wb") as file:
        file.write(files[0].read_bytes())
        file.truncate(PADDING)
    assert codes(reader.read(padded.read_bytes(), name=padded.name)) == {ProblemCode.TOO_LARGE}


def test_after_all_that_other_files_are_read_as_before(reader: Reader) -> None:
    report = reader.read(as_pdf(ILACS_2023), name="good.pdf")
    assert report.problems == ()
