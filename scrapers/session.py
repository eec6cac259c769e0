"""A session that does as it is told: no cookies, no proxies, no redirects of its own."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import requests

from scrapers.connection import WatchedAdapter
from scrapers.hosts import AllowedHosts


class _Session(requests.Session):
    """A session that leaves redirects to us and picks the connection guard by host."""

    def __init__(self, hosts: AllowedHosts) -> None:
        super().__init__()
        self._hosts = hosts
        self._guarded = WatchedAdapter(public_only=True)
        self._free = WatchedAdapter(public_only=False)

    def get_adapter(self, url: str | bytes) -> WatchedAdapter:
        host = urlsplit(url if isinstance(url, str) else url.decode()).hostname or ""
        return self._guarded if self._hosts.must_be_public(host) else self._free

    def get_redirect_target(self, resp: requests.Response) -> None:
        # Even with allow_redirects=False, requests reads the whole body of a redirect to prepare
        # the next request; an endless one would fill the memory.
        return None

    def close_idle_connections(self) -> None:
        """Close the connections that no request is using; the next request makes a new one."""
        for adapter in (self._guarded, self._free):
            adapter.poolmanager.clear()

    def close(self) -> None:
        super().close()
        self._guarded.close()
        self._free.close()


def open_session(hosts: AllowedHosts, *, user_agent: str) -> _Session:
    """A new session that names itself `user_agent`."""
    session = _Session(hosts)
    session.trust_env = False  # no proxies, .netrc or other certificates slipped in from outside
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.clear()
    session.headers["User-Agent"] = user_agent
    session.headers["Accept-Language"] = "en-GB"
    return session
