"""The date of a letter: the date that is printed above its salutation.

A committee paper that encloses a letter has the date of the meeting on its cover page. That date is
never taken for the letter's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from reports.layouts.shared.base import ReadingBuilder
from reports.problems import ProblemCode
from reports.text.dates import MONTHS, mended, read_date
from reports.text.document import Line

SLOWEST_LETTER = timedelta(days=270)
"""Letters come a month or two after the visit; after a complaint, half a year."""

_WEEKDAYS = ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")
_MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
_WRITTEN = (
    rf"(?:(?P<weekday>{'|'.join(_WEEKDAYS)})day,?\s+)?(?:the\s+)?"
    r"(?:\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?[a-z]{3,9}\.?,?\s+(?:\d{4,6}|\d{2})"
    r"|\d{1,2}(?P<between>[/.-])\d{1,2}(?P=between)(?:\d{4}|\d{2})"
    r"|\d{4}-\d{2}-\d{2}"
    rf"|(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}))"
)
_LABEL = (
    r"(?:date(?: of (?:this )?(?:letter|publication|issue))?|(?:(?:letter|report) )?(?:dated|sent|"
    r"issued|published)|publication date|date (?:published|issued|sent))(?: on)?\s*[:–-]?\s*"
)
_DATE_LINE = re.compile(rf"(?:{_LABEL})?(?P<date>{_WRITTEN})\.?", re.IGNORECASE)
_LABELLED = re.compile(_LABEL, re.IGNORECASE)
_AFTER_ADDRESS = re.compile(
    rf"(?P<before>.*[^\W\d_]{{2}}.*?)\s+(?:{_LABEL})?(?P<date>{_WRITTEN})", re.IGNORECASE
)
"""A date at the right edge of a line of the address, as in text exports that keep the layout."""

_DAYS_BEFORE = re.compile(
    rf"\b{_MONTH}\b|\b(?:\d{{1,2}}(?:st|nd|rd|th)?|and|or|to)\W*$", re.IGNORECASE
)
"""Words before a date that name other days, and so are not an address."""

_UNREAD_DATE = re.compile(
    rf"(?:{_LABEL}).*\d.*|(?:\d{{1,2}}\S*\s+)?{_MONTH}\b\D{{0,3}}\d{{2,4}}\.?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\W{{1,3}}(?:{_MONTH}\b\.?|[^\W\d]{{3,9}}\W{{1,3}}(?:19|20)\d\d)"
    r"(?:\W{1,3}\d{2,4})?|\d{1,2}\s*[/.\u2010-\u2015-]\s*\d{1,2}\s*[/.\u2010-\u2015-]\s*\d{2,4}"
    rf"|{_MONTH}|(?:the )?\d{{1,2}}(?:st|nd|rd|th)?\b.{{1,40}}\b(?:19|20)\d\d\.?"
    r"(?: \(.{1,40}\))?",
    re.IGNORECASE,
)
"""A line that names a day or month in a form that is not known."""

_DAYISH = re.compile(r"(?:the)?\W*[\dlI|OoSZB!]{1,2}['’]?(?:st|nd|rd|th)?\W*", re.IGNORECASE)
_YEARISH = re.compile(r"(?=\D*\d\D*\d)\S{4}\W?")
_WITHOUT_SPACES = re.compile(r"[\dlI|OoSZB]{1,2}(?:st|nd|rd|th)?(?P<month>[^\W\d]{3,9})\d\S{1,3}")
_FIGURES = re.compile(
    r"(?=(?:\D*\d){3})[\dlI|OoSZB]{1,2}\s?[/.-]\s?[\dlI|OoSZB]{1,2}\s?[/.-]\s?[\dlI|OoSZB]{2,4}"
)
_WEEKDAYISH = re.compile(r"[a-z]{2,6}day,?|of", re.IGNORECASE)
_LEAST_ALIKE = 0.6
"""The share of letters that a misread name of a month keeps."""

_MOST_WORDS = 7
_OF_ANOTHER = re.compile(
    r"\b(?:meeting|committee|cabinet|review|version|inspection|visit|deadline|due|agenda|briefing"
    r"|memo(?:randum)?|ref(?:erence)?)\b|\b(?!limited|united)[a-z]+ed(?: (?:on|by|at|from))?\W*$",
    re.IGNORECASE,
)
_COVER = re.compile(
    r"(?:appendix|annexe?|attachment|enclosure|agenda(?: item)?|item)\b.{0,60}"
    r"|(?:report (?:of|title|author|by|to)|subject(?: heading)?|title|lead (?:officer|member)|"
    r"(?:date of )?(?:the )?meeting|meeting date|purpose of (?:the )?report)\b.*"
    r"|.{0,80}\b(?:committee|cabinet|scrutiny panel|scrutiny board|full council)"
    r"|(?:(?:member|members[’']|staff|councillor) )?(?:briefing(?: note| paper)?|memo(?:randum)?"
    r"|cover(?:ing)? (?:note|letter|email|sheet))|(?:from|prepared by|briefing by)\s*:.*"
    r"|(?:(?:see|find) )?(?:the |this |ofsted[’']s |a copy of the |attached )?(?:letter|copy)\b"
    r".{0,60}\b(?:below|attached|enclosed|overleaf|follows)\b.{0,40}",
    re.IGNORECASE,
)
"""A line of the paper that encloses a letter: a date above it is not the letter's."""

