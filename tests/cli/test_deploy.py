"""`deploy` and `worker` without a Prefect server: one sentence, and nothing is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import run_command


@pytest.mark.parametrize("command", ["deploy", "worker"])
def test_the_address_of_the_server_is_required(command: str, tmp_path: Path) -> None:
    done = run_command(command, env={"WATCH_DATA_DIR": str(tmp_path)})
    assert done.returncode == 2
    assert "PREFECT_API_URL is not set" in done.stderr
