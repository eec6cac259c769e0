"""The preview of each subscription: the messages that it would have got in twelve months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from alerts.events.types import EventType
from alerts.subscriptions.config import Subscription
from alerts.subscriptions.preview import Preview, preview
from alerts.subscriptions.replay import past_events
from flows.pipeline.app import App
from reports.analysis.trends import years_before
from storage import watch_status
from storage.models import Report, ReportState


@dataclass(frozen=True, kw_only=True)
class Previews:
    """One preview for each subscription.

    `is_empty`: no report has been read yet. `waiting`: the number of reports still to be read,
    which the previews lack.
    """

    first: date
    last: date
    is_empty: bool
    waiting: int = 0
    subscriptions: tuple[Preview, ...] = ()


def previews(app: App, subscriptions: Sequence[Subscription] | None = None) -> Previews:
    """Preview the twelve months that end today, for some subscriptions or all.

    Nothing is written.
    """
    if subscriptions is None:
        subscriptions = app.config.subscriptions
    first, last = year_until(app.settings.today())
    with app.database.read() as session:
        is_read = select(Report.id).where(Report.state == ReportState.READ).limit(1)
        if session.scalar(is_read) is None:
            return Previews(first=first, last=last, is_empty=True)
        if not subscriptions:
            return Previews(first=first, last=last, is_empty=False)
        is_wanted = any(EventType.DUE_SOON in subscription.events for subscription in subscriptions)
        waiting = watch_status.waiting_reports(session)
        past = past_events(session, first=first, last=last, due=is_wanted)
        return Previews(
            first=first,
            last=last,
            is_empty=False,
            waiting=waiting,
            subscriptions=tuple(
                preview(subscription, past, first=first, last=last)
                for subscription in subscriptions
            ),
        )


def year_until(last: date) -> tuple[date, date]:
    """Return the first and the last day of the twelve months that end with `last`."""
    return years_before(last, 1) + timedelta(days=1), last
