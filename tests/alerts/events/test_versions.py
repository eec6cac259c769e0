"""Several documents for one inspection, priority actions, and reports that are gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy.orm import Session

from alerts.events import detection, withdrawals
from alerts.events.detected import Detected
from alerts.events.report_events import ReportEvents
from alerts.events.versions import COUNTS_AGAIN, correction_in_place
from alerts.messages.lengths import LONGEST_NOTE
from reports.model import Framework, Grade, Judgement, Kind, Problem, Reading
from storage import facts
from storage.database import Database
from storage.models import Event, Inspection, Report
from tests.storage.readings import GRADES, NOW, RI, UNSURE, a_reading, a_report

SUMMER, AUTUMN, WINTER = date(2024, 7, 12), date(2024, 9, 2), date(2024, 12, 2)
FALLEN = {**GRADES, Judgement.IN_CARE: RI}
LETTER: dict[str, Any] = {
    "kind": Kind.FOCUSED_VISIT,
    "framework": Framework.FOCUSED_VISIT,
    "grades": {},
}


def told(session: Session, report: Report) -> list[Event]:
    """As a poll does: the report's own events, and those of reports that it concerns."""
    found = [] if report.silent else [report]
    found += detection.affected(session, report)
    return [
        event
        for one in found
        for event in detection.store(session, one, detection.detect(session, one), now=NOW)
    ]


def taken_in(
    session: Session,
    documents: Sequence[tuple[str, date, Reading]],
    order: Sequence[int],
    *,
    silent: Sequence[str] = (),
) -> list[tuple[str, str]]:
    """List documents, read them in an order; the types and files of the events."""
    rows = [
        a_report(session, file_id, published=published, silent=file_id in silent)
        for file_id, published, _ in documents
    ]
    for index in order:
        facts.store_reading(session, rows[index], documents[index][2], now=NOW)
        told(session, rows[index])
    stored = session.query(Event).order_by(Event.key).all()
    return [(event.type, event.report.file_id) for event in stored if event.report]


FIRST_DAY = a_reading(sha256="1" * 64).inspection_start or date.min
FIRST = ("50000001", SUMMER, a_reading(sha256="1" * 64))
SAME = ("50000002", AUTUMN, a_reading(sha256="2" * 64, areas=["The  quality of plans"]))
OTHER = ("50000003", WINTER, a_reading(sha256="3" * 64, grades=FALLEN))


def test_a_new_file_that_says_the_same_is_silent(database: Database) -> None:
    with database.write() as session:
        assert taken_in(session, [FIRST, SAME], [0, 1]) == [
            ("first_grade", "50000001"),
            ("new_report", "50000001"),
        ]


def test_a_new_file_with_the_same_bytes_is_silent(database: Database) -> None:
    twin = ("50000002", AUTUMN, FIRST[2])
    with database.write() as session:
        assert len(taken_in(session, [FIRST, twin], [0, 1])) == 2


def test_a_new_file_with_another_grade_is_one_correction_and_no_change(database: Database) -> None:
    with database.write() as session:
        types = taken_in(session, [FIRST, OTHER], [0, 1])
        assert types[0] == ("correction", "50000003")
        assert [kind for kind, _ in types] == ["correction", "first_grade", "new_report"]
        detail = session.query(Event).filter_by(type="correction").one().detail
        assert [(c["judgement"], c["from"], c["to"]) for c in detail["changes"]] == [
            ("in_care", "good", "requires_improvement")
        ]
        assert detail["earlier"]["url"].endswith("50000001")


@pytest.mark.parametrize(
    ("before", "after", "urgent"),
    [
        (Grade.GOOD, Grade.INADEQUATE, True),
        (Grade.INADEQUATE, Grade.GOOD, False),
        (Grade.GOOD, Grade.REQUIRES_IMPROVEMENT, False),
    ],
)
def test_a_correction_to_inadequate_is_as_urgent_as_a_fall(
    database: Database, before: Grade, after: Grade, urgent: bool
) -> None:
    first, corrected = (
        (file_id, published, a_reading(sha256=file_id, grades={**GRADES, Judgement.IN_CARE: grade}))
        for file_id, published, grade in (
            ("50000001", SUMMER, before),
            ("50000002", AUTUMN, after),
        )
    )
    with database.write() as session:
        taken_in(session, [first, corrected], [0, 1])
        events = session.query(Event).filter_by(type="correction")
        assert ReportEvents.of(events).urgent is urgent


