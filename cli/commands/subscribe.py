"""The command `subscribe`."""

from __future__ import annotations

from typing import Annotated

import typer

from alerts.channels.email.addresses import checked_address
from alerts.events.types import DEFAULT_TYPES, EventType
from alerts.messages.digest_schedule import When
from alerts.subscriptions.reason import choice_words
from alerts.subscriptions.recipients import addressees
from alerts.subscriptions.subscribers import subscription_name, subscription_of
from cli.arguments import council_named, word_of
from cli.output import out
from flows.pipeline.app import App, open_app
from flows.pipeline.welcome_messages import welcome_state, write_welcome_message
from flows.settings import load_settings
from reports.addresses import address_key
from reports.errors import ConfigurationError
from reports.register import Register
from reports.safe_text import quoted
from reports.suggestions import known_value
from storage import subscribers as stored
from storage.models import DeliveryState


def subscribe(
    address: Annotated[str, typer.Argument(help="The email address that gets the messages.")],
    council: Annotated[
        list[str] | None, typer.Option("--council", help="A council; repeatable.")
    ] = None,
    region: Annotated[
        list[str] | None, typer.Option("--region", help="All councils of a region; repeatable.")
    ] = None,
    all_councils: Annotated[bool, typer.Option("--all", help="Every council.")] = False,
    events: Annotated[
        str | None,
        typer.Option(
            "--events",
            help="Which events, separated by commas. Default: the events most councils need.",
        ),
    ] = None,
    when: Annotated[str, typer.Option("--when", help="now, daily, weekly or monthly.")] = "now",
    channel: Annotated[
        str | None,
        typer.Option(
            "--channel",
            help="Default: the one the address already has, or the first email or notify channel "
            "in watch.yaml.",
        ),
    ] = None,
) -> None:
    """Subscribe an email address without editing watch.yaml.

    It gets a welcome message that says what to expect. Subscribing again replaces the earlier
    choice, unless --channel names another channel: then both apply. It also resubscribes an address
    that has unsubscribed.

    Example: inspection-watch subscribe jo@example.gov.uk --council Havering --events grade_change
    """
    _check_address(address)
    with open_app(load_settings()) as app:
        choice = {
            "names": [council_named(name, app.register).key for name in council or ()],
            "regions": [_region(name, app.register) for name in region or ()],
            "all": all_councils,
            "events": _events(events),
            "when": word_of(when, When, option="--when").value,
        }
        if not (choice["names"] or choice["regions"] or all_councils):
            raise ConfigurationError("Choose councils: --council, --region or --all")
        if all_councils and (council or region):
            raise ConfigurationError("--all is every council: leave out --council and --region")
        name = _channel(app, channel, address)
        now = app.settings.instant()
        with app.database.write() as session:
            row = stored.put_subscriber(
                session, address=address, channel=name, choice=choice, now=now
            )
            stored.subscribe_again(session, address)
            found = subscription_of(row, app.register)
            said = subscription_name(row)
    # Opened again, so that the configuration has the new subscriber.
    with open_app(load_settings()) as app:
        write_welcome_message(app, found, list(addressees(app.config, found)))
        state = welcome_state(app, found)
    out.print(f"{said}: {address} gets {choice_words(found.rules, found.events)}.")
    if state is None:
        out.print("The welcome message is sent once all listed reports have been read.")
    elif state in (DeliveryState.DUE, DeliveryState.SENDING):
        out.print("The welcome message is sent with the next delivery (inspection-watch deliver).")


def _check_address(address: str) -> None:
    try:
        checked_address(address)
    except ValueError as error:
        raise ConfigurationError(f"{quoted(address)} {error}") from error


def _region(name: str, register: Register) -> str:
    return known_value(name, {region: region for region in register.regions}, what="region")


def _events(text: str | None) -> list[str]:
    if text is None:
        return [event.value for event in DEFAULT_TYPES]
    named = [name.strip() for name in text.split(",") if name.strip()]
    if not named:
        raise ConfigurationError("--events needs at least one event, such as grade_change")
    return [word_of(name, EventType, option="--events").value for name in named]


def _channel(app: App, name: str | None, address: str) -> str:
    personal = [channel.name for channel in app.config.channels.values() if channel.personal]
    if not personal:
        raise ConfigurationError(
            f"{app.settings.config} has no channel of the type email or notify: add one first"
        )
    if name is None:
        with app.database.read() as session:
            own = [
                row.channel
                for row in stored.all_subscribers(session)
                if address_key(row.address) == address_key(address) and row.channel in personal
            ]
        return next(iter(own), personal[0])
    if name not in personal:
        raise ConfigurationError(f"--channel {quoted(name)} must be one of {', '.join(personal)}")
    return name
