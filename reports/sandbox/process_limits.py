"""Whether this system can limit what a process uses. Windows cannot."""

NO_LIMITS = (
    "This system cannot limit the memory of the process that reads reports, so a hostile file "
    "could use all of it. Use WSL or a container (docs/operations.md), or set "
    "WATCH_UNLIMITED_READING to true to read without limits."
)


def has_limits() -> bool:
    """Whether the child process that reads untrusted files can be given limits."""
    try:
        import resource  # noqa: F401
    except ImportError:
        return False
    return True
