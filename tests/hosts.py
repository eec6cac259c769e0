"""Hosts for tests: namespaces of their own on this machine, with links that can be cut.

A host has a network, process numbers and a name of its own, so that the program takes it for
another machine. Nothing of this machine's network can be reached from it but the services that a
`Link` passes on, each under the port that it has here.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

import psutil

_FIRST_PROCESS = Path(__file__).with_name("host_process.py")
_UNSHARE = (
    *("unshare", "--net", "--pid", "--uts", "--mount", "--fork", "--mount-proc"),
    "--kill-child=SIGKILL",
)


def why_not() -> str | None:
    """Return why there can be no hosts here; None where there can."""
    if sys.platform != "linux":
        return "only Linux has namespaces"
    try:
        tried = subprocess.run([*_UNSHARE, "true"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "the program unshare is not installed (util-linux)"
    return f"namespaces are not permitted: {tried.stderr.strip()}" if tried.returncode else None


KEEPALIVE = 60.0
"""Seconds, as `storage.database` asks PostgreSQL for it."""


class Link:
    """Passes connections that arrive at Unix sockets on to ports of this machine, until it is cut.

    A cut link says nothing: connections stay open and carry no more data, as when a cable is
    pulled or power fails. Only the other side notices after a while, as the system of a server does
    whose keepalive gets no answer.
    """

    def __init__(self, folder: Path, ports: Sequence[int]) -> None:
        self._up = threading.Event()
        self._up.set()
        self._sockets: list[socket.socket] = []
        self._outside: list[socket.socket] = []
        for port in ports:
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(str(folder / str(port)))
            listener.listen()
            self._sockets.append(listener)
            self._thread(self._accept, listener, port)

    def cut(self) -> None:
        """Carry nothing from now on."""
        self._up.clear()

    def end_outside(self) -> None:
        """End the connections on the side of this machine."""
        for one in self._outside:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Carry everything again, also what has waited."""
        self._up.set()

    def close(self) -> None:
        """End all connections."""
        self.mend()
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _thread(self, work: object, *arguments: object) -> None:
        threading.Thread(target=work, args=arguments, daemon=True).start()  # type: ignore[arg-type]

    def _accept(self, listener: socket.socket, port: int) -> None:
        with suppress(OSError):
            while True:
                inside = listener.accept()[0]
                self._up.wait()
                outside = socket.create_connection(("127.0.0.1", port))
                self._sockets += [inside, outside]
                self._outside.append(outside)
                self._thread(self._carry, inside, outside)
                self._thread(self._carry, outside, inside)

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        # A program that is killed before it has read everything ends its connection with an error.
        with suppress(OSError):
            while data := source.recv(65_536):
                self._up.wait()
                target.sendall(data)
        self._up.wait()
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)


class Host:
    """A host that runs until it dies."""

    def __init__(self, name: str, folder: Path, ports: Sequence[int]) -> None:
        """Start it; `ports` are those of this machine that it reaches under the same numbers."""
        self.name = name
        folder.mkdir(parents=True)
        self.link = Link(folder, ports)
        self._host = subprocess.Popen(
            [*_UNSHARE, sys.executable, "-I", str(_FIRST_PROCESS), name, str(folder)],
            stdout=subprocess.PIPE,
            # It complains that it cannot unblock a signal; what matters is whether it starts.
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._host.stdout is not None
        assert self._host.stdout.readline() == "ready\n", f"the host {name} did not start"
        (self._first,) = psutil.Process(self._host.pid).children()

    def start(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        output: IO[str] | int = subprocess.DEVNULL,
        cwd: Path | None = None,
    ) -> subprocess.Popen[str]:
        """Start a program on this host."""
        inside = ("nsenter", f"--target={self._first.pid}", "--net", "--pid", "--uts", "--mount")
        return subprocess.Popen(
            [*inside, *command],
            env={**environment},
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def lose_power(self) -> None:
        """Let everything on it end at once, without a word.

        Its connections stay open until the keepalive that PostgreSQL is asked for has no answer.
        """
        self.link.cut()
        self.die()
        noticed = threading.Timer(KEEPALIVE, self.link.end_outside)
        noticed.daemon = True
        noticed.start()

    def die(self) -> None:
        """Kill every process on it."""
        with suppress(psutil.NoSuchProcess):
            self._first.kill()
        self._host.wait()

    def close(self) -> None:
        """Leave nothing of it."""
        self.die()
        assert self._host.stdout is not None
        self._host.stdout.close()
        self.link.close()


@contextmanager
def running_hosts(names: Sequence[str], folder: Path, ports: Sequence[int]) -> Iterator[list[Host]]:
    """Hosts with these names; none is left when the block ends."""
    with ExitStack() as stack:
        hosts = []
        for name in names:
            # The path of a Unix socket has room for a hundred letters only.
            host = Host(name, folder / name, ports)
            stack.callback(host.close)
            hosts.append(host)
        yield hosts


def port_of(url: str) -> int:
    """The port in the address of a service of this machine."""
    return int(url.rpartition(":")[2].partition("/")[0])


def own_environment() -> dict[str, str]:
    """The environment of the tests, without settings of the program or of Prefect."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("WATCH_", "PREFECT_"))}