def test_a_new_file_with_another_area_is_a_correction_that_names_it(database: Database) -> None:
    other = ("50000002", AUTUMN, a_reading(sha256="2" * 64, areas=["The quality of homes."]))
    with database.write() as session:
        assert ("correction", "50000002") in taken_in(session, [FIRST, other], [0, 1])
        detail = session.query(Event).filter_by(type="correction").one().detail
        assert detail["areas_added"] == ["The quality of homes."]
        assert detail["areas_removed"] == ["The quality of plans."]
        assert detail["changes"] == []


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_reading_does_not_matter_for_what_is_a_correction(
    database: Database, order: tuple[int, ...]
) -> None:
    with database.write() as session:
        types = taken_in(session, [FIRST, SAME, OTHER], order)
    corrections = [file_id for kind, file_id in types if kind == "correction"]
    assert corrections == ["50000003"]
    assert [kind for kind, _ in types].count("first_grade") == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_new_file_for_an_old_inspection_makes_no_event_whatever_is_read_first(
    database: Database, order: tuple[int, ...]
) -> None:
    with database.write() as session:
        types = taken_in(session, [FIRST, OTHER], order, silent=["50000001"])
    assert "first_grade" not in [kind for kind, _ in types]
    assert ("correction", "50000003") in types


def test_a_version_that_is_not_certain_corrects_nothing(database: Database) -> None:
    unsure = a_reading(sha256="3" * 64, grades={**GRADES, Judgement.IN_CARE: None})
    unsure = unsure.with_problem(UNSURE)
    with database.write() as session:
        types = taken_in(session, [FIRST, ("50000003", WINTER, unsure)], [0, 1])
    assert "correction" not in [kind for kind, _ in types]


def test_a_new_file_that_can_be_read_brings_the_grades_of_one_that_could_not(
    database: Database,
) -> None:
    unsure = a_reading(grades={**GRADES, Judgement.IN_CARE: None}, problems=[UNSURE])
    with database.write() as session:
        types = taken_in(session, [("50000001", SUMMER, unsure), OTHER], [0, 1])
    assert types == [("first_grade", "50000003"), ("new_report", "50000001")]


def test_what_a_person_added_hides_no_event(database: Database) -> None:
    with database.write() as session:
        added = a_report(session, "added-1", published=None, silent=True, on_site=False)
        facts.store_reading(session, added, FIRST[2], now=NOW)
        types = taken_in(session, [OTHER], [0])
    assert [kind for kind, _ in types] == ["first_grade", "new_report"]


def test_a_late_report_lets_the_next_inspection_be_compared(database: Database) -> None:
    """The later inspection had no comparison in its message; now there is one."""
    later = a_reading(sha256="5" * 64, start=date(2026, 5, 11), grades=FALLEN)
    documents = [FIRST, ("50000005", date(2026, 6, 20), later)]
    with database.write() as session:
        types = taken_in(session, documents, [1, 0], silent=["50000001"])
    assert types == [
        ("grade_change", "50000005"),
        ("new_report", "50000005"),
        ("theme_repeat", "50000005"),
    ]


def test_an_area_for_priority_action_in_a_letter_is_an_event_of_its_own(
    database: Database,
) -> None:
    letter = a_reading(priority=["The oversight of children at risk."], **LETTER)
    with database.write() as session:
        types = taken_in(session, [("50000001", SUMMER, letter)], [0])
        assert [kind for kind, _ in types] == ["new_report", "priority_action"]
        event = session.query(Event).filter_by(type="priority_action").one()
        assert event.key == "priority_action:havering:focused_visit:2024-05-13"
        assert event.detail["areas"][0]["text"] == "The oversight of children at risk."


def test_no_priority_action_is_detected_where_the_letter_says_there_is_none(
    database: Database,
) -> None:
    letter = a_reading(priority=["There are no areas for priority action."], **LETTER)
    with database.write() as session:
        types = taken_in(session, [("50000001", SUMMER, letter)], [0])
    assert [kind for kind, _ in types] == ["new_report"]


