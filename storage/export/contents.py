"""The tables of what reports say: judgements, areas, themes, and open problems."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select

from reports.themes.names import facet_name, theme_name
from reports.wording import grade_words
from storage.export.model import (
    AUTHORITY,
    CURRENT,
    INSPECTION,
    INSPECTION_START,
    ISSUE,
    LINK,
    REPORT,
    STATE,
    THEME,
    Column,
    Row,
    Source,
    Table,
)
from storage.export.streaming import inspection_key, stream
from storage.models import Area, Authority, Inspection, Report, StoredJudgement
from storage.problems import open_problems


def _of_reports(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Select columns of a part of reports, with each row's report, authority and inspection."""
    return (
        select(
            *columns,
            *(Report.id.label("report_id"), Report.file_id, Report.kind, Report.url),
            *(Authority.key, Authority.short, Authority.region, Inspection.start),
        )
        .join(Report.authority)
        .outerjoin(Report.inspection)
    )


def _judgements(source: Source) -> Iterator[Row]:
    j = StoredJudgement
    query = (
        _of_reports(j.judgement, j.label, j.grade, j.as_printed, j.page)
        .join(StoredJudgement, StoredJudgement.report_id == Report.id)
        .order_by(Authority.key, Inspection.start, Report.id, StoredJudgement.position)
    )
    for r in stream(source, query):
        yield (
            *(r.file_id, r.key, r.short, r.region, inspection_key(r.key, r.kind, r.start), r.start),
            *(r.judgement, r.label),
            *(
                (None, None, None)
                if r.report_id in source.unsure
                else (r.grade, grade_words(r.grade), r.as_printed)
            ),
            r.page,
            r.report_id not in source.superseded,
            r.url,
        )


JUDGEMENTS = Table(
    name="judgements",
    meaning="Every grade as a report gives it.",
    key=("report", "judgement"),
    columns=(
        REPORT,
        *AUTHORITY,
        INSPECTION,
        INSPECTION_START,
        Column("judgement", "text", "What is graded."),
        Column("label", "words", "The judgement as printed."),
        Column("grade", "text", "The grade; empty where the report's grades need review."),
        Column("grade_words", "text", "The grade in words."),
        Column("as_printed", "text", "The grade as printed; empty where the grades need review."),
        Column("page", "integer", "The page it is on."),
        CURRENT,
        LINK,
    ),
    rows=_judgements,
)


def _area_rows(source: Source, *columns: Any) -> Iterator[Any]:
    """Yield a row for each area that does not need review."""
    query = (
        _of_reports(Area.position, Area.text, Area.themes, *columns)
        .join(Area, Area.report_id == Report.id)
        .order_by(Authority.key, Inspection.start, Report.id, Area.position)
    )
    for row in stream(source, query):
        if row.report_id not in source.unsure_areas:
            yield row


def _areas(source: Source) -> Iterator[Row]:
    columns = (
        *(Area.heading, Area.page, Area.priority_action, Area.target, Area.responsible_body),
    )
    for r in _area_rows(source, *columns):
        ids = list(dict.fromkeys(tag["theme"] for tag in r.themes))
        yield (
            f"{r.file_id}-{r.position + 1}",
            *(r.file_id, r.key, r.short, r.region, inspection_key(r.key, r.kind, r.start), r.start),
            *(r.position + 1, r.text, r.heading, r.page, r.priority_action, r.target),
            r.responsible_body,
            next((tag["theme"] for tag in r.themes if tag["role"] == "primary"), None),
            "; ".join(ids) or None,
            r.report_id not in source.superseded,
            r.url,
        )


_TARGET = Column(
    "target",
    "text",
    "Who must act: authority, lscb (local safeguarding children board), partnership or partner.",
)
_AREA = Column(
    "area", "text", "The area for improvement: the report's file id and its number there."
)

AREAS = Table(
    name="areas",
    meaning="Every area for improvement, word for word. Leaves out those that need review.",
    key=("area",),
    columns=(
        _AREA,
        REPORT,
        *AUTHORITY,
        INSPECTION,
        INSPECTION_START,
        Column("number", "integer", "Its place in the report, from 1."),
        Column("text", "words", "The inspectors' words, line breaks joined."),
        Column("heading", "text", "The heading it is under."),
        Column("page", "integer", "The page it is on."),
        Column("priority_action", "yes_no", "Whether it is an area for priority action."),
        _TARGET,
        Column("responsible_body", "text", "Who must act, where the report prints it (area SEND)."),
        Column("main_theme", "text", "The id of its main theme."),
        Column("themes", "text", "The ids of all its themes, the main one first."),
        CURRENT,
        LINK,
    ),
    rows=_areas,
)


def _themes(source: Source) -> Iterator[Row]:
    for r in _area_rows(source, Area.target):
        for tag in r.themes:
            yield (
                f"{r.file_id}-{r.position + 1}",
                *(r.file_id, r.key, r.short, r.region),
                *(r.start, r.kind, r.target),
                *(tag["theme"], theme_name(tag["theme"])),
                *(tag["facet"], facet_name(tag["theme"], tag["facet"])),
                *(tag["role"] == "primary", tag["matched"]),
                r.report_id not in source.superseded,
            )


THEMES = Table(
    name="themes",
    meaning=(
        "The themes and issues of each area for improvement. Leaves out areas that need review."
    ),
    key=("area", "theme", "issue"),
    columns=(
        _AREA,
        REPORT,
        *AUTHORITY,
        INSPECTION_START,
        Column("kind", "text", "The kind of report that raises it."),
        _TARGET,
        *THEME,
        *ISSUE,
        Column("is_main_theme", "yes_no", "Whether it is the main theme of the area."),
        Column("matched", "text", "The words of the area that show the theme."),
        CURRENT,
    ),
    rows=_themes,
)


def _problems(source: Source) -> Iterator[Row]:
    for problem in open_problems(source.session):
        report = problem.report
        if report.id in source.held:
            continue
        yield (
            *(report.file_id, report.authority.key, report.authority.short),
            *(report.authority.region, report.title, report.published, report.state),
            *(problem.code, problem.message, problem.page),
            *("; ".join(problem.confirm) or None, report.url),
        )


PROBLEMS = Table(
    name="problems",
    meaning="What needs review: reports that could not be read, or not with certainty.",
    key=("report", "code", "message"),
    columns=(
        REPORT,
        *AUTHORITY,
        Column("title", "words", "The report's title."),
        Column("published", "date", "When it was published."),
        STATE,
        Column("code", "text", "The kind of problem."),
        Column("message", "words", "The problem in a sentence."),
        Column("page", "integer", "The page it is on."),
        Column("settled_by", "text", "The fields to give to `confirm` to settle it."),
        LINK,
    ),
    rows=_problems,
)
