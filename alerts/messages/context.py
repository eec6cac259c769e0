"""The context of a report: its council's grades over time, and the grades of other councils."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from reports.analysis.peers import GradeCount, count_grades
from reports.analysis.timeline import Inspected, Timeline, timeline
from reports.frameworks import load_frameworks
from reports.model import COUNCIL_KINDS, Framework, Judgement, Kind
from reports.wording import region_words
from storage import grade_history, history
from storage.held_messages import hidden_reports
from storage.models import Authority, AuthorityRelation, Report
from storage.neighbours import neighbours_of, others_of_region

_NOT_COUNTED = frozenset({Judgement.LSCB, Judgement.ADOPTION})
"""LSCB grades a separate board, and adoption is part of another judgement."""


@dataclass(frozen=True, kw_only=True)
class GroupMember:
    """One council of a group with its last graded inspection, if there is one."""

    authority: Authority
    report: Report | None


@dataclass(frozen=True, kw_only=True)
class CouncilGroup:
    """A group of councils with their grades, and `counted` by grade. `name` says which they are."""

    name: str
    counted: tuple[GradeCount, ...]
    members: tuple[GroupMember, ...]


@dataclass(frozen=True, kw_only=True)
class ReportContext:
    """The context of one report."""

    delivered_by: tuple[str, ...] = ()
    """The trusts that delivered the council's services at the time of the inspection."""
    replaced: tuple[Authority, ...] = ()
    """The councils that this council replaced. Their grades are not its own."""
    timeline: Timeline | None = None
    inspection_before: Report | None = None
    """The report of the council's last graded inspection that began before this one."""
    neighbours: CouncilGroup | None = None
    region: CouncilGroup | None = None


class GradedReports:
    """The reports of councils' graded inspections as stored now, read once for each council.

    A message about a hundred reports needs the same neighbours many times. Without this, other
    processes would wait many seconds for the database. New reports whose messages are held do not
    count, except those in `about`: the reports that the message itself is about.
    """

    def __init__(self, session: Session, *, about: Iterable[Report] = ()) -> None:
        self._session = session
        held = hidden_reports(session)
        # The ids of the held reports that count here, and only in messages about them.
        self.counted_held = held & {report.id for report in about}
        self._without = held - self.counted_held
        self._known: dict[int, tuple[Report, ...]] = {}
        self._read: dict[int, Inspected] = {}
        self._in_turn: dict[int, list[Inspected]] = {}

    def of(self, authority_id: int) -> tuple[Report, ...]:
        """Return a council's reports in the order of their inspections."""
        self.load({authority_id})
        return self._known[authority_id]

    def in_turn(self, authority_id: int) -> list[Inspected]:
        """Return a council's graded inspections, and which of them follow an unread report."""
        if authority_id not in self._in_turn:
            unplaced = grade_history.unplaced_reports(
                self._session, of=authority_id, without=self._without
            )
            reports = self.of(authority_id)
            self._in_turn[authority_id] = grade_history.inspected_in_turn(reports, unplaced)
        return self._in_turn[authority_id]

    def load(self, authority_ids: Collection[int]) -> None:
        """Read the reports of several councils at once."""
        missing = [key for key in authority_ids if key not in self._known]
        if missing:
            found = grade_history.graded_reports_by_council(
                self._session, missing, without=self._without
            )
            self._known |= {key: tuple(found.get(key, ())) for key in missing}

    def inspected(self, report: Report) -> Inspected:
        """Return the start, framework and grades of a report's inspection."""
        if report.id not in self._read:
            self._read[report.id] = grade_history.inspected(report)
        return self._read[report.id]


def report_context(
    session: Session, report: Report, *, graded: GradedReports | None = None
) -> ReportContext:
    """Return the context as it is stored now. Only grades read with certainty count.

    A successor council starts without grades. Pass `graded` to avoid reading the same again for
    many reports.
    """
    if report.kind not in COUNCIL_KINDS:
        return ReportContext()
    council = report.authority
    relations = history.relations_of(session, council)
    context = ReportContext(
        delivered_by=tuple(row.other for row in relations.delivered_by if _was_valid(row, report)),
        replaced=relations.predecessors,
    )
    known = neighbours_of(session, council.id)
    neighbours = list(known.authorities) if known else []
    region = list(others_of_region(session, council))
    compared = _compared(report)
    ids = {council.id, *(a.id for a in (*neighbours, *region))} if compared else {council.id}
    graded = graded or GradedReports(session, about=[report])
    graded.load(ids)
    own = graded.of(council.id)
    context = replace(
        context,
        timeline=timeline(graded.in_turn(council.id)),
        inspection_before=_before(report, own),
    )
    if not compared:
        return context
    name = known.edition if known else ""
    if "neighbours" not in name.lower():
        name = f"Statistical neighbours ({name})"
    return replace(
        context,
        neighbours=_group(name, neighbours, graded, report, compared),
        region=_group(
            f"Other councils in {region_words(council.region)}", region, graded, report, compared
        ),
    )


def _before(report: Report, graded: Sequence[Report]) -> Report | None:
    """Return the last of a council's reports whose inspection began before this report's."""
    if report.inspection is None:
        return None
    start = report.inspection.start
    for other in reversed(graded):
        if other.inspection and other.inspection.start < start:
            return other
    return None


def _was_valid(row: AuthorityRelation, report: Report) -> bool:
    """Return whether a relation was valid when the inspectors were there."""
    day = report.inspection.start if report.inspection else report.published
    if day is None:
        return False
    return (row.valid_from or day) <= day <= (row.valid_to or day)


def _compared(report: Report) -> tuple[Judgement, ...]:
    """Return the judgements to compare: the report's own, the overall grade first."""
    if report.kind != Kind.INSPECTION or _framework(report) not in load_frameworks().rules:
        return ()
    given = [Judgement(row.judgement) for row in report.judgements]
    found = [judgement for judgement in given if judgement not in _NOT_COUNTED]
    return tuple(sorted(found, key=lambda judgement: judgement != Judgement.OVERALL_EFFECTIVENESS))


def _framework(report: Report) -> Framework:
    """Return the framework of the inspection; unknown where the report has none."""
    return Framework(report.inspection.framework) if report.inspection else Framework.UNKNOWN


def _group(
    name: str,
    authorities: Sequence[Authority],
    graded: GradedReports,
    report: Report,
    judgements: Sequence[Judgement],
) -> CouncilGroup | None:
    """Return the group; None where none of its grades can be compared with the report's."""
    framework = _framework(report)
    last = {a.id: reports[-1] for a in authorities if (reports := graded.of(a.id))}
    read = [graded.inspected(last[a.id]) if a.id in last else None for a in authorities]
    counted = [count_grades(judgement, framework, read) for judgement in judgements]
    if not any(count.known for count in counted):
        return None
    members = tuple(GroupMember(authority=a, report=last.get(a.id)) for a in authorities)
    return CouncilGroup(name=name, counted=tuple(counted), members=members)
