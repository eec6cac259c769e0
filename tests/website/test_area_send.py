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


def test_an_area_send_outcome_is_compared_with_the_one_before(own: Built) -> None:
    store_inspection(own, Grade.WIDESPREAD_OR_SYSTEMIC_FAILINGS)
    with own.database.write() as session:
        before = a_reading(
            start=date(2023, 3, 7),
            kind=Kind.AREA_SEND,
            framework=Framework.AREA_SEND,
            grades={Judgement.AREA_SEND_OUTCOME: Grade.INCONSISTENT},
        )
        stored(session, "7008", before, published=date(2023, 5, 9))
    own.build()
    said = own.said("reports/7009/index.html")
    assert "▼ down, from Inconsistent experiences and outcomes" in said
    assert "No earlier grade to compare" in own.said("reports/7008/index.html")


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


def test_the_monitoring_that_comes_first_is_named_first_in_short_too(own: Built) -> None:
    store_inspection(own, Grade.WIDESPREAD_OR_SYSTEMIC_FAILINGS)
    havering = snapshot_of(own.database).councils["havering"]
    assert next_lines(havering, today=date(2026, 6, 30))[-1] == (
        "Special educational needs and disabilities (area SEND): monitoring usually about "
        "September 2026; next full inspection usually by March 2028."
    )


def test_what_comes_next_says_where_nothing_is_known_of_area_send(site: Built) -> None:
    """A council with two reports of its own services looked as if no other inspection came."""
    unknown = (
        "Special educational needs and disabilities (area SEND) Not known: we have read no outcome "
        "of an area SEND inspection with certainty."
    )
    (card,) = site.page("councils/barnet/index.html").xpath("//div[h2='What comes next']")
    assert unknown.replace(" ", "") in "".join(card.text_content().split())
    ended = site.page("councils/northamptonshire/index.html")
    assert "area SEND" not in ended.xpath("//div[h2='What comes next']")[0].text_content()


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
