"""Files that the site replaces under their number."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from alerts.events import detection
from alerts.events.reinstated_versions import counts_again_sentence
from alerts.events.replaced_files import can_correct, correction_in_place_events
from alerts.events.versions import certain_reading, versions_of
from reports.model import AuthorityRef, Grade, Judgement, Reading
from storage import facts
from storage.database import Database
from storage.models import Inspection, Report
from tests.alerts.events.versions_of_an_inspection import (
    AUTUMN,
    FALLEN,
    FIRST,
    FIRST_DAY,
    OTHER,
    SUMMER,
    detected_events,
    ingested,
    replaced_in_place,
)
from tests.storage.readings import GRADES, NOW, RI, UNSURE, a_reading


def test_a_file_replaced_under_its_number_is_one_correction_and_no_change_of_grades(
    database: Database,
) -> None:
    with database.write() as session:
        ingested(session, [FIRST], [0])
        report = session.query(Report).one()
        facts.store_reading(session, report, OTHER[2], now=NOW)
        found = correction_in_place_events(session, report, FIRST[2])
        assert [event.type for event in found] == ["correction"]
        assert found[0].detail["earlier_sha256"] == FIRST[2].sha256
        detection.store(session, report, found, now=NOW)
        assert detected_events(session, report) == []


def test_replacing_a_file_is_a_correction_even_if_the_first_day_changes(
    database: Database,
) -> None:
    moved = a_reading(sha256="4" * 64, start=FIRST_DAY + timedelta(days=1), grades=FALLEN)
    with database.write() as session:
        ingested(session, [FIRST], [0])
        report = session.query(Report).one()
        [event] = replaced_in_place(session, report, moved)
        assert (event.type, event.detail["changes"][0]["to"]) == ("correction", RI)


def test_a_file_replaced_in_place_by_another_inspection_is_not_a_correction(
    database: Database,
) -> None:
    another = a_reading(sha256="4" * 64, start=FIRST_DAY + timedelta(days=90), grades=FALLEN)
    with database.write() as session:
        ingested(session, [FIRST], [0])
        assert replaced_in_place(session, session.query(Report).one(), another) == []


def test_a_file_replaced_in_place_is_not_a_correction_while_a_newer_version_counts(
    database: Database,
) -> None:
    with database.write() as session:
        ingested(session, [FIRST, OTHER], [0, 1])
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
        ingested(session, [FIRST], [0])
        report = session.query(Report).one()
        for reading in (OTHER[2], FIRST[2], OTHER[2], FIRST[2]):
            found = replaced_in_place(session, report, reading)
            assert len(detection.store(session, report, found, now=NOW)) == 1


def test_a_file_that_is_also_listed_under_another_number_is_corrected_in_place(
    database: Database,
) -> None:
    twin = ("50000002", AUTUMN, FIRST[2])
    with database.write() as session:
        ingested(session, [FIRST, twin], [0, 1])
        second = session.query(Report).filter_by(file_id="50000002").one()
        [event] = replaced_in_place(session, second, OTHER[2])
        assert event.type == "correction"


def test_a_file_replaced_in_place_in_which_only_mistyped_days_differ_is_silent(
    database: Database,
) -> None:
    mistyped = FIRST_DAY.replace(year=FIRST_DAY.year - 1)
    first = ("50000001", SUMMER, a_reading(sha256="1" * 64, start=mistyped))
    with database.write() as session:
        ingested(session, [first], [0])
        report = session.query(Report).one()
        assert replaced_in_place(session, report, a_reading(sha256="4" * 64)) == []
        assert detected_events(session, report) == []
        assert session.query(Inspection).one().start == FIRST_DAY


@pytest.mark.parametrize("is_listed_for_one", [True, False])
def test_a_version_whose_days_are_mistyped_stays_with_its_inspection_where_the_site_lists_one(
    database: Database, is_listed_for_one: bool
) -> None:
    mistyped = FIRST_DAY - timedelta(days=60)
    with database.write() as session:
        ingested(session, [FIRST, OTHER], [0, 1])
        first, other = session.query(Report).order_by(Report.file_id)
        first.listed_inspection_date = FIRST_DAY
        other.listed_inspection_date = FIRST_DAY if is_listed_for_one else mistyped
        moved = a_reading(sha256="4" * 64, grades=FALLEN, start=mistyped)
        assert replaced_in_place(session, other, moved) == []
        assert (first.inspection_id == other.inspection_id) is is_listed_for_one


@pytest.mark.parametrize("has_days", [True, False])
def test_a_correction_under_a_new_number_counts_from_what_was_certain_before_a_file_in_doubt(
    database: Database, has_days: bool
) -> None:
    doubt = a_reading(sha256="4" * 64, grades=FALLEN, problems=[UNSURE])
    if not has_days:
        doubt = without_days(doubt)
    with database.write() as session:
        ingested(session, [FIRST], [0])
        report = session.query(Report).one()
        facts.keep_replaced(report, facts.reading_of(report))
        assert replaced_in_place(session, report, doubt) == []
        events = ingested(session, [OTHER], [0])
        assert ("correction", OTHER[0]) in events


def test_a_version_that_was_certain_counts_instead_of_an_older_one_even_while_it_is_in_doubt(
    database: Database,
) -> None:
    with database.write() as session:
        ingested(session, [FIRST, OTHER], [0, 1])
        first, other = session.query(Report).order_by(Report.file_id)
        facts.keep_replaced(other, facts.reading_of(other))
        doubt = a_reading(sha256="4" * 64, grades=FALLEN, problems=[UNSURE])
        assert replaced_in_place(session, other, doubt) == []
        assert versions_of(session, first).listed_newer == other


def without_days(reading: Reading) -> Reading:
    """A reading of a file whose days cannot be read."""
    return reading.model_copy(update={"inspection_start": None, "inspection_end": None})


def test_days_that_could_not_be_read_for_a_while_make_no_second_inspection(
    database: Database,
) -> None:
    first = ("50000001", SUMMER, a_reading(sha256="1" * 64, start=date(2024, 2, 5)))
    doubt = without_days(a_reading(sha256="4" * 64, problems=[UNSURE]))
    with database.write() as session:
        ingested(session, [first], [0])
        report = session.query(Report).one()
        facts.keep_replaced(report, first[2])
        for reading in (doubt, a_reading(sha256="5" * 64)):
            assert replaced_in_place(session, report, reading) == []
            assert detected_events(session, report) == []
        assert session.query(Inspection).one().start == FIRST_DAY


def test_what_was_said_of_another_inspection_or_council_is_not_corrected(
    database: Database,
) -> None:
    other_days = a_reading(sha256="4" * 64, grades=FALLEN, start=AUTUMN, problems=[UNSURE])
    elsewhere = a_reading(sha256="5" * 64, grades=FALLEN).model_copy(
        update={"authority": AuthorityRef(name="Leeds", urn="80508")}
    )
    with database.write() as session:
        ingested(session, [FIRST], [0])
        report = session.query(Report).one()
        facts.keep_replaced(report, FIRST[2])
        facts.store_reading(session, report, other_days, now=NOW)
        assert certain_reading(report) is None
        facts.store_reading(session, report, elsewhere, now=NOW)
        assert not can_correct(session, report, FIRST[2])


def test_the_withdrawal_of_a_correction_that_is_in_doubt_says_what_counts_again(
    database: Database,
) -> None:
    with database.write() as session:
        ingested(session, [FIRST, OTHER], [0, 1])
        first, other = session.query(Report).order_by(Report.file_id)
        facts.keep_replaced(other, OTHER[2])
        doubt = a_reading(sha256="4" * 64, grades=FALLEN, problems=[UNSURE])
        facts.store_reading(session, other, doubt, now=NOW)
        sentence = counts_again_sentence(other, first)
        assert "children in care good (not requires improvement)" in (sentence or "")


def test_what_counts_again_keeps_the_capitals_of_area_send(database: Database) -> None:
    outcome = Judgement.AREA_SEND_OUTCOME
    first, other = (
        (file_id, published, a_reading(sha256=file_id, grades={outcome: grade}))
        for file_id, published, grade in (
            ("50000001", SUMMER, Grade.WIDESPREAD_OR_SYSTEMIC_FAILINGS),
            ("50000002", AUTUMN, Grade.INCONSISTENT),
        )
    )
    with database.write() as session:
        ingested(session, [first, other], [0, 1])
        reports = session.query(Report).order_by(Report.file_id)
        sentence = counts_again_sentence(reports[1], reports[0])
        assert ": area SEND outcome widespread" in (sentence or "")
