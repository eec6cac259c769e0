"""A polite and bounded HTTP client for one website.

It names itself, keeps a pace, tries again with growing pauses, follows only redirects to allowed
hosts, and stops at answers that are too slow or too large. Its callers read what an answer says.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from urllib.parse import urljoin

import requests
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt
from urllib3.exceptions import HTTPError

from reports.closing import Closing
from reports.errors import ConfigurationError
from reports.file_limits import MAX_BYTES
from scrapers.body import read_body
from scrapers.connection import Deadline, KeptConnectionClosed
from scrapers.errors import Blocked, NotAllowed, NotAsked, SiteError, Unreachable
from scrapers.hosts import AllowedHosts
from scrapers.request_times import RequestTimes
from scrapers.session import open_session
from scrapers.status import check_status, no_answer_words

log = logging.getLogger(__name__)

MAX_PAGE_BYTES = 2_000_000
"""The largest real page has 85 kB. `reports.file_limits` has the limit of a report."""

MAX_REDIRECTS = 3

MAX_RETRY_AFTER = 60.0
"""The longest pause, in seconds, that the site can ask for with Retry-After and that is waited for.
A request after which it asks for a longer one is not made again in this run."""

_LONG_PAUSES = 3
"""After as many answers that ask for a long pause, the site is not asked again in this run. One of
them may be about one file only, and the other reports go out today."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer with status 200: the address it came from in the end, and its bytes."""

    url: str
    body: bytes


Check = Callable[[Answer], None]
"""Looks at an answer and raises a SiteError when it is not what was asked for; when that error is
retryable, the request is made again."""


