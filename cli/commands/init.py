"""The command `init`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Annotated, TypeVar

import typer

from alerts.channels.email.addresses import HOST, checked_address
from alerts.channels.slack.channel_names import CHANNEL
from cli.arguments import check_folder, council_named
from cli.called_as import command_for
from cli.new_home import NewHome, write_home
from cli.output import out
from flows.pipeline.app import register_of
from flows.settings import home, load_settings
from reports.errors import ConfigurationError
from reports.register import Register
from reports.safe_text import quoted

_Read = TypeVar("_Read")


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
    mail_user: Annotated[
        str | None,
        typer.Option("--mail-user", help="The user name, where your mail server asks for one."),
    ] = None,
    slack: Annotated[
        str | None, typer.Option("--slack", help="A Slack channel instead of an address.")
    ] = None,
) -> None:
    """Create watch.yaml, .env and a systemd unit in this folder (or --home).

    Asks for anything the options leave out: the councils, where messages go and, for email, the
    mail server. Existing files are never changed.

    Example: inspection-watch init --council Havering --email team@example.gov.uk
    """
    register = register_of(load_settings())
    if council:
        councils = [council_named(name, register).short for name in council]
    else:
        councils = _asked(
            "Councils to watch, separated by commas",
            lambda answer: [
                council_named(name, register).short for name in _names(answer, register)
            ],
        )
    if email is None and slack is None:
        place = _asked("Send messages to (an email address, or a #slack-channel)", _place)
        email, slack = (None, place) if place.startswith("#") else (place, None)
    if slack is not None and not re.fullmatch(CHANNEL, slack):
        raise ConfigurationError(
            f"--slack takes a channel, such as #childrens-services, not {quoted(slack)}"
        )
    if email is not None and slack is not None:
        raise ConfigurationError("Give --email or --slack, not both; add the other to watch.yaml")
    host, port = "localhost", 25
    if email is not None:
        try:
            email = checked_address(email)
        except ValueError as error:
            raise ConfigurationError(f"--email {quoted(email)}: {error}") from error
        if mail_server is None:
            host, port = _asked("Mail server (host or host:port)", _host_and_port, "localhost")
            if mail_user is None:
                question = "User name for the mail server (leave empty if it asks for none)"
                mail_user = typer.prompt(question, "", show_default=False, err=True)
        else:
            host, port = _host_and_port(mail_server)
    chosen = NewHome(
        councils=councils,
        email=email,
        mail_server=host,
        mail_port=port,
        mail_user=mail_user or "",
        slack_channel=slack,
    )
    check_folder(home(), option="--home")
    for path in write_home(home(), chosen):
        out.print(f"Wrote {path}")
    command = command_for(home())
    steps = [
        *(["put the bot token into .env (docs/slack.md shows how to get one)."] if slack else ()),
        *(["put the password of the mail server into .env."] if mail_user else ()),
        f"{command} check --send-test",
        f"{command} serve",
    ]
    for at, step in enumerate(steps):
        out.print(f"{'Then' if at else 'Next'}: {step}")


def _asked(question: str, read: Callable[[str], _Read], default: str | None = None) -> _Read:
    """Ask until the answer can be read, so that a user need not start again after a mistake."""
    while True:
        try:
            return read(typer.prompt(question, default, err=True))
        except ConfigurationError as error:
            typer.echo(str(error), err=True)


def _names(answer: str, register: Register) -> Iterator[str]:
    """Yield the names in an answer. A name may have a comma itself, such as "Bristol, City of"."""
    parts = [part.strip() for part in answer.split(",")]
    while parts:
        name = parts.pop(0)
        if parts and register.find(f"{name}, {parts[0]}") and _is_rest(parts[0], register):
            name = f"{name}, {parts.pop(0)}"
        yield name


def _is_rest(text: str, register: Register) -> bool:
    """Return whether text after a comma is the rest of a name. "City of" alone would be London."""
    return text.endswith(" of") or register.find(text) is None


def _place(answer: str) -> str:
    if answer.startswith("#"):
        if not re.fullmatch(CHANNEL, answer):
            raise ConfigurationError(f"{quoted(answer)} is not a Slack channel")
        return answer
    try:
        return checked_address(answer.strip())
    except ValueError as error:
        raise ConfigurationError(f"{quoted(answer)} {error}") from error


def _host_and_port(text: str) -> tuple[str, int]:
    host, _, port = text.partition(":")
    number = int(port or 25) if re.fullmatch("[0-9]{0,5}", port) else 0
    if not re.fullmatch(HOST, host) or not 1 <= number <= 65_535:
        raise ConfigurationError(f"--mail-server takes host or host:port, not {quoted(text)}")
    return host, number
