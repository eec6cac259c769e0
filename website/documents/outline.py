"""The text of a briefing, section by section, for Word and PDF files. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reports.wording import uncapitalised
from website.pages.report_grades import GradeView
from website.pages.sheet import AskedArea, Briefing
from website.pages.words import NO_INSPECTION_COMES


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """A paragraph. `look`: plain, quiet (small), strong, or point (of a list)."""

    text: str
    look: Literal["plain", "quiet", "strong", "point"] = "plain"


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A table without a head. The first cell says what its row is about."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class OutlineSection:
    """A heading and what is under it."""

    heading: str
    parts: tuple[Paragraph | Rows, ...]


@dataclass(frozen=True, kw_only=True)
class Outline:
    """The whole sheet. One that `is_tight` needs smaller type."""

    title: str
    is_tight: bool
    in_short: tuple[str, ...]
    about: tuple[str, ...]
    sections: tuple[OutlineSection, ...]


def outline(briefing: Briefing) -> Outline:
    """Return the outline of a council's briefing."""
    inspected = f", inspected {briefing.inspected}" if briefing.inspected else ""
    until = f" {briefing.as_of}." if briefing.as_of else ""
    several = "Sources" if len(briefing.sources) > 1 else "Source"
    sources = ", ".join(f"{source.label}, {source.href}" for source in briefing.sources)
    source = f" {several}: {sources}" if sources else ""
    return Outline(
        title=f"{briefing.name}: children’s services briefing",
        is_tight=briefing.is_tight,
        in_short=briefing.in_short,
        about=(
            f"{briefing.heading}{inspected}.{until}{source}",
            briefing.made_by,
            *briefing.sentences,
        ),
        sections=(
            OutlineSection(heading=_changes(briefing), parts=_grades(briefing)),
            OutlineSection(heading="What comes next", parts=_dates(briefing)),
            OutlineSection(heading=briefing.raised_heading, parts=_raised(briefing)),
            OutlineSection(
                heading="Areas for improvement, and a question to ask", parts=_areas(briefing)
            ),
            OutlineSection(heading="Statistical neighbours", parts=_neighbours(briefing)),
        ),
    )


def _grades(briefing: Briefing) -> tuple[Paragraph | Rows, ...]:
    if briefing.grades_note:
        return (Paragraph(text=briefing.grades_note),)
    if not briefing.grades:
        return (Paragraph(text=f"{briefing.heading}."),)
    if not briefing.is_compared:
        only = tuple((_judgement(grade), _grade(grade)) for grade in briefing.grades)
        return (Rows(rows=only), Paragraph(text=f"{briefing.not_compared}.", look="quiet"))
    rows = tuple(
        (_judgement(grade), _grade(grade), _moved(grade) or briefing.not_compared)
        for grade in briefing.grades
    )
    return (Rows(rows=rows),)


def _judgement(grade: GradeView) -> str:
    return f"{grade.judgement} {grade.until}".rstrip()


def _grade(grade: GradeView) -> str:
    return f"{grade.words} ({grade.by_a_person})" if grade.by_a_person else grade.words


def _moved(grade: GradeView) -> str:
    caution = f" ({grade.caution}{grade.further_back})" if grade.caution else ""
    return f"{grade.sign} {grade.moved}{caution}".strip()


def _changes(briefing: Briefing) -> str:
    if not briefing.is_compared:
        return "Grades"
    return f"Grades, and what changed since {briefing.changed_since}"


def _raised(briefing: Briefing) -> tuple[Paragraph | Rows, ...]:
    since = [Paragraph(text=said) for said in briefing.since_then]
    if not briefing.issues:
        return (Paragraph(text=briefing.none_again), *since)
    note = f"{briefing.issues_are} {briefing.sure_note}".rstrip()
    points = [Paragraph(text=note, look="quiet")]
    for issue in briefing.issues:
        points.append(Paragraph(text=issue.one_line, look="point"))
    if briefing.more_issues:
        points.append(Paragraph(text=briefing.more_issues, look="point"))
    return (*points, *since)


def _areas(briefing: Briefing) -> tuple[Paragraph | Rows, ...]:
    if not briefing.all_areas:
        return (Paragraph(text=briefing.no_areas),)
    first, others = briefing.shown_first, briefing.only_asked_note
    return (
        *([Paragraph(text=first, look="quiet")] if first else []),
        *(part for area in briefing.areas for part in _area(area)),
        *([Paragraph(text=others, look="quiet")] if others else []),
        *(Paragraph(text=area.only_question, look="point") for area in briefing.only_asked),
    )


def _area(area: AskedArea) -> tuple[Paragraph, ...]:
    priority = "Priority action: " if area.priority else ""
    raised = f" {area.raised}." if area.raised else ""
    return (
        Paragraph(
            text=f"{priority}“{area.text}” ({area.where}).{raised}",
            look="point",
        ),
        Paragraph(text=area.question, look="strong"),
    )


def _neighbours(briefing: Briefing) -> tuple[Paragraph | Rows, ...]:
    rows = tuple(
        (row.judgement, row.neighbours.words)
        for row in briefing.peers
        if row.neighbours is not None
    )
    if not rows:
        return (Paragraph(text="No grades of neighbours can be compared."),)
    return (
        Rows(rows=rows),
        Paragraph(text=briefing.neighbours_note, look="quiet"),
    )


def _dates(briefing: Briefing) -> tuple[Paragraph | Rows, ...]:
    if not briefing.next_words:
        return (Paragraph(text=NO_INSPECTION_COMES),)
    first = f"Next full inspection: {uncapitalised(briefing.next_words)}"
    parts = [Paragraph(text=f"{first.rstrip('.')}.")]
    if briefing.next_reason:
        parts.append(Paragraph(text=briefing.next_reason, look="quiet"))
    if briefing.next_visits:
        parts.append(Paragraph(text=briefing.next_visits))
    if briefing.next_area_send:
        parts.append(Paragraph(text=briefing.next_area_send))
    return tuple(parts)
