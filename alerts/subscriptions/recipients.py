"""Who gets a message about a report. Pure: no database, no network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from alerts.channels.base import ChannelBase
from alerts.events.report_events import ReportEvents
from alerts.events.types import EventType
from alerts.messages.detail import Detail
from alerts.messages.keywords import found_in
from alerts.subscriptions.matching import ReportMatch
from alerts.subscriptions.model import AlertConfig, ChoiceRule, Subscription
from storage.models import Event


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """Who gets one delivery: a recipient on a channel, for the subscription of this name."""

    subscription: str
    channel: ChannelBase
    recipient: str
    rules: tuple[ChoiceRule, ...] = ()
    """The subscription's choices of councils."""
    detail: Detail = Detail.FULL
    note: str = ""
    keywords: tuple[str, ...] = ()
    unsubscribe_url: str | None = None
    """Where this recipient leaves the subscription with one click."""


def wants(subscription: Subscription, match: ReportMatch) -> bool:
    """Return whether a subscription wants any event of this report."""
    return bool(chosen(subscription, match))


def chosen(subscription: Subscription, match: ReportMatch) -> frozenset[EventType]:
    """Return the types of this report's events that a subscription wants."""
    if not (subscription.all or match.authority in subscription.authorities):
        return frozenset()
    asked = subscription.events & match.events
    return frozenset(event for event in asked if _passes(subscription, match, event))


def is_rejected_since(subscription: Subscription, found: ReportEvents) -> bool:
    """Return whether a subscription wanted a report only for repeats that a person has rejected."""
    has_rejected = any(
        repeat.get("rejected")
        for event in found.events
        for repeat in event.detail.get("repeats", ())
    )
    return (
        has_rejected
        and wants(subscription, ReportMatch.of(found, with_rejected=True))
        and not wants(subscription, ReportMatch.of(found))
    )


def _passes(subscription: Subscription, match: ReportMatch, event: EventType) -> bool:
    """Return whether one event of a report passes every filter of a subscription."""
    if match.severity_of(event).rank < subscription.min_severity.rank:
        return False
    if event == EventType.DUE_SOON:
        return True
    if not _fits(subscription, match):
        return False
    if event == EventType.THEME_REPEAT:
        themes = match.themes_for(subscription.repeats)
        if subscription.themes:
            return not subscription.themes.isdisjoint(themes)
        return match.has_repeats_for(subscription.repeats)
    if event in (EventType.GRADE_CHANGE, EventType.FIRST_GRADE) and subscription.judgements:
        return not subscription.judgements.isdisjoint(match.judgements.get(event, ()))
    return True


def asked_for(subscription: Subscription, events: Iterable[Event]) -> frozenset[EventType]:
    """Return the types of these events that a subscription asks for: the reason for a message.

    They belong to one report or several. The message has all events of a report, but the
    subscription may ask for only some of them.
    """
    return frozenset(
        event_type
        for found in ReportEvents.by_report(events)
        for event_type in chosen(subscription, ReportMatch.of(found))
    )


def _fits(subscription: Subscription, match: ReportMatch) -> bool:
    """Return whether a report is of the kinds and has the keywords that a subscription asks for."""
    if subscription.kinds and match.kind not in subscription.kinds:
        return False
    return not subscription.keywords or bool(found_in(subscription.keywords, match.areas))


def subscribers(config: AlertConfig, match: ReportMatch) -> tuple[Subscription, ...]:
    """Return the subscriptions that want any event of this report."""
    return tuple(
        subscription for subscription in config.subscriptions if wants(subscription, match)
    )


def addressees(config: AlertConfig, subscription: Subscription) -> tuple[Addressee, ...]:
    """Return who gets a subscription's messages, each recipient of a channel once.

    Recipients who have unsubscribed are left out.
    """
    return tuple(
        Addressee(
            subscription=subscription.name,
            channel=config.channels[name],
            recipient=recipient,
            rules=subscription.rules,
            detail=subscription.detail,
            note=subscription.note,
            keywords=subscription.keywords,
            unsubscribe_url=_unsubscribe_url(config, subscription.name, name, recipient),
        )
        for name in subscription.channels
        for recipient in recipients_of(subscription, config.channels[name])
        if not config.has_unsubscribed(subscription.name, name, recipient)
    )


def with_unsubscribed(config: AlertConfig) -> Iterator[tuple[Subscription, Addressee]]:
    """Yield each recipient of each subscription, those who have unsubscribed included."""
    everybody = config.model_copy(update={"unsubscribed": frozenset()})
    for subscription in config.subscriptions:
        for addressee in addressees(everybody, subscription):
            yield subscription, addressee


def recipients_of(subscription: Subscription, channel: ChannelBase) -> tuple[str, ...]:
    """Return whom a subscription reaches on one of its channels, even if they unsubscribed."""
    return channel.recipients() if subscription.only_to is None else subscription.only_to


def _unsubscribe_url(
    config: AlertConfig, subscription: str, channel: str, recipient: str
) -> str | None:
    """Return a recipient's link to unsubscribe; None on a channel that is not personal."""
    if config.links is None or not config.channels[channel].personal:
        return None
    return config.links.url(subscription, channel, recipient)
