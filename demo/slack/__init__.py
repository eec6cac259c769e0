"""A local Slack: enough of its Web API and incoming webhooks to send to and to test against.

`python -m demo.slack --port 8065 --record messages.jsonl` runs it by hand; slack-sdk reaches it by
`base_url`. Faults are scripted: `slack.add_fault(cut(accept=True))`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Self

from demo.slack.http import SlackServer
from demo.slack.state import (
    Channel,
    PostedMessage,
    SlackFault,
    UploadedFile,
    cut,
    hang,
    rate_limited,
    refused,
    replaced,
    server_error,
)
from demo.slack.workspace import CHANNELS, TOKEN, WEBHOOK_PATH, Workspace, utc_now

__all__ = [
    "CHANNELS",
    "TOKEN",
    "Channel",
    "SlackFault",
    "LocalSlack",
    "PostedMessage",
    "UploadedFile",
    "cut",
    "hang",
    "rate_limited",
    "refused",
    "replaced",
    "server_error",
]


class LocalSlack:
    """A Slack workspace on 127.0.0.1; use it in a `with` block, or call `start` and `stop`.

    The webhook posts into the first channel. `one_per_second` turns on Slack's limit of one
    message per second and channel. `record` is a file of JSON lines that keeps the messages; a new
    start reads them back. `clock` gives the time stamps.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        token: str = TOKEN,
        channels: tuple[Channel, ...] = CHANNELS,
        record: Path | None = None,
        one_per_second: bool = False,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._workspace = Workspace(
            token=token,
            channels=channels,
            record=record,
            one_per_second=one_per_second,
            clock=clock,
        )
        self._server = SlackServer(("127.0.0.1", port), self._workspace)
        self.token = token
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def _address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def base_url(self) -> str:
        """What slack-sdk takes as `base_url`."""
        return f"{self._address}/api/"

    @property
    def webhook_url(self) -> str:
        """The address of the incoming webhook."""
        return f"{self._address}{WEBHOOK_PATH}"

    @property
    def messages(self) -> tuple[PostedMessage, ...]:
        """All messages kept so far, oldest first."""
        return self._workspace.state.messages()

    @property
    def files(self) -> tuple[UploadedFile, ...]:
        """All files that were announced, also those whose content never came."""
        return self._workspace.state.files()

    def add_fault(self, fault: SlackFault, *, times: int | None = 1) -> None:
        """Misbehave so at the next `times` calls of the fault's method; None means: for ever."""
        self._workspace.state.add_fault(fault, times=times)

    def clear_faults(self) -> None:
        """Behave well again."""
        self._workspace.state.clear_faults()

    def remove_message(self, ts: str) -> None:
        """Delete a message, as a member of the channel can."""
        self._workspace.state.remove_message(ts)

    def set_channels(self, *channels: Channel) -> None:
        """Have these channels from now on. A channel keeps its messages under its id."""
        self._workspace.state.channels = channels

    def hide_new_messages(self, *, hidden: bool = True) -> None:
        """Leave messages from now on out of the history (Slack may lag), or show all again."""
        self._workspace.state.set_history_hidden(hidden=hidden)

    def calls(self, method: str) -> int:
        """Return how often a method was called; the method "webhook" is the webhook."""
        return self._workspace.calls[method]

    def start(self) -> Self:
        """Serve in a thread of its own."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving, and end the calls that hang."""
        self._workspace.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_exception: object) -> None:
        self.stop()
