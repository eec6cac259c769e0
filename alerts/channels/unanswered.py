"""Requests that ended without an answer: which of them may have been taken all the same.

Apprise says only that a message was not taken. What it does over HTTP goes through `requests`, so
how that ended is noted there, for the time and the thread in which somebody asks for it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

_NOTED: ContextVar[list[requests.RequestException] | None] = ContextVar("noted", default=None)


def may_have_been_taken(error: requests.RequestException) -> bool:
    """Whether the request may have arrived: not before a connection stands."""
    if isinstance(error, requests.exceptions.SSLError | requests.ConnectTimeout):
        return False
    return isinstance(
        error,
        requests.ConnectionError | requests.Timeout | requests.exceptions.ChunkedEncodingError,
    ) and not isinstance(reason_of(error), NewConnectionError | ConnectTimeoutError)


def reason_of(error: requests.RequestException) -> object:
    """What urllib3 says of it."""
    cause = error.args[0] if error.args else None
    return getattr(cause, "reason", cause)


@contextmanager
def noting() -> Iterator[list[requests.RequestException]]:
    """The errors in which requests of this thread end while inside."""
    _listen()
    noted: list[requests.RequestException] = []
    token = _NOTED.set(noted)
    try:
        yield noted
    finally:
        _NOTED.reset(token)


@functools.cache
def _listen() -> None:
    """Let every session tell; who does not ask notices nothing."""
    send: Callable[..., requests.Response] = requests.Session.send

    @functools.wraps(send)
    def telling(session: requests.Session, *args: Any, **more: Any) -> requests.Response:
        try:
            return send(session, *args, **more)
        except requests.RequestException as error:
            noted = _NOTED.get()
            if noted is not None:
                noted.append(error)
            raise

    requests.Session.send = telling  # type: ignore[method-assign,assignment]
