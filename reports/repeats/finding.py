"""What a report raises again, and what it no longer names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from reports.model import ImprovementArea, Reading, Repeat, SameArea
from reports.problems import areas_are_certain
from reports.repeats.base_rates import BaseRates, own_areas, report_family
from reports.repeats.certainty import Strength, load_repeat_weights
from reports.repeats.explanation import explain
from reports.repeats.signals import ComparedStatements, Side, compare_sides, side
from reports.repeats.stated import can_mean, says_all, says_named, without_own_mention
from reports.themes.tagging import family_of

_CONFIRMED = "A person has confirmed that both are about the same issue."

SIMILAR_FROM = 0.4
"""From this likeness of words on, 0 to 1, two statements are in similar words."""


Decided = Callable[[str, str], bool]
"""Returns whether a person has decided this about two statements, the later and the earlier one."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two areas with how certain it is that they name the same issue."""

    later: ImprovementArea
    earlier: ImprovementArea
    compared: ComparedStatements
    certainty: float
    confirmed: bool

    @property
    def issue(self) -> tuple[str, str | None]:
        """The theme and facet that both are most likely about."""
        return self.compared.issue


def find_repeats(
    earlier: Reading,
    later: Reading,
    *,
    base_rates: BaseRates | None = None,
    confirmed: Decided | None = None,
) -> tuple[Repeat, ...]:
    """Return the pairs of areas that name the same issue, in the order of `later`.

    Reports of different families do not repeat each other. Inspectors who say that an area was
    named before seldom say which earlier area they mean: such an area is a "stated" repeat of every
    earlier one that it matches with enough certainty. What a person has confirmed is at least
    "likely". `base_rates` only say how common each issue is.
    """
    if report_family(earlier.framework) is not report_family(later.framework):
        return ()
    weights = load_repeat_weights()
    rates = base_rates or BaseRates()
    stated = _stated_areas(later, earlier)
    return tuple(
        _repeat(pair, strength, later, rates)
        for pair in _pairs(later, earlier, confirmed)
        if (strength := weights.strength(pair.certainty, stated=id(pair.later) in stated))
    )


def find_same_area(
    earlier: Reading, later: Reading, *, confirmed: Decided | None = None
) -> tuple[SameArea, ...]:
    """Return the areas of `later` with another point about a service or process named before.

    Each is paired with the earlier area that is most like it. Repeats are left out.
    """
    if report_family(earlier.framework) is not report_family(later.framework):
        return ()
    weights = load_repeat_weights()
    best: dict[int, _Pair] = {}
    for pair in _pairs(later, earlier, confirmed):
        known = best.get(id(pair.later))
        if known is None or pair.certainty > known.certainty:
            best[id(pair.later)] = pair
    return tuple(
        SameArea(
            later=pair.later.text,
            earlier=pair.earlier.text,
            theme=pair.issue[0],
            facet=pair.issue[1],
            certainty=round(pair.certainty, 2),
        )
        for pair in best.values()
        if weights.same_area_from <= pair.certainty < weights.possible_from
    )


def no_longer_named(
    earlier: Reading,
    later: Reading,
    *,
    confirmed: Decided | None = None,
    rejected: Decided | None = None,
) -> tuple[str, ...]:
    """Return the texts, word for word, of the areas of `earlier` that `later` does not name again.

    An area is left out if `later` raises its issue, even if a person has rejected the repeat. It is
    also left out if an area of `later` may make the same point, though with too little certainty
    for a repeat, unless a person has rejected that. All are left out where either list of areas is
    not certain, and where the inspectors say that all areas of `earlier` remain. That an area is
    not raised again does not in itself show improvement: another inspection may have looked
    elsewhere.
    """
    if report_family(earlier.framework) is not report_family(later.framework):
        return ()
    problems = (*earlier.problems, *later.problems)
    if not areas_are_certain(problem.code for problem in problems):
        return ()
    if any(says_all(said.text) and can_mean(said.text, earlier) for said in later.stated_repeats):
        return ()
    least = load_repeat_weights().same_area_from
    named = {
        pair.earlier.text
        for pair in _pairs(later, earlier, confirmed)
        if pair.certainty >= least
        and not (rejected is not None and rejected(pair.later.text, pair.earlier.text))
    }
    issues = {issue for area in own_areas(later) for issue in _issues(area)}
    return tuple(
        area.text
        for area in own_areas(earlier)
        if area.text not in named and not issues & _issues(area)
    )


def _issues(area: ImprovementArea) -> set[tuple[str, str]]:
    return {(tagged.theme, tagged.facet) for tagged in area.themes if tagged.facet}


def certainty_of(later: str, earlier: str) -> float:
    """Return the probability, 0 to 1, that two statements about a council name the same issue."""
    return _compared(side(later), side(earlier))[1]


def same_issue(later: str, earlier: str) -> bool:
    """Return whether two statements name the same issue, likely or possibly."""
    return load_repeat_weights().strength(certainty_of(later, earlier)) is not None


def _pairs(later: Reading, earlier: Reading, confirmed: Decided | None) -> Iterator[_Pair]:
    """Yield all pairs of areas addressed to the inspected body, in the order of `later`."""
    new, old = (
        [
            (area, side(without_own_mention(area.text), family=family_of(report.framework)))
            for area in own_areas(report)
        ]
        for report in (later, earlier)
    )
    for area, said in new:
        for before, said_before in old:
            compared, certainty = _compared(said, said_before)
            sure = confirmed is not None and confirmed(area.text, before.text)
            yield _Pair(area, before, compared, 1.0 if sure else certainty, sure)


@lru_cache(maxsize=4096)
def _compared(later: Side, earlier: Side) -> tuple[ComparedStatements, float]:
    """Return the signals of two statements, and how certain it is that they name the same issue.

    They are remembered because callers compare the same two reports several times.
    """
    weights = load_repeat_weights()
    compared = compare_sides(later, earlier, weights.rarity)
    return compared, weights.certainty(compared.values)


@lru_cache(maxsize=4096)
def _explained(later: Side, earlier: Side) -> str:
    """Return why two statements count as the same issue; remembered like the comparison itself."""
    compared, _ = _compared(later, earlier)
    return explain(compared, load_repeat_weights())


def _stated_areas(later: Reading, earlier: Reading) -> set[int]:
    """Return the areas (by `id`) of which the inspectors say that an earlier report named them."""
    areas = later.improvement_areas
    stated = [
        said for said in later.stated_repeats if says_named(said) and can_mean(said.text, earlier)
    ]
    if any(says_all(said.text) for said in stated):
        return {id(area) for area in areas}
    return {id(areas[said.area]) for said in stated if said.area is not None}


def _repeat(pair: _Pair, strength: Strength, later: Reading, rates: BaseRates) -> Repeat:
    theme, facet = pair.issue
    return Repeat(
        later=pair.later.text,
        earlier=pair.earlier.text,
        theme=theme,
        facet=facet,
        strength=strength,
        certainty=round(pair.certainty, 2),
        base_rate=rates.issue_rate(report_family(later.framework), theme, facet),
        explanation=(
            _CONFIRMED if pair.confirmed else _explained(pair.compared.later, pair.compared.earlier)
        ),
        similar_words=pair.compared.likeness >= SIMILAR_FROM,
        confirmed=pair.confirmed,
    )
