"""Any program that takes JSON over HTTPS, signed as Standard Webhooks asks.

https://www.standardwebhooks.com: three headers have the message's id, the time, and an HMAC-SHA256
of both with the body, so that receivers can check them with an existing library. The id is the same
at every try, so receivers recognise a copy. A try without a reply can therefore be repeated.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

import requests
from pydantic import SecretStr, field_validator

from alerts.channels.base import ChannelBase, Outgoing, SecondTry
from alerts.channels.connection_words import connection_words
from alerts.channels.errors import DeliveryError, NoReply, Refused, ServiceFault, Unavailable
from alerts.channels.hosts import check_encrypted
from alerts.channels.request_errors import may_have_been_taken
from alerts.channels.time_limit import in_time
from alerts.channels.webhook.renderer import webhook_payload
from alerts.messages.alert_ids import message_reference
from alerts.messages.content import Content
from alerts.messages.message import Envelope

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
LONGEST_SECONDS = 20.0
"""A server that sends a byte now and then would outlast both."""

_PREFIX = "whsec_"
_SECRET_BYTES = range(24, 65)
_TEMPORARY_4XX = frozenset({408, 409, 425, 429})
"""4xx replies that are temporary: time-out, conflict, too early, too many."""


class WebhookChannel(ChannelBase):
    """One address, which is a secret, and the secret that signs what is sent there."""

    second_try: ClassVar[SecondTry] = SecondTry.RECOGNISED
    payload_keys: ClassVar[frozenset[str]] = frozenset({"type", "data"})
    for_people: ClassVar[bool] = False

    type: Literal["webhook"]
    url: SecretStr
    secret: SecretStr

    @field_validator("url")
    @classmethod
    def _is_safe(cls, value: SecretStr) -> SecretStr:
        address = value.get_secret_value()
        try:
            parts = urlsplit(address)
            host, _ = parts.hostname, parts.port
        except ValueError:
            host = None
        if not host or any(char.isspace() for char in address) or "@" in parts.netloc:
            raise ValueError("must be a whole address that begins with https://")
        check_encrypted(address)
        return value

    @field_validator("secret")
    @classmethod
    def _is_random(cls, value: SecretStr) -> SecretStr:
        try:
            length = len(_key(value.get_secret_value()))
        except (binascii.Error, ValueError):
            length = 0
        if length not in _SECRET_BYTES:
            raise ValueError(
                "must be 24 to 64 random bytes in base64, as openssl rand -base64 32 makes them"
            )
        return value

    def recipients(self) -> tuple[str, ...]:
        """Return a name: the address itself is secret."""
        return ("webhook",)

    def render(self, content: Content, envelope: Envelope) -> dict[str, Any]:
        """Return the body."""
        return webhook_payload(content, envelope)

    def send(self, outgoing: Outgoing) -> str | None:
        """Post once, and return our `webhook-id`, by which the receiver recognises a copy."""
        outgoing.check_may_begin()
        name = message_reference(outgoing.key)
        body = json.dumps(outgoing.payload, separators=(",", ":")).encode("ascii")
        headers = signed_headers(
            self.secret.get_secret_value(), name=name, moment=int(time.time()), body=body
        )
        status, seconds = _reply("POST", self.url.get_secret_value(), headers, body)
        if not 200 <= status < 300:
            raise _refusal(status, seconds)
        return name

    def reach(self) -> str:
        """Request the headers of the address. Nothing is sent, and any reply will do."""
        address = self.url.get_secret_value()
        status, _ = _reply("HEAD", address, {}, None)
        return (
            f"{urlsplit(address).hostname} replies (status {status} to a request without content)"
        )


def signed_headers(secret: str, *, name: str, moment: int, body: bytes) -> dict[str, str]:
    """Return the headers of one try. `name` is the webhook-id, `moment` in seconds since 1970."""
    signed = f"{name}.{moment}.".encode() + body
    digest = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    return {
        "content-type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(moment),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)


def _reply(
    method: str, url: str, headers: dict[str, str], body: bytes | None
) -> tuple[int, float | None]:
    """Return the status, and the seconds that we are asked to wait. Raises DeliveryError.

    The body is not read.
    """

    def ask() -> tuple[int, float | None]:
        try:
            with requests.request(
                method,
                url,
                headers={"user-agent": "inspection-watch", **headers},
                data=body,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as reply:
                return reply.status_code, _seconds(reply.headers.get("retry-after"))
        except requests.RequestException as error:
            raise _connection_error(error) from None

    return in_time(ask, seconds=LONGEST_SECONDS)


def _refusal(status: int, retry_after: float | None) -> DeliveryError:
    """Return the error for a status. Redirects are not followed: the signature is for one address.

    With a 5xx status the receiver may have taken the message; 503 says that it has not.
    """
    said = f"the webhook replied with HTTP status {status}"
    if 400 <= status < 500 and status not in _TEMPORARY_4XX:
        return Refused(said)
    failed = ServiceFault if status >= 500 and status != 503 else Unavailable
    return failed(said, channel_wide=True, retry_after=retry_after)


def _connection_error(error: requests.RequestException) -> DeliveryError:
    """Return the error for a request without a reply. Its own text would show the address."""
    how = connection_words(error)
    if may_have_been_taken(error):
        return NoReply(f"no reply from the webhook: {how}", channel_wide=True)
    return Unavailable(f"the webhook cannot be reached: {how}", channel_wide=True)


def _seconds(text: str | None) -> float | None:
    """Return the seconds of `Retry-After` (RFC 9110: a number or a date); None if it is invalid."""
    if text is None:
        return None
    if text.strip().isdecimal():
        return float(text[:12])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
