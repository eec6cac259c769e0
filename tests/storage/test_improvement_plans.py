"""With which of the inspectors' areas a council's improvement plan is compared."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from cli.views.common_themes import common_themes
from reports.model import Framework, Kind, PlanTheme, Problem
from storage import history
from storage.database import Database
from storage.improvement_plans import newest_plan
from storage.models import Report
from tests.storage.readings import a_reading, stored
from tests.storage.test_repeats import FOSTERING, SUPERVISION, keep

DOUBT = [Problem(code="areas_unclear", message="Not clear.")]


def plan(session: Session, file_id: str, published: date) -> Report:
    reading = a_reading(
        start=None,
        areas=(),
        grades={},
        kind=Kind.COUNCIL_UPDATE,
        framework=Framework.COUNCIL_UPDATE,
    ).model_copy(update={"improvement_plan": (PlanTheme(name="Supervision", aim="Better."),)})
    return stored(session, file_id, reading, published=published, on_site=False)


def compared_files(reports: list[Report]) -> list[list[str]]:
    found = newest_plan(reports)
    assert found is not None
    return [[report.file_id for report in each.reports] for each in found.comparisons]


def test_a_plan_is_compared_with_the_areas_before_it_and_since(database: Database) -> None:
    with database.write() as session:
        first = keep(session, "1", date(2018, 6, 11), SUPERVISION)
        plan(session, "plan", date(2020, 1, 1))
        keep(session, "2", date(2023, 12, 11), FOSTERING)
        reports = list(history.reports_of(session, first.authority_id))
        assert compared_files(reports) == [["1"], ["2"]]


def test_areas_that_need_review_are_not_compared_with_a_plan_nor_are_their_themes_shown(
    database: Database,
) -> None:
    with database.write() as session:
        first = keep(session, "1", date(2018, 6, 11), SUPERVISION)
        plan(session, "plan", date(2020, 1, 1))
        keep(session, "2", date(2023, 12, 11), FOSTERING, problems=DOUBT)
        reports = list(history.reports_of(session, first.authority_id))
        assert compared_files(reports) == [["1"]]
        assert common_themes(session, first.authority, reports) is None
