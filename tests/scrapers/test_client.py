"""How the client asks: its name, pace, patience and limits."""

from __future__ import annotations

import gzip
import re
import socket
import threading
import zlib
from functools import partial
from typing import Any

import pytest
import requests

from demo.site import Fault, SiteServer
from demo.site.faults import FaultKind
from reports.errors import ConfigurationError
from scrapers.body import unzip
from scrapers.client import Answer, Client, Pace, user_agent
from scrapers.connection import Deadline, WatchedAdapter, is_public
from scrapers.errors import Blocked, NotAllowed, NotAsked, NotFound, TooLarge, Unreachable
from scrapers.hosts import AllowedHosts
from scrapers.markup import check_page
from scrapers.ofsted import Ofsted
from scrapers.request_times import RequestTimes
from tests.effort import compared_with
from tests.scrapers.conftest import PDF, Open


class Clock:
    """A clock that only moves when a test sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_it_names_itself_and_a_contact(server: SiteServer, ofsted: Ofsted) -> None:
    ofsted.authorities()
    assert re.fullmatch(
        r"InspectionWatch/\d+\.\d+\.\d+ \(\+watch@example\.org\)", server.requests[0].user_agent
    )


def test_without_a_contact_it_gives_its_name_alone() -> None:
    assert re.fullmatch(r"InspectionWatch/[\d.]+", user_agent(""))


@pytest.mark.parametrize("contact", ["a\r\nX-Evil: 1", "caf\u00e9@example.org"])
def test_a_contact_that_would_break_the_header_is_refused(contact: str) -> None:
    with pytest.raises(ConfigurationError):
        user_agent(contact)


@pytest.mark.parametrize(("rate", "seconds"), [(1.0, 4.0), (4.0, 1.0), (0.0, 0.0)])
def test_it_keeps_its_pace_over_pages_files_and_redirects(
    server: SiteServer, rate: float, seconds: float
) -> None:
    clock = Clock()
    hosts = AllowedHosts.from_settings(server.url)
    pace = Pace(requests_per_second=rate)
    with Client(hosts, pace=pace, sleep=clock.sleep, clock=clock) as client:
        client.get_page(f"{server.url}/search")
        client.get_page(f"{server.url}/provider/ELS/80901")  # redirects once
        client.get_file(f"{server.url}/v1/file/50900001")
        client.get_page(f"{server.url}/search")
        assert client.requests_made == 5
    assert clock.now - 100.0 == pytest.approx(seconds)


def test_a_request_repeated_on_a_new_connection_keeps_the_pace_and_counts(
    server: SiteServer,
) -> None:
    clock = Clock()
    hosts = AllowedHosts.from_settings(server.url)
    with Client(hosts, sleep=clock.sleep, clock=clock) as client:
        client.get_page(f"{server.url}/search")
        server.faults.add("hang_up@/v1/file*1")
        client.get_file(f"{server.url}/v1/file/50900001")
        assert client.requests_made == len(server.paths) == 3
    assert clock.now == 102.0


def test_a_pause_that_the_site_asks_for_is_kept_by_all_clients_with_the_same_times(
    server: SiteServer,
) -> None:
    clock = Clock()
    hosts = AllowedHosts.from_settings(server.url)
    times = RequestTimes(clock=clock)
    shared: dict[str, Any] = {"times": times, "sleep": clock.sleep, "clock": clock}
    pace = Pace(tries=1)
    with Client(hosts, pace=pace, **shared) as poll, Client(hosts, **shared) as backfill:
        server.faults.add("busy=30@/search*1")
        with pytest.raises(Blocked):
            poll.get_page(f"{server.url}/search")
        backfill.get_file(f"{server.url}/v1/file/50900001")
    assert clock.now == 130.0


def test_a_pause_already_made_is_not_made_again(server: SiteServer) -> None:
    clock = Clock()
    hosts = AllowedHosts.from_settings(server.url)
    with Client(hosts, sleep=clock.sleep, clock=clock) as client:
        client.get_page(f"{server.url}/search")
        clock.sleep(30)
        client.get_page(f"{server.url}/search")
    assert clock.now == 130.0


def test_pauses_between_tries_grow(
    server: SiteServer, open_site: Open, pauses: list[float]
) -> None:
    server.faults.add("slim_500@/search*3")
    open_site(server, tries=4).authorities()
    assert pauses == [1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("wish", "pause"),
    [
        ("7", 7.0),
        ("0", 1.0),
        ("60", 60.0),
        ("soon", 1.0),
        ("-5", 1.0),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 1.0),
    ],
)
def test_it_waits_as_long_as_asked(
    server: SiteServer, ofsted: Ofsted, pauses: list[float], wish: str, pause: float
) -> None:
    server.faults.add(Fault(FaultKind.BUSY, wish, "/search", 1))
    ofsted.authorities()
    assert pauses == [pause]


@pytest.mark.parametrize("fault", ["busy", "unavailable"])
@pytest.mark.parametrize("wish", ["61", "600", "9" * 400, "Fri, 31 Dec 2100 23:59:59 GMT"])
def test_a_request_that_would_need_a_long_pause_is_not_made_again_in_this_run(
    server: SiteServer, ofsted: Ofsted, pauses: list[float], fault: str, wish: str
) -> None:
    server.faults.add(Fault(FaultKind(fault), wish, "/v1/file/50900001", 1))
    with pytest.raises((Blocked, Unreachable)):
        ofsted.download(f"{server.url}/v1/file/50900001")
    assert len(server.paths) == 1
    assert ofsted.authorities().authorities
    assert pauses == []


def test_a_site_that_asks_for_long_pauses_three_times_is_not_asked_again_in_this_run(
    server: SiteServer, ofsted: Ofsted
) -> None:
    server.faults.add("busy=600@/v1/file*3")
    for file_id in range(50900001, 50900004):
        with pytest.raises(Blocked):
            ofsted.download(f"{server.url}/v1/file/{file_id}")
    with pytest.raises(NotAsked):
        ofsted.authorities()
    assert len(server.paths) == 3


def test_the_error_has_the_pause_that_the_site_asked_for(
    server: SiteServer, ofsted: Ofsted
) -> None:
    server.faults.add("busy=7@/search")
    with pytest.raises(Blocked) as caught:
        ofsted.authorities()
    assert caught.value.retry_after == 7.0


def test_a_site_in_maintenance_is_given_the_time_it_asks_for(
    server: SiteServer, ofsted: Ofsted, pauses: list[float]
) -> None:
    server.faults.add("unavailable=30@/search*1")
    ofsted.authorities()
    assert pauses == [30.0]


def test_a_site_that_keeps_failing_is_left_alone_for_this_run(server: SiteServer) -> None:
    clock = Clock()
    hosts = AllowedHosts.from_settings(server.url)
    pace = Pace(requests_per_second=0, patience=100)
    with Client(hosts, pace=pace, sleep=clock.sleep, clock=clock) as client:
        server.faults.add("busy=60@/v1/file/50900001")
        with pytest.raises(Blocked):
            client.get_file(f"{server.url}/v1/file/50900001")
        assert len(server.paths) == 3
        with pytest.raises(NotAsked):
            client.get_file(f"{server.url}/v1/file/50900002")
    assert len(server.paths) == 3


def test_neither_waiting_for_a_turn_nor_answers_of_a_working_site_use_up_the_patience(
    server: SiteServer,
) -> None:
    clock = Clock()
    hosts = AllowedHosts.from_settings(server.url)
    pace = Pace(requests_per_second=0.1, patience=30, tries=1)
    with Client(hosts, pace=pace, sleep=clock.sleep, clock=clock) as client:
        server.faults.add("status=404@/v1/file/50900001")
        server.faults.add("status=502@/v1/file/50900003")
        for _ in range(4):
            with pytest.raises(NotFound):
                client.get_file(f"{server.url}/v1/file/50900001")
            with pytest.raises(Unreachable):
                client.get_file(f"{server.url}/v1/file/50900003")
        client.get_page(f"{server.url}/search")


@pytest.mark.parametrize(("status", "tries"), [(400, 1), (404, 1), (410, 1), (408, 3), (502, 3)])
def test_only_temporary_errors_are_tried_again(
    server: SiteServer, ofsted: Ofsted, status: int, tries: int
) -> None:
    server.faults.add(f"status={status}@/search")
    with pytest.raises((Unreachable, NotFound)):
        ofsted.authorities()
    assert len(server.paths) == tries


def test_a_site_that_is_not_there_is_unreachable(server: SiteServer, open_site: Open) -> None:
    ofsted = open_site(server)
    server.stop()
    with pytest.raises(Unreachable):
        ofsted.authorities()


def test_one_connection_serves_many_requests(server: SiteServer, ofsted: Ofsted) -> None:
    for _ in range(5):
        ofsted.authorities()
        ofsted.download(f"{server.url}/v1/file/50900001")
    assert server.connections == 1


@pytest.mark.parametrize("fault", ["hang_up", "hang_up=reset"])
def test_a_kept_connection_that_the_site_has_closed_costs_no_try(
    server: SiteServer, open_site: Open, pauses: list[float], fault: str
) -> None:
    ofsted = open_site(server, tries=1)
    ofsted.authorities()
    server.faults.add(f"{fault}@/v1/file*1")
    assert ofsted.download(f"{server.url}/v1/file/50900001") == PDF
    assert server.connections == 2
    assert pauses == []


@pytest.mark.parametrize("fault", ["hang_up", "hang_up=reset"])
def test_a_site_that_hangs_up_on_new_connections_fails_its_tries(
    server: SiteServer, ofsted: Ofsted, pauses: list[float], fault: str
) -> None:
    server.faults.add(f"{fault}@/search")
    with pytest.raises(Unreachable, match="No usable answer"):
        ofsted.authorities()
    assert len(server.paths) == 3
    assert pauses == [1.0, 2.0]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nabc", "the site's answer was cut off"),
        ("", "the site closed the connection"),
        ("what is this " * 900 + "\r\n\r\n", "the site's answer is not valid HTTP"),
        ("HTTP/1.1 200 OK\r\n" + "A: b\r\n" * 200, "the site's answer is not valid HTTP"),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
            "the site's answer is not valid HTTP",
        ),
    ],
)
def test_a_broken_answer_is_explained_in_plain_words(answer: str, words: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(answer.encode())

        thread = threading.Thread(target=serve)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        with (
            Client(AllowedHosts.from_settings(url), pace=Pace(0, tries=1)) as client,
            pytest.raises(Unreachable) as caught,
        ):
            client.get_page(f"{url}/search")
        thread.join()
    assert str(caught.value) == f"No usable answer: {words} ({url}/search)"


def test_a_redirect_to_an_endless_address_is_refused_with_a_short_message(
    server: SiteServer, ofsted: Ofsted
) -> None:
    server.faults.add(f"redirect=http://{'a' * 50_000}/@/search")
    with pytest.raises(NotAllowed, match="longer than any on the site") as caught:
        ofsted.authorities()
    assert len(str(caught.value)) < 1_100


def test_a_request_on_a_closed_connection_is_repeated_once(
    server: SiteServer, ofsted: Ofsted, pauses: list[float]
) -> None:
    ofsted.authorities()
    server.faults.add("hang_up@/v1/file*2")
    assert ofsted.download(f"{server.url}/v1/file/50900001") == PDF
    assert pauses == [1.0]


def test_a_redirect_to_an_allowed_host_is_followed(server: SiteServer, ofsted: Ofsted) -> None:
    server.faults.add(f"redirect={server.url}/search?rows=100@/search*3")
    assert ofsted.authorities().total == 3


def test_redirects_in_a_circle_end(server: SiteServer, ofsted: Ofsted) -> None:
    server.faults.add("redirect=/search@/search")
    with pytest.raises(NotAllowed, match="redirects"):
        ofsted.authorities()
    assert len(server.paths) == 4


def test_a_redirect_to_another_port_is_refused_before_it_is_asked(
    server: SiteServer, large_server: SiteServer, ofsted: Ofsted, open_site: Open
) -> None:
    server.faults.add(f"redirect={large_server.url}/search?rows=100@/search")
    with pytest.raises(NotAllowed):
        ofsted.authorities()
    assert large_server.paths == []
    allowed = open_site(server, allowed=[large_server.url.removeprefix("http://")])
    assert allowed.authorities().total == 153


def test_a_page_beyond_the_limit_is_refused(server: SiteServer, ofsted: Ofsted) -> None:
    server.faults.add(Fault(FaultKind.HTML, "<html>" + "x" * 2_000_000 + "</html>", "/search", 1))
    with pytest.raises(TooLarge):
        ofsted.authorities()
    server.faults.add("gzip_bomb@/search")
    with pytest.raises(TooLarge):
        ofsted.authorities()


@pytest.mark.parametrize("fault", ["cut", "cut_no_length", "reset", "empty"])
def test_a_page_that_was_cut_off_is_asked_for_again(
    server: SiteServer, ofsted: Ofsted, fault: str
) -> None:
    whole = ofsted.authority("/provider/44/80901")
    server.faults.add(f"{fault}@/provider/44/80901*1")
    assert ofsted.authority("/provider/44/80901") == whole
    server.faults.add(f"{fault}@/provider/44/80901")
    with pytest.raises(Unreachable):
        ofsted.authority("/provider/44/80901")


@pytest.mark.parametrize(
    "hostile", ["<a ", "<!--", "<![CDATA[", "<div>", "<li class=search-result>"]
)
def test_hostile_markup_is_read_quickly(server: SiteServer, ofsted: Ofsted, hostile: str) -> None:
    def ask(words: str) -> None:
        server.faults.clear()
        page = words * (200_000 // len(words))
        server.faults.add(Fault(FaultKind.HTML, page, "/search"))
        with pytest.raises(Exception, match="search page"):
            ofsted.authorities()

    with compared_with(partial(ask, "<p>Some words</p>\n")) as effort:
        assert effort(partial(ask, hostile), 20) < 20


def test_headings_without_end_are_checked_quickly() -> None:
    with compared_with(partial(check_page, Answer("", b"<h1>" * 75_000))) as effort:
        assert effort(partial(check_page, Answer("", b"<h1" * 100_000)), 20) < 20


def test_a_proxy_for_plain_http_is_not_used(
    server: SiteServer, ofsted: Ofsted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    assert ofsted.authorities().total == 3


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        *((private, False) for private in ("127.0.0.1", "10.1.2.3", "169.254.1.1", "100.64.0.1")),
        *((private, False) for private in ("0.0.0.0", "::1", "::", "fe80::1%eth0", "fd00::1")),
        *((private, False) for private in ("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:a00:1::")),
        ("::ffff:93.184.216.34", True),
    ],
)
def test_only_addresses_that_everybody_reaches_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_a_poisoned_name_of_the_public_site_is_refused(
    server: SiteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = ("127.0.0.1", int(server.url.rpartition(":")[2]))
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", here)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer)
    with Ofsted.open() as ofsted, pytest.raises(NotAllowed, match=r"127\.0\.0\.1"):
        ofsted.authorities()
    assert server.paths == []


def test_the_body_of_a_redirect_is_not_read(pauses: list[float]) -> None:
    def serve() -> None:
        for head in (
            "302 Found\r\nLocation: /there\r\nContent-Length: 1000000000",
            "200 OK\r\nContent-Length: 2",
        ):
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(f"HTTP/1.1 {head}\r\n\r\nhi".encode())
                connection.recv(65_536)  # until the client hangs up

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        pace = Pace(requests_per_second=0, tries=1)
        with Client(AllowedHosts.from_settings(url), pace=pace, sleep=pauses.append) as client:
            assert client.get_file(url).body == b"hi"


def test_a_public_name_of_a_private_address_is_refused(server: SiteServer) -> None:
    port = int(server.url.rpartition(":")[2])
    with requests.Session() as session:
        session.mount("https://", WatchedAdapter(public_only=True))
        with pytest.raises(NotAllowed, match=r"127\.0\.0\.1"):
            session.get(f"https://localhost:{port}/search", timeout=5)
    assert server.paths == []


def test_a_deadline_ends_an_endless_handshake() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, requests.Session() as session:
        session.mount("https://", WatchedAdapter(public_only=False))
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(Unreachable, match="longer than"), Deadline(0.3, url=url):
            session.get(url, timeout=10)


def test_after_a_redirect_the_error_states_the_whole_limit(
    server: SiteServer, open_site: Open
) -> None:
    server.faults.add("redirect=/provider/44/80901@/search")
    server.faults.add("drip_body=0.2@/provider/44/80901")
    with pytest.raises(Unreachable, match="took longer than 0.5 seconds"):
        open_site(server, deadline=0.5, tries=1).authorities()


def test_after_the_deadline_even_an_answer_that_looks_complete_is_refused() -> None:
    def read_to_the_end() -> None:
        with Deadline(0.05, url="x") as deadline:
            deadline.watch(here)
            assert here.recv(1) == b""

    here, there = socket.socketpair()
    with here, there, pytest.raises(Unreachable, match="longer than"):
        read_to_the_end()


def test_a_compressed_answer_may_have_several_members() -> None:
    parts = [gzip.compress(b"one "), gzip.compress(b"two")]
    assert unzip(b"".join(parts), limit=100, url="x") == b"one two"
    for broken in (parts[0][:-3], b"plain text"):
        with pytest.raises(Unreachable):
            unzip(broken, limit=100, url="x")
    with pytest.raises(TooLarge):
        unzip(b"".join(parts), limit=6, url="x")


def test_a_compressed_answer_may_have_at_most_eight_members() -> None:
    piece = gzip.compress(b"x")
    assert unzip(piece * 8, limit=100, url="x") == b"x" * 8
    with pytest.raises(Unreachable, match="pieces"):
        unzip(piece * 9, limit=100, url="x")


def test_a_compressed_answer_with_countless_members_is_refused_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unpacked: list[int] = []
    start = zlib.decompressobj

    def counted(wbits: int) -> object:
        unpacked.append(wbits)
        return start(wbits)

    monkeypatch.setattr(zlib, "decompressobj", counted)
    with pytest.raises(Unreachable, match="pieces"):
        unzip(gzip.compress(b"") * 200_000, limit=20_000_000, url="x")
    assert len(unpacked) == 8
