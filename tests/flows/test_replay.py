"""Years of real reports replayed on a local site: each change sent once, and nothing else."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from alerts.events.types import EventType
from alerts.subscriptions.replay import past_events
from demo.documents import SampleReport, render
from demo.site import Site, load_corpus
from flows.pipeline.app import App
from flows.pipeline.deliver import deliver
from flows.pipeline.next_inspections import notify_next_inspections
from flows.pipeline.poll import poll
from flows.pipeline.reconcile import reconcile
from flows.pipeline.results import PollResult
from reports.model import Framework, Grade, Judgement, Kind, Period
from storage import history
from storage.models import Delivery, DeliveryState, Event, Report, ReportState
from tests.flows import first_poll
from tests.flows.first_poll import begin_with_first_poll
from tests.flows.grade_oracle import expected_changes
from tests.flows.world import World, open_world, without_feeds

pytestmark = pytest.mark.corpus

JUMPS = (date(2024, 7, 12), date(2025, 1, 31), date(2026, 8, 22))

YEAR_BEGINS, BUSY, YEAR_ENDS = date(2024, 7, 11), date(2024, 7, 12), date(2025, 1, 31)
ONE_DAY = timedelta(days=1)
CORRECTED = "99990001"
FULL_POLLS = 3

SUBSCRIPTIONS = (("At once", "now"), ("Daily", "daily"), ("Weekly", "weekly"))
"""One for each rhythm. Slack takes a message a second, so only the first goes there."""


@pytest.fixture(scope="module", autouse=True)
def _no_feeds() -> Iterator[None]:
    """These tests are about messages; those of `publish` are about feeds."""
    with without_feeds():
        yield


def sent_changes(event: Event) -> dict[str, tuple[str, str]]:
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


def times_sent(deliveries: list[Delivery], *, subscription: str, channel: str) -> Counter[int]:
    """How often each event was sent there, apart from urgent ones, which are sent at once."""
    return Counter(
        event.id
        for row in deliveries
        if (row.subscription, row.channel) == (subscription, channel)
        and (subscription == "At once" or row.key.startswith("digest:"))
        for event in row.events
    )


@dataclass(kw_only=True)
class Years:
    """Some polls with months between them: what each sent, and what they have left."""

    corpus: Path
    world: World
    quiet: PollResult
    requests_of_quiet: int
    deliveries: list[Delivery] = field(default_factory=list)


@pytest.fixture(scope="module")
def years(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Years]:
    """A first poll, a poll that finds nothing, and then a poll after each jump."""
    corpus = shared / "corpus"
    site = load_corpus(corpus, today=first_poll.DAY)
    folder = tmp_path_factory.mktemp("years")
    with open_world(site, folder, events="grade_change") as world:
        begin_with_first_poll(world, corpus)
        with world.app() as app:
            quiet = poll(app)
        found = Years(
            corpus=corpus, world=world, quiet=quiet, requests_of_quiet=len(world.server.requests)
        )
        for day in JUMPS:
            world.move_to(day)
            for _ in range(2):  # the second look finds nothing more
                with world.app(WATCH_HOLD_OVER="0") as app:
                    poll(app)
                    found.deliveries = all_deliveries(app)
        yield found


def test_a_quiet_poll_asks_once(years: Years) -> None:
    assert years.requests_of_quiet == 1
    assert years.quiet.found.new_reports == 0


def test_years_of_polls_send_each_grade_change_once(years: Years) -> None:
    expected = changes_between(years.corpus, first_poll.DAY, JUMPS[-1])
    changes = [event for event in all_events(years.world) if event.type == "grade_change"]
    sent = {event.report.file_id: sent_changes(event) for event in changes if event.report}
    assert sent == expected
    assert len(changes) == len(expected)
    assert len(years.world.slack.messages) == len(years.world.mailbox.mails) == len(JUMPS)
    for channel in ("slack", "mail"):
        events = [e for row in years.deliveries if row.channel == channel for e in row.events]
        assert sum(event.type == "grade_change" for event in events) == len(changes)
        assert len(events) == len({event.id for event in events})


def test_what_polls_sent_is_previewed(years: Years) -> None:
    """How common an issue is has changed since, so repeats may differ."""
    with years.world.app() as app, app.database.read() as session:
        first = first_poll.DAY + ONE_DAY
        past = past_events(session, first=first, last=JUMPS[-1], due=False)
        stored = {
            event.key for event in history.events(session) if event.type != EventType.THEME_REPEAT
        }
    previewed = {
        key for one in past for kind, key in one.keys.items() if kind != EventType.THEME_REPEAT
    }
    assert previewed == stored
    assert len(stored) > 20


def test_the_official_tables_agree_with_the_reports(years: Years, shared: Path) -> None:
    """Grades and dates of every inspection and focused visit; monitoring visits are not there."""
    official = shared / "reference" / "official"
    with years.world.app() as app:
        results = {path.name: reconcile(app, path) for path in official.glob("LA_*.ods")}
    assert len(results) == 2
    for result in results.values():
        assert {d.kind for d in result.differences} == {Kind.MONITORING_VISIT}
        assert all(d.stored is None for d in result.differences)
    assert [(r.grades, r.dates) for r in results.values() if "2025" in r.file] == [(593, 310)]
    assert [(r.grades, r.dates) for r in results.values() if "2024" in r.file] == [(468, 203)]


@dataclass
class Year:
    """A year: one poll for its first half, then polls and deliveries for its second."""

    corpus: Path
    world: World
    published: dict[str, date]
    deliveries: list[Delivery] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def go_to(self, app: App, day: date, *, full: bool = False) -> None:
        """A poll at one in the afternoon, and a delivery on the next morning."""
        self.world.move_to(day)
        afternoon = replace(app, settings=self.world.settings(WATCH_HOLD_OVER="0"))
        poll(afternoon, full=full)
        notify_next_inspections(afternoon)
        morning = self.world.settings(WATCH_NOW=f"{day + ONE_DAY}T08:00:00+01:00")
        deliver(replace(app, settings=morning))


@pytest.fixture(scope="module")
def year(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """Every day on which something was published, from 12 July 2024 to January 2025."""
    corpus = shared / "corpus"
    site = load_corpus(corpus, today=first_poll.DAY)
    published = {
        entry.file_id: entry.published
        for entry in site.listings
        if first_poll.DAY < entry.published <= YEAR_ENDS and entry.file_id in site.files
    }
    correct_one_and_withdraw_another(site, corpus, set(published))
    folder = tmp_path_factory.mktemp("year")
    with open_world(site, folder, events=", ".join(EventType)) as world:
        begin_with_first_poll(world, corpus)
        subscribe(folder / "watch.yaml")
        found = Year(corpus, world, published)
        # Opened once: what the reader takes for a date in the future is that of the last day.
        with world.app(WATCH_NOW=f"{YEAR_ENDS}T13:00:00+00:00") as app:
            found.go_to(app, YEAR_BEGINS)
            days = sorted({day for day in published.values() if day > YEAR_BEGINS})
            for day in days:
                # Only full polls notice that a report is no longer there.
                found.go_to(app, day, full=day in days[-FULL_POLLS:])
            afterwards = world.settings(WATCH_NOW=f"{YEAR_ENDS + 8 * ONE_DAY}T08:00:00+01:00")
            deliver(replace(app, settings=afterwards))
            found.deliveries = all_deliveries(app)
            with app.database.read() as session:
                found.events = list(history.events(session))
                unread = select(Report.file_id).where(Report.state != ReportState.READ)
                found.unread = set(session.scalars(unread))
        yield found


def correct_one_and_withdraw_another(site: Site, corpus: Path, published: set[str]) -> None:
    """Real reports are rarely corrected or withdrawn: here an inspection and a visit are."""
    facts = [json.loads(line) for line in (corpus / "gold.jsonl").read_text().splitlines()]
    listed = {entry.file_id: entry for entry in site.listings}
    later = [
        (fact, listed[fact["file_id"]])
        for fact in facts
        if fact["file_id"] in published and listed[fact["file_id"]].published > BUSY
    ]
    later.sort(key=lambda one: one[1].published)
    fact, entry = next(one for one in later if one[0]["framework"] == "ilacs_2023")
    grades = {Judgement(one["judgement"]): Grade(one["grade"]) for one in fact["judgements"]}
    worst = grades | {Judgement.IN_CARE: Grade.INADEQUATE}
    start, end = (date.fromisoformat(fact[f"inspection_{edge}"]) for edge in ("start", "end"))
    site.files[CORRECTED] = render(
        SampleReport(
            authority=next(one.name for one in site.authorities if one.urn == entry.urn),
            framework=Framework.ILACS_2023,
            periods=(Period(start=start, end=end),),
            lead_inspector=None,
            grades=worst,
        )
    )
    corrected = replace(entry, file_id=CORRECTED, published=entry.published + 21 * ONE_DAY)
    visit = next(entry for fact, entry in later if fact["framework"] == "focused_visit")
    withdrawn = replace(visit, withdrawn_on=visit.published + 30 * ONE_DAY)
    site.listings.remove(visit)
    site.listings += [corrected, withdrawn]


def subscribe(path: Path) -> None:
    """One subscription for each rhythm of messages."""
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
    sent = [
        row
        for row in year.deliveries
        if row.subscription == "At once"
        and {event.report.file_id for event in row.events if event.report} & that_day
    ]
    assert sorted(row.channel for row in sent) == ["mail", "slack"]
    for row in sent:
        assert {event.report.file_id for event in row.events if event.report} == that_day
    [mail] = [row.payload for row in sent if row.channel == "mail"]
    [slack] = [row.payload for row in sent if row.channel == "slack"]
    for file_id in that_day:
        assert file_id in mail["text"]
        assert file_id in str(slack["blocks"])
    assert mail["subject"].endswith(f"and {len(that_day) - 1} more reports")


def test_the_year_has_every_kind_of_event_that_the_site_can_cause(year: Year) -> None:
    assert {str(event.type) for event in year.events} >= {
        *("new_report", "grade_change", "first_grade", "priority_action", "theme_repeat"),
        *("correction", "withdrawn", "due_soon"),
    }
    by_type = Counter(event.type for event in year.events)
    assert (by_type[EventType.CORRECTION], by_type[EventType.WITHDRAWN]) == (1, 1)


def test_a_year_of_polls_sends_what_the_facts_call_for(year: Year) -> None:
    changes = [event for event in year.events if event.type == "grade_change"]
    sent = {event.report.file_id: sent_changes(event) for event in changes if event.report}
    assert sent == changes_between(year.corpus, first_poll.DAY, YEAR_ENDS)
    new = [event.report.file_id for event in year.events if event.type == "new_report"]  # type: ignore[union-attr]
    assert len(new) == len(set(new))
    assert set(new) == set(year.published) - year.unread


@pytest.mark.parametrize(
    ("subscription", "channel"),
    [("At once", "slack"), ("At once", "mail"), ("Daily", "mail"), ("Weekly", "mail")],
)
def test_each_event_of_the_year_is_sent_once_in_each_way(
    year: Year, subscription: str, channel: str
) -> None:
    sent = times_sent(year.deliveries, subscription=subscription, channel=channel)
    assert sent == {event.id: 1 for event in year.events}


def test_everything_arrived_once(year: Year) -> None:
    assert {row.state for row in year.deliveries} == {DeliveryState.SENT}
    by_channel = Counter(row.channel for row in year.deliveries)
    assert len(year.world.slack.messages) == by_channel["slack"]
    assert len(year.world.mailbox.mails) == by_channel["mail"]
    assert len({mail.message_id for mail in year.world.mailbox.mails}) == by_channel["mail"]
