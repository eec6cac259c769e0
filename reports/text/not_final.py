"""Words such as "DRAFT" or "withdrawn" printed on a document that is not the report in force."""

from __future__ import annotations

import re

from reports.text.document import Document, Line

_LONGEST = 100
"""Characters. A stamp or a note at the head of a report is shorter."""

_FIRST_LETTERS = frozenset("CDENSTW")
"""What every note starts with, so that most lines are skipped fast."""

_NOTE = re.compile(
    r"(?:(?:confidential\s*[-–:,]?\s*)?draft(?: (?:report|letter|copy|version|only))?"
    r"(?: (?:for|of) .{3,60})?(?:\s*[-–:,(]\s*(?:confidential|not for .{3,40}))?[.)]?"
    r"|(?:strictly )?embargoed(?: until .{3,40})?"
    r"|(?:this|the) (?:inspection )?(?:report|letter|document) (?:has been|is|was)(?: now)?"
    r" (?:withdrawn|superseded|replaced|embargoed)(?: .{2,80})?\.?"
    r"|(?:withdrawn|superseded)(?: (?:by|on) .{3,60})?\.?"
    r"|specimen(?: (?:report|letter))?|(?:example|sample) (?:report|letter)"
    r"|not for (?:publication|circulation)\.?)(?: \d{1,3})?",
    re.IGNORECASE,
)
_STAMP = " DRAFT"
"""A stamp over a line of text is read as the last word of that line."""


def note_that_it_is_not_final(document: Document) -> Line | None:
    """Return the first line that says that this is a draft or no longer in force, or None."""
    for line in document.lines:
        text = line.text
        note = text[0] in _FIRST_LETTERS and len(text) <= _LONGEST and _NOTE.fullmatch(text)
        if note or text.endswith(_STAMP):
            return line
    return None
