"""Preview: which messages a subscription would have got in a period of the past. Pure.

It follows the rules of the outbox. The reports of one poll come in one message; here the reports of
a day count as those of one poll. A digest comes for every period, even with nothing new, and urgent
events do not wait for it. Mutes and quiet hours are ignored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from alerts.events.types import EventType, most_important_first
from alerts.messages.digest_schedule import ONE_DAY, DigestPeriod, When, period_of
from alerts.messages.sites import NO_SITES
from alerts.subscriptions.config import Subscription
from alerts.subscriptions.recipients import chosen, wants
from alerts.subscriptions.replay import DatedEvents
from reports.wording import uk_date

_FOUR_WEEKS = timedelta(days=28)
_TOO_MANY = 20
"""The weekdays in four weeks. More messages than that are too many for most people."""


@dataclass(frozen=True, kw_only=True)
class PreviewMessage:
    """One message of a day, with the headline of each report in it."""

    day: date
    headlines: tuple[str, ...]
    urgent: bool
    digest: bool = False


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The messages that one subscription would have got from `first` to `last`, both included.

    events: the number of each type. messages: in the order of days. quiet_digests: the number of
    digests with nothing new. waiting: the number of reports whose digest is sent after `last`.
    """

    subscription: str
    when: When
    first: date
    last: date
    events: dict[EventType, int]
    reports: int
    messages: tuple[PreviewMessage, ...]
    quiet_digests: int = 0
    waiting: int = 0

    @property
    def at_once(self) -> tuple[PreviewMessage, ...]:
        """The messages that are not digests."""
        return tuple(message for message in self.messages if not message.digest)

    @property
    def digests(self) -> int:
        """The number of digests, including those with nothing new."""
        return len(self.messages) - len(self.at_once) + self.quiet_digests

    @property
    def warning(self) -> str | None:
        """A sentence for the subscription's owner, where it gets nothing or too much."""
        if not self.reports:
            return (
                "It would have sent nothing. This is normal for a subscription with few councils. "
                "Otherwise choose more councils or events."
            )
        start, most = _busiest([message.day for message in self.at_once])
        if most > _TOO_MANY:
            return (
                f"Noisy: {most} messages in the four weeks from {uk_date(start)}, more than one a "
                "weekday. Choose fewer councils or events, or a digest (when: weekly)."
            )
        return None


def preview(
    subscription: Subscription, past: Iterable[DatedEvents], *, first: date, last: date
) -> Preview:
    """Return the preview of one subscription. `past` must be in the order of days."""
    wanted = [dated for dated in past if wants(subscription, dated.match)]
    events = Counter(event for dated in wanted for event in chosen(subscription, dated.match))
    at_once = wanted if subscription.when == When.NOW else _urgent(wanted)
    # The reports of a day come in one message.
    messages = [
        _message(subscription, day, list(group))
        for day, group in groupby(at_once, key=lambda dated: dated.day)
    ]
    quiet = waiting = 0
    if subscription.when != When.NOW:
        digests, quiet, waiting = _digests(subscription, wanted, first=first, last=last)
        messages = sorted([*messages, *digests], key=lambda message: message.day)
    return Preview(
        subscription=subscription.name,
        when=subscription.when,
        first=first,
        last=last,
        events={event: events[event] for event in most_important_first(events)},
        reports=len({dated.found.report.id for dated in wanted}),
        messages=tuple(messages),
        quiet_digests=quiet,
        waiting=waiting,
    )


def _urgent(wanted: Sequence[DatedEvents]) -> list[DatedEvents]:
    return [dated for dated in wanted if dated.match.urgent]


def _digests(
    subscription: Subscription, wanted: Sequence[DatedEvents], *, first: date, last: date
) -> tuple[list[PreviewMessage], int, int]:
    """Return the digests with reports, the number of those without, and that of waiting reports."""
    by_period: dict[DigestPeriod, list[DatedEvents]] = {}
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        by_period.setdefault(period_of(subscription.when, day), [])
    for dated in wanted:
        by_period[period_of(subscription.when, dated.day)].append(dated)
    # A digest is sent on the day after the last day of its period.
    over = {period: found for period, found in by_period.items() if period.last + ONE_DAY <= last}
    digests = [
        _message(subscription, period.last + ONE_DAY, found, digest=True)
        for period, found in over.items()
        if found
    ]
    waiting = {
        dated.found.report.id
        for period, found in by_period.items()
        if period not in over
        for dated in found
    }
    return digests, len(over) - len(digests), len(waiting)


def _message(
    subscription: Subscription, day: date, events: Sequence[DatedEvents], *, digest: bool = False
) -> PreviewMessage:
    urgent_first = sorted(events, key=lambda dated: not dated.match.urgent)
    return PreviewMessage(
        day=day,
        headlines=tuple(
            dated.message(subscription, sites=NO_SITES).headline for dated in urgent_first
        ),
        urgent=any(dated.match.urgent for dated in events) and not digest,
        digest=digest,
    )


def _busiest(days: Sequence[date]) -> tuple[date, int]:
    """Return the four weeks with the most messages: their first day, and that number."""
    found = (date.min, 0)
    for place, start in enumerate(days):
        count = sum(day < start + _FOUR_WEEKS for day in days[place:])
        if count > found[1]:
            found = (start, count)
    return found
