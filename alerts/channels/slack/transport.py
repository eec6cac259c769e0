"""Slack with a bot token, preferred to a webhook: the history shows what has arrived."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any, ClassVar, Literal

from pydantic import SecretStr, field_validator
from slack_sdk.errors import SlackApiError, SlackClientError

from alerts.channels.base import ChannelBase, Earlier, Outgoing, SecondTry, ServiceAddress
from alerts.channels.errors import DeliveryError, HistoryUnreadable, Refused
from alerts.channels.slack.blocks import BLOCKS_AT_MOST, Block, section
from alerts.channels.slack.channel_names import CHANNEL
from alerts.channels.slack.clients import TIMEOUT_SECONDS, BotClient, quiet_logger
from alerts.channels.slack.context_blocks import with_image
from alerts.channels.slack.error_replies import (
    BlocksRefused,
    ThreadGone,
    bad_status,
    connection_error,
    refusal,
)
from alerts.channels.slack.escaping import escaped
from alerts.channels.slack.picture import STEP_SECONDS, upload_picture
from alerts.channels.slack.renderer import slack_payload
from alerts.channels.slack.tokens import check_kind_of_token
from alerts.messages import charts
from alerts.messages.content import Content
from alerts.messages.message import Envelope

EVENT_TYPE = "inspection_watch_delivery"

logger = logging.getLogger(__name__)

_CHANNEL_ID = re.compile(r"[CDG][A-Z0-9]{8,}")
HISTORY_PAGE, _MOST_PAGES = 200, 10
CLOCKS_DIFFER = 24 * 3_600.0
PAUSES = (1.0, 2.0, 2.0)
"""Seconds between tries to post a message with its picture, and before it is posted without it."""


class SlackChannel(ChannelBase):
    """One Slack channel, written to by a bot. `base_url` is for another Slack API address."""

    second_try: ClassVar[SecondTry] = SecondTry.LOOKED_UP
    payload_keys: ClassVar[frozenset[str]] = frozenset({"text", "blocks"})
    # https://docs.slack.dev/apis/web-api/rate-limits: one message a second for each channel.
    seconds_between: ClassVar[float] = 1.0

    type: Literal["slack"]
    token: SecretStr
    channel: str
    base_url: ServiceAddress = BotClient.BASE_URL

    @field_validator("channel")
    @classmethod
    def _is_a_channel(cls, value: str) -> str:
        if not re.fullmatch(CHANNEL, value):
            raise ValueError('must be a channel such as "#childrens-services", in quotes')
        return value

    @field_validator("token")
    @classmethod
    def _is_given(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().strip():
            raise ValueError("is empty")
        return value

    def recipients(self) -> tuple[str, ...]:
        """Return the channel."""
        return (self.channel,)

    def render(self, content: Content, envelope: Envelope) -> dict[str, Any]:
        """Return text and blocks, and the data of the picture."""
        return slack_payload(content, envelope, with_picture=True)

    def send(self, outgoing: Outgoing) -> str | None:
        """Post once, and return "<channel id>:<ts>".

        Where Slack refuses the blocks with the picture, it has posted nothing. They are tried
        again, because Slack takes a moment to know a new file, and in the end without the picture.
        """
        if outgoing.reply_to is not None and outgoing.payload.get("note_on_first"):
            self._edit_first(outgoing, outgoing.reply_to)
        with_picture = self._with_picture(outgoing)
        pauses = list(PAUSES) if with_picture else []
        message: dict[str, Any] = {
            "channel": outgoing.recipient,
            "text": outgoing.payload["text"],
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": outgoing.key}},
            "unfurl_links": False,
            "unfurl_media": False,
        }
        thread = _thread(outgoing)
        while True:
            outgoing.check_may_begin()
            blocks = with_picture if pauses else outgoing.payload["blocks"]
            try:
                answer = self._call("chat.postMessage", **message, blocks=blocks, **thread)
            except ThreadGone:
                # The first message was deleted. Slack has posted nothing.
                if not thread:
                    raise
                thread = {}
            except BlocksRefused:
                if not pauses:
                    raise
                time.sleep(pauses.pop(0))
            else:
                return f"{answer.get('channel', '')}:{answer.get('ts', '')}"

    def _with_picture(self, outgoing: Outgoing) -> list[Block]:
        """Return the blocks with the uploaded picture; an empty list where there is none."""
        picture = outgoing.payload.get("picture")
        if picture is None or not outgoing.may_begin():
            return []
        png = charts.draw_if_possible(picture["data"])
        if png is None:
            return []
        client = self._client(STEP_SECONDS)
        file_id = upload_picture(client, png, title=charts.TITLE, alt_text=picture["alt"])
        if file_id is None:
            return []
        return with_image(outgoing.payload["blocks"], file_id=file_id, alt=picture["alt"])

    def _edit_first(self, outgoing: Outgoing, first: Earlier) -> None:
        """Add the note to the first message, below the notes about that message's other reports.

        Doing this twice changes nothing.

        Slack may not allow it, for example where messages can be edited for an hour only. The
        reply says everything anyway.
        """
        channel_id, _, ts = first.remote_id.partition(":")
        notes = [
            escaped(payload["note_on_first"])
            for payload in (*first.follow_ups, outgoing.payload)
            if payload.get("note_on_first")
        ]
        more = first.payload["blocks"][: BLOCKS_AT_MOST - len(notes)]
        blocks = [*map(section, notes), *more]
        text = "\n".join([*notes, first.payload["text"]])
        try:
            self._call("chat.update", channel=channel_id, ts=ts, text=text, blocks=blocks)
        except DeliveryError as error:
            logger.info("the first message was not edited: %s", error)

    def find(self, outgoing: Outgoing) -> str | None:
        """Look through the channel's history, by metadata or by the alert id that recipients see.

        It begins with the newest messages and goes back to a day before the first try, because our
        clock may differ from Slack's. The newest page is always read, whatever the clocks say.
        """
        channel_id = self._channel_id(outgoing)
        if outgoing.reply_to is not None and (found := self._find_reply(outgoing, channel_id)):
            return found
        oldest = outgoing.first_attempt_at.timestamp() - CLOCKS_DIFFER
        cursor = ""
        for _ in range(_MOST_PAGES):
            try:
                answer = self._call(
                    "conversations.history",
                    channel=channel_id,
                    include_all_metadata=True,
                    limit=HISTORY_PAGE,
                    **({"cursor": cursor} if cursor else {}),
                )
            except DeliveryError as error:
                raise _as_lookup(error) from error
            messages = answer.get("messages") or ()
            for message in messages:
                if _is_ours(message, outgoing):
                    return f"{channel_id}:{message.get('ts', '')}"
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor or any(float(message.get("ts") or 0) < oldest for message in messages):
                return None
        raise HistoryUnreadable("the channel's history is too long to look through")

    def _find_reply(self, outgoing: Outgoing, channel_id: str) -> str | None:
        """Look through the oldest replies in the thread. A thread that is gone has none.

        Our replies are also shown in the channel, so later ones are found in its history.
        """
        try:
            answer = self._call(
                "conversations.replies",
                channel=channel_id,
                ts=_thread(outgoing)["thread_ts"],
                include_all_metadata=True,
                limit=HISTORY_PAGE,
            )
        except Refused as error:
            if isinstance(error, ThreadGone):
                return None
            raise _as_lookup(error) from error
        for message in answer.get("messages") or ():
            if _is_ours(message, outgoing):
                return f"{channel_id}:{message.get('ts', '')}"
        return None

    def reach(self) -> str:
        """Check the token and, if its scopes allow, whether the bot is in the channel."""
        check_kind_of_token(self.token.get_secret_value())
        workspace = self._call("auth.test").get("team") or "unnamed"
        try:
            channel = self._look_for_channel()
        except DeliveryError as error:
            untested = "only a test message shows whether the channel works"
            return f"workspace {workspace}; {untested}: {error}"
        if channel is None:
            raise Refused(
                f"Slack lists no channel {self.channel}: check the name and, if the channel is "
                "private, invite the app there"
            )
        if channel.get("is_archived"):
            raise Refused(f"{self.channel} is archived")
        if channel.get("is_member") is False:
            raise Refused(f"invite the app: write /invite @your-app in {self.channel}")
        return f"workspace {workspace}, channel {self.channel}"

    def _channel_id(self, outgoing: Outgoing) -> str:
        """Return the channel's id: as configured, from the last message, or from the list.

        The last message's channel may have been renamed since, and another may have its old name.
        """
        if _CHANNEL_ID.fullmatch(outgoing.recipient):
            return outgoing.recipient
        known = (outgoing.remote_hint or "").partition(":")[0]
        is_known = _CHANNEL_ID.fullmatch(known) is not None
        try:
            if is_known and self._is_named(known):
                return known
            channel = self._look_for_channel()
        except DeliveryError as error:
            if is_known and isinstance(error, Refused):
                return known  # the app is not allowed to look up channels
            raise _as_lookup(error) from error
        if channel is None:
            raise HistoryUnreadable(f"Slack lists no channel {self.channel}")
        return str(channel["id"])

    def _is_named(self, channel_id: str) -> bool:
        """Return whether the channel with this id has the configured name now."""
        try:
            channel = self._call("conversations.info", channel=channel_id).get("channel") or {}
        except Refused:
            return False  # it is gone, or the look-up in the list fails too and says why
        return channel.get("name") == self.channel.removeprefix("#")

    def _look_for_channel(self) -> Mapping[str, Any] | None:
        if _CHANNEL_ID.fullmatch(self.channel):
            found: Mapping[str, Any] = self._call("conversations.info", channel=self.channel)
            return found.get("channel")
        cursor = ""
        while True:
            answer = self._call(
                "conversations.list",
                types="public_channel,private_channel",
                limit=1000,
                **({"cursor": cursor} if cursor else {}),
            )
            for channel in answer.get("channels") or ():
                if channel.get("name") == self.channel.removeprefix("#"):
                    return dict(channel)
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None

    def _client(self, timeout: int) -> BotClient:
        # slack-sdk would itself post again after a cut connection, so its retries are off.
        return BotClient(
            token=self.token.get_secret_value(),
            base_url=f"{self.base_url.rstrip('/')}/",
            timeout=timeout,
            retry_handlers=[],
            logger=quiet_logger(),
        )

    def _call(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        client = self._client(TIMEOUT_SECONDS)
        try:
            answer = (
                client.api_call(method, json=arguments)
                if method.startswith("chat.")
                else (client.api_call(method, params=arguments))
            )
        except SlackApiError as error:
            response = error.response
            if response.status_code != 200:
                raise bad_status(response.status_code, response.headers) from None
            code, needed = response.get("error"), response.get("needed")
            raise refusal(str(code or "unknown"), str(needed or "")) from None
        except (OSError, HTTPException, SlackClientError) as error:
            raise connection_error(error) from None
        return answer.data if isinstance(answer.data, dict) else {}


def _thread(outgoing: Outgoing) -> dict[str, Any]:
    """Return the arguments that make a message a reply; none if it is not one.

    The channel shows the reply too, because few people watch old threads.
    """
    if outgoing.reply_to is None:
        return {}
    _, _, ts = outgoing.reply_to.remote_id.partition(":")
    return {"thread_ts": ts, "reply_broadcast": True}


def _is_ours(message: Mapping[str, Any], outgoing: Outgoing) -> bool:
    """Return whether a message is ours, by its metadata or by the alert id that people see."""
    metadata = message.get("metadata") or {}
    if (metadata.get("event_payload") or {}).get("key") == outgoing.key:
        return True
    words = f"alert {outgoing.alert_id}"
    return words in json.dumps(message.get("blocks") or message.get("text") or "")


def _as_lookup(error: DeliveryError) -> DeliveryError:
    """Return the error of a look-up: a refusal is final for the look-up, not for the message."""
    return HistoryUnreadable(str(error)) if isinstance(error, Refused) else error
