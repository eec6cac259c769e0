"""`backfill --notify`: counted first, confirmed, one digest a subscription, and never twice."""

from __future__ import annotations

import os
import pty
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from alerts.outbox.backfill_digests import Tally
from demo.documents import SampleReport, render
from demo.mailbox import reply as smtp_reply
from demo.sample import REGISTER_FILE, sample_history, sample_site
from flows.pipeline.add import add_document
from flows.pipeline.backfill import plan_backfill, run_backfill
from flows.pipeline.backfill_request import BackfillRequest
from flows.pipeline.backfill_results import BackfillPlan
from flows.pipeline.deliver import deliver
from flows.pipeline.poll import poll
from reports.model import Grade
from storage.models import Delivery, DeliveryState, Event, MuteKind, Poll, Report
from storage.mutes import add_mute
from storage.polls import SUCCESSFUL
from tests.command import COMMAND, Done
from tests.flows.world import World, open_world, run_in

NEW = sample_history().demo_day
NOTIFY = BackfillRequest(notify=True, yes=True, dry_run=False)

END_OF_INPUT = "\x04"
"""What Ctrl-D sends to a terminal."""

SECOND = """
  - name: Aldermere only
    authorities: {names: [Aldermere]}
    events: [grade_change]
    when: weekly
    channels: [mail]
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The sample site, filled in silence; one subscription to everything and one to little."""
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        world.move_to(NEW)
        with (world.folder / "watch.yaml").open("a") as file:
            file.write(SECOND)
        world.fill(NEW)
        yield world


def sent_messages(world: World) -> tuple[int, int]:
    """How many messages arrived in Slack and by mail."""
    return len(world.slack.messages), len(world.mailbox.mails)


def rows(world: World) -> dict[str, int]:
    """What is stored that a backfill may change."""
    with world.app() as app, app.database.read() as session:
        return {
            table.__name__: session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Delivery, Event, Poll, Report)
        }


def backfill(world: World, *arguments: str) -> Done:
    return run_in(world, "backfill", *arguments)


def backfill_at_a_terminal(world: World, *arguments: str, answer: str) -> tuple[int, str]:
    """Run it as a person does, who types `answer`; its exit code and all that was shown."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "backfill", *arguments],
        env=world.environment(),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        close_fds=True,
    )
    os.close(theirs)
    shown: list[bytes] = []

    def read() -> None:
        try:
            while piece := os.read(ours, 4096):
                shown.append(piece)
        except OSError:
            pass  # the other end is closed

    reader = threading.Thread(target=read)
    reader.start()
    os.write(ours, f"{answer}\n".encode())
    code = process.wait(timeout=120)
    reader.join(timeout=10)
    os.close(ours)
    return code, b"".join(shown).decode()


def test_a_question_that_gets_no_answer_means_no_and_does_not_fail_the_backfill(
    world: World,
) -> None:
    code, shown = backfill_at_a_terminal(world, "--notify", answer=END_OF_INPUT)
    assert "0 messages queued" in shown, shown
    assert code in (0, 1)
    assert sent_messages(world) == (0, 0)
    with world.app() as app, app.database.read() as session:
        last = session.scalars(select(Poll).order_by(Poll.id.desc())).first()
        assert last is not None
        assert (last.outcome in SUCCESSFUL, last.error) == (True, None)


def test_each_subscription_gets_one_digest_of_all_reports(world: World) -> None:
    done = backfill(world, "--notify", "--yes")
    assert done.returncode in (0, 1), done.stderr
    assert (
        "Will send 2 digests about 25 reports (3 deliveries through 2 channels), and messages "
        "about any further reports that the site has." in done.stdout
    )
    assert "This would send" not in done.stdout
    assert sent_messages(world) == (1, 2)
    text = world.slack.messages[0].text
    assert text.startswith("25 earlier reports, published from ")
    for name in {report.authority for report in sample_history().reports}:
        assert name.capitalize() in text
    subjects = {mail.subject for mail in world.mailbox.mails}
    assert any("2 earlier reports, published from" in subject for subject in subjects)


def test_a_second_backfill_of_the_same_reports_sends_nothing_new(world: World) -> None:
    for expected in (3, 0, 0):
        with world.app() as app:
            result = run_backfill(app, plan_backfill(app, NOTIFY))
            deliver(app)
        assert result.queued == expected
    assert sent_messages(world) == (1, 2)
    again = backfill(world, "--notify", "--yes")
    assert "Nothing to send" in again.stdout
    assert "counted before anything is sent" not in again.stdout
    assert sent_messages(world) == (1, 2)


URGENT = """
  - name: Urgent only
    authorities: {all: true}
    events: [grade_change]
    min_severity: urgent
    when: WHEN
    channels: [mail]
