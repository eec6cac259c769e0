"""The summary of the event that a report raises issues again."""

from __future__ import annotations

from typing import Literal
from unittest.mock import patch

import pytest

from alerts.events.repeats import repeat_events
from reports.model import Repeat
from storage import facts, repeats
from storage.database import Database
from storage.models import Report
from storage.repeats import ReportRepeats
from tests.alerts.events.versions_of_an_inspection import FIRST, ingested

Strength = Literal["stated", "likely", "possible"]


def found(report: Report, strengths: dict[str, Strength], *, stated: bool) -> ReportRepeats:
    """What a report raises again: issues of staff supervision and oversight, by their ids."""
    return ReportRepeats(
        report=report,
        repeats=tuple(
            (
                report,
                Repeat(
                    later=issue,
                    earlier=issue,
                    theme="supervision_oversight",
                    facet=issue,
                    strength=strength,
                ),
            )
            for issue, strength in strengths.items()
        ),
        compared_with=(),
        not_compared=(),
        no_longer_named=(),
        stated=("This was an area for development at the last inspection.",) if stated else (),
        progress_since=(),
        declined=(),
        improved=(),
        same_area=(),
        follow_up=False,
        raised_before={},
    )


@pytest.mark.parametrize(
    ("strengths", "summary"),
    [
        ({"supervision": "likely"}, "raised again: Supervision of staff"),
        ({"supervision": "possible"}, "possibly raised again: Supervision of staff"),
        (
            {"supervision": "stated", "management_oversight": "possible"},
            "raised again: Supervision of staff",
        ),
        ({}, "inspectors say that an earlier issue persists"),
    ],
)
def test_the_summary_says_how_sure_it_is_that_an_issue_is_raised_again(
    database: Database, strengths: dict[str, Strength], summary: str
) -> None:
    with database.write() as session:
        ingested(session, [FIRST], [0])
        (report,) = session.query(Report)
        again = found(report, strengths, stated=not strengths)
        with patch.object(repeats, "repeats_of_report", return_value=again):
            (event,) = repeat_events(session, report, facts.reading_of(report))
        assert event.summary == f"{report.authority.short}: {summary}"
