"""A page elsewhere, or in place of the service, has not taken a message, and gets no token."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from alerts.outbox.summary import SendSummary
from alerts.subscriptions.config import AlertConfig
from demo.notify import API_KEY, TEMPLATE_ID
from demo.slack import LocalSlack, replaced
from storage.models import Delivery, DeliveryState
from tests.alerts.conftest import slack_channel
from tests.alerts.receiver import SECRET

NOTIFY = {
    "type": "notify",
    "to": ["team@example.gov.uk"],
    "api_key": API_KEY,
    "template_id": TEMPLATE_ID,
    "base_url": "http://{host}",
}


class Redirecting(BaseHTTPRequestHandler):
    """Redirects what is posted, and keeps where what came."""

    port: int
    page: int = 200
    asked: list[str]

    def do_POST(self) -> None:
        self.asked.append("POST")
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(302)
        self.send_header("Location", f"http://localhost:{self.port}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.asked.append("GET")
        self.send_response(self.page)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: object) -> None:
        """Be quiet."""


@pytest.fixture
def redirecting() -> Iterator[type[Redirecting]]:
    handler: type[Redirecting] = type("Handler", (Redirecting,), {"asked": []})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        handler.port = server.server_port
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield handler
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    "channel",
    [
        {"type": "slack", "token": "xoxb-1", "channel": "#c", "base_url": "http://{host}/api/"},
        {"type": "slack-webhook", "url": "http://{host}/services/T0/B0/x"},
        {"type": "webhook", "url": "http://{host}/hook", "secret": SECRET},
        {"type": "apprise", "url": "json://{host}/"},
        NOTIFY,
    ],
    ids=lambda channel: channel["type"],
)
def test_a_message_that_was_redirected_has_not_been_sent(
    configure: Callable[..., AlertConfig],
    queue: Callable[..., list[str]],
    send: Callable[..., SendSummary],
    rows: Callable[[], list[Delivery]],
    redirecting: type[Redirecting],
    channel: dict[str, Any],
) -> None:
    host = f"127.0.0.1:{redirecting.port}"
    address = {k: v.replace("{host}", host) for k, v in channel.items() if isinstance(v, str)}
    config = configure(scrutiny={**channel, **address})
    queue(config)
    assert send(config, wait_seconds=0).sent == 0
    assert [row.state for row in rows()] == [DeliveryState.DUE]
    assert redirecting.asked == ["POST"]


def test_a_web_page_in_place_of_slack_does_not_count_as_a_reply(
    configure: Callable[..., AlertConfig],
    queue: Callable[..., list[str]],
    send: Callable[..., SendSummary],
    rows: Callable[[], list[Delivery]],
    slack: LocalSlack,
) -> None:
    slack.add_fault(replaced(accept=False, method="webhook"))
    config = configure(hook={"type": "slack-webhook", "url": slack.webhook_url})
    queue(config)
    assert send(config, wait_seconds=0).sent == 0
    [row] = rows()
    assert (row.state, row.no_replies) == (DeliveryState.DUE, 1)


@pytest.mark.parametrize("body", ["", "<html>Signed in</html>", '{"status": "ok"}'])
def test_a_gateway_that_passes_a_message_on_and_replies_itself_makes_no_copy(
    configure: Callable[..., AlertConfig],
    queue: Callable[..., list[str]],
    send: Callable[..., SendSummary],
    slack: LocalSlack,
    body: str,
) -> None:
    slack.add_fault(replaced(accept=True, body=body))
    config = configure(chat=slack_channel(slack))
    queue(config)
    summary = send(config)
    assert (summary.found, summary.sent, len(slack.messages)) == (1, 0, 1)


def test_an_email_that_was_redirected_to_a_missing_page_has_not_failed(
    configure: Callable[..., AlertConfig],
    queue: Callable[..., list[str]],
    send: Callable[..., SendSummary],
    rows: Callable[[], list[Delivery]],
    redirecting: type[Redirecting],
) -> None:
    redirecting.page = 404
    config = configure(council={**NOTIFY, "base_url": f"http://127.0.0.1:{redirecting.port}"})
    queue(config)
    assert send(config, wait_seconds=0).failed == 0
    assert [row.state for row in rows()] == [DeliveryState.DUE]
