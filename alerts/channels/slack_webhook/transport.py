"""Slack by an incoming webhook: easy to set up, but without a history to search."""

from __future__ import annotations

import re
from http.client import HTTPException
from typing import Any, ClassVar, Literal

from pydantic import SecretStr, field_validator
from slack_sdk.errors import SlackClientError

from alerts.channels.base import ChannelBase, Outgoing
from alerts.channels.errors import NoReply
from alerts.channels.hosts import check_encrypted
from alerts.channels.slack.clients import TIMEOUT_SECONDS, IncomingWebhookClient, quiet_logger
from alerts.channels.slack.error_replies import (
    REPLIED_INSTEAD,
    bad_status,
    connection_error,
    refusal,
)
from alerts.channels.slack.renderer import slack_payload
from alerts.messages.content import Content
from alerts.messages.message import Envelope


class SlackWebhookChannel(ChannelBase):
    """The Slack channel that an incoming webhook posts to. Its address is a secret."""

    payload_keys: ClassVar[frozenset[str]] = frozenset({"text", "blocks"})
    seconds_between: ClassVar[float] = 1.0

    type: Literal["slack-webhook"]
    url: SecretStr

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, value: SecretStr) -> SecretStr:
        address = value.get_secret_value()
        if not re.fullmatch(r"https?://[^\s/]+/\S+", address):
            raise ValueError("must be the whole address of the webhook, beginning with https://")
        check_encrypted(address)
        return value

    def recipients(self) -> tuple[str, ...]:
        """Return a name: the address itself is secret."""
        return ("webhook",)

    def render(self, content: Content, envelope: Envelope) -> dict[str, Any]:
        """Return text and blocks."""
        return slack_payload(content, envelope)

    def send(self, outgoing: Outgoing) -> str | None:
        """Post once. A webhook returns no id."""
        outgoing.check_may_begin()
        client = IncomingWebhookClient(
            self.url.get_secret_value(),
            timeout=TIMEOUT_SECONDS,
            retry_handlers=[],
            logger=quiet_logger(),
        )
        try:
            answer = client.send_dict(
                {
                    "text": outgoing.payload["text"],
                    "blocks": outgoing.payload["blocks"],
                    "unfurl_links": False,
                    "unfurl_media": False,
                }
            )
        except (OSError, HTTPException, SlackClientError) as error:
            raise connection_error(error) from None
        if answer.status_code != 200:
            code = answer.body.strip()
            # The body of a 4xx answer names the fault in one word.
            if 400 <= answer.status_code < 500 and re.fullmatch(r"[a-z_]{3,60}", code):
                raise refusal(code)
            raise bad_status(answer.status_code, answer.headers)
        if answer.body.lstrip("\ufeff \t\r\n").startswith("<"):
            # Slack says "ok". This is the page of a proxy, or of a site under maintenance.
            raise NoReply(REPLIED_INSTEAD, channel_wide=True)
        return None

    def reach(self) -> str:
        """Return a sentence about the address. A webhook replies only to messages."""
        return "the address looks right; only a test message shows whether the webhook works"
