"""Reports that leave the site, return, or only seem to have left."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from demo.documents import SampleReport, render
from flows.pipeline.poll import poll
from reports.model import Period
from storage import watch_status
from storage.models import Delivery, Event
from tests.flows.stored_reports.conftest import (
    ALDERMERE,
    DAY,
    FIRST,
    GONE,
    VISIT,
    a_report,
    doubtful,
    look,
    types_of,
)
from tests.flows.world import World, run_in


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
                patch.setattr("flows.pipeline.plausibility.SHRINKS_AT_MOST", 0.5)
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
        last, *_, first = watch_status.last_polls(session, count=4)
    assert "Aldermere: the page could not be read (The page is about Brackenshire" in last.notes[0]
    assert first.listed_at is None, "for a day, such a page leaves a gap"


def test_what_is_sent_is_in_the_outbox_with_its_event(world: World) -> None:
    withdraw(world, FIRST)
    for days in range(3):
        look(world, FIRST + timedelta(days=days), full=True)
    with world.app() as app, app.database.read() as session:
        event = session.scalars(select(Event).where(Event.type == "withdrawn")).one()
        assert event.key == f"withdrawn:{GONE}"
        deliveries = session.scalars(select(Delivery).where(Delivery.events.any())).all()
        assert sum(event in delivery.events for delivery in deliveries) == 2


def test_reports_that_return_after_one_message_about_them_are_in_one_reply_to_it(
    world: World,
) -> None:
    three = (GONE, "99000203", "99000403")
    for file_id in three:
        withdraw(world, FIRST, file_id=file_id)
    for days in (0, 1, 2):
        look(world, FIRST + timedelta(days=days), full=True)
    [*before, withdrawn] = world.slack.messages
    mails = len(world.mailbox.mails)
    for days, returned in ((3, three[:2]), (4, three[2:])):
        for file_id in returned:
            withdraw(world, FIRST + timedelta(days=900), file_id=file_id)
        look(world, FIRST + timedelta(days=days), full=True)
    [first, reply, other] = world.slack.messages[len(before) :]
    assert reply.thread_ts == other.thread_ts == withdrawn.ts
    assert "and 1 more item" in reply.text
    assert len(world.mailbox.mails) == mails + 2
    notes = [block for block in first.visible_blocks() if "See the reply" in block]
    again = "this report is on Ofsted's site again."
    assert [note.count(again) for note in notes] == [2, 1]
