"""What every step needs that makes messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.events.report_events import ReportEvents
from alerts.messages.compose import compose
from alerts.messages.context import Lines, report_context
from alerts.messages.message import Message
from alerts.messages.sites import NO_SITES, Sites
from alerts.subscriptions.config import AlertConfig


@dataclass(frozen=True, kw_only=True)
class AlertRun:
    """The configuration, the time, and the sites that links lead to, for one run.

    now: the present moment, which WATCH_NOW may replay. It decides which digests are due, what is
        muted, and when quiet hours end.
    real_now: the real time. Deliveries carry it, because leases and waits are about real processes.
    """

    config: AlertConfig
    now: datetime
    real_now: datetime
    sites: Sites = NO_SITES
    _composed: dict[frozenset[int], Message] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """The messages of this run, by the ids of their events."""

    def message(
        self, session: Session, found: ReportEvents, *, lines: Lines | None = None
    ) -> Message:
        """Return the message about a report's events, which must be stored.

        It is composed once in a run, for all subscriptions that get these events. `lines` saves
        reading the grades of the same councils again for many reports.
        """
        key = frozenset(event.id for event in found.events)
        if key not in self._composed:
            context = report_context(session, found.report, lines=lines)
            self._composed[key] = compose(
                found.report, found.events, sites=self.sites, context=context
            )
        return self._composed[key]
