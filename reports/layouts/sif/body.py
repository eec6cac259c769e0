"""The body of a SIF report: where it repeats the grades, and where the part on the board starts.

The table of contents has the words of graded headings, and so has the list of the grades of the
previous inspection. Neither gives a grade of this inspection.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.frameworks import Frameworks
from reports.layouts.shared.graded_statements import GradedStatement, Vocabulary, statement_at
from reports.layouts.shared.headings import looks_like_heading
from reports.layouts.sif.front_page import GRADE, OVERALL
from reports.model import Grade
from reports.text.clean import join_lines, plain_key
from reports.text.contents import CONTENTS
from reports.text.document import Document, Line
from reports.text.lists import split_bullet

_PREVIOUS = re.compile(
    r"(?:previous|other|past|recent|earlier|last) (?:\w+ ){0,2}inspections?(?: \w+){0,3}"
    r"|progress since the (?:last|previous) (?:\w+ )?inspection",
    re.IGNORECASE,
)
_KEY_JUDGEMENT = re.compile(r"key judge?ments?\s+(?:judge?ment )?grades?", re.IGNORECASE)
_BOARD = (
    r"(?:the )?(?:[\w'’&.,-]+ ){0,6}?(?:safeguarding children(?:['’]?s)?(?: board)?"
    r"|safeguarding board)(?: ?\(\w+\))?"
)
_LSCB = rf"(?:{_BOARD}|(?:the )?\w{{0,7}}SCBs?)"
_EFFECTIVENESS = r"(?:(?:the )?(?:judge?ment (?:for|on|of|about) )?(?:the )?effectiveness of )"
BOARD_HEAD = re.compile(
    rf"(?:section \d+\s*[:–-]\s*|(?:inspection|review) of )?{_EFFECTIVENESS}?{_BOARD}"
    rf"(?:,? (?:is |are )?(?:that it )?(?:is )?(?:{GRADE}))?\s*[.:]?",
    re.IGNORECASE,
)

_NOT_A_GRADE = r"(?!(?:requires|improvement|good|outstanding|inadequate)\b)"
"""Excludes a line that starts with the rest of a grade from the line above."""

BOARD_GRADE = re.compile(
    rf"{_NOT_A_GRADE}(?:section \d+\s*[:–-]\s*)?{_EFFECTIVENESS}?(?P<label>{_LSCB}(?: is)?)"
    r"(?: that it)?(?: is)?(?: judged(?: to be| to| as)?)?:?"
    rf" (?P<grade>{GRADE})(?: because)?\s*[.:]?",
    re.IGNORECASE,
)
_ARRANGEMENTS = re.compile(
    r"the arrangements in place to evaluate the effectiveness of what is done by .{10,140}?"
    rf" (?:are |is )?(?P<grade>{GRADE})\s*\.?",
    re.IGNORECASE,
)
_AUTHORITY_IS = re.compile(
    rf"(?:this|the) local authority (?:is )?(?P<grade>{GRADE})(?: and is not yet good)?"
    r"(?: because)?\s*[.:]?",
    re.IGNORECASE,
)
_MENTION = re.compile(r"safeguarding (?:children['’]?s?|board)|\b\w{0,7}SCBs?\b", re.IGNORECASE)
_LONGEST = 4
_HEAD_LINES = 8
"""Lines under the head of the board's part in which its grade may be in body type."""


@dataclass(frozen=True, slots=True)
class BoardGrade:
    """One sentence or heading that grades the Local Safeguarding Children Board."""

    label: str
    printed: str
    grade: Grade | None
    page: int


def body_positions(document: Document, *, start: int) -> list[int]:
    """Return the positions of the lines that can have findings of this inspection."""
    found: list[int] = []
    skipping = False
    contents = 0
    for at in range(start, len(document.lines)):
        line = document.lines[at]
        if document.positioned and CONTENTS.fullmatch(line.text):
            contents = line.page
        if line.page == contents:
            continue
        if looks_like_heading(line, document):
            if _PREVIOUS.fullmatch(line.text):
                skipping = True
            elif document.positioned or len(line.text.split()) > 1:
                skipping = False
        if not skipping:
            found.append(at)
    return found


