"""Which of several versions of a report announces what is raised again."""

from __future__ import annotations

from datetime import date

import pytest

from reports.model import Problem
from storage.database import Database
from tests.alerts.events.versions_of_an_inspection import AUTUMN, SUMMER, ingested
from tests.storage.readings import a_reading
from tests.storage.test_repeats import AGAIN, SUPERVISION, keep

DOUBT = [Problem(code="areas_unclear", message="Not clear.")]
NEW = ("50000002", AUTUMN, a_reading(sha256="2" * 64, areas=[AGAIN]))


@pytest.mark.parametrize("is_clear", [False, True])
@pytest.mark.parametrize("silent", [(), ("50000001",)])
def test_a_version_announces_its_repeats_where_the_list_of_the_version_before_was_in_doubt(
    database: Database, *, is_clear: bool, silent: tuple[str, ...]
) -> None:
    reading = a_reading(sha256="1" * 64, areas=[AGAIN], problems=() if is_clear else DOUBT)
    with database.write() as session:
        keep(session, "49999999", date(2021, 3, 1), SUPERVISION)
        found = ingested(session, [("50000001", SUMMER, reading), NEW], [0, 1], silent=silent)
    repeats = [file_id for kind, file_id in found if kind == "theme_repeat"]
    expected = [] if silent else ["50000001"] if is_clear else ["50000002"]
    assert repeats == expected
