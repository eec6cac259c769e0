"""Invented SIF reports, set line by line as the real ones are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from reports.model import Reading, Target
from tests.reports.printed import LEFT, PITCH, Sheet

HELP = "1. Children who need help and protection"
LOOKED_AFTER = "2. Children looked after and achieving permanence"
ADOPTION = "2.1 Adoption performance"
LEAVERS = "2.2 Experiences and progress of care leavers"
LEADERS = "3. Leadership, management and governance"
RI = "Requires improvement"
COLUMN = 394.0
HANG = 28.0


@dataclass(frozen=True)
class Item:
    """A numbered paragraph: its number, the lines it is set in, and how far they hang."""

    number: int
    lines: tuple[str, ...]
    hang: float = HANG


def item(number: int, *lines: str) -> Item:
    """A numbered paragraph."""
    return Item(number, lines)


@dataclass(frozen=True)
class Sif:
    """What one invented report prints. `lists` and `board_lists` draw themselves on the sheet."""

    name: str = "London Borough of Havering"
    title: tuple[str, ...] = (
        "Inspection of services for children in need of help and",
        "protection, children looked after and care leavers",
    )
    review: bool = True
    dates: str = "Inspection date: 3 March 2015 – 25 March 2015"
    published: str | None = "Report published: 13 May 2015"
    overall: tuple[str, ...] = ("Children’s services in Havering require improvement to be", "good")
    rows: dict[str, str] = field(
        default_factory=lambda: {
            HELP: RI,
            LOOKED_AFTER: "Good",
            ADOPTION: "Outstanding",
            LEAVERS: RI,
            LEADERS: RI,
        }
    )
    rows_on_second_page: int = 0
    front_board: tuple[str, ...] = ()
    previous: tuple[str, ...] = ()
    lists: Callable[[Sheet], object] | None = None
    board_lists: Callable[[Sheet], object] | None = None
    body: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    board: tuple[str, ...] = ("The Local Safeguarding Children Board requires improvement",)
    lead: str = "Lead inspector: Ann Example"


def numbered(sheet: Sheet, *items: Item, x: float = LEFT) -> Sheet:
    """Numbered paragraphs whose lines hang."""
    for one in items:
        sheet.gap()
        for at, text in enumerate(one.lines):
            sheet.line(
                f"{one.number}. {text}" if at == 0 else text, x=x if at == 0 else x + one.hang
            )
    return sheet


def _turn(sheet: Sheet) -> None:
    """End a page with its number at the foot."""
    sheet.page(number=sheet.canvas.getPageNumber())


def _front(report: Sif, sheet: Sheet) -> None:
    sheet.line(report.name, size=26)
    sheet.heading(*report.title, size=14)
    if report.review:
        sheet.line("and", size=14)
        sheet.heading(
            "Review of the effectiveness of the Local Safeguarding Children", "Board1", size=14
        )
    sheet.heading(report.dates, size=14)
    if report.published:
        sheet.heading(report.published, size=14)
    sheet.heading(*report.overall, size=14)
    rows = list(report.rows.items())
    cut = len(rows) - report.rows_on_second_page
    _rows(sheet, rows[:cut])
    if report.front_board:
        sheet.heading(*report.front_board, size=14)
    sheet.line("1 Ofsted produces this report under its power to combine reports.", y=90, size=9)
    sheet.page()
    _rows(sheet, rows[cut:])


def _rows(sheet: Sheet, rows: Sequence[tuple[str, str]]) -> None:
    """Labels and grades; a label that is too wide wraps, and its grade is centred next to it."""
    for label, grade in rows:
        sheet.gap()
        head, wrapped, tail = label.partition(" permanence")
        sheet.line(head, bold=True)
        middle = sheet.y
        if wrapped:
            sheet.line(f"permanence{tail}", bold=True, x=LEFT + 18)
            middle = sheet.y + PITCH / 2
        words = grade.split(" to ")
        if len(words) > 1:
            sheet.line(f"{words[0]} to", x=COLUMN, y=middle + PITCH / 2)
            sheet.line(words[1], x=COLUMN, y=middle - PITCH / 2)
        else:
            sheet.line(grade, x=COLUMN, y=middle)


def _contents(sheet: Sheet) -> None:
    sheet.line("Contents", size=26)
    for text in ("Recommendations 7", "The Local Safeguarding Children Board (LSCB) 28"):
        sheet.line(text, size=14)
    _turn(sheet)


def _body(report: Sif, sheet: Sheet) -> None:
    cells = {
        HELP: ("The experiences and progress of", "children who need help and protection"),
        LOOKED_AFTER: (
            "The experiences and progress of",
            "children looked after and achieving",
            "permanence",
        ),
        LEADERS: ("Leadership, management and", "governance"),
    }
    sentences = {
        ADOPTION: "The graded judgement for adoption performance is that it",
        LEAVERS: "The graded judgement about the experience and progress of care leavers is that",
    }
    for label, grade in report.rows.items():
        if label in report.body:
            sheet.heading(*report.body[label], size=14)
        elif label in cells:
            sheet.heading(*cells[label], size=14)
            sheet.line(grade, x=357, y=sheet.y + 8, size=14, bold=True)
        else:
            verb = grade.lower() if grade.startswith("Req") else f"is {grade.lower()}"
            sheet.heading(sentences[label], verb, size=12)
        sheet.paragraph("Inspectors saw what they saw, and it was", "much as it is said above.")


def sif_pdf(report: Sif) -> bytes:
    """The whole document."""
    sheet = Sheet()
    _front(report, sheet)
    _contents(sheet)
    if report.previous:
        sheet.heading("Previous Ofsted inspections")
        for text in report.previous:
            sheet.line(text)
        sheet.heading("Local leadership")
        sheet.paragraph("The director has been in post since May.")
    if report.lists:
        report.lists(sheet)
    else:
        sheet.heading("Recommendations", size=14)
        numbered(sheet, item(1, "Ensure that plans are clear."))
    sheet.heading("Summary for children and young people", size=14)
    sheet.paragraph("Services are getting better.")
    _turn(sheet)
    _body(report, sheet)
    _turn(sheet)
    if report.review:
        sheet.heading("The Local Safeguarding Children Board (LSCB)", size=16)
        sheet.heading(*report.board, size=14)
        if report.board_lists:
            report.board_lists(sheet)
        else:
            sheet.heading("Recommendations", size=14)
            numbered(sheet, item(90, "The board should monitor the quality of practice."))
        sheet.heading("Inspection findings – the Local Safeguarding Children Board", size=14)
        numbered(sheet, item(91, "The board meets its duties."))
        _turn(sheet)
    sheet.heading("Information about this inspection", size=16)
    sheet.heading("The inspection team")
    sheet.paragraph(report.lead)
    sheet.line("Deputy lead inspector: Bob Sample")
    return sheet.pdf()


def texts(report: Reading, target: Target = Target.AUTHORITY) -> list[str]:
    """The areas for one target."""
    return [area.text for area in report.improvement_areas if area.target is target]
