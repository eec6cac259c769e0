"""What can go wrong between us and the website.

    SiteError
    ├── Unreachable     no usable answer: no connection, too slow, cut off, server error
    ├── Blocked         the site refuses or slows us down (403, 429), after all tries
    ├── NotFound        the page or report no longer exists; asked for again after a month
    ├── NotAsked        the site has failed for so long, or has asked for long pauses so often, that
    │                   this run does not ask it any more
    ├── NotAllowed      an address outside the allowed hosts, or one that is not public
    ├── TooLarge        more bytes than any real page or report has
    ├── NotAReport      the file is not a complete PDF
    └── LayoutChanged   the page came, but not in its known form: this never means "nothing new"

`retryable` says whether the same request may succeed soon; the client acts on it, and so may its
callers on their next poll.
"""

from __future__ import annotations

from reports.errors import InspectionWatchError


class SiteError(InspectionWatchError):
    """Anything the website did that keeps us from reading it. `url` is the address asked for.

    The message has the address without its query, which says nothing about the fault.

    `retry_after` is the pause in seconds that the site asked for, where it named one.
    """

    retryable = False

    def __init__(
        self,
        message: str,
        *,
        url: str = "",
        retryable: bool | None = None,
        retry_after: float | None = None,
    ) -> None:
        address = url.partition("?")[0]
        super().__init__(f"{message} ({address})" if address else message)
        self.url = url
        self.retry_after = retry_after
        if retryable is not None:
            self.retryable = retryable


class Unreachable(SiteError):
    """No usable answer came in time."""

    retryable = True


class Blocked(SiteError):
    """The site refused the request."""

    retryable = True


class NotAsked(SiteError):
    """The request was not made, because too many before it have failed; a later run may try."""


class NotFound(SiteError):
    """The site says that there is no such page or report (any more)."""


class NotAllowed(SiteError):
    """The address leads outside the allowed hosts, or to an address that is not public."""


class TooLarge(SiteError):
    """The answer, as sent or as unpacked, is larger than any real one."""


class NotAReport(SiteError):
    """The site's answer for a report's address is not a complete PDF."""


class LayoutChanged(SiteError):
    """A page cannot be understood any more; nothing may be concluded from it."""