_MEETS = re.compile(r".{0,80}\b(?:committee|cabinet|full council|panel|board|forum)", re.IGNORECASE)
"""The body that meets. A date right under its name, at the head of a paper, is the meeting's."""


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date as printed on one line; `day` is None where no such day exists."""

    line: Line
    day: date | None


def letter_dates(lines: Sequence[Line], greeted: int) -> tuple[PrintedDate, ...]:
    """Return the dates that can be the letter's, in order.

    They are above the salutation (line `greeted`), on its page, and under the last line of a
    covering paper. If no line is a date and nothing else, a date at the end of an address line
    counts.
    """
    start = max(
        (_below_cover(lines, at) for at in range(greeted) if _is_cover(lines[at])), default=0
    )
    if not start and _MEETS.fullmatch(lines[0].text):
        start = _below_cover(lines, 0)
    above = [line for line in lines[start:greeted] if line.page == lines[greeted].page]
    return tuple(_whole_lines(above)) or tuple(_line_ends(above))


def read_date_above(lines: Sequence[Line], greeted: int, reading: ReadingBuilder) -> None:
    """Fill in `published`. A date that cannot be the letter's is a problem; a missing one is not.

    The date must fit `reading.periods`, which must have been read before: a letter comes after the
    visit, at most `SLOWEST_LETTER` later.
    """
    printed = letter_dates(lines, greeted)
    end = reading.periods[-1].end if reading.periods else None
    fitting = {p.day for p in printed if p.day and _can_follow(p.day, end)}
    if len(fitting) == 1:
        reading.published = next(iter(fitting))
    elif fitting:
        shown = " and ".join(p.line.text for p in printed)
        _unclear(reading, f"More than one date can be the letter's: {shown}.", lines[greeted])
    elif printed:
        line = printed[0].line
        message = f"The letter is dated “{line.text}”, which cannot be right."
        _unclear(reading, message, line)
    elif unread := next((ln for ln in lines[:greeted] if _is_unread(ln)), None):
        message = f"Whether “{unread.text[:60]}” dates the letter is not certain."
        _unclear(reading, message, unread)


def _unclear(reading: ReadingBuilder, message: str, line: Line) -> None:
    reading.problem(ProblemCode.PUBLISHED_UNCLEAR, message, page=line.page)


def _can_follow(day: date, end: date | None) -> bool:
    return end is None or end <= day <= end + SLOWEST_LETTER


def _is_cover(line: Line) -> bool:
    return _COVER.fullmatch(line.text) is not None


def _below_cover(lines: Sequence[Line], at: int) -> int:
    """Return the position under a line of a covering paper, and under the date of its meeting."""
    dated = at + 1 < len(lines) and _DATE_LINE.fullmatch(lines[at + 1].text) is not None
    return at + 1 + (dated and _MEETS.fullmatch(lines[at].text) is not None)


def _is_unread(line: Line) -> bool:
    """Return whether a line has a date that was not taken: another paper's, or in unknown form."""
    known = any(p.fullmatch(line.text) for p in (_DATE_LINE, _UNREAD_DATE))
    return known or _is_damaged_date(line.text)


def _is_damaged_date(text: str) -> bool:
    """Return whether a line is a date, or part of a date, with some characters misread."""
    text = _LABELLED.sub("", text)
    glued = _WITHOUT_SPACES.fullmatch("".join(text.split()))
    if _FIGURES.fullmatch(text) or (glued and _is_like_month(glued.group("month"))):
        return True
    words = [word for word in mended(text).split() if not _WEEKDAYISH.fullmatch(word)]
    months = [word for word in words if _is_like_month(word)]
    rest = [word for word in words if word not in months]
    figures = all(_DAYISH.fullmatch(word) or _YEARISH.fullmatch(word) for word in rest)
    return len(months) == 1 and 0 < len(rest) < _MOST_WORDS and figures


def _is_like_month(word: str) -> bool:
    """Return whether a word is the name of a month with some letters misread."""
    letters = word.strip(".,;:'’").casefold()
    return any(
        abs(len(letters) - len(month)) < 2
        and sum(a == b for a, b in zip(letters, month, strict=False)) >= len(month) * _LEAST_ALIKE
        for month in MONTHS
        if len(month) > 2
    )


def _whole_lines(lines: Sequence[Line]) -> Iterator[PrintedDate]:
    for line in lines:
        if match := _DATE_LINE.fullmatch(mended(line.text)):
            yield PrintedDate(line, _day(match))


def _line_ends(lines: Sequence[Line]) -> Iterator[PrintedDate]:
    for line in lines:
        match = _AFTER_ADDRESS.fullmatch(mended(line.text))
        if match and not (
            _OF_ANOTHER.search(match.group("before")) or _DAYS_BEFORE.search(match.group("before"))
        ):
            yield PrintedDate(line, _day(match))


def _day(match: re.Match[str]) -> date | None:
    """Return the day, or None where it does not exist or does not fit the printed weekday."""
    month_first = f"{match['day']} {match['month']} {match['year']}"
    day = read_date(month_first if match["month"] else match["date"])
    weekday = match["weekday"]
    return None if day and weekday and _WEEKDAYS[day.weekday()] != weekday.casefold() else day
