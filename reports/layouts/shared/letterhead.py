"""What all letters share: the date at the top, the subject line and the opening words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.letter_date import SLOWEST_LETTER, letter_dates, read_date_above
from reports.layouts.shared.spacing import SmallPrint
from reports.layouts.shared.visit_days import is_of_another_event, was_planned
from reports.model import Period
from reports.problems import ProblemCode
from reports.text.clean import join_lines
from reports.text.dates import mended, read_periods
from reports.text.document import Document, Line
from reports.text.sentences import split_sentences

LINE_PITCH = 1.5
"""Lines of one paragraph are at most this many type sizes apart."""

WEEKDAY = r"(?:(?i:mon|tues|wednes|thurs|fri)day,? (?:the )?)?"
"""The pattern of an optional weekday before the day of a month in a sentence."""

_HEAD_LINES = 80
_OPENING_LINES = 60
_SUBJECT_LINES = 4
_SUBJECT_WITHIN = 8
"""Lines after the salutation; the address of the letterhead may come between."""

_OPENS = re.compile(
    r"(?:This (?:letter|was|visit)|Following|Between|From|On|As part of|I (?:am|write)|We|During"
    r"|Ofsted|Inspectors|The (?:inspection|visit|inspectors))\b"
)
"""How the first sentence under a subject line starts, where no empty line separates them."""

_FIRST_WORDS = (
    r"(?:This (?:(?:letter|was|visit)\b|$)|Following (?:the|a|an|our|your|this)\b"
    r"|(?:Between|From|On) (?:the )?(?:\w+day,? )?\d"
    r"|I (?:am|write)\b|As part of\b|The (?:inspection|visit|inspectors)\b)"
)
_FIRST_SENTENCE = re.compile(_FIRST_WORDS)
_OPENS_WITHIN = re.compile(rf"\s(?={_FIRST_WORDS})")
"""How the first sentence starts, in words that no subject and no address has."""

_SALUTATION = re.compile(r"Dear\b")
_FAREWELL = re.compile(r"yours? (?:sincerely|faithfully|truly)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter whose subject line was found. `body` is the position of the line after it."""

    document: Document
    subject: str
    opening: str
    """The words after the subject line: enough lines to include the dates and the topic."""
    body: int


def without_small_print(document: Document) -> Document:
    """Return the document without footnotes and page numbers, and with its letterhead first.

    They may be anywhere in the text of a page. Other lines in small type are kept, so that a list
    in small type is not lost.
    """
    small_print = SmallPrint(document)

    def prints(line: Line) -> bool:
        if line.text == str(line.page):
            return False
        return not small_print.is_footnote(line)

    return replace(document, lines=tuple(filter(prints, _with_letterhead_first(document))))


def _with_letterhead_first(document: Document) -> list[Line]:
    """Return the lines with those printed above the salutation before it."""
    lines = list(document.lines)
    greeted = salutation(document)
    if document.positioned and greeted is not None:
        page, top = lines[greeted].page, lines[greeted].y
        late = [line for line in lines[greeted:] if line.page == page and line.y > top]
        rest = [line for line in lines[greeted:] if not (line.page == page and line.y > top)]
        lines[greeted:] = [*late, *rest]
    return lines


def salutation(document: Document) -> int | None:
    """Return the position of the line "Dear ..." in the head of a document."""
    head = document.lines[:_HEAD_LINES]
    return next((at for at, line in enumerate(head) if _SALUTATION.match(line.text)), None)


def is_farewell(text: str) -> bool:
    """Return whether a line is the farewell of a letter: "Yours sincerely"."""
    return _FAREWELL.match(text) is not None


def has_subject(document: Document, subject: re.Pattern[str]) -> bool:
    """Return whether this is a letter with such a subject line."""
    return _subject_position(document, subject) is not None


def read_letter(document: Document, subject: re.Pattern[str]) -> Letter:
    """Return a letter that has such a subject line, without its small print."""
    document = without_small_print(document)
    at = _subject_position(document, subject) or 0
    document = _with_subject_apart(document, at)
    end = _subject_end(document, at)
    lines = document.lines
    return Letter(
        document=document,
        subject=join_lines([line.text for line in lines[at:end]]),
        opening=join_lines([line.text for line in lines[end : end + _OPENING_LINES]]),
        body=end,
    )


def _subject_end(document: Document, at: int) -> int:
    """Return the position of the line after a subject that starts at a line."""
    end = at + 1
    while end < min(at + _SUBJECT_LINES, len(document.lines)) and goes_on(document, end):
        end += 1
    return end


