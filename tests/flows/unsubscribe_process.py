"""Unsubscribing in a process of its own, for tests that kill it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from multiprocessing.connection import Connection

from cli.commands.unsubscribe import unsubscribe
from flows.pipeline.app import open_app
from flows.serve.unsubscribe import UnsubscribePage
from flows.settings import load_settings


def unsubscribe_in_process(
    environment: Mapping[str, str], ready: Connection, *, token: str = "", address: str = ""
) -> None:
    """Say that everything is loaded, then unsubscribe by the link or by the command."""
    os.environ.clear()
    os.environ.update(environment)
    ready.send("ready")
    if token:
        UnsubscribePage(lambda: open_app(load_settings())).confirm(token)
    else:
        unsubscribe(address)
