"""GOV.UK Notify: nothing lost, nothing doubled, and what became of an email is heard later."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from alerts.channels.base import Outgoing
from alerts.channels.notify.renderer import notify_payload
from alerts.channels.notify.transport import NotifyChannel
from alerts.messages.combined import combined_message
from alerts.messages.compose import compose
from alerts.messages.digest import DigestRow
from alerts.messages.message import Envelope, Notice
from alerts.operators.undelivered import undelivered
from alerts.outbox.deliveries import requeue_failed
from alerts.outbox.receipts import record_outcomes
from alerts.outbox.summary import SendSummary
from alerts.subscriptions.channel_check import check_channels
from alerts.subscriptions.config import AlertConfig, load_config
from demo.mailbox import LocalMailbox
from demo.notify import FIELDS, LocalNotify, NotifyFault, answer, hang_up
from reports.errors import ConfigurationError
from reports.register import Register
from storage.database import Database
from storage.models import Delivery, DeliveryState
from tests.alerts.builders import NOW, SITES, fall_events, make_report
from tests.alerts.conftest import WaitingClock, mail_channel

Configure = Callable[..., AlertConfig]
Queue = Callable[..., list[str]]
Send = Callable[..., SendSummary]
Rows = Callable[[], list[Delivery]]


@pytest.fixture
def notify() -> Iterator[LocalNotify]:
    with LocalNotify() as server:
        yield server


def notify_channel(notify: LocalNotify, *to: str, **more: Any) -> dict[str, Any]:
    """The entry of a Notify channel."""
    return {
        "type": "notify",
        "to": list(to) or ["team@example.gov.uk"],
        "api_key": notify.api_key,
        "template_id": notify.template_id,
        "base_url": notify.base_url,
        **more,
    }


def test_an_address_in_the_error_of_a_search_is_not_shown_in_logs_and_on_run_pages(
    configure: Configure,
    queue: Queue,
    send: Send,
    notify: LocalNotify,
    rows: Rows,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_channel: NotifyChannel, outgoing: Outgoing) -> str | None:
        raise ValueError(outgoing.recipient)

    monkeypatch.setattr(NotifyChannel, "find", refuse)
    config = configure(mail=notify_channel(notify, "a@example.gov.uk"))
    queue(config)
    notify.add_fault(hang_up(accept=True))
    summary = send(config)
    assert "unexpected ValueError" in str(rows()[0].last_error)
    assert any("unexpected ValueError" in error for error in summary.errors)
    assert not any("a@example" in error for error in summary.errors)


def test_each_address_gets_an_email_of_its_own(
    configure: Configure, queue: Queue, send: Send, notify: LocalNotify, rows: Rows
) -> None:
    config = configure(mail=notify_channel(notify, "a@example.gov.uk", "b@example.gov.uk"))
    queue(config)
    assert send(config).sent == 2
    first, second = notify.emails
    assert (first.to, second.to) == ("a@example.gov.uk", "b@example.gov.uk")
    assert first.subject == "[Urgent] Marlbury 0: overall grade falls from Good to Inadequate"
    assert "Overall effectiveness: Good → Inadequate (down two grades)" in first.body
    assert "\n\n## Areas for improvement (4)\n\n- " in first.body
    assert "\n- ★ Care leavers: Good" in first.body
    # A grade that did not move has no sign, and a note is a sentence of its own.
    assert (
        "\n- Children in care: Requires improvement to be good (same grade). Narrower" in first.body
    )
    assert "**" not in first.body
    assert [row.remote_id for row in rows()] == [first.id, second.id]
    assert first.reference != second.reference
    assert "example" not in str(first.reference)


def test_each_report_of_a_combined_message_has_a_heading_that_leads_to_it() -> None:
    report = make_report()
    row = DigestRow(message=compose(report, fall_events(report), sites=SITES))
    envelope = Envelope(key="k", subscription="S", at=NOW)
    body = notify_payload(combined_message([row, row]), envelope)["body"]
    headline = row.message.headline
    assert body.count(f"\n\n## [{headline}]({report.url})\n\n") == 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A & B <c>", "A & B <c>"),
        ("- no list", "\\- no list"),
        ("1. no list", "1\\. no list"),
        ("# no heading, **no bold**", "\\# no heading, \\*\\*no bold\\*\\*"),
        ("[no](link)", "\\[no\\](link)"),
    ],
)
def test_text_from_the_site_does_not_become_markup(text: str, shown: str) -> None:
    envelope = Envelope(key="k", subscription="S", at=NOW)
    payload = notify_payload(Notice(headline="h", lines=(text,)), envelope)
    assert payload["body"].split("\n\n")[0] == shown


@pytest.mark.parametrize("fault", [hang_up(accept=True), answer(500, accept=True)])
def test_an_email_that_notify_took_without_saying_so_is_found_and_not_doubled(
    configure: Configure,
    queue: Queue,
    send: Send,
    notify: LocalNotify,
    rows: Rows,
    fault: NotifyFault,
) -> None:
    config = configure(mail=notify_channel(notify))
    queue(config)
    notify.add_fault(fault)
    assert send(config).found == 1
    assert len(notify.emails) == 1
    assert (rows()[0].state, rows()[0].no_replies) == (DeliveryState.SENT, 0)


@pytest.mark.parametrize("fault", [hang_up(accept=False), answer(500), answer(503)])
def test_an_email_that_did_not_arrive_is_sent_again(
    configure: Configure,
    queue: Queue,
    send: Send,
    notify: LocalNotify,
    clock: WaitingClock,
    fault: NotifyFault,
) -> None:
    config = configure(mail=notify_channel(notify))
    queue(config)
    notify.add_fault(fault)
    assert send(config).waiting == 1
    clock.pass_by(60)
    summary = send(config)
    assert (summary.sent, summary.may_be_duplicates, len(notify.emails)) == (1, 0, 1)


def test_notify_is_asked_again_before_anything_is_sent_where_it_did_not_say(
    configure: Configure, queue: Queue, send: Send, notify: LocalNotify
) -> None:
    config = configure(mail=notify_channel(notify))
    queue(config)
    notify.add_fault(hang_up(accept=True))
    notify.add_fault(answer(500, method="GET"))
    assert send(config).found == 1
    assert len(notify.emails) == 1


@pytest.mark.parametrize("status", [429, 403])
def test_what_passes_is_tried_again_without_any_doubt(
    configure: Configure, queue: Queue, send: Send, notify: LocalNotify, rows: Rows, status: int
) -> None:
    config = configure(mail=notify_channel(notify))
    queue(config)
    notify.add_fault(answer(status))
    summary = send(config, wait_seconds=90)
    assert (summary.sent, summary.postponed, summary.may_be_duplicates) == (1, 1, 0)


def test_a_wrong_key_waits_to_be_put_right_and_is_not_shown(
    configure: Configure, queue: Queue, send: Send, notify: LocalNotify, rows: Rows
) -> None:
    wrong = notify.api_key[:-4] + "ffff"
    config = configure(mail=notify_channel(notify, api_key=wrong))
    queue(config)
    assert send(config, wait_seconds=0).waiting == 1
    error = rows()[0].last_error or ""
    assert "403" in error
    assert wrong not in error
    assert "ffff" not in json.dumps([rows()[0].payload, error])


def test_a_refusal_for_good_has_failed(
    configure: Configure, queue: Queue, send: Send, rows: Rows
) -> None:
    with LocalNotify(fields=("subject", "body", "name")) as notify:
        config = configure(mail=notify_channel(notify))
        queue(config)
        assert send(config).failed == 1
    assert "Missing personalisation: name" in (rows()[0].last_error or "")


def outcomes(database: Database, config: AlertConfig, clock: WaitingClock) -> None:
    record_outcomes(database, config=config, now=clock.now())


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("perm-fail@simulator.notify", "the address does not exist"),
        ("temp-fail@simulator.notify", "did not accept it for 72 hours"),
    ],
)
def test_an_email_that_was_not_delivered_has_failed(
    configure: Configure,
    queue: Queue,
    send: Send,
    notify: LocalNotify,
    database: Database,
    clock: WaitingClock,
    rows: Rows,
    address: str,
    said: str,
) -> None:
    config = configure(mail=notify_channel(notify, address))
    queue(config)
    assert send(config).sent == 1
    outcomes(database, config, clock)
    assert rows()[0].state == DeliveryState.FAILED
    assert said in (rows()[0].last_error or "")


def test_an_email_that_a_person_sends_again_may_fail_again(
    configure: Configure,
    queue: Queue,
    send: Send,
    notify: LocalNotify,
    database: Database,
    clock: WaitingClock,
    rows: Rows,
) -> None:
    config = configure(mail=notify_channel(notify, "perm-fail@simulator.notify"))
    queue(config)
    for _ in range(2):
        assert send(config).sent == 1
        outcomes(database, config, clock)
        assert rows()[0].state == DeliveryState.FAILED
        with database.write() as session:
            assert requeue_failed(session, now=clock.now()) == 1


@pytest.mark.parametrize("is_taken", [True, False])
def test_an_email_that_failed_and_that_a_person_sends_again_arrives_once_though_notify_is_faulty(
    configure: Configure,
    queue: Queue,
    send: Send,
    notify: LocalNotify,
    database: Database,
    clock: WaitingClock,
    rows: Rows,
    is_taken: bool,
) -> None:
    config = configure(mail=notify_channel(notify))
    queue(config)
    send(config)
    for times in (2, 3):
        notify.set_status("permanent-failure")
        outcomes(database, config, clock)
        assert rows()[0].state == DeliveryState.FAILED
        with database.write() as session:
            assert requeue_failed(session, now=clock.now()) == 1
        notify.add_fault(answer(500, accept=is_taken))
        send(config)
        clock.pass_by(60)
        send(config)
        assert (rows()[0].state, len(notify.emails)) == (DeliveryState.SENT, times)


def test_an_email_that_notify_could_not_send_is_sent_again(
    configure: Configure,
    queue: Queue,
    send: Send,
    notify: LocalNotify,
    database: Database,
    clock: WaitingClock,
) -> None:
    config = configure(mail=notify_channel(notify))
    queue(config)
    send(config)
    notify.set_status("technical-failure")
    outcomes(database, config, clock)
    notify.add_fault(hang_up(accept=True))
    assert send(config).found == 1
    assert [email.status for email in notify.emails] == ["technical-failure", "created"]


def test_operators_hear_of_an_email_that_notify_cannot_send_and_it_fails_after_three_days(
    configure: Configure,
    queue: Queue,
    send: Send,
    notify: LocalNotify,
    database: Database,
    clock: WaitingClock,
    rows: Rows,
) -> None:
    config = configure(mail=notify_channel(notify))
    queue(config)
    problems = []
    for _ in range(80):
        send(config)
        notify.set_status("technical-failure")
        outcomes(database, config, clock)
        clock.pass_by(3_600)
        with database.read() as session:
            found = undelivered(
                session,
                now=clock.now(),
                subscriptions={"Scrutiny": None},
                config_read_at=clock.now(),
            )
        problems.append([key.partition(":")[0] for key in found.problems])
    assert problems[2] == ["stuck"]
    assert problems[-1] == ["failed"]
    assert rows()[0].state == DeliveryState.FAILED
    with database.write() as session:
        assert requeue_failed(session, now=clock.now()) == 1


@pytest.mark.parametrize(("status", "known"), [("sending", False), ("delivered", True)])
def test_notify_is_asked_until_the_outcome_is_known(
    configure: Configure,
    queue: Queue,
    send: Send,
    notify: LocalNotify,
    database: Database,
    clock: WaitingClock,
    rows: Rows,
    status: str,
    known: bool,
) -> None:
    config = configure(mail=notify_channel(notify))
    queue(config)
    send(config)
    notify.set_status(status)
    outcomes(database, config, clock)
    assert (rows()[0].state, rows()[0].outcome_at is not None) == (DeliveryState.SENT, known)


@pytest.mark.parametrize("status", [500, 204])
def test_a_notify_that_does_not_say_changes_nothing(
    configure: Configure,
    queue: Queue,
    send: Send,
    notify: LocalNotify,
    database: Database,
    clock: WaitingClock,
    rows: Rows,
    status: int,
) -> None:
    config = configure(mail=notify_channel(notify))
    queue(config)
    send(config)
    notify.add_fault(answer(status, method="GET"))
    outcomes(database, config, clock)
    assert (rows()[0].state, rows()[0].outcome_at) == (DeliveryState.SENT, None)


def test_an_email_that_this_notify_does_not_know_has_not_failed_and_is_not_asked_for_again(
    configure: Configure,
    queue: Queue,
    send: Send,
    notify: LocalNotify,
    database: Database,
    clock: WaitingClock,
    rows: Rows,
) -> None:
    queue(configure(mail=notify_channel(notify)))
    send(configure(mail=notify_channel(notify)))
    with LocalNotify() as another_service:
        outcomes(database, configure(mail=notify_channel(another_service)), clock)
    assert (rows()[0].state, rows()[0].last_error) == (DeliveryState.SENT, None)
    notify.set_status("permanent-failure")
    outcomes(database, configure(mail=notify_channel(notify)), clock)
    assert rows()[0].state == DeliveryState.SENT


def test_notify_that_refuses_to_look_an_email_up_does_not_make_it_fail(
    configure: Configure, queue: Queue, send: Send, notify: LocalNotify, rows: Rows
) -> None:
    queue(config := configure(mail=notify_channel(notify)))
    notify.add_fault(hang_up(accept=True))
    notify.add_fault(answer(400, method="GET"))
    assert send(config).waiting == 1
    assert (rows()[0].state, rows()[0].no_replies) == (DeliveryState.DUE, 1)


def test_a_channel_that_was_email_before_sends_no_email_twice(
    configure: Configure,
    queue: Queue,
    send: Send,
    notify: LocalNotify,
    mailbox: LocalMailbox,
    database: Database,
    clock: WaitingClock,
    rows: Rows,
) -> None:
    before = configure(mail=mail_channel(mailbox))
    after = configure(mail=notify_channel(notify))
    queue(before)
    assert send(before).sent == 1
    outcomes(database, after, clock)
    assert rows()[0].state == DeliveryState.SENT
    with database.write() as session:
        session.query(Delivery).update({"state": DeliveryState.DUE})
    assert send(after).failed == 1
    assert "made while this channel was of another type" in (rows()[0].last_error or "")
    assert not notify.emails


def test_check_reads_the_template(configure: Configure, notify: LocalNotify) -> None:
    [found] = check_channels(configure(mail=notify_channel(notify)))
    assert (found.ok, found.message) == (True, "GOV.UK Notify, template Alert")
    with LocalNotify(fields=FIELDS[:1]) as other:
        [found] = check_channels(configure(mail=notify_channel(other)))
        assert (found.ok, found.message) == (False, "the template lacks ((body))")


def test_a_failed_check_is_said_once_and_not_by_the_library_too(
    configure: Configure, notify: LocalNotify, caplog: pytest.LogCaptureFixture
) -> None:
    entry = notify_channel(notify) | {"template_id": "00000000-0000-0000-0000-000000000000"}
    [found] = check_channels(configure(mail=entry))
    assert not found.ok
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"api_key": "short"}, "must be the whole API key"),
        ({"template_id": "x"}, "template_id"),
        ({"to": "no address"}, "must be one plain email address"),
    ],
)
def test_a_slip_is_an_error_that_shows_no_key(
    tmp_path: Path, register: Register, entry: dict[str, str], said: str
) -> None:
    with LocalNotify() as notify:
        values = {**notify_channel(notify), **entry}
    path = tmp_path / "watch.yaml"
    path.write_text(json.dumps({"channels": {"mail": values}}))
    with pytest.raises(ConfigurationError) as fault:
        load_config(path, register=register, environment={})
    assert said in str(fault.value)
    assert values["api_key"] not in str(fault.value).replace("api_key", "")
