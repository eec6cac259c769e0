"""The parent of the Prefect server and the worker.

    start   server → healthy → tidy up after a crash → work pool → deployments → worker
    watch   a part that has died is started again; a part that keeps dying ends the service
    stop    the run under way may finish → worker → tidy up → server

At most one worker runs, and it runs under us. So whenever it is down, every run that still counts
as running was cut off, and is ended before the next worker starts.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import requests

from flows.serve.access import job_template
from flows.serve.children import Child
from flows.serve.errors import ServeError
from flows.serve.prefect_api import POOL, PrefectApi
from reports.wording import counted

logger = logging.getLogger(__name__)

TICK = 0.5

HEALTHY_WITHIN = 180.0
COMMAND_WITHIN = 180.0
"""The first start makes Prefect's database: 15 s on a small machine, several times that when
busy."""

FINISH_WITHIN = 10.0
STOP_WITHIN = 8.0
"""Seconds that stopping waits, first for a run under way, then for each part to end. A run can be
cut off anywhere without loss. But an email that is cut off while it is sent may be sent twice."""

QUICK_DEATH = 60.0
QUICK_DEATHS_AT_MOST = 5
"""A part that dies this soon after its start, more often than this in a row, will not recover by
itself."""

LONGEST_PAUSE = 30.0
"""The longest wait in seconds before a part is started again."""


class StopRequested(Exception):
    """The user, or the system, wants the program to end."""


class Supervisor:
    """Keeps a server and a worker running until it is asked to stop."""

    def __init__(
        self,
        *,
        server: Child,
        worker: Child,
        command: Callable[[str, list[str]], Child],
        api: PrefectApi,
        say: Callable[[str], None],
    ) -> None:
        self._server = server
        self._worker = worker
        self._command = command
        self._api = api
        self._say = say
        self._stops = 0
        self._woken = threading.Event()
        self._quick_deaths: dict[str, int] = {}

    def run(self, *, ready: Callable[[], None]) -> None:
        """Run until a signal asks to stop. `ready` is called once all parts run.

        Raises ServeError where a part does not come up or does not stay up. Whatever happens,
        no child is left when this returns.
        """
        with self._signals():
            try:
                self._start_all()
                ready()
                while True:
                    self._pause(TICK)
                    self._revive()
            except StopRequested:
                self._say("Stopping …")
            except requests.RequestException as error:
                raise ServeError(
                    f"Prefect's server refuses to work: {error} (see {self._server.log})"
                ) from error
            finally:
                self._stop_all()

    def _start_all(self) -> None:
        self._server.start()
        if not self._comes_up():
            raise ServeError(
                f"Prefect's server did not start: {self._server.last_lines()} "
                f"(see {self._server.log})"
            )
        self._tidy()
        # At every start: an older pool, or one made by hand, may let runs name a command.
        self._api.put_pool(job_template())
        # This also removes scheduled runs that were missed while nothing ran. Prefect would catch
        # up on each of them, one after the other, although the next run finds everything.
        self._finish_command("deploy", ["--no-prompt", "deploy", "--all"])
        self._worker.start()

    def _revive(self) -> None:
        """Start again the parts that have died."""
        if not self._server.alive:
            self._pause_after_death(self._server)
            self._server.start()
            if not self._comes_up():
                return  # the next round counts this death too
        if not self._worker.alive:
            self._pause_after_death(self._worker)
            try:
                self._tidy()
            except requests.RequestException as error:
                # The server has just ended; the next round starts it first.
                logger.warning("The server does not answer: %s", error)
                return
            self._worker.start()

    def _pause_after_death(self, child: Child) -> None:
        """Log that a child has died, and wait before its next start.

        Raises ServeError after too many quick deaths.
        """
        deaths = self._quick_deaths.get(child.role, 0) + 1 if child.age < QUICK_DEATH else 1
        self._quick_deaths[child.role] = deaths
        if deaths > QUICK_DEATHS_AT_MOST:
            raise ServeError(
                f"The {child.role} keeps ending ({deaths} times in a row, the last time with "
                f"{_ending(child.returncode)}): {child.last_lines()} (see {child.log})"
            )
        pause = min(2.0 ** (deaths - 1), LONGEST_PAUSE)
        logger.warning(
            "The %s has ended with %s; it starts again in %.0f s (log: %s)",
            child.role,
            _ending(child.returncode),
            pause,
            child.log,
        )
        self._pause(pause)

    def _comes_up(self) -> bool:
        """Wait until the server answers. Returns False if it has ended instead."""
        while not self._api.healthy():
            if not self._server.alive:
                return False
            if self._server.age > HEALTHY_WITHIN:
                raise ServeError(
                    f"Prefect's server did not answer within {HEALTHY_WITHIN:.0f} s "
                    f"(see {self._server.log}). Start again; a busy machine may need longer"
                )
            self._pause(TICK)
        return True

    def _tidy(self) -> None:
        """End the runs that still count as running although no worker runs."""
        if cut_off := self._api.reap():
            were = counted(
                cut_off,
                "run was cut off earlier and no longer counts",
                "runs were cut off earlier and no longer count",
            )
            self._say(f"{were} as running.")

    def _finish_command(self, name: str, arguments: list[str]) -> None:
        """Run one of Prefect's commands to its end."""
        child = self._command(name, arguments)
        child.start()
        try:
            while child.alive and child.age < COMMAND_WITHIN:
                self._pause(TICK)
            if child.returncode != 0:
                command = " ".join(arguments)
                raise ServeError(
                    f"`prefect {command}` failed: {child.last_lines()} (see {child.log})"
                )
        finally:
            child.stop(grace=STOP_WITHIN)

    def _stop_all(self) -> None:
        """Stop the children, the worker first. Another signal shortens the wait for the run."""
        asked = self._stops
        if self._worker.alive and self._server.alive:
            self._let_finish(asked)
        self._worker.stop(grace=STOP_WITHIN)
        if self._server.alive:
            try:
                self._api.reap()
            except requests.RequestException as error:
                logger.debug("Left to the next start: %s", error)
        self._server.stop(grace=STOP_WITHIN)

    def _let_finish(self, asked: int) -> None:
        waited = 0.0
        try:
            while (running := self._api.running()) and waited < FINISH_WITHIN:
                if not waited:
                    self._say(
                        f"Waiting up to {FINISH_WITHIN:.0f} s for {counted(running, 'run')} to "
                        "finish; Ctrl-C again stops at once."
                    )
                if self._stops > asked:
                    return
                self._woken.clear()
                self._woken.wait(TICK)
                waited += TICK
        except requests.RequestException as error:
            logger.debug("The server does not say what runs: %s", error)

    def _pause(self, seconds: float) -> None:
        """Wait. Raises StopRequested as soon as a signal asks us to stop."""
        if not self._stops:
            self._woken.wait(seconds)
        if self._stops:
            raise StopRequested

    @contextmanager
    def _signals(self) -> Iterator[None]:
        def note(number: int, frame: FrameType | None) -> None:
            self._stops += 1
            self._woken.set()

        wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, note) for number in wanted}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def build(
    *,
    environment: Mapping[str, str],
    logs: Path,
    host: str,
    port: int,
    api: PrefectApi,
    say: Callable[[str], None],
) -> Supervisor:
    """Return a supervisor of Prefect's server and a worker for our pool."""

    def child(role: str, arguments: list[str]) -> Child:
        return Child(role, ["prefect", *arguments], environment=environment, logs=logs)

    return Supervisor(
        server=child("server", ["server", "start", "--host", host, "--port", str(port)]),
        worker=child(
            "worker", ["worker", "start", "--pool", POOL, "--type", "process", "--name", POOL]
        ),
        command=child,
        api=api,
        say=say,
    )


def _ending(returncode: int | None) -> str:
    if returncode is None:
        return "no exit code"
    if returncode < 0:
        return f"signal {signal.Signals(-returncode).name}"
    return f"exit code {returncode}"
