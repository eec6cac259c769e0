"""Printed dates and spans of dates.

Reports print them in many ways: "11 June 2018 to 22 June 2018", "3 to 14 October 2022", "15, 16
and 21 July 2025", "between 3 and 4 March 2021", "12/09/2016 to 06/10/2016", "14.06.2019",
"2019-06-14", two spans joined by "and". In figures the day comes first, as in Britain.

Days are read left to right; a missing month or year is that of the next day that has it. A text
that cannot be read with certainty gives no period at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from reports.model import Period
from reports.text.clean import join_lines

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        1,
    )
    for name in names
}
_MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
_MISREAD = re.compile(r"(?<![^\W_])(?=[\dlI|Oo]*\d)(?=\d*[lI|Oo])[\dlI|Oo]{2,4}(?![^\W_])")
"""A number in which a 1 or a 0 was read as a letter."""

_MISREAD_FIGURES = str.maketrans("lI|Oo", "11100")
_MISREAD_MONTH = re.compile(r"(?<![^\W_])(?=[a-z]*[01|])[a-z01|]{3,9}(?![^\W_])", re.IGNORECASE)
"""What may be a month in which an O or an L was read as a figure."""

_MISREAD_LETTERS = str.maketrans("01|", "oll")
_GLUED = re.compile(
    rf"(?<=\d)(?=(?:(?:and|to)(?:\b|\d)|{_MONTH}\b|{_MONTH}\d{{4}}\b))"
    rf"|(?<=\dst|\dnd|\drd|\dth)(?=(?:and|to)\b|{_MONTH}\b)",
    re.IGNORECASE,
)
_GLUED_DAY = re.compile(
    r"\b(and|to|from|between|on|the)(?=\d{1,2}(?:st|nd|rd|th)?\b)", re.IGNORECASE
)
"""A word and the day after it: "11 and12 October"."""

_GLUED_YEAR = re.compile(rf"\b({_MONTH})(?=(?:19|20)\d\d\b)", re.I)
_SHORT_YEAR = re.compile(
    rf"(?<=[\dhdtf]) ({_MONTH})(?:\.? ['’]?|['’])"
    rf"(?=\d\d(?![\w/:]|[.-]\d|[ ,]+(?:of )?{_MONTH}\b))",
    re.IGNORECASE,
)
"""A month and, after it, the last two figures of a year: "16 and 17 May 23"."""

_AND_MORE = re.compile(r"\band (?:again|also|then)\b", re.IGNORECASE)
LONGEST_PERIOD = timedelta(days=92)
"""Inspectors stay up to four weeks; a longer span is a misprint or a misreading."""

_TOKEN = re.compile(
    r"(?P<iso>(?:19|20)\d{2}-\d{2}-\d{2})(?!\d)"
    r"|(?P<numeric>\d{1,2}(?P<mark_between>[/.-])\d{1,2}(?P=mark_between)(?:\d{4}|\d{2})(?!\d))"
    r"|(?P<year>(?:19|20)\d{2})(?!\d)"
    r"|(?P<day>\d{1,2})(?:st|nd|rd|th)?(?![\d])"
    r"|(?P<dash>[-\u2010-\u2015\u2212\u2500])"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<mark>[,;&.:()])"
    r"|(?P<other>\S)",
    re.IGNORECASE,
)
_RANGE_WORDS = frozenset({"to", "until", "till", "through"})
_LIST_WORDS = frozenset({"and"})
_FILLERS = frozenset({"the", "of", "on", "from", "remotely", "virtually", "online"})
_LINK = r"(?:\b(?:to|until|till|through|and)\b|[&,\u2010-\u2015\u2212-])"
_LINKS_ON = re.compile(rf"{_LINK}\s*$", re.IGNORECASE)
_LINKED = re.compile(rf"\s*{_LINK}\s*(?:[^\W\d]+ )?\d", re.IGNORECASE)
"""The end of a line whose dates go on in the next line, and the start of that next line."""

DATE_LINE = re.compile(r"inspection dates?\s*(?::|(?=\d))\s*(?P<dates>.*)", re.IGNORECASE)
"""The line of a title page that names the days of the inspection."""

_WEEK = re.compile(r"\bweeks? (?:commencing|beginning|ending|of)\b|\bw/[ce]\b", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()]*\)")
_WHERE = re.compile(
    r"\(\W*(?:(?:first |second )?(?:week|part|stage)\W*\d?\W*)?"
    r"(?:(?:on|off)[- ]?site|remote(?:ly)?|virtual(?:ly)?|in person|fieldwork)?\W*\)",
    re.IGNORECASE,
)
"""Words in brackets that say how inspectors worked on the days before them."""

_SCHOOL_YEAR = re.compile(r"\b(?:19|20)\d\d/\d\d(?:\d\d)?\b(?!/)")
"""Two years, as of a school year: which of them is meant is not certain."""

_DAY_AND_MONTH = re.compile(rf"\d[a-z]{{0,2}} (?:of )?(?:{'|'.join(MONTHS)})\b", re.IGNORECASE)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(r"(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?")


@dataclass(frozen=True, slots=True)
class _Day:
    """One printed day; `joined` is its link to the day before: "", "range" or "list".

    `weekday` has the first three letters of the day of the week that is printed before it, or "".
    """

    day: int
    month: int | None = None
    year: int | None = None
    joined: str = ""
    weekday: str = ""


def mended(text: str) -> str:
    """Return a text with common OCR errors in dates corrected: "l6 May2O23" is 16 May 2023.

    The years after months get all their figures: "16 May 23" is 16 May 2023 too.
    """
    text = _MISREAD_MONTH.sub(_as_month, text)
    text = _MISREAD.sub(lambda match: match.group().translate(_MISREAD_FIGURES), text)
    text = _GLUED_DAY.sub(r"\1 ", _GLUED.sub(" ", text))
    text = _AND_MORE.sub("and", text)
    return _SHORT_YEAR.sub(r" \1 20", _GLUED_YEAR.sub(r"\1 ", text))


def _as_month(match: re.Match[str]) -> str:
    """Return a month whose letters were read as figures; any other word as it is."""
    word = match.group().translate(_MISREAD_LETTERS)
    return word.capitalize() if word.casefold() in MONTHS else match.group()


def read_whole(text: str) -> tuple[Period, ...]:
    """Return the periods (see `read_periods`) of a line that names days and nothing else.

    A date after words that are not understood makes the line uncertain, and so does "to" at its
    end: then there are no periods. Words in brackets do not make it uncertain; where more days
    follow them, see `_past_brackets`.
    """
    text = mended(text)
    unread = _rest(_BRACKETS.sub(" ", text))
    uncertain = _DAY_AND_MONTH.search(unread) or _LINKS_ON.search(text)
    return () if uncertain else _past_brackets(text, read_periods(text))


def _past_brackets(text: str, read: tuple[Period, ...]) -> tuple[Period, ...]:
    """Return the periods `read` in a text with those after words in brackets, which end reading.

    They count only if the words say where inspectors worked; otherwise nothing is certain.
    """
    bracket = _BRACKETS.search(text)
    if (
        not read
        or not bracket
        or not _DAY_AND_MONTH.search(_BRACKETS.sub(" ", text[bracket.end() :]))
    ):
        return read
    known = all(_WHERE.fullmatch(match.group()) for match in _BRACKETS.finditer(text))
    return read_periods(_BRACKETS.sub(" ; ", text)) if known else ()


def with_dates_below(line: str, after: str) -> str:
    """Return the dates of a line, joined with the line after it where they go on there."""
    return join_lines([line, after]) if not line or dates_go_on(line, after) else line


def dates_go_on(line: str, after: str) -> bool:
    """Return whether the dates at the end of a line go on in the line after it."""
    return (_LINKS_ON.search(line) or _LINKED.match(after)) is not None


def read_periods(text: str, *, year: int | None = None) -> tuple[Period, ...]:
    """Return the periods that a printed string names, in order; empty where it is not certain.

    `year` is used only where no year is printed. Reading ends at the first word that is not part
    of a date ("... which was carried out by").
    """
    text = mended(text)
    days = _with_months_and_years(_days(text), year=year)
    if days is None or not all(day.joined for day in days[1:]):
        return ()
    if _WEEK.search(text) or _SCHOOL_YEAR.search(text):
        return ()
    try:
        dates = [date(d.year or 0, d.month or 0, d.day) for d in days]
    except ValueError:
        return ()
    periods = _periods(dates, [d.joined for d in days])
    ordered = all(a.end < b.start for a, b in zip(periods, periods[1:], strict=False))
    sane = all(timedelta(0) <= p.end - p.start <= LONGEST_PERIOD for p in periods)
    named = all(
        day.weekday in ("", _WEEKDAYS[on.weekday()]) for day, on in zip(days, dates, strict=True)
    )
    return tuple(periods) if ordered and sane and named else ()


def read_date(text: str) -> date | None:
    """Return the only date in a printed string; None where it names none or several."""
    periods = read_periods(text)
    if len(periods) == 1 and periods[0].start == periods[0].end:
        return periods[0].start
    return None


def _rest(text: str) -> str:
    """Return the text after the first word that is not part of a date."""
    for match in _TOKEN.finditer(text):
        word = match.group("word")
        if match.group("other") or (word and _word_kind(word.casefold()) == "stop"):
            return text[match.end() :]
    return ""


def _days(text: str) -> list[_Day]:
    days: list[_Day] = []
    joined = ""
    between = -1
    weekday = ""
    for kind, value in _tokens(text):
        if kind == "weekday":
            weekday = value[:3]
            continue
        if kind == "numeric":
            day, month, year = (int(part) for part in re.split(r"[/.-]", value))
            year += 2000 if year < 100 else 0
            days.append(_Day(day, month, year, joined, weekday))
            joined = ""
        elif kind == "iso":
            year, month, day = (int(part) for part in value.split("-"))
            days.append(_Day(day, month, year, joined))
            joined = ""
        elif kind == "day":
            if days and days[-1].month and not joined:
                # Two whole dates with nothing between them: the dash was drawn as a shape.
                joined = "range"
            days.append(_Day(int(value), joined=joined, weekday=weekday))
            joined = ""
        elif kind == "month" and days:
            days[-1] = replace(days[-1], month=days[-1].month or MONTHS[value])
        elif kind == "year" and days:
            days[-1] = replace(days[-1], year=days[-1].year or int(value))
        elif kind == "between":
            between = len(days)
        elif kind in ("range", "list") and days:
            # "between 3 and 4 March" is a span, but "between 3, 4 and 5 March" lists days.
            spans = kind == "range" or (value == "and" and len(days) == between + 1)
            joined = "range" if spans or joined == "range" else "list"
        elif kind == "broken":
            return []
        elif kind == "stop" and days:
            break
        weekday = weekday if kind == "filler" else ""
    return days


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        value = match.group(kind).casefold()
        if kind == "day" and text[match.start() - 1 : match.start()].isalpha():
            yield "broken", value
        elif kind == "dash":
            yield "range", value
        elif kind == "mark":
            if value in ",;&":
                yield "list", value
        elif kind == "word":
            yield _word_kind(value), value
        elif kind == "other":
            yield "stop", value
        else:
            yield kind, value


def _word_kind(word: str) -> str:
    if word in MONTHS:
        return "month"
    if word in _RANGE_WORDS:
        return "range"
    if word in _LIST_WORDS:
        return "list"
    if word == "between":
        return "between"
    if _WEEKDAY.fullmatch(word):
        return "weekday"
    return "filler" if word in _FILLERS else "stop"


def _with_months_and_years(days: list[_Day], *, year: int | None) -> list[_Day] | None:
    """Fill in months and years from the next day, then the day before; None if one is missing."""
    if not days:
        return None
    filled = days[:]
    for i in range(len(filled) - 2, -1, -1):
        this, after = filled[i], filled[i + 1]
        month = this.month or after.month
        known = this.year
        if known is None and after.year is not None and month and after.month:
            known = after.year - (month > after.month)
        filled[i] = replace(this, month=month, year=known)
    for i, this in enumerate(filled):
        before = filled[i - 1] if i else None
        if this.year is None and before and before.year and before.month and this.month:
            filled[i] = replace(this, year=before.year + (this.month < before.month))
        elif this.year is None:
            filled[i] = replace(this, year=year)
    complete = all(d.month and d.year for d in filled)
    return filled if complete else None


def _periods(dates: list[date], joins: list[str]) -> list[Period]:
    """Return the periods: each range, and each list of days such as "15, 16 and 21 July"."""
    periods: list[Period] = []
    loose = False
    for i, (day, joined) in enumerate(zip(dates, joins, strict=True)):
        ends_range = joined == "range"
        starts_range = i + 1 < len(joins) and joins[i + 1] == "range"
        if ends_range and periods:
            periods[-1] = Period(start=periods[-1].start, end=day)
            loose = False
        elif loose and joined == "list" and not starts_range:
            periods[-1] = Period(start=periods[-1].start, end=day)
        else:
            periods.append(Period(start=day, end=day))
            loose = not starts_range
    return periods
