"""Everything about one document as text, its areas for improvement word for word.

Each line is a `rich.text.Text`; nothing in it is markup.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from cli.output import wrapped
from cli.views.grade_grid import WIDTH, unread_words
from cli.words import date_words, field_words, framework_name, in_words, value_words
from reports.london import london_date
from reports.model import Kind, Target
from reports.monitoring import monitoring_words
from reports.wording import judgement_words, overall_first, uk_period
from storage import facts
from storage.confirmable_fields import WHOEVER_ADDED, WHOLE, Field
from storage.grade_history import are_grades_certain
from storage.kinds import DATED_KINDS
from storage.models import Area, ConfirmedValue, Report
from storage.problems import areas_are_shown


def report_lines(report: Report, *, is_superseded: bool, width: int = WIDTH) -> Iterator[Text]:
    """Yield everything about one document, its areas for improvement word for word."""
    yield Text("")
    inspection = report.inspection
    yield from wrapped(f"{_when(report)} · {_title(report)}", style="bold", width=width)
    framework = framework_name(report.framework) if report.framework else unread_words(report)
    about = [f"published {date_words(report.published)}"] if report.published else []
    about.append(framework)
    if inspection and inspection.lead_inspector:
        about.append(f"lead inspector {inspection.lead_inspector}")
    yield from wrapped(" · ".join([*about, f"report {report.file_id}"]), indent="  ", width=width)
    # An address is never broken, so that it can be opened.
    yield Text(f"  {report.url or 'added by hand; not on the site'}")
    if is_superseded:
        yield Text("  superseded by a newer version of the same inspection", style="yellow")
    if report.withdrawn_at:
        day = date_words(london_date(report.last_seen_at))
        yield Text(f"  WITHDRAWN: Ofsted last listed it on {day}", style="bold red")
    if report.kind == Kind.COUNCIL_UPDATE and report.judgements:
        yield Text("  grades of an earlier inspection, as the council cites them:")
    yield from _monitoring_lines(report, width=width)
    for judgement in sorted(report.judgements, key=overall_first):
        grade = in_words(judgement.grade)
        if judgement.grade and not are_grades_certain(report):
            grade = f"needs review (read: {grade})"
        yield Text(f"  {judgement_words(judgement.judgement)}: {grade}")
    if report.areas and not areas_are_shown(report):
        yield Text("  areas for improvement need review (read:)")
    for area in report.areas:
        mark = "PRIORITY ACTION  " if area.priority_action else ""
        whom = f" [{body}]" if (body := _whom(area)) else ""
        style = "bold red" if area.priority_action else ""
        yield from wrapped(
            f"• {mark}{area.text}{whom}", indent="  ", hanging="    ", style=style, width=width
        )
    yield from _plan_lines(report, width=width)
    for value in report.confirmed.values():
        line = f"* {_confirmed(report, value)}"
        yield from wrapped(line, indent="  ", hanging="    ", width=width)
    for problem in report.problems:
        yield from wrapped(
            f"! {problem.message}", indent="  ", hanging="    ", style="red", width=width
        )


def _when(report: Report) -> str:
    """Return when the inspection was, or when a document about no inspection was published."""
    inspection = report.inspection
    if inspection is None:
        undated = report.kind in (None, *DATED_KINDS) or report.published is None
        return "Date unknown" if undated else date_words(report.published)
    return uk_period(inspection.start, inspection.end)


def _title(report: Report) -> str:
    """Return the site's title; for an added document, its kind and the name of its file."""
    if report.url is None and report.kind and report.kind != Kind.UNKNOWN:
        return f"{in_words(report.kind)} ({report.title})"
    return report.title


def _confirmed(report: Report, value: ConfirmedValue) -> str:
    """Return what a person confirmed or corrected, and why."""
    name = field_words(value.field)
    shown = value_words(value.field, value.value)
    if value.field == Field.AUTHORITY:
        shown = report.authority.short
    if value.who == WHOEVER_ADDED:
        return f"{name}: {shown}, given when the document was added."
    read = value_words(value.field, value.read_value)
    corrected = value.field not in WHOLE and shown != read
    was = f" (read: {read})" if value.read_value else " (not read)"
    what = "Corrected" if corrected else "Confirmed"
    day = date_words(london_date(value.confirmed_at))
    sentence = f"{name}: {shown}{was if corrected else ''}. {what} by {value.who} on {day}."
    return f"{sentence} Reason: {value.why.rstrip('.')}."


def _monitoring_lines(report: Report, *, width: int) -> Iterator[Text]:
    """Yield what a visit found of the areas that an earlier inspection had named."""
    for line in monitoring_words(facts.monitoring_of(report)):
        yield from wrapped(line, indent="  ", hanging="    ", width=width)


def _plan_lines(report: Report, *, width: int) -> Iterator[Text]:
    """Yield the themes of a council's improvement plan, by name."""
    if report.kind != Kind.COUNCIL_UPDATE:
        return
    for theme in facts.reading_of(report).improvement_plan:
        done, planned = len(theme.achievements), len(theme.next_steps)
        said = f"• {theme.name} ({done} done, {planned} next)"
        yield from wrapped(said, indent="  ", hanging="    ", width=width)


def _whom(area: Area) -> str | None:
    """Return who must act, where it is not the authority alone."""
    if area.responsible_body:
        return area.responsible_body
    if area.target == Target.LSCB:
        return "safeguarding board"
    return None if area.target == Target.AUTHORITY else area.target
