"""What one machine can handle: time, memory and disk of the service, for `docs/operations.md`.

    python -m tests.benchmarks.capacity

Seconds are processor time (user and system, of all processes), which other programs on the machine
hardly change. Needs the corpus of real reports.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from demo.site import SiteServer, load_corpus
from flows.serve.children import end_all, family
from tests.benchmarks.costs import clean_environment, memory_of, run
from tests.benchmarks.filling import TODAY

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
COMMAND = [sys.executable, "-m", "cli.main"]
IDLE_SECONDS = 120


def main() -> None:
    """Print every figure."""
    if not (CORPUS / "pdfs").exists():
        sys.exit("This reads real reports from ../shared/corpus, which does not exist.")
    with (
        tempfile.TemporaryDirectory() as folder,
        SiteServer(load_corpus(CORPUS, today=TODAY)) as server,
    ):
        home = Path(folder)
        environment = environment_for(home, server.url)
        for name, arguments in (
            ("first poll", ["poll"]),
            ("check without new reports", ["poll"]),
            ("full check", ["poll", "--full"]),
            ("status --check", ["status", "--check"]),
            ("status --metrics", ["status", "--metrics"]),
            ("backup", ["backup", str(home / "backup.tar.gz")]),
        ):
            used = run([*COMMAND, *arguments], environment)
            print(f"{name}: {used.cpu:.1f} s, peak memory {used.megabytes:.0f} MB")
        print(f"stored: {sizes(home)}")
        print(f"backup: {megabytes_of(home / 'backup.tar.gz'):.1f} MB")
        measure_serve(home, environment)


def environment_for(home: Path, site: str) -> dict[str, str]:
    """The environment of a watch in `home` on a local site."""
    return clean_environment(
        WATCH_HOME=str(home),
        WATCH_SITE_URL=site,
        WATCH_DATA_DIR=str(home / "data"),
        WATCH_CONFIG=str(home / "watch.yaml"),
        WATCH_REQUESTS_PER_SECOND="0",
        WATCH_NOW=f"{TODAY}T13:00",
        WATCH_WEBSITE="false",
        WATCH_MONITORING_ADDRESS="127.0.0.1:14290",
    )


def measure_serve(home: Path, environment: Mapping[str, str]) -> None:
    """Print memory and processor time of the service while nothing is due."""
    command = [*COMMAND, "serve", "--port", "14200"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    prefect = home / "data" / "prefect"
    try:
        assert process.stdout is not None
        while not process.stdout.readline().startswith("Ready"):
            pass
        time.sleep(IDLE_SECONDS)  # the first poll, and what starts with it
        members = {one.pid: one for one in [psutil.Process(process.pid), *family(prefect)]}
        before = {pid: used_by(one) for pid, one in members.items()}
        time.sleep(IDLE_SECONDS)
        spent = sum(used_by(one) - before[pid] for pid, one in members.items())
        print(
            f"serve, idle: {memory_of(process.pid):.0f} MB, "
            f"{spent / IDLE_SECONDS * 100:.1f} % of one processor"
        )
        print(f"Prefect's database: {megabytes_of(prefect / 'prefect.db'):.1f} MB")
    finally:
        process.terminate()
        process.wait()
        end_all(family(prefect))


def used_by(process: psutil.Process) -> float:
    """Seconds of processor time that a process has used; of one that has ended, nothing more."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system


def sizes(home: Path) -> str:
    """The number of original files, their size and that of the database, in MB."""
    files = [file for file in (home / "data" / "originals").rglob("*") if file.is_file()]
    originals = sum(megabytes_of(file) for file in files)
    database = megabytes_of(home / "data" / "watch.db")
    return f"{len(files)} reports, database {database:.1f} MB, originals {originals:.1f} MB"


def megabytes_of(file: Path) -> float:
    """The size of a file."""
    return file.stat().st_size / 1e6


if __name__ == "__main__":
    main()
