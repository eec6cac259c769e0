"""The last grades of councils side by side: the rows of the national and regional tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from reports.analysis.peers import comparable_grade
from reports.frameworks import load_frameworks
from reports.london import london_date
from reports.model import Framework, Grade, Judgement
from reports.themes.names import theme_name
from reports.wording import (
    counted,
    judgement_words,
    listed_words,
    month_words,
    number_graded_words,
    short_grade_words,
    uncapitalised,
)
from storage.grade_history import are_grades_certain
from storage.models import Report
from storage.problems import areas_are_shown
from storage.repeats import start_of
from website import addresses
from website.charts.stacked import StackedChart, StackedRow
from website.pages.kept import kept_with_council
from website.pages.links import council_link
from website.pages.nothing_found import none_found_cell
from website.pages.page import Link
from website.pages.quoted import says_raised
from website.pages.tracker import tracker
from website.pages.words import (
    JOINT_WITH_CARE,
    JOINT_WITH_LEAVERS,
    OVERALL_ENDED,
    likely_when,
    withdrawn_words,
)
from website.snapshot import Council, Snapshot

PRESENT_JUDGEMENTS = (
    Judgement.IMPACT_OF_LEADERS,
    Judgement.HELP_AND_PROTECTION,
    Judgement.IN_CARE,
    Judgement.CARE_LEAVERS,
)
"""The judgements of the present framework, in Ofsted's order."""

_SHOWN = (Judgement.OVERALL_EFFECTIVENESS, *PRESENT_JUDGEMENTS)
"""The judgements that have a column in tables of councils, in its order."""


class NotCounted(StrEnum):
    """Why a council is not counted on a judgement; the value is the heading of a column."""

    NO_REPORT = "No report stored"
    NEEDS_REVIEW = "Needs review"
    JUDGED_DIFFERENTLY = "Judged differently then"
    NO_LONGER_GIVEN = "No longer given"


@dataclass(frozen=True, kw_only=True)
class JudgementColumn:
    """A judgement as a column. `until` says when its grades ended; empty if they are given now."""

    name: str
    until: str = ""


@dataclass(frozen=True, kw_only=True)
class GradeCell:
    """One grade in a table. `note` explains it; `left_out` says why it is not counted."""

    grade: str | None
    words: str
    note: str = ""
    left_out: NotCounted | None = None


@dataclass(frozen=True, kw_only=True)
class CouncilRow:
    """A council with its last full inspection. `cells` are its grades, one for each column.

    `inspected_iso` and `likely_iso` sort by date. `themes` are the main themes of the inspection,
    and `no_themes` is shown where there are none. `raised_again` is the number of issues that are
    raised now and were raised before, `raised_first` the name of the first of them, `raised_more`
    how many others there are and how sure all are. `none_raised` is shown where there are none, and
    `says_raised` is whether inspectors say themselves that something raised before persists.
    `likely_when` says when its next full inspection is likely.
    """

    council: Link
    region: str
    inspected: str
    inspected_iso: str
    report: Link | None
    cells: tuple[GradeCell, ...]
    themes: tuple[str, ...]
    no_themes: str
    raised_again: int
    raised_first: str
    raised_more: str
    none_raised: str
    says_raised: bool
    likely_when: str
    likely_iso: str

    def cell(self, judgement: Judgement) -> GradeCell:
        """Return the council's grade on a judgement that has a column."""
        return self.cells[_SHOWN.index(judgement)]


@dataclass(frozen=True, kw_only=True)
class GradeCounts:
    """How many councils have each grade on a judgement, and how many are not counted, and why.

    `grades` are the grade, its words and the number of councils. With `left_out`, the numbers add
    up to `councils`. `left_out` has the same reasons in the same order in every row of a table.
    """

    judgement: Judgement
    grades: tuple[tuple[str, str, int], ...]
    left_out: tuple[tuple[str, int], ...]
    councils: int

    @property
    def name(self) -> str:
        """The judgement in words."""
        return judgement_words(self.judgement)


def judgement_columns() -> tuple[JudgementColumn, ...]:
    """Return the columns of grades: the overall grade, then the present judgements."""
    return tuple(
        JudgementColumn(
            name=judgement_words(judgement),
            until="" if judgement in PRESENT_JUDGEMENTS else OVERALL_ENDED,
        )
        for judgement in _SHOWN
    )


def council_rows(councils: Iterable[Council], *, today: date) -> tuple[CouncilRow, ...]:
    """Return a row for each council, in the order given."""
    return tuple(_row(council, today) for council in councils)


