"""Hostile words in every field of a report: harmless and readable in every channel."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from alerts.channels.base import Parcel
from alerts.channels.email import as_email
from alerts.event_types import EventType
from alerts.messages.compose import compose
from alerts.messages.mail import mail_payload
from alerts.messages.markdown import markdown_payload
from alerts.messages.message import Envelope, Message
from alerts.messages.safe import plain_line
from alerts.messages.slack import slack_payload
from demo.slack.limits import message_error
from storage.models import Report
from tests.alerts.builders import EARLIER, NOW, SITE, change, make_event, make_report

HOSTILE = [
    "<!channel> <!here> <@U012AB3CD> <https://evil.example|click>",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "&amp; &lt;b&gt; &#60;script&#62;",
    "one\r\nBcc: everybody@example.org\r\n\r\nbody",
    "a\x0bb\x0cc\x1cd\x85e\u2028f\u2029g",
    "abc\u202edef\u2066ghi\u200f\u200b\ufeff",
    "{{ 7 * 7 }} {% for x in y %} ${HOME}",
    "[click](https://evil.example) ![x](https://evil.example/x.png) # *bold* _it_ `code`",
    "\x1b[31mred\x00\x07",
    "word " * 2_000,
    "w" * 10_000,
]

Place = Callable[[str], tuple[Report, dict[str, Any]]]

PLACES: dict[str, Place] = {
    "authority": lambda text: (make_report(authority=text), {}),
    "region": lambda text: (make_report(region=text), {}),
    "title": lambda text: (make_report(title=text), {}),
    "urn": lambda text: (make_report(urn=text), {}),
    "url": lambda text: (make_report(url=f"https://files.ofsted.gov.uk/{text}"), {}),
    "area": lambda text: (make_report(areas=[text, "An ordinary one."]), {}),
    "priority": lambda text: (make_report(priority=[text]), {}),
    "problem": lambda text: (make_report(problems=[text]), {}),
    "note": lambda text: (make_report(), {"note": text}),
    "earlier url": lambda text: (make_report(), {"earlier": {**EARLIER, "url": text}}),
    "earlier title": lambda text: (make_report(), {"earlier": {**EARLIER, "title": text}}),
    "change note": lambda text: (
        make_report(),
        {"changes": [change("in_care", "good", "inadequate", "worse", text)]},
    ),
}


def message_with(place: str, text: str) -> Message:
    """The message of a report that has `text` in one field."""
    report, detail = PLACES[place](text)
    event = make_event(report, EventType.NEW_REPORT, **detail)
    return compose(report, [event], site_url=SITE)


def envelope(subscription: str = "Scrutiny") -> Envelope:
    return Envelope(key="k", alert_id="0123456789", subscription=subscription, at=NOW)


places = pytest.mark.parametrize("place", PLACES)
texts = pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))


def check_slack(message: Message) -> None:
    payload = slack_payload(message, envelope())
    assert message_error(payload) is None
    everything = json.dumps(payload, ensure_ascii=False)
    # The only tokens left are our own links, to the site and its files.
    for token in re.findall(r"<[^>]*>", everything):
        assert re.fullmatch(r"<https://(reports|files)\.ofsted\.gov\.uk/[^|<> ]*\|[^<>]*>", token)
    assert ">" not in re.sub(r"<[^>]*>", "", everything)
    assert re.sub(r"&(amp|lt|gt);", "", everything).count("&") == 0


def check_mail(message: Message) -> None:
    payload = mail_payload(message, envelope(), sender="watch@example.gov.uk")
    parcel = Parcel(
        key="k", alert_id="x", recipient="a@b.org", payload=payload, first_attempt_at=NOW
    )
    raw = as_email(parcel).as_bytes(policy=policy.SMTP)
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    parsed = message_from_bytes(raw, policy=policy.default)
    assert parsed["Bcc"] is None
    assert parsed["To"] == "a@b.org"
    assert len(parsed.get_all("Subject", [])) == 1
    assert not parsed.defects
    page = lxml_html.document_fromstring(payload["html"])
    allowed = {"html", "head", "meta", "title", "style", "body", "div", "p", "h1", "h2", "br"}
    allowed |= {"table", "tbody", "tr", "td", "span", "ul", "li", "a"}
    for element in page.iter():
        assert element.tag in allowed
        attributes = {str(name): str(value) for name, value in element.attrib.items()}
        assert not any(name.startswith("on") or name == "src" for name in attributes)
        if "href" in attributes:
            assert re.match(r"https://(reports|files)\.ofsted\.gov\.uk/", attributes["href"])


def check_markdown(message: Message) -> None:
    payload = markdown_payload(message, envelope())
    assert "\n" not in payload["title"]
    bare = re.sub(r"\\.", "", payload["body"])
    for address in re.findall(r"\]\(([^)]*)\)", bare):
        assert re.match(r"https://(reports|files)\.ofsted\.gov\.uk/", address)
    assert "<" not in bare


def check_no_strange_characters(message: Message) -> None:
    everything = json.dumps(
        [slack_payload(message, envelope()), markdown_payload(message, envelope())],
        ensure_ascii=False,
    )
    everything = everything.replace("\\n", "\n")
    assert all(plain_line(line) or not line for line in everything.split("\n"))
    for char in "\u202e\u2066\u200f\u200b\ufeff\u2028\u2029\x85\x1b\x0b":
        assert char not in everything


@places
@texts
def test_no_channel_takes_words_for_commands(place: str, text: str) -> None:
    message = message_with(place, text)
    check_slack(message)
    check_mail(message)
    check_markdown(message)
    check_no_strange_characters(message)


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
@given(text=st.text(max_size=300), place=st.sampled_from(sorted(PLACES)))
def test_whatever_the_words_are(text: str, place: str) -> None:
    message = message_with(place, text)
    check_slack(message)
    check_mail(message)
    check_markdown(message)
