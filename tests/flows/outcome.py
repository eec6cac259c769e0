"""What a world has come to: what is stored and what was received, to compare two of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update

from flows.pipeline.deliver import deliver
from storage import history
from storage.database import Database
from storage.models import Authority, Delivery, DeliveryState, Event
from tests.flows.world import World


def content(database_url: str) -> dict[str, Any]:
    """What a database holds, without row numbers, addresses of the site and times of working."""
    database = Database(database_url)
    with database.read() as session:
        reports = [
            (report.silent, report.held, history.report_as_json(report))
            for authority in session.scalars(select(Authority).order_by(Authority.key))
            for report in history.reports_of(session, authority.id)
        ]
        events = sorted((event.key, event.summary) for event in session.scalars(select(Event)))
        deliveries = sorted(
            (delivery.subscription, delivery.channel, delivery.recipient, str(delivery.state))
            for delivery in session.scalars(select(Delivery))
        )
    database.close()
    for _, _, report in reports:
        # Without the port that this world's site happened to get.
        report["url"] = report["url"].rpartition("/")[2]
    return {"reports": reports, "events": events, "deliveries": deliveries}


def send_the_rest(world: World, **more: str) -> None:
    """Skip the half hour after which a mail is repeated whose sending was cut off."""
    with world.app(**more) as app:
        with app.database.write() as session:
            waiting = update(Delivery).where(Delivery.state == DeliveryState.DUE)
            session.execute(waiting.values(next_attempt_at=datetime.now(UTC)))
        deliver(app)


def messages(world: World) -> list[str]:
    """What was received, without what differs from one local server to the next.

    A mail whose sending was cut off may come twice, under the same name.
    """
    slack = [message.text.splitlines()[0] for message in world.slack.messages]
    mails = {mail.message_id: f"mail {mail.subject}" for mail in world.mailbox.mails}
    assert len(world.mailbox.mails) <= len(mails) + 1
    return sorted([*slack, *mails.values()])
