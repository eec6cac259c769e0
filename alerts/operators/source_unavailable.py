"""Notify subscribers that Ofsted's site cannot be read: silence must not look like "nothing new".

Every recipient gets one notice when the last complete poll is too old, and another when a poll
succeeds again, even if the first notice was still waiting and is no longer sent. The transaction
that writes notices also stores that they were written.

A machine that was off for days has not tried to read the site. So the notice waits for a poll that
fails, or for a day in which none was tried.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from alerts.messages.digest import moment_in_year
from alerts.messages.digest_schedule import ONE_DAY
from alerts.messages.message import Notice
from alerts.operators.alerts import SOURCE_UNAVAILABLE
from alerts.operators.weekday_time import is_source_unavailable
from alerts.outbox.enqueue import AlertRun, MessageKey, enqueue
from alerts.subscriptions.mutes import Mutes
from alerts.subscriptions.recipients import addressees
from storage.models import Delivery, DeliveryState, OperatorAlert
from storage.polls import ended_without_success

_KIND, _UNAVAILABLE, _WORKING = "source", "unavailable", "working"

UNTRIED_FOR = ONE_DAY
"""After this long without any poll, the notice is written although none has failed."""


def notify_source_unavailable(
    session: Session, run: AlertRun, *, last_poll: datetime | None
) -> list[Delivery]:
    """Write a notice to every recipient when the site becomes unavailable, or can be read again.

    `last_poll` is when the last complete poll ended; None before the first, when nobody expects a
    message. Never commits.
    """
    if last_poll is None or not run.config.subscriptions:
        return []
    outage = _open_outage(session)
    if is_source_unavailable(last_poll, now=run.now):
        if outage is None:
            outage = OperatorAlert(
                key=SOURCE_UNAVAILABLE, sentence=moment_in_year(last_poll), alerted_at=run.now
            )
            session.add(outage)
            session.flush()
        waited = run.now - outage.alerted_at >= UNTRIED_FOR
        was_tried = ended_without_success(session, since=max(last_poll, run.now - UNTRIED_FOR))
        if _is_written(session, outage) or not (was_tried or waited):
            return []
        return _write(session, _unavailable(last_poll), f"{outage.id}:{_UNAVAILABLE}", run)
    if outage is None:
        return []
    outage.resolved_at = run.now
    if not _is_written(session, outage):
        return []
    notice = _working_again(outage.sentence, last_poll)
    return _write(session, notice, f"{outage.id}:{_WORKING}", run)


def _is_written(session: Session, outage: OperatorAlert) -> bool:
    """Return whether the notice that the site is unavailable was written to anybody."""
    written = Delivery.key.startswith(f"{_KIND}:{outage.id}:{_UNAVAILABLE}")
    return bool(session.scalar(select(exists().where(written))))


def stop_overtaken_notices(session: Session) -> None:
    """Mute notices that have waited while the opposite became true. Never commits.

    Otherwise "cannot be read" could arrive after "is working again", or the other way round.
    """
    waiting = session.scalars(
        select(Delivery).where(
            Delivery.state == DeliveryState.DUE, Delivery.key.startswith(f"{_KIND}:")
        )
    ).all()
    if not waiting:
        return
    outage = _open_outage(session)
    # An outage without a notice may only mean that this machine was off (see above).
    is_announced = outage is not None and _is_written(session, outage)
    for row in waiting:
        _, number, said = row.key.split(":")[:3]  # as `_write` makes it
        is_last = outage is not None and str(outage.id) == number
        if said == _UNAVAILABLE and not is_last:
            row.state, row.last_error = DeliveryState.MUTED, "Ofsted's site can be read again"
        elif said == _WORKING and is_announced:
            row.state, row.last_error = (
                DeliveryState.MUTED,
                "Ofsted's site has become unavailable again",
            )


def _open_outage(session: Session) -> OperatorAlert | None:
    """Return the row that says the site is unavailable now; None where it is not."""
    return session.scalar(
        select(OperatorAlert).where(
            OperatorAlert.key == SOURCE_UNAVAILABLE, OperatorAlert.resolved_at.is_(None)
        )
    )


def _unavailable(last_poll: datetime) -> Notice:
    return Notice(
        headline="Inspection Watch cannot read Ofsted's site",
        lines=(
            f"Last successful check: {moment_in_year(last_poll)}.",
            "Reports may have been published since then. Please check Ofsted's site yourself.",
            "You will get a message when Inspection Watch is working again.",
        ),
    )


def _working_again(before: str, last_poll: datetime) -> Notice:
    checked = f"Ofsted's site was checked successfully: {moment_in_year(last_poll)}."
    if before == moment_in_year(last_poll):
        # Without a check in between, only the clock can have changed.
        lines = (
            checked,
            "No check was missed: the clock of this machine was wrong when you got the message "
            "that Ofsted's site could not be read.",
        )
    else:
        lines = (
            f"{checked} Last successful check before that: {before}.",
            "Reports published in between have been found. You will get messages about them as "
            "usual.",
        )
    return Notice(headline="Inspection Watch is working again", lines=lines)


def _write(session: Session, notice: Notice, about: str, run: AlertRun) -> list[Delivery]:
    """Write one delivery for each recipient, however many subscriptions name it."""
    mutes = Mutes.at(session, run.now)
    reached: set[tuple[str, str]] = set()
    deliveries: list[Delivery] = []
    for subscription in run.config.subscriptions:
        if mutes.of_subscription(subscription.name) is not None:
            continue
        to = [
            addressee
            for addressee in addressees(run.config, subscription)
            if (addressee.channel.name, addressee.recipient) not in reached
        ]
        reached |= {(addressee.channel.name, addressee.recipient) for addressee in to}
        deliveries += enqueue(
            session,
            notice,
            to,
            key=MessageKey(_KIND, about),
            now=run.real_now,
        )
    return deliveries
