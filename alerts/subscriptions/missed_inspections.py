"""Warn about subscriptions that get no message on a full inspection without grade changes. Pure."""

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
        f"{subscription.name}: an inspection that changes no grade would send nothing; "
        f"{_remedy(subscription)}."
        for subscription in subscriptions
        if not _is_filtered(subscription) and not _all_covered(subscription, subscriptions)
    ]


def _is_filtered(subscription: Subscription) -> bool:
    """Return whether it asks only for some reports, so that its owner does not expect all."""
    return bool(subscription.kinds or subscription.judgements or subscription.keywords)


def _all_covered(subscription: Subscription, subscriptions: Sequence[Subscription]) -> bool:
    return all(
        any(wants(other, _unchanged(council)) for other in subscriptions)
        # A council that nobody names is covered only by subscriptions to all councils.
        for council in ({""} if subscription.all else subscription.authorities)
    )


def _unchanged(council: str) -> ReportMatch:
    return ReportMatch(
        authority=council, events=frozenset({EventType.NEW_REPORT}), kind=Kind.INSPECTION
    )


def _remedy(subscription: Subscription) -> str:
    if EventType.NEW_REPORT not in subscription.events:
        return "add new_report to its events"
    assert subscription.min_severity is not Severity.INFO, "everything else would be sent"
    return "set min_severity to info"