@pytest.mark.parametrize(
    ("code", "is_told"),
    [("lead_unclear", True), ("grade_disagreement", True), ("areas_unclear", False)],
)
def test_a_priority_action_needs_certainty_as_to_the_areas(
    database: Database, code: str, is_told: bool
) -> None:
    problem = Problem(code=code, message="Unclear.")
    letter = a_reading(priority=["The oversight of children."], problems=[problem], **LETTER)
    with database.write() as session:
        types = taken_in(session, [("50000001", SUMMER, letter)], [0])
    assert ("priority_action" in [kind for kind, _ in types]) is is_told


def test_a_reissued_letter_makes_no_second_event_of_its_priority_action(database: Database) -> None:
    letter = a_reading(priority=["The oversight of children."], **LETTER)
    again = letter.model_copy(update={"sha256": "9" * 64})
    documents = [("50000001", SUMMER, letter), ("50000002", AUTUMN, again)]
    with database.write() as session:
        types = taken_in(session, documents, [0, 1], silent=["50000001"])
    assert types == []


def test_a_new_version_with_a_priority_action_makes_an_event_of_it(database: Database) -> None:
    letter = a_reading(**LETTER)
    urgent = a_reading(sha256="9" * 64, priority=["The oversight of children."], **LETTER)
    documents = [("50000001", SUMMER, letter), ("50000002", AUTUMN, urgent)]
    with database.write() as session:
        types = taken_in(session, documents, [0, 1])
    assert ("priority_action", "50000002") in types
    assert ("correction", "50000002") in types


def test_a_withdrawn_report_is_an_event_once(database: Database) -> None:
    with database.write() as session:
        taken_in(session, [FIRST], [0], silent=["50000001"])
        report = session.query(Report).one()
        for _ in range(2):
            found = withdrawals.withdrawn(session, report)
            detection.store(session, report, found, now=NOW)
        event = session.query(Event).one()
        assert (event.type, event.key) == ("withdrawn", "withdrawn:50000001")
        assert "last listed there on 30 June 2026" in event.detail["note"]


def test_a_file_that_was_replaced_is_not_an_event_of_a_withdrawal(database: Database) -> None:
    with database.write() as session:
        taken_in(session, [FIRST, SAME], [0, 1])
        first = session.query(Report).filter_by(file_id="50000001").one()
        first.withdrawn_at = NOW
        assert withdrawals.withdrawn(session, first) == []
        second = session.query(Report).filter_by(file_id="50000002").one()
        second.withdrawn_at = NOW
        assert len(withdrawals.withdrawn(session, second)) == 1


def withdrawn(session: Session, file_id: str) -> list[Detected]:
    """The events of a report that the site no longer lists."""
    report = session.query(Report).filter_by(file_id=file_id).one()
    report.withdrawn_at = NOW
    return withdrawals.withdrawn(session, report)


def test_a_correction_that_is_withdrawn_is_an_event_with_what_counts_again(
    database: Database,
) -> None:
    with database.write() as session:
        taken_in(session, [FIRST, SAME, OTHER], [0, 1, 2])
        [event] = withdrawn(session, OTHER[0])
        assert "children in care good (not requires improvement)" in event.detail["note"]
        assert "The version published on 2 September 2024 counts again" in event.detail["note"]
        assert withdrawn(session, SAME[0]) == [], "the first version says the same"
        assert len(withdrawn(session, FIRST[0])) == 1


def test_a_withdrawn_correction_of_areas_is_an_event_and_one_in_doubt_is_not(
    database: Database,
) -> None:
    areas = ("50000002", AUTUMN, a_reading(sha256="2" * 64, areas=["The quality of homes."]))
    unsure = ("50000003", WINTER, a_reading(sha256="3" * 64, grades=FALLEN, problems=[UNSURE]))
    with database.write() as session:
        taken_in(session, [FIRST, areas, unsure], [0, 1, 2])
        assert withdrawn(session, unsure[0]) == [], "nobody was told what it said"
        [event] = withdrawn(session, areas[0])
        assert event.detail["note"].endswith("counts again, with other areas for improvement.")


BELOW = {**GRADES, Judgement.IN_CARE: Grade.INADEQUATE}
BEFORE = ("40000001", date(2021, 7, 20), a_reading(sha256="4" * 64, start=date(2021, 6, 7)))


