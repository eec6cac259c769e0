"""Where the program may go at all."""

from __future__ import annotations

import pytest

from reports.errors import ConfigurationError
from scrapers.errors import NotAllowed
from scrapers.hosts import AllowedHosts, split_address

PUBLIC = "https://reports.ofsted.gov.uk"


@pytest.mark.parametrize(
    "url",
    [
        "https://reports.ofsted.gov.uk/search?q=",
        "https://files.ofsted.gov.uk/v1/file/50000001",
        "https://FILES.ofsted.gov.uk:443/v1/file/50000001",
    ],
)
def test_the_public_site_may_be_asked(url: str) -> None:
    hosts = AllowedHosts.from_settings(PUBLIC)
    assert hosts.must_be_public(hosts.check(url).host)


@pytest.mark.parametrize(
    "url",
    [
        "http://files.ofsted.gov.uk/v1/file/1",
        "https://files.ofsted.gov.uk:444/v1/file/1",
        "https://files.ofsted.gov.uk.evil.example/v1/file/1",
        "https://files.ofsted.gov.uk./v1/file/1",
        "https://evil.example/files.ofsted.gov.uk",
        "https://user@files.ofsted.gov.uk/v1/file/1",
        "https://@files.ofsted.gov.uk/v1/file/1",
        "https://evil.example\\@files.ofsted.gov.uk/v1/file/1",
        "https://evil.example#@files.ofsted.gov.uk/v1/file/1",
        "https://files.ofsted.gov.uk\t/v1/file/1",
        "https://fil\u0435s.ofsted.gov.uk/v1/file/1",
        "https://127.0.0.1/v1/file/1",
        "https://2130706433/v1/file/1",
        "https://[::ffff:127.0.0.1]/v1/file/1",
        "https://files.ofsted.gov.uk:99999/v1/file/1",
        "https:///v1/file/1",
        "//files.ofsted.gov.uk/v1/file/1",
        "ftp://files.ofsted.gov.uk/v1/file/1",
        "file:///etc/hostname",
        "",
    ],
)
def test_anything_else_may_not(url: str) -> None:
    with pytest.raises(NotAllowed):
        AllowedHosts.from_settings(PUBLIC).check(url)


@pytest.mark.parametrize("char", [" ", "\x01", "\x7f", "\\", "\u0435"])
def test_a_character_that_no_address_needs_is_refused_anywhere(char: str) -> None:
    with pytest.raises(NotAllowed, match="characters that no address needs"):
        AllowedHosts.from_settings(PUBLIC).check(f"https://files.ofsted.gov.uk/v1/fi{char}le/1")


def test_an_address_that_two_parsers_read_differently_is_refused() -> None:
    with pytest.raises(NotAllowed, match="read in two ways"):
        split_address("http://[fe80::1%25eth0]/")


def test_the_port_of_a_scheme_need_not_be_written() -> None:
    hosts = AllowedHosts.from_settings("http://sample.test")
    assert hosts.check("http://sample.test:80/x") == hosts.check("http://sample.test/x")
    with pytest.raises(NotAllowed):
        hosts.check("https://sample.test/x")


def test_the_operator_may_name_the_site_itself_too() -> None:
    hosts = AllowedHosts.from_settings("http://sample.test:8000", ["sample.test:8000"])
    hosts.check("http://sample.test:8000/x")


def test_only_hosts_that_the_operator_named_may_be_private() -> None:
    hosts = AllowedHosts.from_settings(PUBLIC, ["mirror.test"])
    assert not hosts.must_be_public("mirror.test")
    assert hosts.must_be_public("a.test")
    assert hosts.must_be_public("z.test")


def test_a_local_site_may_be_asked_on_its_own_port_only() -> None:
    hosts = AllowedHosts.from_settings("http://127.0.0.1:8000")
    assert not hosts.must_be_public(hosts.check("http://127.0.0.1:8000/search").host)
    for url in ("http://127.0.0.1:8001/search", "http://localhost:8000/search"):
        with pytest.raises(NotAllowed):
            hosts.check(url)
    assert hosts.check("https://files.ofsted.gov.uk/v1/file/1").port == 443


def test_the_operators_list_replaces_the_public_hosts() -> None:
    hosts = AllowedHosts.from_settings("http://127.0.0.1:8000", ["localhost:9000", "mirror.test"])
    for url in ("http://localhost:9000/x", "https://mirror.test/x", "http://mirror.test:81/x"):
        hosts.check(url)
    for url in ("http://localhost:9001/x", "https://files.ofsted.gov.uk/v1/file/1"):
        with pytest.raises(NotAllowed):
            hosts.check(url)


def test_naming_the_public_hosts_does_not_weaken_their_guard() -> None:
    hosts = AllowedHosts.from_settings(PUBLIC, ["files.ofsted.gov.uk:80", "Reports.ofsted.gov.uk"])
    assert hosts.must_be_public("files.ofsted.gov.uk")
    with pytest.raises(NotAllowed):
        hosts.check("http://files.ofsted.gov.uk:80/v1/file/1")
    hosts.check("https://files.ofsted.gov.uk/v1/file/1")


@pytest.mark.parametrize("entry", ["", "http://x", "x:y", "x/y", "a@b", "x:99999", "?", "x#y"])
def test_an_unusable_entry_is_named(entry: str) -> None:
    with pytest.raises(ConfigurationError, match="WATCH_ALLOWED_HOSTS"):
        AllowedHosts.from_settings(PUBLIC, [entry])


@pytest.mark.parametrize("url", ["", "reports.ofsted.gov.uk", "http://reports.ofsted.gov.uk"])
def test_an_unusable_site_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="^WATCH_SITE_URL cannot be used: .*http"):
        AllowedHosts.from_settings(url)
