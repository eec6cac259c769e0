"""The links by which a recipient unsubscribes with one click (RFC 8058). Pure.

A link does not contain the recipient: its token is computed from the subscription, the channel and
the recipient with a key that only this installation has. To find whose link it is, its token is
compared with those of all present recipients.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from reports.addresses import address_key

PATH = "/unsubscribe/"


@dataclass(frozen=True)
class UnsubscribeLinks:
    """Makes and recognises links. Recipients reach the service at `public_url`."""

    public_url: str
    key: bytes = field(repr=False)
    """Must never be shown."""

    def url(self, subscription: str, channel: str, recipient: str) -> str:
        """Return the address at which one recipient leaves one subscription."""
        return f"{self.public_url}{PATH}{self.token(subscription, channel, recipient)}"

    def token(self, subscription: str, channel: str, recipient: str) -> str:
        """Return the token of a recipient: 64 hexadecimal digits, always the same."""
        named = json.dumps([subscription, channel, address_key(recipient)])
        return hmac.new(self.key, named.encode(), hashlib.sha256).hexdigest()

    def find(
        self, token: str, recipients: Iterable[tuple[str, str, str]]
    ) -> tuple[str, str, str] | None:
        """Return whose token it is (subscription, channel, recipient) among `recipients`.

        None where it belongs to none of them.
        """
        found = None
        # All are compared, so that the time of the answer does not show how far the search went.
        for named in recipients:
            if hmac.compare_digest(self.token(*named), token):
                found = named
        return found
