"""Who gets a message about a report. Pure: no database, no network."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from alerts.channels.base import ChannelBase
from alerts.config import AlertConfig, Subscription
from alerts.event_types import EventType


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """One delivery's way: a subscription, one of its channels, and one recipient there."""

    subscription: Subscription
    channel: ChannelBase
    recipient: str


def wants(subscription: Subscription, *, authority: str, events: Iterable[EventType]) -> bool:
    """Whether a subscription is about this authority (by its key) and any of these events."""
    concerned = subscription.all or authority in subscription.authorities
    return concerned and not subscription.events.isdisjoint(events)


def addressees(
    config: AlertConfig, *, authority: str, events: Iterable[EventType]
) -> tuple[Addressee, ...]:
    """Everybody who is to be told of a report's events, each recipient once a subscription."""
    types = tuple(events)
    return tuple(
        Addressee(subscription=subscription, channel=config.channels[name], recipient=recipient)
        for subscription in config.subscriptions
        if wants(subscription, authority=authority, events=types)
        for name in subscription.channels
        for recipient in config.channels[name].recipients()
    )
