"""The command `init`."""

from __future__ import annotations

from typing import Annotated

import typer

from alerts.channels.email.addresses import checked_address
from cli.new_home import NewHome, write_home
from cli.output import out
from flows.pipeline.app import register_of
from flows.settings import home, load_settings
from reports.errors import ConfigurationError
from reports.register import Register


def init(
    council: Annotated[
        list[str] | None, typer.Option("--council", help="A council to watch; repeatable.")
    ] = None,
    email: Annotated[
        str | None, typer.Option("--email", help="The address that gets the messages.")
    ] = None,
    mail_server: Annotated[
        str | None, typer.Option("--mail-server", help="Your mail server: host or host:port.")
    ] = None,
    slack: Annotated[
        str | None, typer.Option("--slack", help="A Slack channel instead of an address.")
    ] = None,
) -> None:
    """Create watch.yaml, .env and a systemd unit in this folder (or --home).

    Asks for what the options do not say: the councils, and where messages go. Existing files are
    never changed.

    Example: inspection-watch init --council Havering --email team@example.gov.uk
    """
    register = register_of(load_settings())
    councils = [_known(name, register) for name in council or _asked_councils()]
    if email is None and slack is None:
        place = typer.prompt("Send messages to (an email address, or a #slack-channel)", err=True)
        email, slack = (None, place) if place.startswith("#") else (place, None)
    if email is not None and slack is not None:
        raise ConfigurationError("Give --email or --slack, not both; add the other to watch.yaml")
    host, port = "localhost", 25
    if email is not None:
        try:
            email = checked_address(email)
        except ValueError as error:
            raise ConfigurationError(f"--email {email!r}: {error}") from error
        if mail_server is None:
            mail_server = typer.prompt("Mail server (host or host:port)", "localhost", err=True)
        host, port = _host_and_port(mail_server)
    chosen = NewHome(
        councils=councils, email=email, mail_server=host, mail_port=port, slack_channel=slack
    )
    for path in write_home(home(), chosen):
        out.print(f"Wrote {path}")
    if slack:
        out.print("Next: put the bot token into .env (docs/slack.md shows how to get one).")
    out.print("Then: inspection-watch check --send-test, and inspection-watch serve.")


def _asked_councils() -> list[str]:
    answer = typer.prompt("Councils to watch, separated by commas", err=True)
    return [name.strip() for name in answer.split(",") if name.strip()]


def _known(name: str, register: Register) -> str:
    """The register's short name. Raises ConfigurationError with the nearest known name."""
    found = register.find(name)
    if found is None:
        nearest = register.nearest_names(name)
        hint = f" Did you mean {' or '.join(nearest)}?" if nearest else ""
        raise ConfigurationError(f"Unknown council: {name!r}.{hint}")
    return found.short


def _host_and_port(text: str) -> tuple[str, int]:
    host, _, port = text.partition(":")
    if not host or (port and not port.isdigit()):
        raise ConfigurationError(f"--mail-server takes host or host:port, not {text!r}")
    return host, int(port or 25)