def withdrawn_and_stored(session: Session, file_id: str) -> list[str]:
    """The types of the events of a report that the site no longer lists, after they are stored."""
    found = withdrawn(session, file_id)
    report = session.query(Report).filter_by(file_id=file_id).one()
    return [event.type for event in detection.store(session, report, found, now=NOW)]


@pytest.mark.parametrize("is_listed_first", [True, False])
def test_a_withdrawn_correction_does_not_silence_the_report_that_can_be_read_after_it(
    database: Database, is_listed_first: bool
) -> None:
    """The fall is urgent. Readers know only what the correction said."""
    with database.write() as session:
        damaged = a_reading(sha256="5" * 64, start=None, grades={}, areas=[], problems=[UNSURE])
        fallen = ("50000001", SUMMER, a_reading(sha256="1" * 64, grades=BELOW))
        before = (*fallen[:2], damaged)
        documents = [BEFORE, before, OTHER] if is_listed_first else [BEFORE, OTHER]
        taken_in(session, documents, range(len(documents)))
        assert withdrawn_and_stored(session, OTHER[0]) == ["withdrawn"]
        rows = session.query(Report).filter_by(file_id=fallen[0])
        report = rows.one_or_none() or a_report(session, fallen[0], published=SUMMER)
        facts.store_reading(session, report, fallen[2], now=NOW)
        found = told(session, report)
        assert ReportEvents.of(found).urgent
        types = {"grade_change"} if is_listed_first else {"grade_change", "new_report"}
        assert {event.type for event in found} == types
        assert told(session, report) == []


@pytest.mark.parametrize("grades", [GRADES, FALLEN])
def test_a_report_that_counts_again_has_no_event_beyond_the_one_that_says_so(
    database: Database, grades: dict[Judgement, Grade | None]
) -> None:
    first = ("50000001", SUMMER, a_reading(sha256="1" * 64, grades=grades))
    with database.write() as session:
        taken_in(session, [BEFORE, first, OTHER], [0, 2, 1])
        is_other = grades is GRADES
        assert withdrawn_and_stored(session, OTHER[0]) == (["withdrawn"] if is_other else [])
        assert told(session, session.query(Report).filter_by(file_id=first[0]).one()) == []


@pytest.mark.parametrize("later", [SAME, OTHER])
def test_a_version_that_returns_after_all_were_withdrawn_is_an_event_with_what_counts_again(
    database: Database, later: tuple[str, date, Reading]
) -> None:
    with database.write() as session:
        taken_in(session, [FIRST, later], [0, 1])
        assert withdrawn_and_stored(session, FIRST[0]) == [], "the newer version is listed"
        assert withdrawn_and_stored(session, later[0]) == ["withdrawn"]
        first = session.query(Report).filter_by(file_id=FIRST[0]).one()
        [event] = detection.store(session, first, withdrawals.returned(session, first), now=NOW)
        counts = "children in care good (not requires improvement)"
        assert (event.type, counts in event.detail["note"]) == ("returned", later is OTHER)
        first.withdrawn_at = None
        assert told(session, first) == [], "that it is there again says all"
        second = session.query(Report).filter_by(file_id=later[0]).one()
        assert [event.type for event in withdrawals.returned(session, second)] == ["returned"]


def test_a_version_that_returns_while_a_newer_one_is_listed_is_not_an_event(
    database: Database,
) -> None:
    with database.write() as session:
        taken_in(session, [FIRST, OTHER], [0, 1])
        assert withdrawn_and_stored(session, FIRST[0]) == []
        first = session.query(Report).filter_by(file_id=FIRST[0]).one()
        assert withdrawals.returned(session, first) == []


def test_a_version_that_was_withdrawn_and_replaced_is_not_told_as_it_returns(
    database: Database,
) -> None:
    with database.write() as session:
        taken_in(session, [FIRST], [0])
        assert withdrawn_and_stored(session, FIRST[0]) == ["withdrawn"]
        taken_in(session, [OTHER], [0])
        first = session.query(Report).filter_by(file_id=FIRST[0]).one()
        assert withdrawals.returned(session, first) == [], "the newer version counts"


