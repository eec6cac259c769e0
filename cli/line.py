"""One council's line as text, 100 columns wide: the grid of grades, then every document.

Each line is a `rich.text.Text`; nothing in it is meant as markup.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from rich.text import Text

from alerts.messages.words import judgement_words
from cli.output import in_words, uk_date
from reports.frameworks import load_frameworks
from reports.model import Framework, Grade, Judgement, Kind, Target
from storage.history import superseded
from storage.models import Area, Report, ReportState

WIDTH = 100
_FIRST = 15
_CELL = 17

# The columns, and the judgements that stand in each: in one framework there is one of them.
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
_IN_COLUMNS = frozenset(judgement for _, judgements in COLUMNS for judgement in judgements)
_SHORT = {
    Grade.REQUIRES_IMPROVEMENT: "Requires impr.",
    Grade.TYPICALLY_POSITIVE: "Typically positive",
    Grade.WIDESPREAD_OR_SYSTEMIC_FAILINGS: "Widespread failings",
}
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
# Said better by their own title than by the name of their kind.
_BY_TITLE = (Kind.UNKNOWN, Kind.AREA_SEND, Kind.JOINT_INSPECTION)
_GRADE_STYLES = {
    Grade.OUTSTANDING: "bold green",
    Grade.GOOD: "green",
    Grade.REQUIRES_IMPROVEMENT: "yellow",
    Grade.INADEQUATE: "bold red",
}


def grid(reports: Sequence[Report], *, heading: str = "", grey: bool = False) -> Iterator[Text]:
    """The line at a glance: one row an inspection or visit, a rule at each change of framework.

    `grey` is for a predecessor, whose grades are not the council's own.
    """
    old = superseded(reports)
    current = [report for report in reports if report.id not in old]
    rows: list[Text] = []
    framework: str | None = None
    for report in current:
        if report.judgements and _is_graded(report) and report.framework != framework:
            framework = report.framework
            rows.append(_rule(_framework_name(framework)))
        rows.extend(_row(report, versions=_versions(report, reports)))
    if heading:
        yield _rule(heading)
    if not grey and rows:
        names = "".join(name.ljust(_CELL) for name, _ in COLUMNS)
        yield Text(f"{'Began'.ljust(_FIRST)}{names}".rstrip(), style="bold")
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


def _framework_name(framework: str | None) -> str:
    rules = load_frameworks().rules.get(Framework(framework or Framework.UNKNOWN))
    return rules.name if rules else "Framework not known"


def _rule(text: str) -> Text:
    return Text(f"── {text} ".ljust(WIDTH, "─"), style="dim")


def _versions(report: Report, reports: Sequence[Report]) -> int:
    same = [r for r in reports if r.inspection_id and r.inspection_id == report.inspection_id]
    return max(1, len(same))


def _row(report: Report, *, versions: int) -> Iterator[Text]:
    inspection = report.inspection
    day = inspection.start if inspection else report.listed_inspection_date or report.published
    line = Text(_day(day).ljust(_FIRST))
    remarks = _remarks(report, versions=versions)
    if _is_graded(report) and report.judgements:
        line.append_text(_cells(report))
    else:
        said, counts = _visit(report), " · ".join(_counts(report))
        whole = f"{said} · {counts}" if counts else said
        if counts and len(whole) > WIDTH - _FIRST:
            whole, remarks = said, [counts, *remarks]
        line.append(_cut(whole), style="italic")
    yield line
    for remark in remarks:
        yield Text(" " * _FIRST + _cut(remark), style="dim")


def _day(day: object) -> str:
    return f"{day.day} {day:%b %Y}" if hasattr(day, "day") else "no date"


def _cut(text: str) -> str:
    """Text that fits the rest of a line."""
    room = WIDTH - _FIRST
    return text if len(text) <= room else text[: room - 1].rstrip() + "…"


def _cells(report: Report) -> Text:
    by_judgement = {judgement.judgement: judgement for judgement in report.judgements}
    confirmed = {correction.field for correction in report.corrections}
    cells = Text()
    for _, judgements in COLUMNS:
        given = next((by_judgement[j] for j in judgements if j in by_judgement), None)
        if given is None:
            cells.append("–".ljust(_CELL), style="dim")
            continue
        word, style = _grade(given.grade)
        mark = _MARKS.get(Judgement(given.judgement), "")
        star = "*" if given.judgement in confirmed else ""
        cells.append(f"{word}{mark}{star}".ljust(_CELL), style=style)
    cells.rstrip()
    return cells


def _grade(grade: str | None) -> tuple[str, str]:
    if grade is None:
        return "?", "bold red"
    known = Grade(grade)
    return _SHORT.get(known, in_words(known)), _GRADE_STYLES.get(known, "")


def _visit(report: Report) -> str:
    """A document without grades in the columns, in a few words."""
    if report.state != ReportState.READ:
        return f"{report.title}: {_unread(report)}"
    parts = [report.title if report.kind in _BY_TITLE else in_words(report.kind)]
    topic = (report.reading or {}).get("topic")
    if topic:
        parts.append(str(topic))
    parts += [in_words(j.grade) for j in report.judgements if j.judgement not in _IN_COLUMNS]
    return " · ".join(parts)


def _unread(report: Report) -> str:
    if report.state == ReportState.MISSING:
        return "the site says that the document no longer exists"
    return f"not read: {report.reason or report.state}"


def _counts(report: Report) -> list[str]:
    urgent = sum(area.priority_action for area in report.areas)
    other = len(report.areas) - urgent
    said = [f"{urgent} FOR PRIORITY ACTION"] if urgent else []
    return said + ([f"{other} area{'' if other == 1 else 's'} for improvement"] if other else [])


def _remarks(report: Report, *, versions: int) -> list[str]:
    """What belongs under a row."""
    remarks: list[str] = []
    if _is_graded(report) and report.judgements:
        others = [
            f"{_SHORT_NAMES.get(j.judgement) or judgement_words(j.judgement)}: {_grade(j.grade)[0]}"
            for j in report.judgements
            if j.judgement not in _IN_COLUMNS
        ]
        remarks += [part for part in (" · ".join(others), " · ".join(_counts(report))) if part]
    if report.withdrawn_at:
        remarks.append(f"withdrawn: not on the site any more since {_day(report.withdrawn_at)}")
    if versions > 1:
        remarks.append(f"{versions} versions of this report; the newest is shown")
    if report.url is None:
        remarks.append("added by a person; not on the site")
    if report.problems:
        number = len(report.problems)
        remarks.append(f"! {number} problem{'' if number == 1 else 's'}: see below")
    return remarks


def document(report: Report, *, is_superseded: bool) -> Iterator[Text]:
    """Everything about one document, its areas for improvement word for word."""
    yield Text("")
    inspection = report.inspection
    when = uk_date(inspection.start) if inspection else "date not read"
    if inspection and inspection.end and inspection.end != inspection.start:
        when += f" to {uk_date(inspection.end)}"
    yield from _wrapped(f"{when} · {report.title}", style="bold")
    about = [f"published {uk_date(report.published)}", report.framework or _unread(report)]
    if inspection and inspection.lead_inspector:
        about.append(f"lead inspector {inspection.lead_inspector}")
    yield from _wrapped(" · ".join([*about, report.file_id]), indent="  ")
    # An address is never broken, so that it can be opened.
    yield Text(f"  {report.url or 'added by a person; not on the site'}")
    if is_superseded:
        yield Text("  superseded by a newer version of the same inspection", style="yellow")
    if report.withdrawn_at:
        day = uk_date(report.withdrawn_at.date())
        yield Text(f"  WITHDRAWN: not on the site any more since {day}", style="bold red")
    for judgement in report.judgements:
        yield Text(f"  {judgement_words(judgement.judgement)}: {in_words(judgement.grade)}")
    for area in report.areas:
        mark = "PRIORITY ACTION  " if area.priority_action else ""
        whom = f" [{body}]" if (body := _whom(area)) else ""
        style = "bold red" if area.priority_action else ""
        yield from _wrapped(f"• {mark}{area.text}{whom}", indent="  ", hanging="    ", style=style)
    for correction in report.corrections:
        was = f" (read: {correction.read_value or 'nothing'})"
        said = f"{correction.field}: {correction.value or 'as read'}{was}"
        said += f", confirmed by {correction.who} on {uk_date(correction.confirmed_at.date())}"
        yield from _wrapped(f"* {said}: {correction.why}", indent="  ", hanging="    ")
    for problem in report.problems:
        yield from _wrapped(f"! {problem.message}", indent="  ", hanging="    ", style="red")


def _whom(area: Area) -> str | None:
    """Who must act, where it is not the authority alone."""
    if area.responsible_body:
        return area.responsible_body
    if area.target == Target.LSCB:
        return "safeguarding board"
    return None if area.target == Target.AUTHORITY else area.target


def _wrapped(text: str, *, indent: str = "", hanging: str = "", style: str = "") -> Iterator[Text]:
    lines = textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=hanging or indent,
        break_on_hyphens=False,
    )
    for line in lines:
        yield Text(line, style=style)