def graded_statements(
    document: Document, positions: Iterable[int], *, vocabulary: Vocabulary
) -> list[GradedStatement]:
    """Return the headings, and the rows under "Key judgement", that repeat a grade."""
    lines = document.lines
    found: list[GradedStatement] = []
    table_page = 0
    end = 0
    for at in positions:
        line = lines[at]
        if _KEY_JUDGEMENT.fullmatch(line.text):
            table_page = line.page
        if at < end or split_bullet(line.text) is not None:
            continue
        in_table = table_page == line.page
        if not in_table and not looks_like_heading(line, document):
            table_page = 0
            continue
        length = _run(document, at, any_type=in_table)
        statement = statement_at(lines, at, length=length, vocabulary=vocabulary)
        if statement is not None:
            found.append(statement)
            end = statement.end
            table_page = 0
    return found


def _run(document: Document, at: int, *, any_type: bool) -> int:
    """Return the number of lines from `at` on that may belong to one heading or cell."""
    lines = document.lines
    size = 1
    for line in lines[at + 1 : at + 6]:
        if line.page != lines[at].page or line.gap:
            break
        if not any_type and not looks_like_heading(line, document):
            break
        size += 1
    return size


def mentions_of_board(document: Document) -> int:
    """Return the number of lines that name a safeguarding board."""
    return sum(_MENTION.search(line.text) is not None for line in document.lines)


def board_start(document: Document, positions: Sequence[int], *, after: int) -> int | None:
    """Return where the part on the board starts: the first heading after `after` that names it."""
    for at in positions:
        if at <= after or not looks_like_heading(document.lines[at], document):
            continue
        if _heading_matches(document, at, BOARD_HEAD):
            return at
    return None


def _heading_matches(document: Document, at: int, pattern: re.Pattern[str]) -> bool:
    return any(pattern.fullmatch(text) for text in _heading_texts(document, at))


def _heading_texts(document: Document, at: int) -> list[str]:
    """Return the text of heading line `at` alone, then with one, two and three more lines."""
    size = min(_run(document, at, any_type=False), _LONGEST)
    texts = [line.text for line in document.lines[at : at + size]]
    return [join_lines(texts[:length]) for length in range(1, size + 1)]


def board_grades(
    document: Document, positions: Sequence[int], *, start: int | None, frameworks: Frameworks
) -> list[BoardGrade]:
    """Return the board's grades in the headings of its part and in the standard sentence."""
    found: list[BoardGrade] = []
    for at in positions:
        if start is None or at < start:
            continue
        texts = _texts_for_board(document, at, start=start)
        matches = [m for text in texts if (m := BOARD_GRADE.fullmatch(text))]
        if matches:
            found.append(_board_grade(matches[-1], document.lines[at], frameworks))
        elif document.lines[at].text.lower().startswith("the arrangements in place to evaluate"):
            text = join_lines([line.text for line in document.lines[at : at + _LONGEST]])
            if match := _ARRANGEMENTS.match(text):
                found.append(_board_grade(match, document.lines[at], frameworks))
    return found


def _texts_for_board(document: Document, at: int, *, start: int) -> list[str]:
    if looks_like_heading(document.lines[at], document):
        return _heading_texts(document, at)
    if at < start + _HEAD_LINES:
        texts = [line.text for line in document.lines[at : at + _LONGEST]]
        return [join_lines(texts[:size]) for size in range(1, len(texts) + 1)]
    return []


def front_board_grade(lines: Sequence[Line], *, frameworks: Frameworks) -> BoardGrade | None:
    """Return the board's grade on the first page, where the reports of 2014 print it."""
    for at, line in enumerate(lines):
        best = None
        for size in (1, 2, 3):
            text = join_lines([ln.text for ln in lines[at : at + size]])
            if match := BOARD_GRADE.fullmatch(text):
                best = _board_grade(match, line, frameworks)
        if best is not None:
            return best
    return None


def _board_grade(match: re.Match[str], line: Line, frameworks: Frameworks) -> BoardGrade:
    label = match.groupdict().get("label") or "The Local Safeguarding Children Board"
    printed = match.group("grade")
    return BoardGrade(label, printed, frameworks.grade(plain_key(printed)), line.page)


def body_overall(
    document: Document, positions: Iterable[int], *, frameworks: Frameworks
) -> list[tuple[str, Grade | None, int]]:
    """Return the words, grade and page of each heading that repeats the overall grade."""
    found = []
    for at in positions:
        if not looks_like_heading(document.lines[at], document):
            continue
        for text in reversed(_heading_texts(document, at)):
            if match := OVERALL.fullmatch(text) or _AUTHORITY_IS.fullmatch(text):
                printed = match.group("grade")
                grade = frameworks.grade(plain_key(printed))
                found.append((printed, grade, document.lines[at].page))
                break
    return found
