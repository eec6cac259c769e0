"""The command `check`: whether everything is set up, and what would have been sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from alerts.messages.digest_schedule import When
from alerts.subscriptions.channel_check import check_channels, send_test
from alerts.subscriptions.preview import Preview
from cli.arguments import AsJson
from cli.called_as import command_for
from cli.output import out, print_json
from cli.words import date_words, event_count_words
from flows.pipeline.app import App, open_app
from flows.pipeline.preview import Previews, previews
from flows.settings import ENV_FILE, Settings, home, load_settings
from reports.wording import counted, either_words
from scrapers.errors import SiteError
from storage.private_files import others_can_read

CONFINED = {
    "memory": "use more than 512 MB of memory",
    "files": "read other files",
    "connections": "open connections",
    "processes": "start processes",
    "environment": "read its parent's variables",
}
"""What the process that reads PDFs must not be able to do, in words."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """One thing that was checked. `what` is settings, channel or site."""

    what: str
    name: str
    ok: bool
    message: str


def check(
    test: Annotated[
        bool, typer.Option("--send-test", help="Send one test message to each channel.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Also list each message of the preview.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Validate the settings, connect to every service, and preview each subscription.

    The preview says what each subscription would have sent in the last twelve months.

    Example: inspection-watch check --send-test
    """
    settings = load_settings()
    with open_app(settings) as app:
        database = app.database.url.render_as_string(hide_password=True)
        checked = [*_settings(settings), *_channels(app, test=test), _site(app)]
        confinement = app.reader.confinement()
        found = previews(app)
        warnings = [*_warnings(settings, app), *_unconfined(confinement)]
    if as_json:
        print_json(
            {
                "ok": all(item.ok for item in checked),
                "database": database,
                "checks": [vars(item) for item in checked],
                "confinement": confinement,
                "warnings": warnings,
                "preview": _previews_as_json(found),
            }
        )
    else:
        out.print(f"Database: {database}")
        for item in checked:
            out.print(f"{'ok  ' if item.ok else 'FAIL'} {item.name}: {item.message}")
        if refused := [CONFINED[what] for what, holds in confinement.items() if holds]:
            out.print(f"ok   reading process: it cannot {either_words(refused)}")
        for warning in warnings:
            out.print(f"warn {warning}")
        _print_previews(found, verbose=verbose)
    raise typer.Exit(0 if all(item.ok for item in checked) else 1)


def _settings(settings: Settings) -> list[Checked]:
    if not settings.config.exists():
        problem = (
            f"does not exist, so no messages are sent; create it with {command_for(home())} init"
        )
        return [Checked(what="settings", name=str(settings.config), ok=False, message=problem)]
    return []


def _warnings(settings: Settings, app: App) -> list[str]:
    """Return warnings about settings that work, but are probably a mistake."""
    open_to_others = [
        f"Other users of this machine can read {path}: run chmod {mode} {path}"
        for path, mode in ((home() / ENV_FILE, "600"), (settings.data_dir, "700"))
        if others_can_read(path)
    ]
    clock = [settings.clock_warning] if settings.clock_warning else []
    if settings.config.exists() and not app.config.subscriptions:
        warning = f"{settings.config} has no subscriptions: no messages will be sent."
        return [*clock, *open_to_others, warning]
    return [*clock, *open_to_others, *app.config.warnings]


def _unconfined(confinement: Mapping[str, bool]) -> list[str]:
    """Return warnings about what a hostile PDF could still do on this system."""
    return [
        f"The process that reads PDFs could {CONFINED[what]}: this system cannot prevent it."
        for what, holds in confinement.items()
        if not holds
    ]


def _channels(app: App, *, test: bool) -> list[Checked]:
    results = check_channels(app.config)
    if test:
        results += send_test(app.config)
    return [
        Checked(what="channel", name=result.channel, ok=result.ok, message=result.message)
        for result in results
    ]


def _site(app: App) -> Checked:
    try:
        rows = len(app.site.authorities(since=app.settings.today()).authorities)
    except SiteError as error:
        return Checked(what="site", name="site", ok=False, message=str(error))
    councils = counted(rows, "council") if rows else "no council"
    sentence = f"{app.settings.site_url} answers (reports published today: on {councils})"
    return Checked(what="site", name="site", ok=True, message=sentence)


def _print_previews(found: Previews, *, verbose: bool) -> None:
    out.print()
    if found.is_empty:
        out.print(
            "Nothing is stored yet. After the first check of Ofsted's site, this command previews "
            f"what would be sent. To start it, run {command_for(home())} poll."
        )
        return
    if not found.subscriptions:
        return
    out.print(
        f"What would have been sent from {date_words(found.first)} to {date_words(found.last)}:"
    )
    if found.waiting:
        waiting = counted(found.waiting, "report waits", "reports wait")
        out.print(f"  The history is not complete yet: {waiting} to be read.")
    for preview in found.subscriptions:
        _print_preview(preview, verbose=verbose, complete=not found.waiting)
    if not verbose:
        out.print("check --verbose lists every message.")


def _print_preview(preview: Preview, *, verbose: bool, complete: bool) -> None:
    reports = counted(preview.reports, "report")
    out.print(f"  {preview.subscription} ({preview.when}): {reports}{_sending(preview)}")
    if preview.events:
        counts = ", ".join(event_count_words(name, count) for name, count in preview.events.items())
        out.print(f"    The messages are about: {counts}.")
    if preview.warning and complete:
        out.print(f"    ! {preview.warning}")
    for message in preview.messages if verbose else ():
        mark = "digest" if message.digest else "urgent" if message.urgent else "message"
        out.print(f"    {message.day:%e %b %Y}  {mark:7}  {message.headlines[0]}")
        for headline in message.headlines[1:]:
            out.print(f"    {'':11}  {'':7}  {headline}")


def _sending(preview: Preview) -> str:
    """Return the number of messages of each sort, in words that follow the number of reports."""
    at_once = len(preview.at_once)
    if preview.when == When.NOW:
        return f" in {counted(at_once, 'message')}."
    amount = f": {counted(preview.digests, 'digest')} ({preview.quiet_digests} with nothing new)"
    if at_once:
        amount += f" and {counted(at_once, 'immediate message')}"
    if preview.waiting:
        waiting = counted(preview.waiting, "report waits", "reports wait")
        return f"{amount}. {waiting} for the next digest."
    return f"{amount}."


def _previews_as_json(found: Previews) -> dict[str, Any]:
    return {
        "since": found.first.isoformat(),
        "until": found.last.isoformat(),
        "nothing_stored": found.is_empty,
        "waiting": found.waiting,
        "subscriptions": [
            _preview_as_json(preview, complete=not found.waiting) for preview in found.subscriptions
        ],
    }


def _preview_as_json(preview: Preview, *, complete: bool) -> dict[str, Any]:
    return {
        "name": preview.subscription,
        "when": preview.when,
        "reports": preview.reports,
        "events": {str(event): count for event, count in preview.events.items()},
        "messages_at_once": len(preview.at_once),
        "digests": preview.digests,
        "quiet_digests": preview.quiet_digests,
        "waiting": preview.waiting,
        "warning": preview.warning if complete else None,
        "messages": [
            {
                "day": message.day.isoformat(),
                "digest": message.digest,
                "urgent": message.urgent,
                "headlines": list(message.headlines),
            }
            for message in preview.messages
        ],
    }
