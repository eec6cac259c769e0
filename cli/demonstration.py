"""What `inspection-watch demo` does: a sample site, a local Slack and mailbox, and its checks."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from rich.panel import Panel
from rich.text import Text

from cli.called_as import command_for, command_from
from cli.output import out, page_width
from cli.words import date_words
from demo.mailbox import LocalMailbox, ReceivedMail
from demo.sample import REGISTER_FILE, sample_history, sample_site
from demo.site import SiteServer
from demo.slack import LocalSlack
from flows.pipeline.app import open_app
from flows.pipeline.discover import OVERLAP
from flows.pipeline.poll import poll
from flows.pipeline.publish import SITE, publish
from flows.settings import Settings
from reports.errors import ConfigurationError
from reports.safe_text import shortened
from storage.private_files import make_private_file

MARK = ".inspection-watch-demo"
_ONE, _THREE = "mail-about-one-report.html", "mail-about-three-reports.html"
_WRITTEN = frozenset({MARK, ".env", "watch.yaml", "data", "mail", _ONE, _THREE})
"""What a demonstration leaves in its folder."""

_DIVIDER = "─" * 20
_FRAME = 6
"""How much narrower than its frame the title of a message is."""

WATCH_YAML = """\
# Which messages go where. This file was written by the demonstration.
channels:
  scrutiny-slack:
    {{type: slack, token: "{token}", channel: "#childrens-services", base_url: "{slack}"}}
  team-mail:
    {{type: email, to: [team@example.org], from: watch@example.org, host: 127.0.0.1, port: {port}}}
  aldermere-mail:
    {{type: email, to: [aldermere@example.org], from: watch@example.org, host: 127.0.0.1,
     port: {port}}}
subscriptions:
  - name: Aldermere alone
    authorities: {{names: [Aldermere]}}
    events: [grade_change, first_grade, priority_action, theme_repeat]
    when: now
    channels: [aldermere-mail]
  - name: Scrutiny committee
    authorities: {{all: true}}
    events: [grade_change, first_grade, priority_action, theme_repeat, new_report, correction]
    when: now
    channels: [scrutiny-slack, team-mail]
"""


@dataclass(frozen=True)
class SampleWorld:
    """The running servers of the demonstration and its folder."""

    server: SiteServer
    slack: LocalSlack
    mailbox: LocalMailbox
    folder: Path


def prepare(folder: Path) -> None:
    """Empty the folder of an earlier demonstration. A folder with anything else is refused."""
    folder.mkdir(parents=True, exist_ok=True)
    found = list(folder.iterdir())
    names = {path.name for path in found}
    if names and (MARK not in names or not names <= _WRITTEN):
        raise ConfigurationError(
            f"{folder} contains files that are not from an earlier demonstration; "
            "choose another folder with --to"
        )
    for path in found:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    (folder / MARK).touch()


@contextmanager
def sample_world(folder: Path) -> Iterator[SampleWorld]:
    """Start the sample site, Slack and mailbox, and write the settings for them."""
    with (
        SiteServer(sample_site()) as server,
        LocalSlack() as slack,
        LocalMailbox(folder / "mail") as mailbox,
    ):
        config = WATCH_YAML.format(token=slack.token, slack=slack.base_url, port=mailbox.port)
        (folder / "watch.yaml").write_text(config, encoding="utf-8")
        make_private_file(folder / ".env")
        (folder / ".env").write_text(_env_file(server.url), encoding="utf-8")
        yield SampleWorld(server, slack, mailbox, folder)


def _env_file(site: str) -> str:
    """Return an `.env` with which commands in the folder show what the demonstration stored."""
    values = {
        "WATCH_SITE_URL": site,
        "WATCH_AUTHORITIES": str(REGISTER_FILE),
        "WATCH_NOW": f"{sample_history().demo_day}T13:00",
    }
    return "".join(f"{name}='{value}'\n" for name, value in values.items())


def settings_for(world: SampleWorld, day: date) -> Settings:
    """Return the settings under which the program watches the sample site on a day."""
    return Settings(now=f"{day.isoformat()}T13:00:00", **_own_values(world))


def _own_values(world: SampleWorld) -> dict[str, Any]:
    """Return all settings that must not be those of the user's own watch."""
    return {
        "site_url": world.server.url,
        "allowed_hosts": None,
        "database_url": None,
        "data_dir": world.folder / "data",
        "originals": None,
        "config": world.folder / "watch.yaml",
        "authorities": REGISTER_FILE,
        "requests_per_second": 0,
        "public_url": None,
        "hold_over": Settings.model_fields["hold_over"].default,
    }


def serve_settings(world: SampleWorld) -> Settings:
    """Return the settings for the Prefect UI on the sample site, and set them in the environment.

    The flows run in processes of their own, which read the environment.
    """
    settings = settings_for(world, sample_history().demo_day)
    for name, value in _own_values(world).items():
        # Empty: as if it were not set.
        os.environ[f"WATCH_{name.upper()}"] = "" if value is None else str(value)
    os.environ["WATCH_NOW"] = settings.instant().isoformat()
    return settings


