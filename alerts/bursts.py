"""Messages about what one look at the site brought, each subscription's in one.

While a look goes on, the transaction of each report writes entries (`alerts.entries`) for the
subscriptions that hear of everything at once. When it is over they become messages: one report the
ordinary message, several one message together. Whoever delivers does it, so that a look which was
killed loses nothing; the entries and their deliveries change in one transaction, so that nothing
is told twice.

A look that goes on in another process is waited for, though not for ever: a message that comes in
two parts is better than one that does not come. `now` may be replayed; the outbox keeps real time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.config import AlertConfig, Subscription
from alerts.entries import rows_of, waiting
from alerts.messages.burst import burst
from alerts.owner import runs_elsewhere
from alerts.periods import When
from alerts.queueing import Fate, Told, queue
from alerts.quiet_hours import quiet_wait
from storage.database import Database
from storage.models import (
    Delivery,
    DeliveryState,
    DigestEntry,
    Poll,
    PollKind,
    PollOutcome,
)

# Looks take minutes. What a look has found before it hung on a slow site waits no longer.
LONGEST_WAIT = timedelta(hours=1)
_WAITING = (DeliveryState.DUE, DeliveryState.HELD)


def make_messages(
    database: Database,
    *,
    config: AlertConfig,
    now: datetime,
    real_now: datetime,
    site_url: str | None = None,
) -> int:
    """Queue what waits, once its look is over; how many messages. Asks little if nothing does."""
    with database.read() as session:
        names = [subscription.name for subscription in _subscriptions(config)]
        entry = select(DigestEntry.id).where(
            DigestEntry.subscription.in_(names), DigestEntry.state.in_(_WAITING)
        )
        if session.scalar(entry.limit(1)) is None or look_goes_on(session, now=now):
            return 0
    with database.write() as session:
        made = tell_waiting(session, config=config, now=now, real_now=real_now, site_url=site_url)
        return len(made)


def look_goes_on(session: Session, *, now: datetime) -> bool:
    """Whether another process is looking at the site now, as far as one can tell."""
    running = session.scalars(
        select(Poll.owner).where(
            Poll.outcome == PollOutcome.RUNNING,
            Poll.kind != PollKind.BACKFILL,
            Poll.started_at > now - LONGEST_WAIT,
        )
    )
    return any(runs_elsewhere(owner) for owner in running)


def tell_waiting(
    session: Session,
    *,
    config: AlertConfig,
    now: datetime,
    real_now: datetime,
    site_url: str | None = None,
) -> list[Delivery]:
    """Make messages of all that waits; what is held stays so. Never commits."""
    maker = _Maker(session=session, config=config, now=now, real_now=real_now, site_url=site_url)
    return [
        delivery
        for subscription in _subscriptions(config)
        for state in _WAITING
        for delivery in maker.make(subscription, waiting(session, subscription, state=state), state)
    ]


def _subscriptions(config: AlertConfig) -> list[Subscription]:
    return [one for one in config.subscriptions if one.when == When.NOW]


@dataclass(frozen=True, kw_only=True)
class _Maker:
    """Makes messages at one moment."""

    session: Session
    config: AlertConfig
    now: datetime
    real_now: datetime
    site_url: str | None

    def make(
        self, subscription: Subscription, entries: Sequence[DigestEntry], state: DeliveryState
    ) -> list[Delivery]:
        """One message of all these entries to each recipient; the entries are done with."""
        for entry in entries:
            entry.state = DeliveryState.SENT
        # What a digest that has been given up since would only have repeated is known.
        untold = [entry for entry in entries if not entry.told_at_once]
        if not untold:
            return []
        rows = rows_of(self.session, untold, self.site_url)
        content = burst(rows) if len(rows) > 1 else rows[0].message
        wait = quiet_wait(subscription.quiet_hours, self.now, urgent=content.urgent)
        events = [entry.event for entry in untold]
        return queue(
            self.session,
            content,
            subscription=subscription,
            config=self.config,
            told=Told.of(events),
            events=events,
            fate=Fate.of(None, held=state == DeliveryState.HELD, wait=wait),
            now=self.real_now,
        )
