"""Deployments and a worker on a Prefect server of the user's own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping

from flows.serve.access import JOB_TEMPLATE
from flows.serve.environment import PROJECT, watch_variables
from flows.serve.errors import ServeError
from flows.serve.prefect_api import POOL
from flows.settings import Settings, environment
from reports.errors import ConfigurationError

_ADDRESS = "PREFECT_API_URL"
# Seconds between two signs of life of a run. The automation `crashed-runs` waits for three.
_HEARTBEAT = {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30"}
_PREFECT = [sys.executable, "-m", "prefect"]


def deploy(settings: Settings) -> None:
    """Create the work pool and apply `prefect.yaml`; doing it again changes nothing.

    Raises ConfigurationError without an address, ServeError where Prefect refuses.
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


def work(settings: Settings) -> None:
    """Become a worker for our pool, until it is stopped. Raises ConfigurationError."""
    variables = _variables(settings)
    os.chdir(PROJECT)
    os.execve(sys.executable, [*_PREFECT, "worker", "start", "--pool", POOL], variables)


def _variables(settings: Settings) -> Mapping[str, str]:
    """The environment of Prefect's command, with nothing relative: it runs in another folder."""
    given = environment()
    if not given.get(_ADDRESS):
        raise ConfigurationError(
            f"{_ADDRESS} is not set: give the address of your Prefect server, such as "
            "https://prefect.example.gov.uk/api. `inspection-watch serve` needs none."
        )
    return _HEARTBEAT | given | watch_variables(settings)
