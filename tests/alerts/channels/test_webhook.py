"""A signed webhook: a program can check what it gets, and no answer loses a message."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from alerts.channels.base import Outgoing
from alerts.channels.secrets import scrubbed
from alerts.channels.webhook import transport as webhook_module
from alerts.messages.digest import DigestMessage
from alerts.messages.message import Envelope, Notice
from alerts.outbox.enqueue import AlertRun, keep_notifications
from alerts.outbox.summary import SendSummary
from alerts.subscriptions.channel_check import check_channels, send_test
from alerts.subscriptions.config import AlertConfig, load_config
from reports.errors import ConfigurationError
from reports.register import Register
from storage.database import Database
from storage.models import Delivery
from tests.alerts.builders import AREAS, NOW, fall_events, make_report, stored
from tests.alerts.conftest import WaitingClock, written_deliveries
from tests.alerts.receiver import SECRET, Fault, Receiver, receiving, webhook_channel

Configure = Callable[..., AlertConfig]
Queue = Callable[..., list[str]]
Send = Callable[..., SendSummary]
Rows = Callable[[], list[Delivery]]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def config(configure: Configure, receiver: Receiver) -> AlertConfig:
    return configure(hook=webhook_channel(receiver))


def test_a_report_arrives_as_json_with_a_signature_that_fits(
    config: AlertConfig, queue: Queue, send: Send, receiver: Receiver, rows: Rows
) -> None:
    queue(config)
    assert send(config).sent == 1
    [body], [name] = receiver.bodies, receiver.ids
    assert receiver.refused == 0
    assert (body["type"], body["timestamp"][:10]) == ("report", "2026-08-20")
    data = body["data"]
    assert (data["id"], data["subscription"], data["urgent"]) == (name, "Scrutiny", True)
    assert data["headline"] == "Marlbury 0: overall grade falls from Good to Inadequate"
    [report] = data["reports"]
    assert [area["text"] for area in report["areas"]] == list(AREAS)
    assert (report["kind"], report["area_count"]) == ("inspection", len(AREAS))
    assert report["links"][0]["url"].endswith("/50300000")
    fields = {"id", "type", "authority", "urn", "report_url", "detected_at", "summary", "detail"}
    assert [set(event) for event in report["events"]] == [fields] * 3
    [row] = rows()
    assert (row.recipient, row.remote_id) == ("webhook", name)
    assert "secret" not in json.dumps([row.payload, row.key, row.recipient])


def test_a_body_has_the_fields_that_the_documentation_shows(
    config: AlertConfig, queue: Queue, send: Send, receiver: Receiver
) -> None:
    page = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text("utf-8")
    documented = json.loads(page.split("```json\n")[1].split("```")[0])
    queue(config)
    send(config)
    [body] = receiver.bodies
    for shown, sent in (
        (documented, body),
        (documented["data"], body["data"]),
        (documented["data"]["reports"][0], body["data"]["reports"][0]),
    ):
        assert set(shown) == set(sent)
    [report] = documented["data"]["reports"]
    assert re.fullmatch(r"\d+ to \d+ \w+ \d{4}", report["inspected"])
    assert re.fullmatch(r"\d+ \w+ \d{4}", report["published"])


def test_a_signature_of_another_secret_is_refused_and_fails(
    configure: Configure, queue: Queue, send: Send, receiver: Receiver, rows: Rows
) -> None:
    other = "whsec_" + "B" * 43 + "="
    config = configure(hook=webhook_channel(receiver, secret=other))
    queue(config)
    assert send(config).failed == 1
    assert (receiver.refused, receiver.bodies) == (1, [])
    assert "401" in (rows()[0].last_error or "")


def test_the_signature_is_that_of_the_specification() -> None:
    """The example of the Standard Webhooks libraries' own tests."""
    headers = webhook_module.signed_headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        name="msg_p5jXN8AQM9LWM0D4loKWxJek",
        moment=1614265330,
        body=b'{"test": 2432232314}',
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(("status", "state"), [(200, "sent"), (204, "sent"), (410, "given_up")])
@pytest.mark.parametrize("again", [False, True])
def test_what_is_answered_is_recorded(
    config: AlertConfig,
    queue: Queue,
    send: Send,
    receiver: Receiver,
    rows: Rows,
    status: int,
    state: str,
    again: bool,
) -> None:
    receiver.faults = [Fault(503)] * again + [Fault(status, accept=True)]
    queue(config)
    send(config)
    [row] = rows()
    assert (row.state, row.tries, row.no_replies) == (state, 1 + again, 0)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 413, 422])