def run(world: SampleWorld, *, keeps_serving: bool = False) -> None:
    """Show the first check, a day with new reports, and the messages that are sent.

    `keeps_serving`: the sample site runs on afterwards.
    """
    history = sample_history()
    _step(1, f"First check, {date_words(history.first_poll)}: it fills in the history")
    _check_site(world, history.first_poll)
    _say(_sent(world))
    _step(2, f"A day later, {date_words(history.demo_day)}: new reports have appeared")
    world.server.site.today = history.demo_day
    _check_site(world, history.demo_day)
    _say(f"(A check also asks for the {OVERLAP.days} days before the newest known report, in case")
    _say("a report is listed late.)")
    _say(_sent(world))
    _step(3, "What subscribers received")
    pages = _show_messages(world)
    _step(4, "Another check: nothing new, so nothing is sent")
    before = _sent(world)
    _check_site(world, history.demo_day)
    _say("Nothing was sent." if _sent(world) == before else _sent(world))
    _step(5, "The website, from what is stored now")
    with open_app(settings_for(world, history.demo_day)) as app:
        _say(publish(app, world.folder / "data" / SITE).summary)
    _where(world, pages, keeps_serving=keeps_serving)


def _sent(world: SampleWorld) -> str:
    """Return the number of messages sent so far, in words."""
    slack, mails = len(world.slack.messages), len(world.mailbox.mails)
    return f"Sent so far: {slack} to Slack, {mails} by email."


def _show_messages(world: SampleWorld) -> dict[str, Path]:
    """Print what was sent, and keep the emails as pages for a browser. Return the pages by name.

    People who watch one council get everything about its report. People who watch all councils get
    the three reports in one message, which is shorter in Slack than by email.
    """
    single, several = sorted(world.mailbox.mails, key=lambda mail: mail.recipients)
    pages = {
        "email about one report": _page(single, world.folder / _ONE),
        "email about three reports": _page(several, world.folder / _THREE),
    }
    first, second = pages.values()
    _say("People who watch one council get its report in full. Below is the email as")
    _say(f"plain text. It also has a picture of the grades over time: {first}")
    _panel(single.text, title=f"Email to {', '.join(single.recipients)}: {single.subject}")
    _say("\n   People who watch all councils get one combined message. Below is the Slack")
    _say("message. The email also lists the areas for improvement, and has a picture for")
    _say(f"each council: {second}")
    for message in world.slack.messages:
        text = "\n\n".join(block or _DIVIDER for block in message.visible_blocks())
        _panel(_without_marks(text), title=f"Slack #{message.channel_name}")
    return pages


def _page(mail: ReceivedMail, path: Path) -> Path:
    path.write_text(mail.page, encoding="utf-8")
    return path


def _panel(text: str, *, title: str) -> None:
    width = page_width()
    heading = Text(shortened(title, width - _FRAME))
    panel = Panel(Text(text.strip()), title=heading, title_align="left", width=width)
    out.print(panel, soft_wrap=False)


def _without_marks(text: str) -> str:
    """Return Slack's text as it looks: links by their labels, emphasis without its signs."""
    labelled = re.sub(r"<[^|>]+\|([^>]+)>", r"\1", text)
    return re.sub(r"(?<!\w)([*_])(.+?)\1(?!\w)", r"\2", labelled)


def _check_site(world: SampleWorld, day: date) -> None:
    """Poll the site and print what was found: the numbers, then one event on each line."""
    with open_app(settings_for(world, day)) as app:
        result = poll(app)
    quiet = tuple(replace(report, events=()) for report in result.reports)
    _say(replace(result, reports=quiet).summary)
    events = [event for report in result.reports for event in report.events]
    for line in (*(note.sentence for note in result.found.notes), *events):
        _say(f"→ {line}")


def _step(number: int, words: str) -> None:
    out.print(f"\n{number}. {words}", style="bold")


def _say(words: str) -> None:
    out.print(f"   {words}")


def _where(world: SampleWorld, pages: Mapping[str, Path], *, keeps_serving: bool) -> None:
    folder = world.folder
    places: dict[str, Path | str] = {
        **pages,
        "for an email program": f"{folder / 'mail'} (the .eml files)",
        "feeds": folder / "data" / SITE / "feeds" / "index.html",
        "database": folder / "data" / "watch.db",
        "settings": folder / "watch.yaml",
        "more of what is stored": f"{command_for(folder)} history Aldermere",
        "sample site with Prefect": f"{command_from()} demo --serve",
        "for your own councils": "README: Use it for your councils",
    }
    out.print("\nWhere to look", style="bold")
    for words, place in places.items():
        _say(f"{words:<27}{place}")
    if not keeps_serving:
        _say("The sample site, Slack and mailbox have stopped, so links in the messages, `poll`")
        _say("and `check` no longer reach them.")
    first_page = (folder / "data" / SITE / "index.html").absolute()
    out.print(f"\nThe website: {first_page.as_uri()}", style="bold")
