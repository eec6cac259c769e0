"""The local Slack workspace: its methods, without the wire."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

from demo.slack.limits import files_shown, message_error
from demo.slack.state import Channel, PostedMessage, SlackState

TOKEN = "xoxb-sample-token"
UPLOADS = "/upload/v1/"
MAX_ALT_TXT = 1_000
WEBHOOK_PATH = "/services/T0SAMPLE/B0SAMPLE/sample-secret"
CHANNELS = (
    Channel("C0SAMPLE01", "childrens-services"),
    Channel("C0SAMPLE02", "operators"),
    Channel("C0SAMPLE03", "not-invited", is_member=False),
    Channel("C0SAMPLE04", "archived", is_archived=True),
)

Reply = dict[str, Any]
Arguments = Mapping[str, Any]


def utc_now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


class Workspace:
    """Answers the methods of the Web API that a sender of alerts calls."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        channels: tuple[Channel, ...] = CHANNELS,
        record: Path | None = None,
        one_per_second: bool = False,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.token = token
        self.one_per_second = one_per_second
        self.clock = clock
        self.state = SlackState(channels, record=record)
        self.calls: Counter[str] = Counter()
        self.stopping = Event()
        self.address = ""

    def call(self, method: str, arguments: Arguments) -> Reply:
        """Carry out one method of the Web API."""
        actions: Mapping[str, Callable[[Arguments], Reply]] = {
            "api.test": lambda _arguments: {"ok": True},
            "auth.test": self._auth_test,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "files.getUploadURLExternal": self._announce_file,
            "files.completeUploadExternal": self._complete_files,
            "conversations.history": self._history,
            "conversations.replies": self._history,
            "conversations.info": self._info,
            "conversations.list": self._list,
        }
        action = actions.get(method)
        return error_reply("unknown_method") if action is None else action(arguments)

    def post_by_webhook(self, content: Arguments) -> str:
        """Keep a message that came by the webhook; return "ok" or the error code."""
        error = message_error(content)
        if error is None:
            self.state.keep(self.state.channels[0], content, via="webhook", now=self.clock())
        return error or "ok"

    def _auth_test(self, _arguments: Arguments) -> Reply:
        return {
            "ok": True,
            "url": "https://sample.slack.invalid/",
            "team": "Sample workspace",
            "team_id": "T0SAMPLE",
            "user": "inspection-watch",
            "user_id": "U0SAMPLE",
            "bot_id": "B0SAMPLE",
        }

    def _post(self, arguments: Arguments) -> Reply:
        channel = self.state.find_channel(str(arguments.get("channel", "")), by_name=True)
        error = (
            _channel_error(channel)
            or message_error(arguments)
            or self._files_error(arguments)
            or self._thread_error(channel, arguments)
        )
        if error is not None or channel is None:
            return error_reply(error or "channel_not_found")
        now = self.clock()
        if self.one_per_second and not self.state.may_post(channel, now=now):
            return error_reply("ratelimited")
        message = self.state.keep(channel, arguments, via="api", now=now)
        return {
            "ok": True,
            "channel": channel.id,
            "ts": message.ts,
            "message": _as_seen(message, with_metadata=True),
        }

    def _update(self, arguments: Arguments) -> Reply:
        channel = self.state.find_channel(str(arguments.get("channel", "")), by_name=False)
        error = _channel_error(channel) or message_error(arguments)
        if error is not None or channel is None:
            return error_reply(error or "channel_not_found")
        ts = str(arguments.get("ts", ""))
        if not self.state.change_message(ts, arguments):
            return error_reply("message_not_found")
        return {"ok": True, "channel": channel.id, "ts": ts, "text": arguments.get("text", "")}

    def _thread_error(self, channel: Channel | None, arguments: Arguments) -> str | None:
        thread = arguments.get("thread_ts")
        if thread is None or channel is None:
            return None
        there = {(message.channel, message.ts) for message in self.state.messages()}
        return None if (channel.id, thread) in there else "thread_not_found"

    def _files_error(self, message: Arguments) -> str | None:
        """Return Slack's code for blocks that show a file which is not complete, or None."""
        there = {file.id for file in self.state.files() if file.complete}
        return None if set(files_shown(message)) <= there else "invalid_blocks"

    def _announce_file(self, arguments: Arguments) -> Reply:
        if not arguments.get("filename") or int(arguments.get("length") or 0) < 1:
            return error_reply("invalid_arguments")
        alt_text = str(arguments.get("alt_txt") or "")
        if len(alt_text) > MAX_ALT_TXT:
            return error_reply("alt_txt_too_large")
        file = self.state.announce_file(str(arguments["filename"]), alt_text=alt_text)
        return {"ok": True, "file_id": file.id, "upload_url": f"{self.address}{UPLOADS}{file.id}"}

    def _complete_files(self, arguments: Arguments) -> Reply:
        files = json.loads(str(arguments.get("files") or "[]"))
        content = {file.id for file in self.state.files() if file.content}
        if not files or any(file.get("id") not in content for file in files):
            return error_reply("file_not_found")
        for file in files:
            self.state.change_file(file["id"], title=file.get("title", ""), complete=True)
        return {"ok": True, "files": [{"id": f["id"], "title": f.get("title")} for f in files]}

    def _history(self, arguments: Arguments) -> Reply:
        # Unlike chat.postMessage, reading takes the id of a channel and never its name.
        channel = self.state.find_channel(str(arguments.get("channel", "")), by_name=False)
        if channel is None or not channel.is_member:
            return error_reply("channel_not_found" if channel is None else "not_in_channel")
        thread = arguments.get("ts")
        if thread and not any(message.ts == thread for message in self.state.messages()):
            return error_reply("thread_not_found")
        oldest, latest = float(arguments.get("oldest", 0)), float(arguments.get("latest", "inf"))
        inclusive = _is_true(arguments.get("inclusive"))
        found = [
            message
            for message in reversed(self.state.visible_messages())
            if message.channel == channel.id
            and (
                message.thread_ts is None or message.broadcast
                if thread is None
                else thread in (message.ts, message.thread_ts)
            )
            and (
                oldest < float(message.ts) < latest
                or (inclusive and float(message.ts) in (oldest, latest))
            )
        ]
        start = int(arguments.get("cursor") or 0)
        end = start + max(1, min(int(arguments.get("limit", 100)), 999))
        with_metadata = _is_true(arguments.get("include_all_metadata"))
        more = end < len(found)
        return {
            "ok": True,
            "messages": [_as_seen(m, with_metadata=with_metadata) for m in found[start:end]],
            "has_more": more,
            "response_metadata": {"next_cursor": str(end) if more else ""},
        }

    def _info(self, arguments: Arguments) -> Reply:
        channel = self.state.find_channel(str(arguments.get("channel", "")), by_name=False)
        if channel is None:
            return error_reply("channel_not_found")
        return {"ok": True, "channel": _channel_json(channel)}

    def _list(self, arguments: Arguments) -> Reply:
        start = int(arguments.get("cursor") or 0)
        end = start + int(arguments.get("limit", 100))
        shown = [
            channel
            for channel in self.state.channels
            if not (channel.is_archived and _is_true(arguments.get("exclude_archived")))
        ]
        return {
            "ok": True,
            "channels": [_channel_json(channel) for channel in shown[start:end]],
            "response_metadata": {"next_cursor": str(end) if end < len(shown) else ""},
        }


def error_reply(code: str) -> Reply:
    """Return the reply by which Slack refuses a call."""
    return {"ok": False, "error": code}


def _is_true(value: object) -> bool:
    return str(value).lower() in {"1", "true"}


def _channel_error(channel: Channel | None) -> str | None:
    if channel is None:
        return "channel_not_found"
    if channel.is_archived:
        return "is_archived"
    return None if channel.is_member else "not_in_channel"


def _channel_json(channel: Channel) -> Reply:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": True,
        "is_member": channel.is_member,
        "is_archived": channel.is_archived,
    }


def _as_seen(message: PostedMessage, *, with_metadata: bool) -> Reply:
    """Return a message as the API shows it; its metadata only to those who ask for it."""
    seen: Reply = {
        "type": "message",
        "subtype": "bot_message",
        "ts": message.ts,
        "bot_id": "B0SAMPLE",
        "text": message.text,
        "blocks": message.blocks,
    }
    if message.thread_ts is not None:
        seen["thread_ts"] = message.thread_ts
    if with_metadata and message.metadata is not None:
        seen["metadata"] = message.metadata
    return seen
