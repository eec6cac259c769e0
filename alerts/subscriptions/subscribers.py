"""Subscribers who are not in `watch.yaml`, as subscriptions added to those of the file. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from alerts.events.types import EventType, with_implied
from alerts.messages.digest_schedule import When
from alerts.subscriptions.model import (
    SUBSCRIBER,
    AlertConfig,
    ChoiceRule,
    Subscription,
    is_of_a_subscriber,
)
from alerts.subscriptions.recipients import addressees
from alerts.subscriptions.unsubscribe_links import UnsubscribeLinks
from reports.addresses import address_key
from reports.register import Register
from reports.wording import counted, listed_words, region_words
from storage.models import EVERY, Mute, MuteKind, Subscriber, Unsubscription


def subscription_name(subscriber: Subscriber) -> str:
    """Return the name of a subscriber's subscription, which does not reveal who they are."""
    return f"{SUBSCRIBER} {subscriber.id}"


def with_subscribers(
    config: AlertConfig,
    subscribers: Iterable[Subscriber],
    unsubscriptions: Iterable[Unsubscription],
    *,
    register: Register,
    links: UnsubscribeLinks | None,
    mutes: Iterable[Mute] = (),
) -> AlertConfig:
    """Return the configuration with all subscribers, and with those who have unsubscribed noted.

    A subscriber whose channel is no longer in the file is left out, and operators are alerted. They
    are also alerted about each mute in `mutes` whose subscription is no longer in the file.
    """
    found: list[Subscription] = []
    unreached: dict[str, str] = {}
    for subscriber in subscribers:
        if subscriber.channel in config.channels:
            found.append(subscription_of(subscriber, register))
        else:
            name, channel = subscription_name(subscriber), subscriber.channel
            unreached[f"{name}:{channel}"] = (
                f"{name} gets nothing, because watch.yaml does not have the channel {channel} any "
                "more: restore the name, or run inspection-watch unsubscribe and subscribe again "
                "for the address (subscribers lists them)"
            )
    gone = [(row.subscription, row.channel, address_key(row.recipient)) for row in unsubscriptions]
    complete = config.model_copy(
        update={
            "subscriptions": (*config.subscriptions, *found),
            "unsubscribed": frozenset(gone),
            "links": links,
        }
    )
    renamed = {**unreached, **_renamed(complete), **_without_effect(mutes, complete)}
    closed = _closed(found, register)
    new = (*renamed.values(), *closed.values())
    return complete.model_copy(
        update={
            "renamed": renamed,
            "closed": {**_closed(config.subscriptions, register), **closed},
            "warnings": (*config.warnings, *(f"{said}." for said in new)),
        }
    )


def _closed(subscriptions: Iterable[Subscription], register: Register) -> dict[str, str]:
    """Return a sentence, by key, about each subscription to a council that no longer exists.

    Those that watch all its successors as well are left out.
    """
    sentences = {}
    for subscription in subscriptions:
        for rule in subscription.rules:
            if rule.authorities is not None and not rule.authorities:
                sentences[f"{subscription.name}:{rule.words}"] = (
                    f"{subscription.name} watches the {rule.words}, which no longer exists: choose "
                    "the neighbours of its successors"
                )
        for key in sorted(subscription.authorities):
            council = register.get(key)
            if council is None or council.valid_to is None:
                continue
            heirs = register.successors(key)
            missing = [heir.short for heir in heirs if heir.key not in subscription.authorities]
            if heirs and not missing:
                continue
            instead = f": choose {listed_words(missing)} instead" if missing else ""
            sentences[f"{subscription.name}:{key}"] = (
                f"{subscription.name} watches {council.short}, which no longer exists{instead}"
            )
    return sentences


def _renamed(config: AlertConfig) -> dict[str, str]:
    """Return a sentence, by key, about each subscription and channel that is no longer in the file.

    Only those count whose unsubscribed recipients get messages under another name.
    """
    names = {(each.name, channel) for each in config.subscriptions for channel in each.channels}
    reached = {
        address_key(addressee.recipient)
        for subscription in config.subscriptions
        for addressee in addressees(config, subscription)
    }
    left = Counter(
        (subscription, channel)
        for subscription, channel, address in config.unsubscribed
        if subscription != EVERY and (subscription, channel) not in names and address in reached
    )
    return {
        f"{subscription}:{channel}": (
            f"{counted(number, 'recipient')} unsubscribed from {subscription} by {channel}, which "
            "is no longer in watch.yaml, and may still get its messages under another name: "
            "restore the name, or run inspection-watch unsubscribe (subscribers lists them)"
        )
        for (subscription, channel), number in sorted(left.items())
    }


def _without_effect(mutes: Iterable[Mute], config: AlertConfig) -> dict[str, str]:
    """Return a sentence, by key, about each mute whose subscription is no longer in the file."""
    names = {subscription.name for subscription in config.subscriptions}
    return {
        f"mute:{mute.id}": (
            f"Mute {mute.id} has no effect, because the subscription {mute.target} is no longer in "
            "watch.yaml: restore the name, or mute its new name and end this mute with "
            f"inspection-watch unmute {mute.id}"
        )
        for mute in mutes
        if mute.kind == MuteKind.SUBSCRIPTION
        and mute.target not in names
        and not is_of_a_subscriber(mute.target)
    }


def subscription_of(subscriber: Subscriber, register: Register) -> Subscription:
    """Return a subscriber's subscription."""
    rules = tuple(_rules(subscriber.choice, register))
    return Subscription(
        name=subscription_name(subscriber),
        authorities=frozenset(key for rule in rules for key in rule.authorities or ()),
        all=bool(subscriber.choice.get("all")),
        rules=rules,
        events=with_implied(EventType(event) for event in subscriber.choice["events"]),
        when=When(subscriber.choice["when"]),
        channels=(subscriber.channel,),
        only_to=(subscriber.address,),
        welcome=True,
    )


def _rules(choice: Mapping[str, object], register: Register) -> Iterator[ChoiceRule]:
    if choice.get("all"):
        yield ChoiceRule(words="all councils")
        return
    for key in _texts(choice, "names"):
        yield ChoiceRule(words=_name(register, key), authorities=frozenset({key}))
    for region in _texts(choice, "regions"):
        members = register.regions.get(region, ())
        yield ChoiceRule(
            words=region_words(region), authorities=frozenset(council.key for council in members)
        )


def _texts(choice: Mapping[str, object], key: str) -> list[str]:
    values = choice.get(key)
    return [str(value) for value in values] if isinstance(values, list) else []


def _name(register: Register, key: str) -> str:
    found = register.get(key)
    return found.short if found else key
