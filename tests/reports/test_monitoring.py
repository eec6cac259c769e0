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


def test_areas_that_are_not_shown_are_counted() -> None:
    long = tuple(f"{letter} {'x' * 150}" for letter in "ABCDEF")
    (words,) = monitoring_words(Monitoring(areas_reviewed=long))
    assert words == f"Areas of the last inspection reviewed: {long[0]}; {long[1]}; and 4 more."
    (words,) = monitoring_words(Monitoring(areas_reviewed=("very long " * 60,)))
    assert words.endswith("…")
