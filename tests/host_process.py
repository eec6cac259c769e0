"""The first process of a host (`tests.hosts`): it names the host and brings its services near.

    python -I host_process.py NAME FOLDER

Every Unix socket in FOLDER has a port as its name; who connects to that port of the host's own
loopback address is connected to the socket.
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import struct
import sys
import threading
from contextlib import suppress
from pathlib import Path

_SIOCSIFFLAGS = 0x8914
_UP_AND_RUNNING = 0x1 | 0x40
"""From <linux/sockios.h> and <linux/if.h>: set the flags of an interface; it is up and running."""


def main() -> None:
    """Serve until killed."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    socket.sethostname(name)
    _bring_up("lo")
    for path in folder.iterdir():
        listener = socket.create_server(("127.0.0.1", int(path.name)), backlog=64)
        threading.Thread(target=_accept, args=(listener, path), daemon=True).start()
    # Children that have lost their parents come here; nobody asks how they ended.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    os.write(1, b"ready\n")
    while True:
        signal.pause()


def _bring_up(interface: str) -> None:
    with socket.socket() as any_socket:
        request = struct.pack("16sh14x", interface.encode(), _UP_AND_RUNNING)
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, request)


def _accept(listener: socket.socket, path: Path) -> None:
    while True:
        near = listener.accept()[0]
        far = socket.socket(socket.AF_UNIX)
        try:
            far.connect(str(path))
        except OSError:
            near.close()
            continue
        for ends in ((near, far), (far, near)):
            threading.Thread(target=_carry, args=ends, daemon=True).start()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    main()
