"""Upload a picture to Slack without sharing it, so that a message can show it.

That needs the scope `files:write`, which is optional. Whatever goes wrong, the message goes without
the picture, and the upload takes a bounded time.
"""

from __future__ import annotations

import logging
import re
from http.client import HTTPException
from threading import Thread

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

logger = logging.getLogger(__name__)

STEP_SECONDS = 5
"""The time for each step of the upload, and for the whole upload. A server that sends a byte a
second never times out by itself."""

TOTAL_SECONDS = 12.0

_FILE_ID = re.compile(r"F[A-Z0-9]{8,}")
_ALT_TEXT_LIMIT = 1_000
"""https://docs.slack.dev/reference/methods/files.getUploadURLExternal"""


def upload_picture(client: WebClient, png: bytes, *, title: str, alt_text: str) -> str | None:
    """Upload a picture and return the id of its file.

    None where Slack was too slow or refused it. Raises nothing.
    """
    found: list[str] = []

    def upload() -> None:
        file_id = _upload(client, png, title=title, alt_text=alt_text)
        if file_id:
            found.append(file_id)

    thread = Thread(target=upload, daemon=True)
    thread.start()
    thread.join(TOTAL_SECONDS)
    if thread.is_alive():
        logger.info("Slack takes too long over the picture; the message goes without it")
    return found[0] if found else None


def _upload(client: WebClient, png: bytes, *, title: str, alt_text: str) -> str | None:
    try:
        answer = client.files_upload_v2(
            filename="grades.png",
            content=png,
            title=title,
            alt_txt=alt_text[:_ALT_TEXT_LIMIT],
        )
    except SlackApiError as error:
        # Not the error's text: that has Slack's whole reply.
        code = str(error.response.get("error") or "")[:80] if error.response else ""
        logger.info("Slack does not take the picture: %s", code or "no reason given")
        return None
    except (OSError, HTTPException, SlackClientError, ValueError, TypeError, KeyError) as error:
        logger.info("Slack does not take the picture (%s)", type(error).__name__)
        return None
    file_id = str((answer.get("file") or {}).get("id"))
    return file_id if _FILE_ID.fullmatch(file_id) else None
