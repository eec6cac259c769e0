"""The records of `watch.yaml`: as written, and with the names of councils looked up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StrictBool,
    field_validator,
    model_validator,
)

from alerts.channels.base import ChannelBase
from alerts.events.types import DEFAULT_TYPES, EventType
from alerts.messages.detail import Detail
from alerts.messages.digest_schedule import When
from alerts.messages.national_digest import DigestForm
from alerts.subscriptions.matching import RepeatStrength, Severity
from alerts.subscriptions.quiet_hours import QuietHours
from alerts.subscriptions.unsubscribe_links import UnsubscribeLinks
from reports.addresses import address_key
from reports.model import Judgement, Kind
from storage.models import EVERY

OPERATORS = "Operators"
"""What deliveries to operators have in place of a subscription's name."""
SUBSCRIBER = "Subscriber"
"""The first word in the name of a subscription that the command `subscribe` made."""

_OF_A_SUBSCRIBER = re.compile(rf"{SUBSCRIBER} [0-9]+", re.IGNORECASE)


def is_of_a_subscriber(name: str) -> bool:
    """Return whether the command `subscribe` made the subscription of this name."""
    return _OF_A_SUBSCRIBER.fullmatch(name) is not None


def _has_letters(text: str) -> str:
    if sum(char.isalnum() for char in text) < 2 or "*" in text.rstrip()[:-1]:
        raise ValueError("must have at least two letters or digits; * may be only at its end")
    return text.strip()


def _is_web_address(text: str) -> bool:
    try:
        urlsplit(text)
    except ValueError:
        return False
    return re.fullmatch(r"https?://[^\s/]+\S*", text) is not None


Keyword = Annotated[str, Field(max_length=100), AfterValidator(_has_letters)]
"""A word or phrase; an asterisk at its end matches any ending."""


