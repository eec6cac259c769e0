"""Why a service could not be reached, in words for people who are not engineers."""

from __future__ import annotations

import errno
import smtplib
import socket
import ssl
from collections.abc import Iterator

_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLCertVerificationError, "its certificate is not accepted"),
    (ssl.SSLError, "no encrypted connection could be made"),
    (socket.gaierror, "its name was not found: check the address and the network"),
    (ConnectionRefusedError, "nothing answers at this address and port"),
    (TimeoutError, "it did not answer in time"),
    (ConnectionError, "the connection was cut"),
    (smtplib.SMTPServerDisconnected, "the connection was cut"),
)
"""The first class that fits decides. The more specific classes come first."""

_NO_ROUTE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN})


def connection_words(error: BaseException) -> str:
    """Return why a connection failed, from the error or those behind it.

    An error's own text is not used, because it can contain the address, which may be secret. Where
    no cause is known, the name of the error's class is returned.
    """
    # Imported here: `status` needs this module, and makes no requests.
    from urllib3.exceptions import ProxyError

    behind = list(_behind(error))
    if any(isinstance(cause, ProxyError) for cause in behind):
        return "the proxy could not be reached, or refused the connection"
    for kind, words in _WORDS:
        if any(isinstance(cause, kind) for cause in behind):
            return words
    if any(isinstance(cause, OSError) and cause.errno in _NO_ROUTE for cause in behind):
        return "there is no route to it: check the network"
    return type(error).__name__


def _behind(error: BaseException) -> Iterator[BaseException]:
    """Yield the error, and all that libraries have wrapped in it."""
    waiting, seen = [error], set[int]()
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        causes = (current.__cause__, current.__context__, getattr(current, "reason", None))
        inner = (*causes, *current.args)
        waiting.extend(part for part in inner if isinstance(part, BaseException))
