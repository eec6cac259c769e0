"""What the status of an answer, or the lack of one, means."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Sequence

import requests
from urllib3.exceptions import InvalidHeader, ProxyError
from urllib3.util import Retry

from scrapers.errors import Blocked, NotFound, Unreachable

# What the faults of networks mean, in words for people who are not engineers.
_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (socket.gaierror, "its address cannot be looked up: check the network connection"),
    (
        ssl.SSLCertVerificationError,
        "its certificate is not trusted: where a firewall replaces certificates, name your "
        "organisation's in REQUESTS_CA_BUNDLE",
    ),
    (ConnectionRefusedError, "nothing answers at this address and port"),
    (TimeoutError, "it did not answer in time"),
)


def check_status(response: requests.Response, *, url: str) -> None:
    """Raise for every status other than 200."""
    status = response.status_code
    if status == 200:
        return
    wish = _retry_after(response)
    if status in {403, 429}:
        raise Blocked(f"The site refused the request ({status})", url=url, retry_after=wish)
    if status in {404, 410}:
        raise NotFound(f"The site has no such page ({status})", url=url)
    again = status >= 500 or status == 408
    message = f"The site answered with status {status}"
    raise Unreachable(message, url=url, retryable=again, retry_after=wish)


def _retry_after(response: requests.Response) -> float | None:
    """The Retry-After header in seconds (it may be a number or a date); None if absent or junk."""
    value = response.headers.get("Retry-After")
    if value is None:
        return None
    try:
        return float(Retry().parse_retry_after(value))
    except (InvalidHeader, ValueError, OverflowError):
        return None


def reason_of(error: Exception) -> str:
    """What went wrong at the network, without the library's wrapping, and what can be done."""
    chain: list[BaseException] = [error]
    while cause := chain[-1].__cause__ or chain[-1].__context__:
        chain.append(cause)
    name = f"{type(chain[-1]).__name__}: {chain[-1]}"
    said = _in_words(chain)
    return f"{said} ({name})" if said else name


def _in_words(chain: Sequence[BaseException]) -> str:
    if any(isinstance(one, ProxyError | requests.exceptions.ProxyError) for one in chain):
        if any("407" in str(one) for one in chain):
            return "the proxy asks for a user name and a password: put them into HTTPS_PROXY"
        return "the proxy does not answer: check HTTPS_PROXY"
    return next((words for kind, words in _WORDS if isinstance(chain[-1], kind)), "")
