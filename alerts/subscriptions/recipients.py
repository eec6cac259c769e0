"""Who gets a message about a report. Pure: no database, no network."""

from __future__ import annotations

from dataclasses import dataclass

from alerts.channels.base import ChannelBase
from alerts.events.types import EventType
from alerts.subscriptions.config import AlertConfig, Subscription
from alerts.subscriptions.matching import ReportMatch


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """Who gets one delivery: a recipient on a channel, for a subscription (its name)."""

    subscription: str
    channel: ChannelBase
    recipient: str


def wants(subscription: Subscription, news: ReportMatch) -> bool:
    """Whether a subscription is about this authority and any of these events."""
    return bool(chosen(subscription, news))


def chosen(subscription: Subscription, news: ReportMatch) -> frozenset[EventType]:
    """The events for whose sake a subscription is told of this; none where it is not."""
    if not (subscription.all or news.authority in subscription.authorities):
        return frozenset()
    if news.severity.rank < subscription.min_severity.rank:
        return frozenset()
    events = subscription.events & news.events
    if subscription.themes and not subscription.themes & news.themes:
        events -= {EventType.THEME_REPEAT}
    return events


def subscribers(config: AlertConfig, news: ReportMatch) -> tuple[Subscription, ...]:
    """All subscriptions that are to be told."""
    return tuple(one for one in config.subscriptions if wants(one, news))


def addressees(config: AlertConfig, subscription: Subscription) -> tuple[Addressee, ...]:
    """Everybody whom a subscription tells, each recipient of a channel once."""
    return tuple(
        Addressee(
            subscription=subscription.name, channel=config.channels[name], recipient=recipient
        )
        for name in subscription.channels
        for recipient in config.channels[name].recipients()
    )
