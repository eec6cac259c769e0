"""The addresses for monitoring: `/health` for load balancers and `/metrics` for Prometheus.

Both need the password of Prefect's server. Each request takes the numbers from the database, with
the same code as `status --check` and `status --metrics`.
"""

from __future__ import annotations

import base64
import json
import logging
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from threading import Lock

from prometheus_client import CONTENT_TYPE_LATEST

from flows.pipeline.app import App, open_app
from flows.pipeline.metrics import metrics_of
from flows.pipeline.watch_state import Health, HealthLevel, health
from flows.serve.listener import answering
from flows.settings import Settings, environment
from reports.errors import InspectionWatchError

logger = logging.getLogger(__name__)

OpenWatch = Callable[[], AbstractContextManager[App]]


def opening(settings: Settings, variables: Mapping[str, str]) -> OpenWatch:
    """Return a function that opens the watch, with these variables and the current `.env` file."""
    return lambda: open_app(settings, variables=environment(variables))


@dataclass(frozen=True)
class MonitoringAnswer:
    """One answer to a request."""

    status: HTTPStatus
    content_type: str
    body: bytes


def health_answer(found: Health) -> MonitoringAnswer:
    """Return 200 if checks succeed, even if something needs review; otherwise 503."""
    is_well = found.level in (HealthLevel.OK, HealthLevel.WARNING)
    status = HTTPStatus.OK if is_well else HTTPStatus.SERVICE_UNAVAILABLE
    return MonitoringAnswer(status, "application/json", json.dumps(found.as_json()).encode())


def metrics_answer(open_watch: OpenWatch) -> MonitoringAnswer:
    """Return the metrics; 503 and a sentence where they cannot be counted."""
    try:
        with open_watch() as app:
            return MonitoringAnswer(HTTPStatus.OK, CONTENT_TYPE_LATEST, metrics_of(app))
    except InspectionWatchError as error:
        return MonitoringAnswer(HTTPStatus.SERVICE_UNAVAILABLE, "text/plain", f"{error}\n".encode())


class _Monitoring(BaseHTTPRequestHandler):
    """Answers requests that have the password."""

    server_version = "InspectionWatch"
    sys_version = ""
    # A connection that is silent for this number of seconds is closed.
    timeout = 30

    def __init__(
        self, *arguments: object, password: str, open_watch: OpenWatch, one_at_a_time: Lock
    ) -> None:
        self._password = password
        self._open_watch = open_watch
        self._one_at_a_time = one_at_a_time
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer one request."""
        self._send(self._answer() if self._is_allowed() else _NOT_ALLOWED)

    def _is_allowed(self) -> bool:
        token = base64.b64encode(self._password.encode()).decode()
        given = self.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        return secrets.compare_digest(given, f"Basic {token}".encode())

    def _answer(self) -> MonitoringAnswer:
        # Counting takes work, so requests are answered one after the other.
        with self._one_at_a_time:
            match self.path.partition("?")[0]:
                case "/health":
                    return health_answer(health(self._open_watch))
                case "/metrics":
                    return metrics_answer(self._open_watch)
        return _NOT_FOUND

    def _send(self, answer: MonitoringAnswer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        if answer.status == HTTPStatus.UNAUTHORIZED:
            self.send_header("WWW-Authenticate", 'Basic realm="Inspection Watch"')
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        logger.debug(format, *args)


_NOT_ALLOWED = MonitoringAnswer(
    HTTPStatus.UNAUTHORIZED, "text/plain", b"The password of Prefect's server is needed.\n"
)
_NOT_FOUND = MonitoringAnswer(
    HTTPStatus.NOT_FOUND, "text/plain", b"There are /health and /metrics.\n"
)


@contextmanager
def monitored(
    settings: Settings,
    *,
    password: str,
    variables: Mapping[str, str],
    say: Callable[[str], None],
) -> Iterator[str | None]:
    """Offer health and metrics until the block ends. Yields their web address; None if it is taken.

    `password` is `user:password`; `variables` are those that `watch.yaml` may name.
    """
    handler = partial(
        _Monitoring,
        password=password,
        open_watch=opening(settings, variables),
        one_at_a_time=Lock(),
    )
    with answering(
        handler,
        settings.monitoring_address,
        what="Health and metrics are",
        setting="WATCH_MONITORING_ADDRESS",
        say=say,
    ) as address:
        yield address
