"""When a council's next graded inspection is likely, from the gaps between past ones. Pure.

Ofsted's rule of thumb ("about three years") is not what happens, so the window comes from data: the
times between the starts of two inspections in a row, of all councils, by the grade of the first.
Pauses of the past, such as that of 2020 and 2021, are in these gaps. A bias cannot be avoided: a
gap counts once it has ended, so gaps that are still open are missing. The answer therefore includes
the number of councils that have waited longer than the window.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import quantiles

from reports.model import Framework, Grade

FEWEST_GAPS = 10
"""With fewer gaps, their deciles mean nothing."""

_PRESENT = frozenset({Framework.ILACS_2018, Framework.ILACS_2023, Framework.ILACS_2026})
"""Each framework sets its own rhythm: gaps under earlier ones say nothing about the next gap."""


@dataclass(frozen=True, kw_only=True)
class GradedInspection:
    """One inspection of one council. `grade` is its overall grade; None where there is none.

    `certain`: whether its grades were read with certainty. `inadequate`: whether one of them is.
    `awaits_next`: whether the council still exists and no later inspection is known to be unread.
    """

    authority: str
    start: date
    framework: Framework
    grade: Grade | None
    certain: bool = True
    inadequate: bool = False
    awaits_next: bool = True


@dataclass(frozen=True, kw_only=True)
class DueWindow:
    """Where eight of ten gaps would put the start of the next inspection.

    last: the start of the last inspection. earliest, middle, latest: that day plus the first, fifth
    and ninth decile of the gaps.
    grade: that of the last inspection; None: it gave no overall grade, and all gaps were counted.
    gaps: how many were counted; gaps_of_earlier_frameworks: how many were left out because they
    began under an earlier framework.
    waiting_longer: how many councils with the same grade have already waited beyond such a window.
    maybe_sooner: there is no overall grade, and one of the others is inadequate: Ofsted used to
    inspect councils with an inadequate overall grade sooner, and has not said what it does now.
    """

    last: date
    earliest: date
    middle: date
    latest: date
    grade: Grade | None
    gaps: int
    gaps_of_earlier_frameworks: int
    waiting_longer: int
    maybe_sooner: bool = False


def due_windows(inspections: Iterable[GradedInspection], *, today: date) -> dict[str, DueWindow]:
    """Return the window of each council whose last inspection allows one, by the council's key.

    A council has no window where its last inspection was under an earlier framework, is in doubt or
    does not await a next one, or where fewer than FEWEST_GAPS gaps are known. An inspection in
    doubt begins and ends no gap.
    """
    lines = _by_authority(inspections)
    gaps = [
        (inspection, after)
        for line in lines.values()
        for inspection, after in pairwise(line)
        if inspection.certain and after.certain
    ]
    ended = [gap for gap in gaps if gap[0].framework in _PRESENT]
    earlier = [gap for gap in gaps if gap[0].framework not in _PRESENT]
    last = {
        key: line[-1]
        for key, line in lines.items()
        if line[-1].framework in _PRESENT and line[-1].certain and line[-1].awaits_next
    }
    windows: dict[str, DueWindow] = {}
    for grade in {inspection.grade for inspection in last.values()}:
        alike = [gap for gap in ended if grade is None or gap[0].grade == grade]
        if len(alike) < FEWEST_GAPS:
            continue
        others = [gap for gap in earlier if grade is None or gap[0].grade == grade]
        tenths = quantiles([_days(gap) for gap in alike], n=10, method="inclusive")
        same = {key: inspection for key, inspection in last.items() if inspection.grade == grade}
        waits = [(today - inspection.start).days for inspection in same.values()]
        for key, inspection in same.items():
            windows[key] = DueWindow(
                last=inspection.start,
                earliest=_after(inspection.start, tenths[0]),
                middle=_after(inspection.start, tenths[4]),
                latest=_after(inspection.start, tenths[8]),
                grade=grade,
                gaps=len(alike),
                gaps_of_earlier_frameworks=len(others),
                waiting_longer=sum(wait > tenths[8] for wait in waits),
                maybe_sooner=grade is None and inspection.inadequate,
            )
    return windows


def _by_authority(
    inspections: Iterable[GradedInspection],
) -> dict[str, list[GradedInspection]]:
    found: defaultdict[str, list[GradedInspection]] = defaultdict(list)
    for inspection in inspections:
        found[inspection.authority].append(inspection)
    return {
        key: sorted(line, key=lambda inspection: inspection.start) for key, line in found.items()
    }


def _days(gap: tuple[GradedInspection, GradedInspection]) -> int:
    return (gap[1].start - gap[0].start).days


def _after(start: date, days: float) -> date:
    return start + timedelta(days=round(days))
