"""`deploy` and `worker` without a Prefect server: one sentence, and nothing is started."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import MagicMock, Mock

import pytest
from httpx import HTTPError

from flows.serve import own_server
from tests.command import run_command


def test_a_server_that_refuses_the_automations_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = MagicMock()
    client.__enter__().request.side_effect = HTTPError("Client error '422'\nResponse: {…}")
    monkeypatch.setattr(own_server, "prefect_client", lambda _: client)
    monkeypatch.setattr(own_server.subprocess, "run", lambda *_, **__: Mock(returncode=0))
    client.__exit__.return_value = False
    address = {"PREFECT_API_URL": "http://127.0.0.1:1/api"}
    done = run_command("deploy", "--automations", env={"WATCH_DATA_DIR": str(tmp_path), **address})
    assert done.returncode == 1
    assert done.stderr == "Prefect's server does not take the automations: Client error '422'\n"


@pytest.mark.parametrize("command", ["deploy", "worker"])
def test_the_address_of_the_server_is_required(command: str, tmp_path: Path) -> None:
    done = run_command(command, env={"WATCH_DATA_DIR": str(tmp_path)})
    assert done.returncode == 2
    assert "PREFECT_API_URL is not set" in done.stderr
    done = run_command(
        command, env={"WATCH_DATA_DIR": str(tmp_path), "PREFECT_API_URL": "prefect.example"}
    )
    assert done.returncode == 2
    assert "PREFECT_API_URL must be a whole address" in done.stderr