"""


@pytest.mark.parametrize("when", ["now", "weekly"])
def test_an_event_that_is_urgent_since_a_person_confirmed_a_grade_is_sent_to_whoever_wants_it_now(
    tmp_path: Path, when: str
) -> None:
    [new] = [new for new in sample_history().new_reports if new.authority == "aldermere"]
    document = new.document
    assert isinstance(document, SampleReport)
    site = sample_site()
    fair = dict.fromkeys(document.grades, Grade.REQUIRES_IMPROVEMENT)
    site.files[new.file_id] = render(document.model_copy(update={"grades": fair}))
    events = "grade_change, new_report"
    with open_world(site, tmp_path, authorities=REGISTER_FILE, events=events) as world:
        with (world.folder / "watch.yaml").open("a") as file:
            file.write(URGENT.replace("WHEN", when))
        world.fill()
        world.move_to(NEW)
        run_in(world, "poll")
        assert sent_messages(world) == (1, 1), "nothing is urgent"
        confirm = ("confirm", new.file_id, "overall_effectiveness", "inadequate")
        taken_back = (*confirm[:-1], "requires_improvement")
        for minute, command in ((5, confirm), (6, taken_back)):
            by = ("--who", "Jo Bell", "--why", "misread")
            run_in(world, *command, *by, WATCH_NOW=f"{NEW}T14:0{minute}:00+00:00")
        run_in(world, "deliver")
        assert sent_messages(world) == (1, 1), "a person has taken it back"
        done = run_in(world, *confirm, "--who", "Jo Bell", "--why", "misread")
        assert "1 message queued" in done.stdout
        run_in(world, "deliver")
        run_in(world, *confirm, "--who", "Jo Bell", "--why", "misread")
        run_in(world, "deliver")
        assert sent_messages(world) == (1, 2), "messages already sent are not corrected"
        mail = world.mailbox.mails[-1]
        assert mail.subject.startswith("[Urgent] Aldermere")
        assert "Overall effectiveness: Inadequate." in " ".join(mail.text.split())
        with (world.folder / "watch.yaml").open("a") as file:
            file.write(URGENT.replace("WHEN", when).replace("Urgent only", "Added later"))
        done = backfill(world, "--notify", "--yes", "--since", str(NEW))
        assert "Will send 1 digest about 1 report" in done.stdout
        assert sent_messages(world) == (1, 3), "it wants what the report says now"
        late = " ".join(world.mailbox.mails[-1].text.split())
        assert "Overall effectiveness: Inadequate." in late
        assert "Nothing to send" in backfill(world, "--notify", "--yes", "--since", str(NEW)).stdout


def test_what_was_sent_by_a_poll_is_not_sent_again(tmp_path: Path) -> None:
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        for day in (sample_history().first_poll, NEW):
            world.move_to(day)
            with world.app() as app:
                poll(app)
        polled = sent_messages(world)
        request = NOTIFY.model_copy(update={"since": sample_history().first_poll + timedelta(1)})
        with world.app() as app:
            plan = plan_backfill(app, request)
            assert plan.stored == len(sample_history().new_reports)
            assert plan.tally == Tally()
            assert run_backfill(app, plan).queued == 0
            deliver(app)
        assert sent_messages(world) == polled


def test_a_digest_has_the_correction_of_a_file_that_was_replaced_in_place(tmp_path: Path) -> None:
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        world.fill()
        files = world.server.site.files
        [new] = [new for new in sample_history().new_reports if new.authority == "aldermere"]
        assert isinstance(new.document, SampleReport)
        first = dict.fromkeys(new.document.grades, Grade.REQUIRES_IMPROVEMENT)
        sound = files[new.file_id]
        files[new.file_id] = render(new.document.model_copy(update={"grades": first}))
        world.move_to(NEW)
        run_in(world, "poll")
        files[new.file_id] = sound
        world.move_to(NEW + timedelta(days=1))
        run_in(world, "poll", "--full")
        with (world.folder / "watch.yaml").open("a") as file:
            file.write(SECOND.replace("[grade_change]", "[grade_change, correction]"))
        backfill(world, "--notify", "--yes", "--since", str(NEW))
        late = " ".join(world.mailbox.mails[-1].text.split())
        assert "1 earlier report" in late
        assert "Overall effectiveness: Inadequate (was Requires improvement to be good)" in late
        assert "Corrected by Ofsted in a new file for the same inspection." in late


def test_a_digest_that_failed_is_sent_by_the_next_backfill(world: World) -> None:
    world.mailbox.add_fault(smtp_reply("550 5.7.1 Refused", at="rcpt"), times=2)
    for _ in range(2):
        backfill(world, "--notify", "--yes")
        run_in(world, "deliver")
    mails = [mail.subject for mail in world.mailbox.mails]
    assert sum("earlier report" in subject for subject in mails) == 1, "the other is in Slack"


def test_a_new_subscription_can_get_what_the_others_have(world: World) -> None:
    with world.app() as app:
        run_backfill(app, plan_backfill(app, NOTIFY))
        deliver(app)
    with (world.folder / "watch.yaml").open("a") as file:
        file.write(SECOND.replace("Aldermere", "Castlebourne"))
    with world.app() as app:
        plan = plan_backfill(app, NOTIFY)
        assert plan.tally == Tally(messages=1, reports=2, subscriptions=1, channels=1)
        run_backfill(app, plan)
        deliver(app)
    assert sent_messages(world) == (1, 3)
    assert "Castlebourne" in world.mailbox.mails[-1].text


def test_a_dry_run_shows_the_counts_and_changes_nothing(world: World) -> None:
    before = rows(world)
    done = backfill(world, "--notify", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert (
        "This would send 2 digests about 25 reports (3 deliveries through 2 channels)"
        in done.stdout
    )
    assert rows(world) == before
    assert sent_messages(world) == (0, 0)


def test_where_no_report_matches_it_says_so(world: World) -> None:
    done = backfill(world, "--notify", "--dry-run", "--since", "2030-01-01")
    assert "Nothing to send yet: no stored report matches.\n" in done.stdout


@pytest.mark.parametrize(
    ("yes", "said"),
    [
        (False, "Other reports on the site are counted before anything is sent."),
        (True, "Will send messages about any further reports that the site has."),
    ],
)
def test_where_no_stored_report_matches_it_speaks_of_those_of_the_site(
    yes: bool, said: str
) -> None:
    request = BackfillRequest(notify=True, yes=yes, dry_run=False)
    nothing = Tally(messages=0, reports=0, subscriptions=0, channels=0)
    plan = BackfillPlan(request=request, authority_ids=None, stored=0, unread=0, tally=nothing)
    assert plan.summary.endswith(f"Nothing to send yet: no stored report matches. {said}")


def test_without_a_terminal_it_sends_only_with_yes(world: World) -> None:
    before = rows(world)
    done = backfill(world, "--notify")
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "--yes" in done.stderr
    assert rows(world) == before


def test_at_a_terminal_it_asks(world: World) -> None:
    code, shown = backfill_at_a_terminal(world, "--notify", answer="n")
    assert code in (0, 1), shown
    assert "2 digests about 25 reports" in shown
    assert "Send? [y/N]" in shown
    assert sent_messages(world) == (0, 0)
    assert rows(world)["Event"] == 0

    code, shown = backfill_at_a_terminal(world, "--notify", answer="y")
    assert code in (0, 1), shown
    assert sent_messages(world) == (1, 2)


def test_only_the_chosen_reports_are_sent(world: World) -> None:
    request = NOTIFY.model_copy(update={"authorities": ["Castlebourne"], "since": date(2026, 1, 1)})
    with world.app() as app:
        plan = plan_backfill(app, request)
        assert plan.tally == Tally(messages=2, reports=1, subscriptions=1, channels=2)
        run_backfill(app, plan)
        deliver(app)
    assert sent_messages(world) == (1, 1)


def test_a_mute_holds_for_a_backfill_too(world: World) -> None:
    with world.app() as app:
        with app.database.write() as session:
            add_mute(
                session,
                kind=MuteKind.SUBSCRIPTION,
                target="Everything",
                until=NEW,
                who="Jo",
                why="holidays",
                now=app.settings.instant(),
            )
        plan = plan_backfill(app, NOTIFY)
    assert plan.tally == Tally(messages=1, reports=2, subscriptions=1, channels=1)


def test_what_a_backfill_sent_is_not_sent_by_the_next_poll(world: World) -> None:
    with world.app() as app:
        run_backfill(app, plan_backfill(app, NOTIFY))
        deliver(app)
    with world.app() as app:
        poll(app, full=True)
    assert sent_messages(world) == (1, 2)


def test_a_digest_is_queued_with_its_events_or_not_at_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken off between the two, nothing counts as sent, and the next time all of it is."""

    def broken(*_arguments: object, **_more: object) -> None:
        raise RuntimeError("the power is gone")

    with world.app() as app:
        plan = plan_backfill(app, NOTIFY)
        with monkeypatch.context() as patch:
            patch.setattr("flows.pipeline.backfill_notify.queue_digests", broken)
            with pytest.raises(RuntimeError):
                run_backfill(app, plan)
    assert rows(world)["Event"] == rows(world)["Delivery"] == 0
    with world.app() as app:
        assert run_backfill(app, plan_backfill(app, NOTIFY)).queued == 3
        with app.database.read() as session:
            states = set(session.scalars(select(Delivery.state)))
    assert states == {DeliveryState.DUE}


