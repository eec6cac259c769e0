"""What the status of an answer, or the lack of one, means."""

from __future__ import annotations

import requests
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from scrapers.errors import Blocked, NotFound, Unreachable


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
    """What went wrong at the network, without the library's wrapping."""
    inner: BaseException = error
    while inner.__cause__ or inner.__context__:
        inner = inner.__cause__ or inner.__context__ or inner
    return f"{type(inner).__name__}: {inner}"
