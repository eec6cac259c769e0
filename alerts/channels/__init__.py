"""The kinds of channels, one module each."""

from __future__ import annotations

from collections.abc import Mapping

from alerts.channels.apprise import AppriseChannel
from alerts.channels.base import ChannelBase
from alerts.channels.email import EmailChannel
from alerts.channels.slack import SlackChannel
from alerts.channels.slack_webhook import SlackWebhookChannel
from alerts.channels.webhook import WebhookChannel

KINDS: Mapping[str, type[ChannelBase]] = {
    "slack": SlackChannel,
    "slack-webhook": SlackWebhookChannel,
    "email": EmailChannel,
    "webhook": WebhookChannel,
    "apprise": AppriseChannel,
}
"""What may stand as `type:` in watch.yaml."""
