"""Slack messages: within every limit, and areas for improvement only whole."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from alerts.channels.slack.escaping import escaped
from alerts.channels.slack.renderer import slack_payload
from alerts.events.reinstated_versions import COUNTS_AGAIN
from alerts.events.types import EventType
from alerts.messages.combined import combined_message
from alerts.messages.compose import compose
from alerts.messages.content import Content
from alerts.messages.digest import DigestRow
from alerts.messages.message import PRIORITY_ACTION_MEANS, Envelope, Notice
from demo.slack.limits import message_error
from storage.models import Report
from tests.alerts.builders import AREAS, NOW, SITES, fall_events, make_event, make_report

ENVELOPE = Envelope(key="k", subscription="Scrutiny", at=NOW)


def payload_of(report: Report) -> dict[str, Any]:
    """The payload of a new report."""
    event = make_event(report, EventType.NEW_REPORT)
    return slack_payload(compose(report, [event], sites=SITES), ENVELOPE)


def words_of(payload: dict[str, Any]) -> str:
    """All that is shown."""
    texts = []
    for block in payload["blocks"]:
        texts += [part["text"] for part in block.get("elements", [block.get("text")])]
    return "\n".join(texts)


def test_a_fall_has_its_headline_and_grades_first() -> None:
    report = make_report()
    payload = slack_payload(compose(report, fall_events(report), sites=SITES), ENVELOPE)
    kinds = [block["type"] for block in payload["blocks"]]
    assert kinds == ["header", "context", "section", "section", "section", "context"]
    header, about, grades, areas, links, foot = payload["blocks"]
    assert header["text"] == {
        "type": "plain_text",
        "text": "Marlbury: overall grade falls from Good to Inadequate",
        "emoji": False,
    }
    assert about["elements"][0]["text"] == (
        "❗ *Urgent*\n"
        "West Midlands · Inspection of local authority children's services\n"
        "Inspected 22 April to 3 May 2024 · published 12 July 2024"
    )
    assert grades["text"]["text"].splitlines()[0] == (
        "▼ Overall effectiveness:  Good → *Inadequate*  (down two grades)"
    )
    assert areas["text"]["text"].splitlines() == [
        "*Areas for improvement (4)*",
        *(f"• {area}" for area in AREAS),
    ]
    assert links["text"]["text"].startswith(
        "<https://files.ofsted.gov.uk/v1/file/50252261|Read the report>"
    )
    assert f"alert {ENVELOPE.alert_id}" in foot["elements"][0]["text"]
    assert "Open Government Licence v3.0" in foot["elements"][0]["text"]


def test_the_fallback_says_the_same_without_blocks() -> None:
    report = make_report()
    text = slack_payload(compose(report, fall_events(report)), ENVELOPE)["text"]
    assert text.startswith("[Urgent] Marlbury: overall grade falls from Good to Inadequate\n")
    assert "Overall effectiveness: Good → Inadequate (down two grades)" in text
    assert "4 areas for improvement" in text


def test_the_fallback_counts_areas_for_priority_action_apart() -> None:
    report = make_report(priority=("A serious one.",))
    text = slack_payload(compose(report, fall_events(report)), ENVELOPE)["text"]
    assert "1 area for priority action, 4 areas for improvement" in text


def test_all_mrkdwn_is_verbatim() -> None:
    report = make_report()
    payload = slack_payload(compose(report, fall_events(report)), ENVELOPE)
    for block in payload["blocks"]:
        for part in block.get("elements", [block.get("text")]):
            assert part["type"] == "plain_text" or part["verbatim"] is True


@pytest.mark.parametrize("number", [1, 12, 40, 200])
@pytest.mark.parametrize("length", [30, 400, 2_800, 10_000])
@pytest.mark.parametrize("filling", ["a wörd ", "<!channel> & ", "→ "])
def test_any_number_of_areas_of_any_length_keeps_within_the_limits(
    number: int, length: int, filling: str
) -> None:
    areas = [f"{n} " + (filling * length)[:length].strip() for n in range(number)]
    report = make_report(grades=(), areas=areas)
    payload = payload_of(report)
    assert message_error(payload) is None
    assert len(json.dumps(payload["blocks"])) <= 12_000
    assert len(payload["text"]) <= 4_000
    shown = [line for line in words_of(payload).splitlines() if line.startswith("• ")]
    assert all(line[2:] in {escaped(area) for area in areas} for line in shown), "cut in two"
    missing = number - len(shown)
    said = f"… and {missing} {'more' if shown else 'areas for improvement'} in the report"
    assert (said in words_of(payload)) == (missing > 0)


def test_priority_actions_are_shown_before_any_other_area() -> None:
    report = make_report(grades=(), areas=["x" * 900] * 30, priority=["The serious one."])
    words = words_of(payload_of(report))
    assert f"*❗ Areas for priority action*\n{PRIORITY_ACTION_MEANS}\n• The serious one." in words


def test_everything_long_at_once_keeps_within_the_limits() -> None:
    report = make_report(
        authority="A long name " * 900,
        title="<b>" * 3_000,
        region="R" * 80,
        areas=["<" * 2_000] * 40,
        priority=["&" * 500] * 40,
        problems=["p" * 5_000] * 5,
    )
    payload = slack_payload(compose(report, fall_events(report), sites=SITES), ENVELOPE)
    assert message_error(payload) is None
    assert len(json.dumps(payload["blocks"])) <= 12_000


@pytest.mark.parametrize("length", [200, 690, 1_400, 5_000])
def test_what_inspectors_say_at_length_keeps_within_the_limits(length: int) -> None:
    report = make_report()
    said = ("Drift was found before & persists. " * length)[:length]
    event = make_event(
        report,
        EventType.THEME_REPEAT,
        repeats=[],
        stated=[said] * 4,
        progress_since=[said] * 3,
        improved=[said] * 5,
        no_longer_named=["One area."],
    )
    payload = slack_payload(compose(report, [*fall_events(report), event]), ENVELOPE)
    assert message_error(payload) is None
    assert "One earlier area was not found again." in words_of(payload)
    assert ("more remarks in the report" in words_of(payload)) == (length > 200)


def test_a_notice_is_short() -> None:
    payload = slack_payload(Notice(headline="Test", lines=("One.", "Two <!here>.")), ENVELOPE)
    assert message_error(payload) is None
    assert "Two &lt;!here&gt;." in words_of(payload)


def test_the_note_on_a_first_message_names_what_was_withdrawn() -> None:
    report = make_report()
    event = make_event(report, EventType.WITHDRAWN)
    message = compose(report, [event])
    assert "this report is no longer on Ofsted's site." in note_of(message)
    event.detail = {**event.detail, COUNTS_AGAIN: {}}
    correction = "Ofsted's correction of this report is no longer on its site."
    assert correction in note_of(compose(report, [event]))
    corrected = replace(message, corrected_before=True)
    assert "has corrected this report, and it is no longer on Ofsted's site." in note_of(corrected)


def test_the_note_on_a_first_message_about_many_reports_counts_those_that_changed() -> None:
    report = make_report()
    row = DigestRow(message=compose(report, [make_event(report, EventType.WITHDRAWN)]))
    assert "⚠️ 6 of these reports have changed on Ofsted's site." in note_of(
        combined_message([row] * 6)
    )


def note_of(message: Content) -> str:
    """The note for the first message about the report."""
    return str(slack_payload(message, ENVELOPE)["note_on_first"])
