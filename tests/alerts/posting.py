"""A message put into the outbox as it is, for tests of how channels send it."""

from __future__ import annotations

from datetime import datetime

from alerts.messages.content import Content
from alerts.messages.message import Envelope
from alerts.outbox.identity import alert_id
from alerts.subscriptions.config import AlertConfig
from storage.database import Database
from storage.models import Delivery


def post(database: Database, config: AlertConfig, content: Content, *, now: datetime) -> None:
    """Write a message for every recipient of every channel."""
    with database.write() as session:
        for name, channel in config.channels.items():
            for recipient in channel.recipients():
                key = f"{name}:{recipient}"
                envelope = Envelope(
                    key=key, alert_id=alert_id(key), subscription="Scrutiny", at=now
                )
                session.add(
                    Delivery(
                        key=key,
                        subscription="Scrutiny",
                        channel=name,
                        recipient=recipient,
                        payload=channel.render(content, envelope),
                        next_attempt_at=now,
                        created_at=now,
                    )
                )
