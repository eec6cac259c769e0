"""What `make bench` measures: each figure with its target and what was measured last.

Figures are seconds of the processor (user and system, with all children) unless they say otherwise:
on a busy machine these change less than the time on a clock.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

RECORDED = Path(__file__).parent / "recorded.json"
WORSE = 1.1
"""A figure that is more than a tenth worse than the recorded one is named at the end."""


@dataclass
class Costs:
    """The figures of one run, less being better."""

    recorded: Mapping[str, float]
    measured: dict[str, float] = field(default_factory=dict)

    @classmethod
    def begin(cls) -> Costs:
        """Begin with what was recorded last."""
        return cls(json.loads(RECORDED.read_text()) if RECORDED.exists() else {})

    def add(self, name: str, value: float, unit: str = "s", *, target: float | None = None) -> None:
        """Keep and print a figure. `name` is what it is recorded under."""
        self.measured[name] = round(value, 3)
        wanted = f"at most {target:g}" if target is not None else "no target"
        before = self.recorded.get(name)
        last = f"last {before:g}" if before is not None else "not recorded"
        missed = " MISSED" if target is not None and value > target else ""
        print(f"  {name}: {value:.3g} {unit} ({wanted}, {last}){missed}", flush=True)

    def worse(self) -> list[str]:
        """Name what got more than a tenth worse."""
        return [
            f"{name}: {value:g} instead of {self.recorded[name]:g}"
            for name, value in self.measured.items()
            if name in self.recorded and value > WORSE * self.recorded[name]
        ]

    def record(self) -> None:
        """Write what was measured over what was recorded."""
        together = dict(sorted({**self.recorded, **self.measured}.items()))
        RECORDED.write_text(json.dumps(together, indent=2) + "\n")


@dataclass(frozen=True)
class Used:
    """Seconds of the processor and the peak of memory in MB that a command used."""

    cpu: float
    megabytes: float


def run(command: Sequence[str], environment: Mapping[str, str]) -> Used:
    """Run a command of ours to its end. Raises SystemExit where it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(
        command, env=dict(environment), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
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
    ended.set()
    watcher.join()
    if code not in (0, 1):
        raise SystemExit(f"{' '.join(command)} failed with {code}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Used(cpu=cpu, megabytes=peak)


def memory_of(pid: int) -> float:
    """Memory of a process and its children, in MB.

    A page that several processes share, such as one of Python itself, counts once (on Linux).
    """
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        return sum(_share(member) for member in family) / 1e6
    except psutil.NoSuchProcess:
        return 0.0


def _share(process: psutil.Process) -> int:
    used = process.memory_full_info()
    return getattr(used, "pss", used.rss)


def cpu_of(pid: int) -> float:
    """Seconds of the processor that a process and its living children have used."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(sum(member.cpu_times()[:2]) for member in family)


def clean_environment(**more: str) -> dict[str, str]:
    """The environment without settings of a watch, and with these."""
    outside = {key: value for key, value in os.environ.items() if not key.startswith("WATCH_")}
    return {**outside, **more}
