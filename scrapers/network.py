"""What the environment says about how to reach the site: a proxy, and the certificates to trust.

The variables are HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE and REQUESTS_CA_BUNDLE, as in most programs.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies_environment

from requests.utils import should_bypass_proxies

from reports.errors import ConfigurationError
from reports.safe_text import quoted

_CERTIFICATES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
"""The first that is set counts."""


def proxy_for(url: str) -> str | None:
    """Return the proxy for an https address; None where no proxy is used.

    Raises ConfigurationError for a proxy address that cannot be used, without quoting it: it may
    hold a password.
    """
    proxy = getproxies_environment().get("https")
    if not proxy or urlsplit(url).scheme != "https" or should_bypass_proxies(url, no_proxy=None):
        return None
    if "://" not in proxy:
        proxy = f"http://{proxy}"
    try:
        parts = urlsplit(proxy)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ConfigurationError(
            "HTTPS_PROXY is not the address of a proxy, such as http://proxy.example.gov.uk:8080"
        )
    return proxy


def certificates() -> str | bool:
    """Return the file of the certificate authorities to trust; True: those that requests ships.

    Raises ConfigurationError where the file that the environment names does not exist.
    """
    for name in _CERTIFICATES:
        path = os.environ.get(name)
        if not path:
            continue
        if not Path(path).exists():
            raise ConfigurationError(f"{name} names {quoted(path)}, which does not exist")
        return path
    return True
