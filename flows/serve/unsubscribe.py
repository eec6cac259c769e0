"""The page behind the link with which a recipient unsubscribes with one click (RFC 8058).

GET changes nothing, because programs follow links in emails: it shows a form with one button. POST
unsubscribes. Only the answer to a POST shows whether the link is known.
"""

from __future__ import annotations

import logging
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from threading import Lock

from alerts.subscriptions.recipients import addressees
from alerts.subscriptions.unsubscribe_links import PATH
from flows.pipeline.app import App
from flows.serve.health_and_metrics import OpenWatch
from reports.errors import InspectionWatchError
from storage.subscribers import unsubscribe

logger = logging.getLogger(__name__)

# An installation has some hundred recipients. More requests than this come from a program that
# tries links.
MOST_A_MINUTE = 60
_MINUTE = 60.0
_LINK = re.compile(rf"(?:/[^?#]*)?{re.escape(PATH)}([0-9a-f]{{64}})/?")

_PAGE = """<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Unsubscribe – Inspection Watch</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ max-width: 34em; margin: 3em auto; padding: 0 1em;
  font: 19px/1.4 -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }}
button {{ font: inherit; padding: .5em 1em; }}
</style>
</head>
<body>
<h1>{heading}</h1>
{body}
</body>
</html>
"""
_FORM = """<p>You will stop getting emails from this subscription.</p>
<form method="post"><button>Unsubscribe</button></form>"""


@dataclass(frozen=True, kw_only=True)
class UnsubscribeAnswer:
    """One answer: an HTML page."""

    status: HTTPStatus
    page: str


def token_of(path: str) -> str | None:
    """Return the token in the path of a request; None for the path of another page."""
    match = _LINK.fullmatch(path.partition("?")[0])
    return match[1] if match else None


@dataclass
class UnsubscribePage:
    """Answers requests, one after the other and not too many a minute."""

    open_watch: OpenWatch
    clock: Callable[[], float] = time.monotonic
    _recent: deque[float] = field(default_factory=deque)
    _one_at_a_time: Lock = field(default_factory=Lock)

    def form(self) -> UnsubscribeAnswer:
        """Return the page with the button. Changes nothing."""
        return _answer(HTTPStatus.OK, "Unsubscribe", _FORM)

    def confirm(self, token: str) -> UnsubscribeAnswer:
        """Unsubscribe the recipient whose token it is. Doing so again changes nothing."""
        with self._one_at_a_time:
            if self._too_many():
                logger.warning("unsubscribe: too many requests within a minute")
                said = "<p>Try again in a minute.</p>"
                return _answer(HTTPStatus.TOO_MANY_REQUESTS, "Too many requests", said)
            try:
                with self.open_watch() as app:
                    is_known = _unsubscribed(app, token)
            except InspectionWatchError as error:
                logger.error("unsubscribe: %s", error)
                said = "<p>Your request could not be stored. Try again later.</p>"
                return _answer(HTTPStatus.SERVICE_UNAVAILABLE, "Sorry", said)
        if not is_known:
            said = "<p>This link is no longer in use. You do not get any messages through it.</p>"
            return _answer(HTTPStatus.NOT_FOUND, "This link is not known", said)
        said = "<p>You will get no more emails from this subscription.</p>"
        return _answer(HTTPStatus.OK, "You have unsubscribed", said)

    def _too_many(self) -> bool:
        now = self.clock()
        while self._recent and self._recent[0] <= now - _MINUTE:
            self._recent.popleft()
        if len(self._recent) >= MOST_A_MINUTE:
            return True
        self._recent.append(now)
        return False


def _unsubscribed(app: App, token: str) -> bool:
    config = app.config
    if config.links is None:
        return False
    everybody = config.model_copy(update={"unsubscribed": frozenset()})
    known = [
        (addressee.subscription, addressee.channel.name, addressee.recipient)
        for subscription in config.subscriptions
        for addressee in addressees(everybody, subscription)
        if addressee.unsubscribe_url
    ]
    found = config.links.find(token, known)
    if found is None:
        logger.warning("unsubscribe: a link that is not known")
        return False
    subscription, channel, recipient = found
    with app.database.write() as session:
        is_new = unsubscribe(
            session,
            subscription=subscription,
            channel=channel,
            recipient=recipient,
            now=datetime.now(UTC),
        )
    # Without the address, because `forget` cannot delete it from logs.
    said = "a recipient has unsubscribed" if is_new else "a recipient has unsubscribed before"
    logger.info("unsubscribe: %s of %s by %s", said, subscription, channel)
    return True


def _answer(status: HTTPStatus, heading: str, body: str) -> UnsubscribeAnswer:
    return UnsubscribeAnswer(status=status, page=_PAGE.format(heading=heading, body=body))
