"""Anything that Apprise can reach (Microsoft Teams above all), by one address.

Apprise says only whether every target took the message; its log says why not. Unless the log shows
that no connection was made, the message may have arrived.
"""

from __future__ import annotations

import importlib
from typing import Any, ClassVar, Literal

from pydantic import SecretStr, field_validator

from alerts.channels.apprise.log import collecting_log
from alerts.channels.base import ChannelBase, Outgoing
from alerts.channels.errors import NoReply, Unavailable
from alerts.channels.markdown import BODY_BYTES, markdown_payload
from alerts.messages.content import Content
from alerts.messages.message import Envelope

READ_SECONDS = 15.0
"""Apprise waits four seconds for a reply. A slower service has often taken the message."""

_OURS = 0.75
"""Our share of a service's longest message. Apprise adds the title, and formats the text anew."""
_SHORT_TEXTS = 1_500
"""A service that takes fewer characters is for short texts, such as SMS."""
_TEAMS = frozenset({"workflow", "workflows", "msteams"})
"""Apprise's names for Microsoft Teams."""


class AppriseChannel(ChannelBase):
    """One Apprise address, which is a secret."""

    payload_keys: ClassVar[frozenset[str]] = frozenset({"title", "body"})

    type: Literal["apprise"]
    url: SecretStr

    @field_validator("url")
    @classmethod
    def _is_known(cls, value: SecretStr) -> SecretStr:
        if not _apprise(value):
            raise ValueError("is not an address that Apprise understands")
        return value

    def recipients(self) -> tuple[str, ...]:
        """Return the kind of service. The rest of the address is secret."""
        return (self.url.get_secret_value().partition("://")[0] + "://",)

    def render(self, content: Content, envelope: Envelope) -> dict[str, Any]:
        """Return title and Markdown, no longer than the service accepts."""
        most = min((_most_bytes(plugin) for plugin in _apprise(self.url)), default=BODY_BYTES)
        return markdown_payload(content, envelope, most=most)

    def send(self, outgoing: Outgoing) -> str | None:
        """Send once. Services reached by Apprise give no id."""
        outgoing.check_may_begin()
        with collecting_log() as log:
            taken = _apprise(self.url).notify(
                title=outgoing.payload["title"],
                body=outgoing.payload["body"],
                body_format=_module().NotifyFormat.MARKDOWN,
            )
        if not taken:
            said = " ".join(" ".join(log.warnings).split())
            failure = Unavailable if log.failed_to_connect else NoReply
            raise failure(
                f"the service did not take the message: {said[-300:] or 'no reason given'}",
                channel_wide=True,
            )
        return None

    def warnings(self) -> tuple[str, ...]:
        """Warn of an address with several targets: Apprise does not say which of them failed."""
        targets = sum(len(plugin) for plugin in _apprise(self.url))
        if targets == 1:
            return ()
        said = "when one fails, the message is sent again to all; use a channel for each"
        return (f"its address names {targets} targets; {said}",)

    def reach(self) -> str:
        """Return a sentence about the address. Apprise can only send, so nothing is reached."""
        kind = self.recipients()[0]
        return f"{kind} address understood; only a test message shows whether it works"


def _module() -> Any:
    # Imported late: Apprise brings some 150 services, and most users have none of them.
    return importlib.import_module("apprise")


def _apprise(url: SecretStr) -> Any:
    # Apprise must run in our thread, because we collect that thread's log. It gets no time limit:
    # it would abandon a send that could still arrive. It follows no redirect: the page at its end
    # would count as the service's reply.
    asset = _module().AppriseAsset(async_mode=False, service_timeout=0, http_redirects=False)
    service = _module().Apprise(asset=asset)
    service.add(url.get_secret_value())
    for plugin in service:
        # The address may ask for more tries (`retry=3`). Retries belong to the outbox.
        plugin.retry = 0
        if plugin.overflow_mode == _module().OverflowMode.UPSTREAM and not _is_teams(plugin):
            # A service refuses the whole of a message that is too long.
            plugin.overflow_mode = _module().OverflowMode.TRUNCATE
        plugin.socket_read_timeout = max(plugin.socket_read_timeout, READ_SECONDS)
    return service


def _most_bytes(plugin: Any) -> int:
    """Return the room that a service has for our text.

    Where a service is for short texts, Apprise sends the beginning of the whole text.
    """
    if _is_teams(plugin) or plugin.body_maxlen < _SHORT_TEXTS:
        return BODY_BYTES
    return min(BODY_BYTES, int(plugin.body_maxlen * _OURS))


def _is_teams(plugin: Any) -> bool:
    """Return whether a service is Microsoft Teams. It takes 28 KB, although Apprise says 1,000."""
    names = plugin.secure_protocol or ()
    return not _TEAMS.isdisjoint({names} if isinstance(names, str) else names)
