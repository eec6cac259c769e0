"""The program as a service: Prefect's server and UI, the schedules and a worker, under one parent.

Prefect's own database and settings live under the data folder, apart from any other use of
Prefect on the same machine.
"""

from __future__ import annotations

import errno
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from flows.pipeline.publish import SITE
from flows.serve.access import Access, access, require_own_password
from flows.serve.children import end_all, family
from flows.serve.environment import api_url, child_environment, require_project
from flows.serve.health_and_metrics import OpenWatch, monitored, opening
from flows.serve.listener import NO_HOST_NAME
from flows.serve.prefect_api import PrefectApi
from flows.serve.supervisor import build
from flows.serve.unsubscribe import UnsubscribePage
from flows.serve.website import offered
from flows.settings import Settings, environment
from reports.errors import ConfigurationError, InspectionWatchError
from storage.private_files import make_private_folder, private_by_default

logger = logging.getLogger(__name__)


def serve(
    settings: Settings,
    *,
    host: str = "127.0.0.1",
    port: int = 4200,
    say: Callable[[str], None] = logger.info,
    command: str = "inspection-watch",
) -> int:
    """Run everything until Ctrl-C (or SIGTERM), and return the exit code 0.

    `say` receives the few lines that the user should read; `command` is how they call the program.
    Raises ConfigurationError where it cannot start (port taken, data folder in use), ServeError
    where a part does not stay up.
    """
    require_project()
    home = settings.data_dir.absolute() / "prefect"
    logs = settings.data_dir.absolute() / "logs"
    for folder in (home.parent, home, logs):
        make_private_folder(folder)
    with private_by_default(), _alone(home), ExitStack() as stack:
        allowed = access(environment(), home=home, host=host)
        if settings.monitoring:
            require_own_password(
                allowed,
                host=settings.monitoring_address.rpartition(":")[0].strip("[]"),
                named=f"WATCH_MONITORING_ADDRESS {settings.monitoring_address}",
            )
        end_all(family(home))
        _require_free(host, port)
        variables = child_environment(settings, home=home, host=host, port=port, access=allowed)
        api = PrefectApi(variables["PREFECT_API_URL"], auth=allowed.credentials)
        page = api_url(host, port).removesuffix("/api")

        site = None
        if settings.website:
            folder = settings.data_dir.absolute() / SITE
            page_to_leave = UnsubscribePage(opening(settings, variables))
            site = stack.enter_context(
                offered(folder, settings.website_address, say=say, page=page_to_leave)
            )
        health = None
        if settings.monitoring:
            health = stack.enter_context(
                monitored(settings, password=allowed.password, variables=variables, say=say)
            )

        def ready() -> None:
            say(f"Ready: {page} shows the runs, the schedules and a form for a backfill.")
            say(_sign_in(allowed))
            if site:
                is_written = (settings.data_dir / SITE / "index.html").is_file()
                once = "" if is_written else " as soon as the first check has ended"
                say(f"The website is at {site}{once}.")
            if health:
                say(f"For monitoring: {health}health and {health}metrics, with the same password.")
            say(f"Logs of the parts are in {logs}. Ctrl-C stops everything.")
            _say_what_is_wrong(opening(settings, variables), say)
            # Scheduled runs that were missed while nothing ran are not repeated: poll at once.
            api.run_now(flow="poll", deployment="poll")
            say(f"A check of the site has started. `{command} status` shows how far it has got.")

        say(f"Starting Prefect's server on {page} (the first time takes about 20 s) …")
        supervisor = build(environment=variables, logs=logs, host=host, port=port, api=api, say=say)
        supervisor.run(ready=ready)
    say("Stopped.")
    return 0


def _say_what_is_wrong(open_watch: OpenWatch, say: Callable[[str], None]) -> None:
    """Say why no check can succeed, such as a mistake in `watch.yaml`.

    The service runs all the same, because a correction needs no restart. Before the server runs,
    secrets that are kept in it cannot be read.
    """
    try:
        with open_watch():
            pass
    except InspectionWatchError as error:
        say(f"Nothing is checked or sent until this is put right: {error}")


def _sign_in(allowed: Access) -> str:
    """Return how to sign in. The password is shown once: others may read later output in a log."""
    if allowed.file is None:
        return "Sign in with the password of your environment."
    if allowed.is_new:
        return (
            f"Password (enter all of it): {allowed.password}\n"
            f"The password is kept in {allowed.file}."
        )
    return f"Sign in with the password in {allowed.file}."


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Lock the data folder. A second `serve` would take the runs of the first for leftovers."""
    try:
        import fcntl
    except ImportError as error:
        raise ConfigurationError(
            "`serve` does not run on Windows: use WSL or a container (docs/operations.md)"
        ) from error
    with (home / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ConfigurationError(
                f"another `serve` runs on the data folder {home.parent}: stop it first, "
                "or set WATCH_DATA_DIR to another folder"
            ) from error
        yield


def _require_free(host: str, port: int) -> None:
    try:
        family_, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family_, kind, protocol) as probe:
            # As the server does: a port whose last connections are only just closing is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except UnicodeError as error:
        raise ConfigurationError(f"cannot listen on {host}:{port}: {NO_HOST_NAME}") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ConfigurationError(
                f"port {port} on {host} is in use by another program: "
                f"stop that program, or choose another port with --port"
            ) from error
        raise ConfigurationError(f"cannot listen on {host}:{port}: {error}") from error