def test_a_report_that_was_never_read_can_return(database: Database) -> None:
    with database.write() as session:
        report = a_report(session, "50000001")
        report.last_seen_at = NOW
        [event] = detection.store(session, report, withdrawn(session, report.file_id), now=NOW)
        [event] = detection.store(session, report, withdrawals.returned(session, report), now=NOW)
        assert (event.type, event.detail[COUNTS_AGAIN]) == ("returned", {})


def test_what_counts_again_begins_with_the_overall_grade(database: Database) -> None:
    everything = dict.fromkeys(GRADES, Grade.OUTSTANDING)
    every = ("50000003", WINTER, a_reading(sha256="3" * 64, grades=everything))
    with database.write() as session:
        taken_in(session, [FIRST, every], [0, 1])
        [event] = withdrawn(session, every[0])
        note = event.detail["note"]
        assert "counts again: overall effectiveness good (not outstanding), impact of" in note
        assert len(note) < LONGEST_NOTE


def test_of_versions_that_return_together_only_the_newest_is_an_event(database: Database) -> None:
    with database.write() as session:
        taken_in(session, [FIRST, OTHER], [0, 1])
        withdrawn_and_stored(session, FIRST[0])
        withdrawn_and_stored(session, OTHER[0])
        back = session.query(Report).order_by(Report.file_id).all()
        found = [withdrawals.returned(session, report, back=back) for report in back]
        assert [len(events) for events in found] == [0, 1]


def test_a_grade_confirmed_after_a_newer_version_has_gone_is_an_event(database: Database) -> None:
    unsure = a_reading(sha256="1" * 64, grades=BELOW, problems=[UNSURE])
    with database.write() as session:
        taken_in(session, [BEFORE, ("50000001", SUMMER, unsure), OTHER], [0, 1, 2])
        assert withdrawn_and_stored(session, OTHER[0]) == ["withdrawn"]
        report = session.query(Report).filter_by(file_id="50000001").one()
        assert told(session, report) == []
        certain = a_reading(sha256="1" * 64, grades=BELOW)
        facts.store_reading(session, report, certain, now=NOW)
        assert "grade_change" in [event.type for event in told(session, report)]


def test_a_file_replaced_under_its_number_is_one_correction_and_no_change_of_grades(
    database: Database,
) -> None:
    with database.write() as session:
        taken_in(session, [FIRST], [0])
        report = session.query(Report).one()
        facts.store_reading(session, report, OTHER[2], now=NOW)
        found = correction_in_place(session, report, FIRST[2])
        assert [event.type for event in found] == ["correction"]
        assert found[0].detail["earlier_sha256"] == FIRST[2].sha256
        detection.store(session, report, found, now=NOW)
        assert told(session, report) == []


def replaced_in_place(session: Session, report: Report, reading: Reading) -> list[Detected]:
    """The events of a report whose file has been replaced under its number."""
    before = facts.reading_of(report)
    facts.store_reading(session, report, reading, now=NOW)
    return correction_in_place(session, report, before)


def test_a_file_replaced_in_place_is_corrected_also_where_its_first_day_is(
    database: Database,
) -> None:
    moved = a_reading(sha256="4" * 64, start=FIRST_DAY + timedelta(days=1), grades=FALLEN)
    with database.write() as session:
        taken_in(session, [FIRST], [0])
        report = session.query(Report).one()
        [event] = replaced_in_place(session, report, moved)
        assert (event.type, event.detail["changes"][0]["to"]) == ("correction", RI)


def test_a_file_replaced_in_place_by_another_inspection_is_not_a_correction(
    database: Database,
) -> None:
    another = a_reading(sha256="4" * 64, start=FIRST_DAY + timedelta(days=90), grades=FALLEN)
    with database.write() as session:
        taken_in(session, [FIRST], [0])
        assert replaced_in_place(session, session.query(Report).one(), another) == []


def test_a_file_replaced_in_place_is_not_a_correction_while_a_newer_version_counts(
    database: Database,
) -> None:
    with database.write() as session:
        taken_in(session, [FIRST, OTHER], [0, 1])
        first, other = session.query(Report).order_by(Report.id)
        assert replaced_in_place(session, first, OTHER[2]) == [], (
            "the newer version has this correction"
        )
        back = a_reading(sha256="4" * 64, grades={**GRADES, Judgement.IN_CARE: Grade.OUTSTANDING})
        assert replaced_in_place(session, first, back) == []
        other.withdrawn_at = NOW
        assert len(replaced_in_place(session, first, FIRST[2])) == 1, "it counts again"


