"""300 subscriptions with five channels each, and a poll that finds 24 reports for all of them.

The subscriptions differ in name and events. Each gets one combined message on each channel, with
what surrounds each report: the council's grades over time, and those of other councils.
"""

from __future__ import annotations

import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import yaml

from alerts.events import detection
from alerts.messages.sites import Sites
from alerts.outbox.combined_messages import make_messages
from alerts.outbox.enqueue import AlertRun, keep_notifications
from alerts.subscriptions.config import AlertConfig, load_config
from reports.model import Framework
from storage.database import Database
from tests.alerts.receiver import SECRET
from tests.benchmarks.costs import Costs
from tests.storage.readings import NOW, REGISTER, a_reading, stored
from tests.website.built import GOOD, INADEQUATE, RI, graded, tagged

SUBSCRIPTIONS = 300
REPORTS = 24
CHANNELS = {
    "slack": {"type": "slack", "token": "xoxb-1", "channel": "#children"},
    "hook": {"type": "slack-webhook", "url": "https://hooks.slack.com/services/T/B/x"},
    "mail": {
        "type": "email",
        "from": "watch@example.gov.uk",
        "to": ["team@example.gov.uk"],
        "host": "localhost",
    },
    "program": {"type": "webhook", "url": "https://example.gov.uk/hook", "secret": SECRET},
    "teams": {"type": "apprise", "url": "json://localhost/"},
}
_STATEMENTS = (
    "The quality and regularity of supervision for social workers, so that plans do not drift.",
    "The timeliness of return home interviews for children who go missing from care.",
    "The quality of pathway plans for care leavers, and how far young people shape them.",
    "The sufficiency of suitable homes for children in care.",
)
_EVENTS = ("grade_change", "first_grade", "priority_action", "theme_repeat", "new_report")


def measure(costs: Costs) -> None:
    """Add the seconds of the processor that these messages need."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/store.db")
        database.migrate()
        run = AlertRun(
            config=_config(Path(folder)),
            now=NOW,
            real_now=NOW,
            sites=Sites(ofsted="https://reports.ofsted.gov.uk", public=None),
        )
        _history(database)
        began = time.process_time()
        _poll(database, run)
        polled = time.process_time()
        made = make_messages(database, run)
        ended = time.process_time()
        database.close()
    print(f"messages for {SUBSCRIPTIONS} subscriptions: {made} deliveries")
    costs.add("many subscriptions, poll", polled - began)
    costs.add("many subscriptions", ended - began, target=40)


def _config(folder: Path) -> AlertConfig:
    subscriptions = [
        {
            "name": f"Team {number}",
            "authorities": {"all": True},
            "events": sorted({*_EVENTS[number % 4 :], "new_report"}),
            "channels": list(CHANNELS),
        }
        for number in range(SUBSCRIPTIONS)
    ]
    path = folder / "watch.yaml"
    path.write_text(yaml.safe_dump({"channels": CHANNELS, "subscriptions": subscriptions}))
    return load_config(path, register=REGISTER, environment={})


def _councils() -> list[str]:
    return [one.key for one in REGISTER.authorities if one.valid_to is None]


def _history(database: Database) -> None:
    """Two inspections of each council, so that every message has its context."""
    with database.write() as session:
        for turn, year in enumerate((2019, 2022)):
            for number, key in enumerate(_councils()):
                start = date(year, 1, 7) + timedelta(days=number)
                reading = a_reading(
                    start=start,
                    framework=Framework.ILACS_2018,
                    grades=graded(Framework.ILACS_2018, GOOD, RI, GOOD, GOOD),
                )
                stored(
                    session,
                    f"{turn}-{number}",
                    tagged(reading, _STATEMENTS[:2]),
                    authority=key,
                    published=start + timedelta(days=50),
                    silent=True,
                )


def _poll(database: Database, run: AlertRun) -> None:
    """Ingest one report after the other, each with its events."""
    for number, key in enumerate(_councils()[:REPORTS]):
        with database.write() as session:
            start = date(2026, 4, 13) + timedelta(days=number % 10)
            reading = a_reading(
                start=start,
                grades=graded(Framework.ILACS_2023, INADEQUATE, RI, GOOD, RI, INADEQUATE),
            )
            report = stored(
                session,
                f"new-{number}",
                tagged(reading, _STATEMENTS, priority=_STATEMENTS[:1]),
                authority=key,
                published=start + timedelta(days=50),
            )
            detected = detection.detect(session, report)
            found = detection.store(session, report, detected, now=NOW)
            keep_notifications(session, found, run, held=False)


if __name__ == "__main__":
    measure()