@kept_with_council
def _row(council: Council, today: date) -> CouncilRow:
    """Return a council's row.

    It is kept, because several pages show it: comparisons of councils, its region's page and the
    national page. Whether the council may be inspected now depends on the day.
    """
    last = council.graded[-1][0] if council.graded else None
    themes = main_themes(last) if last is not None else ()
    first, more = tracker(council).now_words
    return CouncilRow(
        council=council_link(council),
        region=council.region,
        inspected=_inspected(last) if last is not None else NotCounted.NO_REPORT,
        inspected_iso=start_of(last).isoformat() if last is not None else "",
        report=(
            Link(label="report", href=addresses.report_page(last.file_id))
            if last is not None
            else None
        ),
        cells=tuple(grade_cell(council, judgement) for judgement in _SHOWN),
        themes=tuple(theme_name(theme) for theme in themes),
        no_themes=no_themes(council),
        raised_again=len(tracker(council).raised_now),
        raised_first=first,
        raised_more=more,
        none_raised=none_found_cell(council),
        says_raised=says_raised(council),
        likely_when=likely_when(council.window, today=today),
        likely_iso=council.window.earliest.isoformat() if council.window else "",
    )


def _inspected(last: Report) -> str:
    month = month_words(start_of(last))
    return month if last.withdrawn_at is None else withdrawn_words(month)


def main_themes(report: Report) -> tuple[str, ...]:
    """Return the ids of the main themes of the areas that the council must act on, each once.

    None where the areas need review.
    """
    if not areas_are_shown(report):
        return ()
    found = [
        tag["theme"]
        for area in report.areas
        if area.target == "authority"
        for tag in area.themes
        if tag["role"] == "primary"
    ]
    return tuple(dict.fromkeys(found))


def no_themes(council: Council) -> str:
    """Return what is said where the last full inspection of a council has no main themes."""
    if not council.graded:
        return NotCounted.NO_REPORT
    return "None" if areas_are_shown(council.graded[-1][0]) else NotCounted.NEEDS_REVIEW


def grade_cell(council: Council, judgement: Judgement) -> GradeCell:
    """Return a council's last grade on a judgement of the present framework."""
    scale = load_frameworks().rules[Framework.ILACS_2026].scale
    latest = council.latest
    if latest is None:
        return _left_out(NotCounted.NO_REPORT)
    if not are_grades_certain(council.graded[-1][0]):
        return _left_out(NotCounted.NEEDS_REVIEW)
    if judgement is Judgement.OVERALL_EFFECTIVENESS:
        return _overall(council)
    grade = comparable_grade(judgement, Framework.ILACS_2026, latest)
    if grade is not None and grade in scale:
        return _cell(grade)
    combined = latest.grades.get(Judgement.CARE_AND_CARE_LEAVERS)
    if judgement is Judgement.IN_CARE and combined in scale:
        return _cell(combined, note=JOINT_WITH_LEAVERS, left_out=NotCounted.JUDGED_DIFFERENTLY)
    if judgement is Judgement.CARE_LEAVERS and combined is not None:
        return _left_out(NotCounted.JUDGED_DIFFERENTLY, words=JOINT_WITH_CARE)
    return _without_grade(latest.framework, judgement)


def _left_out(reason: NotCounted, *, words: str = "") -> GradeCell:
    return GradeCell(grade=None, words=words or reason, left_out=reason)


def _without_grade(framework: Framework, judgement: Judgement) -> GradeCell:
    """Return why an inspection has no such grade: its framework has none, or it was not read."""
    rules = load_frameworks().rules.get(framework)
    if rules is not None and judgement in rules.judgements:
        return _left_out(NotCounted.NEEDS_REVIEW)
    return _left_out(NotCounted.JUDGED_DIFFERENTLY)


def _overall(council: Council) -> GradeCell:
    """Return the overall grade of the last inspection, if its framework gave one."""
    latest = council.latest
    assert latest is not None, "checked by the caller"
    if latest.framework is Framework.ILACS_2026:
        return _left_out(NotCounted.NO_LONGER_GIVEN)
    scale = load_frameworks().rules[Framework.ILACS_2023].scale
    grade = latest.grades.get(Judgement.OVERALL_EFFECTIVENESS)
    if grade is None or grade not in scale:
        return _without_grade(latest.framework, Judgement.OVERALL_EFFECTIVENESS)
    if latest.framework in (Framework.ILACS_2018, Framework.ILACS_2023):
        return _cell(grade)
    return _cell(grade, note="under earlier rules", left_out=NotCounted.JUDGED_DIFFERENTLY)


def _cell(grade: Grade | None, *, note: str = "", left_out: NotCounted | None = None) -> GradeCell:
    assert grade is not None, "chosen by the scale"
    return GradeCell(
        grade=grade,
        words=short_grade_words(grade) or "",
        note=note,
        left_out=left_out,
    )


