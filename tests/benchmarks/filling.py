"""The first fill from a local site through storage, and a quiet poll after it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from pathlib import Path

import psutil

from demo.site import SiteServer, load_corpus

TODAY = date(2026, 8, 22)


def measure(corpus: Path) -> None:
    """Print seconds, requests and peak memory of a first fill and of a quiet poll."""
    with (
        tempfile.TemporaryDirectory() as folder,
        SiteServer(load_corpus(corpus, today=TODAY)) as server,
    ):
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("WATCH_")},
            "WATCH_SITE_URL": server.url,
            "WATCH_DATA_DIR": folder,
            "WATCH_CONFIG": f"{folder}/watch.yaml",
            "WATCH_REQUESTS_PER_SECOND": "0",
            "WATCH_NOW": f"{TODAY}T13:00",
        }
        for name in ("first fill", "quiet poll"):
            before = len(server.requests)
            seconds, megabytes = run_poll(environment)
            print(
                f"{name}: {seconds:.1f} s, {len(server.requests) - before} requests, "
                f"peak memory {megabytes:.0f} MB (all its processes)"
            )


def run_poll(environment: dict[str, str]) -> tuple[float, float]:
    """Run one poll; return its seconds and the peak of its processes' memory in MB."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "cli.main", "poll"]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    peak = 0.0
    ended = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not ended.wait(0.05):
            peak = max(peak, memory_of(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = process.wait()
    seconds = time.perf_counter() - start
    ended.set()
    watcher.join()
    if code not in (0, 1):
        raise SystemExit(f"{' '.join(command)} failed with {code}")
    return seconds, peak


def memory_of(pid: int) -> float:
    """Resident memory of a process and its children, in MB (shared pages counted once each)."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        return sum(member.memory_info().rss for member in family) / 1e6
    except psutil.NoSuchProcess:
        return 0.0
