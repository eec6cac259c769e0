"""What was raised again and what comes next, on the first screen of a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from reports.analysis.next_inspection import DueWindow
from reports.model import Grade
from tests.storage.readings import a_reading, stored
from tests.website.built import (
    PATHWAYS,
    SUPERVISION,
    Built,
    snapshot_of,
    table,
    tagged,
)
from website.pages.highlights import (
    comparison_cards,
    councils_cards,
    grades_line,
    next_line,
    theme_cards,
    themes_repeated,
)
from website.pages.words import likely_from, window_reason, window_words

WINDOW = DueWindow(
    last=date(2023, 7, 17),
    earliest=date(2026, 11, 2),
    middle=date(2028, 1, 10),
    latest=date(2028, 12, 4),
    grade=Grade.GOOD,
    gaps=30,
    other_frameworks=0,
    waiting_longer=1,
)


def test_on_a_phone_a_page_begins_with_the_grades_and_what_comes_next_in_a_line(
    site: Built,
) -> None:
    (line,) = site.page("index.html").xpath("//p[@class='narrow']")
    assert line.text_content().endswith(
        "No estimate of the next inspections: too few are on record."
    )
    (line,) = site.page("councils/havering/compare/index.html").xpath("//p[@class='narrow']")
    assert line.text_content().startswith("Havering: ")
    havering = snapshot_of(site.database).councils["havering"]
    assert next_line(havering, today=WINDOW.last) == ""
    likely = next_line(replace(havering, window=WINDOW), today=date(2026, 8, 22))
    assert likely == "Next full inspection: likely from November 2026 (our estimate)."


def test_a_page_of_many_councils_begins_with_what_was_raised_again_and_what_comes_next(
    site: Built,
) -> None:
    for path, again, coming in (
        (
            "index.html",
            "At 1 of 4 councils with reports stored here, the latest reports raise an issue "
            "that earlier reports raised too. Most often: Supervision (1 council).",
            "No estimate of the next inspections: too few are on record.",
        ),
        (
            "themes/supervision_oversight/index.html",
            "Raised more than once at 1 of 4 councils with reports stored here; the latest reports "
            "raise it again there. Most often: Havering (3 times since March 2019).",
            "At none of the 1 council",
        ),
        (
            "councils/havering/compare/index.html",
            "Havering: the latest reports raise 1 issue again: Supervision (3 times since March "
            "2019).",
            "Havering: no estimate of the next full inspection.",
        ),
    ):
        first, second = site.page(path).xpath("//main//section[1]//div[@class='card']")
        said = [" ".join(card.text_content().split()) for card in (first, second)]
        assert said[0].startswith(f"Raised again {again}"), path
        assert said[1].startswith(f"What comes next {coming}"), path


@pytest.mark.parametrize(
    ("today", "words", "in_a_table"),
    [
        (
            date(2026, 8, 22),
            "Likely from November 2026. Half of councils graded good overall are inspected again "
            "by January 2028, 9 in 10 by December 2028",
            "From November 2026",
        ),
        (
            date(2027, 8, 22),
            "Likely at any time. Half of councils graded good overall are inspected again by "
            "January 2028, 9 in 10 by December 2028",
            "At any time",
        ),
        (
            date(2028, 8, 22),
            "Likely at any time. Half of councils graded good overall have not waited as long, and "
            "9 in 10 are inspected again by December 2028",
            "At any time",
        ),
        (
            date(2029, 8, 22),
            "Later than usual. 9 in 10 councils graded good overall are inspected again by "
            "December 2028; no report of one is known yet",
            "At any time",
        ),
    ],
)
def test_the_next_inspection_is_said_so_that_it_helps(
    today: date, words: str, in_a_table: str
) -> None:
    assert window_words(WINDOW, today=today) == words
    assert likely_from(WINDOW, today=today) == in_a_table
    assert likely_from(None, today=today) == "No estimate"
    assert window_reason(WINDOW) == (
        "Our estimate from 30 earlier inspections graded good overall, not Ofsted’s plan; 1 "
        "council has already waited longer."
    )


def test_cards_name_the_councils_that_may_be_inspected_next(site: Built) -> None:
    snapshot = snapshot_of(site.database)
    havering = replace(snapshot.councils["havering"], window=WINDOW)
    for today, said in (
        (date(2026, 8, 22), "No full inspection is likely before November 2026."),
        (date(2027, 8, 22), "A full inspection is likely at any time at 1 council. Longest"),
    ):
        _, coming = councils_cards([havering], today=today)
        assert coming.lead.startswith(said)
        (repeated,) = themes_repeated([havering], today=today).values()
        _, coming = theme_cards(repeated, known=4)
        assert [point.link.label for point in coming.points] == ["Havering"] * (
            today > WINDOW.earliest
        )
        _, coming = comparison_cards(
            snapshot.councils["barnet"], [havering], who="neighbours", today=today
        )
        assert ("likely at any time at Havering" in coming.lead) == (today > WINDOW.earliest)


def test_a_line_of_grades_names_the_judgement_of_each(site: Built) -> None:
    """A grade alone would look like an overall grade, which Ofsted does not give any more."""
    councils = snapshot_of(site.database).councils
    line = grades_line(councils["havering"])
    assert line == (
        "Help and protection: inadequate; children in care: requires improvement; care leavers: "
        "outstanding; the other 2 judgements: good (May 2024)"
    )
    assert grades_line(councils["kent"]) == "Grades need review (January 2025)"
    assert grades_line(councils["cornwall"]) == ""
    for path in ("index.html", "briefing/index.html", "compare/index.html"):
        assert f"{line}." in site.said(f"councils/havering/{path}")
    said = site.said("index.html")
    assert "Impact of leaders, 3 councils: 1 outstanding, 1 good, 1 requires improvement." in said


def test_a_theme_says_whether_the_latest_reports_raise_it_or_raise_it_again(own: Built) -> None:
    other = "The rigour of management oversight."
    with own.database.write() as session:
        for year, leeds, brent in (
            (2018, SUPERVISION, SUPERVISION),
            (2021, SUPERVISION, SUPERVISION),
            (2024, other, PATHWAYS),
        ):
            for key, text in (("leeds", leeds), ("brent", brent)):
                reading = tagged(a_reading(start=date(year, 3, 4)), [text])
                stored(session, f"{key}{year}", reading, authority=key)
    own.build()
    rows = table(own, "themes/supervision_oversight/index.html", "Councils where it was raised")
    assert {row[0]: row[2] for row in rows} == {
        "Havering": "Raised again",
        "Leeds": "Raised, but no earlier issue found again",
        "Brent": "Not raised",
    }
