"""How often themes are named: by region, year and grade, and what is named more often now. Pure.

A theme counts once for an inspection, however many of its areas name it, as their main theme or as
a further one. Shares are of inspections, never of areas: reports list fewer areas than they did.
Families of reports are counted apart, and what is addressed to others than the inspected body is
not counted at all (`reports.repeats.own_areas`).

A rise is told where it is more than chance would explain: the 95% interval of the difference of the
two shares (Newcombe's, made of Wilson's intervals, which hold for small numbers) lies above 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Literal

import yaml

from reports.model import Grade, Judgement
from reports.repeats import ReportFamily

JUDGEMENTS_FILE = Path(__file__).parent / "data" / "theme_judgements.yaml"

FEWEST_INSPECTIONS = 20
"""With fewer inspections in one of the two years, nothing is said of a rise."""

COMPARABLE_SINCE = date(2018, 1, 1)
"""Reports of the frameworks before list three times as many areas, so that any theme is named more
often in them: shares over many years begin here, where nothing else is asked for."""

_WILSON = 1.959964
"""Two-sided 95% of the normal distribution."""

Dimension = Literal["all", "region", "year", "grade"]


@dataclass(frozen=True, kw_only=True)
class Named:
    """What one inspection named: themes, facets as "theme/facet", and its certain grades."""

    family: ReportFamily
    region: str
    start: date
    themes: frozenset[str]
    facets: frozenset[str] = frozenset()
    areas: int = 0
    grades: Mapping[Judgement, Grade] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Share:
    """In how many inspections something was named, of how many."""

    named: int
    of: int

    @property
    def share(self) -> float | None:
        """0 to 1; None where there was no inspection."""
        return self.named / self.of if self.of else None


@dataclass(frozen=True, kw_only=True, slots=True)
class SpreadRow:
    """How often a theme was named in one group of inspections.

    `by_other_judgement`: in a group by grade, how many of its inspections had no overall grade and
    were placed by the judgement in `judgement`.
    """

    family: ReportFamily
    dimension: Dimension
    group: str
    theme: str
    share: Share
    judgement: Judgement | None = None
    by_other_judgement: int = 0


@dataclass(frozen=True, kw_only=True)
class Change:
    """A theme in the last 12 months and in the 12 before. `low`, `high`: the 95% interval."""

    theme: str
    now: Share
    before: Share
    low: float
    high: float

    @property
    def difference(self) -> float:
        """By how much the share has grown, -1 to 1."""
        return (self.now.share or 0.0) - (self.before.share or 0.0)

    @property
    def rose(self) -> bool:
        """Whether it grew by more than chance would explain."""
        return self.low > 0

    @property
    def fell(self) -> bool:
        """Whether it shrank by more than chance would explain."""
        return self.high < 0


@dataclass(frozen=True, kw_only=True)
class Trend:
    """Two years in a row: the first day of each, the last, and each theme's change.

    `changes` is empty where there were too few inspections in one of them (`enough` False).
    """

    first_before: date
    first_now: date
    last: date
    inspections_now: int
    inspections_before: int
    changes: tuple[Change, ...] = ()

    @property
    def enough(self) -> bool:
        """Whether there are inspections enough to say anything."""
        return min(self.inspections_now, self.inspections_before) >= FEWEST_INSPECTIONS

    @property
    def risen(self) -> tuple[Change, ...]:
        """The themes that are named more often, the largest rise first."""
        found = [change for change in self.changes if change.rose]
        return tuple(sorted(found, key=lambda change: (-change.difference, change.theme)))


@cache
def judgement_of_theme() -> Mapping[str, Judgement]:
    """The judgement that speaks for each theme where there is no overall grade."""
    raw = yaml.load(JUDGEMENTS_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {
        theme: Judgement(judgement)
        for judgement, themes in raw["judgements"].items()
        for theme in themes
    }


def spread_rows(
    inspections: Sequence[Named], themes: Iterable[str], *, whole: str = "England"
) -> Iterator[SpreadRow]:
    """A row for each family, theme and group, also where the theme was never named there.

    `whole` is what all these inspections together are called.
    """
    themes = list(themes)
    for family in ReportFamily:
        mine = [one for one in inspections if one.family is family]
        for theme in themes if mine else ():
            yield from _rows(family, theme, mine, whole)


def _rows(
    family: ReportFamily, theme: str, inspections: Sequence[Named], whole: str
) -> Iterator[SpreadRow]:
    def row(dimension: Dimension, group: str, share: Share) -> SpreadRow:
        return SpreadRow(family=family, dimension=dimension, group=group, theme=theme, share=share)

    yield row("all", whole, share_of(inspections, theme))
    for region in sorted({one.region for one in inspections}):
        there = [one for one in inspections if one.region == region]
        yield row("region", region, share_of(there, theme))
    for year in sorted({one.start.year for one in inspections}):
        then = [one for one in inspections if one.start.year == year]
        yield row("year", str(year), share_of(then, theme))
    yield from _by_grade(family, theme, inspections)


def _by_grade(
    family: ReportFamily, theme: str, inspections: Sequence[Named]
) -> Iterator[SpreadRow]:
    """By overall effectiveness, or where there is none by the judgement that fits the theme."""
    other = (
        Judgement.AREA_SEND_OUTCOME
        if family is ReportFamily.SEND
        else judgement_of_theme().get(theme, Judgement.IMPACT_OF_LEADERS)
    )
    named, of, by_other = Counter[Grade](), Counter[Grade](), Counter[Grade]()
    for one in inspections:
        grade = one.grades.get(Judgement.OVERALL_EFFECTIVENESS)
        if grade is None:
            grade = one.grades.get(other)
            by_other.update([grade] if grade else [])
        if grade is not None:
            of[grade] += 1
            named[grade] += theme in one.themes
    for grade in Grade:
        if of[grade]:
            yield SpreadRow(
                family=family,
                dimension="grade",
                group=grade,
                theme=theme,
                share=Share(named[grade], of[grade]),
                judgement=other if by_other[grade] else None,
                by_other_judgement=by_other[grade],
            )


def share_of(inspections: Iterable[Named], name: str) -> Share:
    """In how many of these inspections a theme, or a facet ("theme/facet"), was named."""
    found = [name in one.themes or name in one.facets for one in inspections]
    return Share(sum(found), len(found))


def trend(inspections: Iterable[Named], themes: Iterable[str], *, today: date) -> Trend:
    """The inspections that began in the 12 months up to `today`, beside those of the 12 before.

    The caller chooses the family.
    """
    middle, first = _years_before(today, 1), _years_before(today, 2)
    known = list(inspections)
    now = [one for one in known if middle < one.start <= today]
    before = [one for one in known if first < one.start <= middle]
    found = Trend(
        first_before=first,
        first_now=middle,
        last=today,
        inspections_now=len(now),
        inspections_before=len(before),
    )
    if not found.enough:
        return found
    changes = [_change(theme, share_of(now, theme), share_of(before, theme)) for theme in themes]
    return Trend(
        first_before=first,
        first_now=middle,
        last=today,
        inspections_now=len(now),
        inspections_before=len(before),
        changes=tuple(changes),
    )


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def _change(theme: str, now: Share, before: Share) -> Change:
    """Newcombe's interval of the difference of two independent shares (1998, method 10)."""
    p, q = now.named / now.of, before.named / before.of
    low_p, high_p = wilson(now)
    low_q, high_q = wilson(before)
    return Change(
        theme=theme,
        now=now,
        before=before,
        low=p - q - sqrt((p - low_p) ** 2 + (high_q - q) ** 2),
        high=p - q + sqrt((high_p - p) ** 2 + (q - low_q) ** 2),
    )


def wilson(share: Share) -> tuple[float, float]:
    """Wilson's 95% interval of a share of at least one inspection."""
    n, z = share.of, _WILSON
    p = share.named / n
    middle = p + z * z / (2 * n)
    reach = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    whole = 1 + z * z / n
    return (middle - reach) / whole, (middle + reach) / whole


def areas_by_year(inspections: Iterable[Named]) -> dict[str, float]:
    """How many areas for improvement a report of each year has on average."""
    listed: dict[str, list[int]] = {}
    for one in inspections:
        listed.setdefault(str(one.start.year), []).append(one.areas)
    return {year: round(sum(found) / len(found), 2) for year, found in sorted(listed.items())}
