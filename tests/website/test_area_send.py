"""Area SEND inspections on a council's pages and its briefing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from reports.model import Framework, Grade, Judgement, Kind
from tests.storage.readings import a_reading, stored
from tests.website.built import (
    PRIORITY,
    Built,
    snapshot_of,
    tagged,
)
from website.pages.comparison_cards import comparison_cards
from website.pages.council import council_content
from website.pages.council_lines import next_lines


def store_inspection(built: Built, outcome: Grade, *, priority: Sequence[str] = ()) -> None:
    """Store the area SEND inspection of Havering in March 2025."""
    reading = a_reading(
        start=date(2025, 3, 4),
        kind=Kind.AREA_SEND,
        framework=Framework.AREA_SEND,
        grades={Judgement.AREA_SEND_OUTCOME: outcome},
    )
    with built.database.write() as session:
        stored(session, "7009", tagged(reading, [], priority=priority))


def what_comes_next(own: Built) -> str:
    """The words of that part of Havering's briefing."""
    (part,) = own.page("councils/havering/briefing/index.html").xpath("//section[h2[@id='b-next']]")
    return " ".join(part.text_content().split())


def test_a_council_page_and_its_briefing_name_the_outcome_of_area_send(own: Built) -> None:
    store_inspection(own, Grade.WIDESPREAD_OR_SYSTEMIC_FAILINGS, priority=[PRIORITY])
    own.build()
    said = (
        "Area SEND inspection, March 2025: widespread and/or systemic failings, 1 priority action "
        "(the council and its health partners)"
    )
    for path in ("index.html", "briefing/index.html"):
        assert said in own.said(f"councils/havering/{path}")
    words = what_comes_next(own)
    assert said in words
    assert "a full inspection within about 3 years (by March 2028)" in words


@pytest.mark.parametrize(
    ("outcome", "today", "said"),
    [
        (
            Grade.WIDESPREAD_OR_SYSTEMIC_FAILINGS,
            date(2026, 6, 30),
            "Under the framework, a monitoring inspection of area SEND usually follows such an "
            "outcome after about 18 months (about September 2026), and a full inspection within "
            "about 3 years (by March 2028).",
        ),
        (
            Grade.WIDESPREAD_OR_SYSTEMIC_FAILINGS,
            date(2027, 6, 30),
            "Under the framework, a monitoring inspection of area SEND usually follows such an "
            "outcome after about 18 months (about September 2026, but none is stored here yet), "
            "and a full inspection within about 3 years (by March 2028).",
        ),
        (
            Grade.INCONSISTENT,
            date(2026, 6, 30),
            "Under the framework, a full inspection usually follows such an outcome within about "
            "3 years (by March 2028).",
        ),
        (
            Grade.TYPICALLY_POSITIVE,
            date(2026, 6, 30),
            "Under the framework, a full inspection usually follows such an outcome within about "
            "5 years (by March 2030).",
        ),
    ],
)
def test_what_comes_next_names_area_send(
    own: Built, outcome: Grade, today: date, said: str
) -> None:
    store_inspection(own, outcome)
    own.build(today=today)
    for path in ("index.html", "briefing/index.html"):
        assert said in own.said(f"councils/havering/{path}")
    words = what_comes_next(own)
    assert said in words


def test_area_send_is_among_what_comes_next_wherever_that_is_said_in_short(own: Built) -> None:
    """It may be the next inspection, years before that of the council's own services."""
    store_inspection(own, Grade.INCONSISTENT)
    havering = snapshot_of(own.database).councils["havering"]
    said = (
        "Special educational needs and disabilities (area SEND): next full inspection usually by "
        "March 2028."
    )
    today = date(2026, 6, 30)
    assert next_lines(havering, today=today)[-1] == said
    _, coming = comparison_cards(havering, [], who="neighbours", today=today)
    assert coming.tail == said


def test_a_monitoring_inspection_of_area_send_is_not_expected_a_second_time(own: Built) -> None:
    with own.database.write() as session:
        for number, (kind, framework, grades) in enumerate(
            (
                (
                    Kind.AREA_SEND,
                    Framework.AREA_SEND,
                    {Judgement.AREA_SEND_OUTCOME: Grade.WIDESPREAD_OR_SYSTEMIC_FAILINGS},
                ),
                (Kind.AREA_SEND_MONITORING, Framework.AREA_SEND_MONITORING, {}),
            )
        ):
            reading = a_reading(
                start=date(2023 + number, 3, 4), kind=kind, framework=framework, grades=grades
            )
            stored(session, f"701{number}", tagged(reading, []))
    said = council_content(
        snapshot_of(own.database), snapshot_of(own.database).councils["havering"]
    )
    assert said.area_send_next == (
        "Under the framework, a full inspection usually follows such an outcome within about 3 "
        "years (by March 2026, but none is stored here yet)."
    )
