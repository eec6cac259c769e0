"""Processes that send, and a subscription to digests."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from alerts.subscriptions.config import AlertConfig
from reports.register import Register
from storage.database import Database
from tests.alerts.conftest import one_subscription
from tests.alerts.killing import Senders
from tests.alerts.outbox.making_digests import MAIL


@pytest.fixture
def senders(database: Database, tmp_path: Path) -> Iterator[Senders]:
    """Starts processes on this database; none is left behind."""
    multiprocessing.get_context("forkserver").set_forkserver_preload(
        ["tests.alerts.sender_process"]
    )
    url = database.url.render_as_string(hide_password=False)
    found = Senders(url, str(tmp_path / "watch.yaml"), [])
    yield found
    found.end()


@pytest.fixture
def configured(tmp_path: Path, register: Register) -> Callable[..., AlertConfig]:
    """One subscription to all councils, with two addresses and a Slack channel."""

    def load(when: str, **more: Any) -> AlertConfig:
        channels = {
            "team": MAIL | {"to": ["a@example.org", "b@example.org"]},
            "slack": {"type": "slack", "token": "x", "channel": "#social-care"},
        }
        return one_subscription(tmp_path, register, channels, when=when, **more)

    return load
