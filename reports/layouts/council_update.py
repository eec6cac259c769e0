"""A council's own report to its scrutiny committee on what it is doing about an inspection.

It is not an inspection report: it cites the inspectors' grades, and its themes are the council's
plan, not areas for improvement in the inspectors' words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reports.frameworks import load_frameworks
from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.cited_grades import cited_grades
from reports.layouts.shared.progress_tables import PROGRESS_HEADER, Progress, read_progress
from reports.model import Framework, Kind, PlanTheme
from reports.problems import ProblemCode
from reports.text.clean import join_lines, plain_key
from reports.text.dates import read_date
from reports.text.document import Document, Line

_SUBJECT = re.compile(
    r"\bofsted\b.{0,60}\b(?:improvement|inspection|action)\b.{0,40}\b(?:update|progress|plan)\b",
    re.IGNORECASE,
)
_COMMITTEE = re.compile(r"\b(?:committee|cabinet|scrutiny panel|scrutiny board)\b", re.IGNORECASE)
_FROM_OFFICERS = re.compile(
    r"(?:report author|slt lead|lead officer|report of|subject heading)\b", re.IGNORECASE
)
_BOROUGH = re.compile(r"(?:the )?(?:london|royal|metropolitan) borough(?: of .+)?", re.IGNORECASE)
_NAMED_BOROUGH = re.compile(
    r"[A-Z][\w’' -]{2,40} (?:council|borough|borough council)", re.IGNORECASE
)
_MEETING = re.compile(
    r"(?:(?:(?:date(?: of)?(?: the)?(?: meeting)?|meeting(?: date)?|on|held on)\s*:?\s*"
    r"|.{0,80}\b(?:committee|cabinet|panel|board)\b\W*))?"
    r"(?P<date>(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?(?:the )?"
    r"(?:\d{1,2}(?:st|nd|rd|th)? (?:of )?[a-z]{3,9},? \d{4}|\d{1,2}[/.]\d{1,2}[/.]\d{4}))\.?",
    re.IGNORECASE,
)
_THEMES = re.compile(r"themes(?: and (?:objectives|aims))?\s*:?", re.IGNORECASE)
_PROGRESS = re.compile(r"progress(?: to date| so far)?\s*:?", re.IGNORECASE)
_NUMBERED = re.compile(r"\d{1,2}[.)]\s+(?P<rest>.*)")
_AIM = re.compile(r"\s(?=(?:the|its|our) aim\b|this theme\b)", re.IGNORECASE)
_LONGEST_NAME = 16
"""Words. The sentence of an aim is longer."""

_HEAD_LINES = 40
"""The lines at the start in which a paper says what it is and for which meeting."""


class CouncilUpdateLayout:
    """A council's improvement update."""

    name = "council_update"

    def matches(self, document: Document) -> bool:
        """Return whether it is a committee paper about an inspection, with tables of progress."""
        head = document.lines[:_HEAD_LINES]
        return (
            any(_SUBJECT.search(line.text) for line in head)
            and any(_COMMITTEE.search(line.text) for line in head)
            and any(_FROM_OFFICERS.match(line.text) for line in head)
            and any(PROGRESS_HEADER.fullmatch(line.text) for line in document.lines)
        )

    def read(self, document: Document) -> ReadingBuilder:
        """Return what the document says, with a problem for each uncertain value."""
        reading = ReadingBuilder(kind=Kind.COUNCIL_UPDATE, framework=Framework.COUNCIL_UPDATE)
        head = document.lines[:_HEAD_LINES]
        reading.authority_names = tuple(_names(head))
        _read_meeting(head, reading)
        title = next((line.text for line in head if _SUBJECT.search(line.text)), "")
        reading.judgements = cited_grades(
            document, title=title, frameworks=load_frameworks(), reading=reading
        )
        reading.improvement_plan = _plan_themes(document, reading)
        return reading


