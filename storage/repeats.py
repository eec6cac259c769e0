"""What a stored report raises again from earlier reports on the same authority.

A full inspection is compared with the last full inspection of the same authority and with the
visits in between; joint and area SEND inspections with the last of their kind, unless that was
under rules that cannot be compared (area SEND before 2023). Pairs of statements that a person has
rejected (`not-same`) are left out everywhere; pairs that a person has confirmed (`same`) are
repeats, however different they look. Base rates come from the stored history: half of all reports
raise supervision, so raising it twice says little. Only reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import TypeGuard

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from reports.comparison import compare
from reports.model import Comparison, Framework, Kind, Reading, Repeat, SameArea
from reports.problems import areas_are_certain
from reports.repeats.base_rates import BaseRates, ReportFamily, own_targets, report_family
from reports.repeats.finding import find_repeats, find_same_area, no_longer_named
from reports.repeats.quotes import quotes
from reports.repeats.stated import says_named
from storage import facts, history
from storage.base_rates import base_rates
from storage.models import Inspection, Report
from storage.repeat_decisions import RepeatDecisions, repeat_decisions

VISITS = (Kind.FOCUSED_VISIT, Kind.MONITORING_VISIT)
"""Visits follow up what the last full inspection found."""

_STRENGTHS = ("possible", "likely", "stated")


@dataclass(frozen=True, kw_only=True)
class ReportRepeats:
    """What one report raises again, each with the report that raised it: first what most reports
    raised before, then the strongest.

    `compared_with` has the newest visit first and the last full inspection last. `not_compared` are
    the reports whose areas are not certain, so that nothing is said about them.
    `no_longer_named` are the areas of the last full inspection that the report does not raise
    again, either directly or by way of a visit in between. That does not in itself show
    improvement.
    """

    report: Report
    repeats: tuple[tuple[Report, Repeat], ...]
    compared_with: tuple[Report, ...]
    not_compared: tuple[Report, ...]
    no_longer_named: tuple[str, ...]
    stated: tuple[str, ...]
    """What the inspectors themselves say was named before and persists, as quotes."""
    progress_since: tuple[str, ...]
    """What they say still falls short since an earlier inspection, without saying it was named."""
    declined: tuple[str, ...]
    """What they say has become worse since an earlier inspection."""
    improved: tuple[str, ...]
    """What they say has improved since it was raised before."""
    same_area: tuple[tuple[Report, SameArea], ...]
    """Areas that are not repeats but are about the same service or process as an earlier statement,
    with the report of that statement."""
    follow_up: bool
    raised_before: Mapping[str, tuple[tuple[Report, str], ...]]
    """By the later statement of a repeat: the reports before the earlier one that raised the same
    issue, or another of its theme, with their statements, the newest first.
    """
    same_issue_before: frozenset[str] = frozenset()
    """The later statements of which all `raised_before` raised the same issue, as far as is known.
    """

    @property
    def own_areas_before(self) -> int:
        """The number of areas of the last full inspection that `no_longer_named` may name.

        Areas that address others than the inspected body, such as a council's safeguarding board,
        are not among them. Only where a full inspection was compared.
        """
        full = self.compared_with[-1]
        targets = own_targets(_family(full))
        return sum(area.target in targets for area in full.areas)


def repeats_of_report(
    session: Session, report: Report, reading: Reading, *, rates: BaseRates | None = None
) -> ReportRepeats | None:
    """Return what one report raises again; None where its areas, or its date, are not certain.

    `reading` is what the report says. Without `rates`, they are read from the database.
    """
    council = CouncilReports(
        history.reports_of(session, report.authority_id), known={report.id: reading}
    )
    if not council.can_compare(report):
        return None
    return council.repeats_of(
        report,
        rates=base_rates(session) if rates is None else rates,
        decisions=repeat_decisions(session),
    )


def compared_later(session: Session, report: Report) -> list[Report]:
    """Return the reports of later inspections that are compared with a report, in their order."""
    if report.inspection is None:
        return []
    later = exists().where(
        Inspection.authority_id == report.authority_id,
        Inspection.start > report.inspection.start,
    )
    if not session.scalar(select(later)):
        return []  # as for most new reports
    council = CouncilReports(history.reports_of(session, report.authority_id))
    return [
        other for other in council.current if report in council.before(other.kind, start_of(other))
    ]


def prepare_repeats(session: Session, authority_id: int, reading: Reading) -> None:
    """Compare a reading with the stored reports of its council, before it is stored itself.

    Comparing takes longer than storing, and while a reading is stored other processes may have to
    wait. Comparisons are cached by their statements (`reports.repeats.finding`), so that once the
    reading has been stored, only what has changed since is compared.
    """
    if reading.inspection_start is None:
        return
    council = CouncilReports(history.reports_of(session, authority_id))
    earlier = [
        other
        for other in council.before(reading.kind, reading.inspection_start)
        if council.can_compare(other)
    ]
    council.raised_again(reading, earlier, rates=BaseRates(), decisions=repeat_decisions(session))


def repeats_of_council(
    session: Session, reports: Sequence[Report], *, rates: BaseRates | None = None
) -> Iterator[ReportRepeats]:
    """Yield what each of an authority's reports raises again, in the order of the inspections.

    `reports` are all reports on the authority. `rates` says how common issues are. Without it, the
    rates are read from the database.
    """
    council = CouncilReports(reports)
    rates = base_rates(session) if rates is None else rates
    decisions = repeat_decisions(session)
    for report in council.current:
        if council.can_compare(report):
            yield council.repeats_of(report, rates=rates, decisions=decisions)


def compared(session: Session, earlier: Reading, later: Reading) -> Comparison:
    """Compare two reports on one authority, with base rates and decisions from the database.

    The reports themselves need not be stored.
    """
    decisions = repeat_decisions(session)
    found = compare(earlier, later, base_rates=base_rates(session), confirmed=decisions.confirms)
    repeats = tuple(r for r in found.repeats if not decisions.rejects(r.later, r.earlier))
    return found.model_copy(
        update={
            "repeats": repeats,
            "no_longer_named": _no_longer_named(earlier, later, decisions),
        }
    )


class CouncilReports:
    """The reports that count for an authority's inspections, in the order of their start."""

    def __init__(
        self, reports: Sequence[Report], *, known: Mapping[int, Reading] | None = None
    ) -> None:
        """`reports` are all reports on one authority; `known` are readings, by the report's id."""
        old = history.superseded(reports)
        dated = [r for r in reports if r.inspection and r.reading and r.id not in old]
        self.current = sorted(dated, key=start_of)
        self._readings = dict(known or {})
        self._found: dict[tuple[int, int, RepeatDecisions], tuple[Repeat, ...]] = {}

    def reading(self, report: Report) -> Reading:
        """Return the reading of a report. Raises ValueError where it has not been read."""
        if report.id not in self._readings:
            self._readings[report.id] = facts.reading_of(report)
        return self._readings[report.id]

    def can_compare(self, report: Report) -> bool:
        """Return whether a report is dated and its list of areas is certain."""
        if report.inspection is None or report.reading is None:
            return False
        return areas_are_certain(problem.code for problem in self.reading(report).problems)

    def before(self, kind: str | None, start: date) -> list[Report]:
        """Return the reports to compare with one of this kind whose inspection began on `start`.

        The newest visit is first and the last full inspection last.
        """
        kind = Kind.INSPECTION if kind in VISITS else kind
        earlier = [other for other in self.current if start_of(other) < start]
        full = [other for other in earlier if other.kind == kind][-1:]
        visits: list[Report] = []
        if kind == Kind.INSPECTION:
            since = start_of(full[0]) if full else date.min
            visits = [o for o in reversed(earlier) if o.kind in VISITS and start_of(o) > since]
        return [*visits, *full]

    def since_last_full(self, *, until: date | None = None) -> list[Report]:
        """Return the last full inspection and the visits since, oldest first.

        Those that began on the day `until`, or later, are left out.
        """
        known = [r for r in self.current if until is None or start_of(r) < until]
        full = [r for r in known if r.kind == Kind.INSPECTION][-1:]
        if not full:
            return []
        visits = [r for r in known if r.kind in VISITS and start_of(r) > start_of(full[0])]
        return [*full, *visits]

    def repeats_of(
        self, report: Report, *, rates: BaseRates, decisions: RepeatDecisions
    ) -> ReportRepeats:
        """Return what a report raises again. It must be one that can be compared."""
        reading = self.reading(report)
        before = self.before(report.kind, start_of(report))
        certain = [other for other in before if self.can_compare(other)]
        earlier = [other for other in certain if _family(other) is _family(report)]
        full = next((other for other in earlier if other.kind not in VISITS), None)
        follow_up = report.kind in VISITS
        repeats, further = self.raised_again(reading, earlier, rates=rates, decisions=decisions)
        # What a visit in between raised too: the report raises it again by way of the visit.
        found = {
            by_visit.earlier
            for other, repeat in repeats
            if full is not None and other is not full
            for by_visit in self._repeats_of_stored(full, other, decisions)
            if by_visit.later == repeat.earlier
        }
        return ReportRepeats(
            report=report,
            repeats=tuple(sorted(repeats, key=lambda pair: -len(further[pair[1].later]))),
            raised_before={
                statement: tuple((older, link.earlier) for older, link in links)
                for statement, links in further.items()
            },
            same_issue_before=frozenset(
                repeat.later
                for _, repeat in repeats
                if _is_one_issue(repeat, further[repeat.later])
            ),
            compared_with=tuple(earlier),
            not_compared=tuple(other for other in before if other not in certain),
            no_longer_named=tuple(
                text
                for text in (
                    _no_longer_named(self.reading(full), reading, decisions)
                    if full and not follow_up
                    else ()
                )
                if text not in found
            ),
            stated=quotes([said for said in reading.stated_repeats if says_named(said)]),
            progress_since=quotes(
                [said for said in reading.stated_repeats if not says_named(said)]
            ),
            declined=quotes(reading.stated_declines),
            improved=quotes(reading.stated_improvements),
            same_area=self._same_area(reading, earlier, further.keys(), decisions),
            follow_up=follow_up,
        )

    def raised_again(
        self,
        reading: Reading,
        earlier: Sequence[Report],
        *,
        rates: BaseRates,
        decisions: RepeatDecisions,
    ) -> tuple[list[tuple[Report, Repeat]], dict[str, tuple[tuple[Report, Repeat], ...]]]:
        """Return the repeats of a reading with the reports that raised them, the strongest first.

        Also returns, by their later statements, the repeats that carry the issue further back
        (`ReportRepeats.raised_before`), each with the report of its earlier statement.
        """
        found = [
            (
                other,
                _surest(
                    _repeats_of_pair(self.reading(other), reading, decisions, base_rates=rates)
                ),
            )
            for other in earlier
        ]
        repeats = _newest(found)
        further = {
            repeat.later: self.raised_before(other, repeat, decisions=decisions)
            or self._also_raised(repeat, other, found, decisions)
            for other, repeat in repeats
        }
        return repeats, further

    def _also_raised(
        self,
        newest_repeat: Repeat,
        newest: Report,
        found: Sequence[tuple[Report, Mapping[str, Repeat]]],
        decisions: RepeatDecisions,
    ) -> tuple[tuple[Report, Repeat], ...]:
        """Return the repeats by which reports older than `newest` raised its later statement.

        The new statement may be linked with each older one without those being linked with each
        other, so that `raised_before` does not find them.
        """
        for older, repeats in found:
            repeat = repeats.get(newest_repeat.later)
            if start_of(older) < start_of(newest) and _carries_on(repeat, newest_repeat):
                further = self.raised_before(older, repeat, decisions=decisions)
                return ((older, repeat), *further)
        return ()

    def raised_before(
        self, report: Report, later: Repeat, *, decisions: RepeatDecisions
    ) -> tuple[tuple[Report, Repeat], ...]:
        """Return the repeats that carry the issue of a repeat further back, newest first.

        `report` has the earlier statement of the repeat. Only stated and likely repeats of the
        same theme carry it further back.
        """
        for older in self.before(report.kind, start_of(report)):
            if not self.can_compare(older):
                continue
            repeats = _surest(self._repeats_of_stored(older, report, decisions))
            repeat = repeats.get(later.earlier)
            if _carries_on(repeat, later):
                further = self.raised_before(older, repeat, decisions=decisions)
                return ((older, repeat), *further)
        return ()

    def _repeats_of_stored(
        self, earlier: Report, later: Report, decisions: RepeatDecisions
    ) -> tuple[Repeat, ...]:
        """Return what a report raises again of an earlier one.

        The result is kept, because many statements ask for the same two reports.
        """
        key = earlier.id, later.id, decisions
        if key not in self._found:
            both = self.reading(earlier), self.reading(later)
            self._found[key] = tuple(_repeats_of_pair(*both, decisions))
        return self._found[key]

    def _same_area(
        self,
        reading: Reading,
        earlier: Sequence[Report],
        raised: Set[str],
        decisions: RepeatDecisions,
    ) -> tuple[tuple[Report, SameArea], ...]:
        """Return, for areas that are not `raised` again, the earlier statement that is most
        certainly about the same service or process, if there is one.
        """
        found: dict[str, tuple[Report, SameArea]] = {}
        for other in earlier:
            for near in find_same_area(self.reading(other), reading, confirmed=decisions.confirms):
                known = found.get(near.later)
                if near.later not in raised and (
                    known is None or near.certainty > known[1].certainty
                ):
                    found[near.later] = other, near
        return tuple(found.values())