def test_what_only_a_new_reading_has_brought_up_waits_for_a_person(world: World) -> None:
    """In a digest of its own: everything else goes out."""
    with world.app() as app:
        with app.database.write() as session:
            report = session.scalars(select(Report).where(Report.file_id == "99000302")).one()
            report.reading = {**(report.reading or {}), "lead_inspector": "Somebody Else"}
        request = NOTIFY.model_copy(update={"reparse": True})
        assert run_backfill(app, plan_backfill(app, request)).changed == 1
        deliver(app)
        with app.database.read() as session:
            held = session.scalars(
                select(Delivery).where(Delivery.state == DeliveryState.HELD)
            ).all()
            files = {event.report.file_id for row in held for event in row.events if event.report}
    assert {row.channel for row in held} == {"slack", "mail"}
    assert files == {"99000302"}
    assert sent_messages(world) == (1, 2)


def test_a_report_that_ofsted_has_withdrawn_is_in_no_digest(world: World) -> None:
    site = world.server.site
    gone = NEW + timedelta(days=1)
    site.listings = [
        replace(one, withdrawn_on=gone) if one.file_id == "99000104" else one
        for one in site.listings
    ]
    for day in range(1, 4):
        world.move_to(NEW + timedelta(days=day))
        run_in(world, "poll", "--full")
    before = sent_messages(world)
    done = backfill(world, "--notify", "--yes", "--council", "Aldermere", "--since", "2026-06-01")
    assert "Nothing to send" in done.stdout
    assert sent_messages(world) == before


