"""Commands for silence: `mute`, `unmute`, `mutes`, `forget`."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any

import typer
from rich.table import Table
from sqlalchemy.orm import Session

from cli.looking import parse_day
from cli.output import out, print_json, uk_date
from flows.pipeline.app import App, open_app
from flows.settings import load_settings
from reports.errors import ConfigurationError
from reports.themes.taxonomy import load_taxonomy
from storage import mutes as stored
from storage.authorities import find_authority
from storage.models import Mute, MuteKind

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def mute(
    authority: Annotated[
        str | None, typer.Option("--authority", help="Nothing about this council.")
    ] = None,
    theme: Annotated[
        str | None, typer.Option("--theme", help="Nothing told for this theme's sake alone.")
    ] = None,
    subscription: Annotated[
        str | None, typer.Option("--subscription", help="Nothing of this subscription.")
    ] = None,
    *,
    until: Annotated[str, typer.Option("--until", help="The last silent day (YYYY-MM-DD).")],
    who: Annotated[str, typer.Option("--who", help="Who wants it.")],
    why: Annotated[str, typer.Option("--why", help="For what reason.")],
) -> None:
    """Send nothing about a council, a theme or a subscription until a day, that day included.

    Urgent messages are muted too. What is muted is kept: deliveries --state muted lists it.
    """
    chosen = [
        (kind, text)
        for kind, text in (
            (MuteKind.AUTHORITY, authority),
            (MuteKind.THEME, theme),
            (MuteKind.SUBSCRIPTION, subscription),
        )
        if text is not None
    ]
    if len(chosen) != 1:
        raise ConfigurationError("Say one of --authority, --theme and --subscription")
    last = parse_day(until, option="--until")
    with open_app(load_settings()) as app, app.database.write() as session:
        if last < app.settings.today():
            raise ConfigurationError(f"--until {until} is over already")
        kind, text = chosen[0]
        row = stored.add_mute(
            session,
            kind=kind,
            target=_target(app, session, kind, text),
            until=last,
            who=who,
            why=why,
            now=app.settings.instant(),
        )
        out.print(f"{row.id}: {kind} {row.target} is muted until {uk_date(last)}.")


def _target(app: App, session: Session, kind: MuteKind, text: str) -> str:
    """What is muted, as it is stored. Raises ConfigurationError with the nearest word."""
    if kind == MuteKind.AUTHORITY:
        found = find_authority(session, app.register, text)
        if found is not None:
            return found.key
        near = app.register.nearest_names(text)
    else:
        known = (
            list(load_taxonomy().themes)
            if kind == MuteKind.THEME
            else [one.name for one in app.config.subscriptions]
        )
        if text in known:
            return text
        near = tuple(get_close_matches(text, known, n=1, cutoff=0.3))
    hint = f"; did you mean {near[0]}?" if near else ""
    raise ConfigurationError(f"There is no {kind} {text!r}{hint}")


def unmute(
    number: Annotated[int, typer.Argument(help="The mute's number, from the command mutes.")],
) -> None:
    """End a mute before its day. What was muted meanwhile is not sent afterwards."""
    with open_app(load_settings()) as app, app.database.write() as session:
        lifted = stored.lift_mute(session, number, now=app.settings.instant())
        if lifted is None:
            raise ConfigurationError(f"There is no mute {number} to end; mutes lists them")
        out.print(f"{lifted.kind} {lifted.target} is no longer muted.")


def mutes(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    as_json: AsJson = False,
) -> None:
    """What is muted, until when, by whom and why."""
    with open_app(load_settings()) as app, app.database.read() as session:
        today = app.settings.today()
        found = (
            stored.all_mutes(session) if everything else stored.active_mutes(session, today=today)
        )
        rows = [_as_json(row, today) for row in found]
        names = {authority.key: authority.short for authority in app.register.authorities}
    if as_json:
        print_json(rows)
        return
    if not rows:
        out.print("Nothing is muted.")
        return
    table = Table("number", "kind", "what", "until", "who", "why")
    for row in rows:
        until = uk_date(date.fromisoformat(row["until"])) + ("" if row["active"] else " (over)")
        table.add_row(
            str(row["id"]),
            row["kind"],
            names.get(row["target"], row["target"]),
            until,
            row["who"],
            row["why"],
        )
    out.print(table)


def _as_json(mute: Mute, today: date) -> dict[str, Any]:
    return {
        "id": mute.id,
        "kind": mute.kind,
        "target": mute.target,
        "until": mute.until.isoformat(),
        "who": mute.who,
        "why": mute.why,
        "muted_at": mute.muted_at.isoformat(),
        "lifted_at": mute.lifted_at.isoformat() if mute.lifted_at else None,
        "active": mute.lifted_at is None and mute.until >= today,
    }


def forget(
    address: Annotated[str, typer.Argument(help="The address to delete.")],
) -> None:
    """Delete an address from all stored deliveries; they are counted still.

    It must not stand in watch.yaml any more. What was still to be sent there is not sent.
    """
    with open_app(load_settings()) as app:
        for channel in app.config.channels.values():
            if address.casefold() in (recipient.casefold() for recipient in channel.recipients()):
                raise ConfigurationError(
                    f"{address} is still a recipient of channel {channel.name} in "
                    f"{app.settings.config}; remove it there first"
                )
        with app.database.write() as session:
            number = stored.forget_recipient(session, address)
    out.print(f"Deleted from {number} deliver{'y' if number == 1 else 'ies'}.")