def test_a_refusal_for_good_fails_and_holds_up_no_other(
    config: AlertConfig, queue: Queue, send: Send, receiver: Receiver, status: int
) -> None:
    receiver.faults = [Fault(status)]
    queue(config, reports=2)
    summary = send(config)
    assert (summary.failed, summary.sent) == (1, 1)


@pytest.mark.parametrize("status", [302, 307, 408, 409, 425, 429, 503])
def test_a_passing_refusal_is_tried_again_without_any_doubt(
    config: AlertConfig, queue: Queue, send: Send, receiver: Receiver, rows: Rows, status: int
) -> None:
    receiver.faults = [Fault(status, headers={"Location": receiver.url})]
    queue(config)
    summary = send(config)
    assert (summary.sent, summary.postponed, summary.may_be_duplicates) == (1, 1, 0)
    assert receiver.methods == ["POST", "POST"], "a redirect is not followed"


@pytest.mark.parametrize("status", [429, 503])
def test_it_waits_as_long_as_it_is_asked_to(
    config: AlertConfig,
    queue: Queue,
    send: Send,
    receiver: Receiver,
    clock: WaitingClock,
    status: int,
) -> None:
    receiver.faults = [Fault(status, headers={"Retry-After": "17"})]
    queue(config)
    assert send(config).sent == 1
    assert 17 <= sum(clock.waits) < 19


def test_a_retry_after_may_be_a_moment_or_nonsense() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=100))
    assert 90 < (webhook_module._seconds(soon) or 0) <= 100
    of_no_zone = f"Mon, 01 Jan 2024 00:00:00 +{'9' * 16}"
    for nonsense in ("soon", "²", of_no_zone):
        assert webhook_module._seconds(nonsense) is None
    assert webhook_module._seconds("9" * 40) == 999_999_999_999


@pytest.mark.parametrize("answer", ["cut", 500, 502])
@pytest.mark.parametrize("accept", [True, False])
def test_without_an_answer_it_is_repeated_under_the_same_name_and_counted(
    config: AlertConfig,
    queue: Queue,
    send: Send,
    receiver: Receiver,
    rows: Rows,
    answer: int | str,
    accept: bool,
) -> None:
    receiver.faults = [Fault(answer, accept=accept)]
    queue(config)
    summary = send(config)
    assert (summary.sent, summary.may_be_duplicates) == (1, 1)
    assert len(receiver.ids) == 1 + accept
    assert len(set(receiver.ids)) == 1
    assert rows()[0].no_replies == 1


def test_a_receiver_that_is_in_trouble_for_an_hour_loses_nothing(
    config: AlertConfig, queue: Queue, send: Send, receiver: Receiver, clock: WaitingClock
) -> None:
    receiver.faults = [Fault("cut"), Fault(500), Fault(502), Fault("cut")] * 2
    queue(config, reports=2)
    for _ in range(20):
        send(config, wait_seconds=0)
        clock.pass_by(400)
    send(config)
    assert sorted(receiver.ids) == sorted(set(receiver.ids))
    assert len(receiver.ids) == 2


def test_a_receiver_that_hangs_is_left_after_a_while(
    config: AlertConfig,
    queue: Queue,
    send: Send,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webhook_module, "READ_SECONDS", 0.5)
    receiver.faults = [Fault("hang", accept=True)]
    queue(config)
    summary = send(config)
    assert (summary.sent, summary.may_be_duplicates) == (1, 1)


