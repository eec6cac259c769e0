"""Whether the process that holds a lease is still there."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest

from storage import poll_owner
from storage.poll_owner import is_gone, new_owner, runs_elsewhere


def test_our_own_claims_are_alive_and_all_different() -> None:
    first, second = new_owner(), new_owner()
    assert first != second
    assert len(first) <= 64
    assert not is_gone(first)


def test_a_process_that_has_ended_is_gone() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "from storage.poll_owner import new_owner; print(new_owner())"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert is_gone(ended.stdout.strip())


def test_another_process_under_the_same_number_is_not_the_owner() -> None:
    machine, pid, started, chance = new_owner().split(":")
    assert is_gone(f"{machine}:{pid}:{float(started) - 60}:{chance}")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the start is a time of day")
def test_a_process_is_alive_after_the_clock_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Linux computes the time of day at which the machine was started from the clock."""
    owner, boot = new_owner(), psutil.boot_time()
    monkeypatch.setattr(psutil._pslinux, "boot_time", lambda: boot + 60)
    assert not is_gone(owner)


def test_a_process_knows_itself_although_its_start_is_rounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    owner, started = new_owner(), poll_owner._started(os.getpid())
    monkeypatch.setattr(poll_owner, "_started", lambda pid: started + 1)
    assert not runs_elsewhere(owner)


@pytest.mark.parametrize("owner", [None, "", "x", "other-machine:1:1.0:abc", "a:b:c:d"])
def test_of_other_machines_nothing_is_known(owner: str | None) -> None:
    assert not is_gone(owner)
