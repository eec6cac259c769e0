"""How often a re-inspection names something again, and how often chance alone would say so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from reports.model import Kind, Reading
from reports.repeats.base_rates import own_areas, report_family
from reports.repeats.finding import find_repeats
from reports.sandbox.pool import ReaderPool

PROCESSES = 2
CHANCE_PARTNERS = 25
"""Earlier lines of other authorities that each later report is compared with."""

DRAWS = 400
"""How often the authorities are drawn anew for a confidence interval."""

VISITS = (Kind.FOCUSED_VISIT, Kind.MONITORING_VISIT)

TIERS = {
    "stated": frozenset({"stated"}),
    "likely": frozenset({"stated", "likely"}),
    "likely or possible": frozenset({"stated", "likely", "possible"}),
}

Line = tuple[Sequence[Reading], Reading]
"""Earlier documents, the newest first, and the full inspection that is compared with them."""


def lines(reports: Sequence[Reading], *, with_visits: bool) -> list[Line]:
    """Each full inspection with the one before it of the same authority and family.

    `with_visits`: and with the visits in between, as the alerts compare it.
    """
    by_body: dict[tuple[str, str], list[Reading]] = defaultdict(list)
    kinds = (Kind.INSPECTION, *VISITS) if with_visits else (Kind.INSPECTION,)
    for report in reports:
        if report.kind in kinds and report.authority and report.inspection_start:
            by_body[report.authority.urn, report_family(report.framework)].append(report)
    found: list[Line] = []
    for same in by_body.values():
        since: list[Reading] = []
        for report in sorted(same, key=lambda one: str(one.inspection_start)):
            if report.kind is not Kind.INSPECTION:
                since = [report, *since] if since else []
                continue
            if since and own_areas(since[-1]) and own_areas(report):
                found.append((since, report))
            since = [report]
    return found


def alerts(earlier: Sequence[Reading], later: Reading, *, strengths: Collection[str]) -> bool:
    """Whether a later report raises again something of one of these strengths."""
    return any(
        repeat.strength in strengths
        for document in earlier
        for repeat in find_repeats(document, later)
    )


def measure(corpus: Path) -> None:
    """Print the share of alerts on real lines and on the same reports paired with others."""
    with ReaderPool(processes=PROCESSES) as pool:
        reports = list(pool.read_many(sorted((corpus / "pdfs").glob("*.pdf"))))
    print("repeats on re-inspections, and on the same reports paired with other authorities")
    for with_visits in (False, True):
        found = lines(reports, with_visits=with_visits)
        compared = "and visits since" if with_visits else "alone"
        for name, strengths in TIERS.items():
            print(f"  {name}, the last inspection {compared}: {_lift(found, strengths)}")


def _lift(real_lines: Sequence[Line], strengths: Collection[str]) -> str:
    """How many times as often as by chance, with its interval over the later reports."""
    real = np.array([alerts(*line, strengths=strengths) for line in real_lines], dtype=float)
    chance = np.array([_by_chance(real_lines, at, strengths) for at in range(len(real_lines))])
    draws = np.random.default_rng(0).integers(len(real), size=(DRAWS, len(real)))
    lifts = real[draws].mean(axis=1) / np.maximum(chance[draws].mean(axis=1), 1e-9)
    low, high = np.quantile(lifts, (0.025, 0.975))
    return (
        f"{real.mean():.0%} of {len(real)}, by chance {chance.mean():.0%}: "
        f"{real.mean() / max(chance.mean(), 1e-9):.2f} times as often [{low:.1f}–{high:.1f}]"
    )


def _by_chance(real_lines: Sequence[Line], at: int, strengths: Collection[str]) -> float:
    """The share of other authorities' lines that a later report raises something of again."""
    later = real_lines[at][1]
    step = max(1, len(real_lines) // CHANCE_PARTNERS)
    partners = [
        real_lines[(at + shift) % len(real_lines)] for shift in range(1, len(real_lines), step)
    ]
    found = [
        alerts(earlier, later, strengths=strengths)
        for earlier, other in partners
        if other.authority != later.authority
    ]
    return sum(found) / max(1, len(found))