def reasons_given(rows: Iterable[CouncilRow]) -> tuple[str, ...]:
    """Return why cells of these rows are not counted, each reason once, for the key to a table."""
    given = {cell.left_out for row in rows for cell in row.cells}
    return tuple(reason for reason in NotCounted if reason in given)


def grade_counts(rows: Iterable[CouncilRow]) -> tuple[GradeCounts, ...]:
    """Return the number of councils with each grade, for each judgement separately."""
    known = list(rows)
    scale = load_frameworks().rules[Framework.ILACS_2026].scale
    given = {cell.left_out for row in known for cell in row.cells}
    found = []
    for judgement in _SHOWN:
        cells = [row.cell(judgement) for row in known]
        counts = Counter(cell.grade for cell in cells if cell.left_out is None)
        reasons = Counter(cell.left_out for cell in cells)
        found.append(
            GradeCounts(
                judgement=judgement,
                grades=tuple(
                    (str(grade), short_grade_words(grade) or "", counts[grade]) for grade in scale
                ),
                left_out=tuple((why, reasons[why]) for why in NotCounted if why in given),
                councils=len(known),
            )
        )
    return tuple(found)


def graded_in(rows: Iterable[CouncilRow]) -> str:
    """Return when these councils were last inspected, in a sentence; empty where none was."""
    known = sorted((row.inspected_iso, row.inspected) for row in rows if row.inspected_iso)
    if not known:
        return ""
    first, last = known[0][1], known[-1][1]
    if first == last:
        return f"From the last full inspection of each council, in {first}."
    return f"From the last full inspection of each council, between {first} and {last}."


def not_stored_words(rows: Sequence[CouncilRow]) -> str:
    """Return how many councils have no stored full inspection, in a sentence; empty if none."""
    missing = sum(row.report is None for row in rows)
    if not missing:
        return ""
    if missing == len(rows):
        return "Inspection Watch has not read a full inspection report of any council yet."
    councils = "council" if missing == 1 else f"{missing} councils"
    return f"Inspection Watch has not read a full inspection report of the other {councils} yet."


def first_counts_words(counts: Iterable[GradeCounts]) -> str:
    """Return the counts of the first present judgement that any council has, in a line.

    "Of 76 councils, 26 are outstanding for impact of leaders (the first of Ofsted’s present
    judgements), 29 good, 16 require improvement and 5 inadequate"
    """
    for count in counts:
        if count.judgement not in PRESENT_JUDGEMENTS:
            continue
        known = [(number, grade) for grade, _, number in count.grades if number]
        if known:
            total = counted(sum(number for number, _ in known), "council")
            (first, best), *others = known
            name = uncapitalised(count.name)
            if count.judgement is PRESENT_JUDGEMENTS[0]:
                name += " (the first of Ofsted’s present judgements)"
            words = number_graded_words(first, best)
            if best != Grade.REQUIRES_IMPROVEMENT:
                words = words.replace(" ", " is " if first == 1 else " are ", 1)
            said = [f"{words} for {name}", *(number_graded_words(*other) for other in others)]
            return f"Of {total}, {listed_words(said)}"
    return ""


def counted_words(counts: Iterable[GradeCounts]) -> str:
    """Return how many councils the bars count: "Each bar counts … (70 to 76 of 153)."

    Empty where the bars count all councils, or there are none. A judgement on which no council has
    a grade has no bar.
    """
    known = list(counts)
    totals = {sum(number for _, _, number in count.grades) for count in known} - {0}
    if not totals:
        return ""
    least, most, of = min(totals), max(totals), known[0].councils
    if least == of:
        return ""
    some = str(most) if least == most else f"{least} to {most}"
    return (
        f"Each bar counts the councils with a comparable grade ({some} of {of}). The table "
        "accounts for the rest."
    )


def counts_chart(counts: Iterable[GradeCounts], *, where: str) -> StackedChart:
    """Return the counts as a chart."""
    return StackedChart(
        title=f"Councils by grade, {where}",
        description="The table below has the same numbers.",
        rows=tuple(
            StackedRow(
                label=count.name,
                parts=tuple((grade, n) for grade, _, n in count.grades if n),
                of=count.councils,
            )
            for count in counts
            if any(n for _, _, n in count.grades)
        ),
    )


@lru_cache(maxsize=1)  # five sorts of pages ask for it
def all_reports(snapshot: Snapshot) -> tuple[tuple[Council, Report], ...]:
    """Return every report of every council, the newest publication first."""
    found = [
        (council, report) for council in snapshot.councils.values() for report in council.reports
    ]
    found.sort(
        key=lambda pair: (
            pair[1].published is not None,
            pair[1].published or london_date(pair[1].first_seen_at),
            pair[1].id,
        ),
        reverse=True,
    )
    return tuple(found)
