"""Deployments and a worker on a Prefect server of the user's own."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from flows.prefect_secrets import prefect_client
from flows.serve.access import JOB_TEMPLATE
from flows.serve.environment import PROJECT, version_variable, watch_variables
from flows.serve.errors import ServeError
from flows.serve.prefect_api import POOL
from flows.settings import Settings, environment, handed_on
from reports.errors import ConfigurationError
from reports.safe_text import quoted

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

_ADDRESS = "PREFECT_API_URL"

_HEARTBEAT = {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30"}
"""Seconds between two signs of life of a run. The automation `crashed-runs` waits for three."""

AUTOMATIONS = (PROJECT / "flows" / "automations" / "crashed-runs.yaml",)
"""The automations that `deploy` creates. The other files there are examples to copy."""
_PREFECT = [sys.executable, "-m", "prefect"]


def deploy(settings: Settings, *, automations: bool = False) -> None:
    """Create the work pool and apply `prefect.yaml`; with `automations`, also create AUTOMATIONS.

    Doing it again changes nothing. Raises ConfigurationError without an address, ServeError where
    Prefect refuses.
    """
    variables = _variables(settings)
    for arguments in (
        ["work-pool", "create", POOL, "--type", "process", "--overwrite"]
        + ["--base-job-template", str(JOB_TEMPLATE)],
        ["--no-prompt", "deploy", "--all"],
    ):
        done = subprocess.run([*_PREFECT, *arguments], cwd=PROJECT, env=variables, check=False)
        if done.returncode:
            raise ServeError(f"prefect {' '.join(arguments[:2])} ended with {done.returncode}")
    if automations:
        # Imported here, as in `prefect_secrets`: most commands do not need it.
        from httpx import HTTPError

        try:
            with prefect_client(variables) as client:
                for file in AUTOMATIONS:
                    put_automation(client, file)
        except HTTPError as error:
            said = str(error).partition("\n")[0]
            raise ServeError(f"Prefect's server does not take the automations: {said}") from error


def put_automation(client: SyncPrefectClient, file: Path) -> None:
    """Create the automation of a file, or update the automation of the same name.

    Prefect's own command would create another automation of the same name each time.
    """
    from prefect.events.schemas.automations import AutomationCore

    wanted = AutomationCore.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    by_name = {"automations": {"name": {"any_": [wanted.name]}}}
    found = client.request("POST", "/automations/filter", json=by_name).json()
    body = wanted.model_dump(mode="json", exclude={"owner_resource"})
    if found:
        client.request("PUT", "/automations/{id}", path_params={"id": found[0]["id"]}, json=body)
    else:
        client.request("POST", "/automations/", json=body)


def work(settings: Settings) -> None:
    """Replace this process with a worker for our pool. Raises ConfigurationError."""
    variables = _variables(settings)
    os.chdir(PROJECT)
    # Prefect's pages show the worker's name, and so which machine has done a run.
    command = ["worker", "start", "--pool", POOL, "--type", "process", "--name", platform.node()]
    os.execve(sys.executable, [*_PREFECT, *command], variables)


def _variables(settings: Settings) -> Mapping[str, str]:
    """Return the environment of Prefect's command. Its paths are absolute: its folder differs."""
    given = environment()
    if not given.get(_ADDRESS):
        raise ConfigurationError(
            f"{_ADDRESS} is not set: give the address of your Prefect server, such as "
            "https://prefect.example.gov.uk/api. `inspection-watch serve` needs none."
        )
    if not given[_ADDRESS].startswith(("http://", "https://")):
        raise ConfigurationError(
            f"{_ADDRESS} must be a whole address, such as https://prefect.example.gov.uk/api, not "
            f"{quoted(given[_ADDRESS])}"
        )
    return _HEARTBEAT | given | version_variable() | watch_variables(settings) | handed_on()
