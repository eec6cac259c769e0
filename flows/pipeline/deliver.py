"""Make messages of what was found and digests whose time has come; send what is due."""

from __future__ import annotations

from datetime import UTC, datetime

from alerts.bursts import make_messages
from alerts.clock import Timing
from alerts.digests import make_due_digests
from alerts.outbox import SendSummary, send_due
from flows.pipeline.app import App
from flows.pipeline.publish import publish_changes
from flows.pipeline.standing import tell_standing

# A Slack message whose sending was cut off is looked up in the channel's history. A history that
# still lacks it after this many seconds proves that it never arrived. One run waits a little
# longer than that, so that a run which follows a crash ends with everything sent.
CERTAIN_AFTER = 30.0
WAIT = 40.0


def deliver(app: App) -> SendSummary:
    """Send every message that is due now; a channel that fails never holds up another.

    The feeds follow: they show nothing before it is on its way.
    """
    for make in (make_messages, make_due_digests):
        make(
            app.database,
            config=app.config,
            now=app.settings.instant(),
            real_now=datetime.now(UTC),
            site_url=app.settings.site_url,
        )
    tell_standing(app)
    summary = send_due(
        app.database,
        config=app.config,
        wait_seconds=WAIT,
        timing=Timing(certain_after=CERTAIN_AFTER),
    )
    publish_changes(app)
    return summary
