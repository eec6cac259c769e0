"""A system that cannot limit a process, such as Windows: reading is refused until it is allowed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = "import sys; sys.modules['resource'] = None; from cli.main import main; main()"
"""As on Windows, there is no module `resource`."""


def read_without_limits(file: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", COMMAND, "read", str(file), "--json"],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Any file: what it says does not matter here."""
    (tmp_path / "report.txt").write_text("Menu of the day: soup, pie, apple crumble")
    return tmp_path / "report.txt"


def test_reading_is_refused_with_the_reason_and_what_to_do(file: Path) -> None:
    done = read_without_limits(file)
    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot limit the memory" in done.stderr
    for way_out in ("WSL", "container", "WATCH_UNLIMITED_READING"):
        assert way_out in done.stderr
    assert "Traceback" not in done.stderr


def test_a_setting_allows_reading_without_limits(file: Path) -> None:
    done = read_without_limits(file, WATCH_UNLIMITED_READING="true")
    assert json.loads(done.stdout)["kind"] == "unknown"
