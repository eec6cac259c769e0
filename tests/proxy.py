"""A proxy on this machine that ends TLS itself, as the proxies of councils do."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


class Proxy(socketserver.ThreadingTCPServer):
    """A proxy that leads every CONNECT to a port of this machine, and notes what was asked for.

    `ports` names a port for each `host:port`. With `tls` it speaks TLS to the client under a
    certificate of its own, and passes on what was encrypted; without, it passes on everything.
    """

    daemon_threads = True

    def __init__(self, ports: Mapping[str, int], *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Tunnel)
        self.ports = ports
        self.tls = tls
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        """What HTTPS_PROXY names."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Tunnel(socketserver.StreamRequestHandler):
    # Nothing may be read ahead: after the head of the request, TLS begins.
    rbufsize = 0

    def handle(self) -> None:
        assert isinstance(self.server, Proxy)
        wanted = self.rfile.readline().split()[1].decode()
        self.server.asked.append(wanted)
        while self.rfile.readline().strip():
            pass
        port = self.server.ports.get(wanted)
        if port is None:
            self.wfile.write(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
            return
        self.wfile.write(_ESTABLISHED)
        near: socket.socket = self.connection
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)) as far:
            if self.server.tls is not None:
                # Ends the connection where the client does not trust the certificate.
                near = self.server.tls.wrap_socket(near, server_side=True)
            back = threading.Thread(target=_copy, args=(far, near), daemon=True)
            back.start()
            _copy(near, far)
            back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    """Everything that comes from one end to the other, until either has gone."""
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@contextmanager
def running_proxy(
    ports: Mapping[str, int], *, tls: ssl.SSLContext | None = None
) -> Iterator[Proxy]:
    """A proxy that answers until the block ends."""
    with Proxy(ports, tls=tls) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
