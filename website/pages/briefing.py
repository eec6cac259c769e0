"""One sheet for a committee: grades, areas, what was raised again, dates, and questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import yaml

from reports.safe_text import plain_line
from reports.wording import short_grade_words
from storage.models import Area, Report
from storage.repeats import start_of
from website import addresses
from website.pages.council import (
    CouncilContent,
    PeerRow,
    council_content,
    council_link,
    feed_link,
    ofsted_link,
    region_link,
)
from website.pages.page import ENGLAND, Link, Page
from website.pages.phrases import short_phrase
from website.pages.published import as_of_words
from website.pages.report_view import AreaView, GradeView, ReportView, heading_of, report_view
from website.pages.tracker import TrackedIssue, only_possibly, sure_note_of
from website.snapshot import Council, Snapshot

QUESTIONS = Path(__file__).parent.parent / "data" / "questions.yaml"
MOST_ISSUES = 4
# On a sheet of A4 in letters of 10 points: the lines, and the letters in a line, in a column, and
# in the column of the neighbours' grades.
_LINES = 57
_LETTERS = 92
_LETTERS_IN_COLUMN = 38
_LETTERS_OF_COUNTS = 70


@dataclass(frozen=True, kw_only=True)
class AskedArea:
    """An area for improvement with a neutral question.

    `where` is the report and page of the area, `source` the report on Ofsted's site; `raised` says
    which report raised it before.
    """

    text: str
    where: str
    priority: bool
    raised: str
    question: str
    source: Link | None


@dataclass(frozen=True, kw_only=True)
class Briefing:
    """What a briefing says, as a page, a Word file or a PDF.

    `in_a_line` are its main facts, `as_of` says how new it is. `left_out` is the number of areas
    that do not fit, and `more_issues` says how many issues do not.
    `sure_note` says what the shares of the issues mean, `not_compared` why a grade has no
    earlier one. `sources` are the reports of the grades and the areas on Ofsted's site.
    """

    name: str
    in_a_line: tuple[str, ...]
    heading: str
    inspected: str
    as_of: str
    grades: tuple[GradeView, ...]
    changed_since: str
    not_compared: str
    is_compared: bool
    grades_note: str
    areas: tuple[AskedArea, ...]
    left_out: int
    issues: tuple[TrackedIssue, ...]
    more_issues: str
    sure_note: str
    peers: tuple[PeerRow, ...]
    neighbours_are: str
    next_words: str
    next_reason: str
    sources: tuple[Link, ...]
    sentences: tuple[str, ...]


def briefing_page(snapshot: Snapshot, council: Council) -> Page:
    """Return the briefing as a page."""
    region = region_link(council.region)
    name = council.name
    return Page(
        path=addresses.council_briefing(council.key),
        template="briefing.html.j2",
        title=f"{name}: briefing for a committee",
        subject=f"{name}: children’s services briefing",
        as_of=as_of_words(snapshot, [council]),
        description=f"One page on Ofsted’s inspections of children’s services in {name}.",
        crumbs=(ENGLAND, *([region] if region else []), council_link(council)),
        feed=feed_link(council),
        ofsted=ofsted_link(snapshot, council),
        content=briefing(snapshot, council),
    )


def briefing(snapshot: Snapshot, council: Council) -> Briefing:
    """Return the briefing on a council."""
    content = council_content(snapshot, council)
    latest = content.latest
    asked = tuple(_areas(council))
    issues = content.tracker.raised_now
    shown = _fitting(asked, _lines_left(content, issues[:MOST_ISSUES]))
    return Briefing(
        name=content.name,
        in_a_line=content.in_a_line,
        heading=latest.heading if latest else content.no_inspection.rstrip("."),
        inspected=latest.inspected if latest else "",
        as_of=as_of_words(snapshot, [council]),
        grades=tuple(_short(grade) for grade in latest.grades) if latest else (),
        grades_note=latest.grades_note if latest else "",
        changed_since=content.changed_since,
        not_compared=latest.not_compared if latest else "",
        is_compared=latest.is_compared if latest else False,
        areas=asked[:shown],
        left_out=len(asked) - shown,
        issues=issues[:MOST_ISSUES],
        more_issues=_more_issues(issues[MOST_ISSUES:]),
        sure_note=sure_note_of(issues[:MOST_ISSUES]),
        peers=content.peers,
        neighbours_are=content.neighbours_are,
        next_words=content.next_words,
        next_reason=content.next_reason,
        sources=tuple(
            dict.fromkeys(
                source
                for source in (
                    _source(latest) if latest else None,
                    *(area.source for area in asked[:shown]),
                )
                if source is not None
            )
        ),
        sentences=content.standing,
    )


def _source(view: ReportView) -> Link | None:
    return Link(label=view.heading, href=view.ofsted) if view.ofsted else None


def _more_issues(issues: Sequence[TrackedIssue]) -> str:
    return f"and {len(issues)} more {only_possibly(issues)}".rstrip() if issues else ""


def _short(grade: GradeView) -> GradeView:
    """Return a grade with words that fit a narrow column."""
    return replace(grade, words=short_grade_words(grade.grade) or grade.words)


def _lines_left(content: CouncilContent, issues: Iterable[TrackedIssue]) -> int:
    """Return the number of lines that are left for the areas, so that all fits on one sheet."""
    # The name of a judgement or a grade may need two lines, and what is said of it three.
    shown = content.latest.grades if content.latest else ()
    one_note = content.latest is not None and not content.latest.is_compared
    grades = 2 + sum(
        3 if grade.caution or grade.until or not (grade.moved or one_note) else 2 for grade in shown
    )
    grades += 3 * one_note
    dates = sum(
        _lines(text, _LETTERS_IN_COLUMN)
        for text in (f"Next full inspection: {content.next_words}.", content.next_reason)
    )
    raised = 4 + sum(_lines(issue.one_line, _LETTERS) for issue in issues)
    peers = sum(
        _lines(row.neighbours.words, _LETTERS_OF_COUNTS) for row in content.peers if row.neighbours
    )
    left = _LINES - 6 - sum(_lines(sentence, _LETTERS) for sentence in content.standing)
    return left - max(grades, 2 + dates) - raised - (peers + 3 if peers else 0)


def _fitting(areas: Sequence[AskedArea], room: int) -> int:
    """Return the number of areas that fit in `room` lines; at least one if there are any."""
    for number, area in enumerate(areas):
        room -= _lines(f"{area.text}{area.where}{area.raised}", _LETTERS)
        room -= _lines(area.question, _LETTERS)
        if room < 0 and number:
            return number
    return len(areas)


def _lines(text: str, letters: int) -> int:
    return -(-len(text) // letters)


def _areas(council: Council) -> Iterable[AskedArea]:
    """Yield the areas of the last full inspection and the visits since.

    Priority actions come first, then what was raised before: a sheet has no room for all.
    """
    last = council.graded[-1][0] if council.graded else None
    since = start_of(last) if last is not None else None
    found: list[tuple[Report, Area, AreaView]] = []
    for report in reversed(council.current):
        is_visit = report.kind in ("focused_visit", "monitoring_visit")
        if report is last or (is_visit and (since is None or start_of(report) > since)):
            view = report_view(council, report)
            rows = {area.position: area for area in report.areas}
            found += [
                (report, rows[place], area)
                for place, area in enumerate(view.areas)
                if place in rows and rows[place].target == "authority"
            ]
    for report, row, area in sorted(found, key=_urgency):
        page = f", page {area.page}" if area.page else ""
        raised = area.raised
        yield AskedArea(
            text=area.text,
            where=f"{heading_of(report)}{page}",
            priority=area.priority,
            raised=(
                f"Raised again; before: {raised.earlier_report.label} ({raised.tier.lower()})"
                if raised
                else ""
            ),
            question=question(row),
            source=_source(report_view(council, report)),
        )


def _urgency(entry: tuple[Report, Area, AreaView]) -> tuple[bool, bool]:
    """Return by what areas are sorted."""
    _, _, area = entry
    return not area.priority, not area.raised


def question(area: Area) -> str:
    """Return a neutral question about an area, which quotes some of its words."""
    general, questions = _questions()
    tag = next((tag for tag in area.themes if tag["role"] == "primary"), None)
    if tag is None:
        return general
    words = short_phrase(plain_line(area.text), about=plain_line(tag["matched"]))
    theme = tag["theme"]
    asked = questions.get(f"{theme}/{tag['facet']}") or questions.get(theme, general)
    return f"On “{words}”: {asked}"


@cache
def _questions() -> tuple[str, dict[str, str]]:
    """Return the question about anything, and those by the ids of themes and of issues."""
    raw = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
    return str(raw["any"]), {**raw["themes"], **raw["issues"]}
