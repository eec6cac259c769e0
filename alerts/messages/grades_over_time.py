"""A council's grades over time: in words, and as plain data for the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from alerts.messages.grades import NOT_CERTAIN, GradesContext, GradesInBrief
from reports.analysis.timeline import GradeLink, Inspected, Timeline, TimelineRow
from reports.frameworks import load_frameworks
from reports.model import Framework, Judgement
from reports.wording import (
    full_framework_words,
    judgement_words,
    listed_words,
    month_words,
    short_grade_words,
    uncapitalised,
)
from website.charts.grades import grades_chart


def grades_context(timeline: Timeline | None) -> GradesContext | None:
    """Return a council's grades as a message shows them; None where there are none."""
    if timeline is None:
        return None
    lines = tuple(_words(row, timeline.stops) for row in timeline.rows)
    return GradesContext(
        lines=lines,
        notes=tuple(_notes(timeline)),
        picture=_picture(timeline.stops, timeline.rows),
        brief=_brief(timeline),
    )


def _brief(timeline: Timeline) -> GradesInBrief:
    """Return the overall grade where the last inspection gave one, else each judgement it made."""
    present = [row for row in timeline.rows if row.cells[-1] is not None]
    overall = [row for row in present if row.judgement == Judgement.OVERALL_EFFECTIVENESS]
    rows = overall or present
    lines = tuple(_words(row, timeline.stops) for row in rows)
    changed = any(cell and cell.link == GradeLink.SIMILAR for row in rows for cell in row.cells)
    note = "Ofsted's framework changed between these inspections." if changed else ""
    steps = [_steps(row, timeline.stops) for row in overall]
    if changed:
        steps = [f"{line}; the framework has changed" for line in steps]
    spoken = f"Grades over time. {lines[0]}." if overall else _spoken(rows, timeline.stops)
    return GradesInBrief(
        lines=lines,
        picture=_picture(timeline.stops, rows),
        words=f"{spoken} {note}".rstrip(),
        note=note,
        steps="".join(steps),
    )


def _spoken(rows: Sequence[TimelineRow], stops: Sequence[Inspected]) -> str:
    """Return several judgements in few words: each inspection is named once, for all of them."""
    when = ", ".join(month_words(stop.start) for stop in stops)
    sentences = [f"Grades over time, inspected {when}."]
    for row in rows:
        grades = [
            (short_grade_words(cell.grade) or NOT_CERTAIN) if cell else "no such grade"
            for cell in row.cells
        ]
        sentences.append(f"{judgement_words(row.judgement)}: {', '.join(grades)}.")
    return " ".join(sentences)


def _steps(row: TimelineRow, stops: Sequence[Inspected]) -> str:
    """Return the overall grade in one line: "Overall: Good (Jan 2021) → Inadequate (Apr 2024)"."""
    line = ""
    for cell, stop in zip(row.cells, stops, strict=True):
        if cell is not None:
            before = (" → " if cell.link != GradeLink.NONE else ", ") if line else ""
            line += f"{before}{short_grade_words(cell.grade) or NOT_CERTAIN} ({stop.start:%b %Y})"
    return f"Overall: {line}"


def _words(row: TimelineRow, stops: Sequence[Inspected]) -> str:
    """Return one judgement: "Overall effectiveness: Good (June 2018), Inadequate (April 2024)"."""
    steps: list[str] = []
    for cell, stop in zip(row.cells, stops, strict=True):
        if cell is None:
            continue
        about = month_words(stop.start)
        if cell.judgement != row.judgement:
            about += f", {_other_words(cell.judgement, row.judgement)}"
        steps.append(f"{short_grade_words(cell.grade) or NOT_CERTAIN} ({about})")
    if row.cells[-1] is None:
        steps.append("no longer given")
    return f"{judgement_words(row.judgement)}: {', '.join(steps)}"


def _other_words(given: Judgement, head: Judgement) -> str:
    """Return which judgement the inspection gave instead of the one that the row is about."""
    if given == Judgement.CARE_AND_CARE_LEAVERS:
        other = "children in care" if head == Judgement.CARE_LEAVERS else "care leavers"
        return f"one grade with {other}"
    label = judgement_words(given)
    return f"for {uncapitalised(label)}"


def _notes(timeline: Timeline) -> list[str]:
    """Return which framework each inspection followed, where they differ, and what is not shown."""
    spans = [
        (framework, [month_words(stop.start) for stop in stops])
        for framework, stops in groupby(timeline.stops, key=lambda stop: stop.framework)
    ]
    notes = []
    if len(spans) > 1:
        changes = [_followed(framework, months) for framework, months in spans]
        notes.append(
            f"Ofsted changed its framework, the rules for inspections: {'; '.join(changes)}."
        )
    if timeline.left_out:
        inspections = "inspection is" if timeline.left_out == 1 else "inspections are"
        notes.append(f"{timeline.left_out} earlier {inspections} not shown.")
    return notes


def _followed(framework: Framework, months: Sequence[str]) -> str:
    inspections = "inspection" if len(months) == 1 else "inspections"
    return f"the {listed_words(months)} {inspections} used {_name(framework)}"


def _name(framework: Framework) -> str:
    if full := full_framework_words(framework):
        return f"“{full}”"
    rules = load_frameworks().rules.get(framework)
    return f"“{rules.name}”" if rules else "a framework that is not known"


def _picture(stops: Sequence[Inspected], rows: Sequence[TimelineRow]) -> dict[str, Any]:
    """Return the data that `alerts.messages.charts` draws: vocabulary words and dates only."""
    chart = asdict(grades_chart(stops, rows, title=""))
    return {"stops": chart["stops"], "rows": chart["rows"]}
