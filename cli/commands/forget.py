"""The command `forget`."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.output import out
from flows.pipeline.app import open_app
from flows.settings import load_settings
from reports.addresses import address_key
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
        key = address_key(address)
        for channel in app.config.channels.values():
            if key in map(address_key, channel.recipients()):
                raise ConfigurationError(
                    f"{quoted(address)} is still a recipient of channel {channel.name} in "
                    f"{app.settings.config}; remove it there first"
                )
            if key in map(address_key, app.config.recipients(channel.name)):
                raise ConfigurationError(
                    f"{quoted(address)} is still subscribed: first run inspection-watch unsubscribe"
                )
        with app.database.write() as session:
            number = forget_recipient(session, address)
    if number is None:
        raise ConfigurationError(
            f"No stored message, alert or unsubscription has the address {quoted(address)}. Check "
            "the spelling; `deliveries` and `subscribers` list addresses."
        )
    out.print(f"Deleted {address} from {counted(number, 'message')}.")
