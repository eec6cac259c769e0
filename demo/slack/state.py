"""What the local Slack keeps: its channels, the messages posted, and the faults that are due."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, Literal


@dataclass(frozen=True)
class Channel:
    """A channel as the bot sees it. `name` has no "#"."""

    id: str
    name: str
    is_member: bool = True
    is_archived: bool = False


@dataclass(frozen=True)
class SlackFault:
    """One misbehaviour. Make it with the functions below, add it with `LocalSlack.add_fault`.

    `accept` says whether the message is kept before the trouble starts: the sender cannot tell.
    """

    answer: Literal["refused", "rate_limited", "server_error", "cut", "hang"]
    accept: bool = False
    code: str = ""
    status: int = 500
    body: str = "<html>Server error</html>"
    retry_after: str | None = None
    method: str = "chat.postMessage"


def refused(code: str, *, method: str = "chat.postMessage") -> SlackFault:
    """Answer HTTP 200 with `"ok": false` and this error code."""
    return SlackFault("refused", code=code, method=method)


def rate_limited(*, retry_after: str | None = "1", method: str = "chat.postMessage") -> SlackFault:
    """Answer HTTP 429; `retry_after` is sent as it is, None leaves the header out."""
    return SlackFault("rate_limited", retry_after=retry_after, method=method)


def server_error(
    *, accept: bool, status: int = 500, method: str = "chat.postMessage"
) -> SlackFault:
    """Answer an HTTP error, before or after the message was kept."""
    return SlackFault("server_error", accept=accept, status=status, method=method)


def replaced(
    *, accept: bool, body: str = "<html>Welcome</html>", method: str = "chat.postMessage"
) -> SlackFault:
    """Answer HTTP 200 with something else than Slack's reply, as a gateway in between may."""
    return SlackFault("server_error", accept=accept, status=200, body=body, method=method)


def cut(*, accept: bool, method: str = "chat.postMessage") -> SlackFault:
    """End the connection without an answer, before or after the message was kept."""
    return SlackFault("cut", accept=accept, method=method)


def hang(*, accept: bool, method: str = "chat.postMessage") -> SlackFault:
    """Give no answer until the server stops, before or after the message was kept."""
    return SlackFault("hang", accept=accept, method=method)


@dataclass(frozen=True)
class UploadedFile:
    """A file being uploaded: announced, then with its content, then complete and ready to show."""

    id: str
    name: str
    title: str = ""
    alt_text: str = ""
    content: bytes = b""
    complete: bool = False


@dataclass(frozen=True)
class PostedMessage:
    """A message that this Slack has kept. `ts` identifies it within the channel."""

    ts: str
    channel: str
    channel_name: str
    via: Literal["api", "webhook"]
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] | None = None
    thread_ts: str | None = None
    broadcast: bool = False  # a reply that the channel shows too

    def visible_text(self) -> str:
        """Return what a reader sees, unformatted: the words of the blocks, or else the text."""
        return "\n".join(_words(self.blocks)) or self.text

    def visible_blocks(self) -> tuple[str, ...]:
        """Return what a reader sees, unformatted, block by block."""
        return tuple("\n".join(_words(block)) for block in self.blocks) or (self.text,)


def _words(part: object) -> Iterator[str]:
    """Yield the text objects of a block (or list of blocks) in reading order."""
    if isinstance(part, Mapping):
        if isinstance(part.get("text"), str):
            yield part["text"]
        elif part.get("type") == "image":
            yield part["alt_text"]
        else:
            for key in ("text", "fields", "elements"):
                yield from _words(part.get(key))
    elif isinstance(part, list):
        for item in part:
            yield from _words(item)


