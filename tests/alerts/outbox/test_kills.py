"""Senders that are killed at any moment, and several at once: nothing lost, nothing doubled.

The one documented exception is mail, which cannot be asked what has arrived: a kill there may
lead to one more copy with the same Message-ID, and the delivery says so.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from alerts.subscriptions.config import AlertConfig
from demo.mailbox import LocalMailbox
from demo.slack import LocalSlack, cut, server_error
from storage.models import Delivery, DeliveryState
from tests.alerts.conftest import WaitingClock, mail_channel, slack_channel
from tests.alerts.killing import KILLS, Senders, keys_on_slack
from tests.alerts.sender_process import ALONE, send_in_process

pytestmark = pytest.mark.faults

Configure = Callable[..., AlertConfig]
Queue = Callable[..., list[str]]
Rows = Callable[[], list[Delivery]]

MESSAGES = 12

ROUNDS = max(2, KILLS // 10)
"""In each, two senders wait for the lease of the one that was killed."""


@pytest.fixture
def clock() -> WaitingClock:
    """Real processes need messages that are due in real time."""
    return WaitingClock(datetime.now(UTC))


@pytest.fixture
def real_slack() -> Iterator[LocalSlack]:
    with LocalSlack() as server:
        yield server


def finish(senders: Senders, rows: Rows) -> None:
    """Run senders undisturbed until nothing is waiting."""
    for _ in range(20):
        process = senders.start(send_in_process, ALONE)
        process.join(60)
        assert process.exitcode == 0
        if all(row.state == DeliveryState.SENT for row in rows()):
            return
    raise AssertionError([(row.state, row.last_error) for row in rows()])


def kill_at_random_moments(senders: Senders, *, seed: int) -> None:
    """Start senders and SIGKILL each while it sends."""
    chance = random.Random(seed)
    for _ in range(KILLS):
        process = senders.start(send_in_process)
        process.join(chance.uniform(0.0, 0.05))
        process.kill()
        process.join()


def test_killed_senders_lose_and_double_nothing_on_slack(
    configure: Configure, queue: Queue, senders: Senders, real_slack: LocalSlack, rows: Rows
) -> None:
    keys = queue(configure(scrutiny=slack_channel(real_slack)), reports=MESSAGES)
    kill_at_random_moments(senders, seed=1)
    finish(senders, rows)
    assert keys_on_slack(real_slack) == dict.fromkeys(keys, 1)


def test_killed_senders_and_a_faulty_slack_lose_and_double_nothing(
    configure: Configure, queue: Queue, senders: Senders, real_slack: LocalSlack, rows: Rows
) -> None:
    keys = queue(configure(scrutiny=slack_channel(real_slack)), reports=MESSAGES)
    for fault in (cut(accept=True), server_error(accept=True), cut(accept=False)) * 2:
        real_slack.add_fault(fault)
    kill_at_random_moments(senders, seed=2)
    finish(senders, rows)
    assert keys_on_slack(real_slack) == dict.fromkeys(keys, 1)


def test_killed_senders_lose_no_mail_and_every_double_is_marked(
    configure: Configure, queue: Queue, senders: Senders, mailbox: LocalMailbox, rows: Rows
) -> None:
    queue(configure(team=mail_channel(mailbox)), reports=MESSAGES)
    kill_at_random_moments(senders, seed=3)
    finish(senders, rows)
    copies = Counter(mail.message_id for mail in mailbox.mails)
    by_id = {row.payload["message_id"]: row for row in rows()}
    assert set(copies) == set(by_id)
    assert all(by_id[name].no_replies for name, count in copies.items() if count > 1)


def test_three_senders_at_once_send_each_message_once(
    configure: Configure,
    queue: Queue,
    senders: Senders,
    real_slack: LocalSlack,
    mailbox: LocalMailbox,
    rows: Rows,
) -> None:
    config = configure(scrutiny=slack_channel(real_slack), team=mail_channel(mailbox))
    queue(config, reports=MESSAGES)
    for process in [senders.start(send_in_process) for _ in range(3)]:
        process.join(60)
        assert process.exitcode == 0
    finish(senders, rows)
    assert max(keys_on_slack(real_slack).values()) == 1
    assert len(real_slack.messages) == MESSAGES
    assert len(mailbox.mails) == MESSAGES
    assert not any(row.no_replies for row in rows())


def test_three_senders_with_one_killed_now_and_then(
    configure: Configure, queue: Queue, senders: Senders, real_slack: LocalSlack, rows: Rows
) -> None:
    keys = queue(configure(scrutiny=slack_channel(real_slack)), reports=MESSAGES)
    chance = random.Random(4)
    for _ in range(ROUNDS):
        together = [senders.start(send_in_process) for _ in range(3)]
        together[0].join(chance.uniform(0.0, 0.03))
        together[0].kill()
        for process in together:
            process.join(60)
    finish(senders, rows)
    assert keys_on_slack(real_slack) == dict.fromkeys(keys, 1)
