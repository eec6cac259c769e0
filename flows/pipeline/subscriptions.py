"""Whether the subscriptions of earlier checks are still there.

A report is stored once, with what it means for each subscription. If `watch.yaml` were missing or
empty at that moment, nobody would ever get a message about it, and nothing would say so.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from alerts.subscriptions.model import SUBSCRIBER
from flows.pipeline.app import App
from reports.errors import ConfigurationError
from storage.polls import subscriptions_before
from storage.subscribers import all_subscribers


def require_subscriptions(app: App, session: Session) -> None:
    """Raise ConfigurationError where subscriptions are missing, before anything is stored."""
    if missing := missing_subscriptions(app, session):
        raise ConfigurationError(missing)


def missing_subscriptions(app: App, session: Session) -> str:
    """Return a sentence that says that earlier subscriptions are gone; "" if none are.

    A file with `subscriptions: []` has none on purpose.
    """
    config, file = app.config, app.settings.config
    if config.lists_subscriptions:
        return ""
    of_file = subscriptions_before(session, by_command=f"{SUBSCRIBER} ")
    of_command = 0 if config.channels else len(all_subscribers(session))
    if not of_file and not of_command:
        return ""
    what = "lists no subscriptions" if file.exists() else "is missing"
    return (
        f"{file} {what}. There were subscriptions at the last check of the site. Nothing new is "
        "stored until they are back, because nobody would get a message about it. To stop all "
        "messages, put `subscriptions: []` in the file"
    )
