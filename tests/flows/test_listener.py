"""What the service's small HTTP servers say of a connection that ends badly."""

from __future__ import annotations

import socket
from http.server import BaseHTTPRequestHandler

import pytest
import requests

from flows.serve.listener import answering


@pytest.mark.parametrize(
    ("error", "is_reported"),
    [(BrokenPipeError, False), (ConnectionResetError, False), (ValueError, True)],
)
def test_a_client_that_leaves_early_is_not_reported_as_an_error(
    error: type[Exception], is_reported: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    class Failing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            raise error

    with answering(Failing, "127.0.0.1:0", what="", setting="", say=print) as address:
        assert address is not None
        with pytest.raises(requests.ConnectionError):
            requests.get(address, timeout=5)
    assert (error.__name__ in capsys.readouterr().err) is is_reported


@pytest.mark.parametrize("address", ["a..b:0", "192.0.2.7:0"])
def test_an_address_that_cannot_be_used_is_said_and_stops_nothing(address: str) -> None:
    said: list[str] = []
    with answering(
        BaseHTTPRequestHandler, address, what="Pages are", setting="WATCH_X", say=said.append
    ) as offered:
        assert offered is None
    [sentence] = said
    assert sentence.startswith(f"Pages are not offered at {address} (")


def test_an_address_of_ipv6_is_answered() -> None:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(204)
            self.end_headers()

    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    with answering(Answering, "[::1]:0", what="", setting="", say=print) as address:
        assert address is not None
        assert requests.get(address, timeout=5).status_code == 204
