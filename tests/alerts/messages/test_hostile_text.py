"""Hostile words in every field of a report: harmless and readable in every channel."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from email import policy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from alerts.channels.base import Outgoing
from alerts.channels.email.renderer import mail_payload
from alerts.channels.email.transport import as_email
from alerts.channels.markdown import markdown_payload
from alerts.channels.slack.renderer import slack_payload
from alerts.events.types import EventType
from alerts.messages.combined import combined_message
from alerts.messages.compose import compose
from alerts.messages.content import Content
from alerts.messages.context import ReportContext
from alerts.messages.digest import DigestMessage, DigestRow
from alerts.messages.message import Envelope, Message
from demo.slack.limits import message_error
from reports.safe_text import plain_line
from storage.models import Report
from tests.alerts.builders import EARLIER, NOW, SITES, a_repeat, change, make_event, make_report
from tests.alerts.harmless import HOSTILE, check_mail, check_markdown, check_slack
from tests.alerts.surroundings import surroundings

Place = Callable[[str], tuple[Report, dict[str, Any]]]


def _addressed(body: str) -> Report:
    report = make_report()
    report.areas[0].responsible_body = body
    return report


PLACES: dict[str, Place] = {
    "authority": lambda text: (make_report(authority=text), {}),
    "region": lambda text: (make_report(region=text), {}),
    "title": lambda text: (make_report(title=text), {}),
    "urn": lambda text: (make_report(urn=text), {}),
    "url": lambda text: (make_report(url=f"https://files.ofsted.gov.uk/{text}"), {}),
    "area": lambda text: (make_report(areas=[text, "An ordinary one."]), {}),
    "priority": lambda text: (make_report(priority=[text]), {}),
    "addressee": lambda text: (_addressed(text), {}),
    "problem": lambda text: (make_report(problems=[text]), {}),
    "note": lambda text: (make_report(), {"note": text}),
    "corrected area": lambda text: (
        make_report(),
        {"areas_added": [text], "areas_removed": [text]},
    ),
    "earlier url": lambda text: (make_report(), {"earlier": {**EARLIER, "url": text}}),
    "earlier title": lambda text: (make_report(), {"earlier": {**EARLIER, "title": text}}),
    "change note": lambda text: (
        make_report(),
        {"changes": [change("in_care", "good", "inadequate", "worse", text)]},
    ),
}


CONTEXTS: dict[str, Callable[[str], ReportContext]] = {
    "neighbour": lambda text: surroundings(names=[f"{text} {n}" for n in range(10)]),
    "edition": lambda text: surroundings(edition=text),
    "region of others": lambda text: surroundings(region=text),
}


def raised_again_with(text: str) -> dict[str, Any]:
    """The detail of an event on repeats that has `text` in every field."""
    address = f"https://files.ofsted.gov.uk/{text}"
    earlier = {"published": "2021-03-05", "url": address}
    repeat = a_repeat(name=text, later=text, earlier=text, earlier_report=earlier)
    return {"repeats": [repeat], "stated": [text], "no_longer_named": [text]}


def message_with(place: str, text: str) -> Message:
    """The message of a report that has `text` in one field."""
    if place == "raised again":
        report = make_report()
        events = [make_event(report, EventType.THEME_REPEAT, **raised_again_with(text))]
        return compose(report, events, sites=SITES)
    report, detail = PLACES.get(place, PLACES["title"])("Inspection" if place in CONTEXTS else text)
    event = make_event(report, EventType.NEW_REPORT, **detail)
    context = CONTEXTS[place](text) if place in CONTEXTS else None
    return compose(report, [event], sites=SITES, context=context)


def envelope(subscription: str = "Scrutiny") -> Envelope:
    return Envelope(key="k", subscription=subscription, at=NOW)


ALL_PLACES = [*PLACES, *CONTEXTS, "raised again"]
places = pytest.mark.parametrize("place", ALL_PLACES)
texts = pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))


def check_everywhere(message: Message) -> None:
    """In every channel: by itself, and among others."""
    row = DigestRow(message=message)
    digest = DigestMessage(headline="Daily digest", summary="4 looks.", rows=(row,))
    for content in (message, digest, combined_message([row, row])):
        check_content(content)


def check_content(message: Content) -> None:
    check_slack(slack_payload(message, envelope()))
    check_markdown(markdown_payload(message, envelope()))
    payload = mail_payload(message, envelope(), sender="watch@example.gov.uk")
    outgoing = Outgoing(key="k", recipient="a@b.org", payload=payload, first_attempt_at=NOW)
    check_mail(as_email(outgoing).as_bytes(policy=policy.SMTP), to="a@b.org")


@places
@texts
def test_no_channel_takes_words_for_commands(place: str, text: str) -> None:
    check_everywhere(message_with(place, text))


@pytest.mark.parametrize("place", ["title", "area", "problem", "note"])
def test_what_was_written_can_still_be_read(place: str) -> None:
    message = message_with(place, "Work with <b>R&D</b> &amp; “others”")
    slack = json.dumps(slack_payload(message, envelope()), ensure_ascii=False)
    assert "Work with &lt;b&gt;R&amp;D&lt;/b&gt; &amp;amp; “others”" in slack
    mail = mail_payload(message, envelope(), sender="watch@example.gov.uk")
    assert "Work with <b>R&D</b> &amp; “others”" in mail["text"]
    page = lxml_html.document_fromstring(mail["html"])
    assert "Work with <b>R&D</b> &amp; “others”" in "".join(map(str, page.itertext()))


@texts
def test_the_name_of_a_subscription_is_harmless_too(text: str) -> None:
    message = message_with("title", "Inspection")
    named = replace(envelope(), subscription=plain_line(text)[:200])
    slack = slack_payload(message, named)
    assert message_error(slack) is None
    mail = mail_payload(message, named, sender="watch@example.gov.uk")
    assert re.fullmatch(r"<[a-z0-9-]+\.inspection-watch\.example\.gov\.uk>", mail["list_id"])


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300), place=st.sampled_from(ALL_PLACES))
def test_whatever_the_words_are(text: str, place: str) -> None:
    check_everywhere(message_with(place, text))
