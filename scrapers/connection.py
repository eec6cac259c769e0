"""Connections with a total time limit, which lead only to public addresses.

The `requests` timeout applies to each socket read, so a server that sends a byte now and then
keeps a request alive for ever. A `Deadline` ends the whole exchange: a timer shuts the socket down,
whatever it is doing (connecting has a timeout of its own).
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from contextlib import suppress
from contextvars import ContextVar, Token
from http.client import HTTPResponse, RemoteDisconnected
from types import TracebackType
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from scrapers.errors import NotAllowed, Unreachable

_NAT64 = ipaddress.ip_network("64:ff9b::/96")

# requests offers no way to hand something to the connection it will use.
_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


class Deadline:
    """Ends all exchanges of the block once `seconds` have passed, and raises Unreachable.

    `whole` is the limit that the error states, where `seconds` are what is left of it.

    An answer that was cut off may look complete (the headers that had come so far, with status
    200), so leaving the block raises even where nothing else failed.
    """

    def __init__(self, seconds: float, *, url: str, whole: float | None = None) -> None:
        self._limit = seconds if whole is None else whole
        self._url = url
        self._lock = threading.Lock()
        self._handles: list[socket.socket] = []
        self._expired = False
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True
        self._token: Token[Deadline | None] | None = None

    def __enter__(self) -> Deadline:
        self._token = _current.set(self)
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        if self._token is not None:
            _current.reset(self._token)
        with self._lock:
            for handle in self._handles:
                handle.close()
            self._handles.clear()
        if self._expired and (error is None or isinstance(error, Exception)):
            message = f"The answer took longer than {self._limit:g} seconds"
            raise Unreachable(message, url=self._url) from error

    def watch(self, sock: socket.socket) -> None:
        """Let the deadline shut down this socket too, by a duplicate: TLS replaces the object."""
        handle = socket.fromfd(sock.fileno(), sock.family, sock.type)
        with self._lock:
            self._handles.append(handle)
            if self._expired:
                _shut_down(handle)

    def _expire(self) -> None:
        with self._lock:
            self._expired = True
            for handle in self._handles:
                _shut_down(handle)


def _shut_down(sock: socket.socket) -> None:
    with suppress(OSError):  # the other side may have closed it first
        sock.shutdown(socket.SHUT_RDWR)


def _watch(sock: socket.socket) -> None:
    deadline = _current.get()
    if deadline is not None:
        deadline.watch(sock)


class KeptConnectionClosed(Exception):
    """The server had closed a kept (keep-alive) connection, and no part of a response arrived.

    Not an OSError: urllib3 would turn that into an error that does not mention the connection.
    """


class _Response(HTTPResponse):
    """A response that raises RemoteDisconnected if no byte of it came, even after a reset."""

    def begin(self) -> None:
        try:
            self.fp.peek(1)
        except ConnectionError as error:
            raise RemoteDisconnected("The connection was reset before the answer") from error
        super().begin()


class _WatchedHTTP(HTTPConnection):
    response_class = _Response
    _is_new = True
    _is_kept = False

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        _watch(sock)
        self._is_new = True
        return sock

    def request(self, *args: Any, **kwargs: Any) -> None:
        # An https connection is open before its first request.
        self._is_kept = self.sock is not None and not self._is_new
        if self._is_kept:
            _watch(self.sock)
        super().request(*args, **kwargs)
        self._is_new = False

    def getresponse(self) -> Any:
        try:
            return super().getresponse()
        except RemoteDisconnected as error:
            if self._is_kept:
                raise KeptConnectionClosed("The server had closed the connection") from error
            raise


class _WatchedHTTPS(_WatchedHTTP, HTTPSConnection):
    pass


class _PublicHTTPS(_WatchedHTTPS):
    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        peer = sock.getpeername()[0]
        if not is_public(peer):
            sock.close()
            raise NotAllowed(f"{self.host} leads to {peer}, which is not a public address")
        return sock


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _WatchedHTTP


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedHTTPS


class _PublicPool(HTTPSConnectionPool):
    ConnectionCls = _PublicHTTPS


class WatchedAdapter(HTTPAdapter):
    """Makes requests whose connections obey a Deadline.

    `public_only` refuses peers that do not have a public address. The peer is checked after
    connecting, not by looking the name up beforehand: the name could resolve differently the
    second time.
    """

    def __init__(self, *, public_only: bool) -> None:
        self._public_only = public_only
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager

    def close_idle_connections(self) -> None:
        """Close the connections that no request is using, also those through a proxy."""
        for manager in (self.poolmanager, *self.proxy_manager.values()):
            manager.clear()

    @property
    def _pools(self) -> dict[str, type[HTTPConnectionPool]]:
        if self._public_only:
            return {"https": _PublicPool}
        return {"http": _HTTPPool, "https": _HTTPSPool}


def is_public(address: str) -> bool:
    """Return whether an IP address, and any IPv4 address embedded in it, is globally reachable."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    embedded: list[ipaddress.IPv4Address | None] = []
    if isinstance(ip, ipaddress.IPv6Address):
        embedded = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if ip in _NAT64:
            embedded.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        if ip.ipv4_mapped is not None:
            return ip.ipv4_mapped.is_global
    return ip.is_global and all(inner is None or inner.is_global for inner in embedded)
