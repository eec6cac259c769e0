"""Digests: every event in exactly one, every period with exactly one, however often one asks."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from alerts.events.types import EventType
from alerts.outbox.combined_messages import make_messages
from alerts.outbox.deliveries import release
from alerts.outbox.enqueue import AlertRun
from alerts.subscriptions.config import AlertConfig
from reports.london import LONDON
from storage.database import Database
from storage.facts import remove_report
from storage.models import (
    Delivery,
    DeliveryState,
    Event,
    Notification,
    Report,
    ReportState,
)
from tests.alerts.builders import AREAS, fall_events, make_event, make_report, stored
from tests.alerts.outbox.making_digests import (
    DAY,
    FRIDAY,
    REAL,
    Rows,
    digests,
    look,
    make,
    new_events,
)


def test_an_event_waits_for_its_digest_and_is_in_no_other(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    config = configured("daily")
    new_events(database, config, at=FRIDAY)
    assert rows() == []
    assert make(database, config, FRIDAY + timedelta(hours=5)) == 0
    morning = datetime(2026, 6, 20, 7, 30, tzinfo=LONDON)
    assert make(database, config, morning - timedelta(seconds=1)) == 0
    assert make(database, config, morning) == 1
    assert make(database, config, morning) == 0
    assert sorted(row.recipient for row in rows()) == [
        "#social-care",
        "a@example.org",
        "b@example.org",
    ]
    assert all(len(row.events) == 1 for row in rows())
    assert make(database, config, morning + DAY) == 1
    assert [len(row.events) for row in digests(rows())] == [1, 0]


def test_a_quiet_day_says_how_well_we_looked(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    councils = ["Havering", "Newham", "Barnet"]
    config = configured("daily", authorities={"names": councils})
    make(database, config, FRIDAY)
    look(database, *(FRIDAY - timedelta(minutes=5 * n) for n in range(65)))
    make(database, config, FRIDAY + DAY)
    [digest] = digests(rows())
    assert digest.payload["subject"] == "Daily digest, Friday 19 June 2026: nothing new"
    sentence = "site was checked 65 times, last at 13:02 on Friday 19 June."
    assert "No new reports for your 3 councils. Ofsted's site" in digest.payload["text"]
    assert sentence in digest.payload["text"]
    assert sentence in digest.payload["html"]
    [slack] = digests(rows(), "#social-care")
    assert sentence in str(slack.payload["blocks"])


def test_a_quiet_day_of_all_councils_names_none(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    config = configured("daily", authorities={"all": True})
    make(database, config, FRIDAY)
    look(database, FRIDAY)
    make(database, config, FRIDAY + DAY)
    [digest] = digests(rows())
    assert "No new reports on any council. Ofsted's site" in digest.payload["text"]


def test_a_day_on_which_nothing_could_be_seen_is_not_called_quiet(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    config = configured("daily")
    make(database, config, FRIDAY)
    look(database, FRIDAY)
    make(database, config, FRIDAY + DAY)
    make(database, config, FRIDAY + 2 * DAY)
    payload = digests(rows())[-1].payload
    assert payload["subject"].endswith("20 June 2026: Ofsted's site could not be checked")
    text = payload["text"]
    assert "No new reports" not in text
    assert "Ofsted's site could not be checked in this period" in text
    assert "last successful check: 13:02 on Friday 19 June 2026" in text


def test_a_subscription_without_new_reports_does_not_say_there_were_none(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    config = configured("daily", events=["priority_action"])
    make(database, config, FRIDAY)
    new_events(database, config, at=FRIDAY)
    look(database, FRIDAY)
    make(database, config, FRIDAY + DAY)
    [digest] = digests(rows())
    assert "no new reports" not in digest.payload["text"]
    assert "No reports matching this subscription" in digest.payload["text"]


@pytest.mark.parametrize(
    "only",
    [{"kinds": ["focused_visit"]}, {"keywords": ["care leavers"]}, {"min_severity": "urgent"}],
)
def test_a_subscription_to_some_new_reports_does_not_say_there_were_none(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows, only: dict[str, Any]
) -> None:
    config = configured("daily", events=["new_report", "priority_action"], **only)
    make(database, config, FRIDAY)
    new_events(database, config, at=FRIDAY)
    look(database, FRIDAY)
    make(database, config, FRIDAY + DAY)
    [digest] = digests(rows())
    assert digest.events == []
    assert "No reports matching this subscription" in digest.payload["text"]


@pytest.mark.parametrize("drop", [False, True])
def test_a_digest_does_not_deny_reports_that_are_held_or_dropped(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows, drop: bool
) -> None:
    config = configured("daily")
    make(database, config, FRIDAY)
    new_events(database, config, at=FRIDAY, number=1, held=True)
    new_events(database, config, at=FRIDAY, number=2, held=True)
    if drop:
        with database.write() as session:
            release(session, drop=True, now=REAL)
    look(database, FRIDAY)
    make(database, config, FRIDAY + DAY)
    [digest] = digests(rows())
    text = " ".join(digest.payload["text"].split())
    assert "No reports matching this subscription" in text
    said = "2 reports are not in this digest: they could not be read yet, or need review."
    assert (said in text) is not drop
    assert ("2 reports not included yet" in digest.payload["subject"]) is not drop


@pytest.mark.parametrize("state", [ReportState.LISTED, ReportState.FAILED, ReportState.READ])
def test_a_digest_does_not_deny_a_report_that_could_not_be_read(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows, state: ReportState
) -> None:
    config = configured("daily")
    make(database, config, FRIDAY)
    with database.write() as session:
        report = make_report()
        report.first_seen_at, report.state = FRIDAY, state
        stored(session, report, [])
    look(database, FRIDAY)
    make(database, config, FRIDAY + DAY)
    [digest] = digests(rows())
    text = " ".join(digest.payload["text"].split())
    said = "1 report is not in this digest: it could not be read yet, or needs review."
    assert (said in text) == (state != ReportState.READ)
    assert ("No new reports" in text) == (state == ReportState.READ)


def test_a_digest_does_not_deny_a_report_whose_council_is_uncertain(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    """It has been read, but has no events until a person confirms the council."""
    config = configured("daily")
    make(database, config, FRIDAY)
    with database.write() as session:
        report = make_report(problems=["The report names another council."])
        report.problems[0].code = "authority_mismatch"
        report.first_seen_at = FRIDAY
        stored(session, report, [])
    look(database, FRIDAY)
    make(database, config, FRIDAY + DAY)
    [digest] = digests(rows())
    assert "No reports matching this subscription" in digest.payload["text"]


@pytest.mark.parametrize("wanted", [True, False])
def test_a_digest_does_not_deny_reports_that_were_found_before_their_subscription(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows, wanted: bool
) -> None:
    new_events(database, configured("now", name="Another"), at=FRIDAY - 10 * DAY)
    with database.write() as session:
        session.scalars(select(Report)).one().first_seen_at = FRIDAY - 10 * DAY
    config = configured("monthly", kinds=["inspection" if wanted else "focused_visit"])
    make(database, config, FRIDAY)
    look(database, FRIDAY)
    make(database, config, FRIDAY + 13 * DAY)
    [digest] = digests(rows())
    text = " ".join(digest.payload["text"].split())
    said = (
        "1 report is not in this digest: it was found before this subscription asked for such "
        "reports."
    )
    assert (said in text) is wanted
    assert "No new reports" not in text
    new_events(database, config, at=FRIDAY + 14 * DAY, number=2)
    with database.write() as session:
        for report in session.scalars(select(Report).where(Report.file_id == "50400002")):
            report.first_seen_at = FRIDAY + 14 * DAY
    make(database, config, FRIDAY + 45 * DAY)
    assert "found before" not in digests(rows())[-1].payload["text"]


def test_a_new_subscription_begins_without_a_digest_of_the_past(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    config = configured("weekly")
    assert make(database, config, FRIDAY) == 0
    assert make(database, config, FRIDAY + DAY) == 0
    assert rows() == []
    assert make(database, config, datetime(2026, 6, 22, 7, 30, tzinfo=LONDON)) == 1
    [digest] = digests(rows())
    assert "15 to 21 June 2026" in digest.payload["subject"]


def test_a_watch_set_up_before_breakfast_sends_no_digest_of_the_day_before(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    config = configured("daily")
    early = datetime(2026, 6, 19, 6, 30, tzinfo=LONDON)
    look(database, early)
    assert make(database, config, early) == 0
    assert make(database, config, early + timedelta(hours=1)) == 0
    assert rows() == []
    assert make(database, config, early + timedelta(hours=25)) == 1
    [digest] = digests(rows())
    assert digest.payload["subject"] == "Daily digest, Friday 19 June 2026: nothing new"


def test_what_is_urgent_does_not_wait_and_is_marked_as_sent(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    config = configured("weekly")
    new_events(database, config, at=FRIDAY, number=1)
    new_events(database, config, at=FRIDAY, number=2, events=fall_events)
    make_messages(database, AlertRun(config=config, now=FRIDAY, real_now=REAL))
    at_once = rows()
    assert [row.recipient for row in at_once] == ["a@example.org", "b@example.org", "#social-care"]
    assert all(row.payload.get("urgent", True) for row in at_once)
    make(database, config, datetime(2026, 6, 22, 8, 0, tzinfo=LONDON))
    [digest] = digests(rows())
    text = digest.payload["text"]
    assert "[Urgent, already sent to you]" in text
    assert text.index("Marlbury 2") < text.index("Marlbury 1")
    assert digest.payload["subject"].endswith("2 reports, 1 urgent")
    assert digest.payload["urgent"] is False


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.MUTED, DeliveryState.DUE])
def test_what_did_not_reach_a_recipient_is_in_the_digest_in_full(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows, state: DeliveryState
) -> None:
    config = configured("weekly")
    new_events(database, config, at=FRIDAY, events=fall_events)
    make_messages(database, AlertRun(config=config, now=FRIDAY, real_now=REAL))
    with database.write() as session:
        at_once = list(session.scalars(select(Delivery)))
        # A message fails for one recipient, or is being tried again; a mute stops all of it.
        for row in at_once if state == DeliveryState.MUTED else at_once[:1]:
            row.state, row.tries = state, 1
    make(database, config, datetime(2026, 6, 22, 8, 0, tzinfo=LONDON))
    [digest] = digests(rows())
    assert "[Urgent]" in digest.payload["text"]
    assert AREAS[0] in " ".join(digest.payload["text"].split())


def send_singly(database: Database, config: AlertConfig, state: DeliveryState) -> None:
    """Make the messages of a poll, which then have this state."""
    make_messages(database, AlertRun(config=config, now=FRIDAY, real_now=REAL))
    with database.write() as session:
        for row in session.scalars(select(Delivery)):
            row.state = state


@pytest.mark.parametrize("when", ["weekly", "monthly"])
def test_the_first_digest_after_a_change_of_when_lists_what_was_sent_singly_in_its_period(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows, when: str
) -> None:
    singly, config = configured("now"), configured(when)
    new_events(database, singly, at=FRIDAY - 40 * DAY, number=1)
    new_events(database, singly, at=FRIDAY, number=2)
    send_singly(database, singly, DeliveryState.SENT)
    assert make(database, config, FRIDAY + DAY) == 0, "no digest of the past"
    make(database, config, FRIDAY + 13 * DAY)
    [digest] = digests(rows())
    assert digest.payload["subject"].endswith(": 1 report")
    text = digest.payload["text"]
    assert "[Already sent to you]" in text
    assert "Marlbury 2" in text
    assert "Marlbury 1" not in text
    make(database, config, FRIDAY + 45 * DAY)
    assert not digests(rows())[-1].events


@pytest.mark.parametrize("state", [DeliveryState.MUTED, DeliveryState.HELD])
def test_a_digest_does_not_list_what_was_never_sent_singly(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows, state: DeliveryState
) -> None:
    singly, config = configured("now"), configured("weekly")
    new_events(database, singly, at=FRIDAY)
    send_singly(database, singly, state)
    make(database, config, FRIDAY)
    make(database, config, FRIDAY + 3 * DAY)
    [digest] = digests(rows())
    assert not digest.events


def test_a_digest_does_not_list_a_document_that_was_removed_after_it_was_sent_singly(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    singly, config = configured("now"), configured("weekly")
    new_events(database, singly, at=FRIDAY)
    send_singly(database, singly, DeliveryState.SENT)
    with database.write() as session:
        remove_report(session, session.scalars(select(Report)).one())
    make(database, config, FRIDAY)
    make(database, config, FRIDAY + 3 * DAY)
    [digest] = digests(rows())
    assert not digest.events


def test_a_digest_for_a_recipient_who_has_been_added_since_has_urgent_reports_in_full(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    before = configured("weekly", channels=["slack"])
    new_events(database, before, at=FRIDAY, events=fall_events)
    make_messages(database, AlertRun(config=before, now=FRIDAY, real_now=REAL))
    make(database, configured("weekly"), datetime(2026, 6, 22, 8, 0, tzinfo=LONDON))
    [digest] = digests(rows())
    assert "[Urgent]" in digest.payload["text"]
    assert AREAS[0] in " ".join(digest.payload["text"].split())


def test_a_digest_gives_the_events_that_its_subscription_asks_for_as_its_reason(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    config = configured("daily", events=["first_grade"])
    make(database, config, FRIDAY)
    new_events(database, config, at=FRIDAY, events=fall_events)
    make(database, config, FRIDAY + DAY)
    [digest] = digests(rows())
    assert "“Scrutiny” includes first grades for all councils." in digest.payload["text"]


def test_a_digest_says_that_its_subscription_has_been_narrowed(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    new_events(database, configured("daily"), at=FRIDAY)
    narrower = configured("daily", authorities={"names": ["Havering"]})
    look(database, FRIDAY)
    assert make(database, narrower, FRIDAY + DAY) == 1
    text = digests(rows())[0].payload["text"]
    assert "1 report for the councils that this subscription covered at the time." in text
    assert "the subscription “Scrutiny” covered these councils until recently" in text


def test_a_pause_is_made_up_by_one_digest_of_all_its_days(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    config = configured("daily")
    make(database, config, FRIDAY)
    new_events(database, config, at=FRIDAY + DAY, number=1)
    new_events(database, config, at=FRIDAY + 9 * DAY, number=2)
    assert make(database, config, FRIDAY + 10 * DAY) == 1
    [digest] = digests(rows())
    assert "19 to 28 June 2026" in digest.payload["subject"]
    assert len(digest.events) == 2


def test_each_event_is_in_one_digest_over_a_year(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    config = configured("weekly", channels=["team"])
    start = datetime(2025, 11, 1, 12, 0, tzinfo=LONDON)
    for number in range(60):
        new_events(database, config, at=start + number * 6 * DAY, number=number)
        make(database, config, start + number * 6 * DAY)
    make(database, config, start + 400 * DAY)
    told = Counter(event.id for row in digests(rows()) for event in row.events)
    assert len(told) == 60
    assert set(told.values()) == {1}
    ends = [row.key.split(":")[1] for row in digests(rows())]
    assert len(ends) == len(set(ends))


def test_what_is_held_waits_for_a_person(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    config = configured("daily")
    new_events(database, config, at=FRIDAY, number=1, held=True)
    new_events(database, config, at=FRIDAY, number=2)
    make(database, config, FRIDAY + DAY)
    with database.write() as session:
        release(session, drop=False, now=REAL)
    make(database, config, FRIDAY + 2 * DAY)
    assert [len(row.events) for row in digests(rows())] == [1, 1]


def test_what_is_dropped_is_in_no_digest(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    config = configured("daily")
    new_events(database, config, at=FRIDAY, held=True)
    with database.write() as session:
        release(session, drop=True, now=REAL)
    make(database, config, FRIDAY)
    make(database, config, FRIDAY + DAY)
    assert [len(row.events) for row in digests(rows())] == [0]
    with database.read() as session:
        [entry] = session.query(Notification)
        assert entry.state == DeliveryState.MUTED


@pytest.mark.parametrize(("events", "told"), [(None, 3), (fall_events, 0)])
def test_what_was_collected_is_sent_when_the_digest_fails_unless_it_is_known(
    database: Database,
    configured: Callable[..., AlertConfig],
    rows: Rows,
    events: Callable[[Report], list[Event]] | None,
    told: int,
) -> None:
    weekly = configured("weekly")
    new_events(database, weekly, at=FRIDAY, events=events)
    make_messages(database, AlertRun(config=weekly, now=FRIDAY, real_now=REAL))
    before = len(rows())
    config = configured("now")
    run = AlertRun(config=config, now=FRIDAY + timedelta(hours=1), real_now=REAL)
    assert [make_messages(database, run) for _ in range(2)] == [told, 0]
    assert len(rows()) == before + told
    assert make(database, config, FRIDAY + DAY) == 0


def test_several_processes_make_one_digest(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    config = configured("daily")
    for number in range(5):
        new_events(database, config, at=FRIDAY, number=number)
    together = threading.Barrier(4)
    made = []

    def run() -> None:
        own = Database(database.url.render_as_string(hide_password=False))
        together.wait()
        made.append(make(own, config, FRIDAY + DAY))
        own.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(made) == 1
    assert [len(row.events) for row in digests(rows())] == [5]


def test_a_crash_in_the_middle_leaves_everything_for_the_next_run(
    database: Database,
    configured: Callable[..., AlertConfig],
    rows: Rows,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = configured("daily")
    new_events(database, config, at=FRIDAY)

    def crash(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("alerts.outbox.digests.enqueue", crash)
        with pytest.raises(KeyboardInterrupt):
            make(database, config, FRIDAY + DAY)
    assert rows() == []
    assert make(database, config, FRIDAY + DAY) == 1
    assert [len(row.events) for row in digests(rows())] == [1]


def test_a_digest_says_that_a_council_has_been_inspected_since_that_became_likely(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    config = configured("weekly")
    new_events(
        database, config, at=FRIDAY, events=lambda report: [make_event(report, EventType.DUE_SOON)]
    )
    with database.write() as session:
        last = session.scalars(select(Report)).one()
        later = make_report(file_id="50409999", start=date(2026, 6, 1), end=date(2026, 6, 12))
        later.authority = last.authority
        assert later.inspection is not None
        later.inspection.authority = last.authority
        session.add(later)
    make(database, config, FRIDAY + 3 * DAY)
    [digest] = digests(rows())
    text = " ".join(digest.payload["text"].split())
    assert "next inspection is likely between January 2026 and March 2028 (since inspected)" in text
    assert "published the report of a later inspection (1 to 12 June 2026)." in text
