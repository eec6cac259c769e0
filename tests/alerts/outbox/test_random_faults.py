"""Two days of random faults on every channel, with a clock that is set now and then.

Whatever happens: nothing is lost, nothing is doubled where the service can be asked, and elsewhere
there is at most one copy for each try that got no reply.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.outbox.summary import SendSummary
from alerts.subscriptions.config import AlertConfig
from demo import mailbox as mail_faults
from demo import notify as notify_faults
from demo import slack as slack_faults
from demo.mailbox import LocalMailbox
from demo.notify import LocalNotify
from demo.slack import LocalSlack
from storage.database import Database
from storage.models import Delivery, DeliveryState
from tests.alerts.channels.test_notify import notify_channel
from tests.alerts.conftest import WaitingClock, mail_channel, slack_channel
from tests.alerts.receiver import Fault, Receiver, receiving, webhook_channel

Configure = Callable[..., AlertConfig]
Queue = Callable[..., list[str]]
Send = Callable[..., SendSummary]
Rows = Callable[[], list[Delivery]]

MESSAGES, HOURS = 6, 48


@dataclass
class Services:
    """Everything that messages go to, and what went wrong after a message was taken."""

    slack: LocalSlack
    mailbox: LocalMailbox
    notify: LocalNotify
    receiver: Receiver
    unanswered: Counter[str]

    def misbehave(self, chance: random.Random) -> None:
        """Let one of them show a fault at its next request."""
        accept = chance.random() < 0.5
        channel = chance.choice(["slack", "mail", "notify", "hook"])
        self.unanswered[channel] += accept
        match channel:
            case "slack":
                kinds = (slack_faults.cut, slack_faults.server_error, slack_faults.replaced)
                fault = chance.choice(kinds)
                self.slack.add_fault(fault(accept=accept))
                if chance.random() < 0.3:
                    history = "conversations.history"
                    self.slack.add_fault(slack_faults.server_error(accept=False, method=history))
            case "mail":
                refusal = mail_faults.reply("451 4.3.0 Try later", at="data")
                early = mail_faults.cut(at="text")
                fault_now = chance.choice([mail_faults.cut(accept=accept), early, refusal])
                self.mailbox.add_fault(fault_now)
            case "notify":
                method = chance.choice(["POST", "POST", "GET"])
                hang_up = notify_faults.hang_up(accept=accept, method=method)
                answer = notify_faults.answer(500, accept=accept, method=method)
                self.notify.add_fault(chance.choice([hang_up, answer]))
            case "hook":
                status: int | str = chance.choice(["cut", 500, 503])
                self.receiver.faults.append(Fault(status, accept=accept))

    def behave(self) -> None:
        """Work from now on."""
        self.slack.clear_faults()
        self.mailbox.clear_faults()
        self.notify.clear_faults()
        self.receiver.faults.clear()


@pytest.fixture
def services(tmp_path: Path, clock: WaitingClock) -> Iterator[Services]:
    with ExitStack() as stack:
        yield Services(
            slack=stack.enter_context(LocalSlack(clock=clock.now)),
            mailbox=stack.enter_context(LocalMailbox(tmp_path / "mails")),
            notify=stack.enter_context(LocalNotify()),
            receiver=stack.enter_context(receiving()),
            unanswered=Counter(),
        )


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_lost_or_doubled_whatever_goes_wrong(
    configure: Configure,
    queue: Queue,
    send: Send,
    services: Services,
    database: Database,
    clock: WaitingClock,
    rows: Rows,
    seed: int,
) -> None:
    chance = random.Random(seed)
    config = configure(
        chat=slack_channel(services.slack),
        team=mail_channel(services.mailbox),
        council=notify_channel(services.notify),
        hook=webhook_channel(services.receiver),
    )
    queue(config, reports=MESSAGES)
    with database.write() as session:
        for row in session.query(Delivery):
            row.next_attempt_at += timedelta(hours=chance.uniform(0, 24))
    for _ in range(HOURS):
        for _ in range(chance.randint(0, 3)):
            services.misbehave(chance)
        send(config, wait_seconds=chance.choice([0, 20]))
        clock.pass_by(chance.uniform(0, 3_600))
        if chance.random() < 0.1:
            clock.moment += timedelta(hours=chance.uniform(-6, 6))
    services.behave()
    for _ in range(20):
        send(config, wait_seconds=60)
        clock.pass_by(3 * 3_600)

    assert {row.state for row in rows()} == {DeliveryState.SENT}
    assert max(row.tries for row in rows()) > 1
    chat = Counter(message.visible_text() for message in services.slack.messages)
    council = Counter(email.reference for email in services.notify.emails)
    team = Counter(mail.message_id for mail in services.mailbox.mails)
    hook = Counter(services.receiver.ids)
    for came in (chat, council):
        assert (len(came), came.total()) == (MESSAGES, MESSAGES), "asked before it is sent again"
    for came, channel in ((team, "mail"), (hook, "hook")):
        assert len(came) == MESSAGES
        assert came.total() - MESSAGES <= services.unanswered[channel]
