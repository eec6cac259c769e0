"""Bar a process that reads hostile files from other files, connections and other processes.

On Linux, Landlock (files, connections, signals) and a seccomp filter (system calls) do this, both
without privileges. Elsewhere, and on kernels without them, the limits on memory and time remain.
Constants are those of <linux/landlock.h>, <linux/seccomp.h> and <linux/audit.h>.
"""

from __future__ import annotations

import ctypes
import os
import platform
import socket
import struct
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from reports.sandbox.process_limits import is_memory_limited

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_RET_KILL, _RET_ERRNO, _RET_ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
_EPERM, _ENOSYS = 1, 38
_CLONE_THREAD = 0x00010000
_X32 = 0x40000000

_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3

_FILE_ACCESSES = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many kinds of access to files each version of Landlock knows; later ones also know 16."""

_BIND_AND_CONNECT, _SOCKETS_AND_SIGNALS = 0b11, 0b11

_SAME_EVERYWHERE = {"io_uring_setup": 425, "pidfd_open": 434, "pidfd_getfd": 438, "fchmodat2": 452}
"""Numbers of refused system calls that are the same on every machine. Refused calls open
connections, touch other processes, change existing files, leave something in the kernel, or get
round the filter."""

_CLONE3 = 435
_X86_64 = {
    **_SAME_EVERYWHERE,
    "socket": 41,
    "connect": 42,
    "accept": 43,
    "sendto": 44,
    "sendmsg": 46,
    "bind": 49,
    "listen": 50,
    "socketpair": 53,
    "fork": 57,
    "vfork": 58,
    "execve": 59,
    "kill": 62,
    "ptrace": 101,
    "mount": 165,
    "keyctl": 250,
    "unshare": 272,
    "perf_event_open": 298,
    "open_by_handle_at": 304,
    "setns": 308,
    "process_vm_readv": 310,
    "process_vm_writev": 311,
    "bpf": 321,
    "execveat": 322,
    "userfaultfd": 323,
    "chmod": 90,
    "fchmod": 91,
    "chown": 92,
    "fchown": 93,
    "lchown": 94,
    "fchownat": 260,
    "fchmodat": 268,
    "utimensat": 280,
    "setxattr": 188,
    "lsetxattr": 189,
    "fsetxattr": 190,
    "setpriority": 141,
    "sched_setaffinity": 203,
    "shmget": 29,
    "semget": 64,
    "msgget": 68,
    "mq_open": 240,
    "add_key": 248,
    "request_key": 249,
    "memfd_create": 319,
}
_AARCH64 = {
    **_SAME_EVERYWHERE,
    "mount": 40,
    "unshare": 97,
    "ptrace": 117,
    "kill": 129,
    "socket": 198,
    "socketpair": 199,
    "bind": 200,
    "listen": 201,
    "accept": 202,
    "connect": 203,
    "sendto": 206,
    "sendmsg": 211,
    "keyctl": 219,
    "execve": 221,
    "perf_event_open": 241,
    "open_by_handle_at": 265,
    "setns": 268,
    "process_vm_readv": 270,
    "process_vm_writev": 271,
    "bpf": 280,
    "execveat": 281,
    "userfaultfd": 282,
    "fchmod": 52,
    "fchmodat": 53,
    "fchownat": 54,
    "fchown": 55,
    "utimensat": 88,
    "setxattr": 5,
    "lsetxattr": 6,
    "fsetxattr": 7,
    "setpriority": 140,
    "sched_setaffinity": 122,
    "shmget": 194,
    "semget": 190,
    "msgget": 186,
    "mq_open": 180,
    "add_key": 217,
    "request_key": 218,
    "memfd_create": 279,
}

_MACHINES = {
    "x86_64": (0xC000003E, 56, 302, _X86_64),
    "aarch64": (0xC00000B7, 220, 261, _AARCH64),
}
"""By machine: its number for the filter, those of clone and prlimit64, and the refused calls."""

_CAPABILITIES_VERSION_3 = 0x20080522
"""From <linux/capability.h>: the version of the structures below."""


def confine() -> None:
    """Drop what reading does not need, as far as this system can. This cannot be undone."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _restrict_files(libc, libraries())
    _drop_privileges(libc)
    _filter_calls(libc)


def libraries() -> list[Path]:
    """Return the folders of program code that may be loaded while reading."""
    paths = sysconfig.get_paths()
    named = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    # Debian keeps packages in other folders than Python's own scheme says.
    named |= {path for path in sys.path if path.endswith(("site-packages", "dist-packages"))}
    return [
        path for path in (*map(Path, sorted(named)), Path(__file__).parents[1]) if path.is_dir()
    ]


