"""The command `mute`."""

from __future__ import annotations

from typing import Annotated

import typer
from sqlalchemy.orm import Session

from alerts.outbox.deliveries import mute_waiting
from alerts.outbox.late_mutes import mute_notifications
from cli.arguments import parse_day, theme_named
from cli.output import out
from cli.views.muted import muted_words
from cli.words import date_words
from flows.pipeline.app import App, open_app
from flows.pipeline.who_and_why import who_and_why
from flows.settings import load_settings
from reports.errors import ConfigurationError
from reports.safe_text import quoted
from reports.suggestions import known_value
from reports.wording import counted
from storage import mutes as stored
from storage.authorities import authority_named
from storage.models import MuteKind


def mute(
    authority: Annotated[
        str | None, typer.Option("--council", "--authority", help="Mute this council.")
    ] = None,
    theme: Annotated[
        str | None,
        typer.Option(
            "--theme", help="Mute reports that are sent only because they raise this theme again."
        ),
    ] = None,
    subscription: Annotated[
        str | None, typer.Option("--subscription", help="Mute this subscription.")
    ] = None,
    *,
    until: Annotated[str, typer.Option("--until", help="Last day of the mute (YYYY-MM-DD).")],
    who: Annotated[str, typer.Option("--who", help="Who asked for it.")],
    why: Annotated[str, typer.Option("--why", help="The reason.")],
) -> None:
    """Mute a council, a subscription, or repeats of a theme, up to and including a date.

    Urgent messages are muted too. Muted messages are never sent: `deliveries --state muted` lists
    them.

    By default a subscription gets every new report. --theme has no effect on such a subscription.

    Example: inspection-watch mute --theme education --until 2027-06-30 --who Jo --why "known issue"
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
        raise ConfigurationError("Give one of --council, --theme and --subscription")
    who, why = who_and_why(who, why)
    last = parse_day(until, option="--until")
    with open_app(load_settings()) as app, app.database.write() as session:
        if last < app.settings.today():
            raise ConfigurationError(f"--until must be today or later, not {quoted(until)}")
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
        muted = mute_waiting(session, row)
        mute_notifications(session, app.alert_run())
        what = muted_words(row, app.register)
        is_muted = (
            f"reports sent only because of {what} are muted"
            if kind == MuteKind.THEME
            else f"{what} is muted"
        )
        out.print(f"{row.id}: {is_muted} until {date_words(last)}.")
        if muted:
            out.print(f"{counted(muted, 'message')} that waited will not be sent.")


def _target(app: App, session: Session, kind: MuteKind, text: str) -> str:
    """Return the target as it is stored. Raises ConfigurationError with the nearest word."""
    if kind == MuteKind.AUTHORITY:
        return authority_named(session, app.register, text).key
    if kind == MuteKind.THEME:
        return theme_named(text, option="--theme").id
    names = {subscription.name: subscription.name for subscription in app.config.subscriptions}
    return known_value(text, names, what="subscription")
