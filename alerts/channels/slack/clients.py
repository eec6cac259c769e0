"""Slack's clients, without redirects, which Slack itself never sends.

urllib would follow a redirect with the token, and the page at its end would count as Slack's reply,
although Slack has not seen the message.
"""

from __future__ import annotations

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
from slack_sdk.webhook import WebhookClient, WebhookResponse


class BotClient(WebClient):
    """Slack's client for bots. A redirect is an error with its status."""

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        with _asked(req, proxy=self.proxy, ssl=self.ssl, timeout=self.timeout) as reply:
            return {"status": reply.status, "headers": reply.headers, "body": _text(reply)}


class IncomingWebhookClient(WebhookClient):
    """Slack's client for incoming webhooks. A redirect is a reply with its status."""

    def _perform_http_request_internal(self, url: str, req: Request) -> WebhookResponse:
        with _asked(req, proxy=self.proxy, ssl=self.ssl, timeout=self.timeout) as reply:
            return WebhookResponse(
                url=url, status_code=reply.status, body=_text(reply), headers=dict(reply.headers)
            )


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Return None, so that urllib follows no redirect and raises HTTPError."""


@contextmanager
def _asked(
    request: Request, *, proxy: str | None, ssl: SSLContext | None, timeout: int
) -> Iterator[HTTPResponse]:
    handlers: list[BaseHandler] = [_NoRedirects(), HTTPSHandler(context=ssl)]
    if proxy is not None:
        handlers.append(ProxyHandler({"http": proxy, "https": proxy}))
    with build_opener(*handlers).open(request, timeout=timeout) as reply:
        yield cast(HTTPResponse, reply)


def _text(reply: HTTPResponse) -> str:
    return reply.read().decode("utf-8", "replace")