def _with_subject_apart(document: Document, at: int) -> Document:
    """Return the document with the first sentence in a line of its own.

    Where the line break is lost, it starts in the last line of the subject.
    """
    lines = document.lines
    for position in range(at, min(_subject_end(document, at), len(lines))):
        line = lines[position]
        if starts := _OPENS_WITHIN.search(line.text):
            parts = (
                line._replace(text=line.text[: starts.start()]),
                line._replace(text=line.text[starts.end() :], gap=False),
            )
            return replace(document, lines=(*lines[:position], *parts, *lines[position + 1 :]))
    return document


def goes_on(document: Document, at: int) -> bool:
    """Return whether a line belongs to the same paragraph or heading as the line before it."""
    before, line = document.lines[at - 1], document.lines[at]
    if not document.positioned:
        return not line.gap and _OPENS.match(line.text) is None
    near = 0 < before.y - line.y < LINE_PITCH * max(line.size, before.size)
    return line.page == before.page and near and line.bold == before.bold


def _subject_position(document: Document, subject: re.Pattern[str]) -> int | None:
    """Return the position of the subject line, shortly after the salutation; None without one.

    Below the first sentence, a line of the text may start like the subject of another kind of
    letter. In lower case, only the first line of a paragraph is a subject; others are part of a
    sentence.
    """
    lines = document.lines[:_HEAD_LINES]
    greeted = salutation(document)
    if greeted is None:
        return None
    after = range(greeted + 1, min(greeted + 1 + _SUBJECT_WITHIN, len(lines)))
    for at in after:
        text = lines[at].text
        within = text[0].islower() and at - 1 != greeted and goes_on(document, at)
        if subject.match(text) and not within:
            return at
        if _FIRST_SENTENCE.match(text):
            return None
    return None


def read_letter_date(letter: Letter, reading: ReadingBuilder) -> None:
    """Fill in the date of the letter; `reading.periods` must have been read before."""
    greeted = salutation(letter.document)
    if greeted is not None:
        read_date_above(letter.document.lines, greeted, reading)


def read_visit_dates(
    letter: Letter, patterns: tuple[re.Pattern[str], ...], reading: ReadingBuilder
) -> None:
    """Fill in the first readable periods that the patterns find (in their group `dates`)."""
    opening = mended(letter.opening)
    matches = [
        match
        for pattern in patterns
        for match in pattern.finditer(opening)
        if _are_of_the_visit(opening, match)
    ]
    read_days(letter, [match.group("dates").strip() for match in matches], reading)


def _are_of_the_visit(opening: str, match: re.Match[str]) -> bool:
    """Return whether days are those of the inspection or visit, by the words of their sentence."""
    before = split_sentences(opening[: match.start("dates")])[-1]
    after = split_sentences(opening[match.start("dates") :])[0]
    return not (was_planned(before) or is_of_another_event(before, after))


def read_days(letter: Letter, printed: Sequence[str], reading: ReadingBuilder) -> None:
    """Fill in the periods of the first of `printed` that can be read."""
    readable = (periods for words in printed if (periods := _periods(letter, words)))
    reading.periods = next(readable, ())
    if not reading.periods:
        _no_days(letter, printed, reading)


def read_same_days(letter: Letter, printed: Sequence[str], reading: ReadingBuilder) -> None:
    """Fill in the periods that all of `printed` name; none where they differ."""
    found = {_periods(letter, words) for words in printed}
    reading.periods = found.pop() if len(found) == 1 else ()
    if not reading.periods:
        _no_days(letter, printed, reading)


def _no_days(letter: Letter, printed: Sequence[str], reading: ReadingBuilder) -> None:
    page = letter.document.first_page
    if printed:
        shown = "” and “".join(words.strip()[:80] for words in printed)
        message = f"The dates of the visit “{shown}” cannot be read with certainty."
        reading.problem(ProblemCode.DATES_UNCLEAR, message, page=page)
    else:
        reading.problem(ProblemCode.DATES_MISSING, "No dates of the visit are printed.", page=page)


def _periods(letter: Letter, words: str) -> tuple[Period, ...]:
    """Return the periods that words name.

    If no year is printed, the year is the one that puts the visit shortly before the letter.
    """
    return read_periods(words) or _in_year_before(letter, words)


def _in_year_before(letter: Letter, words: str) -> tuple[Period, ...]:
    greeted = salutation(letter.document)
    dates = letter_dates(letter.document.lines, greeted) if greeted is not None else ()
    written = dates[-1].day if dates else None
    if written is None:
        return ()
    for year in (written.year, written.year - 1):
        periods = read_periods(words, year=year)
        if periods and periods[-1].end <= written <= periods[-1].end + SLOWEST_LETTER:
            return periods
    return ()
