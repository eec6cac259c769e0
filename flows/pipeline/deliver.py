"""Make messages of what was found and digests whose time has come; send what is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from alerts.outbox.clock import Timing
from alerts.outbox.combined_messages import make_messages
from alerts.outbox.digests import make_due_digests
from alerts.outbox.isolation import one_by_one
from alerts.outbox.outcomes import record_outcomes
from alerts.outbox.queue import SendSummary, send_due
from flows.pipeline.app import App
from flows.pipeline.publish import publish_changes
from flows.pipeline.watch_notices import notify_watch_state

# A Slack message whose sending was cut off is looked up in the channel's history. A history that
# still lacks it after the setting `certain_after` proves that it never arrived. One run waits for
# that and for the lease of a process that was killed, and this many seconds longer, so that a run
# which follows a crash ends with everything sent.
SPARE = 5.0


def deliver(app: App) -> SendSummary:
    """Send every message that is due now; a channel that fails never holds up another.

    A message that cannot be made holds up none that can: what is due is sent first, and then the
    failure is raised, as an ExceptionGroup.
    """
    try:
        one_by_one((make_messages, make_due_digests), lambda make: _made(app, make))
    finally:
        notify_watch_state(app)
        timing = _timing(app.settings.certain_after)
        summary = send_due(
            app.database,
            config=app.config,
            wait_seconds=timing.lease + timing.certain_after + SPARE,
            timing=timing,
        )
        record_outcomes(app.database, config=app.config, now=datetime.now(UTC))
        # Last: the feeds show nothing before it is on its way.
        publish_changes(app)
    return summary


def _timing(certain_after: float) -> Timing:
    """The times that sending keeps; the first look into a history is never after the last."""
    return Timing(certain_after=certain_after, look_after=min(Timing.look_after, certain_after))


def _made(app: App, make: Callable[..., int]) -> int:
    return make(
        app.database,
        config=app.config,
        now=app.settings.instant(),
        real_now=datetime.now(UTC),
        sites=app.sites,
    )
