"""The site through a proxy and with its own certificates, as the environment names them."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from demo.certificates import server_context
from reports.errors import ConfigurationError
from scrapers.client import Client, Pace
from scrapers.errors import NotAllowed, Unreachable
from scrapers.hosts import AllowedHosts
from scrapers.network import proxy_for
from tests.proxy import Proxy, running_proxy

ONCE = Pace(requests_per_second=0, tries=1, deadline=10)
VARIABLES = ("https_proxy", "http_proxy", "all_proxy", "no_proxy")


class Page(BaseHTTPRequestHandler):
    """Answers every request with one page, but ends the connection where it is asked to hang up."""

    hung_up = 0

    def do_GET(self) -> None:
        if self.path == "/hang-up":
            Page.hung_up += 1
            return
        body = f"page of {self.headers['Host']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ThreadingHTTPServer]:
    """A server with a certificate of its own for "localhost", in `server.pem`."""
    Page.hung_up = 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    context = server_context(tmp_path)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def proxy(site: ThreadingHTTPServer) -> Iterator[Proxy]:
    """A proxy that leads to the site under both names."""
    port = site.server_address[1]
    with running_proxy({"localhost:9443": port, "reports.ofsted.gov.uk:443": port}) as server:
        yield server


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment without any of these variables."""
    for name in (*VARIABLES, *(name.upper() for name in VARIABLES)):
        monkeypatch.delenv(name, raising=False)
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


def asked(address: str) -> bytes:
    """The page at an address of the site."""
    with Client(AllowedHosts.from_settings(address), pace=ONCE) as client:
        return client.get_page(address).body


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_a_certificate_authority_of_ones_own_is_trusted(
    site: ThreadingHTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    address = f"https://localhost:{site.server_address[1]}/"
    with pytest.raises(Unreachable, match="with your organisation's in REQUESTS_CA_BUNDLE"):
        asked(address)
    monkeypatch.setenv(name, str(tmp_path / "server.pem"))
    assert asked(address).startswith(b"page of localhost")


def test_a_site_that_hangs_up_on_a_new_encrypted_connection_is_not_asked_again_at_once(
    site: ThreadingHTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    with pytest.raises(Unreachable, match="No usable answer"):
        asked(f"https://localhost:{site.server_address[1]}/hang-up")
    assert Page.hung_up == 1


def test_a_certificate_file_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    with pytest.raises(ConfigurationError, match="SSL_CERT_FILE names “/nowhere/ca.pem”"):
        asked("https://localhost/")


def test_the_site_is_asked_through_the_proxy(
    proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    # Nothing here listens on this port; only the proxy leads to it.
    address = "https://localhost:9443/"
    assert asked(address) == b"page of localhost:9443"
    assert proxy.asked == ["localhost:9443"]
    monkeypatch.setenv("NO_PROXY", "localhost")
    with pytest.raises(Unreachable):
        asked(address)
    assert proxy.asked == ["localhost:9443"]


def test_behind_a_proxy_the_connection_leads_to_the_proxy_alone(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    # The certificate is for another name: the way through the proxy ends there.
    with pytest.raises(Unreachable):
        asked("https://reports.ofsted.gov.uk/search")
    assert proxy.asked == ["reports.ofsted.gov.uk:443"]
    with (
        Client(AllowedHosts.from_settings("https://reports.ofsted.gov.uk")) as client,
        pytest.raises(NotAllowed),
    ):
        client.get_page("https://files.example.org/")
    assert len(proxy.asked) == 1


@pytest.mark.parametrize("proxy", ["ftp://proxy:21", "http://", "http://proxy:no", "://"])
def test_a_proxy_that_makes_no_sense_is_an_error_without_its_password(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(ConfigurationError, match="HTTPS_PROXY is not the address of a proxy"):
        proxy_for("https://reports.ofsted.gov.uk/")


def test_which_addresses_go_through_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "proxy.example.gov.uk:8080")
    monkeypatch.setenv("no_proxy", "internal.example.gov.uk,10.0.0.0/8")
    assert proxy_for("https://reports.ofsted.gov.uk/") == "http://proxy.example.gov.uk:8080"
    assert proxy_for("https://watch.internal.example.gov.uk/") is None
    assert proxy_for("https://10.1.2.3/") is None
    assert proxy_for("http://localhost:8000/") is None


def test_a_missing_network_or_proxy_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unreachable, match="cannot be looked up; check the network connection"):
        asked("https://no-such-host.invalid/")
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    # In words, without the library's own and without what was asked for.
    advice = "check the network connection and WATCH_SITE_URL"
    refused = f"Cannot connect to the site; {advice} ({nobody}/search)"
    with pytest.raises(Unreachable, match=f"^{re.escape(refused)}$"):
        asked(f"{nobody}/search?q=&rows=100")
    monkeypatch.setenv("HTTPS_PROXY", nobody)
    with pytest.raises(Unreachable, match="the proxy does not answer; check HTTPS_PROXY"):
        asked("https://localhost/")


def test_a_proxy_that_wants_a_password_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            self.send_error(407)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{server.server_address[1]}")
        with pytest.raises(Unreachable, match="asks for a user name and a password"):
            asked("https://localhost/")
        server.shutdown()
        thread.join()
