"""When each delivery may be sent: channels take turns, and some must pause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest

from alerts.outbox.claims import DueDelivery
from alerts.outbox.clock import after


@dataclass
class Turns:
    """The pauses of channels in one run.

    rests_until: by channel, for one that fails or asked us to wait. next_slot: by channel and
    recipient, where a service wants a distance between two messages to one recipient.
    """

    rests_until: dict[str, datetime] = field(default_factory=dict)
    next_slot: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def in_order(self, due: Iterable[DueDelivery]) -> Iterator[DueDelivery]:
        """Yield the first of each channel, then the second …: a slow channel with many messages
        does not come before all others.
        """
        queues: defaultdict[str, list[DueDelivery]] = defaultdict(list)
        for delivery in due:
            queues[delivery.channel].append(delivery)
        for row in zip_longest(*queues.values()):
            yield from (delivery for delivery in row if delivery is not None)

    def ready_at(self, delivery: DueDelivery) -> datetime:
        """Return when a delivery may be sent."""
        free_at = self.free_at(delivery)
        return max(free_at, self.next_slot.get((delivery.channel, delivery.recipient), free_at))

    def free_at(self, delivery: DueDelivery) -> datetime:
        """Return when a delivery may be sent, apart from the distance between two messages."""
        due_at = delivery.next_attempt_at
        return max(due_at, self.rests_until.get(delivery.channel, due_at))

    def used(self, channel: str, recipient: str, *, now: datetime, distance: float) -> None:
        """Note a try to send to a recipient. The next one is ready `distance` seconds later."""
        if distance:
            self.next_slot[channel, recipient] = after(now, distance)
