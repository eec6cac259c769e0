"""Slack's clients, without redirects, which Slack itself never sends.

urllib would follow a redirect with the token, and the page at its end would count as Slack's reply,
although Slack has not seen the message. A page in place of Slack's reply says nothing either:
slack-sdk would take it for a refusal, although a gateway may have passed the message on.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPMessage, HTTPResponse
from ssl import SSLContext
from typing import IO, Any, cast
from urllib.request import (
    BaseHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    ProxyHandler,
    Request,
    build_opener,
)

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient, WebhookResponse

TIMEOUT_SECONDS = 10
"""How long a client waits for Slack's reply to one request."""


class NotFromSlack(SlackClientError):
    """Something else replied in Slack's place, such as the page of a proxy."""


class BotClient(WebClient):
    """Slack's client for bots. A redirect is an error with its status.

    Raises NotFromSlack where something else sent a 2xx reply that is not Slack's.
    """

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        with _opened(req, proxy=self.proxy, ssl=self.ssl, timeout=self.timeout) as reply:
            body = _text(reply)
        if not _is_from_slack(body):
            raise NotFromSlack
        return {"status": reply.status, "headers": reply.headers, "body": body}


class IncomingWebhookClient(WebhookClient):
    """Slack's client for incoming webhooks. A redirect is a reply with its status."""

    def _perform_http_request_internal(self, url: str, req: Request) -> WebhookResponse:
        with _opened(req, proxy=self.proxy, ssl=self.ssl, timeout=self.timeout) as reply:
            return WebhookResponse(
                url=url, status_code=reply.status, body=_text(reply), headers=dict(reply.headers)
            )


def quiet_logger() -> logging.Logger:
    """Return a logger for slack-sdk, whose debug lines show webhook addresses."""
    logger = logging.getLogger("alerts.channels.slack_sdk")
    logger.setLevel(logging.CRITICAL)
    return logger


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Return None, so that urllib follows no redirect and raises HTTPError."""


@contextmanager
def _opened(
    request: Request, *, proxy: str | None, ssl: SSLContext | None, timeout: int
) -> Iterator[HTTPResponse]:
    handlers: list[BaseHandler] = [_NoRedirects(), HTTPSHandler(context=ssl)]
    if proxy is not None:
        handlers.append(ProxyHandler({"http": proxy, "https": proxy}))
    with build_opener(*handlers).open(request, timeout=timeout) as reply:
        yield cast(HTTPResponse, reply)


def _is_from_slack(body: str) -> bool:
    """Return whether a body says what every reply of Slack's API says: ok, or which error."""
    try:
        said = json.loads(body)
    except ValueError:
        return False
    if not isinstance(said, dict):
        return False
    return said.get("ok") is True or (said.get("ok") is False and bool(said.get("error")))


def _text(reply: HTTPResponse) -> str:
    return reply.read().decode("utf-8", "replace")
