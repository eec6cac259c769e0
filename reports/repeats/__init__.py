"""What is raised again in a later report: the same issue, not only the same shelf."""

from reports.repeats.base_rates import (
    BaseRates,
    ReportFamily,
    base_rates_of,
    compute_base_rates,
    counts_for_base_rates,
    own_areas,
    report_family,
    report_keys,
)
from reports.repeats.finding import (
    certainty_of,
    find_repeats,
    find_same_area,
    no_longer_named,
    same_issue,
    still_same,
)

__all__ = [
    "BaseRates",
    "ReportFamily",
    "base_rates_of",
    "certainty_of",
    "compute_base_rates",
    "counts_for_base_rates",
    "find_repeats",
    "find_same_area",
    "no_longer_named",
    "own_areas",
    "report_family",
    "report_keys",
    "same_issue",
    "still_same",
]
