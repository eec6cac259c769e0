"""The national digest: what is counted, where each report is, and how each channel shows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zlib import crc32

import pytest

from alerts.channels.email.renderer import mail_payload
from alerts.channels.markdown import BODY_BYTES, markdown_payload
from alerts.channels.slack.renderer import slack_payload
from alerts.channels.webhook.renderer import webhook_payload
from alerts.events.types import EventType
from alerts.messages.compose import compose
from alerts.messages.digest import (
    DigestMessage,
    DigestRow,
    digest_headline,
    found_words,
    noun_of,
)
from alerts.messages.digest_schedule import DigestPeriod
from alerts.messages.message import Envelope
from alerts.messages.national_digest import NationalDigest, national_digest
from alerts.messages.sites import Sites
from demo.slack.limits import message_error
from tests.alerts.builders import (
    EARLIER,
    NOW,
    SITE,
    a_repeat,
    change,
    fall_events,
    make_event,
    make_report,
)

ENVELOPE = Envelope(key="k", subscription="England", at=NOW)
MONTH = DigestPeriod(date(2026, 6, 1), date(2026, 6, 30))
SITES = Sites(ofsted=SITE, public="https://watch.example.gov.uk")
RISE = [change("overall_effectiveness", "good", "outstanding", "better")]
BOTH = [*RISE, change("in_care", "good", "inadequate", "worse")]


def row(name: str, *events: EventType, **more: object) -> DigestRow:
    """One report of a council with these events."""
    report = make_report(file_id=f"5{crc32(name.encode()) % 10**7:07d}", authority=name, **more)  # type: ignore[arg-type]
    found = [make_event(report, event) for event in events]
    return DigestRow(message=compose(report, found, sites=SITES))


def unchanged(name: str) -> DigestRow:
    """A new inspection without an overall grade, whose other grades are the same as before."""
    grades = [("impact_of_leaders", "good"), ("in_care", "good")]
    report = make_report(file_id="60000001", authority=name, grades=grades)
    changes = [
        *(change(judgement, grade, grade, "same") for judgement, grade in grades),
        change("overall_effectiveness", "good", None, "not_given_any_more"),
    ]
    found = make_event(report, EventType.NEW_REPORT, changes=changes, earlier=EARLIER)
    return DigestRow(message=compose(report, [found], sites=SITES))


def changed(name: str, changes: list[dict[str, object]]) -> DigestRow:
    report = make_report(file_id=f"6{crc32(name.encode()) % 10**7:07d}", authority=name)
    found = [
        make_event(report, EventType.GRADE_CHANGE, changes=changes, earlier=EARLIER),
        make_event(report, EventType.NEW_REPORT),
    ]
    return DigestRow(message=compose(report, found, sites=SITES))


def digest_of(*rows: DigestRow) -> NationalDigest:
    return national_digest(
        DigestMessage(
            headline=digest_headline("Monthly digest", MONTH, rows), summary="65 checks.", rows=rows
        )
    )


def month() -> NationalDigest:
    falling = make_report(file_id="50000001", authority="Fallham")
    return digest_of(
        row("Priorham", EventType.PRIORITY_ACTION, EventType.NEW_REPORT, priority=["Act now."]),
        DigestRow(message=compose(falling, fall_events(falling), sites=SITES)),
        changed("Riseham", RISE),
        changed("Mixham", BOTH),
        unchanged("Sameham"),
        row("Doubtham", EventType.NEW_REPORT, problems=["The table and the text disagree."]),
        row("Visitham", EventType.NEW_REPORT, kind="focused_visit", grades=()),
        row("Sendham", EventType.NEW_REPORT, kind="area_send", grades=()),
        row("Goneham", EventType.WITHDRAWN),
        row("Dueham", EventType.DUE_SOON),
    )


def test_each_report_is_in_the_group_of_what_happened() -> None:
    groups = {
        group.heading: [line.headline.partition(":")[0] for line in group.lines]
        for group in month().groups
    }
    assert groups == {
        "Areas for priority action (1)": ["Priorham"],
        "Corrected, replaced or withdrawn (1)": ["Goneham"],
        "Some grades better, some worse (1)": ["Mixham"],
        "Grades worse (1)": ["Fallham"],
        "Grades better (1)": ["Riseham"],
        "Inspected, no grade changed (1)": ["Sameham"],
        "Inspected, grades not compared (1)": ["Doubtham"],
        "Visits (1)": ["Visitham"],
        "Other inspections (1)": ["Sendham"],
        "Next inspection likely soon (1)": ["Dueham"],
    }


def test_grades_that_hold_no_more_are_not_counted_and_the_line_says_what_has_happened() -> None:
    [first] = [row for row in month().rows if row.message.authority == "Riseham"]
    happened = "Inspection Watch has since corrected what it read in this report. In care: Good."
    row = replace(first, message=replace(first.message, grades_hold=False, since=happened))
    content = digest_of(row)
    assert not any("better" in sentence for sentence in content.counts)
    [group] = content.groups
    assert group.heading == "Corrected, replaced or withdrawn (1)"
    assert happened.rstrip(".") in group.lines[0].also


@pytest.mark.parametrize(
    ("strength", "heading"),
    [("likely", "Raised again (1)"), ("possible", "Compared with earlier reports (1)")],
)
def test_what_is_only_possibly_raised_again_is_not_under_raised_again(
    strength: str, heading: str
) -> None:
    report = make_report()
    event = make_event(
        report,
        EventType.THEME_REPEAT,
        repeats=[a_repeat(strength)],
        stated=[],
        no_longer_named=[],
    )
    again = DigestRow(message=compose(report, [event], sites=SITES))
    digest = national_digest(DigestMessage(headline="h", summary="s", rows=(again,)))
    assert [group.heading for group in digest.groups] == [heading]


def test_counts_come_first() -> None:
    content = month()
    assert content.headline == "National monthly digest, 1 to 30 June 2026: 10 items, 3 urgent"
    assert content.counts == (
        "8 new reports on 8 councils: 6 full inspections, 1 focused visit, 1 area SEND inspection.",
        "Grades became worse in 2 reports and better in 2 reports.",
        "1 council: next inspection likely soon.",
        "3 items are urgent.",
    )
    for text in (
        mail_payload(content, ENVELOPE, sender="w@example.org")["text"],
        str(slack_payload(content, ENVELOPE)["blocks"]),
        markdown_payload(content, ENVELOPE)["body"],
    ):
        assert text.index("8 new reports on 8 councils") < text.index("Priorham: ")


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([EventType.NEW_REPORT, EventType.NEW_REPORT], "2 reports"),
        ([EventType.NEW_REPORT, EventType.CORRECTION], "2 reports"),
        ([EventType.NEW_REPORT, EventType.WITHDRAWN], "2 items"),
        ([EventType.NEW_REPORT, EventType.RETURNED], "2 items"),
        ([EventType.DUE_SOON], "1 item"),
        ([], "nothing new"),
    ],
)
def test_what_is_not_a_report_is_not_counted_as_one(events: list[EventType], said: str) -> None:
    content = digest_of(*(row(f"Council {n}", event) for n, event in enumerate(events)))
    assert content.headline == f"National monthly digest, 1 to 30 June 2026: {said}"
    words = found_words(len(events), noun=noun_of(content.rows), wants_all=True)
    assert words == (said if events else "no new reports")


def test_details_are_behind_links() -> None:
    content = month()
    mail = mail_payload(content, ENVELOPE, sender="w@example.org")
    assert mail["pictures"] == []
    assert "Act now." not in mail["html"] + mail["text"]
    for text in (
        mail["html"],
        mail["text"],
        str(slack_payload(content, ENVELOPE)["blocks"]),
        markdown_payload(content, ENVELOPE)["body"],
    ):
        assert "https://files.ofsted.gov.uk/v1/file/50000001" in text
        assert "https://watch.example.gov.uk/reports/50000001/" in text
    assert len(webhook_payload(content, ENVELOPE)["data"]["reports"]) == 10


@pytest.mark.parametrize("number", [0, 1, 150, 600])
def test_a_month_of_any_size_fits_and_what_is_left_out_is_counted(number: int) -> None:
    content = digest_of(*(row(f"Council {n:03d}", EventType.NEW_REPORT) for n in range(number)))
    slack = slack_payload(content, ENVELOPE)
    assert message_error(slack) is None
    markdown = markdown_payload(content, ENVELOPE)["body"]
    assert len(markdown.encode()) <= BODY_BYTES
    for text in (str(slack["blocks"]), markdown):
        shown = text.count(": new inspection report")
        left_out = number - shown
        assert (f"… and {left_out} more report" in text) == bool(left_out)
        assert shown >= min(number, 25)
