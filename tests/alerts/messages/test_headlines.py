"""The headline of a message: the most important change, and whether it is urgent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from alerts.events.types import EventType
from alerts.messages.compose import compose
from storage.models import Event, Report
from tests.alerts.builders import (
    CHANGES,
    EARLIER,
    NO_OVERALL,
    change,
    fall_events,
    make_event,
    make_report,
    of_changes,
)


@pytest.mark.parametrize(
    ("changes", "headline"),
    [
        (
            [change("overall_effectiveness", "requires_improvement", "good", "better")],
            "overall grade rises from Requires improvement to Good",
        ),
        (
            [
                change("overall_effectiveness", "good", "good", "same"),
                change("help_and_protection", "good", "requires_improvement", "worse"),
            ],
            "grade for help and protection falls from Good to Requires improvement",
        ),
        (
            [
                change("overall_effectiveness", "good", "requires_improvement", "worse"),
                change("in_care", "good", "requires_improvement", "worse"),
                change("care_leavers", "good", "inadequate", "worse"),
            ],
            "overall grade falls from Good to Requires improvement, "
            "and grade for care leavers falls to Inadequate",
        ),
        (
            [
                change("overall_effectiveness", "requires_improvement", "good", "better"),
                change("in_care", "good", "inadequate", "worse"),
                change("care_leavers", "good", "inadequate", "worse"),
            ],
            "overall grade rises from Requires improvement to Good, "
            "but two other grades fall to Inadequate",
        ),
        (
            [
                change("impact_of_leaders", "good", "outstanding", "better"),
                change("in_care", "good", "outstanding", "better"),
            ],
            "two grades rise",
        ),
        (
            [
                change("impact_of_leaders", "good", "inadequate", "worse"),
                change("in_care", "good", "outstanding", "better"),
                change("help_and_protection", "good", "outstanding", "better"),
            ],
            "one grade falls to Inadequate and two rise",
        ),
        (
            [
                change("impact_of_leaders", "good", "requires_improvement", "worse"),
                change("in_care", "requires_improvement", "inadequate", "worse"),
            ],
            "two grades fall, one of them to Inadequate",
        ),
        (
            [
                change("impact_of_leaders", "outstanding", "good", "worse"),
                change("in_care", "outstanding", "good", "worse"),
                change("care_leavers", "good", "outstanding", "better"),
            ],
            "two grades fall and one rises",
        ),
    ],
)
def test_the_headline_says_the_most_important_change(
    changes: Sequence[dict[str, Any]], headline: str
) -> None:
    assert of_changes(*changes).headline == f"Marlbury: {headline}"


@pytest.mark.parametrize(
    ("changes", "headline"),
    [
        (
            [
                change("overall_effectiveness", "good", "good", "same"),
                change("in_care", "good", "good", "same"),
            ],
            "new inspection report, no grade changed",
        ),
        (
            [
                change("in_care", "good", "good", "same"),
                change("overall_effectiveness", "good", None, "not_given_any_more", NO_OVERALL),
            ],
            "new inspection report",
        ),
        ([change("in_care", "adequate", "good", "not_comparable")], "new inspection report"),
        ([], "new inspection report"),
    ],
)
def test_only_a_report_whose_grades_are_all_the_same_is_called_unchanged(
    changes: Sequence[dict[str, Any]], headline: str
) -> None:
    report = make_report()
    event = make_event(report, EventType.NEW_REPORT, changes=changes, earlier=EARLIER)
    assert compose(report, [event]).headline == f"Marlbury: {headline}"


def test_a_fall_that_is_not_to_inadequate_is_not_urgent() -> None:
    assert not of_changes(
        change("overall_effectiveness", "outstanding", "requires_improvement", "worse")
    ).urgent


def test_a_priority_action_comes_first_and_is_urgent() -> None:
    report = make_report(
        kind="focused_visit",
        title="Focused visit",
        grades=(),
        areas=("An ordinary area.",),
        priority=("A serious one.",),
    )
    events = [
        make_event(report, kind) for kind in (EventType.NEW_REPORT, EventType.PRIORITY_ACTION)
    ]
    message = compose(report, events)
    assert message.headline == "Marlbury: area for priority action"
    assert message.urgent
    assert [area.text for area in message.areas] == ["A serious one.", "An ordinary area."]
    assert [area.text for area in message.priority_actions] == ["A serious one."]


def test_a_headline_counts_several_areas_for_priority_action() -> None:
    report = make_report(priority=("A serious one.", "Another."))
    areas = [{"text": text, "page": 1, "target": "authority"} for text in ("A serious one.", "B.")]
    event = make_event(report, EventType.PRIORITY_ACTION, areas=areas)
    assert compose(report, [event]).headline == "Marlbury: two areas for priority action"


def test_a_priority_action_in_a_report_with_changes_names_both() -> None:
    report = make_report(priority=("A serious one.",))
    events = [*fall_events(report), make_event(report, EventType.PRIORITY_ACTION)]
    assert compose(report, events).headline == (
        "Marlbury: area for priority action, and overall grade falls from Good to Inadequate"
    )


@pytest.mark.parametrize(
    ("event_type", "headline"),
    [
        (EventType.NEW_REPORT, "new monitoring visit report"),
        (
            EventType.CORRECTION,
            "Ofsted has replaced its monitoring visit report with a corrected version",
        ),
        (EventType.WITHDRAWN, "monitoring visit report is no longer on Ofsted's site"),
    ],
)
def test_reports_without_grades_have_a_headline_too(event_type: EventType, headline: str) -> None:
    report = make_report(kind="monitoring_visit", grades=(), areas=())
    message = compose(report, [make_event(report, event_type)])
    assert message.headline == f"Marlbury: {headline}"
    assert message.grades == ()


def over_days(report: Report, *types: EventType) -> list[Event]:
    """Events that were detected on one day after the other, as a digest has them."""
    notes = {EventType.WITHDRAWN: "Ofsted last listed it", EventType.RETURNED: "It was gone"}
    found = []
    for day, event_type in enumerate(types):
        note = {"note": f"{notes[event_type]} on day {day}."} if event_type in notes else {}
        event = make_event(report, event_type, **note)
        event.detected_at += timedelta(days=day)
        found.append(event)
    return found


@pytest.mark.parametrize(
    ("types", "headline", "remarks", "link"),
    [
        (
            (EventType.WITHDRAWN, EventType.RETURNED),
            "inspection report is on Ofsted's site again",
            ("It was gone on day 1.",),
            "Read the report",
        ),
        (
            (EventType.WITHDRAWN, EventType.RETURNED, EventType.WITHDRAWN),
            "inspection report is no longer on Ofsted's site",
            ("Ofsted last listed it on day 2.", "This message shows what the report said."),
            "Read the report, if it still opens",
        ),
        (
            (EventType.NEW_REPORT, EventType.WITHDRAWN, EventType.RETURNED),
            "new inspection report",
            ("It was gone on day 2.",),
            "Read the report",
        ),
        (
            (EventType.NEW_REPORT, EventType.WITHDRAWN),
            "inspection report is no longer on Ofsted's site",
            ("Ofsted last listed it on day 1.", "This message shows what the report said."),
            "Read the report, if it still opens",
        ),
    ],
)
def test_a_digest_says_whether_a_report_is_on_the_site_now(
    types: tuple[EventType, ...], headline: str, remarks: tuple[str, ...], link: str
) -> None:
    report = make_report()
    message = compose(report, over_days(report, *types))
    assert message.headline == f"Marlbury: {headline}"
    assert message.remarks == remarks
    assert message.report is not None
    assert message.report.label == link
    assert len(message.records) == len(types)


def test_a_digest_goes_by_the_order_of_detection_where_the_clock_was_ahead() -> None:
    report = make_report()
    gone, back = over_days(report, EventType.WITHDRAWN, EventType.RETURNED)
    gone.id, back.id = 1, 2
    gone.detected_at += timedelta(days=20)
    message = compose(report, [back, gone])
    assert message.headline == "Marlbury: inspection report is on Ofsted's site again"


def test_a_headline_of_grades_says_that_the_report_is_withdrawn() -> None:
    report = make_report()
    message = compose(report, [*fall_events(report), make_event(report, EventType.WITHDRAWN)])
    assert message.headline == (
        "Marlbury: overall grade falls from Good to Inadequate; "
        "the inspection report is no longer on Ofsted's site"
    )


def test_a_first_grade_for_care_leavers_alone_is_the_headline() -> None:
    report = make_report()
    event = make_event(report, EventType.FIRST_GRADE, changes=[CHANGES[-1]], earlier=EARLIER)
    assert compose(report, [event]).headline == (
        "Marlbury: new separate grade for care leavers is Good"
    )
