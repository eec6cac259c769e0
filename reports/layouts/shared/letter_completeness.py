"""Check that a letter is whole: all its pages, in their order, and nothing after its end.

A letter with a missing or misplaced page may have lost its areas for improvement. It must not seem
to have none.
"""

from __future__ import annotations

import re
from itertools import pairwise

from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.letterhead import Letter, is_farewell, salutation
from reports.layouts.shared.sections import AREAS_HEADING, is_title, stands_alone
from reports.problems import ProblemCode
from reports.text.document import Document, Line
from reports.text.lists import split_bullet
from reports.text.sentences import ends_sentence

_LAST_WORDS = re.compile(
    r"ofsted will (?:take|use|consider)\b|i am copying this letter|a copy of this letter"
    r"|(?:his|her) majesty[’']?s (?:lead )?inspectors?[,.]?$|(?:lead )?HMI$",
    re.IGNORECASE,
)
"""What replaces a farewell in letters without one: how the letter will be used, a signature."""

_OPENING_TITLE = re.compile(r"(?:headline findings|overview)[.:]?", re.IGNORECASE)
_LATER_TITLE = re.compile(r"what needs|areas? for|(?:main |detailed )?findings", re.IGNORECASE)
_NEXT_STEPS = re.compile(r"next steps:?", re.IGNORECASE)
_IN_SIGNATURE = re.compile(
    r"\binspect|\bdirector\b|\bofficer\b|\bcommissioner\b|\bcopy\b|\bcc\b|@|www|\bchair\b"
    r"|\bdepartment\b|\bcopyright\b|\breports\b",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"\binspectors?[,.]?$|\bHMI\b|\bdirector\b", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_]{2}|HMI\b")
_WHOLE_SENTENCE = re.compile(r"(?:\d{1,2}[.)] )?[A-Z][a-z]+(?: \S+){5,}[.!]")
_OF_A_PAPER = re.compile(
    r"(?:appendix|annexe?|minutes|agenda|report (?:of|title|author)|background papers"
    r"|recommendations?|conclusions?)\b.{0,80}|.*\t.*"
    r"|(?:.{0,40} )?(?:response|comments?|action plan|statement)"
    r"|.{0,80}\b(?:committee|cabinet|scrutiny panel|scrutiny board|full council)",
    re.IGNORECASE,
)
"""A line of a committee paper that encloses a letter."""

_PROSE = 55
"""Characters from which a line is a sentence of a letter, not a line of a signature."""

_MOST_PROSE = 1
_MOST_LINES_FROM_LAST_WORDS = 25
_FOOTNOTE_LINES = 6
_GOES_ON = re.compile(
    r"(?:,|\b(?:a|an|and|are|as|at|be|by|for|from|has|have|in|into|is|of|on|or|that|the|their|this|"
    r"to|was|were|which|who|with))$",
    re.IGNORECASE,
)

_JOINS_ITEMS = re.compile(r"[;,] (?:and|or)$")
"""The end of the last but one item of a list that is one sentence."""

_LONGEST_ITEM = 12
"""Lines."""

_OPENS = re.compile(
    r"(?:The|This|These|There|Their|They|Most|Many|Some|Few|Leaders|Senior leaders|Managers|Staff|"
    r"Inspectors|Social workers|However|When|Where|While|Although|In|For|At|As|An?|All)\b(?!’)"
)
"""Words that start a sentence. No name inside a sentence begins with them."""
_FULL_LINE = 60


def check_complete(letter: Letter, reading: ReadingBuilder) -> None:
    """Note a problem where a letter lacks its end or breaks off between pages, where its pages are
    out of order, or where text comes before its salutation or after its end.
    """
    lines = letter.document.lines
    end = next((at for at in range(letter.body, len(lines)) if is_farewell(lines[at].text)), 0)
    greeted = salutation(letter.document) or 0
    early = next((line for line in lines[:greeted] if is_farewell(line.text)), None)
    if early is not None:
        message = "The letter's last words come before its salutation: its pages are out of order."
        _incomplete(reading, message, early)
    elif end:
        _check_after(letter.document, end, reading)
        if not any(_NAME.search(line.text) for line in lines[end + 1 :]):
            _incomplete(reading, "Nobody has signed the letter; a page may be missing.", lines[end])
    elif not _has_last_words(lines[letter.body :]):
        message = "The letter ends without its last words and signature; pages may be missing."
        _incomplete(reading, message, lines[-1])
    _check_before(letter.document, greeted, reading)
    _check_page_breaks(letter.document, letter.body, end or len(lines), reading)
    _check_order(letter, greeted, reading)


def _check_before(document: Document, greeted: int, reading: ReadingBuilder) -> None:
    """Check that only dates, addresses and the lines of a cover page precede the salutation."""
    for line in document.lines[:greeted]:
        listed = split_bullet(line.text) is not None
        if listed or "\t" in line.text or _WHOLE_SENTENCE.fullmatch(line.text):
            message = f"What comes before this letter was not read: “{line.text[:60]}”."
            reading.problem(ProblemCode.SEVERAL_DOCUMENTS, message, page=line.page)
            return


