"""A bad document is a report with problems, never an exception."""

from __future__ import annotations

import gzip
import io
from datetime import date
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from reports import reader
from reports.file_limits import MAX_BYTES, MAX_CHARACTERS, MAX_PAGES
from reports.model import Framework, Kind
from reports.problems import ProblemCode
from reports.reader import read_bytes, read_file
from reports.register import Register
from reports.version import READER_VERSION
from tests.reports.conftest import codes, texts
from tests.reports.documents import ILACS_2023, as_pdf, as_text

PDF = as_pdf(ILACS_2023)


def blank_pdf(pages: int) -> bytes:
    """A PDF of empty pages."""
    pdf = pdfium.PdfDocument.new()
    for _ in range(pages):
        pdf.new_page(200, 200)
    file = io.BytesIO()
    pdf.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", ProblemCode.EMPTY),
        (b"  \n\n ", ProblemCode.EMPTY),
        (b"<!DOCTYPE html><html><body>Report not found</body></html>", ProblemCode.NOT_FOUND_PAGE),
        (b"\n<html><head></head><body>Hello</body></html>", ProblemCode.NOT_A_PDF),
        (gzip.compress(PDF), ProblemCode.NOT_A_PDF),
        (b"PK\x03\x04 a spreadsheet", ProblemCode.NOT_A_PDF),
        (b"\x00\x01\x02\x03" * 50, ProblemCode.NOT_A_PDF),
        (b"Minutes of a meeting about something else.", ProblemCode.LAYOUT_UNKNOWN),
        (PDF[: len(PDF) // 2], ProblemCode.TRUNCATED),
        (PDF + b"\n9 0 obj\n<< /Length", ProblemCode.TRUNCATED),
        (PDF + b"\r\nx", ProblemCode.TRUNCATED),
        (PDF[:200] + b"\n%%EOF", ProblemCode.UNREADABLE),
        (b"x" * (MAX_CHARACTERS + 1), ProblemCode.TOO_LONG),
    ],
)
def test_what_is_not_a_report_says_why(register: Register, data: bytes, code: ProblemCode) -> None:
    report = read_bytes(data, name="x.pdf", register=register)
    assert codes(report) == {code}
    assert report.kind is Kind.UNKNOWN
    assert report.framework is Framework.UNKNOWN
    assert report.file == "x.pdf"
    assert report.reader_version == READER_VERSION


@pytest.mark.parametrize("after", [b"\0" * 5000, b"\r\n" * 900, b"\n<!-- served by cache 7 -->\n"])
def test_what_a_server_adds_after_the_end_does_no_harm(register: Register, after: bytes) -> None:
    plain, padded = (
        read_bytes(data, name="x.pdf", register=register) for data in (PDF, PDF + after)
    )
    assert padded == plain.model_copy(update={"sha256": padded.sha256})


def test_a_pdf_without_text_or_with_too_many_pages(register: Register) -> None:
    assert codes(read_bytes(blank_pdf(2), name="x", register=register)) == {ProblemCode.NO_TEXT}
    long = read_bytes(blank_pdf(MAX_PAGES + 1), name="x", register=register)
    assert codes(long) == {ProblemCode.TOO_LONG}


def test_an_encrypted_pdf(register: Register) -> None:
    file = io.BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption("secret"))
    canvas.drawString(72, 700, "Hidden")
    canvas.save()
    report = read_bytes(file.getvalue(), name="x.pdf", register=register)
    assert codes(report) == {ProblemCode.ENCRYPTED}


def test_an_enormous_file_is_refused_without_reading_all_of_it(
    register: Register, tmp_path: Path
) -> None:
    path = tmp_path / "huge.pdf"
    with path.open("wb") as file:
        file.write(PDF)
        file.truncate(300_000_000)
    assert codes(read_file(path, register=register)) == {ProblemCode.TOO_LARGE}
    padded = PDF + b" " * MAX_BYTES
    assert codes(read_bytes(padded, name="x", register=register)) == {ProblemCode.TOO_LARGE}


