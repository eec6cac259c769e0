"""Compare two reports of one authority: grades, repeats, and what is no longer named."""

from __future__ import annotations

from reports.grade_comparison import grade_changes
from reports.model import Comparison, Reading
from reports.repeats.base_rates import BaseRates
from reports.repeats.finding import Decided, find_repeats, find_same_area, no_longer_named


def compare(
    earlier: Reading,
    later: Reading,
    *,
    base_rates: BaseRates | None = None,
    confirmed: Decided | None = None,
) -> Comparison:
    """Compare two reports; `earlier` is of the inspection that began first.

    `base_rates` say how common each issue is, `confirmed` which repeats people have confirmed.

    The caller makes sure that both reports are of one authority: the reports of a successor are
    never compared with those of its predecessor.
    """
    return Comparison(
        authority=later.authority or earlier.authority,
        earlier=earlier,
        later=later,
        changes=grade_changes(earlier, later),
        repeats=find_repeats(earlier, later, base_rates=base_rates, confirmed=confirmed),
        same_area=find_same_area(earlier, later, confirmed=confirmed),
        no_longer_named=no_longer_named(earlier, later, confirmed=confirmed),
    )
