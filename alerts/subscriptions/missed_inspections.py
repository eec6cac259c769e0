"""Which subscriptions get no message about a full inspection that changes no grade? Pure."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.events.types import EventType
from alerts.subscriptions.matching import ReportMatch, Severity
from alerts.subscriptions.model import Subscription
from alerts.subscriptions.recipients import wants
from reports.model import Kind


def missed_inspections(subscriptions: Sequence[Subscription]) -> list[str]:
    """Return a warning for each subscription with a council whose inspection would send nothing.

    A council that another subscription covers is not missed.
    """
    return [
        f"{one.name}: an inspection that changes no grade would send nothing: {_remedy(one)}."
        for one in subscriptions
        if not _is_filtered(one) and not _all_covered(one, subscriptions)
    ]


def _is_filtered(one: Subscription) -> bool:
    """Whether it asks for some reports only, so that its owner expects no other."""
    return bool(one.kinds or one.judgements or one.keywords)


def _all_covered(one: Subscription, subscriptions: Sequence[Subscription]) -> bool:
    return all(
        any(wants(other, _unchanged(council)) for other in subscriptions)
        # A council that nobody names is covered only by subscriptions to all councils.
        for council in ({""} if one.all else one.authorities)
    )


def _unchanged(council: str) -> ReportMatch:
    return ReportMatch(
        authority=council, events=frozenset({EventType.NEW_REPORT}), kind=Kind.INSPECTION
    )


def _remedy(one: Subscription) -> str:
    if EventType.NEW_REPORT not in one.events:
        return "add new_report to its events"
    assert one.min_severity is not Severity.INFO, "everything else would be sent"
    return "set min_severity to info"