def test_a_report_that_ofsted_has_replaced_is_in_no_digest(world: World) -> None:
    site = world.server.site
    [wrong] = [one for one in sample_history().reports if one.file_id == "99000104"]
    assert isinstance(wrong.document, SampleReport)
    good = dict.fromkeys(wrong.document.grades, Grade.GOOD)
    site.files["99000199"] = render(wrong.document.model_copy(update={"grades": good}))
    [listed] = [one for one in site.listings if one.file_id == "99000104"]
    day = NEW + timedelta(days=1)
    site.listings.append(replace(listed, file_id="99000199", published=day))
    world.move_to(day)
    run_in(world, "poll", "--full")
    assert sent_messages(world) == (1, 1), "the correction"
    done = backfill(world, "--notify", "--yes", "--council", "Aldermere", "--since", "2026-06-01")
    assert "Nothing to send" in done.stdout
    assert sent_messages(world) == (1, 1)


def test_a_document_added_by_hand_is_not_sent_as_a_report_of_the_site(
    world: World, tmp_path: Path
) -> None:
    [report] = [each for each in sample_history().reports if each.file_id == "99000103"]
    assert isinstance(report.document, SampleReport)
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(render(report.document.model_copy(update={"lead_inspector": "Jo Smith"})))
    with world.app() as app:
        add_document(app, copy, authority="Aldermere")
        run_backfill(app, plan_backfill(app, NOTIFY))
        with app.database.read() as session:
            assert not session.scalars(
                select(Event).join(Event.report).where(Report.url.is_(None))
            ).all()
            assert session.scalar(select(func.count()).select_from(Delivery))
