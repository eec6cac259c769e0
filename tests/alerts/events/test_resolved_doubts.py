"""Which events a reading that is certain releases."""

from __future__ import annotations

import pytest

from alerts.events import detection
from alerts.events.resolved_doubts import NowCertain
from reports.model import Problem, Reading
from reports.problems import ProblemCode
from storage import facts
from storage.database import Database
from storage.models import Report
from tests.alerts.events.versions_of_an_inspection import FALLEN, FIRST, WINTER, ingested
from tests.storage.readings import NOW, UNSURE, a_reading

CERTAIN = a_reading(sha256="1" * 64)


def with_problem(code: ProblemCode) -> Reading:
    return CERTAIN.with_problem(Problem(code=code, message="In doubt.", page=1))


@pytest.mark.parametrize(
    ("code", "released"),
    [
        (ProblemCode.LEAD_UNCLEAR, set()),
        (ProblemCode.AREAS_UNCLEAR, {"priority_action", "theme_repeat"}),
        (
            ProblemCode.GRADE_UNCONFIRMED,
            {"grade_change", "first_grade", "correction", "new_report", "theme_repeat"},
        ),
    ],
)
def test_a_certain_reading_releases_what_was_in_doubt(
    code: ProblemCode, released: set[str]
) -> None:
    assert NowCertain.after(with_problem(code), CERTAIN).types == released
    assert NowCertain.after(CERTAIN, CERTAIN).types == set()
    assert NowCertain.after(with_problem(code), with_problem(code)).types == set()


def test_other_areas_that_only_another_version_of_the_reader_reads_are_not_a_correction(
    database: Database,
) -> None:
    doubt = ("50000002", WINTER, a_reading(sha256="2" * 64, problems=[UNSURE]))
    areas = a_reading(sha256="2" * 64, areas=["Something else"])
    with database.write() as session:
        ingested(session, [FIRST, doubt], [0, 1])
        second = session.query(Report).filter_by(file_id="50000002").one()
        for version, reading, types in (
            (FIRST[2].reader_version, areas, ["correction"]),
            (FIRST[2].reader_version + 1, areas, []),
            (
                FIRST[2].reader_version + 1,
                a_reading(sha256="2" * 64, grades=FALLEN),
                ["correction"],
            ),
        ):
            newer = reading.model_copy(update={"reader_version": version})
            facts.store_reading(session, second, newer, now=NOW)
            release = NowCertain.after(doubt[2], newer)
            found = release.of(session, second, detection.detect(session, second))
            assert [event.type for event in found] == types