def _check_order(letter: Letter, greeted: int, reading: ReadingBuilder) -> None:
    """Check that no section is on a page before the salutation or the headline findings.

    Areas for priority action may precede the headline findings, but on the same page.
    """
    lines = letter.document.lines
    titles = [at for at in range(len(lines)) if _is_section_title(letter.document, at)]
    early = [at for at in titles if at < greeted and lines[at].page < lines[greeted].page]
    opening = [at for at in titles if _OPENING_TITLE.fullmatch(lines[at].text)]
    later = [at for at in titles if _LATER_TITLE.match(lines[at].text) and at >= letter.body]
    late = opening[:1] if opening and later and later[0] < opening[0] else []
    late = [at for at in late if lines[at].page > lines[later[0]].page]
    if early or late:
        line = lines[(early or late)[0]]
        message = f"“{line.text[:60]}” is out of place; the letter's pages may be out of order."
        _incomplete(reading, message, line)


def _is_section_title(document: Document, at: int) -> bool:
    text = document.lines[at].text
    known = AREAS_HEADING.fullmatch(text) is not None or is_title(text)
    return known and stands_alone(document, at, at + 1)


def _has_last_words(lines: tuple[Line, ...]) -> bool:
    """Return whether a letter without a farewell has an end: next steps, or signed last words.

    The next steps are the last section of a joint letter; no list of areas follows them.
    """
    if any(_NEXT_STEPS.fullmatch(line.text) for line in lines):
        return True
    ends = (at for at, line in enumerate(lines) if _LAST_WORDS.match(line.text))
    near = (at for at in ends if len(lines) - at <= _MOST_LINES_FROM_LAST_WORDS)
    return any(_SIGNS.search(line.text) for at in near for line in lines[at:])


def _check_after(document: Document, end: int, reading: ReadingBuilder) -> None:
    """Check that only names, job titles and addresses follow the farewell."""
    below = document.lines[end + 1 :]
    rest = document.lines[end + 1 : _footnote_start(document, end)]
    prose = [
        line for line in rest if len(line.text) > _PROSE and not _IN_SIGNATURE.search(line.text)
    ]
    listed = [line for line in rest if split_bullet(line.text) or is_title(line.text)]
    listed += [line for line in below if _OF_A_PAPER.fullmatch(line.text)]
    if len(prose) > _MOST_PROSE or listed:
        first = min([*prose, *listed], key=below.index)
        message = (
            f"Text follows the end of the letter: “{first.text[:60]}”. Its pages may be out of "
            "order, or another document may follow."
        )
        _incomplete(reading, message, first)


def _footnote_start(document: Document, end: int) -> int:
    """Return where the last paragraph of plain text, perhaps a footnote, starts; else the end."""
    lines = document.lines
    start = next((at for at in range(len(lines) - 1, end + 1, -1) if lines[at].gap), len(lines))
    short = len(lines) - start <= _FOOTNOTE_LINES
    return start if short and not document.positioned else len(lines)


def _check_page_breaks(document: Document, start: int, end: int, reading: ReadingBuilder) -> None:
    """Check that a sentence broken off at the foot of a page goes on at the top of the next."""
    for above, at in pairwise(range(start, end)):
        upper, lower = document.lines[above], document.lines[at]
        if upper.page == lower.page or not _is_broken(document, upper, at):
            continue
        text = _above_footnote(document, above)
        if text is None or _is_broken(document, text, at):
            message = (
                f"“{upper.text[-40:]}” on page {upper.page} does not continue with "
                f"“{lower.text[:40]}”; a page may be missing or out of order."
            )
            _incomplete(reading, message, lower)
            return


def _above_footnote(document: Document, last: int) -> Line | None:
    """Return the line above the last paragraph of a page, if that line breaks off a sentence.

    The last paragraph may then be a footnote between the two parts of the sentence. Return None in
    all other cases, and where the lines have positions.
    """
    if document.positioned:
        return None
    at = last
    while at and not document.lines[at].gap:
        at -= 1
    if any(split_bullet(line.text) for line in document.lines[at : last + 1]):
        return None
    if not at:
        return None
    above = document.lines[at - 1]
    same_page = above.page == document.lines[last].page
    return above if same_page and not ends_sentence(above.text) else None


def _is_broken(document: Document, upper: Line, at: int) -> bool:
    lower = document.lines[at]
    if ends_sentence(upper.text):
        return lower.text[0].islower() and split_bullet(lower.text) is None
    if _JOINS_ITEMS.search(upper.text) and _is_next_item(document, lower, at):
        return False
    starts = split_bullet(lower.text) is not None or lower.bold > upper.bold
    titled = is_title(lower.text) and stands_alone(document, at, at + 1)
    if (_GOES_ON.search(upper.text) and (starts or titled)) or (upper.text[-1] == ":" and titled):
        return True
    opens = _OPENS.match(lower.text) is not None and not upper.bold
    return opens and len(upper.text) >= _FULL_LINE and upper.text[-1].islower()


def _is_next_item(document: Document, lower: Line, at: int) -> bool:
    """Return whether a line starts, in lower case, with the mark of the last item above it."""
    marked = split_bullet(lower.text)
    if marked is None or not marked[1][:1].islower():
        return False
    above = document.lines[max(at - _LONGEST_ITEM, 0) : at]
    marks = [found[0] for line in above if (found := split_bullet(line.text))]
    return marks[-1:] == [marked[0]]


def _incomplete(reading: ReadingBuilder, message: str, line: Line) -> None:
    reading.problem(ProblemCode.INCOMPLETE, message, page=line.page)
