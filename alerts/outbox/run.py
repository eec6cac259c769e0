"""What every step needs that makes messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alerts.subscriptions.config import AlertConfig


@dataclass(frozen=True, kw_only=True)
class AlertRun:
    """The configuration, the time, and the address of Ofsted's site, for one run.

    now: the present moment, which WATCH_NOW may replay. It decides which digests are due, what is
        muted, and when quiet hours end.
    real_now: the real time. Deliveries carry it, because leases and waits are about real processes.
    site_url: leads readers to a council's page on Ofsted's site; None leaves those links out.
    """

    config: AlertConfig
    now: datetime
    real_now: datetime
    site_url: str | None = None
