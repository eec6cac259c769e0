"""How often a re-inspection names something again, and how often chance alone would say so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from reports.model import Kind, Reading
from reports.repeats import BaseRates, compute_base_rates, find_repeats, own_areas, report_family
from reports.sandbox.pool import ReaderPool

PROCESSES = 2
CHANCE_PARTNERS = 25
"""With so many earlier lines of other authorities each later report is compared."""

AT_MOST = 0.30
TIMES_AT_LEAST = 1.5

VISITS = (Kind.FOCUSED_VISIT, Kind.MONITORING_VISIT)

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
            by_body[report.authority.urn, report_family(report)].append(report)
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


def alerts(earlier: Sequence[Reading], later: Reading, rates: BaseRates) -> bool:
    """Whether a later report names again something that is worth an alert."""
    return any(
        repeat.strength != "common"
        for at, document in enumerate(earlier)
        for repeat in find_repeats(document, later, base_rates=rates, before=earlier[at + 1 :])
    )


def measure(corpus: Path) -> None:
    """Print the share of alerts on real lines and on the same reports paired with others."""
    with ReaderPool(processes=PROCESSES) as pool:
        reports = list(pool.read_many(sorted((corpus / "pdfs").glob("*.pdf"))))
    for with_visits in (False, True):
        _measure(reports, with_visits=with_visits)


def _measure(reports: Sequence[Reading], *, with_visits: bool) -> None:
    rates = compute_base_rates(reports)
    real_lines = lines(reports, with_visits=with_visits)
    real = sum(alerts(*line, rates) for line in real_lines) / len(real_lines)
    step = max(1, len(real_lines) // CHANCE_PARTNERS)
    chances = [
        alerts(earlier, later, rates)
        for at, (_, later) in enumerate(real_lines)
        for earlier, other in (
            real_lines[(at + shift) % len(real_lines)] for shift in range(1, len(real_lines), step)
        )
        if other.authority != later.authority
    ]
    chance = sum(chances) / len(chances)
    compared = "the last inspection and visits since" if with_visits else "the last inspection"
    print(
        f"alerts (stated or specific) against {compared}: on {real:.1%} of {len(real_lines)}"
        f" re-inspections (at most {AT_MOST:.0%}), {chance:.1%} of {len(chances)} random pairs:"
        f" {real / max(chance, 1e-9):.2f} times as often (at least {TIMES_AT_LEAST})"
    )
