"""Words such as "DRAFT" or "withdrawn" printed on a document that is not the report in force."""

from __future__ import annotations

import re
from itertools import zip_longest

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
_IN_A_SENTENCE = re.compile(
    r"\b(?:grades?|gradings?|judge?ments?|(?:this|the) (?:inspection )?(?:report|letter))\b"
    r"[^.]{0,60}? (?:has|have|was|were|is|are)(?: now| since)?(?: been)? (?:withdrawn|quashed"
    r"|set aside|overturned|rescinded|revoked|suspended|superseded|under review)\b",
    re.IGNORECASE,
)
_STAMP = " DRAFT"
"""A stamp over a line of text is read as the last word of that line."""


def note_that_it_is_not_final(document: Document) -> Line | None:
    """Return the first line that says that this is a draft or no longer in force, or None.

    A sentence may also say so of a grade; it may go on in the next line.
    """
    for line, after in zip_longest(document.lines, document.lines[1:]):
        text = line.text
        said = _IN_A_SENTENCE.search(f"{text} {after.text}" if after else text)
        if said and said.start() < len(text):
            return line
        note = text[0] in _FIRST_LETTERS and len(text) <= _LONGEST and _NOTE.fullmatch(text)
        if note or text.endswith(_STAMP):
            return line
    return None
