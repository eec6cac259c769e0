"""What `inspection-watch demo` does: a sample site, a local Slack and mail box, and two looks."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rich.panel import Panel
from rich.text import Text

from cli.output import out, uk_date
from demo.mailbox import LocalMailbox
from demo.sample import REGISTER_FILE, sample_history, sample_site
from demo.site import SiteServer
from demo.slack import LocalSlack
from flows.pipeline.app import open_app
from flows.pipeline.poll import poll
from flows.settings import Settings
from reports.errors import ConfigurationError

MARK = ".inspection-watch-demo"

WATCH_YAML = """\
# Who is told of what. This one was written by the demonstration.
channels:
  scrutiny-slack:
    {{type: slack, token: "{token}", channel: "#childrens-services", base_url: "{slack}"}}
  team-mail:
    {{type: email, to: [team@example.org], from: watch@example.org, host: 127.0.0.1, port: {port}}}
subscriptions:
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
    """Empty the folder of an earlier demonstration. Any other folder with content is refused."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise ConfigurationError(
                f"{folder} holds something else than an earlier demonstration; "
                "choose another folder with --to"
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()


@contextmanager
def sample_world(folder: Path) -> Iterator[SampleWorld]:
    """Start the sample site, Slack and mail box, and write `watch.yaml` for them."""
    with (
        SiteServer(sample_site()) as server,
        LocalSlack() as slack,
        LocalMailbox(folder / "mail") as mailbox,
    ):
        config = WATCH_YAML.format(token=slack.token, slack=slack.base_url, port=mailbox.port)
        (folder / "watch.yaml").write_text(config, encoding="utf-8")
        yield SampleWorld(server, slack, mailbox, folder)


def settings_for(world: SampleWorld, day: date) -> Settings:
    """The settings under which the program watches the sample site on a day."""
    values: dict[str, Any] = {
        "site_url": world.server.url,
        "allowed_hosts": None,
        "database_url": None,
        "data_dir": world.folder / "data",
        "config": world.folder / "watch.yaml",
        "authorities": REGISTER_FILE,
        "requests_per_second": 0,
        "now": f"{day.isoformat()}T13:00:00",
    }
    return Settings(**values)


def serve_settings(world: SampleWorld) -> Settings:
    """The settings for the Prefect UI on the sample site.

    The flows run in processes of their own and read the environment, so it says the same.
    """
    settings = settings_for(world, sample_history().demo_day)
    for name in ("site_url", "data_dir", "config", "authorities", "requests_per_second"):
        os.environ[f"WATCH_{name.upper()}"] = str(getattr(settings, name))
    os.environ["WATCH_NOW"] = settings.instant().isoformat()
    return settings


def run(world: SampleWorld) -> None:
    """First fill, then the day on which new reports appear, and what people are sent."""
    history = sample_history()
    _step(1, f"First fill, {uk_date(history.first_fill)}: everything the sample site has so far")
    _look(world, history.first_fill)
    out.print(
        f"   Sent: {len(world.slack.messages)} Slack messages, {len(world.mailbox.mails)} mails. "
        "History is no news."
    )
    _step(2, f"A day later, {uk_date(history.demo_day)}: new reports have appeared")
    world.server.site.today = history.demo_day
    _look(world, history.demo_day)
    _step(3, "What people were sent")
    for message in world.slack.messages:
        title = f"Slack #{message.channel_name}"
        _panel(_without_marks(message.visible_text()), title=title)
    for mail in world.mailbox.mails[:1]:
        _panel(mail.text, title=f"Mail to {', '.join(mail.recipients)}: {mail.subject}")
    _step(4, "Another look: nothing new, so nothing is sent")
    before = len(world.slack.messages) + len(world.mailbox.mails)
    _look(world, history.demo_day)
    after = len(world.slack.messages) + len(world.mailbox.mails)
    out.print(f"   Sent: {after - before} messages.")
    _where(world)


def _panel(text: str, *, title: str) -> None:
    out.print(Panel(text, title=Text(title), title_align="left"), soft_wrap=False)


def _without_marks(text: str) -> str:
    """Slack's text as it looks: links by their labels, emphasis without its signs."""
    labelled = re.sub(r"<[^|>]+\|([^>]+)>", r"\1", text)
    return re.sub(r"(?<!\w)([*_])(.+?)\1(?!\w)", r"\2", labelled)


def _look(world: SampleWorld, day: date) -> None:
    with open_app(settings_for(world, day)) as app:
        result = poll(app)
    out.print(f"   {result.summary}")
    for report in result.reports:
        for event in report.events:
            out.print(f"   → {event}")


def _step(number: int, words: str) -> None:
    out.print(f"\n{number}. {words}", style="bold")


def _where(world: SampleWorld) -> None:
    folder = world.folder
    out.print("\nWhere to look", style="bold")
    out.print(f"   database   {folder / 'data' / 'watch.db'}")
    out.print(f"   mails      {folder / 'mail'} (open the .eml files with a mail program)")
    out.print(f"   settings   {folder / 'watch.yaml'}")
    out.print("   UI         inspection-watch demo --serve, then http://127.0.0.1:4200")
    out.print("   for real   make serve (see README: Settings)")
