"""Email by GOV.UK Notify, for councils without a mail server of their own.

Every try carries the same reference, so Notify can be asked whether an earlier one arrived.
https://docs.notifications.service.gov.uk/python.html
"""

from __future__ import annotations

import logging
from typing import Any, ClassVar, Literal
from uuid import UUID

import requests
from notifications_python_client.errors import APIError, HTTPError
from notifications_python_client.notifications import NotificationsAPIClient
from pydantic import SecretStr, field_validator

from alerts.channels.base import ChannelBase, Outgoing, SecondTry, ServiceAddress
from alerts.channels.connection_words import connection_words
from alerts.channels.email.addresses import Recipients
from alerts.channels.errors import (
    DeliveryError,
    HistoryUnreadable,
    NoReply,
    Refused,
    ServiceFault,
    Unavailable,
)
from alerts.channels.notify.renderer import notify_payload
from alerts.channels.request_errors import may_have_been_taken
from alerts.messages.alert_ids import message_reference
from alerts.messages.content import Content
from alerts.messages.message import Envelope

# The client's warnings say in its own words what our errors say.
logging.getLogger("notifications_python_client").setLevel(logging.ERROR)

BASE_URL = "https://api.notifications.service.gov.uk"
TIMEOUT_SECONDS = 30
_RATE_LIMIT_SECONDS = 60.0
"""Notify counts requests by the minute."""

_FIELDS = ("subject", "body")
_FAILURES = {
    "permanent-failure": "the address does not exist",
    "temporary-failure": "the inbox did not accept it for 72 hours; it may be full",
}
"""What Notify says about an email that it took and could not deliver."""

_NOT_SENT = "technical-failure"
"""A problem between Notify and its provider: the email did not go out."""


class NotifyChannel(ChannelBase):
    """Addresses, and the template of a Notify service with the fields ((subject)) and ((body))."""

    second_try: ClassVar[SecondTry] = SecondTry.LOOKED_UP
    payload_keys: ClassVar[frozenset[str]] = frozenset({"subject", "body"})
    confirms_later: ClassVar[bool] = True
    personal: ClassVar[bool] = True

    type: Literal["notify"]
    to: Recipients
    api_key: SecretStr
    template_id: UUID
    base_url: ServiceAddress = BASE_URL

    @field_validator("api_key")
    @classmethod
    def _is_whole(cls, value: SecretStr) -> SecretStr:
        # A name, the service's id and the secret; the last two are UUIDs.
        parts = value.get_secret_value()[-73:]
        try:
            UUID(parts[:36]), UUID(parts[37:])
        except ValueError:
            raise ValueError(
                "must be the whole API key; Notify shows it only once, when it is created"
            ) from None
        return value

    def recipients(self) -> tuple[str, ...]:
        """Return each address."""
        return self.to

    def render(self, content: Content, envelope: Envelope) -> dict[str, Any]:
        """Return subject and body."""
        return notify_payload(content, envelope)

    def send(self, outgoing: Outgoing) -> str | None:
        """Hand the email to Notify once, and return Notify's id."""
        outgoing.check_may_begin()
        try:
            answer = self._client().send_email_notification(
                email_address=outgoing.recipient,
                template_id=str(self.template_id),
                personalisation={name: outgoing.payload[name] for name in _FIELDS},
                reference=message_reference(outgoing.key),
            )
        except APIError as error:
            raise _failure(error) from None
        return str(answer["id"])

    def find(self, outgoing: Outgoing) -> str | None:
        """Look the email up by its reference, and return Notify's id of it.

        None where Notify does not have it or could not send it. Raises Refused where Notify took
        the email and could not deliver it. Such a failure of an earlier try is ignored if it is
        on record already: the email is then sent again.
        """
        try:
            answer = self._client().get_all_notifications(reference=message_reference(outgoing.key))
        except APIError as error:
            raise _unanswered(error) from None
        for found in answer.get("notifications") or ():
            status = found.get("status")
            if status == _NOT_SENT or (outgoing.failed_before and status in _FAILURES):
                continue
            _check_status(status)
            return str(found["id"])
        return None

    def was_delivered(self, remote_id: str) -> bool | None:
        """Return whether an email that Notify took was delivered; None if not known yet.

        False: it was not sent, and can be sent again. Raises Refused where it was not delivered
        and sending it again would not help, and HistoryUnreadable where this service of Notify does
        not know it.
        """
        try:
            status = self._client().get_notification_by_id(remote_id).get("status")
        except APIError as error:
            raise _unanswered(error) from None
        _check_status(status)
        return {"delivered": True, _NOT_SENT: False}.get(status)

    def reach(self) -> str:
        """Read the template, and check that it has the two fields."""
        try:
            template = self._client().get_template(str(self.template_id))
        except APIError as error:
            raise _failure(error) from None
        text = f"{template.get('subject')} {template.get('body')}"
        missing = [f"(({name}))" for name in _FIELDS if f"(({name}))" not in text]
        if missing:
            raise Refused(f"the template lacks {' and '.join(missing)}")
        return f"GOV.UK Notify, template {template.get('name') or self.template_id}"

    def _client(self) -> Any:
        """Return Notify's client, which follows no redirects: the page at their end would count as
        Notify's reply, and a missing page as its refusal.
        """
        of_notify: Any = NotificationsAPIClient  # it has no annotations
        client = of_notify(
            self.api_key.get_secret_value(), base_url=self.base_url, timeout=TIMEOUT_SECONDS
        )
        client.request_session.max_redirects = 0
        return client


def _check_status(status: object) -> None:
    if status in _FAILURES:
        raise Refused(f"GOV.UK Notify could not deliver the email: {_FAILURES[str(status)]}")


def _unanswered(error: APIError) -> DeliveryError:
    """Return the error when Notify does not answer a question about an email.

    A refusal to answer says nothing about the email: the key may belong to another service now.
    """
    failure = _failure(error)
    return HistoryUnreadable(str(failure)) if isinstance(failure, Refused) else failure


def _failure(error: APIError) -> DeliveryError:
    """Return the error for a reply of Notify, or for the lack of one."""
    cause = error.__cause__
    if error.response is None and isinstance(cause, requests.RequestException):
        how = connection_words(cause)
        if may_have_been_taken(cause):
            return NoReply(f"no reply from GOV.UK Notify: {how}", channel_wide=True)
        return Unavailable(f"GOV.UK Notify cannot be reached: {how}", channel_wide=True)
    status = error.status_code
    said = f"GOV.UK Notify replied with {status}: {_words(error)}"
    if status == 429:
        return Unavailable(said, channel_wide=True, retry_after=_RATE_LIMIT_SECONDS)
    if status == 403:
        # A wrong key, or a clock that is more than 30 seconds off: an operator can put it right.
        return Unavailable(said, channel_wide=True)
    if 400 <= status < 500:
        return Refused(said)
    return ServiceFault(said, channel_wide=True)


def _words(error: APIError) -> str:
    message = error.message
    if isinstance(error, HTTPError) and isinstance(message, list):
        return "; ".join(str(fault.get("message")) for fault in message)[:200]
    return str(message)[:200]