def _no_longer_named(
    earlier: Reading, later: Reading, decisions: RepeatDecisions
) -> tuple[str, ...]:
    """Return the areas of the earlier report that the later one does not raise again.

    Those whose only repeats a person has rejected (`not-same`) are among them.
    """
    return no_longer_named(earlier, later, confirmed=decisions.confirms, rejected=decisions.rejects)


def start_of(report: Report) -> date:
    """Return the first day of the inspection that a report describes."""
    assert report.inspection is not None, "only dated reports are compared"
    return report.inspection.start


def _family(report: Report) -> ReportFamily:
    """Return the family of a report: only reports of one family are compared."""
    return report_family(Framework(report.framework or Framework.UNKNOWN))


def _repeats_of_pair(
    earlier: Reading,
    later: Reading,
    decisions: RepeatDecisions,
    *,
    base_rates: BaseRates | None = None,
) -> Iterator[Repeat]:
    """Yield the repeats of two readings, with people's decisions applied."""
    for repeat in find_repeats(earlier, later, base_rates=base_rates, confirmed=decisions.confirms):
        if not decisions.rejects(repeat.later, repeat.earlier):
            yield repeat


def _surest(repeats: Iterable[Repeat]) -> dict[str, Repeat]:
    """Return the most certain repeat of each later statement."""
    found: dict[str, Repeat] = {}
    for repeat in repeats:
        known = found.get(repeat.later)
        if known is None or _rank(repeat) > _rank(known):
            found[repeat.later] = repeat
    return found