def _read_meeting(head: tuple[Line, ...], reading: ReadingBuilder) -> None:
    """Read the date of the meeting, on a line of its own or after the committee's name."""
    days = {
        day
        for line in head
        if (match := _MEETING.fullmatch(line.text))
        if (day := read_date(match.group("date")))
    }
    if len(days) == 1:
        reading.published = days.pop()
        return
    dates = ", ".join(str(day) for day in sorted(days))
    message = (
        f"The paper has more than one date: {dates}."
        if days
        else "The paper has no date that can be read."
    )
    reading.problem(ProblemCode.PUBLISHED_UNCLEAR, message, page=head[0].page)


def _names(head: tuple[Line, ...]) -> Iterator[str]:
    """Yield the council's names in the letterhead, which may fill two lines, and in addresses."""
    for at, line in enumerate(head):
        if _BOROUGH.fullmatch(line.text):
            yield head[at - 1].text if at and " of " not in line.text.lower() else line.text
        elif _NAMED_BOROUGH.fullmatch(line.text):
            yield line.text


def _plan_themes(document: Document, reading: ReadingBuilder) -> tuple[PlanTheme, ...]:
    """Return the themes with their tables of progress, which come in the same order."""
    tables = read_progress(document, reading)
    paragraphs = list(_theme_paragraphs(document))
    if len(tables) != len(paragraphs):
        reading.problem(
            ProblemCode.PLAN_UNCLEAR,
            f"There are {len(paragraphs)} themes but {len(tables)} tables of progress.",
        )
    themes: list[PlanTheme] = []
    for at, (page, text) in enumerate(paragraphs):
        table = tables[at] if len(tables) == len(paragraphs) else None
        name, aim = _name_and_aim(text, table)
        if not name or (table is not None and not _same_theme(name, table)):
            message = f"The theme “{text[:60]}” and its progress were not read with certainty."
            reading.problem(ProblemCode.PLAN_UNCLEAR, message, page=page)
            table = None
        themes.append(
            PlanTheme(
                name=name or text,
                aim=aim,
                achievements=table.achievements if table else (),
                next_steps=table.next_steps if table else (),
                page=page,
            )
        )
    return tuple(themes)


def _theme_paragraphs(document: Document) -> Iterator[tuple[int, str]]:
    """Yield the numbered paragraphs between "Themes and objectives" and "Progress"."""
    inside = False
    page, lines = 0, list[str]()
    for line in document.lines:
        if not inside:
            inside = _THEMES.fullmatch(line.text) is not None
            continue
        if _PROGRESS.fullmatch(line.text):
            break
        if match := _NUMBERED.match(line.text):
            if lines:
                yield page, join_lines(lines)
            page, lines = line.page, [match.group("rest")]
        elif lines:
            lines.append(line.text)
    if lines:
        yield page, join_lines(lines)


def _name_and_aim(text: str, table: Progress | None) -> tuple[str, str]:
    """Divide a theme into its name, the bold words at the start, and its aim.

    Plain text shows at most a full stop between them. The name is empty where it is not certain.
    """
    if table and plain_key(text).startswith(plain_key(table.name) + " "):
        words, length = text.split(), len(plain_key(table.name).split())
        return " ".join(words[:length]), " ".join(words[length:])
    name, stop, aim = text.partition(". ")
    if stop and len(name.split()) <= _LONGEST_NAME and not _AIM.search(name):
        return name, aim.strip()
    if match := _AIM.search(text):
        return text[: match.start()].strip(" ."), text[match.end() :].strip()
    return "", text


def _same_theme(name: str, table: Progress) -> bool:
    """Return whether a table has the name of a theme, which it may shorten.

    At least half of the long words in the table's name must be in the theme's name.
    """
    words = {word for word in plain_key(table.name).split() if len(word) > 3}
    missing = words - set(re.findall(r"\w+", plain_key(name)))
    return len(missing) <= len(words) // 2
