"""What a weekly digest says of themes that are named more often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from alerts.messages.trends import share_words, trend_rule_words, trend_words, trends_section
from alerts.outbox.digests import make_due_digests
from alerts.outbox.enqueue import AlertRun
from alerts.subscriptions.config import AlertConfig, load_config
from reports.analysis.theme_shares import Share, ThemesRaised
from reports.analysis.trends import Trend, trend
from reports.london import LONDON
from reports.register import Register
from reports.repeats.base_rates import ReportFamily
from storage.database import Database
from storage.models import Delivery
from tests.storage.test_trends import area, keep

MONDAY = datetime(2026, 6, 22, 8, 0, tzinfo=LONDON)
"""A Monday morning."""

REAL = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TODAY = date(2026, 6, 21)
HEADING = "Raised more often in the last 12 months"
LADO = "Allegations against people who work with children"


def found(now: int, before: int, *, of: int = 30, themes: tuple[str, ...] = ("lado",)) -> Trend:
    """A trend in which each theme was named so often in each of the two years."""

    def year(named: int, start: date) -> list[ThemesRaised]:
        return [
            ThemesRaised(
                family=ReportFamily.COUNCIL,
                region="London",
                start=start,
                themes=frozenset(themes if number < named else ()),
            )
            for number in range(of)
        ]

    known = [*year(now, TODAY), *year(before, TODAY - timedelta(days=400))]
    return trend(known, themes, today=TODAY)


def test_a_share_of_few_inspections_has_no_percentage() -> None:
    assert share_words(Share(named=3, of=3)) == "3 of 3"
    assert share_words(Share(named=14, of=24)) == "58% (14 of 24)"
    assert share_words(Share(named=0, of=0)) == "–"


def test_a_rise_is_shown_with_its_counts_and_how_it_was_decided() -> None:
    section = trends_section(found(24, 9))
    assert section is not None
    assert section.heading == HEADING
    assert section.lines == (
        f"{LADO}: 80% (24 of 30); in the 12 months before 30% (9 of 30)",
        "This compares 30 inspections that began since 22 June 2025 with 30 in the 12 months "
        "before. A theme is listed if the 95% interval of the difference does not include 0.",
    )


def test_nothing_is_said_where_nothing_rose_or_there_are_too_few() -> None:
    assert trends_section(found(12, 9)) is None
    assert trends_section(found(19, 0, of=19)) is None
    assert trends_section(found(24, 9), themes={"education"}) is None


def test_many_rises_are_counted_and_chance_is_named() -> None:
    themes = ("lado", "education", "permanence", "front_door", "early_help", "partnership")
    rose = found(24, 9, themes=themes)
    section = trends_section(rose)
    assert section is not None
    assert section.lines[5] == "and 1 more. To list them all, run inspection-watch trends."
    assert "of 6 themes, about one would do so by chance" in trend_rule_words(rose)


def test_too_few_inspections_are_said_with_their_numbers() -> None:
    shown = list(trend_words(found(19, 0, of=19), where="London"))
    assert shown[1].strip() == (
        "Too few to tell: 19 inspections began in these 12 months and 19 in the 12 before. "
        "At least 20 are needed in each."
    )
    [_, one] = trend_words(found(1, 0, of=1), where="London")
    assert "1 inspection began in these 12 months and 1 in the 12 before" in one
    assert "No theme rose" in list(trend_words(found(9, 9), where="England"))[1]
    assert "Raised less often" in list(trend_words(found(3, 24), where="England"))


@pytest.fixture
def configured(tmp_path: Path, register: Register) -> Callable[..., AlertConfig]:
    def load(when: str, **more: Any) -> AlertConfig:
        subscription = {
            "name": "Scrutiny",
            "authorities": {"all": True},
            "events": ["new_report"],
            "when": when,
            "channels": ["team"],
            **more,
        }
        mail = {"type": "email", "from": "w@example.org", "host": "x", "to": ["a@example.org"]}
        path = tmp_path / "watch.yaml"
        raw = {"channels": {"team": mail}, "subscriptions": [subscription]}
        path.write_text(yaml.safe_dump(raw))
        return load_config(path, register=register, environment={})

    return load


def told(database: Database, config: AlertConfig) -> str:
    """The last digest's words, after a digest of the week or day before."""
    with database.write() as session:
        for number in range(44):
            recent = number % 2 == 0
            day = TODAY - timedelta(days=7 * number if recent else 370 + 7 * number)
            keep(session, f"5000{number:04}", area("lado" if recent else "education"), start=day)
    for moment in (MONDAY - timedelta(days=7), MONDAY):
        make_due_digests(database, AlertRun(config=config, now=moment, real_now=REAL))
    with database.read() as session:
        payload = session.scalars(select(Delivery.payload).order_by(Delivery.id.desc())).first()
    return yaml.safe_dump(payload, allow_unicode=True, width=10_000)


def test_a_weekly_digest_has_it_and_a_daily_one_has_not(
    database: Database, configured: Callable[..., AlertConfig]
) -> None:
    weekly = told(database, configured("weekly"))
    assert HEADING in weekly
    assert f"{LADO}: 100% (22 of 22)" in weekly
    with database.write() as session:
        for delivery in session.scalars(select(Delivery)):
            session.delete(delivery)
    for moment in (MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)):
        make_due_digests(database, AlertRun(config=configured("daily"), now=moment, real_now=REAL))
    with database.read() as session:
        daily = [
            yaml.safe_dump(payload, allow_unicode=True)
            for payload in session.scalars(select(Delivery.payload))
        ]
    assert daily
    assert all("Daily digest" in digest and HEADING not in digest for digest in daily)


def test_a_subscription_to_some_themes_hears_of_these_alone(
    database: Database, configured: Callable[..., AlertConfig]
) -> None:
    config = configured("weekly", events=["theme_repeat"], themes=["education"])
    assert HEADING not in told(database, config)
