"""The command `unsubscribe`."""

from __future__ import annotations

from typing import Annotated

import typer

from alerts.subscriptions.model import OPERATORS
from alerts.subscriptions.recipients import with_unsubscribed
from alerts.subscriptions.subscribers import subscription_name
from cli.output import out
from flows.pipeline.app import open_app
from flows.settings import load_settings
from reports.addresses import address_key
from reports.errors import ConfigurationError
from reports.safe_text import quoted
from reports.wording import listed_words
from storage import subscribers as stored


def unsubscribe(
    address: Annotated[str, typer.Argument(help="The email address to unsubscribe.")],
) -> None:
    """Send nothing more to an address, whether it subscribed by command or is in watch.yaml.

    This includes subscriptions that are added later. Messages still waiting for it are muted.
    `subscribe` reverses it. To stop operator alerts, remove the address or channel from
    `operators` in watch.yaml.

    Example: inspection-watch unsubscribe jo@example.gov.uk
    """
    with open_app(load_settings()) as app, app.database.write() as session:
        names = [
            addressee.subscription
            for _, addressee in with_unsubscribed(app.config)
            if address_key(addressee.recipient) == address_key(address)
        ]
        own = [
            row
            for row in stored.all_subscribers(session)
            if address_key(row.address) == address_key(address)
        ]
        if not names and not own:
            raise ConfigurationError(
                f"No subscription sends to {quoted(address)}. Check the spelling; `subscribers` "
                "lists all addresses."
            )
        now = app.settings.instant()
        stored.unsubscribe_from_all(session, address, but=OPERATORS, now=now)
        for row in own:
            stored.remove_subscriber(session, row, name=subscription_name(row))
    before = f" Until now, it got those of {listed_words(list(dict.fromkeys(names)))}."
    out.print(f"{address} gets no more messages from any subscription.{before if names else ''}")
