"""A council's history at a glance: the grid of grades, a row for each inspection or visit.

Each line is a `rich.text.Text`; nothing in it is markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rich.text import Text

from cli.views.stored_counts import REPORT_STATES
from cli.words import framework_name, in_words
from reports.london import london_date
from reports.model import Grade, Judgement, Kind
from reports.wording import counted, judgement_words
from storage.grade_history import are_grades_certain
from storage.history import superseded
from storage.models import Report, ReportState, StoredJudgement
from storage.problems import areas_review_note

WIDTH = 100

COLUMNS: tuple[tuple[str, tuple[Judgement, ...]], ...] = (
    ("Overall", (Judgement.OVERALL_EFFECTIVENESS,)),
    (
        "Leaders",
        (
            Judgement.IMPACT_OF_LEADERS,
            Judgement.LEADERSHIP_MANAGEMENT_GOVERNANCE,
            Judgement.LEADERSHIP_AND_MANAGEMENT,
        ),
    ),
    ("Help/protection", (Judgement.HELP_AND_PROTECTION,)),
    (
        "In care",
        (
            Judgement.IN_CARE,
            Judgement.CARE_AND_CARE_LEAVERS,
            Judgement.LOOKED_AFTER_AND_PERMANENCE,
            Judgement.OUTCOMES_FOR_LOOKED_AFTER_CHILDREN,
        ),
    ),
    ("Care leavers", (Judgement.CARE_LEAVERS,)),
)
"""The columns, and the judgements that each can hold: a framework has only one of them."""

_IN_COLUMNS = frozenset(judgement for _, judgements in COLUMNS for judgement in judgements)
_SHORT = {
    Grade.REQUIRES_IMPROVEMENT: "Requires impr.",
    Grade.TYPICALLY_POSITIVE: "Typically positive",
    Grade.WIDESPREAD_OR_SYSTEMIC_FAILINGS: "Widespread failings",
}
_NARROW = {"Help/protection": "Help/protect", "Requires impr.": "Req. impr."}
"""Shorter words where there is less room than WIDTH."""
_SHORT_NAMES: dict[str, str] = {Judgement.LSCB: "Safeguarding board"}
_MARKS = {
    Judgement.CARE_AND_CARE_LEAVERS: "†",
    Judgement.LOOKED_AFTER_AND_PERMANENCE: "‡",
    Judgement.LEADERSHIP_MANAGEMENT_GOVERNANCE: "‡",
    Judgement.LEADERSHIP_AND_MANAGEMENT: "‡",
    Judgement.OUTCOMES_FOR_LOOKED_AFTER_CHILDREN: "‡",
}
_LEGEND = {
    "†": "† one grade for children in care and care leavers together",
    "‡": "‡ an older judgement: similar, not the same",
    "*": "* confirmed or corrected by a person",
    "?": "? not read with certainty",
}

_BY_TITLE = (Kind.UNKNOWN, Kind.AREA_SEND, Kind.JOINT_INSPECTION)
"""Kinds of reports whose own titles say more than the name of the kind."""

_GRADE_STYLES = {
    Grade.OUTSTANDING: "bold green",
    Grade.GOOD: "green",
    Grade.REQUIRES_IMPROVEMENT: "yellow",
    Grade.INADEQUATE: "bold red",
}


@dataclass(frozen=True)
class _Page:
    """The widths in characters: `first` for the column of the date, `cell` for a grade."""

    width: int

    @property
    def first(self) -> int:
        return 15 if self.width >= WIDTH else 12

    @property
    def cell(self) -> int:
        return min(20, (self.width - self.first) // len(COLUMNS))

    def short(self, word: str) -> str:
        """Return a word that fits a cell."""
        return word if self.width >= WIDTH else _NARROW.get(word, word)

    def cut(self, text: str) -> str:
        """Return a text that fits the rest of a line."""
        room = self.width - self.first
        return text if len(text) <= room else text[: room - 1].rstrip() + "…"


def grade_grid(
    reports: Sequence[Report], *, heading: str = "", grey: bool = False, width: int = WIDTH
) -> Iterator[Text]:
    """Yield the grid: a row for each inspection or visit, a rule at each change of framework.

    `grey` is for a predecessor, whose grades are not the council's own.
    """
    page = _Page(width)
    old = superseded(reports)
    current = [report for report in reports if report.id not in old]
    rows: list[Text] = []
    framework: str | None = None
    for report in current:
        if report.judgements and _is_graded(report) and report.framework != framework:
            framework = report.framework
            rows.append(_rule(framework_name(framework), page))
        rows.extend(_row(report, page, versions=_versions(report, reports)))
    if heading:
        yield _rule(heading, page)
    if not grey and rows:
        names = "".join(page.short(name).ljust(page.cell) for name, _ in COLUMNS)
        yield Text(f"{'Began'.ljust(page.first)}{names}".rstrip(), style="bold")
    for row in rows:
        if grey:
            row = Text(row.plain, style="dim")
        yield row
    shown = "".join(row.plain for row in rows)
    for mark, meaning in _LEGEND.items():
        if mark in shown and not grey:
            yield Text(meaning, style="dim")


def _is_graded(report: Report) -> bool:
    return report.kind == Kind.INSPECTION


def _rule(text: str, page: _Page) -> Text:
    return Text(f"── {text} ".ljust(page.width, "─"), style="dim")


def _versions(report: Report, reports: Sequence[Report]) -> int:
    same = [r for r in reports if r.inspection_id and r.inspection_id == report.inspection_id]
    return max(1, len(same))


def _row(report: Report, page: _Page, *, versions: int) -> Iterator[Text]:
    inspection = report.inspection
    day = inspection.start if inspection else report.listed_inspection_date or report.published
    line = Text(_day(day).ljust(page.first))
    remarks = _remarks(report, versions=versions)
    if _is_graded(report) and report.judgements:
        line.append_text(_cells(report, page))
    else:
        said, counts = _visit(report), " · ".join(_counts(report))
        whole = f"{said} · {counts}" if counts else said
        if counts and len(whole) > page.width - page.first:
            whole, remarks = said, [counts, *remarks]
        line.append(page.cut(whole), style="italic")
    yield line
    for remark in remarks:
        yield Text(" " * page.first + page.cut(remark), style="dim")


def _day(day: date | None) -> str:
    return f"{day.day} {day:%b %Y}" if day else "no date"


def _cells(report: Report, page: _Page) -> Text:
    by_judgement = {judgement.judgement: judgement for judgement in report.judgements}
    # Where grades are not certain, what a person gave is shown below the grid.
    confirmed = report.confirmed.keys() if are_grades_certain(report) else ()
    cells = Text()
    for _, judgements in COLUMNS:
        given = next((by_judgement[j] for j in judgements if j in by_judgement), None)
        if given is None:
            cells.append("–".ljust(page.cell), style="dim")
            continue
        word, style = _grade(report, given)
        mark = _MARKS.get(Judgement(given.judgement), "")
        star = "*" if given.judgement in confirmed else ""
        shown = f"{page.short(word)}{mark}{star} "
        cells.append(shown.ljust(page.cell), style=style)
    cells.rstrip()
    return cells


def _grade(report: Report, judgement: StoredJudgement) -> tuple[str, str]:
    """Return a grade in short, and its style; "?" where the grades of the report need review."""
    if judgement.grade is None or not are_grades_certain(report):
        return "?", "bold red"
    known = Grade(judgement.grade)
    return _SHORT.get(known, in_words(known)), _GRADE_STYLES.get(known, "")


def _visit(report: Report) -> str:
    """Return the words for a document without grades in the columns."""
    if report.state != ReportState.READ:
        return f"{report.title}: {unread_words(report)}"
    parts = [report.title if report.kind in _BY_TITLE else in_words(report.kind)]
    topic = (report.reading or {}).get("topic")
    if topic:
        parts.append(str(topic))
    parts += [
        in_words(j.grade) if are_grades_certain(report) else "outcome needs review"
        for j in report.judgements
        if j.judgement not in _IN_COLUMNS
    ]
    return " · ".join(parts)


def unread_words(report: Report) -> str:
    """Return why a document was not read."""
    if report.state == ReportState.MISSING:
        return "the site says that the document no longer exists"
    return f"not read: {report.reason or REPORT_STATES[report.state]}"


def _counts(report: Report) -> list[str]:
    if areas_review_note(report):
        return ["areas for improvement need review"]
    urgent = sum(area.priority_action for area in report.areas)
    other = len(report.areas) - urgent
    said = [f"{urgent} FOR PRIORITY ACTION"] if urgent else []
    return said + (
        [counted(other, "area for improvement", "areas for improvement")] if other else []
    )


def _remarks(report: Report, *, versions: int) -> list[str]:
    """Return the remarks under a row."""
    remarks: list[str] = []
    if _is_graded(report) and report.judgements:
        others = [
            f"{_SHORT_NAMES.get(other.judgement) or judgement_words(other.judgement)}: "
            f"{_grade(report, other)[0]}"
            for other in report.judgements
            if other.judgement not in _IN_COLUMNS
        ]
        remarks += [part for part in (" · ".join(others), " · ".join(_counts(report))) if part]
    if report.withdrawn_at:
        day = _day(london_date(report.last_seen_at))
        remarks.append(f"withdrawn: last listed on {day}")
    if versions > 1:
        remarks.append(f"{versions} versions of this report; the newest is shown")
    if report.url is None:
        remarks.append("added by hand; not on the site")
    if report.problems:
        number = len(report.problems)
        remarks.append(f"! {counted(number, 'problem')}: see below")
    return remarks
