"""Notices about Inspection Watch itself: pings, channels that are stuck, an unavailable source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import ClassVar

import pytest
from sqlalchemy import select

from alerts.operators.alerts import OpenProblems, alert_operators
from alerts.operators.ping import ping
from alerts.operators.source_unavailable import notify_source_unavailable, stop_overtaken_notices
from alerts.operators.undelivered import STUCK, undelivered
from alerts.operators.weekday_time import weekday_time
from alerts.outbox.enqueue import AlertRun
from alerts.subscriptions.config import AlertConfig, load_config
from alerts.subscriptions.quiet_hours import QuietHours
from reports.errors import ConfigurationError
from reports.london import LONDON
from reports.register import Register
from storage.database import Database
from storage.models import Delivery, DeliveryState, Poll, PollKind, PollOutcome

NOW = datetime(2026, 8, 20, 9, 30, tzinfo=UTC)
FILE = """\
channels:
  one: {type: email, to: [a@example.org, b@example.org], from: w@example.org, host: localhost}
  two: {type: slack, token: x, channel: "#ops"}
subscriptions:
  - {name: First, authorities: {all: true}, events: [new_report], channels: [one]}
  - {name: Second, authorities: {all: true}, events: [new_report], channels: [one, two]}
operators: {channels: [one, two], ping: "http://127.0.0.1:1/ping/secret"}
"""


@pytest.fixture
def load(tmp_path: Path, register: Register) -> Callable[[str], AlertConfig]:
    def loaded(text: str) -> AlertConfig:
        path = tmp_path / "watch.yaml"
        path.write_text(text)
        return load_config(path, register=register, environment={})

    return loaded


@pytest.fixture
def config(load: Callable[[str], AlertConfig]) -> AlertConfig:
    return load(FILE)


def delivery(number: int, **values: object) -> Delivery:
    """A message in the outbox."""
    given = {
        "key": f"k{number}",
        "subscription": "First",
        "channel": "one",
        "recipient": "a@example.org",
        "payload": {},
        "state": DeliveryState.DUE,
        "next_attempt_at": NOW,
        "created_at": NOW,
    }
    return Delivery(**(given | values))


class Pinged(BaseHTTPRequestHandler):
    """Notes what is asked for; `/slow` never answers."""

    paths: ClassVar[list[str]] = []
    answered: ClassVar[list[str]] = []
    released: ClassVar[Event] = Event()

    def do_GET(self) -> None:
        """Answer."""
        self.paths.append(self.path)
        if "slow" in self.path:
            self.released.wait()
        self.answered.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    Pinged.paths, Pinged.answered, Pinged.released = [], [], Event()
    with ThreadingHTTPServer(("127.0.0.1", 0), Pinged) as http:
        thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        Pinged.released.set()
        http.shutdown()
        thread.join()


def test_a_ping_says_how_the_poll_went(server: str) -> None:
    ping(f"{server}/ping/abc?x=1")
    ping(f"{server}/ping/abc?x=1", failed=True)
    assert Pinged.paths == ["/ping/abc?x=1", "/ping/abc/fail?x=1"]


def test_a_ping_that_leads_nowhere_is_not_a_fault(caplog: pytest.LogCaptureFixture) -> None:
    ping("http://127.0.0.1:1/secret")
    assert "did not arrive" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize("host", ["[ping", "ping..example", f"{'p' * 64}.example"])
def test_a_ping_to_an_address_with_a_mistake_is_not_a_fault(
    host: str, caplog: pytest.LogCaptureFixture
) -> None:
    for failed in (False, True):
        caplog.clear()
        ping(f"http://{host}/secret", failed=failed)
        assert "did not arrive" in caplog.text
        assert "secret" not in caplog.text


def test_a_slow_ping_is_not_waited_for(
    server: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("alerts.operators.ping.READ_SECONDS", 0.2)
    ping(f"{server}/slow")
    assert not Pinged.answered, "it came back before the answer"
    assert "did not arrive" in caplog.text


def test_the_ping_address_is_a_secret(config: AlertConfig) -> None:
    assert "http://127.0.0.1:1/ping/secret" in config.secrets()


@pytest.mark.parametrize(
    ("operators", "said"),
    [
        ('{ping: "watch.example.org"}', "begins with https://"),
        ('{ping: "https://[watch.example.org"}', "begins with https://"),
        ("{channels: []}", "operators must have channels or a ping address"),
        ("{pings: x}", "did you mean ping?"),
    ],
)
def test_a_slip_is_an_error_with_its_line(
    operators: str, said: str, load: Callable[[str], AlertConfig]
) -> None:
    text = FILE[: FILE.index("operators:")] + f"operators: {operators}\n"
    with pytest.raises(ConfigurationError, match="line 7") as fault:
        load(text)
    assert said in str(fault.value)


def test_a_ping_alone_is_enough(load: Callable[[str], AlertConfig]) -> None:
    config = load('operators: {ping: "https://hc.example.org/x"}')
    assert config.operators == ()
    assert config.ping is not None


def test_a_channel_that_is_stuck_for_an_hour_is_reported_by_another(
    database: Database, config: AlertConfig
) -> None:
    hour = timedelta(hours=1)
    with database.write() as session:
        session.add_all(
            [
                delivery(1, first_attempt_at=NOW - hour, tries=3, last_error="cannot be reached"),
                delivery(2, first_attempt_at=NOW - hour / 2, tries=1, channel="two"),
                delivery(3, tries=0),
            ]
        )
    alerts = []
    for moment in (NOW, NOW + hour / 4):
        with database.write() as session:
            found = undelivered(
                session, now=moment, subscriptions={"First": None}, config_read_at=NOW
            )
            assert found.broken == {"one"}
            alerts += alert_operators(
                session,
                OpenProblems(problems=found.problems, checked=(STUCK,)),
                AlertRun(config=config, now=moment, real_now=moment),
                avoid=found.broken,
            )
    [row] = alerts
    assert row.channel == "two"
    said = "Channel one has not taken messages since 09:30 on Thursday 20 August; 1 message waits."
    assert said in str(row.payload)
    assert "cannot be reached" in str(row.payload)
    with database.write() as session:
        for stuck in session.query(Delivery).where(Delivery.key.like("k%")):
            stuck.state = DeliveryState.SENT
        session.flush()
        found = undelivered(session, now=NOW, subscriptions={"First": None}, config_read_at=NOW)
        resolved = alert_operators(
            session,
            OpenProblems(problems=found.problems, checked=(STUCK,)),
            AlertRun(config=config, now=NOW, real_now=NOW),
        )
    assert "Resolved: Channel one" in str(resolved[0].payload)


@pytest.mark.parametrize(
    ("hours", "urgent", "is_broken"),
    [
        ("08:00-12:00", False, False),  # NOW is 10:30 in London
        ("22:00-10:00", False, False),  # nothing could be tried in most of the last hour
        ("22:00-09:30", False, True),
        ("08:00-12:00", True, True),
    ],
)
def test_a_message_that_waits_for_the_end_of_quiet_hours_does_not_make_its_channel_look_broken(
    database: Database, hours: str, urgent: bool, is_broken: bool
) -> None:
    first_try = NOW - timedelta(hours=3)
    with database.write() as session:
        session.add(delivery(1, first_attempt_at=first_try, tries=1, urgent=urgent))
    with database.read() as session:
        found = undelivered(
            session,
            now=NOW,
            subscriptions={"First": QuietHours.parse(hours)},
            config_read_at=NOW,
        )
    assert (found.broken == {"one"}) is is_broken


def test_where_every_channel_is_broken_all_are_tried(
    database: Database, config: AlertConfig
) -> None:
    with database.write() as session:
        alerts = alert_operators(
            session,
            OpenProblems(problems={"stuck:one": "One."}, checked=(STUCK,)),
            AlertRun(config=config, now=NOW, real_now=NOW),
            avoid={"one", "two"},
        )
    assert {row.channel for row in alerts} == {"one", "two"}


def test_what_failed_is_reported_but_not_what_operators_were_sent(database: Database) -> None:
    with database.write() as session:
        session.add(delivery(1, state=DeliveryState.FAILED, last_error="550 unknown"))
        session.add(delivery(2, state=DeliveryState.FAILED, subscription="Operators"))
    with database.read() as session:
        found = undelivered(session, now=NOW, subscriptions={"First": None}, config_read_at=NOW)
    [sentence] = found.problems.values()
    assert sentence == "A message for “First” to a@example.org through one failed: 550 unknown"


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ((2026, 6, 19, 13), (2026, 6, 22, 9), 20.0),  # Friday to Monday
        ((2026, 6, 20, 1), (2026, 6, 21, 23), 0.0),  # a weekend
        ((2026, 6, 15, 9), (2026, 6, 18, 9), 72.0),
        ((2026, 3, 27, 12), (2026, 3, 30, 12), 24.0),  # the clocks change on the Sunday
    ],
)
def test_only_working_days_count(
    start: tuple[int, ...], end: tuple[int, ...], hours: float
) -> None:
    first, last = (datetime(*parts, tzinfo=LONDON) for parts in (start, end))  # type: ignore[arg-type]
    assert weekday_time(first, last) == timedelta(hours=hours)


LAST_POLL = datetime(2026, 6, 19, 13, 2, tzinfo=LONDON)


@pytest.fixture
def notify(
    database: Database, config: AlertConfig
) -> Callable[[datetime | None, datetime], list[Delivery]]:
    """What `deliver` writes at a time, with the last complete poll at another."""

    def notified(last_poll: datetime | None, now: datetime) -> list[Delivery]:
        run = AlertRun(config=config, now=now, real_now=NOW)
        with database.write() as session:
            return notify_source_unavailable(session, run, last_poll=last_poll)

    return notified


def store_poll(database: Database, at: datetime, outcome: PollOutcome) -> None:
    """Store a poll that ended without success, or has not ended."""
    with database.write() as session:
        session.add(Poll(kind=PollKind.QUICK, started_at=at, outcome=outcome))


def test_a_machine_that_was_off_for_days_does_not_say_that_the_site_cannot_be_read(
    database: Database, notify: Callable[[datetime | None, datetime], list[Delivery]]
) -> None:
    store_poll(database, LAST_POLL + timedelta(minutes=30), PollOutcome.FAILED)
    on_again = LAST_POLL + timedelta(days=9)
    assert notify(LAST_POLL, on_again) == []
    store_poll(database, on_again + timedelta(minutes=1), PollOutcome.RUNNING)
    assert notify(LAST_POLL, on_again + timedelta(minutes=2)) == []
    checked = on_again + timedelta(minutes=3)
    assert notify(checked, checked) == [], "nobody was notified of anything"


def test_where_the_site_is_not_tried_for_a_day_it_counts_as_one_that_cannot_be_read(
    notify: Callable[[datetime | None, datetime], list[Delivery]],
) -> None:
    on_again = LAST_POLL + timedelta(days=9)
    assert notify(LAST_POLL, on_again) == []
    assert notify(LAST_POLL, on_again + timedelta(hours=23)) == []
    assert len(notify(LAST_POLL, on_again + timedelta(hours=24))) == 3
    assert notify(LAST_POLL, on_again + timedelta(hours=25)) == []


def test_an_unavailable_source_is_reported_once_and_its_end_once(
    database: Database, notify: Callable[[datetime | None, datetime], list[Delivery]]
) -> None:
    last_poll = LAST_POLL
    store_poll(database, datetime(2026, 6, 24, 12, 30, tzinfo=LONDON), PollOutcome.FAILED)
    assert notify(None, last_poll) == []
    assert notify(last_poll, datetime(2026, 6, 24, 13, 0, tzinfo=LONDON)) == []
    gone = notify(last_poll, datetime(2026, 6, 24, 13, 3, tzinfo=LONDON))
    assert sorted(row.recipient for row in gone) == ["#ops", "a@example.org", "b@example.org"]
    assert "Last successful check: 13:02 on Friday 19 June 2026." in str(gone[0].payload)
    assert notify(last_poll, last_poll + timedelta(days=9)) == []
    seen = last_poll + timedelta(days=9)
    back = notify(seen, seen)
    assert len(back) == 3
    assert "is working again" in back[0].payload["subject"]
    assert "13:02 on Friday 19 June 2026" in back[0].payload["text"]
    assert notify(seen, seen) == []
    store_poll(database, seen + timedelta(days=30, hours=-1), PollOutcome.PROBLEMS)
    assert len(notify(seen, seen + timedelta(days=30))) == 3


def test_a_notice_after_a_wrong_clock_does_not_name_one_check_twice(
    database: Database, config: AlertConfig
) -> None:
    last_poll = LAST_POLL
    store_poll(database, last_poll + timedelta(days=8, hours=23), PollOutcome.FAILED)
    with database.write() as session:
        for now in (last_poll + timedelta(days=9), last_poll):
            run = AlertRun(config=config, now=now, real_now=NOW)
            written = notify_source_unavailable(session, run, last_poll=last_poll)
        text = " ".join(written[0].payload["text"].split())
    assert text.count("13:02 on Friday 19 June 2026") == 1
    assert "No check was missed" in text


def test_a_notice_that_waited_is_not_sent_after_the_opposite_became_true(
    database: Database, config: AlertConfig
) -> None:
    last_poll = LAST_POLL
    later = last_poll + timedelta(days=9)
    for day in (9, 18):
        store_poll(database, last_poll + timedelta(days=day, hours=-1), PollOutcome.FAILED)

    def waiting_after(last_poll: datetime, now: datetime) -> list[str]:
        run = AlertRun(config=config, now=now, real_now=NOW)
        with database.write() as session:
            notify_source_unavailable(session, run, last_poll=last_poll)
            stop_overtaken_notices(session)
            rows = session.scalars(select(Delivery).where(Delivery.state == DeliveryState.DUE))
            return [row.key.split(":")[2] for row in rows if row.recipient == "a@example.org"]

    assert waiting_after(last_poll, later) == ["unavailable"]
    assert waiting_after(later, later) == ["working"]
    assert waiting_after(later, later + timedelta(days=9)) == ["unavailable"]


def test_a_notice_that_the_site_works_again_stays_while_no_notice_says_otherwise(
    database: Database, notify: Callable[[datetime | None, datetime], list[Delivery]]
) -> None:
    """It waited for the end of quiet hours, and the machine was switched off meanwhile."""
    store_poll(database, LAST_POLL + timedelta(days=8, hours=23), PollOutcome.FAILED)
    again = LAST_POLL + timedelta(days=9)
    assert len(notify(LAST_POLL, again)) == 3
    assert len(notify(again, again)) == 3
    assert notify(again, again + timedelta(days=9)) == []
    with database.write() as session:
        stop_overtaken_notices(session)
        rows = session.scalars(select(Delivery).where(Delivery.state == DeliveryState.DUE)).all()
    assert [row.key.split(":")[2] for row in rows] == ["working"] * 3
