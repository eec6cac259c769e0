"""A small sample site on a local port, and clients for it that never really wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from demo.site import Site, SiteAuthority, SiteListing, SiteServer
from scrapers.client import Client, Pace
from scrapers.hosts import AllowedHosts
from scrapers.ofsted import Ofsted

TODAY = date(2026, 8, 22)
INSPECTION = "Children's services inspection"

PDF = b"%PDF-1.7\n" + b"0123456789" * 2_000 + b"\n%%EOF\n"
"""Looks like a PDF from both ends; nobody here opens it."""

Open = Callable[..., Ofsted]


def sample_site(*, today: date = TODAY) -> Site:
    """Three councils with four reports, one of them before the days of one space."""
    return Site(
        [
            SiteAuthority("80901", "Ambleford", la_code="901"),
            SiteAuthority("80902", "Borough of St Bride's & Weir", la_code="902"),
            SiteAuthority("80903", "Cold Marsh"),
        ],
        [
            SiteListing("80901", INSPECTION, date(2026, 7, 1), date(2026, 5, 11), "50900001"),
            SiteListing("80901", INSPECTION, date(2013, 2, 5), None, "50900002"),
            SiteListing("80902", "Area SEND full inspection", date(2025, 3, 9), None, "50900003"),
            SiteListing("80902", INSPECTION, date(2026, 9, 1), date(2026, 7, 6), "50900004"),
        ],
        dict.fromkeys(("50900001", "50900002", "50900003", "50900004"), PDF),
        today=today,
    )


def large_site(count: int = 153) -> Site:
    """As many councils as on the real site, each with one report."""
    numbers = range(count)
    return Site(
        [SiteAuthority(str(81_000 + n), f"Council {n:03}") for n in numbers],
        [
            SiteListing(
                str(81_000 + n), INSPECTION, date(2024, 1, 1 + n % 28), None, str(51_000_000 + n)
            )
            for n in numbers
        ],
        {},
        today=TODAY,
    )


@pytest.fixture
def server() -> Iterator[SiteServer]:
    with SiteServer(sample_site()) as running:
        yield running


@pytest.fixture
def large_server() -> Iterator[SiteServer]:
    with SiteServer(large_site()) as running:
        yield running


@pytest.fixture
def pauses() -> list[float]:
    """The seconds that clients would have slept."""
    return []


@pytest.fixture
def open_site(pauses: list[float]) -> Iterator[Open]:
    """Open a site; pauses are noted, not made. The patience is for a machine with other work."""
    opened: list[Ofsted] = []

    def open_site(
        server: SiteServer, *, allowed: list[str] | None = None, **pace: float | int
    ) -> Ofsted:
        patience: dict[str, Any] = {
            "requests_per_second": 0,
            "connect_timeout": 60,
            "read_timeout": 60,
            "deadline": 60,
        } | pace
        client = Client(
            AllowedHosts.from_settings(server.url, allowed),
            contact="watch@example.org",
            pace=Pace(**patience),
            sleep=pauses.append,
            jitter=lambda: 0.0,
        )
        opened.append(Ofsted(client, server.url))
        return opened[-1]

    yield open_site
    for ofsted in opened:
        ofsted.close()


@pytest.fixture
def ofsted(server: SiteServer, open_site: Open) -> Ofsted:
    return open_site(server)