def test_each_time_that_a_file_is_replaced_in_place_is_a_correction(database: Database) -> None:
    with database.write() as session:
        taken_in(session, [FIRST], [0])
        report = session.query(Report).one()
        for reading in (OTHER[2], FIRST[2], OTHER[2], FIRST[2]):
            found = replaced_in_place(session, report, reading)
            assert len(detection.store(session, report, found, now=NOW)) == 1


def test_a_file_that_is_also_listed_under_another_number_is_corrected_in_place(
    database: Database,
) -> None:
    twin = ("50000002", AUTUMN, FIRST[2])
    with database.write() as session:
        taken_in(session, [FIRST, twin], [0, 1])
        second = session.query(Report).filter_by(file_id="50000002").one()
        [event] = replaced_in_place(session, second, OTHER[2])
        assert event.type == "correction"


def test_a_withdrawn_version_is_not_a_correction_of_a_file_replaced_before_it(
    database: Database,
) -> None:
    twin = ("50000002", AUTUMN, FIRST[2])
    with database.write() as session:
        taken_in(session, [FIRST, twin], [0, 1])
        assert withdrawn(session, "50000002") == []
        first = session.query(Report).filter_by(file_id="50000001").one()
        assert len(replaced_in_place(session, first, OTHER[2])) == 1
        assert told(session, first) == []


@pytest.mark.parametrize("is_reported", [True, False])
def test_a_report_that_comes_again_under_another_number_after_its_withdrawal_is_new(
    database: Database, is_reported: bool
) -> None:
    with database.write() as session:
        taken_in(session, [FIRST], [0])
        gone = withdrawn(session, FIRST[0])
        if is_reported:
            detection.store(session, session.query(Report).one(), gone, now=NOW)
        second = a_report(session, SAME[0], published=SAME[1])
        facts.store_reading(session, second, SAME[2], now=NOW)
        found = ["new_report"] if is_reported else []
        assert [event.type for event in told(session, second)] == found
        assert told(session, second) == []
        detection.store(session, second, replaced_in_place(session, second, OTHER[2]), now=NOW)
        assert told(session, second) == [], "the correction says all"


def test_what_was_in_doubt_or_another_reports_file_is_not_corrected(database: Database) -> None:
    before = ("50000004", SUMMER, a_reading(sha256="4" * 64, start=date(2021, 6, 7)))
    with database.write() as session:
        taken_in(session, [before, OTHER], [0, 1])
        other = session.query(Report).filter_by(file_id=OTHER[0]).one()
        assert correction_in_place(session, other, before[2]) == []
        unsure = FIRST[2].model_copy(update={"sha256": "9" * 64}).with_problem(UNSURE)
        assert correction_in_place(session, other, unsure) == []


def test_other_grades_than_the_four_are_not_lost_in_a_correction(database: Database) -> None:
    gone = a_reading(sha256="4" * 64, grades={**GRADES, Judgement.IN_CARE: Grade.NOT_JUDGED})
    with database.write() as session:
        taken_in(session, [FIRST, ("50000004", WINTER, gone)], [0, 1])
        detail = session.query(Event).filter_by(type="correction").one().detail
        assert detail["changes"][0]["to"] == "not_judged"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_corrected_first_day_does_not_make_a_second_inspection(
    database: Database, order: Sequence[int]
) -> None:
    """Whatever the order of reading: two versions of one inspection, after another one."""
    before = a_reading(sha256="4" * 64, start=date(2021, 6, 7), grades=FALLEN)
    moved = a_reading(sha256="5" * 64, start=date(2024, 5, 14))
    documents = [("40000001", date(2021, 7, 20), before), FIRST, ("50000004", AUTUMN, moved)]
    with database.write() as session:
        types = taken_in(session, documents, order)
        assert [type_ for type_, _ in types].count("grade_change") == 1
        inspections = session.query(Inspection).order_by(Inspection.start).all()
        assert [one.start for one in inspections] == [date(2021, 6, 7), date(2024, 5, 14)]
        again = [event for report in session.query(Report) for event in told(session, report)]
        assert again == []


