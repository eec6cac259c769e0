"""How readers get off the list: a mailbox, and one click where an address for it is configured."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from alerts.channels.base import Outgoing
from alerts.channels.email.transport import EmailChannel, as_email
from alerts.messages.message import Envelope, Notice
from tests.alerts.builders import NOW

CLICK = "https://watch.example.gov.uk/unsubscribe?list=scrutiny"


def headers(**more: Any) -> tuple[str, str | None]:
    """The two headers of a mail from a channel."""
    channel = EmailChannel.model_validate(
        {"name": "m", "type": "email", "to": "a@example.org", "from": "w@example.org"}
        | {"host": "localhost"}
        | more
    )
    payload = channel.render(
        Notice(headline="x", lines=()),
        Envelope(key="k", subscription="s", at=NOW),
    )
    mail = as_email(
        Outgoing(key="k", recipient="a@example.org", payload=payload, first_attempt_at=NOW)
    )
    return str(mail["List-Unsubscribe"]), mail["List-Unsubscribe-Post"]


def test_the_sender_takes_people_off_where_nobody_else_is_named() -> None:
    assert headers() == ("<mailto:w@example.org?subject=unsubscribe>", None)


def test_a_mailbox_of_its_own_can_be_named() -> None:
    assert (
        headers(unsubscribe="off@example.org")[0] == "<mailto:off@example.org?subject=unsubscribe>"
    )


def test_one_click_needs_a_public_address() -> None:
    ways, post = headers(unsubscribe_url=CLICK)
    assert ways == f"<{CLICK}>, <mailto:w@example.org?subject=unsubscribe>"
    assert post == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    "more",
    [
        {"unsubscribe_url": "http://watch.example.gov.uk/x"},
        {"unsubscribe_url": "https://x.org/>,<mailto:evil@x.org"},
        {"unsubscribe_url": "https://x.org/\r\nBcc: evil@x.org"},
        {"unsubscribe": "a@example.org>, <b@example.org"},
    ],
)
def test_nothing_else_can_get_into_the_header(more: dict[str, str]) -> None:
    try:
        ways, _ = headers(**more)
    except ValidationError:
        return
    assert ways.count("<") == ways.count(">") == 2
    assert "\n" not in ways
