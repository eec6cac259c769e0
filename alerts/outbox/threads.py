"""Threads: the earlier message to which a new one replies.

A correction or a withdrawal replies to the first message about its inspection, and Slack adds a
note to that one. A message about a visit replies to the first message about the council's last full
inspection before it. One about the visit's correction or withdrawal does not: that inspection still
holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from alerts.events.report_events import ReportEvents
from alerts.events.types import CHANGES
from alerts.outbox.enqueue import COMBINED, REPORT
from reports.model import Kind
from storage.models import Delivery, DeliveryEvent, DeliveryState, Event, Inspection, Report

_VISITS = frozenset({Kind.FOCUSED_VISIT, Kind.MONITORING_VISIT})
_SENT_OR_SOON = (DeliveryState.SENT, DeliveryState.SENDING, DeliveryState.DUE)

Address = tuple[str, str]
"""A channel and a recipient."""


def first_messages(
    session: Session, subscription: str, found: ReportEvents
) -> Mapping[Address, int]:
    """Return the ids of the deliveries to which a message about a report's events replies."""
    only_own = changes_first_message(found)
    for inspection_id in _inspections(session, found.report, only_own=only_own):
        rows = session.execute(
            select(Delivery.channel, Delivery.recipient, func.min(Delivery.id))
            .join(DeliveryEvent, DeliveryEvent.delivery_id == Delivery.id)
            .join(Event, Event.id == DeliveryEvent.event_id)
            .join(Report, Report.id == Event.report_id)
            .where(
                Report.inspection_id == inspection_id,
                Delivery.subscription == subscription,
                Delivery.state.in_(_SENT_OR_SOON),
                # A digest covers too much to be replied to.
                or_(Delivery.key.startswith(f"{REPORT}:"), Delivery.key.startswith(f"{COMBINED}:")),
            )
            .group_by(Delivery.channel, Delivery.recipient)
        )
        if first := {(channel, recipient): number for channel, recipient, number in rows}:
            return first
    return {}


def changes_first_message(found: ReportEvents) -> bool:
    """Return whether events say that the first message about a report no longer holds."""
    return not CHANGES.isdisjoint(found.types)


def _inspections(session: Session, report: Report, *, only_own: bool) -> Iterator[int]:
    """Yield the ids of the inspections in which to look for a message to reply to, in this order.

    The report's own comes first. With `only_own`, it is the only one.
    """
    inspection = report.inspection
    if inspection is None:
        return
    yield inspection.id
    if inspection.kind in _VISITS and not only_own:
        last = session.scalar(
            select(Inspection.id)
            .where(
                Inspection.authority_id == report.authority_id,
                Inspection.kind == Kind.INSPECTION,
                Inspection.start < inspection.start,
            )
            .order_by(Inspection.start.desc())
            .limit(1)
        )
        if last is not None:
            yield last
