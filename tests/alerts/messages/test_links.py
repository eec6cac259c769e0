"""The links of a message: to the report, to the one before, and to the website."""

from __future__ import annotations

import pytest

from alerts.events.types import EventType
from alerts.messages.compose import compose
from alerts.messages.sites import Sites
from tests.alerts.builders import (
    EARLIER,
    FILES,
    SITE,
    SITES,
    change,
    fall_events,
    make_event,
    make_report,
)


def test_a_published_website_is_linked_to() -> None:
    report = make_report()
    sites = Sites(ofsted=SITE, public="https://watch.example.gov.uk/ofsted")
    message = compose(report, fall_events(report), sites=sites)
    key = report.authority.key
    assert [link.url for link in message.links][-2:] == [
        f"https://watch.example.gov.uk/ofsted/reports/{report.file_id}/",
        f"https://watch.example.gov.uk/ofsted/councils/{key}/",
    ]
    assert not compose(report, fall_events(report), sites=SITES).pages


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://evil.example/v1/file/1",
        "https://files.ofsted.gov.uk@evil.example/1",
        "https://files.ofsted.gov.uk\\@evil.example/1",
        "//files.ofsted.gov.uk/1",
        "https://files.ofsted.gov.uk/1\nHost: x",
        "",
    ],
)
def test_links_lead_only_to_the_site_and_its_files(url: str) -> None:
    report = make_report()
    changes = [change("overall_effectiveness", "good", "inadequate", "worse")]
    event = make_event(
        report, EventType.GRADE_CHANGE, changes=changes, earlier={**EARLIER, "url": url}
    )
    assert compose(report, [event], sites=SITES).earlier is None


def test_addresses_are_percent_encoded() -> None:
    report = make_report(url=f'{FILES}/1?a=<b>|"c" d')
    message = compose(report, [make_event(report, EventType.NEW_REPORT)])
    assert message.report is not None
    assert message.report.url == f"{FILES}/1?a=%3Cb%3E%7C%22c%22%20d"


@pytest.mark.parametrize(
    ("event", "label"),
    [
        (EventType.NEW_REPORT, "Read the report"),
        (EventType.DUE_SOON, "Read the last report"),
        (EventType.WITHDRAWN, "Read the report, if it still opens"),
    ],
)
def test_the_link_says_which_report_it_leads_to(event: EventType, label: str) -> None:
    report = make_report()
    message = compose(report, [make_event(report, event)], sites=SITES)
    assert message.report is not None
    assert message.report.label == label


def test_a_correction_leads_to_what_it_replaces() -> None:
    report = make_report()
    event = make_event(report, EventType.CORRECTION, changes=[], earlier=EARLIER)
    message = compose(report, [event], sites=SITES)
    assert message.earlier is not None
    assert message.earlier.label.startswith("Report before the correction (")


def test_a_correction_in_place_links_to_no_earlier_file_because_that_is_gone() -> None:
    report = make_report()
    grades = [change("in_care", "good", "inadequate", "not_comparable")]
    itself = {**EARLIER, "url": report.url}
    event = make_event(report, EventType.CORRECTION, changes=grades, earlier=itself)
    assert compose(report, [event], sites=SITES).earlier is None
    message = compose(report, [*fall_events(report), event], sites=SITES)
    assert message.earlier is not None
    assert message.earlier.label.startswith("Previous report (")
    assert message.earlier.url == EARLIER["url"]