class SlackState:
    """Messages and pending faults; every method may be called from any thread."""

    def __init__(self, channels: tuple[Channel, ...], *, record: Path | None) -> None:
        self.channels = channels
        self._record = record
        self._lock = Lock()
        self._messages: list[PostedMessage] = []
        self._faults: list[tuple[SlackFault, int | None]] = []
        self._hidden_from: int | None = None
        self._files: dict[str, UploadedFile] = {}
        self._last_post: dict[str, datetime] = {}
        if record is not None and record.exists():
            lines = record.read_text("utf-8").splitlines()
            self._messages = [PostedMessage(**json.loads(line)) for line in lines]

    def find_channel(self, name: str, *, by_name: bool) -> Channel | None:
        """Return a channel by its id or, where Slack allows that, by its name."""
        for channel in self.channels:
            if channel.id == name or (by_name and channel.name == name.removeprefix("#")):
                return channel
        return None

    def messages(self) -> tuple[PostedMessage, ...]:
        """Return everything kept so far, oldest first."""
        with self._lock:
            return tuple(self._messages)

    def visible_messages(self) -> tuple[PostedMessage, ...]:
        """Return what the history shows: Slack may lag behind what it has accepted."""
        with self._lock:
            return tuple(self._messages[: self._hidden_from])

    def set_history_hidden(self, *, hidden: bool) -> None:
        """Leave messages from now on out of the history, or show all again."""
        with self._lock:
            self._hidden_from = len(self._messages) if hidden else None

    def add_fault(self, fault: SlackFault, *, times: int | None) -> None:
        """Queue a fault; `times` None means: for ever."""
        with self._lock:
            self._faults.append((fault, times))

    def clear_faults(self) -> None:
        """Behave well again."""
        with self._lock:
            self._faults.clear()

    def take_fault(self, method: str) -> SlackFault | None:
        """Return the next fault for a call of this method, and count it as shown."""
        with self._lock:
            for place, (fault, times) in enumerate(self._faults):
                if fault.method != method:
                    continue
                if times is not None:
                    left = times - 1
                    self._faults[place : place + 1] = [(fault, left)] if left else []
                return fault
        return None

    def files(self) -> tuple[UploadedFile, ...]:
        """Return every file that was announced, oldest first."""
        with self._lock:
            return tuple(self._files.values())

    def announce_file(self, name: str, *, alt_text: str) -> UploadedFile:
        """Add a file without content, under a new id."""
        with self._lock:
            number = len(self._files) + 1
            file = UploadedFile(f"F0SAMPLE{number:03d}", name, alt_text=alt_text)
            self._files[file.id] = file
            return file

    def change_file(self, file_id: str, **facts: Any) -> bool:
        """Set facts of a file, by the names of the record; return whether there is such a file."""
        with self._lock:
            if file_id not in self._files:
                return False
            self._files[file_id] = replace(self._files[file_id], **facts)
            return True

    def change_message(self, ts: str, content: Mapping[str, Any]) -> bool:
        """Replace the text and blocks of a message; return whether there is such a message."""
        with self._lock:
            for place, message in enumerate(self._messages):
                if message.ts == ts:
                    blocks = list(content.get("blocks") or [])
                    text = str(content.get("text") or "")
                    self._messages[place] = replace(message, text=text, blocks=blocks)
                    return True
            return False

    def remove_message(self, ts: str) -> None:
        """Delete a message, as a member of the channel can."""
        with self._lock:
            self._messages = [message for message in self._messages if message.ts != ts]

    def may_post(self, channel: Channel, *, now: datetime) -> bool:
        """Return whether the channel's last message is a second old; if so, note a new one now."""
        with self._lock:
            last = self._last_post.get(channel.id)
            if last is not None and (now - last).total_seconds() < 1:
                return False
            self._last_post[channel.id] = now
            return True

    def keep(
        self,
        channel: Channel,
        content: Mapping[str, Any],
        *,
        via: Literal["api", "webhook"],
        now: datetime,
    ) -> PostedMessage:
        """Store a message under a new, increasing time stamp."""
        with self._lock:
            ts = f"{now.timestamp():.6f}"
            if self._messages and float(ts) <= float(self._messages[-1].ts):
                ts = f"{float(self._messages[-1].ts) + 0.000001:.6f}"
            message = PostedMessage(
                ts=ts,
                channel=channel.id,
                channel_name=channel.name,
                via=via,
                text=content.get("text") or "",
                blocks=list(content.get("blocks") or []),
                metadata=content.get("metadata"),
                thread_ts=content.get("thread_ts"),
                broadcast=bool(content.get("reply_broadcast")),
            )
            self._messages.append(message)
            if self._record is not None:
                with self._record.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(message), ensure_ascii=False) + "\n")
            return message
