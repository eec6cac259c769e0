"""What Slack's replies, and the lack of one, mean for a delivery."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.error import URLError

from alerts.channels.connection_words import connection_words
from alerts.channels.errors import DeliveryError, NoReply, Refused, ServiceFault, Unavailable
from alerts.channels.slack.clients import NotFromSlack
from alerts.channels.slack.tokens import NEW_TOKEN
from reports.safe_text import plain_line

PERMANENT = frozenset(
    {
        "account_inactive",
        "action_prohibited",
        "channel_is_archived",
        "channel_not_found",
        "ekm_access_denied",
        "invalid_auth",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "invalid_payload",
        "invalid_token",
        "is_archived",
        "missing_scope",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_permission",
        "no_service",
        "no_team",
        "no_text",
        "not_allowed_token_type",
        "not_authed",
        "not_in_channel",
        "posting_to_general_channel_denied",
        "restricted_action",
        "team_disabled",
        "token_expired",
        "token_revoked",
        "user_not_found",
    }
)
"""https://docs.slack.dev/reference/methods/chat.postMessage: trying again cannot help."""

THREAD_GONE = frozenset(
    {"cannot_reply_to_message", "message_not_found", "thread_locked", "thread_not_found"}
)
"""https://docs.slack.dev/reference/methods/chat.postMessage and conversations.replies"""

AMBIGUOUS = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
"""Replies after which the message may have been posted anyway."""

ABOUT_THE_MESSAGE = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text"}
)
"""The message is at fault, not the channel: the next one may pass."""

_REMEDIES = {
    "missing_scope": "add the scope {scope} under OAuth & Permissions and install the app again",
    "not_in_channel": "invite the app: write /invite @your-app in the channel",
    "not_allowed_token_type": f"this is the wrong kind of token: {NEW_TOKEN}",
    "invalid_auth": f"Slack does not know this token: {NEW_TOKEN}",
    "token_revoked": "the token was revoked: install the app again and copy its new token",
}

REPLIED_INSTEAD = "a web page replied instead of Slack"

_DEFAULT_RETRY_AFTER = 30.0


class ThreadGone(Refused):
    """Slack refused the message because what it replies to is not there any more."""


class BlocksRefused(Refused):
    """Slack refused the message because of its blocks."""


def refusal(code: str, needed: str = "") -> DeliveryError:
    """Return the error for a reply with an error code. `needed` names the missing scopes."""
    code = code[:80]
    said, channel_wide = f"Slack refused: {code}", code not in ABOUT_THE_MESSAGE
    if remedy := _REMEDIES.get(code):
        said += f" ({remedy.format(scope=plain_line(needed)[:80] or 'that this needs')})"
    if code == "invalid_blocks":
        return BlocksRefused(said)
    if code in THREAD_GONE:
        return ThreadGone(said)
    if code in PERMANENT:
        return Refused(said, channel_wide=channel_wide)
    if code in AMBIGUOUS:
        return ServiceFault(said, channel_wide=True)
    slower = code in {"ratelimited", "rate_limited"}
    return Unavailable(
        said, channel_wide=True, retry_after=_DEFAULT_RETRY_AFTER if slower else None
    )


def bad_status(status: int, headers: Mapping[str, str]) -> DeliveryError:
    """Return the error for an HTTP status that is not 200."""
    said = f"Slack replied with HTTP status {status}"
    if status == 429:
        said = "Slack asks us to send more slowly (429)"
        return Unavailable(said, channel_wide=True, retry_after=retry_after(headers))
    if status in (404, 410):
        # The webhook was removed, or the address is not Slack's.
        return Refused(said, channel_wide=True)
    failed = ServiceFault if status >= 500 else Unavailable
    return failed(said, channel_wide=True)


def retry_after(headers: Mapping[str, str]) -> float:
    """Return the seconds of `Retry-After`; 30 where the header is missing or invalid."""
    text = next((v for k, v in headers.items() if k.lower() == "retry-after"), "")
    try:
        seconds = float(text)
    except (TypeError, ValueError):
        return _DEFAULT_RETRY_AFTER
    return seconds if 0 <= seconds < float("inf") else _DEFAULT_RETRY_AFTER


def connection_error(error: Exception) -> DeliveryError:
    """Return the error for a connection that ended without a reply from Slack.

    urllib raises URLError while it connects and hands the request over: then Slack never had the
    whole request. After any later error Slack may have taken the message.
    """
    if isinstance(error, URLError):
        said = f"Slack cannot be reached: {connection_words(error)}"
        return Unavailable(said, channel_wide=True)
    if isinstance(error, NotFromSlack):
        return NoReply(REPLIED_INSTEAD, channel_wide=True)
    return NoReply(f"no reply from Slack: {connection_words(error)}", channel_wide=True)
