"""Every message ends with the rule that matched, and with how to stop it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from alerts.channels.email.renderer import mail_payload
from alerts.channels.markdown import markdown_payload
from alerts.channels.slack.renderer import slack_payload
from alerts.channels.webhook.renderer import webhook_payload
from alerts.events.types import EventType
from alerts.messages.combined import combined_message
from alerts.messages.compose import compose
from alerts.messages.content import Content
from alerts.messages.digest import DigestMessage, DigestRow
from alerts.messages.message import Envelope, Notice
from alerts.subscriptions.model import OPERATORS, ChoiceRule
from alerts.subscriptions.reason import reason
from tests.alerts.builders import NOW, fall_events, make_report

RULES = (
    ChoiceRule(words="Marlbury", authorities=frozenset({"marlbury"})),
    ChoiceRule(words="London", authorities=frozenset({"marlbury", "dunwater"})),
    ChoiceRule(words="neighbours of Aldermere", authorities=frozenset({"fennhaven"})),
)


@pytest.mark.parametrize(
    ("authorities", "events", "said"),
    [
        ({"dunwater"}, {EventType.GRADE_CHANGE}, "grade changes for London"),
        ({"marlbury"}, {EventType.NEW_REPORT}, "new reports for Marlbury"),
        (
            {"marlbury", "fennhaven"},
            {EventType.NEW_REPORT, EventType.GRADE_CHANGE},
            "grade changes and new reports for Marlbury and neighbours of Aldermere",
        ),
    ],
)
def test_the_most_exact_rule_that_chose_the_council_is_named(
    authorities: set[str], events: set[EventType], said: str
) -> None:
    found = reason("Scrutiny", RULES, authorities=authorities, events=events)
    assert found == f"the subscription “Scrutiny” includes {said}"


def test_a_message_about_no_event_says_which_councils_the_subscription_covers() -> None:
    assert reason("Scrutiny", RULES, authorities=(), events=()) == (
        "the subscription “Scrutiny” covers Marlbury, London and neighbours of Aldermere"
    )


def test_councils_that_no_rule_chooses_any_more_are_not_said_to_be_covered() -> None:
    found = reason(
        "Scrutiny", RULES, authorities={"dunwater", "other"}, events={EventType.NEW_REPORT}
    )
    assert found == "the subscription “Scrutiny” covered these councils until recently"


def test_operators_are_named_as_such() -> None:
    assert reason(OPERATORS, (), authorities=(), events=()) == (
        "you are one of the operators in watch.yaml"
    )


def test_many_rules_are_counted() -> None:
    rules = [ChoiceRule(words=f"Council {n}", authorities=frozenset({str(n)})) for n in range(9)]
    found = reason("Scrutiny", rules, authorities={str(n) for n in range(9)}, events=())
    assert found.endswith(
        " includes Council 0, Council 1, Council 2 and 6 more choices of councils"
    )


REPORT = make_report()
MESSAGE = compose(REPORT, fall_events(REPORT))
ROWS = [DigestRow(message=MESSAGE), DigestRow(message=MESSAGE)]
ENVELOPE = Envelope(
    key="k",
    subscription="Scrutiny",
    at=NOW,
    reason="the subscription “Scrutiny” includes grade changes for <Marlbury>",
)


def _mail(part: str) -> Callable[[Content], str]:
    return lambda content: str(
        mail_payload(content, ENVELOPE, sender="watch@example.org", unsubscribe="off@example.org")[
            part
        ]
    )


def _json(payload: Callable[[Content, Envelope], dict[str, Any]]) -> Callable[[Content], str]:
    return lambda content: json.dumps(payload(content, ENVELOPE), ensure_ascii=False)


@pytest.mark.parametrize(
    "content",
    [
        MESSAGE,
        combined_message(ROWS),
        DigestMessage(headline="Weekly digest", summary="Two reports.", rows=tuple(ROWS)),
        Notice(headline="Test", lines=("A test.",)),
    ],
    ids=["message", "combined", "digest", "notice"],
)
@pytest.mark.parametrize(
    ("shown", "council", "stop"),
    [
        (_mail("text"), "<Marlbury>", "email off@example.org"),
        (_mail("html"), "&lt;Marlbury&gt;", "email off@example.org"),
        (_json(slack_payload), "&lt;Marlbury&gt;", "ask the person who runs Inspection Watch"),
        (_json(markdown_payload), "&lt;Marlbury&gt;", "ask the person who runs Inspection Watch"),
        (_json(webhook_payload), "<Marlbury>", "ask the person who runs Inspection Watch"),
    ],
    ids=["email text", "email html", "Slack", "Apprise", "webhook"],
)
def test_every_message_of_every_channel_says_why_it_came_and_how_to_stop_it(
    shown: Callable[[Content], str], council: str, stop: str, content: Content
) -> None:
    text = shown(content)
    assert f"because the subscription “Scrutiny” includes grade changes for {council}." in text
    assert "To change or stop these messages" in text
    assert stop in text