def _restrict_files(libc: ctypes.CDLL, readable: Iterable[Path]) -> None:
    """Let only these folders be read, and nothing be written, connected to or signalled."""
    version = libc.syscall(_LANDLOCK_CREATE, None, 0, 1)
    if version < 1:
        return
    accesses = (1 << _FILE_ACCESSES.get(version, 16)) - 1
    fields = [accesses]
    fields += [_BIND_AND_CONNECT] if version >= 4 else []
    fields += [_SOCKETS_AND_SIGNALS] if version >= 6 else []
    attributes = struct.pack(f"{len(fields)}Q", *fields)
    ruleset = libc.syscall(_LANDLOCK_CREATE, attributes, len(attributes), 0)
    if ruleset < 0:
        return
    try:
        for folder in readable:
            handle = os.open(folder, os.O_PATH | os.O_CLOEXEC)
            try:
                rule = struct.pack("=Qi", _READ_FILE | _READ_DIR, handle)
                libc.syscall(_LANDLOCK_ADD, ruleset, 1, rule, 0)
            finally:
                os.close(handle)
        libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def _drop_privileges(libc: ctypes.CDLL) -> None:
    """Drop the other powers of root: set the clock, change the root folder, restart, …"""
    header = struct.pack("Ii", _CAPABILITIES_VERSION_3, 0)
    libc.capset(header, struct.pack("6I", *[0] * 6))


def _filter_calls(libc: ctypes.CDLL) -> None:
    """Let the kernel refuse the system calls that reading does not need."""
    known = _MACHINES.get(platform.machine())
    if known is None:
        return
    architecture, clone, limits, refused = known
    program = b"".join(_instructions(architecture, clone, limits, refused.values()))
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0)


def _instructions(
    architecture: int, clone: int, limits: int, refused: Iterable[int]
) -> Iterator[bytes]:
    """Yield the instructions of the filter: a check goes on to the next or ends with its answer."""

    def instruction(code: int, value: int, *, if_true: int = 0, if_false: int = 0) -> bytes:
        return struct.pack("HBBI", code, if_true, if_false, value)

    load, equal, at_least, any_bit, answer = 0x20, 0x15, 0x35, 0x45, 0x06
    denied = instruction(answer, _RET_ERRNO | _EPERM)
    yield instruction(load, 4)  # the architecture
    yield instruction(equal, architecture, if_true=1)
    yield instruction(answer, _RET_KILL)
    yield instruction(load, 0)  # the number of the call
    yield instruction(at_least, _X32, if_false=1)
    yield denied
    yield instruction(equal, _CLONE3, if_false=1)
    # Its flags are where a filter cannot look; without clone3 the C library uses clone.
    yield instruction(answer, _RET_ERRNO | _ENOSYS)
    for number in refused:
        yield instruction(equal, number, if_false=1)
        yield denied
    yield instruction(equal, limits, if_false=4)
    yield instruction(load, 16)  # whose limits: only its own, which is 0
    yield instruction(equal, 0, if_true=1)
    yield denied
    yield instruction(answer, _RET_ALLOW)
    yield instruction(equal, clone, if_false=3)
    yield instruction(load, 16)  # the flags of clone: threads are allowed
    yield instruction(any_bit, _CLONE_THREAD, if_true=1)
    yield denied
    yield instruction(answer, _RET_ALLOW)


def held() -> dict[str, bool]:
    """Return which restrictions hold. Each but that on memory is tested by an attempt to break it.

    memory: it is limited. files: the process reads only its input and program code. connections:
    it opens none. processes: it starts none. environment: it cannot read its parent's variables.
    """
    return {
        "memory": is_memory_limited(),
        "files": _is_refused(lambda: os.listdir("/")),
        "connections": _is_refused(lambda: socket.socket().close()),
        "processes": _is_refused(_start_process),
        "environment": _is_refused(lambda: _read(f"/proc/{os.getppid()}/environ")),
    }


def _is_refused(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except FileNotFoundError:
        return sys.platform != "linux"  # a system without /proc shows nobody's variables
    except OSError:
        return True
    return False


def _start_process() -> None:
    process = os.fork()
    if process == 0:
        os._exit(0)
    with suppress(ChildProcessError):
        os.waitpid(process, 0)


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(1)
