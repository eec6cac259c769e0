"""Welcome messages: new recipients learn what to expect, how often, and how to stop it.

A recipient of a subscription gets one welcome message. Its key has no time, so it is never sent
twice.
"""

from __future__ import annotations

import logging

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.messages.message import Notice
from alerts.messages.welcome import welcome
from alerts.outbox.enqueue import MessageKey, enqueue, replace_content
from alerts.outbox.isolation import one_by_one
from alerts.subscriptions.config import Subscription
from alerts.subscriptions.reason import choice_words
from alerts.subscriptions.recipients import Addressee, addressees
from flows.pipeline.app import App
from flows.pipeline.preview import previews
from storage import polls
from storage.models import Delivery, DeliveryState

logger = logging.getLogger(__name__)

FIRST = MessageKey("welcome", "first")


def welcome_new_recipients(app: App) -> int:
    """Write the welcome messages of subscribers and of subscriptions with `welcome: true`.

    Returns their number.

    None is written before the history is filled in, because until then it is not known how often
    messages come. A recipient who has had any message of the subscription is not new.
    """
    wanted = [subscription for subscription in app.config.subscriptions if subscription.welcome]
    with app.database.read() as session:
        new = {
            subscription.name: found
            for subscription in wanted
            if (found := _new(app, session, subscription))
        }
        is_filled = polls.last_complete_poll(session, now=app.settings.instant()) is not None
    if not new or not is_filled:
        return 0
    return one_by_one(
        [subscription for subscription in wanted if subscription.name in new],
        lambda subscription: write_welcome_message(app, subscription, new[subscription.name]),
    )


def write_welcome_message(app: App, subscription: Subscription, to: list[Addressee]) -> int:
    """Write the welcome message of a subscription to some recipients, and return their number.

    It waits until all listed reports are read.
    """
    notice = _notice(app, subscription)
    if notice is None:
        return 0
    with app.database.write() as session:
        return len(enqueue(session, notice, to, key=FIRST, now=app.alert_run().real_now))


def welcome_state(app: App, subscription: Subscription) -> DeliveryState | None:
    """Return the state of the welcome message of a subscription with one recipient.

    None: it waits until all listed reports are read.
    """
    is_welcome = Delivery.key.startswith(f"{FIRST.kind}:")
    with app.database.read() as session:
        return session.scalar(
            select(Delivery.state)
            .where(is_welcome, Delivery.subscription == subscription.name)
            .limit(1)
        )


def compose_waiting_welcomes(app: App) -> None:
    """Compose the due welcome messages again, from their subscriptions as they are now.

    A person may have subscribed again, or changed `watch.yaml`, since they were written.
    """
    due = (Delivery.state == DeliveryState.DUE) & Delivery.key.startswith(f"{FIRST.kind}:")
    with app.database.read() as session:
        names = set(session.scalars(select(Delivery.subscription).where(due).distinct()))

    def compose(subscription: Subscription) -> int:
        notice = _notice(app, subscription)
        if notice is None:
            return 0
        run, to = app.alert_run(), list(addressees(app.config, subscription))
        with app.database.write() as session:
            rows = session.scalars(
                select(Delivery).where(due, Delivery.subscription == subscription.name)
            ).all()
            for row in rows:
                replace_content(session, row, notice, to, run)
        return len(rows)

    one_by_one([found for found in app.config.subscriptions if found.name in names], compose)


def _notice(app: App, subscription: Subscription) -> Notice | None:
    """Return the welcome message of a subscription; None while listed reports are still unread."""
    found = previews(app, [subscription])
    if found.waiting:
        return None
    return welcome(
        what=choice_words(subscription.rules, subscription.events),
        when=subscription.when,
        reports=None if found.is_empty else found.subscriptions[0].reports,
    )


def _new(app: App, session: Session, subscription: Subscription) -> list[Addressee]:
    query = (
        select(Delivery.channel, Delivery.recipient)
        .where(Delivery.subscription == subscription.name, Delivery.state != DeliveryState.MUTED)
        .distinct()
    )
    known = {(channel, recipient) for channel, recipient in session.execute(query)}
    return [
        addressee
        for addressee in addressees(app.config, subscription)
        if addressee.channel.for_people
        and (addressee.channel.name, addressee.recipient) not in known
    ]
