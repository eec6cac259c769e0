"""The few calls that `serve` makes to the Prefect server it runs.

Plain HTTP: importing Prefect's client costs two seconds and 80 MB for five requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

TIMEOUT = 10
PAGE = 100
POOL = "inspection-watch"

UNFINISHED = {"PENDING": "CRASHED", "RUNNING": "CRASHED", "CANCELLING": "CANCELLED"}
"""The states of unfinished runs, and how they end. Nothing can be running while there is no worker,
but Prefect itself leaves such runs as they are."""

INTERRUPTED = (
    "The program was stopped or crashed during this run. Nothing is lost: "
    "the next run goes on from what is stored."
)


class PrefectApi:
    """A Prefect server's API at `url`."""

    def __init__(self, url: str, *, auth: tuple[str, str] | None = None) -> None:
        self._url = url
        self._client = str(uuid4())
        self._session = requests.Session()
        self._session.auth = auth
        # A proxy named in the environment is for other machines, not for our own server.
        self._session.trust_env = False
        # 503: its SQLite database was locked for a moment. Every call here may be repeated.
        busy = Retry(
            total=5, connect=0, backoff_factor=0.5, status_forcelist=[503], allowed_methods=None
        )
        self._session.mount("http://", HTTPAdapter(max_retries=busy))

    def healthy(self) -> bool:
        """Return whether the server answers that it is healthy."""
        try:
            return self._session.get(f"{self._url}/health", timeout=TIMEOUT).ok
        except requests.RequestException:
            return False

    def put_pool(self, job_template: Mapping[str, Any]) -> None:
        """Create our work pool with this job template, or give the existing pool this template."""
        template = {"base_job_template": job_template}
        answer = self._session.get(f"{self._url}/work_pools/{POOL}", timeout=TIMEOUT)
        if answer.status_code == requests.codes.not_found:
            self._change("POST", "/work_pools/", {"name": POOL, "type": "process", **template})
            return
        answer.raise_for_status()
        self._change("PATCH", f"/work_pools/{POOL}", template)

    def running(self) -> int:
        """Return the number of runs of our pool that are under way."""
        return len(list(self._runs("RUNNING")))

    def run_now(self, *, flow: str, deployment: str) -> None:
        """Start a run of a deployment, in addition to those that its schedule starts."""
        found = self._session.get(
            f"{self._url}/deployments/name/{flow}/{deployment}", timeout=TIMEOUT
        )
        found.raise_for_status()
        self._post(f"/deployments/{found.json()['id']}/create_flow_run", {})

    def reap(self) -> int:
        """End the runs that Prefect still counts as running, and return their number.

        It must only be called while no worker of our pool runs.
        """
        left = list(self._runs(*UNFINISHED))
        for run in left:
            self._end(run, UNFINISHED[run["state_type"]], INTERRUPTED)
        return len(left)

    def _runs(self, *states: str) -> Iterator[dict[str, Any]]:
        """Yield all flow runs of our pool in these states, page by page."""
        offset = 0
        while True:
            page = self._post(
                "/flow_runs/filter",
                {
                    "flow_runs": {"state": {"type": {"any_": states}}},
                    "work_pools": {"name": {"any_": [POOL]}},
                    "sort": "ID_DESC",
                    "limit": PAGE,
                    "offset": offset,
                },
            )
            yield from page
            if len(page) < PAGE:
                return
            offset += PAGE

    def _end(self, run: dict[str, Any], state: str, message: str) -> None:
        self._post(
            f"/flow_runs/{run['id']}/set_state",
            # Forced: Prefect's rules would wait for the process of the run to agree.
            {"state": {"type": state, "message": message}, "force": True},
        )

    def _post(self, path: str, body: Mapping[str, object]) -> Any:
        return self._change("POST", path, body).json()

    def _change(self, method: str, path: str, body: Mapping[str, object]) -> requests.Response:
        answer = self._session.request(
            method, f"{self._url}{path}", json=body, headers=self._csrf_headers(), timeout=TIMEOUT
        )
        answer.raise_for_status()
        return answer

    def _csrf_headers(self) -> dict[str, str]:
        """Return headers that prove that a change comes from a program that can read answers."""
        answer = self._session.get(
            f"{self._url}/csrf-token", params={"client": self._client}, timeout=TIMEOUT
        )
        answer.raise_for_status()
        return {"Prefect-Csrf-Client": self._client, "Prefect-Csrf-Token": answer.json()["token"]}
