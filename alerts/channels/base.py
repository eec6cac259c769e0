"""What every kind of channel can do.

A channel is a frozen record read from `watch.yaml`. To add a kind, write a module with a subclass
and name it in `alerts.channels`: nothing else needs to know.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, SecretStr

from alerts.channels.errors import LookupUnavailable
from alerts.messages.content import Content
from alerts.messages.message import Envelope


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """What is handed to a channel: the frozen payload of one delivery, and for whom."""

    key: str
    alert_id: str
    recipient: str
    payload: dict[str, Any]
    first_attempt_at: datetime
    remote_hint: str | None = None
    """Where the last message to this recipient went, in the channel's own terms."""
    begin_before: float = field(default=float("inf"))
    """`time.monotonic()` after which sending must not begin: the claim could run out."""

    @property
    def too_late(self) -> bool:
        """Whether sending must not begin any more."""
        return time.monotonic() > self.begin_before


class ChannelBase(BaseModel, ABC):
    """One entry under `channels:`. `name` is its key there."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    can_look_up: ClassVar[bool] = False
    """Whether it can be asked if a message arrived."""
    knows_copies: ClassVar[bool] = False
    """Whether the receiver can tell a second copy, so that nothing forbids a third try."""
    seconds_between: ClassVar[float] = 0.0
    """The least time between two messages to one recipient."""

    name: str

    @abstractmethod
    def recipients(self) -> tuple[str, ...]:
        """Each gets a delivery of its own. No secrets: they are stored and shown."""

    @abstractmethod
    def render(self, content: Content, envelope: Envelope) -> dict[str, Any]:
        """The payload: everything that is sent, as plain JSON."""

    @abstractmethod
    def send(self, parcel: Outgoing) -> str | None:
        """Send once; the service's own id of the message, if it has one.

        Raises DeliveryError. Never tries twice: retries belong to the outbox.
        """

    @abstractmethod
    def reach(self) -> str:
        """Reach the service without sending; says in a few words what answered.

        Raises DeliveryError.
        """

    def find(self, parcel: Outgoing) -> str | None:
        """The service's id of a message sent earlier, or None where its history has none.

        Raises DeliveryError; LookupUnavailable where the history cannot be read.
        """
        raise LookupUnavailable(f"{self.name} cannot be asked what has arrived")

    def warnings(self) -> tuple[str, ...]:
        """Sentences about settings that work but should be looked at."""
        return ()

    def secrets(self) -> tuple[str, ...]:
        """The values that must never be shown."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return tuple(v.get_secret_value() for v in values if isinstance(v, SecretStr))
