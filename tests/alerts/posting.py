"""A message put into the outbox as it is, for tests of how channels send it."""

from __future__ import annotations

from datetime import datetime

from alerts.messages.content import Content
from alerts.outbox.enqueue import MessageKey, enqueue
from alerts.subscriptions.config import AlertConfig
from alerts.subscriptions.recipients import Addressee
from storage.database import Database


def post(database: Database, config: AlertConfig, content: Content, *, now: datetime) -> None:
    """Write a message for every recipient of every channel."""
    to = [
        Addressee(subscription="Scrutiny", channel=channel, recipient=recipient)
        for channel in config.channels.values()
        for recipient in channel.recipients()
    ]
    with database.write() as session:
        enqueue(session, content, to, key=MessageKey("test", "message"), now=now)
