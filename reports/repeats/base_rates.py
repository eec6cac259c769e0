"""Base rates: how common each issue is in the reports of a family.

Half of all reports name supervision, so naming it twice says little. The rates are computed from
the history that is stored, never written into the program. They count the same inspections as the
shares of themes (`reports.analysis.theme_shares`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from reports.model import Framework, ImprovementArea, Kind, Reading, Target
from reports.problems import areas_are_certain
from reports.themes.taxonomy import load_taxonomy

COMPARABLE_SINCE = date(2018, 1, 1)
"""Reports of earlier frameworks list three times as many areas, so they raise every issue more
often. Shares over many years begin here unless the caller asks for another day."""

FEWEST_REPORTS = 30
"""With fewer reports of a family, a rate would be chance, so none is given."""


class ReportFamily(StrEnum):
    """Reports whose areas may repeat each other: inspections of one body under like rules."""

    COUNCIL = "council"
    JOINT = "joint"
    SEND = "send"
    OTHER = "other"


_FAMILIES = {
    Framework.JTAI: ReportFamily.JOINT,
    Framework.AREA_SEND: ReportFamily.SEND,
    Framework.COUNCIL_UPDATE: ReportFamily.OTHER,
    Framework.UNKNOWN: ReportFamily.OTHER,
}


def report_family(framework: Framework) -> ReportFamily:
    """Return the family of the reports of a framework.

    Full inspections and visits of a council are one family.
    """
    return _FAMILIES.get(framework, ReportFamily.COUNCIL)


def is_compared_with_full_inspections(framework: str | None) -> bool:
    """Return whether full inspections of councils say how common an issue of a report is.

    For joint and area SEND inspections, others of their own family do.
    """
    family = report_family(Framework(framework or Framework.UNKNOWN))
    return family is ReportFamily.COUNCIL


def own_areas(report: Reading) -> tuple[ImprovementArea, ...]:
    """Return the areas that are addressed to the inspected body."""
    own = own_targets(report_family(report.framework))
    return tuple(area for area in report.improvement_areas if area.target in own)


def own_targets(family: ReportFamily) -> frozenset[Target]:
    """Return the targets of areas that count as addressed to the inspected body.

    In inspections of a council, the LSCB and partners do not count. In joint and area inspections
    they are part of what is inspected.
    """
    own = {Target.AUTHORITY}
    if family is not ReportFamily.COUNCIL:
        own |= {Target.PARTNERSHIP, Target.PARTNER}
    return frozenset(own)


def report_keys(report: Reading) -> frozenset[str]:
    """Return the keys of the taxonomy (see `Taxonomy.key`) that a report's own areas are about.

    The theme is always among them, whichever of its issues is raised.
    """
    taxonomy = load_taxonomy()
    tags = [
        tag for area in own_areas(report) for tag in area.themes if tag.theme in taxonomy.themes
    ]
    return frozenset(key for tag in tags for key in (tag.theme, taxonomy.key(tag.theme, tag.facet)))


@dataclass(frozen=True, slots=True)
class BaseRates:
    """Share of the reports of a family that name each key, 0 to 1.

    `reports` is how many reports of each family were counted.
    """

    rates: Mapping[tuple[ReportFamily, str], float] = field(default_factory=dict)
    reports: Mapping[ReportFamily, int] = field(default_factory=dict)

    def rate(self, family: ReportFamily, key: str) -> float | None:
        """Return the share of reports that name a key; None with too few reports to say."""
        if self.reports.get(family, 0) < FEWEST_REPORTS:
            return None
        return self.rates.get((family, key), 0.0)

    def issue_rate(self, family: ReportFamily, theme: str, facet: str | None) -> float | None:
        """Return the `rate` of an issue, rounded to a tenth of a percentage point.

        None, too, for a theme that the taxonomy no longer has, because it is not counted.
        """
        taxonomy = load_taxonomy()
        if theme not in taxonomy.themes:
            return None
        rate = self.rate(family, taxonomy.key(theme, facet))
        return None if rate is None else round(rate, 3)


def covers_all_topics(report: Reading) -> bool:
    """Return whether a report covers all topics, so that what it does not name also says something.

    A visit to a council looks at one topic only.
    """
    return (
        report.kind is Kind.INSPECTION
        or report_family(report.framework) is not ReportFamily.COUNCIL
    )


def counts_for_base_rates(report: Reading) -> bool:
    """Return whether a report counts in base rates: all topics, a recent start, a certain list."""
    start = report.inspection_start
    return (
        covers_all_topics(report)
        and (start is not None and start >= COMPARABLE_SINCE)
        and areas_are_certain(problem.code for problem in report.problems)
    )


def rate_words(theme: str, facet: str | None, rate: float, *, council: bool) -> str:
    """Return how common an issue is, in words.

    "An issue of the same theme is raised in 53% of all full inspections since 2018." For most
    themes, all issues of the theme are counted together. `council`: whether full inspections of
    councils were counted, rather than joint or area inspections.
    """
    # Without a facet, the theme itself is shown as the issue.
    whole = facet is not None and load_taxonomy().key(theme, facet) == theme
    which = "full inspections" if council else "such inspections"
    subject = "An issue of the same theme is raised" if whole else "This issue is raised"
    share = "fewer than 1%" if rate < 0.01 else f"{rate:.0%}"
    return f"{subject} in {share} of all {which} since {COMPARABLE_SINCE.year}."
