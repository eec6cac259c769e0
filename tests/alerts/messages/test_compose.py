"""What a message says of a report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from alerts.events.types import EventType
from alerts.messages.compose import compose
from alerts.messages.message import GradeLine, Message
from alerts.messages.sites import Sites
from reports.model import Direction
from storage.models import Event, Report
from tests.alerts.builders import (
    AREAS,
    CHANGES,
    EARLIER,
    FILES,
    SITE,
    SITES,
    change,
    fall_events,
    make_event,
    make_report,
)

NO_OVERALL = "Ofsted no longer gives an overall grade."


def of_changes(*changes: dict[str, Any], **facts: Any) -> Message:
    """The message of a grade change."""
    report = make_report(**facts)
    event = make_event(report, EventType.GRADE_CHANGE, changes=changes, earlier=EARLIER)
    return compose(report, [event], sites=SITES)


def fallen(label: str, before: str, moved: str) -> GradeLine:
    """The line of a judgement that has fallen to Inadequate."""
    return GradeLine(
        label=label,
        before=before,
        after="Inadequate",
        direction=Direction.WORSE,
        sign="▼",
        moved=moved,
    )


def test_a_fall_is_told_judgement_by_judgement() -> None:
    report = make_report()
    message = compose(report, fall_events(report), sites=SITES)
    assert message.headline == "Marlbury: overall grade falls from Good to Inadequate"
    assert message.urgent
    assert message.events == (
        EventType.GRADE_CHANGE,
        EventType.FIRST_GRADE,
        EventType.NEW_REPORT,
    )
    assert message.grades == (
        fallen("Overall effectiveness", "Good", "down two grades"),
        fallen("Impact of leaders", "Good", "down two grades"),
        fallen("Help and protection", "Requires improvement to be good", "down one grade"),
        GradeLine(
            label="Children in care",
            before="Requires improvement to be good",
            after="Requires improvement to be good",
            direction=Direction.SAME,
            sign="=",
            moved="no change",
            note=CHANGES[3]["note"],
        ),
        GradeLine(
            label="Care leavers",
            after="Good",
            direction=Direction.FIRST,
            sign="★",
            moved="first separate grade for care leavers",
        ),
    )


def test_it_says_which_document_when_and_where() -> None:
    report = make_report()
    message = compose(report, fall_events(report), sites=SITES)
    assert message.document == "West Midlands · Inspection of local authority children's services"
    assert message.dates == "Inspected 22 April to 3 May 2024 · published 12 July 2024"
    assert [(link.label, link.url) for link in message.links] == [
        ("Read the report", f"{FILES}/50252261"),
        ("Previous report (5 March 2021)", f"{FILES}/50004250"),
        ("Marlbury on Ofsted's site", f"{SITE}/provider/44/80999"),
    ]
    assert [area.text for area in message.areas] == list(AREAS)


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


def test_the_overall_grade_comes_first_though_reports_print_it_last() -> None:
    message = of_changes(grades=(("in_care", "good"), ("overall_effectiveness", "good")))
    assert [line.label for line in message.grades] == ["Overall effectiveness", "Children in care"]


def test_without_an_overall_grade_none_is_made_up() -> None:
    message = of_changes(
        change("impact_of_leaders", "requires_improvement", "inadequate", "worse"),
        change("help_and_protection", "requires_improvement", "inadequate", "worse"),
        change("in_care", "requires_improvement", "good", "better"),
        change("care_leavers", None, "requires_improvement", "first"),
        change(
            "overall_effectiveness", "requires_improvement", None, "not_given_any_more", NO_OVERALL
        ),
        grades=(
            ("impact_of_leaders", "inadequate"),
            ("help_and_protection", "inadequate"),
            ("in_care", "good"),
            ("care_leavers", "requires_improvement"),
        ),
    )
    assert message.headline == "Marlbury: two grades fall to Inadequate and one rises"
    last = message.grades[-1]
    assert (last.label, last.before, last.after) == (
        "Overall effectiveness",
        None,
        "no longer graded",
    )
    assert last.moved == "was Requires improvement to be good"
    assert last.note == NO_OVERALL


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


def test_headings_say_on_which_pages_of_the_report_the_areas_are() -> None:
    report = make_report(areas=("First.", "Second.", "Third."), priority=("A serious one.",))
    for area, page in zip(report.areas, (2, 3, 3, None), strict=True):
        area.page = page
    message = compose(report, [make_event(report, EventType.NEW_REPORT)])
    assert message.improvement_heading == "Areas for improvement (3, pages 2 and 3)"
    assert message.priority_heading == "Areas for priority action"


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


def test_a_withdrawn_report_is_not_shown_as_if_it_were_new() -> None:
    report = make_report()
    last = "It was last listed there on 12 July 2024."
    message = compose(report, [make_event(report, EventType.WITHDRAWN, note=last)])
    assert message.remarks == (last, "This message shows what the report said.")


def over_days(report: Report, *types: EventType) -> list[Event]:
    """Events that were detected on one day after the other, as a digest has them."""
    notes = {EventType.WITHDRAWN: "It was last listed", EventType.RETURNED: "It was not there"}
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
            ("It was not there on day 1.",),
            "Read the report",
        ),
        (
            (EventType.WITHDRAWN, EventType.RETURNED, EventType.WITHDRAWN),
            "inspection report is no longer on Ofsted's site",
            ("It was last listed on day 2.", "This message shows what the report said."),
            "Read the report, if it still opens",
        ),
        (
            (EventType.NEW_REPORT, EventType.WITHDRAWN, EventType.RETURNED),
            "new inspection report",
            ("It was not there on day 2.",),
            "Read the report",
        ),
        (
            (EventType.NEW_REPORT, EventType.WITHDRAWN),
            "inspection report is no longer on Ofsted's site",
            ("It was last listed on day 1.", "This message shows what the report said."),
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


def test_a_headline_of_grades_says_that_the_report_is_withdrawn() -> None:
    report = make_report()
    message = compose(report, [*fall_events(report), make_event(report, EventType.WITHDRAWN)])
    assert message.headline == (
        "Marlbury: overall grade falls from Good to Inadequate; "
        "the inspection report is no longer on Ofsted's site"
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([], ""),
        (
            [change("in_care", "good", "inadequate", "not_comparable")],
            ": grade for children in care is now Inadequate",
        ),
        ([change("in_care", "good", None, "not_comparable")], ": one grade changed"),
        (
            [
                change("in_care", "good", "inadequate", "not_comparable"),
                change("care_leavers", "good", "inadequate", "not_comparable"),
            ],
            ": two grades changed to Inadequate",
        ),
        (
            [
                change("in_care", "good", "inadequate", "not_comparable"),
                change("care_leavers", "good", "outstanding", "not_comparable"),
            ],
            ": two grades changed, one of them to Inadequate",
        ),
    ],
)
def test_a_correction_says_which_grades_are_different(
    changes: Sequence[dict[str, Any]], said: str
) -> None:
    report = make_report()
    event = make_event(report, EventType.CORRECTION, changes=changes, earlier=EARLIER)
    assert compose(report, [event]).headline == (
        f"Marlbury: Ofsted has replaced its inspection report with a corrected version{said}"
    )


def test_a_correction_quotes_the_areas_that_are_different() -> None:
    report = make_report()
    event = make_event(
        report,
        EventType.CORRECTION,
        areas_added=[f"Area {n}." for n in range(5)],
        areas_removed=["The quality of plans"],
    )
    assert compose(report, [event]).remarks == (
        "Only in this version: “Area 0”.",
        "Only in this version: “Area 1”.",
        "Only in this version: “Area 2”.",
        "Only in this version: 2 more areas for improvement.",
        "Only in the previous version: “The quality of plans”.",
    )


def test_a_monitoring_visit_says_what_it_reviewed_and_found() -> None:
    report = make_report(kind="monitoring_visit", grades=(), areas=())
    report.reading = {
        "monitoring": {
            "visit_number": 3,
            "progress": "Leaders have made steady progress.",
            "areas_reviewed": ["supervision", *(f"plan {n}" for n in range(1, 7))],
        }
    }
    message = compose(report, [make_event(report, EventType.NEW_REPORT)])
    assert message.areas == ()
    assert message.remarks == (
        "Monitoring visit 3 since the last inspection.",
        "Areas of the last inspection reviewed: supervision; plan 1; plan 2; plan 3; plan 4; "
        "and 2 more.",
        "Progress found: “Leaders have made steady progress.”",
    )


def test_first_grades_share_their_note() -> None:
    report = make_report()
    note = "first inspection of this council that we know of"
    changes = [
        change(key, None, grade, "first", note)
        for key, grade in (
            ("overall_effectiveness", "inadequate"),
            ("impact_of_leaders", "inadequate"),
        )
    ]
    message = compose(
        report, [make_event(report, EventType.FIRST_GRADE, changes=changes, earlier=None)]
    )
    assert message.headline == "Marlbury: first overall grade is Inadequate"
    assert message.remarks == ("First inspection of this council that we know of.",)
    assert [line.note for line in message.grades[:2]] == ["", ""]
    assert message.earlier is None


def test_a_first_grade_for_care_leavers_alone_is_the_headline() -> None:
    report = make_report()
    event = make_event(report, EventType.FIRST_GRADE, changes=[CHANGES[-1]], earlier=EARLIER)
    assert compose(report, [event]).headline == (
        "Marlbury: first separate grade for care leavers is Good"
    )


def test_a_report_without_comparison_shows_its_grades_alone_and_says_why() -> None:
    report = make_report(grades=(("overall_effectiveness", "good"), ("in_care", None)))
    why = "The report before this one was not read with certainty, so what changed is not shown."
    message = compose(report, [make_event(report, EventType.NEW_REPORT, note=why)])
    assert message.grades == (
        GradeLine(label="Overall effectiveness", after="Good"),
        GradeLine(label="Children in care", after="not read with certainty"),
    )
    assert message.remarks == (why,)


def test_grades_that_cannot_be_compared_are_not_shown_as_a_step() -> None:
    note = "These grades come from frameworks that cannot be compared."
    message = of_changes(
        change("overall_effectiveness", "adequate", "good", "not_comparable", note),
        change("in_care", "good", "outstanding", "better"),
        grades=(("overall_effectiveness", "good"), ("in_care", "outstanding")),
    )
    line = message.grades[0]
    assert not line.is_step
    assert (line.after, line.moved, line.note) == ("Good", "was Adequate", note)


def test_problems_are_shown() -> None:
    report = make_report(problems=("The table and the text disagree.",))
    message = compose(report, [make_event(report, EventType.NEW_REPORT)])
    assert message.problems == ("The table and the text disagree.",)


def test_several_stays_are_all_named() -> None:
    periods = (("2024-04-22", "2024-04-26"), ("2024-05-01", "2024-05-03"))
    report = make_report(periods=periods)
    message = compose(report, fall_events(report))
    assert message.inspected == "22 to 26 April 2024 and 1 to 3 May 2024"


@pytest.mark.parametrize("kind", ["focused_visit", "monitoring_visit"])
def test_inspectors_visited_on_a_visit(kind: str) -> None:
    report = make_report(kind=kind, grades=())
    message = compose(report, [make_event(report, EventType.NEW_REPORT)])
    assert message.dates == "Visited 22 April to 3 May 2024 · published 12 July 2024"


def test_a_document_without_an_inspection_has_no_dates_made_up() -> None:
    report = make_report(start=None, kind="council_update", grades=())
    message = compose(report, [make_event(report, EventType.NEW_REPORT)])
    assert message.dates == "Published 12 July 2024"


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
