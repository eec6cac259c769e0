"""The command `unsubscribe`."""

from __future__ import annotations

from typing import Annotated

import typer

from alerts.subscriptions.recipients import addressees
from alerts.subscriptions.subscribers import subscription_name
from cli.output import out
from flows.pipeline.app import open_app
from flows.settings import load_settings
from reports.errors import ConfigurationError
from storage import subscribers as stored


def unsubscribe(
    address: Annotated[str, typer.Argument(help="The email address to unsubscribe.")],
) -> None:
    """Send nothing more to an address, whether it subscribed by command or is in watch.yaml.

    What still waits for it is muted. subscribe ends this.

    Example: inspection-watch unsubscribe jo@example.gov.uk
    """
    with open_app(load_settings()) as app, app.database.write() as session:
        left = [
            addressee
            for subscription in app.config.subscriptions
            for addressee in addressees(app.config, subscription)
            if addressee.recipient.casefold() == address.casefold()
        ]
        for addressee in left:
            stored.unsubscribe(
                session,
                subscription=addressee.subscription,
                channel=addressee.channel.name,
                recipient=addressee.recipient,
                now=app.settings.instant(),
            )
        own = [
            row
            for row in stored.all_subscribers(session)
            if row.address.casefold() == address.casefold()
        ]
        for row in own:
            stored.remove_subscriber(session, row, name=subscription_name(row))
        if not left and not own:
            raise ConfigurationError(f"{address} gets no messages")
    names = dict.fromkeys([addressee.subscription for addressee in left] or ["nothing any more"])
    out.print(f"{address} gets no more messages from {', '.join(names)}.")
