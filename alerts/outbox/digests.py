"""Digests: the notifications of a period, sent together when the period is over.

A digest's row, its deliveries and its notifications are written in one transaction, and a
subscription has at most one digest for a day. So neither a crash nor several processes at once can
lose an event or send it twice. After a pause, one digest covers the days since the last one, but
begins at most 31 days before its usual first day. Older events are in it too.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from alerts.events.report_events import ReportEvents
from alerts.messages.digest import (
    DigestMessage,
    DigestSection,
    SourceChecks,
    checks_words,
    councils_words,
    digest_headline,
    found_words,
    noun_of,
)
from alerts.messages.digest_schedule import ONE_DAY, DigestPeriod, When, last_due
from alerts.messages.national_digest import DigestForm, has_new, national_digest
from alerts.messages.trends import trends_section
from alerts.outbox.combined_messages import rows_of, write_waiting_messages
from alerts.outbox.enqueue import AlertRun, MessageKey, enqueue
from alerts.outbox.isolation import one_by_one
from alerts.outbox.late_mutes import mute_unwanted
from alerts.outbox.left_out import left_out
from alerts.outbox.notifications import (
    DIGEST,
    by_report,
    reached_before,
    sent_singly,
    waiting_notifications,
)
from alerts.subscriptions.config import Subscription
from alerts.subscriptions.matching import ReportMatch
from alerts.subscriptions.mutes import Mutes
from alerts.subscriptions.recipients import addressees
from reports.london import london_date
from reports.wording import capitalised
from storage import history
from storage.database import Database
from storage.models import DeliveryState, Digest, Event, Notification
from storage.polls import watching_since
from storage.trends import theme_trend

logger = logging.getLogger(__name__)

LONGEST_PAUSE = timedelta(days=31)
"""The most days that a digest makes up for after a pause. It contains older events too."""

_NAMES = {
    When.DAILY: "Daily digest",
    When.WEEKLY: "Weekly digest",
    When.MONTHLY: "Monthly digest",
    # For a digest that failed, of a subscription that has no digests any more.
    When.NOW: "Digest",
}


def make_due_digests(database: Database, run: AlertRun) -> int:
    """Write every digest that is due, and return how many were written.

    Raises MessagesNotMade, once every subscription has been tried, where a digest could not be
    made.
    """
    with database.read() as session:
        due = [
            subscription
            for subscription in run.config.subscriptions
            if _due_period(session, subscription, run.now) is not None
        ]

    def make(subscription: Subscription) -> int:
        try:
            with database.write() as session:
                return _Maker(session, run).make(subscription)
        except IntegrityError:
            logger.info("the digest of %s is being made by another process", subscription.name)
            return 0

    return one_by_one(due, make)


def _due_period(session: Session, subscription: Subscription, now: datetime) -> DigestPeriod | None:
    """Return the days of a subscription's next digest; None where none is due."""
    if subscription.when == When.NOW:
        return None
    before = session.scalar(
        select(func.max(Digest.last_day)).where(
            Digest.subscription == subscription.name, ~_of_the_future(now)
        )
    )
    period = last_due(subscription.when, now)
    if before is not None:
        # The clock was wrong, or the pause was longer than a digest covers.
        earliest = period.first - LONGEST_PAUSE
        period = DigestPeriod(first=max(before + ONE_DAY, earliest), last=period.last)
    return None if period.is_empty else period


def _of_the_future(now: datetime) -> ColumnElement[bool]:
    """Return, for a query, whether a digest covers days to come, or was made more than a day after
    `now`: then the clock was wrong. A clock that is set back a little makes no digest wrong.
    """
    return or_(Digest.last_day >= london_date(now), Digest.made_at > now + ONE_DAY)


def digest_as_of_now(
    session: Session,
    subscription: Subscription,
    last_day: date,
    notifications: Sequence[Notification],
    run: AlertRun,
) -> DigestMessage | None:
    """Compose the digest up to `last_day` again: these events, as their reports are now.

    None where it was made while the clock was wrong: its days are not on record any more.
    """
    digest = session.scalars(
        select(Digest).where(Digest.subscription == subscription.name, Digest.last_day == last_day)
    ).one_or_none()
    if digest is None or any(each.digest_id != digest.id for each in notifications):
        return None
    period = DigestPeriod(first=digest.first_day, last=digest.last_day)
    return _Maker(session, run).content(subscription, period, notifications)


