"""Years of real reports replayed on a local site: each change told once, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from demo.site import load_corpus
from flows.pipeline.app import App
from flows.pipeline.backfill import plan_backfill, run_backfill
from flows.pipeline.backfill_request import BackfillRequest
from flows.pipeline.deliver import deliver
from flows.pipeline.poll import poll
from storage import history
from storage.models import Delivery, DeliveryState, Event, Notification, Report, ReportState
from tests.flows.grade_oracle import expected_changes
from tests.flows.world import World, open_world, without_feeds

pytestmark = pytest.mark.corpus

FILL = date(2024, 1, 1)
JUMPS = (date(2024, 7, 12), date(2025, 1, 31), date(2026, 8, 22))

YEAR_BEGINS, BUSY, YEAR_ENDS = date(2024, 7, 11), date(2024, 7, 12), date(2025, 8, 31)
ONE_DAY = timedelta(days=1)
# One for each way of being told. Slack takes a message a second, so only the first goes there.
SUBSCRIPTIONS = (("At once", "now"), ("Daily", "daily"), ("Weekly", "weekly"))


@pytest.fixture(scope="module", autouse=True)
def _no_feeds() -> Iterator[None]:
    """These tests are about messages; those of `publish` are about feeds."""
    with without_feeds():
        yield


def told_changes(event: Event) -> dict[str, tuple[str, str]]:
    """What a grade_change event says moved."""
    return {
        change["judgement"]: (change["from"], change["to"])
        for change in event.detail["changes"]
        if change["direction"] in ("better", "worse")
    }


def all_events(world: World) -> list[Event]:
    with world.app() as app, app.database.read() as session:
        return list(history.events(session))


def all_deliveries(app: App) -> list[Delivery]:
    query = select(Delivery).options(selectinload(Delivery.events).joinedload(Event.report))
    with app.database.read() as session:
        return list(session.scalars(query.order_by(Delivery.id)))


def changes_between(corpus: Path, first: date, last: date) -> dict[str, dict[str, tuple[str, str]]]:
    """What the checked facts call for, of reports published after `first` and up to `last`."""
    return {
        item.file_id: item.changes
        for item in expected_changes(corpus)
        if item.changes and first < item.published <= last
    }


def times_told(deliveries: list[Delivery], *, subscription: str, channel: str) -> Counter[int]:
    """How often each event was sent there, apart from urgent ones, which are sent at once."""
    return Counter(
        event.id
        for row in deliveries
        if (row.subscription, row.channel) == (subscription, channel)
        and (subscription == "At once" or row.key.startswith("digest:"))
        for event in row.events
    )


def test_years_of_polls_tell_each_grade_change_once(shared: Path, tmp_path: Path) -> None:
    corpus = shared / "corpus"
    expected = changes_between(corpus, FILL, JUMPS[-1])
    with open_world(load_corpus(corpus, today=FILL), tmp_path, events="grade_change") as world:
        with world.app() as app:
            poll(app)
        assert all_events(world) == []
        assert world.slack.messages == ()
        assert world.mailbox.mails == ()

        for day in JUMPS:
            world.move_to(day)
            for _ in range(2):  # the second look finds nothing more
                with world.app(WATCH_HOLD_OVER="0") as app:
                    poll(app)
                    deliveries = all_deliveries(app)

        changes = [event for event in all_events(world) if event.type == "grade_change"]
        told = {event.report.file_id: told_changes(event) for event in changes if event.report}
        assert told == expected
        assert len(changes) == len(expected)
        assert len(world.slack.messages) == len(world.mailbox.mails) == len(JUMPS)
        for channel in ("slack", "mail"):
            events = [e for row in deliveries if row.channel == channel for e in row.events]
            assert sum(event.type == "grade_change" for event in events) == len(changes)
            assert len(events) == len({event.id for event in events})


def test_a_quiet_poll_asks_once(shared: Path, tmp_path: Path) -> None:
    with open_world(load_corpus(shared / "corpus", today=FILL), tmp_path) as world:
        with world.app() as app:
            poll(app)
        world.server.forget_requests()
        with world.app() as app:
            result = poll(app)
        assert len(world.server.requests) == 1
        assert result.found.new_reports == 0


def test_a_full_backfill_tells_nobody(shared: Path, tmp_path: Path) -> None:
    with open_world(load_corpus(shared / "corpus", today=JUMPS[-1]), tmp_path) as world:
        with world.app() as app:
            result = run_backfill(app, plan_backfill(app, BackfillRequest()))
            deliver(app)
            with app.database.read() as session:
                assert session.scalars(select(Notification.id)).all() == []
            assert all_deliveries(app) == []
        assert len(result.reports) > 500
        assert world.slack.messages == ()
        assert world.mailbox.mails == ()


@dataclass
class Year:
    """A year of looks and deliveries: what is stored and what arrived."""

    corpus: Path
    world: World
    published: dict[str, date]
    deliveries: list[Delivery] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def go_to(self, app: App, day: date) -> None:
        """A poll at one in the afternoon, and a delivery on the next morning."""
        self.world.move_to(day)
        afternoon = self.world.settings()
        poll(replace(app, settings=afternoon))
        morning = self.world.settings(WATCH_NOW=f"{day + ONE_DAY}T08:00:00+01:00")
        deliver(replace(app, settings=morning))


@pytest.fixture(scope="module")
def year(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """Every day on which something was published, from 12 July 2024 to August 2025."""
    corpus = shared / "corpus"
    site = load_corpus(corpus, today=YEAR_BEGINS)
    published = {
        entry.file_id: entry.published
        for entry in site.listings
        if YEAR_BEGINS < entry.published <= YEAR_ENDS and entry.file_id in site.files
    }
    folder = tmp_path_factory.mktemp("year")
    with open_world(site, folder) as world:
        subscribe(folder / "watch.yaml")
        found = Year(corpus, world, published)
        # Opened once: what the reader takes for a date in the future is that of the last day.
        with world.app(WATCH_NOW=f"{YEAR_ENDS}T13:00:00+00:00") as app:
            found.go_to(app, YEAR_BEGINS)
            for day in sorted(set(published.values())):
                found.go_to(app, day)
            afterwards = world.settings(WATCH_NOW=f"{YEAR_ENDS + 8 * ONE_DAY}T08:00:00+01:00")
            deliver(replace(app, settings=afterwards))
            found.deliveries = all_deliveries(app)
            with app.database.read() as session:
                found.events = list(history.events(session))
                unread = select(Report.file_id).where(Report.state != ReportState.READ)
                found.unread = set(session.scalars(unread))
        yield found


def subscribe(path: Path) -> None:
    """One subscription for each way of being told."""
    config = yaml.safe_load(path.read_text())
    [everything] = config["subscriptions"]
    config["subscriptions"] = [
        everything
        | {"name": name, "when": when, "channels": ["slack", "mail"] if when == "now" else ["mail"]}
        for name, when in SUBSCRIPTIONS
    ]
    path.write_text(yaml.safe_dump(config))


def test_the_reports_of_12_july_2024_are_one_message_with_all_of_them(year: Year) -> None:
    that_day = {file_id for file_id, day in year.published.items() if day == BUSY}
    assert len(that_day) >= 9
    told = [
        row
        for row in year.deliveries
        if row.subscription == "At once"
        and {event.report.file_id for event in row.events if event.report} & that_day
    ]
    assert sorted(row.channel for row in told) == ["mail", "slack"]
    for row in told:
        assert {event.report.file_id for event in row.events if event.report} == that_day
    [mail] = [row.payload for row in told if row.channel == "mail"]
    [slack] = [row.payload for row in told if row.channel == "slack"]
    for file_id in that_day:
        assert file_id in mail["text"]
        assert file_id in str(slack["blocks"])
    assert mail["subject"].endswith(f"and {len(that_day) - 1} more")


def test_a_year_of_looks_tells_what_the_facts_call_for(year: Year) -> None:
    changes = [event for event in year.events if event.type == "grade_change"]
    told = {event.report.file_id: told_changes(event) for event in changes if event.report}
    assert told == changes_between(year.corpus, YEAR_BEGINS, YEAR_ENDS)
    new = [event.report.file_id for event in year.events if event.type == "new_report"]  # type: ignore[union-attr]
    assert len(new) == len(set(new))
    assert set(new) == set(year.published) - year.unread


@pytest.mark.parametrize(
    ("subscription", "channel"),
    [("At once", "slack"), ("At once", "mail"), ("Daily", "mail"), ("Weekly", "mail")],
)
def test_each_event_of_the_year_is_told_once_in_each_way(
    year: Year, subscription: str, channel: str
) -> None:
    told = times_told(year.deliveries, subscription=subscription, channel=channel)
    assert told == {event.id: 1 for event in year.events}


def test_everything_arrived_once(year: Year) -> None:
    assert {row.state for row in year.deliveries} == {DeliveryState.SENT}
    by_channel = Counter(row.channel for row in year.deliveries)
    assert len(year.world.slack.messages) == by_channel["slack"]
    assert len(year.world.mailbox.mails) == by_channel["mail"]
    assert len({mail.message_id for mail in year.world.mailbox.mails}) == by_channel["mail"]
