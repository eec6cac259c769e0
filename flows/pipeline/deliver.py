"""Make the messages and digests that are due, and send everything that is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from alerts.outbox.clock import Timing
from alerts.outbox.combined_messages import make_messages
from alerts.outbox.digests import make_due_digests
from alerts.outbox.isolation import MessagesNotMade
from alerts.outbox.receipts import record_outcomes
from alerts.outbox.send import send_due
from alerts.outbox.summary import SendSummary
from alerts.outbox.waiting_messages import compose_waiting
from flows.pipeline.app import App
from flows.pipeline.publish import publish_changes
from flows.pipeline.watch_notices import notify_watch_state
from flows.pipeline.welcome_messages import compose_waiting_welcomes, welcome_new_recipients

SPARE = 5.0
"""Seconds that a run waits in addition to two other waits. After a crash, it waits until the lease
of the killed process ends. It then searches the history of the Slack channel: a message that is
still not there after the setting `certain_after` did not arrive. With this spare time, the run
that follows a crash sends everything."""


def deliver(app: App) -> SendSummary:
    """Send every message that is due now. A channel that fails does not delay another.

    Raises MessagesNotMade for messages that could not be made, after the others are sent.
    """
    not_made: dict[str, str] | None = None
    try:
        run = app.alert_run()
        not_made = _not_made(
            partial(make_messages, app.database, run),
            partial(make_due_digests, app.database, run),
            partial(compose_waiting_welcomes, app),
            partial(welcome_new_recipients, app),
        )
    finally:
        try:
            notify_watch_state(app, not_made=not_made)
        finally:
            # A fault in the notices must not hold up the messages.
            timing = _timing(app)
            summary = send_due(
                app.database,
                config=app.config,
                config_read_at=app.config_read_at,
                wait_seconds=timing.lease + timing.certain_after + SPARE,
                timing=timing,
                compose_again=lambda: compose_waiting(app.database, app.alert_run()),
            )
            record_outcomes(app.database, config=app.config, now=datetime.now(UTC))
            # Last: the feeds show nothing that has not been sent yet.
            publish_changes(app)
    if not_made:
        raise MessagesNotMade(not_made)
    return summary


def _timing(app: App) -> Timing:
    """Return the timing of sending. A message is first looked up no later than `certain_after`."""
    certain_after = app.settings.certain_after
    return Timing(
        certain_after=certain_after, look_up_after=min(Timing.look_up_after, certain_after)
    )


def _not_made(*makers: Callable[[], object]) -> dict[str, str]:
    """Call each maker of messages. Returns the subscriptions whose messages could not be made, each
    with the reason.
    """
    not_made: dict[str, str] = {}
    for make in makers:
        try:
            make()
        except MessagesNotMade as error:
            not_made |= error.reasons
    return not_made
