"""Invented reports in the real layouts, as text and as PDF, for the tests of reading."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

LEADERS = "The impact of leaders on social work practice with children and families"
HELP = "The experiences and progress of children who need help and protection"
BOTH = "The experiences and progress of children in care and care leavers"
IN_CARE = "The experiences and progress of children in care"
LEAVERS = "The experiences and progress of care leavers"
OVERALL = "Overall effectiveness"
RI = "Requires improvement to be good"


@dataclass(frozen=True)
class Ilacs:
    """One ILACS report; `headings` are the graded headings of the body, `None` for the usual."""

    title: tuple[str, ...] = ("Inspection of Havering local authority children’s services",)
    dates: str | None = "Inspection dates: 11 to 22 December 2023"
    lead: str | None = "Lead inspector: Ann Example, His Majesty’s Inspector"
    rows: tuple[tuple[str, str], ...] = (
        (LEADERS, "Good"),
        (HELP, RI),
        (IN_CARE, "Good"),
        (LEAVERS, "Outstanding"),
        (OVERALL, "Good"),
    )
    summary: tuple[str, ...] = ("Leaders know their services and families well.",)
    areas_heading: str | None = "What needs to improve?"
    areas: tuple[str, ...] = (
        "The quality of supervision.",
        "The timeliness of assessments, so that multi-agency plans are made without delay for "
        "every child who needs one.",
    )
    headings: tuple[str, ...] | None = None
    body: str = "Children receive help when they need it."
    footer: str = "Inspection of Havering local authority children’s services"
    numbers: bool = True
    extra: tuple[str, ...] = field(default=())
    """Lines between the list of areas and the body."""

    def with_row(self, label: str, grade: str) -> Ilacs:
        """The same report with another grade in one row of the table, the body unchanged."""
        rows = tuple((a, grade if a == label else b) for a, b in self.rows)
        return replace(self, rows=rows, headings=self.graded_headings())

    def graded_headings(self) -> tuple[str, ...]:
        """The headings of the body with their grades."""
        if self.headings is not None:
            return self.headings
        return tuple(f"{a}: {b.lower()}" for a, b in self.rows if a != OVERALL)


ILACS_2018 = Ilacs(
    title=("London Borough of Havering", "Inspection of children’s social care services"),
    dates="Inspection dates: 11 June 2018 to 22 June 2018",
    rows=((LEADERS, "Good"), (HELP, "Requires improvement"), (BOTH, "Good"), (OVERALL, "Good")),
)
ILACS_2023 = Ilacs()
ILACS_2026 = Ilacs(
    dates="Inspection dates: 11 to 22 May 2026",
    rows=((LEADERS, "Good"), (HELP, RI), (IN_CARE, "Good"), (LEAVERS, "Good")),
)


def as_text(report: Ilacs) -> bytes:
    """The report as plain text, in the way of a converted PDF."""
    lines = [*report.title, "", report.dates or "", "", report.lead or "", ""]
    lines += ["Judgement\tGrade", *(f"{label}\t{grade}" for label, grade in report.rows), ""]
    for paragraph in report.summary:
        lines += [paragraph, ""]
    if report.areas_heading is not None:
        lines += [report.areas_heading, "", *(f"- {area}" for area in report.areas), ""]
    lines += report.extra
    for number, heading in enumerate(report.graded_headings(), 1):
        prefix = f"{number}. " if report.numbers else ""
        lines += [heading, "", prefix + report.body, ""]
    return "\n".join(lines).encode()


def as_pdf(report: Ilacs, *, bullet: str = "•", columns: tuple[float, float] = (72, 300)) -> bytes:
    """The report as a PDF: large title, two-column table, bold headings, bullets, footers."""
    page = _Pages(report.footer)
    for line in report.title:
        page.paragraph(line, size=26, gap=4)
    for head in (report.dates, report.lead):
        if head is not None:
            page.paragraph(head, bold=True)
    page.table(report.rows, columns)
    for paragraph in report.summary:
        page.paragraph(paragraph)
    if report.areas_heading is not None:
        page.paragraph(report.areas_heading, size=14, bold=True)
        for area in report.areas:
            page.paragraph(area, mark=bullet, hang=16)
    for line in report.extra:
        page.paragraph(line)
    for number, heading in enumerate(report.graded_headings(), 1):
        page.paragraph(heading, size=14, bold=True)
        page.paragraph(report.body, mark=f"{number}." if report.numbers else "", hang=28)
    return page.finish()


class _Pages:
    """Puts lines on pages from top to bottom."""

    def __init__(self, footer: str) -> None:
        self._file = io.BytesIO()
        self._canvas = Canvas(self._file, pagesize=A4, invariant=True)
        self._footer = footer
        self._page = 1
        self._y = 760.0

    def paragraph(
        self,
        text: str,
        *,
        size: float = 12,
        bold: bool = False,
        mark: str = "",
        hang: float = 0,
        gap: float = 12,
    ) -> None:
        """Wrapped text, with a mark in front and a hanging indent where one is given."""
        font = "Helvetica-Bold" if bold else "Helvetica"
        for number, line in enumerate(_wrap(text, font, size, 440 - hang)):
            self._need(size * 1.3)
            self._canvas.setFont(font, size)
            if mark and number == 0:
                self._canvas.drawString(72, self._y, mark)
            self._canvas.drawString(72 + hang, self._y, line)
            self._y -= size * 1.3
        self._y -= gap

    def table(self, rows: Sequence[tuple[str, str]], columns: tuple[float, float]) -> None:
        """The table of grades; both columns wrap."""
        left, right = columns
        self._canvas.setFont("Helvetica-Bold", 12)
        self._canvas.drawString(left, self._y, "Judgement")
        self._canvas.drawString(right, self._y, "Grade")
        self._y -= 30
        for label, grade in rows:
            labels = _wrap(label, "Helvetica", 12, right - left - 20)
            grades = _wrap(grade, "Helvetica", 12, 520 - right)
            self._canvas.setFont("Helvetica", 12)
            for cells, x in ((labels, left), (grades, right)):
                for number, line in enumerate(cells):
                    self._canvas.drawString(x, self._y - number * 14, line)
            self._y -= max(len(labels), len(grades)) * 14 + 16
        self._y -= 10

    def finish(self) -> bytes:
        """The PDF."""
        self._end_page()
        self._canvas.save()
        return self._file.getvalue()

    def _need(self, height: float) -> None:
        if self._y - height < 80:
            self._end_page()
            self._page += 1
            self._y = 760.0

    def _end_page(self) -> None:
        if self._page > 1:
            self._canvas.setFont("Helvetica", 8)
            self._canvas.drawString(72, 40, self._footer)
            self._canvas.drawString(72, 30, f"1 to 5 January 2020 {self._page}")
        self._canvas.showPage()


def _wrap(text: str, font: str, size: float, width: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and pdfmetrics.stringWidth(longer, font, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
