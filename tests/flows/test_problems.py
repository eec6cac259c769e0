"""Problems worked off, withdrawn reports, re-reading and operators, on the sample site."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from demo.documents import Quirks, SampleReport, render
from demo.sample import REGISTER_FILE, sample_history, sample_site
from flows.pipeline.confirm import confirm_value
from flows.pipeline.discover import begin_poll, discover
from flows.pipeline.poll import poll
from flows.pipeline.reread import reread_outdated
from reports.errors import ConfigurationError
from reports.model import Grade, Judgement, Period
from scrapers.errors import SiteError
from storage import facts, history, watch_status
from storage.models import Delivery, Event, Notification, PollOutcome, Report, ReportState
from storage.problems import open_problems
from tests.flows.world import World, open_world, run_in

FIRST = sample_history().first_poll
DAY = sample_history().demo_day
ALDERMERE = next(r for r in sample_history().new_reports if r.authority == "aldermere")
VISIT = next(r for r in sample_history().reports if r.file_id == "99000102")
WHO = {"who": "A. Clerk", "why": "page 1"}
WHO_SAYS = ("--who", "A. Clerk", "--why", "page 1")

OPERATORS = """
operators: {channels: [mail]}
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The sample site, filled in; the next report on Aldermere has a grade in doubt."""
    site = sample_site()
    site.files[ALDERMERE.file_id] = render(doubtful())
    with open_world(
        site,
        tmp_path,
        authorities=REGISTER_FILE,
        events="grade_change, first_grade, priority_action, correction, withdrawn",
    ) as world:
        config = tmp_path / "watch.yaml"
        config.write_text(config.read_text() + OPERATORS)
        world.fill()
        yield world


def doubtful() -> SampleReport:
    document = ALDERMERE.document
    assert isinstance(document, SampleReport)
    other = Quirks(heading_grades={Judgement.IN_CARE: Grade.OUTSTANDING})
    return document.model_copy(update={"quirks": other})


def look(world: World, day: date, *, full: bool = False, **more: str) -> None:
    world.move_to(day)
    with world.app(**more) as app:
        poll(app, full=full)


def types_of(world: World, authority: str) -> list[str]:
    with world.app() as app, app.database.read() as session:
        found = history.events(session)
        return [str(event.type) for event in found if event.authority.key == authority]


def operators_mails(world: World) -> list[str]:
    return [mail.text for mail in world.mailbox.mails if "Operators" in mail.text]


def a_report(world: World, file_id: str) -> Report:
    with world.app() as app, app.database.read() as session:
        report = session.scalars(select(Report).where(Report.file_id == file_id)).one()
        assert report.problems is not None
        return report


def test_a_confirmed_grade_is_sent_once(world: World) -> None:
    look(world, DAY)
    assert types_of(world, "aldermere") == ["new_report"]
    with world.app() as app:
        with app.database.read() as session:
            rows = [p for p in open_problems(session) if p.report.file_id == ALDERMERE.file_id]
            assert [(row.code, row.confirm) for row in rows] == [
                ("grade_disagreement", ("in_care",))
            ]
        first = confirm_value(app, ALDERMERE.file_id, field="in_care", value="inadequate", **WHO)
        assert first.outcome.problems == ()
        assert any("Inadequate" in event for event in first.outcome.events)
        assert first.outcome.queued == 2
        again = confirm_value(app, ALDERMERE.file_id, field="in_care", value=None, **WHO)
        assert (again.outcome.events, again.outcome.queued) == ((), 0)
    look(world, DAY)
    assert types_of(world, "aldermere").count("grade_change") == 1
    assert sum("Aldermere" in message.text for message in world.slack.messages) == 1


def test_whoever_asks_for_the_kind_that_a_person_confirms_gets_the_report(world: World) -> None:
    path = world.folder / "watch.yaml"
    visits = "  - {name: Visits, authorities: {all: true}, channels: [mail], events: [new_report],"
    text = path.read_text().replace("operators:", f"{visits} kinds: [focused_visit]}}\noperators:")
    path.write_text(text)
    look(world, DAY)
    for _ in range(2):
        run_in(world, "confirm", ALDERMERE.file_id, "kind", "focused_visit", *WHO_SAYS)
        run_in(world, "deliver")
    visits_of = [mail.text for mail in world.mailbox.mails if "“Visits”" in mail.text]
    assert len(visits_of) == 1
    assert "Aldermere" in visits_of[0]


def test_whoever_asks_for_a_kind_that_was_confirmed_by_mistake_gets_nothing(world: World) -> None:
    path = world.folder / "watch.yaml"
    visits = "  - {name: Visits, authorities: {all: true}, channels: [mail], events: [new_report],"
    settings = f"{visits} kinds: [focused_visit], when: weekly}}\noperators:"
    path.write_text(path.read_text().replace("operators:", settings))
    look(world, DAY)
    for minute, kind in enumerate(("focused_visit", "inspection")):
        at = {"WATCH_NOW": f"{DAY}T15:0{minute}:00+00:00"}
        run_in(world, "confirm", ALDERMERE.file_id, "kind", kind, *WHO_SAYS, **at)
    with world.app() as app, app.database.read() as session:
        waiting = session.scalars(select(Notification).where(Notification.subscription == "Visits"))
        assert waiting.all() == []


def test_what_is_confirmed_after_a_release_is_not_held_again(world: World) -> None:
    world.move_to(DAY)
    with world.app(WATCH_HOLD_OVER="2") as app:
        assert poll(app).found.held
    assert "Messages are held" in operators_mails(world)[-1]
    assert (
        "  ! 2 messages are held: run inspection-watch release\n" in run_in(world, "status").stdout
    )
    assert run_in(world, "release").returncode == 0
    assert "Resolved: Messages are held" in operators_mails(world)[-1]
    arrived = len(world.slack.messages)
    done = run_in(world, "confirm", ALDERMERE.file_id, "in_care", "inadequate", *WHO_SAYS)
    assert "2 messages queued; `deliver` sends them." in done.stdout
    run_in(world, "deliver")
    assert len(world.slack.messages) == arrived + 1


def test_confirm_says_that_messages_are_held(world: World) -> None:
    world.move_to(DAY)
    with world.app(WATCH_HOLD_OVER="2") as app:
        poll(app)
    confirm = ("confirm", ALDERMERE.file_id, "in_care")
    held = run_in(world, *confirm, "inadequate", *WHO_SAYS)
    assert "2 messages held; `release` sends them." in held.stdout
    assert "`deliver`" not in held.stdout
    again = json.loads(run_in(world, *confirm, *WHO_SAYS, "--json").stdout)
    assert (again["messages_queued"], again["messages_held"]) == (0, 0)


def test_the_report_may_be_named_by_its_address(world: World) -> None:
    look(world, DAY)
    url = a_report(world, ALDERMERE.file_id).url
    with world.app() as app:
        done = confirm_value(app, str(url), field="in_care", value="inadequate", **WHO)
    assert done.outcome.problems == ()


@pytest.mark.parametrize(
    ("file_id", "field", "value", "fault"),
    [
        ("1", "in_care", "good", "no report"),
        (ALDERMERE.file_id, "in_car", "good", "did you mean in_care"),
        (ALDERMERE.file_id, "in_care", "goood", "did you mean good"),
        (ALDERMERE.file_id, "authority", "Aldermeer", "did you mean Aldermere"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    world: World, file_id: str, field: str, value: str, fault: str
) -> None:
    look(world, DAY)
    with world.app() as app, pytest.raises(ConfigurationError, match=fault):
        confirm_value(app, file_id, field=field, value=value, **WHO)
    assert a_report(world, ALDERMERE.file_id).as_read is None


def test_operators_hear_of_a_problem_once_and_of_its_solution_once(world: World) -> None:
    look(world, DAY)
    before = operators_mails(world)
    assert sum("Aldermere" in mail for mail in before) == 1
    look(world, DAY)
    assert operators_mails(world) == before
    with world.app() as app:
        confirm_value(app, ALDERMERE.file_id, field="in_care", value="inadequate", **WHO)
    look(world, DAY)
    look(world, DAY)
    after = operators_mails(world)[len(before) :]
    assert len(after) == 1
    assert "Resolved: Aldermere" in after[0]


def test_operators_hear_once_that_the_site_cannot_be_looked_at(world: World) -> None:
    before = len(operators_mails(world))
    world.server.site.quirks.renamed_classes["search-result"] = "hit"
    for _ in range(3):
        with pytest.raises(SiteError):
            look(world, FIRST, full=True)
    world.server.site.quirks.renamed_classes.clear()
    look(world, FIRST)
    look(world, FIRST)
    messages = operators_mails(world)[before:]
    assert len(messages) == 2
    assert "The site could not be checked" in messages[0]
    assert "Resolved:" in messages[1]


def test_a_report_whose_original_cannot_be_stored_fails_alone_and_is_sent_later(
    world: World, tmp_path: Path
) -> None:
    world.move_to(DAY)
    file = tmp_path / "not a folder"
    file.write_text("")
    with world.app(WATCH_ORIGINALS=str(file)) as app:
        outcomes = poll(app).reports
    assert [outcome.state for outcome in outcomes] == [ReportState.LISTED] * 3
    assert "original files" in outcomes[0].problems[0]
    assert types_of(world, "brackenshire") == []
    assert "original files" in operators_mails(world)[-1]
    look(world, DAY)
    assert types_of(world, "brackenshire") != []


def test_operators_hear_of_a_check_that_stopped_after_it_had_listed_reports(world: World) -> None:
    world.move_to(DAY)
    with world.app() as app:
        stopped = patch.object(app.reader, "read_many", side_effect=MemoryError("no process"))
        with stopped, pytest.raises(MemoryError):
            poll(app)
        with app.database.read() as session:
            [last] = watch_status.last_polls(session, count=1)
            day = {"start": last.started_at, "end": last.started_at + timedelta(days=1)}
            assert (last.outcome, last.error) == (PollOutcome.FAILED, "no process")
            assert history.polls_between(session, **day)[0] == 0
    assert "A check stopped before its end: no process" in operators_mails(world)[-1]


def test_reports_that_nothing_reads_for_a_day_need_review(world: World) -> None:
    world.move_to(DAY)
    with world.app() as app:
        discover(app, begin_poll(app, full=False))
    assert run_in(world, "status", "--check").returncode == 0
    world.move_to(DAY + timedelta(days=2))
    assert run_in(world, "status", "--check").returncode == 1
    shown = run_in(world, "status").stdout
    assert "3 reports have waited for more than a day to be read" in shown
    with patch("flows.pipeline.poll.ingest", return_value=[]):
        look(world, DAY + timedelta(days=2))
    assert "3 reports have waited for more than a day to be read" in operators_mails(world)[-1]


def test_an_older_reading_is_read_again_by_the_full_poll_in_silence(world: World) -> None:
    look(world, DAY)
    with world.app() as app:
        confirm_value(app, ALDERMERE.file_id, field="lead_inspector", value="Ann Other", **WHO)
        with app.database.write() as session:
            for report in session.scalars(select(Report)):
                reading = dict(report.reading or {})
                # As other weights of themes left it: without a theme nothing is raised again.
                areas = [{**area, "themes": []} for area in reading["improvement_areas"]]
                older = {"topic": "what an older reader made of it", "improvement_areas": areas}
                report.reading = {**reading, **older}
                report.reader_version = 0
    before = len(world.slack.messages), len(world.mailbox.mails), types_of(world, "aldermere")
    with world.app() as app:
        assert reread_outdated(app, at_most=10).read == 10
    look(world, DAY)
    assert count_outdated(world) == 15, "a quick look reads nothing again"
    for _ in range(2):
        look(world, DAY, full=True)
    assert count_outdated(world) == 0
    assert (
        len(world.slack.messages),
        len(world.mailbox.mails),
        types_of(world, "aldermere"),
    ) == before
    report = a_report(world, ALDERMERE.file_id)
    assert facts.reading_of(report).lead_inspector == "Ann Other"
    assert facts.reading_of(report).topic is None
    assert all(area.themes for area in facts.reading_of(report).improvement_areas)


def count_outdated(world: World) -> int:
    with world.app() as app, app.database.read() as session:
        return len(session.scalars(select(Report).where(Report.reader_version == 0)).all())


def test_what_one_machine_cannot_read_again_is_shown_and_operators_get_an_alert(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Two machines on one database, each with originals of its own."""
    monkeypatch.setattr("flows.pipeline.reread.READER_VERSION", 10_000)
    mails = len(operators_mails(world))
    other = {"WATCH_ORIGINALS": str(tmp_path / "originals of another machine")}
    with world.app(**other) as app:
        poll(app, full=True)
        with app.database.read() as session:
            assert len(watch_status.without_original(session)) == 22
    shown = json.loads(run_in(world, "status", "--json").stdout)
    assert len(shown["originals_missing"]) == 22
    with world.app(**other, WATCH_NOW=f"{FIRST + timedelta(days=1)}T06:00:00+00:00") as app:
        poll(app, full=True)
    later = json.loads(run_in(world, "status", "--json").stdout)
    assert later["originals_missing"] == shown["originals_missing"]
    (messages,) = operators_mails(world)[mails:]
    assert "22 reports could not be read again" in messages

    look(world, FIRST, full=True)  # on the machine that keeps them

    with world.app() as app, app.database.read() as session:
        assert watch_status.without_original(session) == []
    assert "Resolved: 22 reports could not be read again" in operators_mails(world)[-1]


