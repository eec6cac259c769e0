"""Invented letters of focused and monitoring visits, with the traps of real ones."""

from __future__ import annotations

from tests.reports.printed import Sheet

NEEDS = "What needs to improve in this area of social work practice?"


def letter(
    *,
    written: str = "20 June 2025",
    subject: tuple[str, ...] = ("Focused visit to Bury children’s services",),
    first: tuple[str, ...] = (
        "This letter summarises the findings of the focused visit to Bury children’s",
        "services on 12 and 13 May 2025. His Majesty’s Inspectors for this visit were Ann",
        "Lee and Bo Hay.",
    ),
    looked: tuple[str, ...] = (
        "Inspectors looked at the local authority’s arrangements for care leavers aged 18",
        "to 25, focusing specifically on:",
    ),
    sheet: Sheet | None = None,
) -> Sheet:
    """A letter up to its headline findings; the letterhead comes late in the text.

    `sheet` may have lines that the file has before those of the letter.
    """
    sheet = (sheet or Sheet()).line(written, y=704).line("Dear Ms Roe", y=640)
    sheet.y = 630
    sheet.heading(*subject).paragraph(*first).paragraph(*looked)
    sheet.item("Support into adulthood.").heading("Headline findings")
    sheet.paragraph("Care leavers are well supported by their personal advisers.")
    sheet.line("Piccadilly Gate", y=797, size=9).line("www.gov.uk/ofsted", y=754, x=169, size=11)
    return sheet


def closed(sheet: Sheet) -> bytes:
    """The letter with its last words."""
    sheet.heading("Main findings").paragraph("Most visits are regular.")
    sheet.item("A strength that is not an area for improvement.")
    return sheet.paragraph("Yours sincerely").paragraph("Ann Lee", "His Majesty’s Inspector").pdf()


MONITORING = """\
29 April 2025

Tara Roe
Director of Children's Services

Dear Ms Roe

Monitoring visit to Havering children's services

This letter summarises the findings of the monitoring visit to Havering children's services on
26 and 27 March 2025. This was the second monitoring visit since the local authority was judged
inadequate in February 2024. His Majesty's Inspectors for this visit were Ann Lee and Bo Hay.

Areas covered by the visit

Inspectors reviewed the progress made in the following areas of concern identified at the last
inspection:

- the quality of assessments
- management oversight and supervision.

Headline findings

Leaders have made some progress.

Findings and evaluation of progress

- Assessments are timelier than they were.

Yours sincerely

Ann Lee
His Majesty's Inspector
"""


REVIEWED = """\
Inspectors reviewed the progress made in the following areas of concern identified at the last
inspection:

- the quality of assessments
- management oversight and supervision.
"""


def in_text(listed: str) -> str:
    """Return the letter of a focused visit, as text, with this list."""
    text = MONITORING.replace("Monitoring visit", "Focused visit").replace("monitoring", "focused")
    text = text.replace(REVIEWED, "")
    return text.replace("Findings and", f"{NEEDS}\n\n{listed}\n\nFindings and")
