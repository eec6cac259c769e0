"""How often themes are raised: by region, year and grade. Pure.

A theme counts once for an inspection, however many of its areas raise it, as their main theme or as
a further one. Shares are of inspections, never of areas: reports list fewer areas than they did.
Families of reports are counted apart, and what is addressed to others than the inspected body is
not counted at all (`reports.repeats.base_rates.own_areas`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from reports.model import Grade, Judgement
from reports.repeats.base_rates import COMPARABLE_SINCE, ReportFamily

JUDGEMENTS_FILE = Path(__file__).parent.parent / "data" / "theme_judgements.yaml"

Dimension = Literal["all", "region", "year", "grade"]


@dataclass(frozen=True, kw_only=True)
class ThemesRaised:
    """What one inspection raised: themes, facets as "theme/facet", and the grades it gave.

    `areas` is the number of its areas for improvement. A grade is None where it could not be read
    with certainty.
    """

    family: ReportFamily
    region: str
    start: date
    themes: frozenset[str]
    facets: frozenset[str] = frozenset()
    areas: int = 0
    grades: Mapping[Judgement, Grade | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Share:
    """The number of inspections that raised a theme or an issue, and of all that were counted."""

    named: int
    of: int

    @property
    def share(self) -> float | None:
        """0 to 1; None where there was no inspection."""
        return self.named / self.of if self.of else None


@dataclass(frozen=True, kw_only=True, slots=True)
class ThemeShare:
    """How often a theme was raised in one group of inspections.

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


@cache
def judgement_of_theme() -> Mapping[str, Judgement]:
    """Return the judgement that is used for each theme where there is no overall grade."""
    raw = yaml.load(JUDGEMENTS_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {
        theme: Judgement(judgement)
        for judgement, themes in raw["judgements"].items()
        for theme in themes
    }


def theme_shares(
    inspections: Sequence[ThemesRaised], themes: Iterable[str], *, whole: str = "England"
) -> Iterator[ThemeShare]:
    """Yield a row for each family, theme and group, even if the theme was never raised there.

    `whole` is the name of the group of all these inspections.
    """
    themes = list(themes)
    for family in ReportFamily:
        mine = [inspection for inspection in inspections if inspection.family is family]
        groups = _groups(mine, whole)
        for theme in themes if mine else ():
            for dimension, group, members in groups:
                yield ThemeShare(
                    family=family,
                    dimension=dimension,
                    group=group,
                    theme=theme,
                    share=share_of(members, theme),
                )
            yield from _by_grade(family, theme, mine)


def _groups(
    inspections: Sequence[ThemesRaised], whole: str
) -> list[tuple[Dimension, str, Sequence[ThemesRaised]]]:
    """Return all inspections, those of each region and those of each year, with the groups' names.

    Groups by grade are not among them, because they depend on the theme.
    """
    regions: dict[str, list[ThemesRaised]] = defaultdict(list)
    years: dict[int, list[ThemesRaised]] = defaultdict(list)
    for inspection in inspections:
        regions[inspection.region].append(inspection)
        years[inspection.start.year].append(inspection)
    return [
        ("all", whole, inspections),
        *(("region", region, regions[region]) for region in sorted(regions)),
        *(("year", str(year), years[year]) for year in sorted(years)),
    ]


def shares_on_record(
    inspections: Sequence[ThemesRaised], themes: Iterable[str]
) -> Iterator[ThemeShare]:
    """Yield the shares that may be published.

    Shares by year count all these inspections; the others only those since `COMPARABLE_SINCE`.
    """
    themes = list(themes)
    recent = [inspection for inspection in inspections if inspection.start >= COMPARABLE_SINCE]
    yield from (row for row in theme_shares(recent, themes) if row.dimension != "year")
    yield from (row for row in theme_shares(inspections, themes) if row.dimension == "year")


def _by_grade(
    family: ReportFamily, theme: str, inspections: Sequence[ThemesRaised]
) -> Iterator[ThemeShare]:
    """Yield a row for each overall grade; without one, the judgement that fits the theme counts.

    An overall grade that was given but could not be read is not replaced.
    """
    other = (
        Judgement.AREA_SEND_OUTCOME
        if family is ReportFamily.SEND
        else judgement_of_theme().get(theme, Judgement.IMPACT_OF_LEADERS)
    )
    named, of, by_other = Counter[Grade](), Counter[Grade](), Counter[Grade]()
    for inspection in inspections:
        if Judgement.OVERALL_EFFECTIVENESS in inspection.grades:
            grade = inspection.grades[Judgement.OVERALL_EFFECTIVENESS]
        else:
            grade = inspection.grades.get(other)
            by_other.update([grade] if grade else [])
        if grade is not None:
            of[grade] += 1
            named[grade] += theme in inspection.themes
    for grade in Grade:
        if of[grade]:
            yield ThemeShare(
                family=family,
                dimension="grade",
                group=grade,
                theme=theme,
                share=Share(named[grade], of[grade]),
                judgement=other if by_other[grade] else None,
                by_other_judgement=by_other[grade],
            )


def share_of(inspections: Iterable[ThemesRaised], name: str) -> Share:
    """Return the share of these inspections that raised a theme or a facet ("theme/facet")."""
    found = [name in inspection.themes or name in inspection.facets for inspection in inspections]
    return Share(sum(found), len(found))


def areas_by_year(inspections: Iterable[ThemesRaised]) -> dict[str, float]:
    """Return the mean number of areas for improvement in a report, by year."""
    listed: dict[str, list[int]] = {}
    for inspection in inspections:
        listed.setdefault(str(inspection.start.year), []).append(inspection.areas)
    return {year: round(sum(found) / len(found), 2) for year, found in sorted(listed.items())}
