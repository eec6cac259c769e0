"""What a report names again, and what it names no longer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from reports.model import ImprovementArea, Kind, Reading, Repeat
from reports.repeats.base_rates import BaseRates, own_areas, report_family, report_keys
from reports.repeats.issues import statement
from reports.repeats.matching import Match, match_statements
from reports.repeats.stated import says_all
from reports.themes.taxonomy import load_taxonomy

SPECIFIC_BELOW = 0.15
"""An issue that fewer reports name is specific: named twice, it is news."""

LIKE_SPECIFIC = 0.34
"""It also takes words that are alike: a third of those that say something in the shorter one."""

LIKE_CLOSELY = 0.6
"""A priority action makes a repeat specific only where the words are alike still more. So does what
a visit named: it looks at one topic, as the next inspection does again, and on the reports of
2009 to 2026 such repeats are no more frequent than between councils paired at random."""

OFTEN_FROM = 2 * SPECIFIC_BELOW
"""What is named so often stays common also where it is named three times in a row: a visit follows
up the inspection before it, so that naming it in both says little more than naming it once."""

Strength = Literal["stated", "specific", "common"]


def find_repeats(
    earlier: Reading,
    later: Reading,
    *,
    base_rates: BaseRates | None = None,
    before: Sequence[Reading] = (),
) -> tuple[Repeat, ...]:
    """The areas of `later` that name what an area of `earlier` named, in the order of `later`.

    Reports of different families repeat nothing of each other. `before` are still earlier reports
    of the same body and family, newest first: what was named in the one before too, three times
    in a row, is specific unless it is named often anyway. What inspectors say themselves is
    "stated". Without `base_rates`, or with too few reports behind them, a repeat is "common"
    unless something else makes it more.
    """
    if report_family(earlier) is not report_family(later):
        return ()
    rates = base_rates or BaseRates()
    family = report_family(later)
    stated = {said.area for said in later.stated_repeats if said.area is not None}
    all_stated = any(says_all(said) for said in later.stated_repeats)
    third = report_keys(before[0]) if before and report_family(before[0]) is family else frozenset()
    positions = {id(area): at for at, area in enumerate(later.improvement_areas)}
    repeats = []
    for new, old, match in _pairs(own_areas(later), own_areas(earlier)):
        key = load_taxonomy().key(match.issue.theme, match.issue.facet)
        rate = rates.rate(family, key)
        repeats.append(
            Repeat(
                later=new.text,
                earlier=old.text,
                theme=match.issue.theme,
                facet=match.issue.facet,
                strength=_strength(
                    stated=all_stated or positions[id(new)] in stated,
                    rate=rate,
                    likeness=match.likeness,
                    asked=LIKE_SPECIFIC if earlier.kind is Kind.INSPECTION else LIKE_CLOSELY,
                    lasting=key in third,
                    urgent=new.priority_action or old.priority_action,
                ),
                base_rate=None if rate is None else round(rate, 3),
            )
        )
    return tuple(repeats)


def no_longer_named(earlier: Reading, later: Reading) -> tuple[str, ...]:
    """The areas of `earlier` of which `later` names nothing again, word for word.

    That is no proof of improvement: another inspection may have looked elsewhere.
    """
    if report_family(earlier) is not report_family(later):
        return ()
    found = {id(old) for _, old, _ in _pairs(own_areas(later), own_areas(earlier))}
    return tuple(area.text for area in own_areas(earlier) if id(area) not in found)


def same_issue(later: str, earlier: str) -> bool:
    """Whether two statements name the same issue."""
    return match_statements(statement(later), statement(earlier)) is not None


def still_same(rejected: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of the pairs that people call different issues (later, earlier), those told as one.

    Each is a miss of precision that a person has found.
    """
    return [(later, earlier) for later, earlier in rejected if same_issue(later, earlier)]


def _pairs(
    later: Sequence[ImprovementArea], earlier: Sequence[ImprovementArea]
) -> list[tuple[ImprovementArea, ImprovementArea, Match]]:
    """The areas that name the same issue, in the order of the later report."""
    old = [(area, statement(area.text, themes=area.themes or None)) for area in earlier]
    new = [(area, statement(area.text, themes=area.themes or None)) for area in later]
    return [
        (area, before, match)
        for area, said in new
        for before, said_before in old
        if (match := match_statements(said, said_before)) is not None
    ]


def _strength(
    *,
    stated: bool,
    rate: float | None,
    likeness: float,
    asked: float,
    lasting: bool,
    urgent: bool,
) -> Strength:
    if stated:
        return "stated"
    rare = rate is not None and rate < SPECIFIC_BELOW
    often = rate is not None and rate >= OFTEN_FROM
    if (rare or (lasting and not often)) and likeness >= asked:
        return "specific"
    return "specific" if urgent and likeness >= LIKE_CLOSELY else "common"
