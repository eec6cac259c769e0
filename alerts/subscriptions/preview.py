"""What each subscription would have sent in a stretch of the past. Pure.

It follows the rules of the outbox: what one look brings comes in one message, where the reports of
a day are taken as those of one look; a digest comes for every period, also a quiet one, and what is
urgent does not wait for it. Mutes and quiet hours change nothing here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from alerts.events.replay import PastEvents
from alerts.events.types import EventType, most_important_first
from alerts.subscriptions.config import Subscription
from alerts.subscriptions.periods import ONE_DAY, DigestPeriod, When, period_of
from alerts.subscriptions.recipients import chosen, wants

# Four weeks with more messages than working days are too many for most people.
_STRETCH = timedelta(days=28)
_TOO_MANY = 20


@dataclass(frozen=True, kw_only=True)
class PastMessage:
    """One message that would have gone out on a day, with the headline of each report in it."""

    day: date
    headlines: tuple[str, ...]
    urgent: bool
    digest: bool = False


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What one subscription would have sent from `first` to `last`, both included.

    events: how many of each type; messages: what would have told them, in the order of days;
    quiet_digests: how many digests would have had nothing to tell; waiting: reports whose digest
    would go out only after `last`.
    """

    subscription: str
    when: When
    first: date
    last: date
    events: dict[EventType, int]
    reports: int
    messages: tuple[PastMessage, ...]
    quiet_digests: int = 0
    waiting: int = 0

    @property
    def at_once(self) -> tuple[PastMessage, ...]:
        """The messages that are no digests."""
        return tuple(message for message in self.messages if not message.digest)

    @property
    def digests(self) -> int:
        """How many digests there would have been, the quiet ones included."""
        return len(self.messages) - len(self.at_once) + self.quiet_digests

    @property
    def warning(self) -> str | None:
        """What its owner should know, as a sentence: that it is silent, or noisy."""
        if not self.reports:
            return "Nothing would have been told: choose more councils or events."
        start, most = _busiest([message.day for message in self.at_once])
        if most > _TOO_MANY:
            return (
                f"Noisy: {most} messages in the four weeks from {start:%-d %B %Y}, more than one a "
                "working day. Choose fewer councils or events, or a digest (when: weekly)."
            )
        return None


def preview(
    subscription: Subscription, past: Iterable[PastEvents], *, first: date, last: date
) -> Preview:
    """What one subscription would have sent of `past`, which is in the order of days."""
    told = [one for one in past if wants(subscription, one.news)]
    events = Counter(event for one in told for event in chosen(subscription, one.news))
    messages = _at_once(told if subscription.when == When.NOW else _urgent(told))
    quiet = waiting = 0
    if subscription.when != When.NOW:
        digests, quiet, waiting = _digests(subscription.when, told, first=first, last=last)
        messages = sorted([*messages, *digests], key=lambda message: message.day)
    return Preview(
        subscription=subscription.name,
        when=subscription.when,
        first=first,
        last=last,
        events={event: events[event] for event in most_important_first(events)},
        reports=len({one.report_id for one in told}),
        messages=tuple(messages),
        quiet_digests=quiet,
        waiting=waiting,
    )


def _at_once(told: Sequence[PastEvents]) -> list[PastMessage]:
    """The reports of a day come in one message."""
    return [_message(day, list(group)) for day, group in groupby(told, key=lambda one: one.day)]


def _urgent(told: Sequence[PastEvents]) -> list[PastEvents]:
    return [one for one in told if one.news.urgent]


def _digests(
    when: When, told: Sequence[PastEvents], *, first: date, last: date
) -> tuple[list[PastMessage], int, int]:
    """The digests with something in them, how many have nothing, and how many reports wait."""
    by_period: dict[DigestPeriod, list[PastEvents]] = {}
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        by_period.setdefault(period_of(when, day), [])
    for one in told:
        by_period[period_of(when, one.day)].append(one)
    # A digest goes out on the day after its last.
    over = {period: news for period, news in by_period.items() if period.last + ONE_DAY <= last}
    digests = [
        _message(period.last + ONE_DAY, news, digest=True) for period, news in over.items() if news
    ]
    waiting = sum(len(news) for period, news in by_period.items() if period not in over)
    return digests, len(over) - len(digests), waiting


def _message(day: date, told: Sequence[PastEvents], *, digest: bool = False) -> PastMessage:
    return PastMessage(
        day=day,
        headlines=tuple(
            one.message.headline for one in sorted(told, key=lambda one: not one.news.urgent)
        ),
        urgent=any(one.news.urgent for one in told) and not digest,
        digest=digest,
    )


def _busiest(days: Sequence[date]) -> tuple[date, int]:
    """The four weeks with the most messages: their first day, and how many."""
    found = (date.min, 0)
    for place, start in enumerate(days):
        count = sum(day < start + _STRETCH for day in days[place:])
        if count > found[1]:
            found = (start, count)
    return found
