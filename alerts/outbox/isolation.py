"""Make the messages of several subscriptions, so that one that fails does not delay the others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping

from alerts.subscriptions.model import Subscription
from reports.errors import InspectionWatchError
from storage.errors import DatabaseTrouble

logger = logging.getLogger(__name__)


class MessagesNotMade(InspectionWatchError):
    """The messages of some subscriptions could not be made; they wait for the next run.

    `reasons` has the reason for each subscription, by its name.
    """

    def __init__(self, reasons: Mapping[str, str]) -> None:
        said = "; ".join(f"{name}: {reason}" for name, reason in reasons.items())
        super().__init__(f"some messages could not be made and are waiting: {said}")
        self.reasons = reasons


def one_by_one(subscriptions: Iterable[Subscription], make: Callable[[Subscription], int]) -> int:
    """Make the messages of each subscription, and return the sum of the results.

    Raises MessagesNotMade once every subscription has been tried, but DatabaseTrouble at once,
    because the others would fail as well.
    """
    total = 0
    reasons: dict[str, str] = {}
    for subscription in subscriptions:
        try:
            total += make(subscription)
        except DatabaseTrouble:
            raise
        except Exception as error:
            logger.exception("the message of %s could not be made", subscription.name)
            reasons[subscription.name] = f"{type(error).__name__} {error}".strip()
    if reasons:
        raise MessagesNotMade(reasons)
    return total