def _carries_on(repeat: Repeat | None, later: Repeat) -> TypeGuard[Repeat]:
    """Return whether a repeat carries the issue of a later one further back.

    A statement may be linked with a later one by one point and with an earlier one by another.
    """
    if repeat is None or repeat.strength == "possible":
        return False
    return repeat.theme == later.theme or repeat.confirmed or later.confirmed


def _is_one_issue(repeat: Repeat, before: Sequence[tuple[Report, Repeat]]) -> bool:
    """Return whether a repeat and those before it are of one issue; people's decisions count."""
    links = (repeat, *(link for _, link in before))
    return len({(link.theme, link.facet) for link in links if not link.confirmed}) <= 1


def _newest(
    found: Iterable[tuple[Report, Mapping[str, Repeat]]],
) -> list[tuple[Report, Repeat]]:
    """Return the best repeat of each later statement, with its report, the surest first.

    The best is of the highest strength (confirmed, stated, likely, possible), then of the newest
    report.
    """
    chosen: dict[str, tuple[Report, Repeat]] = {}
    for other, repeats in found:
        for repeat in repeats.values():
            known = chosen.get(repeat.later)
            if known is None or _strength(repeat) > _strength(known[1]):
                chosen[repeat.later] = other, repeat
    return sorted(chosen.values(), key=lambda pair: _rank(pair[1]), reverse=True)


def _strength(repeat: Repeat) -> tuple[bool, int]:
    return repeat.confirmed, _STRENGTHS.index(repeat.strength)


def _rank(repeat: Repeat) -> tuple[tuple[bool, int], float]:
    return _strength(repeat), repeat.certainty or 0.0
