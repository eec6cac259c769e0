"""The kinds of channels, one module each, loaded when one of the kind is configured."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pkgutil import resolve_name
from typing import cast

from alerts.channels.base import ChannelBase

# urllib3's warnings, such as those about odd headers, show the whole address: often a secret.
logging.getLogger("urllib3").setLevel(logging.ERROR)

KINDS: Mapping[str, str] = {
    "slack": "alerts.channels.slack.transport:SlackChannel",
    "slack-webhook": "alerts.channels.slack_webhook.transport:SlackWebhookChannel",
    "email": "alerts.channels.email.transport:EmailChannel",
    "webhook": "alerts.channels.webhook.transport:WebhookChannel",
    "notify": "alerts.channels.notify.transport:NotifyChannel",
    "apprise": "alerts.channels.apprise.transport:AppriseChannel",
}
"""The kinds that `type:` in watch.yaml may name, and their classes."""


def channel_class(kind: str) -> type[ChannelBase]:
    """Return the class of a kind of channel. Raises KeyError for one that is not in KINDS."""
    return cast(type[ChannelBase], resolve_name(KINDS[kind]))
