"""What can go wrong between us and a channel.

    InspectionWatchError   (reports.errors)
    └── DeliveryError              one message did not go out, or we do not know
        └── LookupUnavailable      a channel's history cannot be read

Whether to try again is decided by the attributes, never by the words.
"""

from __future__ import annotations

from reports.errors import InspectionWatchError


class DeliveryError(InspectionWatchError):
    """A message was not delivered, or nobody can say whether it was.

    permanent: trying again cannot help (wrong address, revoked token).
    ambiguous: the message may have been delivered all the same.
    answered: the other side said that it failed, so it is tried again like a refusal, even where
        it is ambiguous: a service that is out of order for an hour would lose messages else.
    retry_after: seconds the other side asked us to wait.
    channel_wide: the fault is the channel's, not this recipient's, so its other messages
        need not be tried at once either.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        ambiguous: bool = False,
        answered: bool = False,
        retry_after: float | None = None,
        channel_wide: bool = False,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.ambiguous = ambiguous
        self.answered = answered
        self.retry_after = retry_after
        self.channel_wide = channel_wide


class LookupUnavailable(DeliveryError):
    """The channel does not let us read its history: an unanswered send stays unknown."""
