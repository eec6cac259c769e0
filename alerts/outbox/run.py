"""What every step needs that makes messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
