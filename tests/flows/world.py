"""A small world on this machine: a site, a Slack, a mail server, and the settings for them."""

from __future__ import annotations

import atexit
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from unittest.mock import patch

from sqlalchemy import func, update

from demo.mailbox import LocalMailbox
from demo.sample import REGISTER_FILE, sample_site
from demo.site import Site, SiteServer
from demo.slack import LocalSlack
from flows.pipeline import deliver
from flows.pipeline.app import App, open_app
from flows.pipeline.poll import poll
from flows.settings import Settings, load_settings
from storage.models import Report
from tests.command import Done, run_command
from tests.readings import without_reading_processes

WATCH_YAML = """
channels:
  slack: {{type: slack, token: "{token}", channel: "{channel}", base_url: "{base_url}"}}
  mail: {{type: email, to: [team@example.org], from: watch@example.org,
          host: 127.0.0.1, port: {port}}}
subscriptions:
  - name: Everything
    authorities: {{all: true}}
    events: [{events}]
    when: now
    channels: [slack, mail]
"""


@dataclass(frozen=True)
class World:
    """The servers, and the folder with data and configuration."""

    server: SiteServer
    slack: LocalSlack
    mailbox: LocalMailbox
    folder: Path
    authorities: Path | None = None

    def environment(self, **more: str) -> dict[str, str]:
        """The environment in which the command watches this world on the site's present day."""
        given = {
            "WATCH_SITE_URL": self.server.url,
            "WATCH_DATA_DIR": str(self.folder / "data"),
            "WATCH_CONFIG": str(self.folder / "watch.yaml"),
            "WATCH_REQUESTS_PER_SECOND": "0",
            "WATCH_NOW": f"{self.server.site.today}T13:00:00+00:00",
            **({"WATCH_AUTHORITIES": str(self.authorities)} if self.authorities else {}),
        }
        outside = {k: v for k, v in os.environ.items() if not k.startswith("WATCH_")}
        return {**outside, **given, **more}

    def settings(self, **more: str) -> Settings:
        """The same as settings."""
        environment = self.environment(**more)
        with patch.dict(os.environ, environment, clear=True):
            return load_settings()

    @contextmanager
    def app(self, **more: str) -> Iterator[App]:
        """The program, opened on this world. It does not wait before it asks our site again."""
        with without_reading_processes(), open_app(self.settings(**more)) as app:
            app.site.client.pace = replace(app.site.client.pace, first_pause=0.0)
            yield app

    def fill(self, day: date | None = None) -> None:
        """Let the first poll of the sample site be done: what a real one has left, made once.

        `day` is that of the fill; without it, the day before the new reports.
        """
        self.take_over(*_first_poll(day))

    def take_over(self, data: Path, address: str) -> None:
        """Begin with a copy of a data folder that was filled from another address."""
        shutil.copytree(data, self.folder / "data")
        moved = func.replace(Report.url, address, self.server.url)
        with self.app() as app, app.database.write() as session:
            session.execute(update(Report).values(url=moved))

    def on_a_copy(self, folder: Path) -> World:
        """The same world on a copy of its data, for a test that changes what is stored."""
        shutil.copytree(self.folder / "data", folder / "data")
        shutil.copy(self.folder / "watch.yaml", folder)
        return replace(self, folder=folder)

    def move_to(self, day: date) -> None:
        """Let it be another day on the site (and for the program)."""
        self.server.site.today = day


@contextmanager
def open_world(
    site: Site,
    folder: Path,
    *,
    events: str = "grade_change, first_grade, priority_action, new_report, correction",
    authorities: Path | None = None,
) -> Iterator[World]:
    """Start the servers and write `watch.yaml`; everything ends with the block."""
    with (
        SiteServer(site) as server,
        LocalSlack() as slack,
        LocalMailbox(folder / "mails") as mailbox,
    ):
        (folder / "watch.yaml").write_text(
            WATCH_YAML.format(
                token=slack.token,
                channel="#childrens-services",
                base_url=slack.base_url,
                port=mailbox.port,
                events=events,
            )
        )
        yield World(server, slack, mailbox, folder, authorities)


@cache
def _first_poll(day: date | None) -> tuple[Path, str]:
    """The data folder after a first poll of the sample site, and the site's address then."""
    folder = Path(mkdtemp(prefix="first-poll-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with open_world(sample_site(today=day), folder, authorities=REGISTER_FILE) as world:
        with world.app() as app:
            poll(app)
        return folder / "data", world.server.url


@contextmanager
def without_feeds() -> Iterator[None]:
    """Deliver without writing feeds, which for years of real reports take most of the time."""
    with patch.object(deliver, "publish_changes", lambda _app: None):
        yield


def run_in(world: World, *arguments: str, **more: str) -> Done:
    """Run the command in this world; nobody is at the keyboard."""
    return run_command(*arguments, env=world.environment(**more))
