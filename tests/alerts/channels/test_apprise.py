"""Other services behind Apprise."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from alerts.messages.compose import compose
from alerts.messages.message import Envelope
from alerts.outbox.summary import SendSummary
from alerts.subscriptions.config import AlertConfig
from storage.models import Delivery
from tests.alerts.builders import AREAS, NOW, fall_events, make_report
from tests.alerts.json_service import json_service

Configure = Callable[..., AlertConfig]
Queue = Callable[..., list[str]]
Send = Callable[..., SendSummary]
Rows = Callable[[], list[Delivery]]


def test_apprise_gets_title_and_text(
    configure: Configure, queue: Queue, send: Send, rows: Rows
) -> None:
    with json_service(200) as (url, received):
        config = configure(teams={"type": "apprise", "url": url})
        queue(config)
        assert send(config).sent == 1
    [message] = received
    assert message["title"].startswith("[Urgent] Marlbury 0: overall grade falls")
    assert "Overall effectiveness: Good → " in message["message"]
    assert rows()[0].recipient == "json://"


def test_what_apprise_does_not_deliver_is_tried_again_without_showing_its_address(
    configure: Configure, queue: Queue, send: Send, rows: Rows
) -> None:
    with json_service(503) as (url, received):
        config = configure(teams={"type": "apprise", "url": url})
        queue(config)
        assert send(config, wait_seconds=0).waiting == 1
    [row] = rows()
    assert len(received) == 1
    assert row.last_error
    assert "secret" not in row.last_error


def test_an_odd_reply_shows_no_address_in_the_log(
    configure: Configure,
    queue: Queue,
    send: Send,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with json_service("odd") as (url, received):
        config = configure(teams={"type": "apprise", "url": url})
        queue(config)
        send(config, wait_seconds=0)
    assert received
    shown = [str(record.args) for record in caplog.records if record.levelno >= logging.WARNING]
    assert "very-secret" not in " ".join(shown)


def test_apprise_itself_does_not_try_twice(configure: Configure, queue: Queue, send: Send) -> None:
    with json_service(503) as (url, received):
        config = configure(teams={"type": "apprise", "url": f"{url}?retry=3&wait=0"})
        queue(config)
        send(config, wait_seconds=0)
    assert len(received) == 1


@pytest.mark.parametrize(
    ("url", "most"),
    [
        ("discord://1234567890/abcdefghij", 2_000),
        ("mmost://h/3ccdd113474722377935511fc85d3dd4", 4_000),
    ],
)
def test_a_message_is_as_short_as_the_service_asks_for(
    configure: Configure, url: str, most: int
) -> None:
    report = make_report(areas=AREAS * 10)
    envelope = Envelope(key="k", subscription="Scrutiny", at=NOW)
    channel = configure(chat={"type": "apprise", "url": url}).channels["chat"]
    payload = channel.render(compose(report, fall_events(report)), envelope)
    assert len(payload["title"] + payload["body"]) <= most
    assert "This message is too long for this channel" in payload["body"]
    assert payload["body"].endswith(f"alert {envelope.alert_id}."), "the ending is whole"


@pytest.mark.parametrize(
    "url",
    [
        "workflows://host.example.org:443/abcdef/signature",
        "pover://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
    ],
)
def test_teams_gets_all_of_a_message_and_services_for_short_texts_its_beginning(
    configure: Configure, url: str
) -> None:
    report = make_report(areas=AREAS)
    envelope = Envelope(key="k", subscription="Scrutiny", at=NOW)
    channel = configure(chat={"type": "apprise", "url": url}).channels["chat"]
    body = channel.render(compose(report, fall_events(report)), envelope)["body"]
    assert all(area in body.replace("\\", "") for area in AREAS)
    assert "Overall effectiveness: Good → **Inadequate**" in body[:600]


@pytest.mark.parametrize(
    ("url", "targets"),
    [
        ("json://a.example", None),
        ("json://a.example?retry=3", None),
        ("json://a.example, json://b.example", 2),
        ("tgram://123456789:AAbbCCddEEffGGhhIIjj/1111/2222/3333", 3),
    ],
)
def test_an_address_with_several_targets_is_a_warning(
    configure: Configure, url: str, targets: int | None
) -> None:
    warnings = configure(teams={"type": "apprise", "url": url}).warnings
    said = [] if targets is None else [f"Channel teams: its address names {targets} targets"]
    assert [warning.partition(";")[0] for warning in warnings] == said