def test_a_file_that_is_not_there(register: Register, tmp_path: Path) -> None:
    report = read_file(tmp_path / "absent.pdf", register=register)
    assert codes(report) == {ProblemCode.UNREADABLE}
    assert codes(read_file(tmp_path, register=register)) == {ProblemCode.UNREADABLE}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_in_several_encodings(register: Register, encoding: str) -> None:
    data = as_text(ILACS_2023).decode().encode(encoding)
    assert read_bytes(data, name="x.txt", register=register).problems == ()


def test_markdown(register: Register) -> None:
    text = as_text(ILACS_2023).decode()
    rows = "\n".join(f"| {a} | **{b}** |" for a, b in ILACS_2023.rows)
    plain = "\n".join(f"{a}\t{b}" for a, b in ILACS_2023.rows)
    text = text.replace("Judgement\tGrade", "| Judgement | Grade |\n|---|---|").replace(plain, rows)
    text = text.replace("What needs", "## What needs").replace("Inspection of", "# Inspection of")
    report = read_bytes(text.encode(), name="x.md", register=register)
    assert report.problems == ()
    assert len(report.judgements) == 5
    assert [area.text for area in report.improvement_areas] == list(ILACS_2023.areas)


def test_the_markdown_of_programs_that_convert_pdfs(register: Register) -> None:
    text = as_text(ILACS_2023).decode()
    rows = "\n".join(
        f"|**{label.replace(' of ', '<br>of ', 1)}**|<mark>{grade}</mark>|"
        for label, grade in ILACS_2023.rows
    )
    plain = "\n".join(f"{label}\t{grade}" for label, grade in ILACS_2023.rows)
    text = text.replace("Judgement\tGrade", "|**Judgement**|**Grade**|\n|---|---|")
    text = text.replace(plain, rows).replace(
        "What needs to improve?", "# What needs to improve?<sup>1</sup>"
    )
    text = text.replace("\n\nLead inspector", " Lead inspector")
    report = read_bytes(text.encode(), name="x.md", register=register)
    assert report.problems == ()
    assert len(report.judgements) == 5
    assert report.lead_inspector == "Ann Example"
    assert {area.heading for area in report.improvement_areas} == {"What needs to improve?"}


def test_lines_under_the_headings_of_markdown_are_not_words(register: Register) -> None:
    heading = "What needs to improve?"
    text = as_text(ILACS_2023).decode().replace(heading, f"{heading}\n{'=' * len(heading)}")
    report = read_bytes(text.encode(), name="x.md", register=register)
    assert (texts(report), report.problems) == (list(ILACS_2023.areas), ())


def test_dates_after_the_present_day_are_not_kept(register: Register) -> None:
    report = read_bytes(PDF, name="x", register=register, latest=date(2023, 12, 1))
    assert ProblemCode.DATES_IMPLAUSIBLE in codes(report)
    assert report.inspection_start is None
    assert read_bytes(PDF, name="x", register=register, latest=date(2023, 12, 22)).problems == ()


def test_a_fault_of_ours_is_a_problem_of_that_document(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(reader, "matching_layouts", fail)
    assert codes(read_bytes(PDF, name="x", register=register)) == {ProblemCode.READING_FAILED}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_cut_or_changed_text_is_never_silently_wrong(data: st.DataObject) -> None:
    """A piece is cut out of a report as text; what is left is right or has a problem."""
    register = Register.default()
    text = as_text(ILACS_2023).decode()
    start = data.draw(st.integers(0, len(text) - 1))
    length = data.draw(st.integers(1, 400))
    whole = read_bytes(text.encode(), name="x", register=register)
    report = read_bytes(
        (text[:start] + text[start + length :]).encode(), name="x", register=register
    )
    if not report.problems:
        sure = {j.judgement: j.grade for j in whole.judgements}
        assert {j.judgement: j.grade for j in report.judgements} == sure
        assert report.framework is whole.framework


@pytest.mark.parametrize("share", [0.2, 0.4, 0.6, 0.8, 0.99])
def test_a_pdf_cut_anywhere_is_a_problem(register: Register, share: float) -> None:
    cut = PDF[: int(len(PDF) * share)]
    assert read_bytes(cut, name="x", register=register).problems
