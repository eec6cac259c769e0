"""Requests that ended without a reply: which of them the service may have taken."""

from __future__ import annotations

import ssl

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError


def may_have_been_taken(error: requests.RequestException) -> bool:
    """Return whether the request may have arrived. It cannot where no connection was made.

    An address that requests refuses, and a certificate, are checked before anything is sent. Other
    errors of encryption can also come later, so they count as possibly arrived.
    """
    if isinstance(error, requests.exceptions.InvalidURL):
        return False
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    is_untrusted = any(
        isinstance(behind, ssl.SSLCertVerificationError) for behind in getattr(reason, "args", ())
    )
    unconnected = NewConnectionError | ConnectTimeoutError | ProxyError
    return not (is_untrusted or isinstance(reason, unconnected))
