"""Who gets a message about a report. Pure: no database, no network."""

from __future__ import annotations

from dataclasses import dataclass

from alerts.channels.base import ChannelBase
from alerts.events.types import EventType
from alerts.subscriptions.matching import ReportMatch
from alerts.subscriptions.model import AlertConfig, ChoiceRule, Subscription


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """Who gets one delivery: a recipient on a channel, for a subscription (its name)."""

    subscription: str
    channel: ChannelBase
    recipient: str
    rules: tuple[ChoiceRule, ...] = ()
    """The subscription's choices of councils."""


def wants(subscription: Subscription, match: ReportMatch) -> bool:
    """Whether a subscription wants any event of this report."""
    return bool(chosen(subscription, match))


def chosen(subscription: Subscription, match: ReportMatch) -> frozenset[EventType]:
    """Return the events of this report that a subscription wants."""
    if not (subscription.all or match.authority in subscription.authorities):
        return frozenset()
    if not subscription.repeats.holds(match.repeats):
        match = match.without_repeats()
    if match.severity.rank < subscription.min_severity.rank:
        return frozenset()
    events = subscription.events & match.events
    themes = match.themes_for(subscription.repeats)
    if subscription.themes and not subscription.themes & themes:
        events -= {EventType.THEME_REPEAT}
    return events


def subscribers(config: AlertConfig, match: ReportMatch) -> tuple[Subscription, ...]:
    """Return the subscriptions that want any event of this report."""
    return tuple(one for one in config.subscriptions if wants(one, match))


def addressees(config: AlertConfig, subscription: Subscription) -> tuple[Addressee, ...]:
    """Return everybody who gets a subscription's messages, each recipient of a channel once."""
    return tuple(
        Addressee(
            subscription=subscription.name,
            channel=config.channels[name],
            recipient=recipient,
            rules=subscription.rules,
        )
        for name in subscription.channels
        for recipient in config.channels[name].recipients()
    )