def test_no_connection_is_a_certain_failure(
    configure: Configure, queue: Queue, send: Send, receiver: Receiver, rows: Rows
) -> None:
    config = configure(hook=webhook_channel(receiver, url="http://127.0.0.1:9/very-secret"))
    queue(config)
    assert send(config, wait_seconds=0).waiting == 1
    [row] = rows()
    assert row.no_replies == 0
    assert "cannot be reached" in (row.last_error or "")
    assert "secret" not in (row.last_error or "")


def test_several_reports_digests_and_notices_go_the_same_way(
    config: AlertConfig, database: Database, send: Send, receiver: Receiver, clock: WaitingClock
) -> None:
    with database.write() as session:
        for number in range(3):
            report = make_report(
                file_id=str(50500000 + number), authority=f"M {number}", urn=f"9{number}"
            )
            events = fall_events(report)
            stored(session, report, events)
            keep_notifications(
                session, events, AlertRun(config=config, now=NOW, real_now=NOW), held=False
            )
        written_deliveries(session, config=config, real_now=clock.now())
    assert send(config).sent == 1
    [body] = receiver.bodies
    assert (body["type"], len(body["data"]["reports"])) == ("combined", 3)
    assert body["data"]["summary"] == "This message covers 3 reports; all of them are urgent."
    channel = config.channels["hook"]
    envelope = Envelope(key="k", subscription="S", at=NOW)
    for content in (DigestMessage(headline="h", summary="s"), Notice(headline="h", lines=("l",))):
        outgoing = Outgoing(
            key="k",
            recipient="webhook",
            payload=channel.render(content, envelope),
            first_attempt_at=NOW,
        )
        channel.send(outgoing)
    assert [body["type"] for body in receiver.bodies[1:]] == ["digest", "notice"]
    assert receiver.bodies[2]["data"]["lines"] == ["l"]


def test_it_can_be_reached_without_sending_and_tested(
    config: AlertConfig, receiver: Receiver
) -> None:
    [reached] = check_channels(config)
    assert (reached.ok, receiver.methods) == (True, ["HEAD"])
    assert "secret" not in reached.message
    [tested] = send_test(config)
    assert tested.ok
    assert receiver.bodies[0]["type"] == "notice"


def test_details_are_left_out_of_a_body_that_would_be_too_large(
    config: AlertConfig, database: Database, rows: Rows
) -> None:
    report = make_report()
    events = fall_events(report)
    events[0].detail = {**events[0].detail, "padding": "x" * 1_000_001}
    with database.write() as session:
        stored(session, report, events)
        keep_notifications(
            session, events, AlertRun(config=config, now=NOW, real_now=NOW), held=False
        )
        written_deliveries(session, config=config)
    [row] = rows()
    [queued_deliveries] = row.payload["data"]["reports"]
    assert {event["detail"] for event in queued_deliveries["events"]} == {None}
    assert len(queued_deliveries["areas"]) == len(AREAS)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"url": "http://example.org/hook"}, "must begin with https://"),
        ({"url": "https://user:pass@example.org/hook"}, "must be a whole address"),
        ({"url": "https:///hook"}, "must be a whole address"),
        ({"url": "file:///etc/passwd"}, "must be a whole address"),
        ({"url": "https://example.org/a b"}, "must be a whole address"),
        ({"secret": "whsec_short"}, "24 to 64 random bytes"),
        ({"secret": "not base64 at all, and far too long"}, "openssl rand -base64 32"),
    ],
)
def test_a_slip_is_an_error_that_shows_no_secret(
    tmp_path: Path, register: Register, entry: dict[str, str], said: str
) -> None:
    values = {"type": "webhook", "url": "https://example.org/hook", "secret": SECRET, **entry}
    path = tmp_path / "watch.yaml"
    path.write_text(json.dumps({"channels": {"hook": values}}))
    with pytest.raises(ConfigurationError) as fault:
        load_config(path, register=register, environment={})
    assert said in str(fault.value)
    assert scrubbed(str(fault.value), tuple(entry.values())) == str(fault.value)
