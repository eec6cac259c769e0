"""What the status of an answer, or the lack of one, means."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Sequence
from http.client import HTTPException, IncompleteRead

import requests
from urllib3.exceptions import HTTPError, InvalidHeader, ProxyError
from urllib3.util import Retry

from scrapers.errors import Blocked, NotFound, Unreachable

_CLOSED = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError)

_WORDS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (socket.gaierror, "the site's address cannot be looked up; check the network connection"),
    (
        ssl.SSLCertVerificationError,
        "the site's certificate is not trusted; if a firewall replaces certificates, name the file "
        "with your organisation's in REQUESTS_CA_BUNDLE",
    ),
    (TimeoutError, "the site did not answer in time"),
    (IncompleteRead, "the site's answer was cut off"),
    (_CLOSED, "the site closed the connection"),
    ((HTTPException, HTTPError, ValueError), "the site's answer is not valid HTTP"),
)
"""Network faults, in words for people who are not engineers. None quotes the site: what breaks the
rules of HTTP may be of any length."""


def check_status(response: requests.Response, *, url: str) -> None:
    """Raise Blocked, NotFound or Unreachable for every status other than 200."""
    status = response.status_code
    if status == 200:
        return
    pause = _retry_after(response)
    if status in {403, 429}:
        raise Blocked(f"The site refused the request ({status})", url=url, retry_after=pause)
    if status in {404, 410}:
        raise NotFound(f"The site has no such page ({status})", url=url)
    again = status >= 500 or status == 408
    message = f"The site answered with status {status}"
    raise Unreachable(message, url=url, retryable=again, retry_after=pause)


def _retry_after(response: requests.Response) -> float | None:
    """Return the Retry-After header (a number or a date) in seconds; None if absent or invalid."""
    value = response.headers.get("Retry-After")
    if value is None:
        return None
    try:
        return float(Retry().parse_retry_after(value))
    except (InvalidHeader, ValueError, OverflowError):
        return None


def no_answer_words(error: Exception) -> str:
    """Return what went wrong in the network and what to do.

    Where there are no words for the error, its own text is used, without the library's wrapping.
    """
    chain: list[BaseException] = [error]
    while cause := _cause(chain[-1]):
        chain.append(cause)
    if words := _in_words(chain):
        return f"No usable answer: {words}"
    if isinstance(chain[-1], ConnectionRefusedError):
        return "Cannot connect to the site; check the network connection and WATCH_SITE_URL"
    return f"No usable answer: {type(chain[-1]).__name__}: {chain[-1]}"


def _cause(error: BaseException) -> BaseException | None:
    """Return what an error was caused by. urllib3 keeps a refused certificate as an argument."""
    if known := error.__cause__ or error.__context__:
        return known
    return next((given for given in error.args if isinstance(given, BaseException)), None)


def _in_words(chain: Sequence[BaseException]) -> str:
    """Return the words for an error, given with its causes; empty where there are none."""
    if any(isinstance(error, ProxyError | requests.exceptions.ProxyError) for error in chain):
        if any("407" in str(error) for error in chain):
            return "the proxy asks for a user name and a password; put them into HTTPS_PROXY"
        return "the proxy does not answer; check HTTPS_PROXY"
    return next((words for kind, words in _WORDS if isinstance(chain[-1], kind)), "")
