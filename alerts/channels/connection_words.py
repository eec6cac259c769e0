"""Why a service could not be reached, in words for people who are not engineers."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator

# The first class that fits decides. Those that say more come first.
_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLCertVerificationError, "its certificate is not accepted"),
    (ssl.SSLError, "no encrypted connection could be made"),
    (socket.gaierror, "its name was not found: check the address and the network"),
    (ConnectionRefusedError, "nothing answers at this address and port"),
    (TimeoutError, "it did not answer in time"),
    (ConnectionError, "the connection was cut"),
    (smtplib.SMTPServerDisconnected, "the connection was cut"),
)


def connection_words(error: BaseException) -> str:
    """Return why a connection failed, from the error or those behind it.

    Nothing of an error's own words is used, because they can hold the address, which may be secret.
    Where no cause is known, the name of the error's class is returned.
    """
    behind = list(_behind(error))
    for kind, words in _WORDS:
        if any(isinstance(one, kind) for one in behind):
            return words
    return type(error).__name__


def _behind(error: BaseException) -> Iterator[BaseException]:
    """The error, and all that libraries have wrapped in it."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
        waiting.extend(part for part in inner if isinstance(part, BaseException))
