"""A service that cannot be reached: the reason in words, from what the libraries really raise."""

from __future__ import annotations

import errno
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.request import urlopen

import pytest
import requests

from alerts.channels.connection_words import connection_words
from alerts.channels.request_errors import may_have_been_taken

REFUSED = "nothing answers at this address and port"
CUT = "the connection was cut"
LATE = "it did not answer in time"
UNKNOWN = "its name was not found: check the address and the network"


@pytest.fixture
def closed_port() -> int:
    """A port at which nothing answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(params=[CUT, LATE])
def faulty(request: pytest.FixtureRequest) -> Iterator[tuple[int, str]]:
    """A port whose service takes a connection and then cuts it or says nothing."""
    kept = []

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection = server.accept()[0]
                if request.param == CUT:
                    connection.close()
                kept.append(connection)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1], request.param
        server.shutdown(socket.SHUT_RDWR)
    for connection in kept:
        connection.close()


def by_requests(port: int) -> None:
    requests.get(f"http://127.0.0.1:{port}/", timeout=0.2)


def by_urllib(port: int) -> None:
    urlopen(f"http://127.0.0.1:{port}/", timeout=0.2)


def by_smtp(port: int) -> None:
    smtplib.SMTP("127.0.0.1", port, timeout=0.2)


ASK = pytest.mark.parametrize("ask", [by_requests, by_urllib, by_smtp])


def said_of(ask: Callable[[], object]) -> str:
    # Each library has its own classes; all of them are of this one.
    with pytest.raises(OSError) as caught:  # noqa: PT011
        ask()
    return connection_words(caught.value)


@ASK
def test_nothing_listens(ask: Callable[[int], None], closed_port: int) -> None:
    assert said_of(lambda: ask(closed_port)) == REFUSED


@ASK
def test_a_service_that_cuts_or_hangs(ask: Callable[[int], None], faulty: tuple[int, str]) -> None:
    port, words = faulty
    assert said_of(lambda: ask(port)) == words


def test_a_name_that_nobody_has() -> None:
    assert said_of(lambda: requests.get("http://no-such-host.invalid/", timeout=5)) == UNKNOWN


def test_a_proxy_that_does_not_answer_is_named_instead_of_the_service(closed_port: int) -> None:
    proxies = {"http": f"http://127.0.0.1:{closed_port}"}
    said = said_of(lambda: requests.get("http://example.org/", proxies=proxies, timeout=5))
    assert said == "the proxy could not be reached, or refused the connection"


@pytest.mark.parametrize("code", [errno.ENETUNREACH, errno.EHOSTUNREACH])
def test_a_machine_without_a_network_is_named(code: int) -> None:
    error = requests.ConnectionError(OSError(code, "https://secret.example/token"))
    assert connection_words(error) == "there is no route to it: check the network"


def test_an_address_that_requests_refuses_was_never_sent_to() -> None:
    with pytest.raises(requests.exceptions.InvalidURL) as refused:
        requests.get("https://*.example/", timeout=5)
    assert not may_have_been_taken(refused.value)


def test_an_error_of_another_kind_is_named_without_its_words() -> None:
    assert connection_words(ValueError("https://secret.example/token")) == "ValueError"
