"""Report files: whole PDFs only, whatever the site says they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from demo.site import Fault, SiteServer
from demo.site.faults import FaultKind
from scrapers.errors import Blocked, NotAllowed, NotAReport, NotFound, SiteError, Unreachable
from scrapers.ofsted import Ofsted
from tests.effort import compared_with
from tests.scrapers.conftest import PDF, Open

PATH = "/v1/file/50900001"


def test_a_report_comes_as_it_is(ofsted: Ofsted) -> None:
    report = ofsted.authority("/provider/44/80901").reports[0]
    assert ofsted.download(report.url) == PDF


@pytest.mark.parametrize("missing_as_200", [False, True])
def test_a_report_that_no_longer_exists_is_recognised(
    server: SiteServer, ofsted: Ofsted, missing_as_200: bool, pauses: list[float]
) -> None:
    server.site.quirks.missing_as_200 = missing_as_200
    with pytest.raises(NotFound):
        ofsted.download(f"{server.url}/v1/file/50909999")
    assert pauses == []  # it will not come back within seconds


def test_a_report_is_not_there_before_its_day(server: SiteServer, ofsted: Ofsted) -> None:
    url = f"{server.url}/v1/file/50900004"
    with pytest.raises(NotFound):
        ofsted.download(url)
    server.site.today = date(2026, 9, 1)
    assert ofsted.download(url) == PDF


@pytest.mark.parametrize(
    "fault",
    [
        *("forbidden", "busy=3", "slim_500", "slim_200", "maintenance", "status=503"),
        *("reset", "cut", "cut_no_length", "cut_own_length", "empty"),
    ],
)
def test_a_fault_that_passes_is_not_noticed(server: SiteServer, ofsted: Ofsted, fault: str) -> None:
    server.faults.add(f"{fault}@{PATH}*2")
    assert ofsted.download(server.url + PATH) == PDF
    assert len(server.paths) == 3


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("forbidden", Blocked),
        ("busy=3", Blocked),
        ("slim_500", Unreachable),
        ("slim_200", Unreachable),
        ("maintenance", Unreachable),
        ("reset", Unreachable),
        ("cut", Unreachable),
        ("cut_no_length", NotAReport),
        ("cut_own_length", NotAReport),
        ("empty", Unreachable),
        ("endless", NotAReport),
        ("gzip_bomb", NotAReport),
        ("redirect=http://127.0.0.2:9/v1/file/1", NotAllowed),
        ("redirect=http://[::1", NotAllowed),
        ("redirect=file:///etc/hostname", NotAllowed),
    ],
)
def test_a_fault_that_stays_is_an_error_of_its_kind(
    server: SiteServer, ofsted: Ofsted, fault: str, error: type[SiteError]
) -> None:
    server.faults.add(f"{fault}@{PATH}")
    with pytest.raises(error) as caught:
        ofsted.download(server.url + PATH)
    assert type(caught.value) is error
    assert len(server.paths) == (3 if caught.value.retryable else 1)


@pytest.mark.parametrize("fault", ["hang", "drip_headers", "drip_body"])
def test_a_slow_answer_ends_at_the_deadline(
    server: SiteServer, open_site: Open, fault: str
) -> None:
    server.faults.add(f"{fault}@{PATH}")
    ofsted = open_site(server, tries=2, deadline=0.3)
    with pytest.raises(Unreachable, match="longer than 0.3 seconds"):
        ofsted.download(server.url + PATH)
    assert len(server.paths) == 2


def test_headers_that_come_too_late_do_not_count_as_a_reply(
    server: SiteServer, open_site: Open
) -> None:
    # 40 ms a byte: the status line is complete when the socket is shut down, the headers are not.
    server.faults.add(f"drip_headers=0.04@{PATH}*1")
    ofsted = open_site(server, tries=1, deadline=1.0)
    with pytest.raises(Unreachable, match="longer than"):
        ofsted.download(server.url + PATH)
    ofsted.client.pace = replace(ofsted.client.pace, deadline=60)
    assert ofsted.download(server.url + PATH) == PDF


def test_an_encrypted_pdf_is_left_to_the_reader(server: SiteServer, ofsted: Ofsted) -> None:
    server.faults.add(f"encrypted@{PATH}")
    assert b"/Encrypt" in ofsted.download(server.url + PATH)


def test_other_bytes_around_the_pdf_are_accepted(server: SiteServer, ofsted: Ofsted) -> None:
    server.site.files["50900001"] = b"\xef\xbb\xbf\n" + PDF + b"\0" * 3_000
    assert len(ofsted.download(server.url + PATH)) == len(PDF) + 3_004


@pytest.mark.parametrize("body", [b"GIF89a" + PDF[9:], PDF[:-7] + b" " * 9, b"x" * 1_025 + PDF])
def test_a_file_that_is_not_a_whole_pdf_is_refused(
    server: SiteServer, ofsted: Ofsted, body: bytes
) -> None:
    server.site.files["50900001"] = body
    with pytest.raises(NotAReport):
        ofsted.download(server.url + PATH)


def test_a_large_web_page_instead_of_a_report_is_not_read_to_its_end(
    server: SiteServer, open_site: Open
) -> None:
    def ask(page: str) -> None:
        server.faults.clear()
        server.faults.add(Fault(FaultKind.HTML, page, PATH))
        with pytest.raises(Unreachable, match="web page instead of the report"):
            ofsted.download(server.url + PATH)

    ofsted = open_site(server, tries=1)
    with compared_with(partial(ask, "<html>" + "<p>" * 30_000 + "</html>")) as effort:
        assert effort(partial(ask, "<html>" + "<p>" * 1_000_000 + "</html>"), 5) < 5


def test_the_message_about_a_file_that_is_too_large_names_its_address_once(
    server: SiteServer, ofsted: Ofsted
) -> None:
    server.faults.add(f"gzip_bomb@{PATH}")
    with pytest.raises(NotAReport) as caught:
        ofsted.download(server.url + PATH)
    assert str(caught.value).count(PATH) == 1
