"""Limits on memory, time and files of the process that reads untrusted files.

Windows cannot limit a process: there, reading is refused until a setting allows it. macOS may
refuse the limit on memory; `check` warns of that (`is_memory_limited`).
"""

from __future__ import annotations

import signal

MEMORY_BYTES = 512 * 1024 * 1024
_OPEN_FILES = 32

NO_LIMITS = (
    "This system cannot limit the memory of the process that reads reports, so a hostile file "
    "could use all of it. Use WSL or a container (docs/operations.md), or set "
    "WATCH_UNLIMITED_READING to true to read without limits."
)


def has_limits() -> bool:
    """Return whether this system has limits on processes. It may still refuse one of them."""
    try:
        import resource  # noqa: F401
    except ImportError:
        return False
    return True


def limit_memory_and_files() -> None:
    """Limit this process for the rest of its life, as far as the system allows.

    Call it only where `has_limits` is true.
    """
    import resource

    for limit, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(limit, (value, value))
        except (ValueError, OSError):  # macOS refuses a limit on address space.
            continue


def is_memory_limited() -> bool:
    """Return whether the memory of this process is limited to MEMORY_BYTES."""
    if not has_limits():
        return False
    import resource

    return resource.getrlimit(resource.RLIMIT_AS)[0] == MEMORY_BYTES


def limit_time(seconds: int) -> None:
    """Let the kernel end this process after `seconds`; 0 removes the limit.

    SIGALRM is left to the kernel, which ends the process; a handler would wait for PDFium. A death
    signal from the parent would not do: Linux sends it when the thread that started us ends, which
    in a thread pool happens while other threads still use us.
    """
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)
