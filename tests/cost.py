"""What a test run costs in processor time, printed at its end; hooks for `conftest.py`.

Seconds on the clock depend on what else the machine does. Processor time (user and system, of all
test processes and of all processes that they started and that ended) depends on it much less.
"""

from __future__ import annotations

import resource
from typing import Any

import pytest

_OF_WORKERS = pytest.StashKey[list[float]]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin with nothing."""
    config.stash[_OF_WORKERS] = []


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a worker of xdist say what it has used."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["processor_seconds"] = _used()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Note what a worker has said; one that crashed has said nothing."""
    used = getattr(node, "workeroutput", {}).get("processor_seconds", 0.0)
    node.config.stash[_OF_WORKERS].append(used)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the sum."""
    # Of this process alone where there are workers: they may have been waited for or not.
    workers = config.stash[_OF_WORKERS]
    total = sum(workers) + _used(with_ended=False) if workers else _used()
    terminalreporter.write_line(f"processor time: {total:.0f} s (user and system)")


def _used(*, with_ended: bool = True) -> float:
    """Return the seconds of this process, and of those that it started and that ended."""
    whose = [resource.RUSAGE_SELF, *([resource.RUSAGE_CHILDREN] if with_ended else [])]
    parts = [resource.getrusage(who) for who in whose]
    return sum(part.ru_utime + part.ru_stime for part in parts)
