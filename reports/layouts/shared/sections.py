"""Sections of letters: from a heading of a known kind to the next heading or the closing words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reports.layouts.shared.areas import HEADING_END, HEADING_START, PRIORITY_HEADING
from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.headings import LARGER
from reports.layouts.shared.letterhead import LINE_PITCH
from reports.layouts.shared.section_finder import (
    Section,
    SectionEnding,
    SectionRules,
    find_sections,
)
from reports.problems import ProblemCode
from reports.text.document import Document, Line
from reports.text.lists import split_bullet
from reports.text.sentences import ends_sentence

AREAS_HEADING = re.compile(
    rf"{HEADING_START}(?:what needs? to improve"
    r"(?: in (?:this|these|the) areas? of (?:social work )?practice)?"
    r"|(?:key |main )?(?:areas?|area\(s\)) for (?:further )?(?:improvement|development)"
    rf"|(?:key |main )?recommendations?){HEADING_END}",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"(?:\d{1,2}[.)]\s*)?(?:what|area|action|priority|key|main|recommendation)", re.IGNORECASE
)
"""What both kinds of headings start with."""

_CLOSING = re.compile(
    r"ofsted will (?:take|use|consider)|yours (?:sincerely|faithfully)|(?:we|i) (?:are|am) copying|"
    r"any areas? for development identified above|the national director|copy:|cc:",
    re.IGNORECASE,
)
_TITLES = re.compile(
    r"(?:(?:main|headline|key|detailed|summary of) )?findings(?: and evaluation of progress)?|"
    r"overview|summary|background|context|(?:key |areas of )?strengths?|next steps|"
    r"the service meets the requirements\b.*|(?:case|practice) stud(?:y|ies)\b.*|"
    r"areas covered by the (?:visit|inspection)",
    re.IGNORECASE,
)
_BOX = re.compile(r"(?:case|practice) stud(?:y|ies)\s*[:–-]?", re.IGNORECASE)
BOX_TITLE = re.compile(r"(?:case|practice) stud(?:y|ies)\b", re.IGNORECASE)
_AFTER_BOX = re.compile(
    r"(?:next steps|(?:key )?strengths|(?:main|headline) findings|areas? for .*)\s*[:.]?",
    re.IGNORECASE,
)
_UNTHEMED = re.compile(r"(?:\d{1,2}[.)]\s*)?what\b", re.IGNORECASE)
_LONGEST = 3


def letter_sections(document: Document, *, after: int, themed: bool = False) -> Iterator[Section]:
    """Return the sections of areas for improvement from line `after` on.

    `themed`: bold lines inside a section are themes of its list, not the end of it. Lists under
    "What needs to improve" never have themes.
    """

    def is_set_as_heading(lines: Sequence[Line], start: int, end: int) -> bool:
        boxed = start > 0 and _BOX.fullmatch(lines[start - 1].text) is not None
        return not boxed and stands_alone(document, start, end)

    def ends(lines: Sequence[Line], start: int, at: int) -> SectionEnding | None:
        line = lines[at]
        bold_goes_on = themed and not _UNTHEMED.match(lines[start].text)
        titled = is_title(line.text) and stands_alone(document, at, at + 1)
        bold = is_bold_line(document, at) and not (bold_goes_on and _is_theme(document, start, at))
        return SectionEnding.CERTAIN if is_closing(line.text) or titled or bold else None

    rules = SectionRules(
        headings=(AREAS_HEADING, PRIORITY_HEADING),
        longest=_LONGEST,
        opens=_OPENS,
        is_set_as_heading=is_set_as_heading,
        ends=ends,
    )
    return find_sections(document.lines, rules, after=after)


def stands_alone(document: Document, start: int, end: int) -> bool:
    """Return whether lines are set as a heading: bold, or with space above and below.

    By chance, such words may fill a line of a sentence, but not between two whole sentences.
    """
    first, last = document.lines[start], document.lines[end - 1]
    below = document.lines[end] if end < len(document.lines) else None
    if not document.positioned:
        listed = below is not None and (below.gap or split_bullet(below.text) is not None)
        above = document.lines[start - 1] if start else None
        opens = above is None or above.page != first.page
        between = above and below and ends_sentence(above.text) and below.text[0].isupper()
        return first.gap or opens or listed or bool(between) or not document.spaced
    return first.bold or (_space_above(document, start) and (below is None or _apart(last, below)))


def is_title(text: str) -> bool:
    """Return whether a line is a title that ends a list, such as findings or next steps."""
    return text[0].isupper() and _TITLES.fullmatch(text.rstrip(" .:?")) is not None


def is_closing(text: str) -> bool:
    """Return whether a line starts the words with which a letter ends."""
    return _CLOSING.match(text) is not None


def _apart(upper: Line, lower: Line) -> bool:
    return upper.page != lower.page or not 0 < upper.y - lower.y < LINE_PITCH * upper.size


def _space_above(document: Document, at: int) -> bool:
    return at == 0 or _apart(document.lines[at - 1], document.lines[at])


def _is_theme(document: Document, heading: int, at: int) -> bool:
    """Return whether a bold line in a list, by its size, may be a theme and not a title."""
    title = document.lines[heading].size
    return title < document.body_size * LARGER or document.lines[at].size < title


def is_bold_line(document: Document, at: int) -> bool:
    """Return whether a line is bold and starts something: a title, or a theme between items."""
    line = document.lines[at]
    return (
        document.positioned
        and line.bold
        and split_bullet(line.text) is None
        and _space_above(document, at)
    )


def check_after_boxes(
    document: Document, sections: Sequence[Section], reading: ReadingBuilder
) -> None:
    """Report items after a box that are indented like those before it: the list may go on."""
    for section in sections:
        marks = {round(line.x) for line in section.lines(document) if split_bullet(line.text)}
        in_box = False
        for line in document.lines[section.body.stop :]:
            in_box = in_box or BOX_TITLE.match(line.text) is not None
            if not in_box or _AFTER_BOX.fullmatch(line.text):
                break
            if split_bullet(line.text) and round(line.x) in marks:
                message = f"Items follow a box after “{section.heading}”: “{line.text[:60]}”."
                reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=line.page)
                break
