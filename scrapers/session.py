"""A session that does only what is asked: no cookies, no passwords, no redirects of its own."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests

from scrapers.connection import WatchedAdapter
from scrapers.hosts import AllowedHosts
from scrapers.network import certificates, proxy_for


class _Session(requests.Session):
    """A session that leaves redirects to us and picks the connection guard by host."""

    def __init__(self, hosts: AllowedHosts) -> None:
        super().__init__()
        self._hosts = hosts
        self._guarded = WatchedAdapter(public_only=True)
        self._free = WatchedAdapter(public_only=False)

    def get_adapter(self, url: str | bytes) -> WatchedAdapter:
        address = url if isinstance(url, str) else url.decode()
        if proxy_for(address):
            # The connection is to the proxy, which the operator named. The proxy then decides where
            # a name of the public site leads.
            return self._free
        host = urlsplit(address).hostname or ""
        return self._guarded if self._hosts.must_be_public(host) else self._free

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        proxy = proxy_for(request.url or "")
        kwargs["proxies"] = {"https": proxy} if proxy else {}
        return super().send(request, **kwargs)

    def get_redirect_target(self, resp: requests.Response) -> None:
        # Even with allow_redirects=False, requests reads the whole body of a redirect to prepare
        # the next request; an endless one would fill the memory.
        return None

    def close_idle_connections(self) -> None:
        """Close the connections that no request is using; the next request makes a new one."""
        for adapter in (self._guarded, self._free):
            adapter.close_idle_connections()

    def close(self) -> None:
        super().close()
        self._guarded.close()
        self._free.close()


def open_session(hosts: AllowedHosts, *, user_agent: str) -> _Session:
    """Open a new session that names itself `user_agent`."""
    session = _Session(hosts)
    # Keeps requests from adding passwords of a .netrc; `network` reads proxy and certificates.
    session.trust_env = False
    session.verify = certificates()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.clear()
    session.headers["User-Agent"] = user_agent
    session.headers["Accept-Language"] = "en-GB"
    return session
