"""Lists with marks in a letter that are not read as areas: is one of them a list of areas?

A letter lists what the visit looked at and, in its findings, what the inspectors saw. A list under
a title in unknown words, or after a sentence that asks for something, may be a list of areas.
"""

from __future__ import annotations

import re
from collections.abc import Container

from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.letterhead import Letter, goes_on, is_farewell
from reports.layouts.shared.sections import is_bold_line, is_title, stands_alone
from reports.problems import ProblemCode
from reports.text.clean import join_lines
from reports.text.document import Document
from reports.text.lists import starts_list
from reports.text.sentences import ends_sentence, split_sentences

_KNOWN = re.compile(
    r"(?:.{0,40}\b)?findings\b.{0,60}|(?:evaluation of |areas of )?progress\b.{0,40}"
    r"|overview|summary|background|context|.{0,40}\bstrengths?\b.{0,40}"
    r"|(?:case|practice) stud.{0,60}|what (?:is|was) (?:going|working) well|good practice"
    r"|areas? (?:covered|reviewed)\b.{0,40}",
    re.IGNORECASE,
)
"""The titles of findings, strengths and what was reviewed, whose lists are not of areas."""

_ASKS = re.compile(
    r"\b(?:should|must|ha(?:s|ve) to|needs? (?:to|for)|needed|asked|recommend\w*|improv\w+|actions?"
    r"|priorit\w+|attention|next steps|strengthen\w*|address\w*|weak\w*|shortfalls?|concerns?"
    r"|issues?|better|stronger|learning|requir\w+|development|not (?:yet )?(?:good|working)"
    r"|the following|identified)\b",
    re.IGNORECASE,
)
"""Words of a title or sentence whose list may be one of areas."""

_REQUESTS = re.compile(
    r"\b(?:should|must|ha(?:s|ve) to|asked|recommend\w*|needs? to (?!decide)|needed)\b",
    re.IGNORECASE,
)
_SCOPE = re.compile(
    r"\b(?:look(?:ed|ing)|focus\w*|consider\w*|review\w*|evaluat\w+|examin\w+|cover(?:ed|s)|scope"
    r"|arrangements|includ\w+|evidence)\b",
    re.IGNORECASE,
)
"""How a letter says what the visit looked at."""

_OF_THE_LAST = re.compile(
    r"\b(?:at|by|from|in) (?:the|our|its) (?:last|previous|earlier) (?:\w+ )?"
    r"(?:inspection|visit)\b",
    re.IGNORECASE,
)

_LONGEST_TITLE = 160
_MOST_LINES = 8
"""Lines of the longest paragraph that introduces a list."""


def check_other_lists(letter: Letter, inside: Container[int], reading: ReadingBuilder) -> None:
    """Report the first list outside the lines `inside`, which were read, that may be of areas."""
    document = letter.document
    title = ""
    for at in range(letter.body, len(document.lines)):
        line = document.lines[at]
        if is_farewell(line.text):
            return
        if at in inside:
            title = ""
        elif starts_list(line.text):
            if shown := _words_that_suggest_areas(document, letter.body, at, title)[:60]:
                message = f"A list under no known heading: “{shown}”."
                if not any(shown in problem.message for problem in reading.problems):
                    reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=line.page)
                return
        elif _is_section_title(document, at) or (at - 1 in inside and line.bold):
            # Even a whole sentence in bold is a title where it ended a list of areas.
            title = line.text


def _is_section_title(document: Document, at: int) -> bool:
    """Return whether a line is a title, known or in bold, and not the end of a longer one."""
    text = document.lines[at].text
    if is_title(text) and stands_alone(document, at, at + 1):
        return True
    return is_bold_line(document, at) and not ends_sentence(text)


def _words_that_suggest_areas(document: Document, body: int, at: int, title: str) -> str:
    """Return the words above a list that suggest it is one of areas; "" if none do.

    `title` is that of the section; it is empty in the opening and after a list of areas.
    """
    above = _above(document, body, at)
    if above is None:
        return ""
    words = join_lines([line.text for line in document.lines[above.start : above.stop]])
    sentence = split_sentences(words)[-1] if words else ""
    if _tells_the_subject(words) and not _REQUESTS.search(sentence):
        return ""
    if title and not _is_known(title):
        return title
    if sentence.endswith(":"):
        return sentence if _ASKS.search(sentence) else ""
    return words if _is_title_above(document, above) and not _is_known(words) else ""


def _tells_the_subject(words: str) -> bool:
    """Return whether words introduce what the visit looked at or what was named before it."""
    scope = words.endswith(":") and _SCOPE.search(words) is not None
    return scope or _OF_THE_LAST.search(words) is not None


def _above(document: Document, body: int, at: int) -> range | None:
    """Return the paragraph above a marked line; None where that is an item of the same list."""
    start = at
    while start > max(body, at - _MOST_LINES):
        start -= 1
        if starts_list(document.lines[start].text):
            return None
        if start == body or not goes_on(document, start):
            break
    return range(start, at)


def _is_title_above(document: Document, above: range) -> bool:
    """Return whether the paragraph above a list is set as a title of its own."""
    first = document.lines[above.start]
    words = join_lines([line.text for line in document.lines[above.start : above.stop]])
    ended = ends_sentence(words) or len(split_sentences(words)) > 1
    if not words or len(words) > _LONGEST_TITLE or ended or not first.text[0].isupper():
        return False
    before = document.lines[above.start - 1]
    if before.page != first.page and not ends_sentence(before.text):
        return first.bold
    if not document.positioned:
        return first.gap
    return stands_alone(document, above.start, above.stop)


def _is_known(title: str) -> bool:
    known = _KNOWN.fullmatch(title.rstrip(" .:?")) is not None
    return known and not _ASKS.search(title)
