"""How often themes are raised, from the stored history. Only reads.

Full inspections of councils, joint inspections and area SEND inspections count, each family by
itself, if they were read and not withdrawn, and with the newest version of each. Visits do not
count, because they look at one topic. Reports whose list of areas is not certain do not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, load_only

from reports.analysis.theme_shares import ThemeShare, ThemesRaised, shares_on_record
from reports.analysis.trends import Trend, trend
from reports.model import Framework, Grade, Kind, Reading, Target
from reports.model import Judgement as JudgementName
from reports.problems import areas_are_certain
from reports.repeats.base_rates import ReportFamily, covers_all_topics, own_targets, report_family
from reports.themes.taxonomy import load_taxonomy
from storage.held_messages import hidden_reports
from storage.models import Area, Inspection, Report, ReportState, StoredJudgement, StoredProblem
from storage.versions import newest

_Area = tuple[Target, list[Any]]
"""Whom an area addresses, and its themes as they are stored."""


@dataclass(frozen=True, kw_only=True)
class CountedInspections:
    """The inspections that are counted, and the number left out of each family.

    An inspection is left out if its list of areas is not certain.
    """

    inspections: tuple[ThemesRaised, ...]
    left_out: dict[ReportFamily, int]

    @cached_property
    def shares(self) -> tuple[ThemeShare, ...]:
        """How often each theme of the taxonomy is raised (see `shares_on_record`)."""
        return tuple(shares_on_record(self.inspections, load_taxonomy().themes))

    def of(self, family: ReportFamily, *, region: str | None = None) -> tuple[ThemesRaised, ...]:
        """Return the inspections of one family, in one region or everywhere."""
        return tuple(
            inspection
            for inspection in self.inspections
            if inspection.family is family and region in (None, inspection.region)
        )


def counted_inspections(
    session: Session, *, since: date | None = None, without: Collection[int] = frozenset()
) -> CountedInspections:
    """Return the inspections that count, with the themes they raise, in the order of their start.

    With `since`, only those that began on that day or later. `without` are the ids of reports that
    do not count.
    """
    reports = _reports(session, since, without)
    areas = _areas(session)
    grades = _grades(session)
    unsure = _unsure(session)
    found: list[ThemesRaised] = []
    left_out: dict[ReportFamily, int] = defaultdict(int)
    for report in reports:
        reading = _as_reading(report)
        family = report_family(reading.framework)
        if family is ReportFamily.OTHER or not covers_all_topics(reading):
            continue
        if report.id in unsure:
            left_out[family] += 1
            continue
        found.append(
            _themes_raised(report, areas.get(report.id, ()), family, grades.get(report.id, {}))
        )
    return CountedInspections(inspections=tuple(found), left_out=dict(left_out))


def theme_trend(session: Session, *, today: date) -> Trend:
    """Return how often full inspections raised each theme in the last 12 months and before.

    New reports whose messages are held do not count: recipients do not know of them.
    """
    known = counted_inspections(session, without=hidden_reports(session))
    return trend(known.of(ReportFamily.COUNCIL), load_taxonomy().themes, today=today)


def _reports(session: Session, since: date | None, without: Collection[int]) -> list[Report]:
    """Return the report that counts for each inspection, without its reading."""
    query = (
        select(Report)
        .join(Report.inspection)
        .where(
            Report.state == ReportState.READ,
            Report.withdrawn_at.is_(None),
            *([Inspection.start >= since] if since else []),
        )
        .options(
            load_only(
                Report.url,
                Report.published,
                Report.file_id,
                Report.state,
                Report.withdrawn_at,
                Report.kind,
                Report.framework,
                Report.inspection_id,
            ),
            joinedload(Report.inspection),
            joinedload(Report.authority),
        )
        .order_by(Inspection.start, Report.id)
    )
    versions: dict[int | None, list[Report]] = defaultdict(list)
    for report in session.scalars(query):
        if report.id not in without:
            versions[report.inspection_id].append(report)
    counting = (newest(same) for same in versions.values())
    return [report for report in counting if report is not None]


def _areas(session: Session) -> dict[int, list[_Area]]:
    found: dict[int, list[_Area]] = defaultdict(list)
    for report_id, target, themes in session.execute(
        select(Area.report_id, Area.target, Area.themes)
    ):
        found[report_id].append((Target(target), themes))
    return found


def _grades(session: Session) -> dict[int, dict[JudgementName, Grade | None]]:
    found: dict[int, dict[JudgementName, Grade | None]] = defaultdict(dict)
    for report_id, judgement, grade in session.execute(
        select(StoredJudgement.report_id, StoredJudgement.judgement, StoredJudgement.grade)
    ):
        found[report_id][JudgementName(judgement)] = Grade(grade) if grade else None
    return found


def _unsure(session: Session) -> set[int]:
    rows = session.execute(select(StoredProblem.report_id, StoredProblem.code).distinct())
    return {report_id for report_id, code in rows if not areas_are_certain([code])}


def _as_reading(report: Report) -> Reading:
    """Return a reading with only what the family of a report depends on."""
    return Reading.model_construct(
        file="",
        sha256="",
        pages=0,
        kind=Kind(report.kind or Kind.UNKNOWN),
        framework=Framework(report.framework or Framework.UNKNOWN),
    )


def _themes_raised(
    report: Report,
    areas: Iterable[_Area],
    family: ReportFamily,
    grades: dict[JudgementName, Grade | None],
) -> ThemesRaised:
    own = [themes for target, themes in areas if target in own_targets(family)]
    tags = [tag for themes in own for tag in themes]
    assert report.inspection is not None, "only reports of an inspection are chosen"
    return ThemesRaised(
        family=family,
        region=report.authority.region,
        start=report.inspection.start,
        themes=frozenset(tag["theme"] for tag in tags),
        facets=frozenset(f"{tag['theme']}/{tag['facet']}" for tag in tags if tag.get("facet")),
        areas=len(own),
        grades=grades,
    )
