"""The tables of what reports say: authorities, reports, inspections, judgements, areas, themes,
and the problems that are open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from reports.model import Judgement as JudgementName
from storage.export.model import (
    AUTHORITY,
    CURRENT,
    FACET,
    INSPECTION,
    INSPECTION_START,
    LINK,
    REPORT,
    THEME,
    Column,
    Row,
    Source,
    Table,
)
from storage.models import Area, Authority, AuthorityAlias, Inspection, Judgement, Problem, Report
from storage.problems import open_problems
from storage.themes import facet_name, theme_name

# Rows that are fetched at a time, so that memory does not grow with the history.
_AT_A_TIME = 500


def _stream(source: Source, query: Select[Any]) -> Iterator[Any]:
    yield from source.session.execute(query.execution_options(yield_per=_AT_A_TIME))


def inspection_key(authority: str, kind: str | None, start: date | None) -> str | None:
    """The name of an inspection that stays the same in every export."""
    return f"{authority}/{kind}/{start.isoformat()}" if kind and start else None


def _authorities(source: Source) -> Iterator[Row]:
    codes: dict[tuple[int, str], str] = {}
    current = select(AuthorityAlias).where(
        AuthorityAlias.kind.in_(("la_code", "ons_code")), AuthorityAlias.valid_to.is_(None)
    )
    for alias in source.session.scalars(current.order_by(AuthorityAlias.id)):
        codes.setdefault((alias.authority_id, alias.kind), alias.value)
    for one in source.session.scalars(select(Authority).order_by(Authority.key)):
        yield (
            *(one.key, one.short, one.region, one.name, one.urn),
            codes.get((one.id, "la_code")),
            codes.get((one.id, "ons_code")),
            *(one.la_type, one.valid_from, one.valid_to, one.last_opened_at),
        )


AUTHORITIES = Table(
    name="authorities",
    meaning="The councils with duties for children's services, as the register has them.",
    key=("authority_key",),
    columns=(
        *AUTHORITY,
        Column("name", "text", "Its full name."),
        Column("urn", "text", "Ofsted's number for it."),
        Column("la_code", "text", "The Department for Education's number for it."),
        Column("ons_code", "text", "Its code in official statistics."),
        Column("la_type", "text", "What sort of council it is."),
        Column("valid_from", "date", "Its first day; empty: before any report."),
        Column("valid_to", "date", "Its last day; empty: it exists."),
        Column("last_looked_at", "instant", "When its page was last opened."),
    ),
    rows=_authorities,
)


def _reports(source: Source) -> Iterator[Row]:
    areas = select(func.count()).where(Area.report_id == Report.id).scalar_subquery()
    problems = select(func.count()).where(Problem.report_id == Report.id).scalar_subquery()
    query = (
        select(
            *(Report.id, Report.file_id, Report.title, Report.kind, Report.framework),
            *(Report.published, Report.state, Report.withdrawn_at, Report.first_seen_at),
            *(Report.url, Authority.key, Authority.short, Authority.region),
            *(Inspection.start, areas.label("areas"), problems.label("problems")),
        )
        .join(Report.authority)
        .outerjoin(Report.inspection)
        .order_by(Authority.key, Report.published, Report.id)
    )
    for r in _stream(source, query):
        yield (
            *(r.file_id, r.key, r.short, r.region),
            inspection_key(r.key, r.kind, r.start),
            *(r.start, r.title, r.kind, r.framework, r.published, r.state),
            r.id not in source.superseded,
            r.withdrawn_at.date() if r.withdrawn_at else None,
            r.url is None,
            *(r.areas, r.problems, r.first_seen_at, r.url),
        )


REPORTS = Table(
    name="reports",
    meaning="Every document that is known, also those that could not be read.",
    key=("report",),
    columns=(
        REPORT,
        *AUTHORITY,
        INSPECTION,
        INSPECTION_START,
        Column("title", "words", "The title on Ofsted's site."),
        Column("kind", "text", "What sort of document it is."),
        Column("framework", "text", "The rules the inspection was made under."),
        Column("published", "date", "When it came out."),
        Column("state", "text", "listed, fetched, read, failed or missing."),
        CURRENT,
        Column("withdrawn", "date", "Since when it is no longer on the site."),
        Column("added_by_hand", "yes_no", "Whether a person added it."),
        Column("areas", "integer", "How many areas for improvement it lists."),
        Column("problems", "integer", "How many things in it need a person."),
        Column("first_seen_at", "instant", "When the watch first saw it."),
        LINK,
    ),
    rows=_reports,
)


def _inspections(source: Source) -> Iterator[Row]:
    overall = (
        select(Judgement.report_id, Judgement.grade)
        .where(Judgement.judgement == JudgementName.OVERALL_EFFECTIVENESS)
        .subquery()
    )
    query = (
        select(
            *(Inspection.kind, Inspection.framework, Inspection.start, Inspection.end),
            *(Inspection.lead_inspector, Report.id, Report.file_id, Report.published, Report.url),
            *(Authority.key, Authority.short, Authority.region, overall.c.grade),
        )
        .join(Inspection.authority)
        .join(Report, Report.inspection_id == Inspection.id)
        .outerjoin(overall, overall.c.report_id == Report.id)
        .order_by(Authority.key, Inspection.start, Inspection.kind, Report.id)
    )
    for r in _stream(source, query):
        if r.id not in source.superseded:
            yield (
                inspection_key(r.key, r.kind, r.start),
                *(r.key, r.short, r.region, r.kind, r.framework, r.start, r.end),
                *(r.lead_inspector, r.grade, r.file_id, r.published, r.url),
            )


INSPECTIONS = Table(
    name="inspections",
    meaning="Every dated inspection or visit, with the report that counts for it.",
    key=("inspection",),
    columns=(
        INSPECTION,
        *AUTHORITY,
        Column("kind", "text", "What sort of inspection or visit it was."),
        Column("framework", "text", "The rules it was made under."),
        INSPECTION_START,
        Column("inspection_end", "date", "Its last day."),
        Column("lead_inspector", "text", "Who led it, as printed."),
        Column("overall_grade", "text", "Overall effectiveness; none is given since 1 April 2026."),
        REPORT,
        Column("published", "date", "When that report came out."),
        LINK,
    ),
    rows=_inspections,
)


def _of_reports(*columns: Any) -> Select[Any]:
    """Columns of parts of reports, with whose they are."""
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
    j = Judgement
    query = (
        _of_reports(j.judgement, j.label, j.grade, j.as_printed, j.page)
        .join(Judgement, Judgement.report_id == Report.id)
        .order_by(Authority.key, Inspection.start, Report.id, Judgement.position)
    )
    for r in _stream(source, query):
        yield (
            *(r.file_id, r.key, r.short, r.region, inspection_key(r.key, r.kind, r.start), r.start),
            *(r.judgement, r.label, r.grade, r.as_printed, r.page),
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
        Column("label", "words", "The same as printed."),
        Column("grade", "text", "The grade; empty where it could not be read with certainty."),
        Column("as_printed", "text", "The grade's own words."),
        Column("page", "integer", "The page it stands on."),
        CURRENT,
        LINK,
    ),
    rows=_judgements,
)


def _area_rows(source: Source, *columns: Any) -> Iterator[Any]:
    query = (
        _of_reports(Area.position, Area.text, Area.themes, *columns)
        .join(Area, Area.report_id == Report.id)
        .order_by(Authority.key, Inspection.start, Report.id, Area.position)
    )
    yield from _stream(source, query)


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
            "; ".join(ids),
            r.report_id not in source.superseded,
            r.url,
        )


_AREA = Column("area", "text", "Which area for improvement: the report and its number in it.")

AREAS = Table(
    name="areas",
    meaning="Every area for improvement, word for word.",
    key=("area",),
    columns=(
        _AREA,
        REPORT,
        *AUTHORITY,
        INSPECTION,
        INSPECTION_START,
        Column("number", "integer", "Its place in the report, from 1."),
        Column("text", "words", "The inspectors' words, line breaks joined."),
        Column("heading", "text", "The heading it stands under."),
        Column("page", "integer", "The page it stands on."),
        Column("priority_action", "yes_no", "Whether it is an area for priority action."),
        Column("target", "text", "Who must act: authority, lscb, partnership or partner."),
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
                *(tag["role"], tag["matched"]),
                r.report_id not in source.superseded,
            )


THEMES = Table(
    name="themes",
    meaning="One row for each area for improvement and each of its themes and issues.",
    key=("area", "theme", "facet"),
    columns=(
        _AREA,
        REPORT,
        *AUTHORITY,
        INSPECTION_START,
        Column("kind", "text", "What sort of document names it."),
        Column("target", "text", "Who must act: authority, lscb, partnership or partner."),
        *THEME,
        *FACET,
        Column("role", "text", "primary: the main theme; secondary: a further one."),
        Column("matched", "text", "The words that show it."),
        CURRENT,
    ),
    rows=_themes,
)


def _problems(source: Source) -> Iterator[Row]:
    for one in open_problems(source.session):
        report = one.report
        yield (
            *(report.file_id, report.authority.key, report.authority.short),
            *(report.authority.region, report.title, report.published, report.state),
            *(one.code, one.message, one.page, "; ".join(one.confirm), report.url),
        )


PROBLEMS = Table(
    name="problems",
    meaning="What needs a person: reports that could not be read, or not with certainty.",
    key=("report", "code", "message"),
    columns=(
        REPORT,
        *AUTHORITY,
        Column("title", "words", "The report's title."),
        Column("published", "date", "When it came out."),
        Column("state", "text", "How far it has come."),
        Column("code", "text", "What sort of problem it is."),
        Column("message", "words", "The problem in a sentence."),
        Column("page", "integer", "The page it is on."),
        Column("settled_by", "text", "What `confirm` settles it with."),
        LINK,
    ),
    rows=_problems,
)
