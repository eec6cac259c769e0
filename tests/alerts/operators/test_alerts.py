"""Operators get one alert about each problem, and one when it is resolved."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from alerts.operators.alerts import OpenProblems, alert_operators
from alerts.outbox.enqueue import AlertRun
from alerts.subscriptions.config import AlertConfig, load_config
from reports.register import Register
from storage.database import Database
from storage.models import Delivery, OperatorAlert

NOW = datetime(2026, 8, 20, 9, 30, tzinfo=UTC)
BAD = {"report:1": "Havering: the report could not be read."}
ALL = ("report:", "site:")


@pytest.fixture
def config(tmp_path: Path, register: Register) -> AlertConfig:
    path = tmp_path / "watch.yaml"
    path.write_text(
        "channels:\n"
        "  ops: {type: email, to: [a@example.org, b@example.org], from: watch@example.org,"
        " host: localhost, port: 25}\n"
        "operators: {channels: [ops]}\n"
    )
    return load_config(path, register=register, environment={})


def tell(
    database: Database,
    config: AlertConfig,
    problems: dict[str, str],
    *,
    checked: tuple[str, ...] = ALL,
) -> list[str]:
    """What one recipient is sent, as text."""
    with database.write() as session:
        deliveries = alert_operators(
            session,
            OpenProblems(problems=problems, checked=checked),
            AlertRun(config=config, now=NOW, real_now=NOW),
        )
        return [str(d.payload) for d in deliveries if d.recipient == "a@example.org"]


def test_a_problem_is_sent_once_and_once_that_it_is_solved(
    database: Database, config: AlertConfig
) -> None:
    (first,) = tell(database, config, BAD)
    assert "1 problem needs review" in first
    assert BAD["report:1"] in first
    assert "To see all problems, run inspection-watch status." in first
    assert "To stop these alerts, edit `operators` in watch.yaml." in first
    assert "To change or stop these messages" not in first
    assert tell(database, config, BAD) == []
    (resolved,) = tell(database, config, {})
    assert "1 is resolved" in resolved
    assert "Resolved: Havering" in resolved
    assert tell(database, config, {}) == []
    with database.read() as session:
        assert len(session.scalars(select(Delivery)).all()) == 4
        assert session.scalars(select(OperatorAlert)).one().resolved_at == NOW


def test_a_problem_that_returns_is_sent_again(database: Database, config: AlertConfig) -> None:
    assert tell(database, config, BAD)
    assert tell(database, config, {})
    assert tell(database, config, BAD)


def test_a_problem_of_long_names_is_sent_too(database: Database, config: AlertConfig) -> None:
    problems = {f"site:{'n' * 300} {number}": f"Problem {number}." for number in (1, 2)}
    [first] = tell(database, config, problems)
    assert "2 problems need review" in first
    assert tell(database, config, problems) == []
    [second] = tell(database, config, {})
    assert "2 are resolved" in second


def test_a_check_solves_only_what_it_covers(database: Database, config: AlertConfig) -> None:
    site = {"site:1": "Barnet: the page could not be read"}
    assert tell(database, config, site)
    assert tell(database, config, {}, checked=("report:",)) == []
    (resolved,) = tell(database, config, {})
    assert "Resolved: Barnet" in resolved


def test_one_message_lists_what_fits_and_counts_the_rest(
    database: Database, config: AlertConfig
) -> None:
    many = {f"report:{n}": f"Council {n}: " + "words " * 60 for n in range(40)}
    (message,) = tell(database, config, many)
    assert "40 problems need review" in message
    assert "… and 35 more" in message or "\\u2026 and 35 more" in message


def test_without_operators_nothing_is_noted(database: Database) -> None:
    assert tell(database, AlertConfig(), BAD) == []
    with database.read() as session:
        assert session.scalars(select(OperatorAlert)).all() == []
