"""What every kind of channel can do.

A channel is a frozen record read from `watch.yaml`. To add a kind, write a module with a subclass
and name it in `alerts.channels`. Nothing else has to change.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr

from alerts.channels.errors import HistoryUnreadable, Unavailable
from alerts.messages.alert_ids import alert_id
from alerts.messages.content import Content
from alerts.messages.message import Envelope


class SecondTry(StrEnum):
    """What a second try means on a channel, after a first whose message may have arrived."""

    LOOKED_UP = "looked up"  # the channel's history shows first whether it is needed
    RECOGNISED = "recognised"  # the receiver recognises a copy by its id, and drops it
    MAY_BE_DUPLICATE = "may be a duplicate"  # the recipient may get the message twice


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """An earlier message to which a new one replies: the channel's id of it, and its payload.

    `follow_ups` are the payloads of the last replies about its other reports, oldest first.
    """

    remote_id: str
    payload: dict[str, Any]
    follow_ups: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One delivery as a channel gets it: the stored payload, and for whom."""

    key: str
    recipient: str
    payload: dict[str, Any]
    first_attempt_at: datetime
    remote_hint: str | None = None
    """The channel's id of the last message to this recipient."""
    reply_to: Earlier | None = None
    failed_before: bool = False
    """Whether the service took an earlier try, and said later that it did not deliver it."""
    may_begin: Callable[[], bool] = lambda: True
    """Whether sending may still begin: the message is ours, and there is time for a reply."""

    @property
    def alert_id(self) -> str:
        """The id that people see."""
        return alert_id(self.key)

    def check_may_begin(self) -> None:
        """Raise Unavailable where it is too late to begin. Call it right before sending."""
        if not self.may_begin():
            raise Unavailable("there was no time left to send safely", channel_wide=True)


def _is_address(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s?#]+", value):
        raise ValueError("must be an address that begins with http:// or https://")
    return value


ServiceAddress = Annotated[str, AfterValidator(_is_address)]
"""The address of a service's interface, as a setting."""


class ChannelBase(BaseModel, ABC):
    """One entry under `channels:`. `name` is its key there."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    second_try: ClassVar[SecondTry] = SecondTry.MAY_BE_DUPLICATE
    """What a second try means, after a first whose message may have arrived."""
    payload_keys: ClassVar[frozenset[str]]
    """The keys that every payload has. A payload that lacks one was made for another type of
    channel: the type may have been changed while the message waited."""
    confirms_later: ClassVar[bool] = False
    """Whether the service says later what became of a message it took (`was_delivered`)."""
    personal: ClassVar[bool] = False
    """Whether each recipient is one address, which can be subscribed and unsubscribed alone."""
    for_people: ClassVar[bool] = True
    """Whether people read its messages, not a program."""
    seconds_between: ClassVar[float] = 0.0
    """The least time between two messages to one recipient, in seconds."""

    name: str

    @abstractmethod
    def recipients(self) -> tuple[str, ...]:
        """Return the recipients. Each gets a delivery of its own. No secrets: they are stored."""

    @abstractmethod
    def render(self, content: Content, envelope: Envelope) -> dict[str, Any]:
        """Return the payload: everything that is sent, as plain JSON."""

    @abstractmethod
    def send(self, outgoing: Outgoing) -> str | None:
        """Send once, and return the service's id of the message, if it has one.

        Raises DeliveryError. Never tries twice: retries belong to the outbox.
        """

    @abstractmethod
    def reach(self) -> str:
        """Connect to the service without sending, and return in a few words what was reached.

        Raises DeliveryError.
        """

    def find(self, outgoing: Outgoing) -> str | None:
        """Return the service's id of a message sent earlier; None where its history lacks it.

        Raises DeliveryError; HistoryUnreadable where the history cannot be read.
        """
        raise HistoryUnreadable(f"{self.name} cannot be asked what has arrived")

    def was_delivered(self, remote_id: str) -> bool | None:
        """Return whether a message that the service took was delivered; None if not known yet.

        False: it was not sent, and can be sent again. Raises DeliveryError; Refused where it was
        not delivered and sending it again would not help, and HistoryUnreadable where the service
        does not know the message.
        """
        return True

    def warnings(self) -> tuple[str, ...]:
        """Return sentences about settings that work but are not safe."""
        return ()

    def secrets(self) -> tuple[str, ...]:
        """Return the values that must never be shown."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return tuple(v.get_secret_value() for v in values if isinstance(v, SecretStr))
