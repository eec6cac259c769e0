"""What Slack's answers, and the want of one, mean for a delivery."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from urllib.error import URLError

from alerts.channels.errors import DeliveryError

TIMEOUT_SECONDS = 10

# https://docs.slack.dev/reference/methods/chat.postMessage: trying again cannot help.
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
# Answers after which the message may be there all the same.
AMBIGUOUS = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
# The message is at fault, not the channel: the next one may pass.
ABOUT_THE_MESSAGE = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text"}
)

_DEFAULT_RETRY_AFTER = 30.0


class BlocksRefused(DeliveryError):
    """Slack certainly did not post the message, because of its blocks."""


def quiet_logger() -> logging.Logger:
    """For slack-sdk, whose debug lines show webhook addresses. We log the outcome ourselves."""
    logger = logging.getLogger("alerts.channels.slack_sdk")
    logger.setLevel(logging.CRITICAL)
    return logger


def refusal(code: str) -> DeliveryError:
    """The error for an answer that says no."""
    code = code[:80]
    slower = code in {"ratelimited", "rate_limited"}
    kind = BlocksRefused if code == "invalid_blocks" else DeliveryError
    return kind(
        f"Slack refused: {code}",
        permanent=code in PERMANENT,
        ambiguous=code in AMBIGUOUS,
        answered=True,
        retry_after=_DEFAULT_RETRY_AFTER if slower else None,
        channel_wide=code not in ABOUT_THE_MESSAGE,
    )


def bad_status(status: int, headers: Mapping[str, str]) -> DeliveryError:
    """The error for an HTTP status that is not 200."""
    if status == 429:
        return DeliveryError(
            "Slack asks to send more slowly (429)",
            retry_after=retry_after(headers),
            channel_wide=True,
        )
    return DeliveryError(
        f"Slack answered with HTTP status {status}",
        # 404 and 410: the webhook was removed, or the address is not Slack's.
        permanent=status in (404, 410),
        ambiguous=status >= 500,
        answered=True,
        channel_wide=True,
    )


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds that a 429 asks for; 30 where the header is missing or no number."""
    text = next((v for k, v in headers.items() if k.lower() == "retry-after"), "")
    try:
        seconds = float(text)
    except (TypeError, ValueError):
        return _DEFAULT_RETRY_AFTER
    return seconds if 0 <= seconds < float("inf") else _DEFAULT_RETRY_AFTER


def no_answer(error: Exception) -> DeliveryError:
    """The error for a connection that ended without an answer.

    urllib raises URLError while it connects and hands the request over: Slack never had the whole
    of it. Anything later (cut, time-out while waiting) leaves open whether it was taken.
    """
    reason = error.reason if isinstance(error, URLError) else error
    return DeliveryError(
        f"no answer from Slack ({type(reason).__name__})",
        ambiguous=not isinstance(error, URLError),
        channel_wide=True,
    )
