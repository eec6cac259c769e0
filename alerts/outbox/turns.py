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

    rests_until: until when each channel that fails, or asked us to wait, is left alone.
    next_slot: when the next message may go to each channel and recipient, where the service wants
        a pause between two messages to one recipient.
    """

    rests_until: dict[str, datetime] = field(default_factory=dict)
    next_slot: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def in_order(self, due: Iterable[DueDelivery]) -> Iterator[DueDelivery]:
        """Yield the first delivery of each channel, then the second of each, and so on, so that a
        slow channel with many messages does not hold up the others.
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
        """Return when a delivery may be sent, not counting the pause between two messages."""
        due_at = delivery.next_attempt_at
        return max(due_at, self.rests_until.get(delivery.channel, due_at))

    def used(self, channel: str, recipient: str, *, now: datetime, distance: float) -> None:
        """Note a try to send to a recipient. The next one is ready `distance` seconds later."""
        if distance:
            self.next_slot[channel, recipient] = after(now, distance)