def test_inspections_whose_days_do_not_overlap_are_two(database: Database) -> None:
    later = a_reading(sha256="6" * 64, start=date(2024, 5, 25), grades=FALLEN)
    with database.write() as session:
        types = taken_in(session, [FIRST, ("50000005", AUTUMN, later)], [0, 1])
        assert ("grade_change", "50000005") in types
        assert session.query(Inspection).count() == 2


def test_visits_of_another_kind_or_council_on_the_same_days_are_others(database: Database) -> None:
    visit = a_reading(sha256="7" * 64, **LETTER)
    with database.write() as session:
        taken_in(session, [FIRST, ("50000006", SUMMER, visit)], [0, 1])
        elsewhere = a_report(session, "50000007", authority="newham")
        facts.store_reading(session, elsewhere, a_reading(sha256="8" * 64), now=NOW)
        assert session.query(Inspection).count() == 3


def confirmed(session: Session, report: Report, grade: str) -> None:
    """A person says which grade the report gives for children in care."""
    facts.confirm(
        session,
        report,
        field=Judgement.IN_CARE,
        value=grade,
        who="A. Clerk",
        why="page 1",
        now=NOW,
    )


def test_a_new_version_with_another_grade_than_readers_know_is_a_correction(
    database: Database,
) -> None:
    """A person corrected the grade before Ofsted did, without a message to readers."""
    with database.write() as session:
        taken_in(session, [FIRST], [0])
        first = session.query(Report).one()
        confirmed(session, first, RI)
        assert told(session, first) == []
        second = a_report(session, OTHER[0], published=OTHER[1])
        facts.store_reading(session, second, OTHER[2], now=NOW)
        [event] = told(session, second)
        changes = [(c["judgement"], c["from"], c["to"]) for c in event.detail["changes"]]
        assert (event.type, changes) == ("correction", [("in_care", "good", RI)])
        assert told(session, second) == []


def test_what_was_said_of_another_council_does_not_count_as_known(database: Database) -> None:
    """The report had events about it, until a person corrected its council."""
    with database.write() as session:
        taken_in(session, [FIRST], [0])
        elsewhere = a_report(session, "50000009", authority="newham")
        [first] = session.query(Report).filter_by(file_id=FIRST[0])
        wrong = Event(
            key="wrong",
            type="grade_change",
            authority_id=elsewhere.authority_id,
            report_id=first.id,
            detected_at=NOW,
            summary="",
            detail={"changes": [{"judgement": "in_care", "to": RI}]},
        )
        session.add(wrong)
        second = a_report(session, OTHER[0], published=OTHER[1])
        facts.store_reading(session, second, OTHER[2], now=NOW)
        assert [event.type for event in told(session, second)] == ["correction"]


def test_a_mistake_that_a_person_corrects_in_both_versions_does_not_count_as_corrected_by_ofsted(
    database: Database,
) -> None:
    with database.write() as session:
        taken_in(session, [FIRST, SAME], [0, 1])
        for report in session.query(Report).order_by(Report.file_id):
            confirmed(session, report, RI)
            assert told(session, report) == []


def test_a_correction_that_is_withdrawn_and_comes_again_under_another_number_is_one_again(
    database: Database,
) -> None:
    """Readers know that the first version counts again."""
    with database.write() as session:
        taken_in(session, [FIRST, OTHER], [0, 1])
        assert withdrawn_and_stored(session, OTHER[0]) == ["withdrawn"]
        again = a_report(session, "50000004", published=WINTER)
        facts.store_reading(session, again, OTHER[2], now=NOW)
        assert [event.type for event in told(session, again)] == ["correction"]


def test_a_person_who_corrects_the_first_day_makes_no_second_inspection(database: Database) -> None:
    with database.write() as session:
        taken_in(session, [FIRST], [0])
        report = session.query(Report).one()
        facts.confirm(
            session,
            report,
            field="inspection_start",
            value="2024-05-15",
            who="A. Clerk",
            why="page 1",
            now=NOW,
        )
        assert report.inspection is not None
        assert report.inspection.start == date(2024, 5, 15)
        assert told(session, report) == []
