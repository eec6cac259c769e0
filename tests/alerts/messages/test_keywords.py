"""Keywords: where they are found, and how each channel highlights them."""

from __future__ import annotations

import pytest

from alerts.channels.email.renderer import mail_payload
from alerts.channels.markdown import markdown_payload
from alerts.channels.slack.renderer import slack_payload
from alerts.channels.webhook.renderer import webhook_payload
from alerts.events.types import EventType
from alerts.messages.combined import combined_message
from alerts.messages.compose import compose
from alerts.messages.detail import Detail, in_detail
from alerts.messages.digest import DigestRow
from alerts.messages.keywords import found_in, keyword_parts
from alerts.messages.message import Envelope, Message
from tests.alerts.builders import NOW, SITES, fall_events, make_report

ENVELOPE = Envelope(
    key="k",
    subscription="Scrutiny",
    at=NOW,
    note="Jo Bell answers questions.",
    keywords=("unregistered", "pre-birth"),
)


@pytest.mark.parametrize(
    ("keyword", "text", "is_found"),
    [
        ("care leavers", "Support for  Care\nleavers.", True),
        ("care leaver", "Support for care leavers.", False),
        ("care leaver*", "Support for care leavers.", True),
        ("age", "Management oversight.", False),
        ("children's homes", "The use of children’s homes.", True),
        ("pre-birth", "Pre‑birth assessments.", True),
        ("a.c", "abc", False),
    ],
)
def test_a_keyword_is_a_whole_word_in_any_case(keyword: str, text: str, is_found: bool) -> None:
    assert bool(found_in([keyword], [text])) is is_found


def test_the_parts_of_a_text_are_the_text() -> None:
    parts = keyword_parts("Unregistered homes, unregistered again", ["unregistered"])
    assert parts == [
        ("Unregistered", True),
        (" homes, ", False),
        ("unregistered", True),
        (" again", False),
    ]
    assert keyword_parts("", ["unregistered"]) == []


def fall(*priority: str) -> Message:
    report = make_report(priority=priority)
    return compose(report, fall_events(report), sites=SITES)


def test_each_channel_highlights_keywords_and_has_the_note() -> None:
    message = fall("Unregistered homes & children.")
    mail = mail_payload(message, ENVELOPE, sender="watch@example.org")
    assert "use of <mark>unregistered</mark> homes" in mail["html"]
    assert "<mark>Unregistered</mark> homes &amp; children." in mail["html"]
    slack = str(slack_payload(message, ENVELOPE)["blocks"])
    assert "use of *unregistered* homes" in slack
    markdown = markdown_payload(message, ENVELOPE)["body"]
    assert "use of **unregistered** homes" in markdown
    sentence = "Your keywords in the areas for improvement: “unregistered”, “pre-birth”."
    for text in (mail["html"], mail["text"], slack, markdown):
        assert sentence in text
        assert "Jo Bell answers questions." in text


def test_a_short_message_quotes_priority_actions_and_counts_the_rest() -> None:
    short = in_detail(fall("Unregistered homes."), Detail.SHORT)
    mail = mail_payload(short, ENVELOPE, sender="watch@example.org")["text"]
    assert "* Unregistered homes." in mail
    assert "4 more areas for improvement: see the report." in mail
    assert "pre-birth assessments" not in mail
    assert "“unregistered”, “pre-birth”" in mail
    assert "overall grade falls" in mail
    [said] = webhook_payload(short, ENVELOPE)["data"]["reports"]
    assert said["keywords"] == ["unregistered", "pre-birth"]


def test_a_short_combined_message_counts_each_reports_areas() -> None:
    rows = [DigestRow(message=fall("Unregistered homes.")) for _ in range(2)]
    short = in_detail(combined_message(rows), Detail.SHORT)
    for text in (
        mail_payload(short, ENVELOPE, sender="watch@example.org")["text"],
        str(slack_payload(short, ENVELOPE)["blocks"]),
    ):
        assert text.count("1 area for priority action, 4 areas for improvement") == 2
        assert "pre-birth assessments" not in text


def test_nothing_is_marked_without_keywords() -> None:
    plain = Envelope(key="k", subscription="Scrutiny", at=NOW)
    message = fall()
    assert EventType.GRADE_CHANGE in message.events
    html = mail_payload(message, plain, sender="watch@example.org")["html"]
    assert "<mark>" not in html
    assert 'class="note"' not in html
