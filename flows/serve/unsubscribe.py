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

from alerts.subscriptions.recipients import with_unsubscribed
from alerts.subscriptions.unsubscribe_links import PATH
from flows.pipeline.app import App
from flows.serve.health_and_metrics import OpenWatch
from reports.errors import InspectionWatchError
from storage.subscribers import unsubscribe

logger = logging.getLogger(__name__)

MOST_A_MINUTE = 60
"""The limit for each known link, and for all unknown links together. So a program that guesses
links cannot stop a recipient from unsubscribing. The addresses of clients would not tell the two
apart, because a proxy is in front."""

_MINUTE = 60.0
_UNKNOWN = ""
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
    """Answers requests, one after the other and not too many a minute.

    Every request that is answered looks up again which links are known.
    """

    open_watch: OpenWatch
    clock: Callable[[], float] = time.monotonic
    _known: frozenset[str] = frozenset()
    _recent: dict[str, deque[float]] = field(default_factory=dict)
    _one_at_a_time: Lock = field(default_factory=Lock)

    def form(self) -> UnsubscribeAnswer:
        """Return the page with the button. Changes nothing."""
        return _answer(HTTPStatus.OK, "Unsubscribe", _FORM)

    def confirm(self, token: str) -> UnsubscribeAnswer:
        """Unsubscribe the recipient with this token. Doing so again changes nothing."""
        with self._one_at_a_time:
            if self._too_many(token if token in self._known else _UNKNOWN):
                logger.warning("unsubscribe: too many requests within a minute")
                body = "<p>Try again in a minute.</p>"
                return _answer(HTTPStatus.TOO_MANY_REQUESTS, "Too many requests", body)
            try:
                with self.open_watch() as app:
                    self._keep_known(app)
                    is_known = _unsubscribed(app, token)
            except InspectionWatchError as error:
                logger.error("unsubscribe: %s", error)
                body = "<p>Your request could not be stored. Try again later.</p>"
                return _answer(HTTPStatus.SERVICE_UNAVAILABLE, "Sorry", body)
        if not is_known:
            # The link may belong to a subscription that has been renamed, so the page must not say
            # that no more emails are sent.
            body = (
                "<p>You have not unsubscribed. If you still get emails, use the link in the newest "
                "one, or reply to it.</p>"
            )
            return _answer(HTTPStatus.NOT_FOUND, "This link is not known", body)
        body = "<p>You will get no more emails from this subscription.</p>"
        return _answer(HTTPStatus.OK, "You have unsubscribed", body)

    def _too_many(self, link: str) -> bool:
        now = self.clock()
        recent = self._recent.setdefault(link, deque())
        while recent and recent[0] <= now - _MINUTE:
            recent.popleft()
        if len(recent) >= MOST_A_MINUTE:
            return True
        recent.append(now)
        return False

    def _keep_known(self, app: App) -> None:
        links = app.config.links
        if links is not None:
            self._known = frozenset(links.token(*named) for named in _recipients(app))
        kept = self._known | {_UNKNOWN}
        self._recent = {link: recent for link, recent in self._recent.items() if link in kept}


def _recipients(app: App) -> list[tuple[str, str, str]]:
    """Return subscription, channel and recipient of each link, unsubscribed recipients included."""
    return [
        (addressee.subscription, addressee.channel.name, addressee.recipient)
        for _, addressee in with_unsubscribed(app.config)
        if addressee.unsubscribe_url
    ]


def _unsubscribed(app: App, token: str) -> bool:
    config = app.config
    if config.links is None:
        return False
    found = config.links.find(token, _recipients(app))
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
    outcome = "a recipient unsubscribed" if is_new else "a recipient had already unsubscribed"
    logger.info("unsubscribe: %s from %s by %s", outcome, subscription, channel)
    return True


def _answer(status: HTTPStatus, heading: str, body: str) -> UnsubscribeAnswer:
    return UnsubscribeAnswer(status=status, page=_PAGE.format(heading=heading, body=body))
