"""The command `release`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from alerts.outbox.deliveries import release as release_held
from alerts.outbox.notifications import held_reports
from alerts.outbox.removed_subscriptions import drop_for_removed
from cli.output import out
from cli.views.outcomes import print_sent
from flows.pipeline.app import open_app
from flows.pipeline.deliver import deliver as deliver_due
from flows.pipeline.open_problems import alert_about_held
from flows.pipeline.subscriptions import require_subscriptions
from flows.settings import load_settings
from reports.wording import counted, listed_words


def release(
    drop: Annotated[
        bool, typer.Option("--drop", help="Do not send them; they are marked as muted.")
    ] = False,
) -> None:
    """Send, or drop, messages that were held.

    They are held when a check finds unusually many new reports, when unusually many are withdrawn
    or listed again at once, or when rereading stored reports gives different values.

    --drop also drops what waits for subscriptions that are no longer in watch.yaml.

    Example: inspection-watch release
    """
    with open_app(load_settings()) as app:
        names = [subscription.name for subscription in app.config.subscriptions]
        with app.database.write() as session:
            if drop:
                require_subscriptions(app, session)
            removed_reports, removed = drop_for_removed(session, names) if drop else (0, 0)
            reports = held_reports(session) + removed_reports
            count = release_held(session, drop=drop, now=datetime.now(UTC))
        said = [counted(count, "held message")] if count else []
        if removed:
            said.append(f"{counted(removed, 'message')} of removed subscriptions")
        if reports:
            said.append(f"{counted(reports, 'report')} not yet in a message")
        done = "dropped" if drop else "released"
        out.print(f"{listed_words(said)} {done}." if said else "No messages were held.")
        alert_about_held(app)
        if drop:
            return
        sent = deliver_due(app)
    print_sent(sent)
    raise typer.Exit(1 if sent.needs_review else 0)
