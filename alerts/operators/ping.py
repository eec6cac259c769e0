"""Pings to a monitoring service: a request after every poll. The service alerts if none comes.

This suits services such as Healthchecks: a request to the address reports success, and a request to
the address with `/fail` reports a failure. A ping that fails or is slow does not affect its caller.
"""

from __future__ import annotations

import logging
import threading
from urllib.parse import urlsplit, urlunsplit

import requests

from alerts.channels.connection_words import connection_words

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 3.0
READ_SECONDS = 5.0

LONGEST_SECONDS = 10.0
"""A server that sends a byte now and then would outlast both limits."""


def ping(url: str, *, failed: bool = False) -> None:
    """Report a poll that succeeded or failed. Raises nothing, and waits only briefly."""
    thread = threading.Thread(target=_get, args=(url, failed), name="ping", daemon=True)
    thread.start()
    thread.join(LONGEST_SECONDS)


def _get(url: str, failed: bool) -> None:
    try:
        address = _fail_address(url) if failed else url
        with requests.get(address, timeout=(CONNECT_SECONDS, READ_SECONDS), stream=True) as answer:
            if not answer.ok:
                logger.warning("the ping was answered with status %s", answer.status_code)
    except Exception as error:  # a host such as a..b raises an error that is not of requests
        # The address is a secret, and the error's own text has it.
        logger.warning("the ping did not arrive: %s", connection_words(error))


def _fail_address(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/fail"))
