"""Send what is due."""

from __future__ import annotations

from alerts.outbox import SendSummary, send_due

from flows.pipeline.app import App


def deliver(app: App) -> SendSummary:
    """Send every message that is due now; a channel that fails never holds up another."""
    return send_due(app.database, config=app.config)
