"""Requests that ended without an answer: which of them may have been taken all the same."""

from __future__ import annotations

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError


def may_have_been_taken(error: requests.RequestException) -> bool:
    """Whether the request may have arrived: not before a connection stands."""
    if isinstance(error, requests.exceptions.SSLError | requests.ConnectTimeout):
        return False
    return isinstance(
        error,
        requests.ConnectionError | requests.Timeout | requests.exceptions.ChunkedEncodingError,
    ) and not isinstance(urllib3_reason(error), NewConnectionError | ConnectTimeoutError)


def urllib3_reason(error: requests.RequestException) -> object:
    """What urllib3 says of it."""
    cause = error.args[0] if error.args else None
    return getattr(cause, "reason", cause)
