"""What can go wrong between us and a channel.

    InspectionWatchError         (reports.errors)
    └── DeliveryError            one try to deliver a message did not succeed
        ├── Refused              the service will not take it: another try cannot help
        ├── Unavailable          it certainly did not go out; a later try may succeed
        │   └── NotTried         not asked: our settings lack the recipient or subscription
        ├── MayHaveArrived       it may have been delivered anyway
        │   ├── NoReply          the connection ended before the service replied
        │   ├── ServiceFault     the service replied that it failed, perhaps after taking it
        │   └── Interrupted      our own process ended before it recorded the result
        └── HistoryUnreadable    the channel's history cannot be read

What happens next depends on the class (`alerts.outbox.retries.decide`), never on the words.
"""

from __future__ import annotations

from reports.errors import InspectionWatchError


class DeliveryError(InspectionWatchError):
    """One try to deliver a message did not succeed.

    channel_wide: the fault is the channel's, not this recipient's or message's, so its other
        messages wait as well.
    retry_after: seconds that the service asked us to wait.
    """

    def __init__(
        self, message: str, *, channel_wide: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.channel_wide = channel_wide
        self.retry_after = retry_after


class Refused(DeliveryError):
    """The service will not take the message, such as for an unknown address or a revoked token."""


class Unavailable(DeliveryError):
    """The message certainly did not go out, and a later try may succeed."""


class NotTried(Unavailable):
    """The channel was not asked, because the recipient or subscription is not in the settings that
    this process read. Where the channel itself is missing, Unavailable is raised instead, so that
    operators get an alert as for a channel that does not work (`alerts.operators.undelivered`).
    """


class MayHaveArrived(DeliveryError):
    """Nobody can say whether the message was delivered."""


class NoReply(MayHaveArrived):
    """The connection ended, or time ran out, after the message was handed over."""


class ServiceFault(MayHaveArrived):
    """The service replied that something failed on its side, such as HTTP status 500."""


class Interrupted(MayHaveArrived):
    """The process that sent the message ended before it recorded the result."""


class HistoryUnreadable(DeliveryError):
    """The channel does not let us read its history, so nobody can look the message up."""
