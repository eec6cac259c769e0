"""Check whether every channel can be reached, and send test messages."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from alerts.channels.base import ChannelBase, Outgoing
from alerts.channels.errors import DeliveryError
from alerts.channels.secrets import scrubbed
from alerts.messages.message import Envelope, Notice
from alerts.subscriptions.config import AlertConfig

_TEST = Notice(
    headline="Test: Inspection Watch can reach you here",
    lines=(
        "This is a test message. Nothing was published.",
        "Messages about new Ofsted reports will arrive in the same way.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class ChannelCheck:
    """The result of reaching one channel, or of one test message to one recipient."""

    channel: str
    recipient: str | None
    ok: bool
    message: str


def check_channels(config: AlertConfig) -> list[ChannelCheck]:
    """Connect to each channel without sending anything, and return the results."""
    return [_reached(config, channel) for channel in config.channels.values()]


def send_test(config: AlertConfig) -> list[ChannelCheck]:
    """Send one test message to each recipient of each channel, once, and return the results."""
    return [
        _tested(config, channel, recipient)
        for channel in config.channels.values()
        for recipient in channel.recipients()
    ]


def _reached(config: AlertConfig, channel: ChannelBase) -> ChannelCheck:
    answer, ok = _answer(config, channel.reach)
    return ChannelCheck(channel=channel.name, recipient=None, ok=ok, message=answer)


def _tested(config: AlertConfig, channel: ChannelBase, recipient: str) -> ChannelCheck:
    now = datetime.now(UTC)
    key = f"test:{secrets.token_hex(16)}"
    envelope = Envelope(
        key=key,
        subscription="Test",
        at=now,
        reason="an operator ran inspection-watch check --send-test",
        is_test=True,
    )

    def send() -> str:
        outgoing = Outgoing(
            key=key,
            recipient=recipient,
            payload=channel.render(_TEST, envelope),
            first_attempt_at=now,
        )
        channel.send(outgoing)
        return "test message sent"

    answer, ok = _answer(config, send)
    return ChannelCheck(channel=channel.name, recipient=recipient, ok=ok, message=answer)


def _answer(config: AlertConfig, ask: Callable[[], str]) -> tuple[str, bool]:
    """Return what a channel answers, and whether it works."""
    try:
        return ask(), True
    except DeliveryError as error:
        said = str(error)
    except Exception as error:
        # Such as for a host with an empty part. The other channels are still checked.
        said = f"unexpected {type(error).__name__}: {error}"
    return scrubbed(said, config.secrets()), False
