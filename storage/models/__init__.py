"""What we keep: the tables, one module for each subject.

Text from outside has passed `reports.text.clean` before it is stored here. The natural keys are
unique in the database, so that doing anything twice, in any order, adds nothing.
"""

from __future__ import annotations

from storage.models.authorities import (
    Authority,
    AuthorityAlias,
    AuthorityRelation,
    Fingerprint,
    Neighbour,
    UnopenedPage,
)
from storage.models.base import Base, UtcDateTime, words
from storage.models.delivery import (
    WAITING,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    Digest,
    Notification,
)
from storage.models.events import Event
from storage.models.facts import Area, IssueCount, StoredJudgement, StoredProblem
from storage.models.people import (
    EVERY,
    ConfirmedRepeat,
    ConfirmedValue,
    Mute,
    MuteKind,
    RejectedRepeat,
    Subscriber,
    Unsubscription,
)
from storage.models.polls import OperatorAlert, Poll, PollKind, PollOutcome
from storage.models.reports import Inspection, Report, ReportState

__all__ = [
    "Area",
    "Authority",
    "AuthorityAlias",
    "AuthorityRelation",
    "Base",
    "OperatorAlert",
    "ConfirmedRepeat",
    "ConfirmedValue",
    "WAITING",
    "Delivery",
    "DeliveryEvent",
    "DeliveryState",
    "Digest",
    "Notification",
    "Event",
    "Fingerprint",
    "Inspection",
    "IssueCount",
    "StoredJudgement",
    "Mute",
    "MuteKind",
    "Neighbour",
    "Poll",
    "PollKind",
    "PollOutcome",
    "StoredProblem",
    "RejectedRepeat",
    "Report",
    "Subscriber",
    "EVERY",
    "Unsubscription",
    "ReportState",
    "UnopenedPage",
    "UtcDateTime",
    "words",
]
