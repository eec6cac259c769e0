"""A dead man's switch: a service outside hears of every look, and rings when it hears nothing.

Made for services such as Healthchecks: the address means that all is well, the address with `/fail`
that it is not. A ping may fail, be slow or lead nowhere; whoever calls it does not notice.
"""

from __future__ import annotations

import logging
import threading
from urllib.parse import urlsplit, urlunsplit

import requests

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 3.0
READ_SECONDS = 5.0
# A server that sends a byte now and then would outlast both.
LONGEST_SECONDS = 10.0


def ping(url: str, *, failed: bool = False) -> None:
    """Tell the service that a look went well, or that it failed. Raises nothing, waits briefly."""
    address = _fail_address(url) if failed else url
    thread = threading.Thread(target=_get, args=(address,), name="ping", daemon=True)
    thread.start()
    thread.join(LONGEST_SECONDS)


def _get(address: str) -> None:
    try:
        with requests.get(address, timeout=(CONNECT_SECONDS, READ_SECONDS), stream=True) as answer:
            if not answer.ok:
                logger.warning("the ping was answered with status %s", answer.status_code)
    except requests.RequestException as error:
        # The address is a secret, and the words of the error hold it.
        logger.warning("the ping did not arrive: %s", type(error).__name__)


def _fail_address(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/fail"))
