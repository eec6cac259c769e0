"""Requests that ended without a reply: which of them the service may have taken."""

from __future__ import annotations

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError


def may_have_been_taken(error: requests.RequestException) -> bool:
    """Return whether the request may have arrived: not where no connection was made."""
    if isinstance(error, requests.exceptions.SSLError | requests.ConnectTimeout):
        return False
    return isinstance(
        error,
        requests.ConnectionError | requests.Timeout | requests.exceptions.ChunkedEncodingError,
    ) and not isinstance(urllib3_reason(error), NewConnectionError | ConnectTimeoutError)


def urllib3_reason(error: requests.RequestException) -> object:
    """Return the error of urllib3 that caused an error of requests, or what is in its place."""
    cause = error.args[0] if error.args else None
    return getattr(cause, "reason", cause)