@dataclass(slots=True)
class _Request:
    """What is asked for, and the seconds that it has waited for turns."""

    url: str
    headers: dict[str, str]
    limit: int
    waited: float = 0.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the client asks, and how long it tries. All times are in seconds.

    `requests_per_second` 0 means no limit. `deadline` covers one try with its redirects. Once
    requests that the site refused or did not answer have taken `patience` in total, the client
    makes no further request. Waiting for a turn does not count.
    """

    requests_per_second: float = 1.0
    tries: int = 3
    first_pause: float = 1.0
    connect_timeout: float = 5.0
    read_timeout: float = 10.0
    deadline: float = 20.0
    patience: float = 900.0


class Client(Closing):
    """Fetches pages and files from one website. Safe to share between threads.

    `contact` (an address or URL) goes into the user agent, so that the site's owner can reach the
    operator. `times` are shared with other clients. `sleep`, `clock` and `jitter` are there for
    tests.
    """

    def __init__(
        self,
        hosts: AllowedHosts,
        *,
        contact: str = "",
        pace: Pace | None = None,
        times: RequestTimes | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.hosts = hosts
        self.pace = pace or Pace()
        self._sleep = sleep
        self._clock = clock
        self._jitter = jitter
        self._session = open_session(hosts, user_agent=user_agent(contact))
        self._times = times or RequestTimes(clock=clock)
        self._counting = threading.Lock()
        self._requests = 0
        self._seconds_lost = 0.0

    @property
    def requests_made(self) -> int:
        """The number of requests sent so far, including redirects and repetitions."""
        return self._requests

    def get_page(self, url: str, *, check: Check | None = None) -> Answer:
        """Fetch an HTML page. Raises SiteError: what `check` raises, and every class but
        LayoutChanged and NotAReport.
        """
        headers = {"Accept": "text/html", "Accept-Encoding": "gzip"}
        return self._get(_Request(url, headers, MAX_PAGE_BYTES), check=check)

    def get_file(self, url: str, *, check: Check | None = None) -> Answer:
        """Fetch a report file. Raises the same errors as `get_page`."""
        headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
        return self._get(_Request(url, headers, MAX_BYTES), check=check)

    def close(self) -> None:
        """Close the kept connections."""
        self._session.close()

    def _get(self, request: _Request, *, check: Check | None) -> Answer:
        def attempt() -> Answer:
            try:
                answer = self._try_once(request)
                if check is not None:
                    check(answer)
            except SiteError as error:
                if error.retry_after and not _asks_for_long_pause(error):
                    self._times.put_off(error.retry_after)
                raise
            return answer

        retrying = Retrying(
            stop=stop_after_attempt(self.pace.tries),
            wait=self._pause,
            retry=retry_if_exception(_may_succeed_soon),
            sleep=self._sleep,
            before_sleep=_log_pause,
            reraise=True,
        )
        if self._seconds_lost >= self.pace.patience:
            raise NotAsked(
                "The site has failed too often in this run to be asked again", url=request.url
            )
        began = self._clock()
        try:
            return retrying(attempt)
        except (Unreachable, Blocked) as error:
            lost = self._clock() - began - request.waited
            if _asks_for_long_pause(error):
                lost = max(lost, self.pace.patience / _LONG_PAUSES)
            with self._counting:
                self._seconds_lost += lost
            raise

    def _pause(self, state: RetryCallState) -> float:
        """Return the seconds until the next try: growing, random within limits, and at least what
        the site asked for.
        """
        own = self.pace.first_pause * 2.0 ** (state.attempt_number - 1) * (1 + self._jitter())
        error = state.outcome.exception() if state.outcome else None
        asked_for = error.retry_after if isinstance(error, SiteError) else None
        return max(own, asked_for or 0.0)

    def _try_once(self, request: _Request) -> Answer:
        """Make one try with up to MAX_REDIRECTS redirects, all of it within one deadline.

        A server may close a kept connection at any moment, even while a request is on its way.
        That says nothing about the site, so the request is sent once more on a new connection.
        """
        here, left = request.url, self.pace.deadline

        def send() -> Answer | str:
            nonlocal left
            self._wait_for_turn(request)
            began = self._clock()
            try:
                with Deadline(left, url=here, whole=self.pace.deadline):
                    return self._exchange(here, request)
            finally:
                left = max(left - (self._clock() - began), 0.0)

        for _ in range(MAX_REDIRECTS + 1):
            self.hosts.check(here)
            try:
                found = send()
            except Unreachable as error:
                if not isinstance(error.__cause__, KeptConnectionClosed):
                    raise
                self._session.close_idle_connections()
                found = send()
            if isinstance(found, Answer):
                return found
            here = _follow(here, found)
        raise NotAllowed(f"More than {MAX_REDIRECTS} redirects", url=request.url)

    def _exchange(self, url: str, request: _Request) -> Answer | str:
        """Send one request; return its whole answer, or the address that it redirects to."""
        try:
            with self._session.get(
                url,
                headers=request.headers,
                stream=True,
                allow_redirects=False,
                timeout=(self.pace.connect_timeout, self.pace.read_timeout),
            ) as response:
                if response.status_code in _REDIRECTS and "Location" in response.headers:
                    return response.headers["Location"].strip()
                check_status(response, url=url)
                return Answer(url, read_body(response, limit=request.limit, url=url))
        except (requests.RequestException, HTTPError, OSError, KeptConnectionClosed) as error:
            raise Unreachable(no_answer_words(error), url=url) from error

    def _wait_for_turn(self, request: _Request) -> None:
        """Keep the pace: requests start at least 1/requests_per_second apart."""
        rate = self.pace.requests_per_second
        pause = self._times.take(1.0 / rate) if rate > 0 else 0.0
        with self._counting:
            self._requests += 1
        if pause > 0:
            request.waited += pause
            self._sleep(pause)


def user_agent(contact: str) -> str:
    """Return the User-Agent that the site sees, with the operator's contact.

    Raises ConfigurationError unless the contact is printable ASCII text.
    """
    name = f"InspectionWatch/{version('inspection-watch')}"
    if not contact:
        return name
    if not contact.isascii() or not contact.isprintable():
        raise ConfigurationError("The contact for the user agent must be printable ASCII text")
    return f"{name} (+{contact})"


def _asks_for_long_pause(error: SiteError) -> bool:
    return (error.retry_after or 0.0) > MAX_RETRY_AFTER


def _may_succeed_soon(error: BaseException) -> bool:
    """Return whether to make the same request again in this run."""
    return isinstance(error, SiteError) and error.retryable and not _asks_for_long_pause(error)


def _follow(here: str, location: str) -> str:
    """Return the address that a redirect leads to. Raises NotAllowed for a malformed address."""
    try:
        return urljoin(here, location)
    except ValueError as error:
        raise NotAllowed("The site redirects to a malformed address", url=here) from error


def _log_pause(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    pause = state.next_action.sleep if state.next_action else 0.0
    # The caller reports the error that ends all tries, but not one before a try that succeeds.
    log.info("try %s failed, again in %.1f s: %s", state.attempt_number, pause, error)
