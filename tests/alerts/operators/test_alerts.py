"""Operators get one alert about each problem, and one when it is resolved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from alerts.operators.alerts import OpenProblems, alert_operators, update_waiting_alerts
from alerts.outbox.enqueue import AlertRun
from alerts.subscriptions.config import AlertConfig, load_config
from reports.register import Register
from storage.database import Database
from storage.deleted_addresses import forget_recipient
from storage.models import Delivery, DeliveryState, OperatorAlert

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


def send_alerts(
    database: Database,
    config: AlertConfig,
    problems: dict[str, str],
    *,
    checked: tuple[str, ...] = ALL,
    at: datetime = NOW,
) -> list[str]:
    """What one recipient is sent, as text."""
    with database.write() as session:
        deliveries = alert_operators(
            session,
            OpenProblems(problems=problems, checked=checked),
            AlertRun(config=config, now=at, real_now=at),
        )
        return [str(d.payload) for d in deliveries if d.recipient == "a@example.org"]


def test_a_problem_is_sent_once_and_once_that_it_is_solved(
    database: Database, config: AlertConfig
) -> None:
    (first,) = send_alerts(database, config, BAD)
    assert "1 problem needs review" in first
    assert BAD["report:1"] in first
    assert "To see all problems, run inspection-watch status." in first
    assert "To stop these alerts, edit `operators` in watch.yaml." in first
    assert "To change or stop these messages" not in first
    assert send_alerts(database, config, BAD) == []
    (resolved,) = send_alerts(database, config, {})
    assert "1 problem is resolved" in resolved
    assert "Resolved: Havering" in resolved
    assert send_alerts(database, config, {}) == []
    with database.read() as session:
        assert len(session.scalars(select(Delivery)).all()) == 4
        assert session.scalars(select(OperatorAlert)).one().resolved_at == NOW


def test_a_problem_that_returns_is_sent_again(database: Database, config: AlertConfig) -> None:
    assert send_alerts(database, config, BAD)
    assert send_alerts(database, config, {})
    assert send_alerts(database, config, BAD)


def test_a_problem_of_long_names_is_sent_too(database: Database, config: AlertConfig) -> None:
    problems = {f"site:{'n' * 300} {number}": f"Problem {number}." for number in (1, 2)}
    [first] = send_alerts(database, config, problems)
    assert "2 problems need review" in first
    assert send_alerts(database, config, problems) == []
    [second] = send_alerts(database, config, {})
    assert "2 problems are resolved" in second


def test_a_check_solves_only_what_it_covers(database: Database, config: AlertConfig) -> None:
    site = {"site:1": "Barnet: the page could not be read"}
    assert send_alerts(database, config, site)
    assert send_alerts(database, config, {}, checked=("report:",)) == []
    (resolved,) = send_alerts(database, config, {})
    assert "Resolved: Barnet" in resolved


def test_one_message_lists_what_fits_and_counts_the_rest(
    database: Database, config: AlertConfig
) -> None:
    many = {f"report:{n}": f"Council {n}: " + "words " * 60 for n in range(40)}
    (message,) = send_alerts(database, config, many)
    assert "40 problems need review" in message
    assert "… and 35 more" in message or "\\u2026 and 35 more" in message


def test_without_operators_nothing_is_noted(database: Database) -> None:
    assert send_alerts(database, AlertConfig(), BAD) == []
    with database.read() as session:
        assert session.scalars(select(OperatorAlert)).all() == []


def test_an_alert_that_waited_names_the_problems_that_are_open_now(
    database: Database, config: AlertConfig
) -> None:
    other = {"site:1": "Ofsted's site has changed."}
    send_alerts(database, config, {**BAD, **other})
    put_off(database)
    send_alerts(database, config, other)
    updated = waiting(database, config)
    assert "1 problem needs review" in updated
    assert BAD["report:1"] not in updated, "no alert about it arrived"
    assert other["site:1"] in updated


def test_an_alert_that_waited_until_all_of_it_was_resolved_is_not_sent(
    database: Database, config: AlertConfig
) -> None:
    send_alerts(database, config, BAD)
    put_off(database)
    send_alerts(database, config, {})
    assert waiting(database, config) == ""


def test_of_several_alerts_that_waited_only_the_newest_is_sent(
    database: Database, config: AlertConfig
) -> None:
    send_alerts(database, config, BAD)
    send_alerts(database, config, {**BAD, "site:1": "Ofsted's site has changed."})
    put_off(database)
    assert "2 problems need review" in waiting(database, config)


def test_a_problem_that_has_returned_is_not_called_resolved(
    database: Database, config: AlertConfig
) -> None:
    """Its first alert arrived; those that wait are later ones, not all of them tried."""
    send_alerts(database, config, BAD)
    with database.write() as session:
        session.execute(update(Delivery).values(state=DeliveryState.SENT))
    send_alerts(database, config, {}, at=NOW + timedelta(hours=1))
    send_alerts(database, config, BAD, at=NOW + timedelta(hours=2))
    said = waiting(database, config)
    assert BAD["report:1"] in said
    assert "Resolved" not in said


@pytest.mark.parametrize("may_have_arrived", [False, True])
@pytest.mark.parametrize("third", [False, True])
def test_a_problem_in_an_alert_that_arrived_is_resolved_in_another_after_an_outage(
    database: Database, config: AlertConfig, third: bool, may_have_arrived: bool
) -> None:
    """The alert about it arrived. Those that wait are later ones."""
    second = {"site:1": "Ofsted's site has changed."}
    rest = {"site:2": "Ofsted's site is slow."} if third else {}
    send_alerts(database, config, BAD)
    with database.write() as session:
        session.execute(update(Delivery).values(state=DeliveryState.SENT))
    send_alerts(database, config, second, at=NOW + timedelta(hours=1))
    put_off(database, may_have_arrived=may_have_arrived)
    send_alerts(database, config, rest, at=NOW + timedelta(hours=2))
    said = waiting(database, config)
    assert f"Resolved: {BAD['report:1']}" in said
    assert (f"Resolved: {second['site:1']}" in said) is may_have_arrived
    assert ("1 problem needs review" in said) is third


def put_off(database: Database, *, may_have_arrived: bool = False) -> None:
    """The channel has not taken the messages yet."""
    with database.write() as session:
        for row in session.scalars(select(Delivery)):
            row.next_attempt_at += timedelta(minutes=5)
            row.no_replies = int(may_have_arrived)


def waiting(database: Database, config: AlertConfig) -> str:
    """What the message that was put off says now to one recipient, or nothing if none is due."""
    with database.write() as session:
        update_waiting_alerts(session, AlertRun(config=config, now=NOW, real_now=NOW))
        due = session.scalars(select(Delivery).where(Delivery.state == DeliveryState.DUE))
        said = [str(row.payload) for row in due if row.recipient == "a@example.org"]
        assert len(said) <= 1
        return "".join(said)


@pytest.mark.parametrize("address", ["jo@example.org", "O'Jo_Bell-x&y@example.org"])
def test_a_deleted_address_is_in_no_alert_that_was_sent(
    tmp_path: Path, database: Database, register: Register, address: str
) -> None:
    (tmp_path / "watch.yaml").write_text(
        "channels:\n"
        "  ops: {type: email, to: a@example.org, from: jo@example.org, host: localhost}\n"
        "  chat: {type: slack, token: x, channel: '#ops'}\n"
        "  teams: {type: apprise, url: 'json://localhost'}\n"
        "  hook: {type: webhook, url: 'https://localhost/x', secret: "
        f"{'c2VjcmV0' * 5}}}\n"
        "operators: {channels: [ops, chat, teams, hook]}\n"
    )
    config = load_config(tmp_path / "watch.yaml", register=register, environment={})
    send_alerts(database, config, {"report:1": f"A message to {address} failed: 550 <{address}>"})
    with database.write() as session:
        forget_recipient(session, "a@example.org")
        forget_recipient(session, address.upper())
    with database.read() as session:
        rows = session.scalars(select(Delivery)).all()
    assert len(rows) == 4
    for row in rows:
        said = str({**row.payload, "from": None, "unsubscribe": None})
        assert "A message to deleted address failed" in said
        assert "Bell" not in said
        assert "jo@" not in said
    (sender,) = (row.payload["from"] for row in rows if "from" in row.payload)
    assert sender == "jo@example.org"
