"""A monitoring visit in words."""

from __future__ import annotations

from reports.model import Monitoring
from reports.monitoring import monitoring_words


def test_the_full_stops_of_areas_are_not_doubled() -> None:
    found = Monitoring(visit_number=2, areas_reviewed=("Supervision.", "Plans for children."))
    assert monitoring_words(found) == (
        "Monitoring visit 2 since the last inspection.",
        "Areas of the last inspection reviewed: Supervision; Plans for children.",
    )
