"""The messages of one poll: one for each subscription, with all reports of the poll.

During a poll, the transaction of each report writes notifications (`alerts.outbox.notifications`).
After the poll, the notifications of subscriptions with `when: now` become messages, and so do the
urgent ones of digest subscriptions: an ordinary message for one report, a combined message for
several.

Any process that delivers does this, so that a killed poll loses nothing. Notifications and their
deliveries change in one transaction, so that no message is made twice. While a poll runs in another
process, its messages wait, but only for LONGEST_POLL_WAIT: a message in two parts is better than
none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.events.corrections import is_corrected
from alerts.events.replaced_files import is_replaced_since
from alerts.events.report_events import ReportEvents
from alerts.events.types import EventType, most_important_first
from alerts.events.version_differences import same_facts
from alerts.events.versions import versions_of
from alerts.messages.combined import combined_message
from alerts.messages.content import Content
from alerts.messages.context import GradedReports
from alerts.messages.digest import DigestRow
from alerts.messages.digest_schedule import When
from alerts.messages.message import Message
from alerts.outbox.enqueue import AlertRun, MessageKey, enqueue
from alerts.outbox.isolation import one_by_one
from alerts.outbox.late_mutes import mute_unwanted
from alerts.outbox.notifications import (
    by_report,
    is_of_another_council,
    notified_before,
    waiting_notifications,
    was_notified,
)
from alerts.outbox.threads import Address, changes_first_message, first_messages
from alerts.subscriptions.config import Subscription
from alerts.subscriptions.mutes import Mutes
from alerts.subscriptions.recipients import addressees
from reports.model import Kind
from reports.wording import grade_words, judgement_words, uk_period
from storage import facts
from storage.database import Database
from storage.grade_history import are_grades_certain
from storage.models import (
    WAITING,
    Delivery,
    DeliveryState,
    Event,
    Inspection,
    Notification,
    Poll,
    PollKind,
    PollOutcome,
    Report,
    ReportState,
)
from storage.poll_owner import runs_elsewhere

LONGEST_POLL_WAIT = timedelta(hours=1)
"""Polls take minutes. Where a slow site holds a poll up, what it found waits no longer than this.
"""

_ABOUT_THE_LISTING = frozenset({EventType.WITHDRAWN, EventType.RETURNED, EventType.DUE_SOON})
"""Events that are not about what a report says."""


def make_messages(database: Database, run: AlertRun) -> int:
    """Make messages of the notifications that wait, and return the number of deliveries.

    Nothing is made while a poll runs in another process. Raises MessagesNotMade, once every
    subscription has been tried, where the messages of one could not be made.
    """
    with database.read() as session:
        waiting_for = {
            (name, is_urgent)
            for name, is_urgent in session.execute(
                select(Notification.subscription, Notification.urgent & ~was_notified())
                .where(Notification.state.in_(WAITING), ~is_of_another_council())
                .distinct()
            )
        }

    def make(subscription: Subscription) -> int:
        with database.write() as session:
            if poll_is_running(session, now=run.now):
                return 0
            return len(write_waiting_messages(session, subscription, run))

    return one_by_one(
        (
            subscription
            for subscription in run.config.subscriptions
            if (subscription.name, True) in waiting_for
            or (subscription.when == When.NOW and (subscription.name, False) in waiting_for)
        ),
        make,
    )


def poll_is_running(session: Session, *, now: datetime) -> bool:
    """Return whether another process is polling the site now, as far as that is known."""
    running = session.scalars(
        select(Poll.owner).where(
            Poll.outcome == PollOutcome.RUNNING,
            Poll.kind != PollKind.BACKFILL,
            Poll.started_at > now - LONGEST_POLL_WAIT,
            # A later date was written while the clock was wrong.
            Poll.started_at < now + LONGEST_POLL_WAIT,
        )
    )
    return any(runs_elsewhere(owner) for owner in running)


def write_waiting_messages(
    session: Session,
    subscription: Subscription,
    run: AlertRun,
    *,
    before: datetime | None = None,
) -> list[Delivery]:
    """Make messages of what waits for a subscription, and return the deliveries. Never commits.

    For a subscription with digests, only urgent notifications become messages, and they stay for
    the digest too. Held notifications become held messages. With `before`, only notifications from
    before that moment count.
    """
    muted = Mutes.at(session, run.now).of_subscription(subscription.name)
    made: list[Delivery] = []
    for state in WAITING:
        waiting = mute_unwanted(
            session,
            subscription,
            _take(session, subscription, state, before, run.now),
            run,
        )
        for group, reply_to in _messages(session, subscription, waiting):
            rows = rows_of(session, group, subscription, run)
            events = [notification.event for notification in group]
            made += enqueue(
                session,
                message_of(rows),
                addressees(run.config, subscription),
                key=MessageKey.of(events),
                events=events,
                subscription=subscription,
                muted=muted,
                held=state == DeliveryState.HELD,
                reply_to=reply_to,
                now=run.real_now,
            )
    return made


def _messages(
    session: Session, subscription: Subscription, waiting: Sequence[Notification]
) -> Iterator[tuple[list[Notification], Mapping[Address, int]]]:
    """Yield the notifications of each message to make, and the deliveries to which it replies.

    Where the first message about some reports no longer holds, these reports are in one message,
    which replies to the first. All other reports are in one message. It replies to an earlier one
    only if it is about a single report.
    """
    together: list[Notification] = []
    replies: defaultdict[frozenset[tuple[Address, int]], list[Notification]] = defaultdict(list)
    for group in by_report(waiting):
        found = ReportEvents.of(notification.event for notification in group)
        first: Mapping[Address, int] = {}
        if changes_first_message(found):
            first = first_messages(session, subscription.name, found)
        (replies[frozenset(first.items())] if first else together).extend(group)
    if together:
        about = ReportEvents.by_report(notification.event for notification in together)
        is_single = len(about) == 1
        yield together, first_messages(session, subscription.name, about[0]) if is_single else {}
    yield from ((group, dict(first)) for first, group in replies.items())


def _take(
    session: Session,
    subscription: Subscription,
    state: DeliveryState,
    before: datetime | None,
    now: datetime,
) -> list[Notification]:
    """Return the notifications to send now, without events that have been in a message already.

    Where a digest follows, only urgent ones are returned. Otherwise all that wait are marked as
    sent.
    """
    notifications = waiting_notifications(
        session, subscription, state=state, before=before, now=now
    )
    known = notified_before(session, notifications)
    waiting = [notification for notification in notifications if notification.event_id not in known]
    if subscription.when != When.NOW:
        return [notification for notification in waiting if notification.urgent]
    for notification in notifications:
        notification.state = DeliveryState.SENT
    return waiting


def message_of(rows: Sequence[DigestRow]) -> Content:
    """Return the message about one report, or the combined message about several."""
    return combined_message(rows) if len(rows) > 1 else rows[0].message


def rows_of(
    session: Session,
    notifications: Iterable[Notification],
    subscription: Subscription,
    run: AlertRun,
    *,
    sent: Collection[int] = (),
) -> list[DigestRow]:
    """Return a row for each report: urgent ones first, then by the type of event and the council.

    `sent` are the ids of the events about which the recipients have had another message.
    """
    groups = [
        (group, ReportEvents.of(notification.event for notification in group))
        for group in by_report(notifications)
    ]
    graded = GradedReports(session, about=[found.report for _, found in groups])
    rows = []
    for group, found in groups:
        message = run.message(session, found, subscription, graded=graded)
        # Events may have become urgent when a person confirmed a value.
        urgent = message.urgent or any(notification.urgent for notification in group)
        rows.append(
            DigestRow(
                message=as_of_now(session, found, replace(message, urgent=urgent)),
                sent_before=all(event.id in sent for event in found.events),
            )
        )
    order = {event_type: n for n, event_type in enumerate(most_important_first(EventType))}
    return sorted(
        rows,
        key=lambda row: (
            not row.message.urgent,
            order[row.message.events[0]],
            row.message.authority,
        ),
    )


def as_of_now(session: Session, found: ReportEvents, message: Message) -> Message:
    """Return the message, with a remark where what it says about its report no longer holds.

    The events may have waited for a digest or a release. A correction has an event of its own, but
    the subscription may not ask for it.
    """
    report = found.report
    if _ABOUT_THE_LISTING.issuperset(message.events):
        said_before = is_corrected(session, report)
        return replace(_listed_as_now(session, report, message), corrected_before=said_before)
    if report.state != ReportState.READ:
        return message
    said = [event for event in found.events if event.type not in _ABOUT_THE_LISTING]
    newer = versions_of(session, report).listed_newer
    is_other = newer is not None and not same_facts(
        facts.reading_of(report), facts.reading_of(newer)
    )
    # A report that is listed again under another number still holds.
    is_gone = newer is None and report.withdrawn_at is not None
    holding = newer if newer is not None and is_other else report
    other_grades = _other_grades(holding, said)
    is_certain = are_grades_certain(report)
    in_doubt = not is_certain and facts.replaced_reading(report) is not None
    if is_other or is_replaced_since(session, report, said):
        happened, remark = "corrected", "Ofsted has since corrected this report."
    elif is_gone and EventType.WITHDRAWN not in message.events:
        happened, remark = "withdrawn", "Ofsted has since withdrawn this report."
    elif in_doubt:
        happened = "replaced"
        remark = "Ofsted has since replaced the file of this report. Its grades need review."
    elif other_grades and not is_certain:
        happened, remark = "put in doubt", "The grades of this report need review."
    elif other_grades:
        happened = "corrected"
        grades = "; ".join(other_grades)
        remark = f"Inspection Watch has since corrected what it read in this report. {grades}."
    else:
        return replace(message, grades_hold=not is_gone)
    since = _with_since(message, happened, remark)
    return replace(since, grades_hold=not (is_gone or in_doubt or other_grades))


def _listed_as_now(session: Session, report: Report, message: Message) -> Message:
    """Return the message about a withdrawal, return or likely inspection, with a remark if Ofsted
    has undone it, or has inspected the council since.
    """
    is_withdrawn = report.withdrawn_at is not None
    if message.events == (EventType.WITHDRAWN,) and not is_withdrawn:
        happened, remark = "published again", "Ofsted has since published this report again."
    elif message.events == (EventType.RETURNED,) and is_withdrawn:
        happened, remark = "withdrawn", "Ofsted has since withdrawn this report again."
    elif EventType.DUE_SOON in message.events and (later := _inspection_since(session, report)):
        happened = "inspected"
        period = uk_period(later.start, later.end)
        remark = f"Ofsted has since published the report of a later inspection ({period})."
    else:
        return message
    return _with_since(message, happened, remark)


def _inspection_since(session: Session, report: Report) -> Inspection | None:
    """Return the council's last full inspection that began later than that of a report."""
    if report.inspection is None:
        return None
    return session.scalar(
        select(Inspection)
        .join(Report, Report.inspection_id == Inspection.id)
        .where(
            Inspection.authority_id == report.authority_id,
            Inspection.kind == Kind.INSPECTION,
            Inspection.start > report.inspection.start,
            Report.state == ReportState.READ,
            Report.withdrawn_at.is_(None),
        )
        .order_by(Inspection.start.desc())
        .limit(1)
    )


def _with_since(message: Message, happened: str, remark: str) -> Message:
    """Return the message with what has happened since, in its headline and as a remark."""
    return replace(
        message,
        headline=f"{message.headline} (since {happened})",
        since=remark,
        remarks=(remark, *message.remarks),
    )


def _other_grades(report: Report, events: Iterable[Event]) -> list[str]:
    """Return, in words, the grades of a report that now differ from those in the events.

    Ofsted or a person has corrected them, or a newer version of the program reads them differently.
    """
    said: dict[str, str | None] = {}
    for event in sorted(events, key=lambda event: event.id or 0):
        for change in event.detail.get("changes", ()):
            said[change["judgement"]] = change["to"]
    return [
        f"{judgement_words(row.judgement)}: {grade_words(row.grade) or 'uncertain'}"
        for row in report.judgements
        if said.get(row.judgement) not in (None, row.grade)
    ]
