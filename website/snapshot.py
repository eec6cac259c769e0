"""What is stored at one moment, in the form that the pages need. Only reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.analysis.next_inspection import DueWindow, due_windows
from reports.analysis.timeline import Inspected
from reports.analysis.trends import Trend, trend
from reports.model import Monitoring
from reports.repeats.base_rates import BaseRates, ReportFamily
from reports.safe_text import plain_line
from reports.themes.taxonomy import load_taxonomy
from storage import facts, grade_history, history, trends
from storage.base_rates import base_rates
from storage.chunks import chunks
from storage.improvement_plans import NewestPlan, newest_plan
from storage.inspections import graded_inspections
from storage.kept_repeats import KeptRepeats
from storage.models import Authority, AuthorityRelation, Neighbour, Report
from storage.repeat_decisions import repeat_decisions
from storage.repeats import CouncilReports, ReportRepeats

_AT_ONCE = 10
"""Councils whose reports are read in full at the same time."""

NO_RELATIONS = history.Relations(predecessors=(), successors=(), delivered_by=())


@dataclass(frozen=True, kw_only=True)
class ServiceProvider:
    """The body that delivers a council's children's services, and its first and last day."""

    name: str
    first: date | None
    last: date | None


@dataclass(frozen=True, kw_only=True)
class Review:
    """What a visit found about areas that an earlier inspection named, and its topic."""

    found: Monitoring
    topic: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Council:
    """One council with everything that is stored about it, in the order of the inspections.

    Its names are safe text. The texts of its reports have not been made safe yet.

    `current` are the reports that count, one for each dated inspection or visit. `graded` are the
    full inspections among them, each with its grades (None for a grade that is not certain).
    `repeats` and `reviews` are by the report's id. The full readings of reports are not loaded.
    `neighbours`, `predecessors` and `successors` are keys of councils.
    """

    id: int
    key: str
    name: str
    region: str
    urn: str | None
    valid_from: date | None
    valid_to: date | None
    reports: tuple[Report, ...]
    superseded: frozenset[int]
    current: tuple[Report, ...]
    graded: tuple[tuple[Report, Inspected], ...]
    repeats: Mapping[int, ReportRepeats]
    window: DueWindow | None = None
    neighbours: tuple[str, ...] = ()
    neighbour_edition: str = ""
    predecessors: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()
    deliveries: tuple[ServiceProvider, ...] = ()
    plan: NewestPlan | None = None
    reviews: Mapping[int, Review] = field(default_factory=dict)

    @property
    def latest(self) -> Inspected | None:
        """The last full inspection, with None for a grade that is not certain."""
        return self.graded[-1][1] if self.graded else None


@dataclass(frozen=True, kw_only=True, eq=False)
class Snapshot:
    """Everything the site shows. `today` is London's date; instants are UTC.

    `site_url` is the address of Ofsted's site. `held` are the ids of the reports that are left out,
    because their messages wait for an operator.
    """

    today: date
    site_url: str
    checked_at: datetime | None
    source_unavailable: bool
    councils: Mapping[str, Council]
    counted: trends.CountedInspections
    trend: Trend
    rates: BaseRates
    held: frozenset[int]

    @property
    def facts_at(self) -> datetime | None:
        """When a fact was last stored; None where nothing is."""
        instants = [
            moment
            for council in self.councils.values()
            for report in council.reports
            for moment in (report.first_seen_at, report.read_at, report.withdrawn_at)
            if moment is not None
        ]
        return max(instants, default=None)

    @property
    def present(self) -> tuple[Council, ...]:
        """The councils without a last day, by name."""
        return tuple(council for council in self.councils.values() if council.valid_to is None)

    def of_region(self, region: str) -> tuple[Council, ...]:
        """Return the present councils of a region, by name."""
        return tuple(council for council in self.present if council.region == region)

    def neighbours_of(self, council: Council) -> tuple[Council, ...]:
        """Return those statistical neighbours of a council that this snapshot has."""
        return tuple(self.councils[key] for key in council.neighbours if key in self.councils)

    @property
    def regions(self) -> tuple[str, ...]:
        """The names of all regions with a present council."""
        return tuple(sorted({council.region for council in self.present if council.region}))


def take_snapshot(
    session: Session,
    *,
    today: date,
    site_url: str,
    checked_at: datetime | None,
    source_unavailable: bool,
    held: Collection[int] = (),
    kept: KeptRepeats | None = None,
) -> Snapshot:
    """Read everything that the site shows.

    `held` are the ids of new reports whose messages wait for an operator: the site waits as well.
    `kept` are the repeats that an earlier run found.
    """
    kept = kept or KeptRepeats({})
    rates = base_rates(session)
    inspected = graded_inspections(session, without=held)
    windows = due_windows((graded.inspection for graded in inspected), today=today)
    authorities = session.scalars(select(Authority).order_by(Authority.short, Authority.key)).all()
    neighbours = _neighbours(session)
    rows = session.scalars(select(AuthorityRelation)).all()
    related = {row.authority_id for row in rows} | {row.other for row in rows}
    councils = {}
    decisions = repeat_decisions(session)
    for authority, reports in _with_reports(session, authorities, held=held):
        edition, keys = neighbours.get(authority.id, ("", ()))
        relations = NO_RELATIONS
        if related & {authority.id, authority.key}:
            relations = history.relations_of(session, authority)
        councils[authority.key] = replace(
            _council(
                session,
                authority,
                reports,
                repeats=kept.of_council(session, reports, rates=rates, decisions=decisions),
                relations=relations,
            ),
            window=None if authority.valid_to else windows.get(authority.key),
            neighbours=keys,
            neighbour_edition=plain_line(edition),
        )
    counted = trends.counted_inspections(session, without=held)
    return Snapshot(
        today=today,
        site_url=site_url.rstrip("/"),
        checked_at=checked_at,
        source_unavailable=source_unavailable,
        councils=councils,
        counted=counted,
        trend=trend(counted.of(ReportFamily.COUNCIL), load_taxonomy().themes, today=today),
        rates=rates,
        held=frozenset(held),
    )


def _with_reports(
    session: Session, authorities: Sequence[Authority], *, held: Collection[int]
) -> Iterator[tuple[Authority, list[Report]]]:
    """Yield each authority with all its reports.

    Full readings are by far the largest part of reports, and the pages need little of them. So they
    are in memory for a few authorities at a time, and are dropped before the next ones are read.
    """
    for some in chunks(authorities, _AT_ONCE):
        ids = [authority.id for authority in some]
        known = history.reports_by_authority(session, ids)
        for authority in some:
            reports = [r for r in known.get(authority.id, ()) if r.id not in held]
            yield authority, reports
            for report in reports:
                session.expire(report, ["reading", "as_read"])


def _council(
    session: Session,
    authority: Authority,
    reports: list[Report],
    *,
    repeats: Sequence[ReportRepeats],
    relations: history.Relations,
) -> Council:
    graded = grade_history.graded_reports(reports)
    inspected = grade_history.inspected_in_turn(graded, reports)
    return Council(
        id=authority.id,
        key=authority.key,
        name=plain_line(authority.short),
        region=plain_line(authority.region),
        urn=authority.urn,
        valid_from=authority.valid_from,
        valid_to=authority.valid_to,
        reports=tuple(reports),
        superseded=history.superseded(reports),
        current=tuple(CouncilReports(reports).current),
        graded=tuple(zip(graded, inspected, strict=True)),
        repeats={found.report.id: found for found in repeats},
        predecessors=tuple(predecessor.key for predecessor in relations.predecessors),
        successors=tuple(successor.key for successor in relations.successors),
        deliveries=tuple(
            ServiceProvider(name=plain_line(row.other), first=row.valid_from, last=row.valid_to)
            for row in relations.delivered_by
        ),
        plan=newest_plan(reports),
        reviews={report.id: found for report in reports if (found := _review(report))},
    )


def _review(report: Report) -> Review | None:
    found = facts.monitoring_of(report)
    if found is None:
        return None
    return Review(found=found, topic=(report.reading or {}).get("topic") or "")


def _neighbours(session: Session) -> dict[int, tuple[str, tuple[str, ...]]]:
    """Return, for each council's id, the newest edition of its neighbours and their keys."""
    rows = session.execute(
        select(Neighbour.authority_id, Neighbour.edition, Authority.key)
        .join(Authority, Neighbour.neighbour_id == Authority.id)
        .order_by(Neighbour.id)
    )
    found: defaultdict[int, dict[str, list[str]]] = defaultdict(dict)
    for authority_id, edition, key in rows:
        found[authority_id].setdefault(edition, []).append(key)
    return {
        authority_id: (edition, tuple(editions[edition]))
        for authority_id, editions in found.items()
        for edition in [list(editions)[-1]]
    }
