"""Welcome messages: new recipients learn what to expect, how often, and how to stop it.

A recipient of a subscription gets one. Its key has no moment, so nothing doubles it.
"""

from __future__ import annotations

import logging

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.messages.welcome import welcome
from alerts.outbox.enqueue import MessageKey, enqueue
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
    """Write the welcome messages of subscriptions with `welcome: true`; return their number.

    Not before the history is filled in: only then it is known how often messages come. Whoever has
    had any message of the subscription is not new.
    """
    wanted = [one for one in app.config.subscriptions if one.welcome]
    with app.database.read() as session:
        new = {one.name: found for one in wanted if (found := _new(app, session, one))}
        is_filled = polls.last_complete_poll(session, now=app.settings.instant()) is not None
    if not new or not is_filled:
        return 0
    return one_by_one(
        [one for one in wanted if one.name in new],
        lambda one: write_welcome_message(app, one, new[one.name]),
    )


def write_welcome_message(app: App, subscription: Subscription, to: list[Addressee]) -> int:
    """Write the welcome message of a subscription to some of its recipients."""
    found = previews(app, [subscription])
    if found.waiting:
        return 0
    reports = None if found.is_empty else found.subscriptions[0].reports
    notice = welcome(
        what=choice_words(subscription.rules, subscription.events),
        when=subscription.when,
        reports=reports,
    )
    with app.database.write() as session:
        return len(enqueue(session, notice, to, key=FIRST, now=app.alert_run().real_now))


def _new(app: App, session: Session, subscription: Subscription) -> list[Addressee]:
    query = (
        select(Delivery.channel, Delivery.recipient)
        .where(Delivery.subscription == subscription.name, Delivery.state != DeliveryState.MUTED)
        .distinct()
    )
    known = {(channel, recipient) for channel, recipient in session.execute(query)}
    return [
        one
        for one in addressees(app.config, subscription)
        if one.channel.for_people and (one.channel.name, one.recipient) not in known
    ]