class ConfigRecord(BaseModel):
    """Base of the records that are read from the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class AuthorityChoice(ConfigRecord):
    """The authorities of a subscription, as written."""

    names: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    neighbours_of: tuple[str, ...] = ()
    all: StrictBool = False


class SubscriptionEntry(ConfigRecord):
    """One entry under `subscriptions:`, as written."""

    name: str = Field(min_length=1, max_length=200)
    authorities: AuthorityChoice
    events: tuple[EventType, ...] = Field(default=DEFAULT_TYPES, min_length=1)
    when: When = When.NOW
    digest: DigestForm = DigestForm.REPORTS
    channels: tuple[str, ...] = Field(min_length=1)
    min_severity: Severity = Severity.INFO
    themes: tuple[str, ...] = ()
    repeats: RepeatStrength = RepeatStrength.LIKELY
    kinds: tuple[Kind, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    keywords: tuple[Keyword, ...] = Field(default=(), max_length=50)
    detail: Detail = Detail.FULL
    note: str = Field(default="", max_length=500)
    welcome: StrictBool = False
    quiet_hours: QuietHours | None = None

    @field_validator("name")
    @classmethod
    def _is_its_own(cls, value: str) -> str:
        if value.strip().casefold() == OPERATORS.casefold():
            raise ValueError(f"must not be {OPERATORS}; choose another name")
        if is_of_a_subscriber(value.strip()):
            # Of two subscriptions with one name, only one would get a report.
            raise ValueError(
                "must not be one that the command subscribe gives; choose another name"
            )
        return value

    @field_validator("quiet_hours", mode="before")
    @classmethod
    def _are_hours(cls, value: object) -> object:
        if value is not None and not isinstance(value, QuietHours):
            return QuietHours.parse(str(value))
        return value


class Operators(ConfigRecord):
    """Who gets operator alerts."""

    channels: tuple[str, ...] = ()
    ping: SecretStr | None = None
    """An address to request after each poll (`alerts.operators.ping`)."""

    @field_validator("ping")
    @classmethod
    def _is_an_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _is_web_address(value.get_secret_value()):
            raise ValueError("must be a whole address that begins with https://")
        return value

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.channels and self.ping is None:
            raise ValueError("must have channels or a ping address")
        return self


class ChoiceRule(ConfigRecord):
    """One choice of councils in a subscription: a council, a region, neighbours, or all.

    `words` name it in messages; `authorities` are the keys, and None means all.
    """

    words: str
    authorities: frozenset[str] | None = None

    def chooses(self, authority: str) -> bool:
        """Return whether it chooses the council with this key."""
        return self.authorities is None or authority in self.authorities


class Subscription(ConfigRecord):
    """Which events of which authorities go to which channels, with the authorities looked up."""

    name: str
    authorities: frozenset[str]
    """The keys of the authorities; empty where `all` is set."""
    all: bool
    rules: tuple[ChoiceRule, ...] = ()
    """The choices that gave these authorities, the most specific first."""
    events: frozenset[EventType]
    when: When
    digest: DigestForm = DigestForm.REPORTS
    channels: tuple[str, ...]
    min_severity: Severity = Severity.INFO
    themes: frozenset[str] = frozenset()
    """Only repeats of these themes; if empty, of all themes."""
    repeats: RepeatStrength = RepeatStrength.LIKELY
    """Only repeats of this strength, and more certain ones."""
    kinds: frozenset[Kind] = frozenset()
    """Only reports of these kinds; if empty, of all kinds."""
    judgements: frozenset[Judgement] = frozenset()
    """Only changes and first grades of these judgements; if empty, of all judgements."""
    keywords: tuple[str, ...] = ()
    """Only reports with one of these words or phrases in an area; if empty, all reports."""
    detail: Detail = Detail.FULL
    note: str = ""
    """One line that all its messages show."""
    welcome: bool = False
    """Whether each new recipient first gets a message that says what to expect."""
    only_to: tuple[str, ...] | None = None
    """The only recipients on its channels; None for all whom the channels name."""
    quiet_hours: QuietHours | None = None

    @property
    def wants_every_report(self) -> bool:
        """Whether it gets every new report of its councils."""
        is_filtered = bool(self.kinds or self.keywords) or self.min_severity is not Severity.INFO
        return EventType.NEW_REPORT in self.events and not is_filtered

    @property
    def possible_repeats(self) -> bool:
        """Whether its messages quote possible repeats, which are otherwise only counted."""
        return self.repeats is RepeatStrength.POSSIBLE


class AlertConfig(ConfigRecord):
    """Everything in the file, checked."""

    channels: Mapping[str, ChannelBase] = Field(default_factory=dict)
    subscriptions: tuple[Subscription, ...] = ()
    lists_subscriptions: bool = False
    """Whether the file has a list of subscriptions, even an empty one."""
    operators: tuple[str, ...] = ()
    ping: SecretStr | None = None
    warnings: tuple[str, ...] = ()
    unsubscribed: frozenset[tuple[str, str, str]] = frozenset()
    """Subscription, channel and recipient (in lower case) of those who want no messages."""
    renamed: Mapping[str, str] = Field(default_factory=dict)
    """Sentences on subscribers, unsubscriptions and mutes whose name is no longer in the file."""
    closed: Mapping[str, str] = Field(default_factory=dict)
    """Sentences about subscriptions that watch a council that no longer exists."""
    links: UnsubscribeLinks | None = None

    def secrets(self) -> tuple[str, ...]:
        """Return all values that must never be shown, the longest first.

        A secret may contain another one, so the longest must be replaced first.
        """
        found = {s for channel in self.channels.values() for s in channel.secrets() if s}
        if self.ping is not None:
            found.add(self.ping.get_secret_value())
        return tuple(sorted(found, key=len, reverse=True))

    @property
    def own_subscriptions(self) -> tuple[Subscription, ...]:
        """The subscriptions of the file, without those that the command `subscribe` made."""
        return tuple(found for found in self.subscriptions if found.only_to is None)

    def has_unsubscribed(self, subscription: str, channel: str, recipient: str) -> bool:
        """Return whether a recipient wants no messages of a subscription, or none at all."""
        address = address_key(recipient)
        wanted = {(subscription, channel, address), (EVERY, EVERY, address)}
        return not wanted.isdisjoint(self.unsubscribed)

    def recipients(self, channel: str) -> frozenset[str]:
        """Return all recipients of a channel: its own, and subscribers."""
        own = self.channels[channel].recipients()
        more = (
            subscription.only_to or ()
            for subscription in self.subscriptions
            if channel in subscription.channels
        )
        return frozenset(own).union(*more)
