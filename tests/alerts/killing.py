"""Processes that send, for tests that kill them."""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from typing import Any

from demo.slack import LocalSlack

KILLS = int(os.environ.get("WATCH_TEST_KILLS", "3"))
"""How often each of these tests kills. Fifty times find rare moments: make test-faults."""


@dataclass
class Senders:
    """Starts processes on one database; what they need is loaded once and forked."""

    database_url: str
    config_path: str
    started: list[ForkServerProcess]

    def start(self, target: Callable[..., None], *more: Any) -> ForkServerProcess:
        """A process that has loaded everything and is about to begin."""
        context = multiprocessing.get_context("forkserver")
        here, there = context.Pipe()
        process = context.Process(
            target=target, args=(self.database_url, self.config_path, there, *more)
        )
        process.start()
        self.started.append(process)
        assert here.poll(60), "the sender did not start"
        assert here.recv() == "ready"
        return process

    def end(self) -> None:
        """Leave none behind."""
        for process in self.started:
            process.kill()
            process.join()


def keys_on_slack(slack: LocalSlack) -> Counter[str]:
    """How often each delivery's message is there."""
    return Counter((message.metadata or {})["event_payload"]["key"] for message in slack.messages)
