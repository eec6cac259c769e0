"""The command on a local site with real reports: the first poll, start-up, and a long history."""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import text

from demo.site import SiteServer, load_corpus
from storage.database import Database
from tests.benchmarks.costs import Costs, Used, clean_environment, run
from tests.benchmarks.history import multiply

TODAY = date(2026, 8, 22)
FILLED = TODAY - timedelta(days=30)
TIMES = 5
FACTORS = (20, 100)
CONFIG = """
subscriptions:
  - name: Everything
    authorities: {all: true}
    events: [grade_change, first_grade, priority_action, theme_repeat, new_report]
    channels: [mail]
channels:
  mail: {type: email, to: [team@example.org], from: watch@example.org, host: 127.0.0.1, port: 9}
"""


class _Watch:
    """A watch of the site in a folder, on a day."""

    def __init__(self, folder: Path, server: SiteServer, day: date) -> None:
        self.folder, self.server = folder, server
        self.go_to(day)

    def go_to(self, day: date) -> None:
        """Let it be another day, on the site too."""
        self.server.site.today = day
        self._environment = clean_environment(
            WATCH_SITE_URL=self.server.url,
            WATCH_DATA_DIR=str(self.folder),
            WATCH_CONFIG=str(self.folder / "watch.yaml"),
            WATCH_REQUESTS_PER_SECOND="0",
            WATCH_HOLD_OVER="0",
            WATCH_NOW=f"{day}T13:00",
        )

    def run(self, *arguments: str) -> Used:
        """Run a command."""
        return run([sys.executable, "-m", "cli.main", *arguments], self._environment)

    def usual(self, *arguments: str) -> float:
        """The median of the seconds that a command needs."""
        return statistics.median(self.run(*arguments).cpu for _ in range(TIMES))


def measure(corpus: Path, costs: Costs) -> None:
    """Add what the commands cost."""
    with (
        tempfile.TemporaryDirectory() as folder,
        SiteServer(load_corpus(corpus, today=FILLED)) as server,
    ):
        filled = Path(folder) / "filled"
        filled.mkdir()
        (filled / "watch.yaml").write_text(CONFIG)
        watch = _Watch(filled, server, FILLED)
        print("commands with the reports of the corpus")
        fill = watch.run("poll")
        costs.add("first poll", fill.cpu)
        costs.add("first poll, memory", fill.megabytes, "MB", target=250)
        _start_up(watch, next((corpus / "pdfs").glob("*.pdf")), costs)
        for factor in (1, *FACTORS):
            many = Path(folder) / f"times-{factor}"
            shutil.copytree(filled, many)
            print(f"commands with {factor} times as many reports")
            _multiply(many, factor)
            _scale(_Watch(many, server, FILLED), str(factor), costs)


def _start_up(watch: _Watch, report: Path, costs: Costs) -> None:
    costs.add("--version", watch.usual("--version"), target=0.15)
    costs.add("status", watch.usual("status"), target=0.75)
    costs.add("read one.pdf", watch.usual("read", str(report)), target=0.9)
    costs.add("poll that finds nothing", watch.usual("poll"), target=1.0)


def _scale(watch: _Watch, factor: str, costs: Costs) -> None:
    """A poll that writes all feeds, one with new reports, one without, and a council's history."""
    for name, day in (("poll after a restart", FILLED), ("poll with new reports", TODAY)):
        if name == "poll after a restart":
            shutil.rmtree(watch.folder / "site", ignore_errors=True)
        watch.go_to(day)
        used = watch.run("poll")
        costs.add(f"{name}, history x {factor}", used.cpu)
        costs.add(f"{name}, history x {factor}, memory", used.megabytes, "MB", target=250)
    quiet = ("poll that finds nothing", ["poll"])
    for name, arguments in (quiet, ("history", ["history", "Havering"])):
        used = watch.run(*arguments)
        costs.add(f"{name}, history x {factor}", used.cpu)
    watch.go_to(FILLED)


def _multiply(folder: Path, factor: int) -> None:
    """Give other councils the same history, some years earlier."""
    database = Database(f"sqlite:///{folder / 'watch.db'}")
    first = multiply(database, factor)
    with database.write() as session:
        session.execute(
            text("UPDATE report SET published = date(published, '-30 years') WHERE id > :first"),
            {"first": first},
        )
    database.close()
