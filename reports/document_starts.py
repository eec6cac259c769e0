"""Where documents start in one file: an agenda pack or a scan often holds several.

A letter starts with its salutation, a report with its inspection dates or its table of grades. What
follows the second start must never be read as part of the first document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from reports.text.clean import join_lines, plain_key
from reports.text.dates import DATE_LINE, read_whole
from reports.text.document import Document, Line

_SALUTATION = re.compile(r"Dear (?:(?:Mr|Mrs|Ms|Dr|Prof)\. )?[A-Za-z][^.!?]{1,70},?")
_FIRST_WORDS = re.compile(r"This letter summarises the findings of\b")
_FIGURE = re.compile(r"\d")
_TABLE = re.compile(r"judgements?\s+grades?", re.IGNORECASE)
_KEY = re.compile(r"key judge?ments?", re.IGNORECASE)
"""The first cell of a table that repeats one grade at the head of its section, in a SIF report."""

_BOARD = re.compile(r"\b(?:local )?safeguarding children(?: board)?\b", re.IGNORECASE)
_COUNCIL = re.compile(r"\binspection of services for children in need\b", re.IGNORECASE)
"""The title of a report on a council. It may also name the review of the council's board."""

_NEAR = 15
"""The most lines on a title page above its dates, and from the line that starts a document to its
table of grades or to the first words of a letter."""


@dataclass(frozen=True, slots=True)
class DocumentStart:
    """The line by which the start of a document is known."""

    at: int
    line: Line

    @property
    def is_letter(self) -> bool:
        """Whether a letter starts here."""
        return any(p.match(self.line.text) for p in (_SALUTATION, _FIRST_WORDS))


def document_starts(document: Document) -> tuple[DocumentStart, ...]:
    """Return the starts in the order of the file.

    Some inspections contain the review of a safeguarding board with its own title page. A board's
    title page that repeats dates printed before does not start a document.
    """
    starts: list[DocumentStart] = []
    dates: set[str] = set()
    for at, line in enumerate(document.lines):
        if _SALUTATION.fullmatch(line.text):
            starts.append(DocumentStart(at, line))
        elif _FIRST_WORDS.match(line.text) and not (starts and at - starts[-1].at <= _NEAR):
            # A letter without a salutation.
            starts.append(DocumentStart(at, line))
        elif (match := DATE_LINE.fullmatch(line.text)) and _FIGURE.search(match.group("dates")):
            printed = str(read_whole(match.group("dates")) or plain_key(match.group("dates")))
            if printed not in dates or not _is_board(document, at):
                starts.append(DocumentStart(at, line))
            dates.add(printed)
        elif (
            _TABLE.fullmatch(line.text)
            and not (starts and at - starts[-1].at <= _NEAR)
            and not (at and _KEY.fullmatch(document.lines[at - 1].text))
        ):
            starts.append(DocumentStart(at, line))
    return tuple(starts)


def _is_board(document: Document, at: int) -> bool:
    page = document.lines[at].page
    above = [line.text for line in document.lines[max(0, at - _NEAR) : at] if line.page == page]
    title = join_lines(above)
    return _BOARD.search(title) is not None and not _COUNCIL.search(title)


def first_part(document: Document, second: DocumentStart) -> Document:
    """Return the document before the second start, in whole pages where that is possible."""
    first = document.lines[0].page
    if second.line.page > first:
        kept = tuple(line for line in document.lines if line.page < second.line.page)
    else:
        kept = document.lines[: second.at]
    return replace(document, lines=kept)


def from_page(document: Document, page: int) -> Document:
    """Return the document without the pages before this one."""
    return replace(document, lines=tuple(line for line in document.lines if line.page >= page))
