"""The command `forget`."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.output import out
from flows.pipeline.app import open_app
from flows.settings import load_settings
from reports.errors import ConfigurationError
from reports.safe_text import quoted
from reports.wording import counted
from storage.deleted_addresses import forget_recipient


def forget(
    address: Annotated[str, typer.Argument(help="The address to delete.")],
) -> None:
    """Delete an address from all stored messages, and the record that it has unsubscribed.

    First remove it from watch.yaml, or run unsubscribe if it was added with subscribe. The messages
    themselves stay; those that are still due to it are not sent.

    Example: inspection-watch forget team@example.gov.uk
    """
    with open_app(load_settings()) as app:
        for channel in app.config.channels.values():
            if address.casefold() in (recipient.casefold() for recipient in channel.recipients()):
                raise ConfigurationError(
                    f"{quoted(address)} is still a recipient of channel {channel.name} in "
                    f"{app.settings.config}; remove it there first"
                )
            known = app.config.recipients(channel.name)
            if address.casefold() in (recipient.casefold() for recipient in known):
                raise ConfigurationError(
                    f"{quoted(address)} is still subscribed: first run inspection-watch unsubscribe"
                )
        with app.database.write() as session:
            number = forget_recipient(session, address)
    out.print(f"Deleted {address} from {counted(number, 'message')}.")
