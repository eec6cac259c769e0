"""How often a re-inspection names something again, and how often chance alone would say so."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from reports.model import Kind, Report
from reports.pool import ReaderPool
from reports.repeats import BaseRates, compute_base_rates, find_repeats, own_areas, report_family

PROCESSES = 2
CHANCE_PARTNERS = 25
"""With so many earlier reports of other authorities each later one is compared."""


def consecutive(reports: list[Report]) -> list[tuple[Report, Report]]:
    """Each full inspection with the one before it of the same authority and family."""
    by_body: dict[tuple[str, str], list[Report]] = defaultdict(list)
    for report in reports:
        if report.kind is Kind.INSPECTION and report.authority and report.inspection_start:
            by_body[report.authority.urn, report_family(report)].append(report)
    pairs = []
    for same in by_body.values():
        same.sort(key=lambda report: str(report.inspection_start))
        pairs += list(zip(same, same[1:], strict=False))
    return [(old, new) for old, new in pairs if own_areas(old) and own_areas(new)]


def alerts(earlier: Report, later: Report, rates: BaseRates) -> bool:
    """Whether a later report names again something that is worth an alert."""
    found = find_repeats(earlier, later, base_rates=rates)
    return any(repeat.strength != "common" for repeat in found)


def measure(corpus: Path) -> None:
    """Print the share of alerts on real pairs and on the same reports paired with others."""
    with ReaderPool(processes=PROCESSES) as pool:
        reports = list(pool.read_many(sorted((corpus / "pdfs").glob("*.pdf"))))
    rates = compute_base_rates(reports)
    pairs = consecutive(reports)
    real = sum(alerts(old, new, rates) for old, new in pairs) / len(pairs)
    step = max(1, len(pairs) // CHANCE_PARTNERS)
    chances = [
        alerts(old, new, rates)
        for at, (_, new) in enumerate(pairs)
        for old, other in (pairs[(at + shift) % len(pairs)] for shift in range(1, len(pairs), step))
        if other.authority != new.authority
    ]
    chance = sum(chances) / len(chances)
    print(
        f"alerts (stated or specific) on {real:.1%} of {len(pairs)} re-inspections (at most 30%),"
        f" {chance:.1%} of {len(chances)} random pairs: {real / max(chance, 1e-9):.2f} times as"
        " often (at least 1.5)"
    )