def test_machines_that_share_their_originals_can_all_read_them_again(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shared = {"WATCH_ORIGINALS": "memory://shared"}
    with world.app(**shared, WATCH_DATABASE_URL=f"sqlite:///{tmp_path / 'one.db'}") as app:
        poll(app, full=True)
    monkeypatch.setattr("flows.pipeline.reread.READER_VERSION", 10_000)
    with world.app(**shared, WATCH_DATABASE_URL=f"sqlite:///{tmp_path / 'one.db'}") as app:
        assert reread_outdated(app).read == 22


def test_a_report_that_cannot_be_stored_again_does_not_stop_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = facts.store_reading

    def refuse_one(session: Session, report: Report, *arguments: Any, **more: Any) -> None:
        if report.file_id == GONE:
            raise ValueError("refused")
        store(session, report, *arguments, **more)

    look(world, FIRST, full=True)
    monkeypatch.setattr("flows.pipeline.reread.READER_VERSION", 10_000)
    monkeypatch.setattr("flows.pipeline.reread.facts.store_reading", refuse_one)
    with world.app() as app:
        assert reread_outdated(app).read == 22


GONE = "99000103"


def withdraw(world: World, day: date, *, file_id: str = GONE) -> None:
    """Take a report on Aldermere off the site from a day on."""
    site = world.server.site
    site.listings = [
        replace(entry, withdrawn_on=day) if entry.file_id == file_id else entry
        for entry in site.listings
    ]


def test_a_report_that_is_gone_for_days_is_sent_once_as_withdrawn(world: World) -> None:
    withdraw(world, FIRST)
    look(world, FIRST, full=True)
    look(world, FIRST, full=True)
    assert types_of(world, "aldermere") == []
    look(world, FIRST + timedelta(days=1), full=True)
    look(world, FIRST + timedelta(days=2), full=True)
    assert types_of(world, "aldermere").count("withdrawn") == 1
    assert a_report(world, GONE).withdrawn_at is not None
    messages = [m.text for m in world.slack.messages if "no longer on Ofsted's site" in m.text]
    assert len(messages) == 1
    withdraw(world, FIRST + timedelta(days=900))
    look(world, FIRST + timedelta(days=3), full=True)
    assert a_report(world, GONE).withdrawn_at is None
    assert types_of(world, "aldermere").count("withdrawn") == 1


@pytest.mark.parametrize("becomes", ["withdrawn", "missing", "a visit"])
def test_changes_are_sent_once_a_report_that_hid_them_is_gone_or_proves_to_be_another(
    world: World, becomes: str
) -> None:
    site = world.server.site
    site.files[ALDERMERE.file_id] = render(ALDERMERE.document)
    [listed] = [entry for entry in site.listings if entry.file_id == ALDERMERE.file_id]
    site.listings.append(replace(listed, file_id="99000997", published=DAY - timedelta(days=5)))
    site.files["99000997"] = b"%PDF-1.7 cut off\n%%EOF\n"
    if becomes == "missing":
        world.server.faults.add("html@/v1/file/99000997")
    look(world, DAY, full=True)
    assert "grade_change" not in types_of(world, "aldermere")
    if becomes == "withdrawn":
        withdraw(world, DAY, file_id="99000997")
    elif becomes == "missing":
        world.server.faults.clear()
        del site.files["99000997"]
    else:
        days = Period(start=DAY - timedelta(days=40), end=DAY - timedelta(days=39))
        letter = VISIT.document.model_copy(update={"periods": (days,), "letter_date": days.end})
        site.files["99000997"] = render(letter)
    for days in (1, 2, 3):
        look(world, DAY + timedelta(days=days), full=True)
    assert types_of(world, "aldermere").count("grade_change") == 1


def test_the_withdrawal_of_a_report_that_is_held_is_held_too(world: World) -> None:
    look(world, DAY, WATCH_HOLD_OVER="1")
    withdraw(world, DAY + timedelta(days=1), file_id="99000303")
    for days in (1, 2, 3):
        look(world, DAY + timedelta(days=days), full=True)
    assert types_of(world, "castlebourne") == ["grade_change", "new_report", "withdrawn"]
    assert not world.slack.messages
    run_in(world, "release")
    assert len(world.slack.messages) == 2


@pytest.mark.parametrize("bad", [render(doubtful()), b"%PDF-1.7 cut off\n%%EOF\n", None])
def test_a_withdrawn_report_needs_no_review_until_it_is_listed_again(
    world: World, bad: bytes | None
) -> None:
    """It cannot be fetched again, and no message depends on it."""
    if bad is None:
        del world.server.site.files[ALDERMERE.file_id]
    else:
        world.server.site.files[ALDERMERE.file_id] = bad
    look(world, DAY, full=True)

    def needing_review() -> list[str]:
        with world.app() as app, app.database.read() as session:
            return [report.file_id for report in watch_status.stuck_reports(session)]

    assert needing_review() == [ALDERMERE.file_id]
    withdraw(world, DAY, file_id=ALDERMERE.file_id)
    for days in range(1, 5):
        look(world, DAY + timedelta(days=days), full=True)
    assert a_report(world, ALDERMERE.file_id).withdrawn_at is not None
    assert needing_review() == []
    withdraw(world, DAY + timedelta(days=900), file_id=ALDERMERE.file_id)
    look(world, DAY + timedelta(days=5), full=True)
    assert needing_review() == [ALDERMERE.file_id]


def test_a_withdrawn_report_that_returns_and_is_withdrawn_again_is_sent_each_time(
    world: World,
) -> None:
    day = FIRST
    for times in (1, 2):
        withdraw(world, day)
        for _ in range(4):
            look(world, day, full=True)
            day += timedelta(days=1)
        assert types_of(world, "aldermere").count("withdrawn") == times
        withdraw(world, day + timedelta(days=900))
        for _ in range(2):
            look(world, day, full=True)
            day += timedelta(days=1)
        assert types_of(world, "aldermere").count("returned") == times
    said = "inspection report is on Ofsted's site again"
    messages = [m.text for m in world.slack.messages if said in m.text]
    assert len(messages) == 2


def test_a_report_that_counts_again_after_a_correction_is_gone_has_its_urgent_events(
    world: World,
) -> None:
    """While the correction was listed, what only the report says was in no event."""
    site, report = world.server.site, ALDERMERE.file_id
    document = ALDERMERE.document
    assert isinstance(document, SampleReport)
    areas = ("The oversight of children at risk of serious harm.",)
    site.files[report] = render(document.model_copy(update={"priority_actions": areas}))
    world.server.faults.add(f"status=503@/v1/file/{report}")
    look(world, DAY)
    [entry] = [entry for entry in site.listings if entry.file_id == report]
    later = DAY + timedelta(days=1)
    site.listings.append(replace(entry, file_id="99000199", published=later))
    site.files["99000199"] = render(document)
    look(world, later)
    world.server.faults.clear()
    look(world, later, full=True)
    assert "priority_action" not in types_of(world, "aldermere")
    site.listings = [entry for entry in site.listings if entry.file_id != "99000199"]
    for days in range(2, 6):
        look(world, DAY + timedelta(days=days), full=True)
    types = types_of(world, "aldermere")
    assert (types.count("withdrawn"), types.count("priority_action")) == (1, 1)
    assert (types.count("new_report"), types.count("grade_change")) == (1, 1)


def test_an_authority_that_is_missing_altogether_loses_no_report(world: World) -> None:
    site = world.server.site
    site.authorities = [a for a in site.authorities if a.urn != "99001"]
    for days in range(4):
        with world.app() as app:
            world.move_to(FIRST + timedelta(days=days))
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("flows.pipeline.discover.SHRINKS_AT_MOST", 0.5)
                poll(app, full=True)
    assert a_report(world, GONE).times_missed == 0
    assert "withdrawn" not in types_of(world, "aldermere")


def test_a_page_with_a_link_that_was_not_understood_proves_nothing(world: World) -> None:
    withdraw(world, FIRST)
    site = world.server.site
    other = next(entry for entry in site.listings if entry.urn == "99001")
    site.listings.append(replace(other, file_id="not-a-number"))
    for days in range(4):
        look(world, FIRST + timedelta(days=days), full=True)
    assert a_report(world, GONE).times_missed == 0


def test_a_page_that_leads_to_another_council_counts_as_unread(world: World) -> None:
    world.server.faults.add(f"redirect={world.server.url}/provider/44/99002@/provider/44/99001")
    for days in range(4):
        look(world, FIRST + timedelta(days=days), full=True)
    assert "withdrawn" not in types_of(world, "aldermere")
    with world.app() as app, app.database.read() as session:
        [last] = watch_status.last_polls(session, count=1)
    assert "Aldermere: the page could not be read (The page is about Brackenshire" in last.notes[0]
    assert last.listed_at is None


def test_what_is_sent_is_in_the_outbox_with_its_event(world: World) -> None:
    withdraw(world, FIRST)
    for days in range(3):
        look(world, FIRST + timedelta(days=days), full=True)
    with world.app() as app, app.database.read() as session:
        event = session.scalars(select(Event).where(Event.type == "withdrawn")).one()
        assert event.key == f"withdrawn:{GONE}"
        deliveries = session.scalars(select(Delivery).where(Delivery.events.any())).all()
        assert sum(event in delivery.events for delivery in deliveries) == 2


def test_a_page_that_fails_in_other_words_each_time_is_one_problem(world: World) -> None:
    look(world, FIRST)
    page = "/provider/44/99001"
    for fault in ("status=404", "cut", "status=401"):
        world.server.faults.add(f"{fault}@{page}")
        look(world, FIRST, full=True)
        world.server.faults.clear()
    [mail] = operators_mails(world)
    assert "Aldermere: the page could not be read" in mail
    look(world, FIRST, full=True)
    assert "1 problem is resolved" in operators_mails(world)[-1]


def test_a_full_poll_does_not_resolve_that_the_site_ignores_the_date_of_quick_polls(
    world: World,
) -> None:
    world.server.site.quirks.ignore_dates = True
    for days in range(2):
        look(world, FIRST + timedelta(days=days), full=True)
        look(world, FIRST + timedelta(days=days))
    alerts = [mail for mail in operators_mails(world) if "the day it was asked for" in mail]
    assert len(alerts) == 1
    world.server.site.quirks.ignore_dates = False
    look(world, FIRST + timedelta(days=1))
    assert "Resolved: The search lists" in operators_mails(world)[-1]
