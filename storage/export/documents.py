"""The tables of authorities, their reports, and the inspections that these describe."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from reports.london import london_date
from reports.model import Judgement as JudgementName
from reports.wording import grade_words
from storage.export.model import (
    AUTHORITY,
    CURRENT,
    INSPECTION,
    INSPECTION_START,
    LINK,
    REPORT,
    STATE,
    Column,
    Row,
    Source,
    Table,
)
from storage.export.streaming import inspection_key, stream
from storage.models import (
    Area,
    Authority,
    AuthorityAlias,
    Inspection,
    Report,
    StoredJudgement,
    StoredProblem,
)


def _authorities(source: Source) -> Iterator[Row]:
    codes: dict[tuple[int, str], str] = {}
    current = select(AuthorityAlias).where(
        AuthorityAlias.kind.in_(("la_code", "ons_code")), AuthorityAlias.valid_to.is_(None)
    )
    for alias in source.session.scalars(current.order_by(AuthorityAlias.id)):
        codes.setdefault((alias.authority_id, alias.kind), alias.value)
    for council in source.session.scalars(select(Authority).order_by(Authority.key)):
        yield (
            *(council.key, council.short, council.region, council.name, council.urn),
            codes.get((council.id, "la_code")),
            codes.get((council.id, "ons_code")),
            *(council.la_type, council.valid_from, council.valid_to, council.last_opened_at),
        )


AUTHORITIES = Table(
    name="authorities",
    meaning="The councils with duties for children's services, from the register.",
    key=("authority_key",),
    columns=(
        *AUTHORITY,
        Column("name", "text", "Its full name."),
        Column("urn", "text", "Ofsted's number for it."),
        Column("la_code", "text", "The Department for Education's number for it."),
        Column("ons_code", "text", "Its code in official statistics."),
        Column("la_type", "text", "The type of council."),
        Column(
            "valid_from", "date", "Its first day; empty if it existed before the first reports."
        ),
        Column("valid_to", "date", "Its last day; empty if it still exists."),
        Column("page_last_opened_at", "instant", "When its page on Ofsted's site was last opened."),
    ),
    rows=_authorities,
)


def _reports(source: Source) -> Iterator[Row]:
    areas = select(func.count()).where(Area.report_id == Report.id).scalar_subquery()
    problems = select(func.count()).where(StoredProblem.report_id == Report.id).scalar_subquery()
    query = (
        select(
            *(
                Report.id.label("report_id"),
                Report.file_id,
                Report.title,
                Report.kind,
                Report.framework,
            ),
            *(Report.published, Report.state, Report.withdrawn_at, Report.first_seen_at),
            *(Report.url, Authority.key, Authority.short, Authority.region),
            *(Inspection.start, areas.label("areas"), problems.label("problems")),
        )
        .join(Report.authority)
        .outerjoin(Report.inspection)
        .order_by(Authority.key, Report.published, Report.id)
    )
    for r in stream(source, query):
        yield (
            *(r.file_id, r.key, r.short, r.region),
            inspection_key(r.key, r.kind, r.start),
            *(r.start, r.title, r.kind, r.framework, r.published, r.state),
            r.report_id not in source.superseded,
            london_date(r.withdrawn_at) if r.withdrawn_at else None,
            r.url is None,
            None if r.report_id in source.unsure_areas else r.areas,
            *(r.problems, r.first_seen_at, r.url),
        )


REPORTS = Table(
    name="reports",
    meaning="Every document that is known, including those that could not be read.",
    key=("report",),
    columns=(
        REPORT,
        *AUTHORITY,
        INSPECTION,
        INSPECTION_START,
        Column("title", "words", "The title on Ofsted's site."),
        Column("kind", "text", "The kind of report."),
        Column("framework", "text", "The rules the inspection was carried out under."),
        Column("published", "date", "When it was published."),
        STATE,
        CURRENT,
        Column("withdrawn", "date", "The date from which it counts as withdrawn."),
        Column("added_by_hand", "yes_no", "Whether a person added it."),
        Column(
            "areas",
            "integer",
            "The number of areas for improvement in it; empty where they need review.",
        ),
        Column("problems", "integer", "The number of problems in it."),
        Column("first_seen_at", "instant", "When Inspection Watch first found it."),
        LINK,
    ),
    rows=_reports,
)


def _inspections(source: Source) -> Iterator[Row]:
    overall = (
        select(StoredJudgement.report_id, StoredJudgement.grade)
        .where(StoredJudgement.judgement == JudgementName.OVERALL_EFFECTIVENESS)
        .subquery()
    )
    query = (
        select(
            *(Inspection.kind, Inspection.framework, Inspection.start, Inspection.end),
            *(Inspection.lead_inspector, Report.id.label("report_id"), Report.file_id),
            *(Report.published, Report.url),
            *(Authority.key, Authority.short, Authority.region, overall.c.grade),
        )
        .join(Inspection.authority)
        .join(Report, Report.inspection_id == Inspection.id)
        .outerjoin(overall, overall.c.report_id == Report.id)
        .order_by(Authority.key, Inspection.start, Inspection.kind, Report.id)
    )
    for r in stream(source, query):
        if r.report_id not in source.superseded:
            yield (
                inspection_key(r.key, r.kind, r.start),
                *(r.key, r.short, r.region, r.kind, r.framework, r.start, r.end),
                r.lead_inspector,
                *(
                    (None, None)
                    if r.report_id in source.unsure
                    else (r.grade, grade_words(r.grade))
                ),
                *(r.file_id, r.published, r.url),
            )


INSPECTIONS = Table(
    name="inspections",
    meaning="Every dated inspection or visit, with the report that counts for it.",
    key=("inspection",),
    columns=(
        INSPECTION,
        *AUTHORITY,
        Column("kind", "text", "The kind of inspection or visit."),
        Column("framework", "text", "The rules it was carried out under."),
        INSPECTION_START,
        Column("inspection_end", "date", "Its last day."),
        Column("lead_inspector", "text", "Who led it, as printed."),
        Column(
            "overall_grade",
            "text",
            "Overall effectiveness; empty where the grades need review. Inspections since 1 April "
            "2026 give none.",
        ),
        Column("overall_grade_words", "text", "The same in words."),
        REPORT,
        Column("published", "date", "When that report was published."),
        LINK,
    ),
    rows=_inspections,
)
