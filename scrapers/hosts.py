"""Which addresses the program may fetch: the guard against links that lead elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from reports.errors import ConfigurationError
from reports.safe_text import LONGEST_ADDRESS, quoted
from scrapers.errors import NotAllowed
from scrapers.public_site import PUBLIC_HOSTS

_STANDARD_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """The part of a URL that decides which server is asked."""

    scheme: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """The hosts that pages, report links and redirects may lead to.

    `configured` are (host, port) pairs that the operator named; port None means any port.
    `public` are the allowed hosts of Ofsted's own site, which are only asked over https.
    """

    configured: frozenset[tuple[str, int | None]]
    public: frozenset[str]

    @classmethod
    def from_settings(cls, site_url: str, allowed: Sequence[str] | None = None) -> AllowedHosts:
        """Build the list from the site's address and WATCH_ALLOWED_HOSTS (None: not set).

        The site's own host and port are always allowed. Raises ConfigurationError for an entry
        that is neither `host` nor `host:port`, or a site address that cannot be used.
        """
        try:
            site = split_address(site_url)
        except NotAllowed as error:
            raise ConfigurationError(f"WATCH_SITE_URL cannot be used: {error}") from error
        entries = {(site.host, site.port)} | {_parse_entry(entry) for entry in allowed or ()}
        public = PUBLIC_HOSTS if allowed is None else {host for host, _ in entries} & PUBLIC_HOSTS
        hosts = cls(
            configured=frozenset(entry for entry in entries if entry[0] not in PUBLIC_HOSTS),
            public=frozenset(public | ({site.host} & PUBLIC_HOSTS)),
        )
        try:
            hosts.check(site_url)
        except NotAllowed as error:
            raise ConfigurationError(f"WATCH_SITE_URL cannot be used: {error}") from error
        return hosts

    def check(self, url: str) -> Address:
        """Return the server that a URL leads to. Raises NotAllowed unless it may be asked."""
        address = split_address(url)
        if address.host in self.public:
            if (address.scheme, address.port) != ("https", 443):
                raise NotAllowed(
                    f"{address.host} is requested over https on port 443 only", url=url
                )
        elif not {(address.host, address.port), (address.host, None)} & self.configured:
            raise NotAllowed(f"{address.host}:{address.port} is not an allowed host", url=url)
        return address

    def must_be_public(self, host: str) -> bool:
        """Return whether a host must resolve to a public address: true unless the operator named
        it.

        Where a host of the public site resolves to a private address, that is an attack on our
        network (or a broken resolver), never the site.
        """
        return all(host != configured for configured, _ in self.configured)


def split_address(url: str) -> Address:
    """Return the server that a URL names. Raises NotAllowed for forms on which parsers disagree.

    Two parsers must find the same host: with a backslash or an @ in the right place, one library
    sees an allowed host while another connects somewhere else.
    """
    if len(url) > LONGEST_ADDRESS:
        raise NotAllowed("The address is longer than any on the site", url=url[:LONGEST_ADDRESS])
    if not url.isascii() or any(char <= " " or char in "\\\x7f" for char in url):
        raise NotAllowed("The address has characters that no address needs", url=ascii(url))
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        other = parse_url(url)
    except (ValueError, LocationParseError) as error:
        raise NotAllowed("The address is malformed", url=url) from error
    if parts.scheme not in _STANDARD_PORTS or not host:
        raise NotAllowed("The address must begin with https:// or http://", url=url)
    if "@" in parts.netloc or other.auth is not None:
        raise NotAllowed("An address must not carry a user name", url=url)
    if (other.host or "").strip("[]").lower() != host or other.port != port:
        raise NotAllowed("The address can be read in two ways", url=url)
    return Address(parts.scheme, host, port if port is not None else _STANDARD_PORTS[parts.scheme])


def _parse_entry(entry: str) -> tuple[str, int | None]:
    """Return the host and port of one entry of WATCH_ALLOWED_HOSTS; port None: any port."""
    text = entry.strip().lower()
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.netloc != text or "@" in text:
        raise ConfigurationError(
            f"WATCH_ALLOWED_HOSTS: {quoted(entry)} is not a host or host:port; write for example "
            "files.ofsted.gov.uk or localhost:8000"
        )
    return host, port
