"""What a message says of a report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from alerts.channels.email.renderer import mail_payload
from alerts.channels.markdown import markdown_payload
from alerts.channels.slack.renderer import slack_payload
from alerts.channels.webhook.renderer import webhook_payload
from alerts.events.report_events import ReportEvents
from alerts.events.types import EventType
from alerts.feeds.content import entry_html
from alerts.messages.compose import compose
from alerts.messages.digest import DigestRow
from alerts.messages.message import Envelope, GradeLine
from reports.model import Direction
from storage.models import Event, Report, StoredProblem
from tests.alerts.builders import (
    AREAS,
    CHANGES,
    EARLIER,
    FILES,
    NO_OVERALL,
    NOW,
    SITE,
    SITES,
    change,
    fall_events,
    make_event,
    make_report,
    of_changes,
)


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


def test_a_fall_is_described_judgement_by_judgement() -> None:
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
            moved="same grade",
            note=CHANGES[3]["note"],
        ),
        GradeLine(
            label="Care leavers",
            after="Good",
            direction=Direction.FIRST,
            sign="★",
            moved=("new separate grade; from 2018 to 2022 it was joint with children in care"),
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
        "no longer given",
    )
    assert last.moved == "was Requires improvement to be good"
    assert last.note == NO_OVERALL


def test_headings_say_on_which_pages_of_the_report_the_areas_are() -> None:
    report = make_report(areas=("First.", "Second.", "Third."), priority=("A serious one.",))
    for area, page in zip(report.areas, (2, 3, 3, None), strict=True):
        area.page = page
    message = compose(report, [make_event(report, EventType.NEW_REPORT)])
    assert message.improvement_heading == "Areas for improvement (3, on pages 2 and 3)"
    assert message.priority_heading == "Areas for priority action"


def test_an_area_for_another_body_says_so_in_every_channel() -> None:
    """A single inspection has a list for the safeguarding board, which is not the council."""
    report = make_report(areas=("Own.", "For the board.", "For the police."))
    report.areas[1].target = "lscb"
    report.areas[2].target, report.areas[2].responsible_body = "partner", "The <police>"
    message = compose(report, [make_event(report, EventType.NEW_REPORT)])
    board = "Local Safeguarding Children Board, not the council"
    assert [area.text for area in message.areas] == ["Own.", "For the board.", "For the police."]
    assert [area.addressee for area in message.areas] == [
        "",
        f"For the {board}",
        "For: The <police>",
    ]
    envelope = Envelope(key="k", subscription="S", at=NOW)
    mail = mail_payload(message, envelope, sender="w@example.org")
    slack = str(slack_payload(message, envelope)["blocks"])
    for text in (mail["text"], mail["html"], slack, entry_html(message)):
        assert f"For the board. [For the {board}]" in text
    for text in (mail["html"], slack, entry_html(message)):
        assert "For the police. [For: The &lt;police&gt;]" in text
    markdown = markdown_payload(message, envelope)["body"]
    assert f"For the board. \\[For the {board}\\]" in markdown
    body = webhook_payload(message, envelope)["data"]["reports"][0]
    assert body["areas"][1] == {
        "text": "For the board.",
        "priority_action": False,
        "addressee": f"For the {board}",
    }


def test_areas_of_a_joint_inspection_are_for_the_partnership_without_a_word() -> None:
    report = make_report(kind="joint_inspection", grades=(), areas=("Shared.", "Of one."))
    report.areas[0].target, report.areas[1].target = "partnership", "partner"
    message = compose(report, [make_event(report, EventType.NEW_REPORT)])
    assert [area.said for area in message.areas] == [
        "Shared.",
        "Of one. [For a partner, not the council]",
    ]


def test_a_withdrawn_report_is_not_shown_as_if_it_were_new() -> None:
    report = make_report()
    last = "Ofsted last listed this report on 12 July 2024."
    message = compose(report, [make_event(report, EventType.WITHDRAWN, note=last)])
    assert message.remarks == (last, "This message shows what the report said.")


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


def corrected(report: Report, before: str, after: str, *, days: int, key: str) -> Event:
    """A correction of one grade, some days after the report was found."""
    changes = [change("in_care", before, after, "not_comparable")]
    event = make_event(
        report,
        EventType.CORRECTION,
        changes=changes,
        earlier=EARLIER,
        areas_added=[f"Area of day {days}"],
    )
    event.key, event.detected_at = key, NOW + timedelta(days=days)
    return event


@pytest.mark.parametrize("keys", [("a", "b"), ("b", "a")])
def test_of_several_corrections_the_last_one_counts(keys: tuple[str, str]) -> None:
    report = make_report(grades=[("in_care", "good")])
    events = [
        corrected(report, "good", "inadequate", days=1, key=keys[0]),
        corrected(report, "inadequate", "good", days=2, key=keys[1]),
    ]
    message = compose(report, ReportEvents.of(events).events, sites=SITES)
    [line] = message.grades
    assert (line.after, line.moved) == ("Good", "was Inadequate")
    assert [remark for remark in message.remarks if "Only in this version" in remark] == [
        "Only in this version: “Area of day 2”."
    ]


def test_a_fall_that_was_corrected_is_not_the_headline() -> None:
    report = make_report(grades=[("in_care", "good")])
    fall = change("in_care", "good", "inadequate", "worse")
    events = [
        make_event(report, EventType.GRADE_CHANGE, changes=[fall], earlier=EARLIER),
        make_event(report, EventType.NEW_REPORT),
        corrected(report, "inadequate", "good", days=1, key="correction"),
    ]
    message = compose(report, events, sites=SITES)
    assert message.headline == (
        "Marlbury: Ofsted has replaced its inspection report with a corrected version: "
        "grade for children in care is now Good"
    )
    assert EventType.GRADE_CHANGE not in message.events


@pytest.mark.parametrize("first", [EventType.NEW_REPORT, EventType.FIRST_GRADE])
def test_a_corrected_report_in_a_digest_counts_only_the_corrected_grades(first: EventType) -> None:
    report = make_report(grades=[("impact_of_leaders", "good"), ("in_care", "good")])
    direction = "same" if first == EventType.NEW_REPORT else "first"
    grades = [
        change(judgement, "good" if direction == "same" else None, "good", direction)
        for judgement in ("impact_of_leaders", "in_care")
    ]
    found = make_event(report, first, changes=grades, earlier=EARLIER)
    correction = corrected(report, "inadequate", "good", days=1, key="correction")
    start = "Marlbury: Ofsted has replaced its inspection report with a corrected version"
    assert compose(report, [found, correction]).headline == (
        f"{start}: grade for children in care is now Good"
    )
    correction.detail = {**correction.detail, "changes": []}
    assert compose(report, [found, correction]).headline == start


def test_a_grade_that_a_corrected_version_leaves_out_is_no_longer_given() -> None:
    report = make_report(grades=[("in_care", "good")])
    gone = change("care_leavers", "good", None, "not_comparable")
    event = make_event(report, EventType.CORRECTION, changes=[gone], earlier=EARLIER)
    line = compose(report, [event]).grades[-1]
    assert (line.label, line.after, line.moved) == ("Care leavers", "no longer given", "was Good")


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
    note = "first full inspection of this council that we know of"
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
    assert message.remarks == ("First full inspection of this council that we know of.",)
    assert [line.note for line in message.grades[:2]] == ["", ""]
    assert message.earlier is None


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


def test_no_grade_of_a_report_in_doubt_is_shown_as_a_grade() -> None:
    report = make_report(problems=("The table and the text disagree.",))
    message = compose(report, [make_event(report, EventType.NEW_REPORT)])
    assert {line.after for line in message.grades} == {"not read with certainty"}
    assert len(message.grades) == 5
    assert DigestRow(message=message).unchanged == "Grades: not read with certainty"


def test_a_report_in_doubt_still_shows_what_its_events_gave() -> None:
    report = make_report(problems=("The table and the text disagree.",))
    message = compose(report, fall_events(report))
    assert message.grades[0].after == "Inadequate"


def test_problems_of_the_areas_leave_the_grades_certain() -> None:
    report = make_report()
    report.problems = [StoredProblem(position=0, code="areas_unclear", message="Unclear.")]
    message = compose(report, [make_event(report, EventType.NEW_REPORT)])
    assert message.grades[0].after == "Inadequate"


def test_areas_that_need_review_are_not_quoted_and_the_message_says_so() -> None:
    """The website hides them too. The list may lack areas, or have words that are none."""
    report = make_report(priority=("A serious one.",))
    report.problems = [StoredProblem(position=0, code="areas_unclear", message="Unclear.")]
    message = compose(report, [make_event(report, EventType.NEW_REPORT)])
    assert message.areas == ()
    assert (
        "The areas for improvement could not be read with certainty. They need review."
    ) in message.remarks
    assert DigestRow(message=message).counted == "areas for improvement need review"
    envelope = Envelope(key="k", subscription="S", at=NOW)
    body = webhook_payload(message, envelope)["data"]["reports"][0]
    assert (body["areas"], body["area_count"]) == ([], None)
    for said in (
        *mail_payload(message, envelope, sender="w@example.org").values(),
        slack_payload(message, envelope),
        markdown_payload(message, envelope),
        entry_html(message),
    ):
        assert "A serious one." not in str(said)
        assert AREAS[0] not in str(said)


def test_areas_for_priority_action_that_an_event_gave_are_quoted_although_others_need_review() -> (
    None
):
    report = make_report(priority=("A serious one.",))
    report.problems = [StoredProblem(position=0, code="areas_empty", message="A list is empty.")]
    given = [{"text": "A serious one.", "page": 2, "target": "authority"}]
    message = compose(report, [make_event(report, EventType.PRIORITY_ACTION, areas=given)])
    assert [area.text for area in message.areas] == ["A serious one."]
    assert message.areas_need_review


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
