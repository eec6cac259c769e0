"""Messages about what one look at the site brought, each subscription's in one.

During a poll, the transaction of each report writes notifications (`alerts.outbox.notifications`).
After the poll, notifications of subscriptions with `when: now` become messages, and so do urgent
notifications of digest subscriptions: an ordinary message for one report, a combined message for
several.
Whoever delivers does it, so that a look which was killed loses nothing; the entries and their
deliveries change in one transaction, so that nothing is told twice.

A look that goes on in another process is waited for, though not for ever: a message that comes in
two parts is better than one that does not come. `now` may be replayed; the outbox keeps real time.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.messages.combined import combined_message
from alerts.messages.sites import NO_SITES, Sites
from alerts.outbox.enqueue import FirstState, MessageKey, enqueue
from alerts.outbox.isolation import one_by_one
from alerts.outbox.late_mutes import without_muted
from alerts.outbox.notifications import (
    notified_before,
    rows_of,
    waiting_notifications,
    was_notified,
)
from alerts.outbox.owner import runs_elsewhere
from alerts.outbox.threads import first_messages
from alerts.subscriptions.config import AlertConfig, Subscription
from alerts.subscriptions.mutes import Mutes
from alerts.subscriptions.periods import When
from alerts.subscriptions.quiet_hours import quiet_wait
from alerts.subscriptions.recipients import addressees
from storage.database import Database
from storage.models import (
    Delivery,
    DeliveryState,
    Notification,
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
    sites: Sites = NO_SITES,
) -> int:
    """Queue what waits, once its look is over; how many messages. Asks little if nothing does.

    Raises ExceptionGroup where some subscription's could not be made, after all the others.
    """
    with database.read() as session:
        waiting_for = {
            (name, is_urgent_news)
            for name, is_urgent_news in session.execute(
                select(Notification.subscription, Notification.told_at_once & ~was_notified())
                .where(Notification.state.in_(_WAITING))
                .distinct()
            )
        }

    def make(subscription: Subscription) -> int:
        with database.write() as session:
            if poll_is_running(session, now=now):
                return 0
            made = write_waiting_messages(
                session,
                subscription,
                config=config,
                now=now,
                real_now=real_now,
                sites=sites,
            )
            return len(made)

    return one_by_one(
        (
            one
            for one in config.subscriptions
            if (one.name, True) in waiting_for
            or (one.when == When.NOW and (one.name, False) in waiting_for)
        ),
        make,
    )


def poll_is_running(session: Session, *, now: datetime) -> bool:
    """Whether another process is looking at the site now, as far as one can tell."""
    running = session.scalars(
        select(Poll.owner).where(
            Poll.outcome == PollOutcome.RUNNING,
            Poll.kind != PollKind.BACKFILL,
            Poll.started_at > now - LONGEST_WAIT,
            # A later date was written while the clock was wrong.
            Poll.started_at < now + LONGEST_WAIT,
        )
    )
    return any(runs_elsewhere(owner) for owner in running)


def write_waiting_messages(
    session: Session,
    subscription: Subscription,
    *,
    config: AlertConfig,
    now: datetime,
    real_now: datetime,
    sites: Sites = NO_SITES,
    before: datetime | None = None,
) -> list[Delivery]:
    """Make messages of all that a subscription is to be told now. Never commits.

    What is held stays so. What is urgent stays collected for the digest, where there is one. With
    `before` only what was collected before that.
    """
    muted = Mutes.at(session, now).of_subscription(subscription.name)
    made: list[Delivery] = []
    for state in _WAITING:
        untold = without_muted(
            session,
            subscription,
            _taken(session, subscription, state, before, now),
            config=config,
            now=now,
            real_now=real_now,
            sites=sites,
        )
        if not untold:
            continue
        rows = rows_of(session, untold, sites)
        content = combined_message(rows) if len(rows) > 1 else rows[0].message
        wait = quiet_wait(subscription.quiet_hours, now, urgent=content.urgent)
        events = [entry.event for entry in untold]
        report = events[0].report
        made += enqueue(
            session,
            content,
            addressees(config, subscription),
            key=MessageKey.of(events),
            events=events,
            first=FirstState.of(muted, held=state == DeliveryState.HELD, wait=wait),
            reply_to=(
                first_messages(session, subscription.name, report)
                if report is not None and len(rows) == 1
                else {}
            ),
            now=real_now,
        )
    return made


def _taken(
    session: Session,
    subscription: Subscription,
    state: DeliveryState,
    before: datetime | None,
    now: datetime,
) -> list[Notification]:
    """Those still to be told; where no digest will come, all of them are marked as taken in.

    What a digest that has been given up since would only have repeated is known.
    """
    entries = waiting_notifications(session, subscription, state=state, before=before, now=now)
    known = notified_before(session, subscription, entries)
    untold = [entry for entry in entries if entry.event_id not in known]
    if subscription.when != When.NOW:
        return [entry for entry in untold if entry.told_at_once]
    for entry in entries:
        entry.state = DeliveryState.SENT
    return untold