@dataclass(frozen=True)
class _Maker:
    """Makes digests in one transaction."""

    session: Session
    run: AlertRun

    def make(self, subscription: Subscription) -> bool:
        """Write a digest and its deliveries. Returns False where there is none to send."""
        period = _due_period(self.session, subscription, self.run.now)
        if period is None:
            return False
        is_first = not self.session.scalar(
            select(func.count()).where(Digest.subscription == subscription.name)
        )
        self._forget_future_digests(subscription)
        # This row first: another process that makes the same digest fails here, before it changes
        # anything.
        digest = Digest(
            subscription=subscription.name,
            first_day=period.first,
            last_day=period.last,
            made_at=self.run.now,
        )
        self.session.add(digest)
        self.session.flush()
        # Otherwise, while a poll hangs, its urgent events would be sent after the digest, which
        # lists them as sent.
        write_waiting_messages(self.session, subscription, self.run, before=period.ends_at)
        notifications = mute_unwanted(
            self.session,
            subscription,
            waiting_notifications(
                self.session, subscription, before=period.ends_at, now=self.run.now
            ),
            self.run,
        )
        if not notifications and (is_first or self._is_over_before_first_check(period)):
            return False
        notifications += self._sent_singly(subscription, period)
        content = self.content(subscription, period, notifications)
        for notification in notifications:
            notification.state, notification.digest_id = DeliveryState.SENT, digest.id
        self._queue(
            digest, subscription, content, [notification.event for notification in notifications]
        )
        return True

    def _sent_singly(self, subscription: Subscription, period: DigestPeriod) -> list[Notification]:
        """Return what the subscription got in `period` before it had digests, unless it is muted
        now. Without it, the digest would say that there was nothing new.
        """
        mutes = Mutes.at(self.session, self.run.now)
        sent = sent_singly(self.session, subscription, start=period.starts_at, end=period.ends_at)
        return [
            notification
            for group in by_report(sent)
            if mutes.of_report(
                subscription,
                ReportMatch.of(ReportEvents.of(notification.event for notification in group)),
            )
            is None
            for notification in group
        ]

    def _is_over_before_first_check(self, period: DigestPeriod) -> bool:
        """Return whether `period` ended before the first check, so that nothing was missed."""
        began = watching_since(self.session)
        return began is not None and period.ends_at <= began <= self.run.now

    def _forget_future_digests(self, subscription: Subscription) -> None:
        """Remove digests that were made while the clock was wrong.

        The events in them still count as sent. Other digests can then cover their days.
        """
        wrong = select(Digest.id).where(
            Digest.subscription == subscription.name, _of_the_future(self.run.now)
        )
        self.session.execute(
            update(Notification).where(Notification.digest_id.in_(wrong)).values(digest_id=None)
        )
        self.session.execute(delete(Digest).where(Digest.id.in_(wrong)))

    def content(
        self,
        subscription: Subscription,
        period: DigestPeriod,
        notifications: Sequence[Notification],
    ) -> DigestMessage:
        """Compose the digest of a period, with these events."""
        key = f"{DIGEST}:{period.last.isoformat()}:"
        to = addressees(self.run.config, subscription)
        sent = reached_before(self.session, notifications, to, digest=key)
        rows = rows_of(self.session, notifications, subscription, self.run, sent=sent)
        polls, last = history.polls_between(
            self.session, start=period.starts_at, end=period.ends_at
        )
        missing = left_out(self.session, subscription, period)
        has_all = subscription.wants_every_report and missing.is_nothing
        found = found_words(len(rows), noun=noun_of(rows), wants_all=has_all)
        councils = _councils(subscription, notifications, found=len(rows))
        is_national = subscription.digest is DigestForm.NATIONAL
        # A national digest counts its new reports itself. Without a check, nobody knows whether
        # there was nothing new.
        counts_itself = is_national and has_new(rows)
        says_what_was_found = not counts_itself and (rows or polls)
        sentences = (
            f"{capitalised(found)} {councils}." if says_what_was_found else "",
            checks_words(SourceChecks(polls=polls, last=last)),
            missing.sentence,
        )
        headline = digest_headline(
            _NAMES[subscription.when], period, rows, checked=polls > 0, waiting=missing.waiting
        )
        sections = self._sections(subscription, period)
        content = DigestMessage(
            headline=headline,
            summary=" ".join(filter(None, sentences)),
            rows=tuple(rows),
            sections=sections,
        )
        return national_digest(content) if is_national else content

    def _sections(
        self, subscription: Subscription, period: DigestPeriod
    ) -> tuple[DigestSection, ...]:
        """Return the trends; none in a daily digest: they do not change from day to day."""
        if subscription.when in (When.DAILY, When.NOW):
            return ()
        trend = theme_trend(self.session, today=period.last)
        section = trends_section(trend, themes=subscription.themes or None)
        return (section,) if section else ()

    def _queue(
        self,
        digest: Digest,
        subscription: Subscription,
        content: DigestMessage,
        events: Sequence[Event],
    ) -> None:
        muted = Mutes.at(self.session, self.run.now).of_subscription(subscription.name)
        enqueue(
            self.session,
            content,
            addressees(self.run.config, subscription),
            # A digest for the same day may have been made while the clock was wrong. SQLite may
            # use the id of a removed row again.
            key=MessageKey(
                DIGEST,
                digest.last_day.isoformat(),
                (str(digest.id), digest.made_at.isoformat()),
            ),
            events=events,
            subscription=subscription,
            muted=muted,
            now=self.run.real_now,
        )


def _councils(
    subscription: Subscription, notifications: Sequence[Notification], *, found: int
) -> str:
    """Return the councils of a digest in words. Some may not be in the subscription any more."""
    if subscription.all:
        return councils_words(None, found=found)
    keys = {notification.event.authority.key for notification in notifications}
    if not keys <= subscription.authorities:
        return "for the councils that this subscription covered at the time"
    return councils_words(len(subscription.authorities), found=found)
