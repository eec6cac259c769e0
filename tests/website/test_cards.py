"""What was raised again and what comes next, on the first screen of a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from lxml import html as lxml_html

from reports.model import Framework
from tests.storage.readings import GOOD, RI, a_reading, stored
from tests.website.built import (
    PATHWAYS,
    SUPERVISION,
    TODAY,
    WINDOW,
    Built,
    graded,
    snapshot_of,
    table,
    tagged,
)
from website.pages.cards import cards_lines
from website.pages.comparison_cards import comparison_cards
from website.pages.council_lines import grades_line, next_lines
from website.pages.councils_cards import coming_line, councils_cards
from website.pages.regions import region_pages
from website.pages.theme_cards import theme_cards
from website.pages.theme_councils import RAISED_NOT_AGAIN, themes_repeated
from website.pages.themes import theme_pages
from website.pages.tracker import tracker
from website.pages.words import likely_when, window_reason, window_words
from website.render import render


def test_a_page_begins_with_the_grades_and_what_comes_next_in_a_line(
    site: Built,
) -> None:
    (line,) = site.page("index.html").xpath("//div[@class='title']//span[@class='narrow']")
    assert line.text_content().endswith(
        "We cannot estimate the next inspections from those stored here."
    )
    of_council = "Ofsted’s grades for children’s services: "
    for path, before in (("compare/index.html", "Havering: "), ("index.html", of_council)):
        title = site.page(f"councils/havering/{path}").xpath("//div[@class='title']")[0]
        said = [" ".join(line.text_content().split()) for line in title.xpath("p|ul/li")]
        grades = next(line for line in said if line.startswith(f"{before}Help and protection: in"))
        assert said[said.index(grades) + 1] == "Raised again: Supervision of staff."
        (label,) = title.xpath("p/strong[.='Raised again:']|ul/li/strong[.='Raised again:']")
        assert label.tail == " Supervision of staff."
    havering = snapshot_of(site.database).councils["havering"]
    assert next_lines(havering, today=WINDOW.last) == ()
    (likely,) = next_lines(replace(havering, window=WINDOW), today=date(2026, 8, 22))
    assert likely == "Next full inspection: likely between 2026 and 2028 (our estimate)."


def test_a_page_of_many_councils_begins_with_what_was_raised_again_and_what_comes_next(
    site: Built,
) -> None:
    for path, again, coming in (
        (
            "index.html",
            "At 1 of 4 councils with reports stored here, the latest reports raise an issue "
            "that earlier reports raised too. Most often: Supervision of staff (1 council)",
            "We cannot estimate the next inspections from those stored here.",
        ),
        (
            "themes/supervision_oversight/index.html",
            "At 1 of 4 councils with reports stored here, the latest reports raise an issue of "
            "this theme again: Havering (May 2024, and twice before, since March 2019) Our reading "
            "of the reports, not Ofsted’s words.",
            "From the inspections stored here, we cannot estimate the next full inspection at the "
            "1 council where the latest reports raise it again.",
        ),
        (
            "councils/havering/compare/index.html",
            "Havering: the latest reports raise 1 issue again: Supervision of staff (May 2024, "
            "and twice before, since March 2019)",
            "Havering: no estimate of the next full inspection.",
        ),
    ):
        first, second = site.page(path).xpath("//main//section[1]//div[@class='card']")
        said = [" ".join(card.text_content().split()) for card in (first, second)]
        assert said[0].startswith(f"Raised again {again}"), path
        assert said[1].startswith(f"What comes next {coming}"), path


@pytest.mark.parametrize(
    ("today", "words", "in_a_table", "reason"),
    [
        (
            date(2026, 8, 22),
            "Likely between November 2026 and December 2028, with an even chance by January 2028 "
            "(our estimate)",
            "2026 to 2028",
            "“Likely”: after 8 in 10 of the earlier inspections graded good overall (about 30 in "
            "all), the next one came within this time. This is not Ofsted’s plan",
        ),
        (
            date(2027, 8, 22),
            "Likely at any time until December 2028 (our estimate)",
            "At any time",
            "“Likely”: after 9 in 10 of the earlier inspections graded good overall (about 30 in "
            "all), the next one came within this time. This is not Ofsted’s plan",
        ),
        (
            date(2029, 8, 22),
            "Later than usual (our estimate). 9 in 10 councils graded good overall were inspected "
            "again within about 5 years and 5 months: for this council, by December 2028. No "
            "report of one is known yet",
            "At any time",
            "Estimated from about 30 earlier inspections graded good overall, not Ofsted’s plan",
        ),
    ],
)
def test_the_next_inspection_is_said_so_that_it_helps(
    today: date, words: str, in_a_table: str, reason: str
) -> None:
    assert window_words(WINDOW, today=today) == words
    assert likely_when(WINDOW, today=today) == in_a_table
    assert likely_when(None, today=today) == "No estimate"
    assert window_reason(WINDOW, today=today) == f"{reason}; 1 council has already waited longer."


@pytest.mark.parametrize(
    ("gaps", "waiting", "words"),
    [
        (19, 3, "earlier inspections graded good overall (19 in all)"),
        (20, 19, "19 councils have"),
        (155, 24, "(about 160 in all)"),
        (156, 25, "(about 160 in all)"),
        (156, 25, "about 30 councils have"),
    ],
)
def test_an_estimate_rounds_large_numbers(gaps: int, waiting: int, words: str) -> None:
    window = replace(WINDOW, gaps=gaps, waiting_longer=waiting)
    assert words in window_reason(window, today=TODAY)


def test_councils_of_one_grade_have_the_same_time_between_inspections_in_words() -> None:
    gap = timedelta(days=1_339)
    said = set()
    for first in (date(2022, 2, 1), date(2022, 2, 28), date(2022, 3, 1)):
        latest = first + gap
        window = replace(WINDOW, last=first, earliest=first, middle=first, latest=latest)
        words = window_words(window, today=date(2027, 1, 1))
        said.add(words.split("within about ")[1].split(":")[0])
    assert said == {"3 years and 8 months"}


def test_cards_name_the_councils_that_may_be_inspected_next(site: Built) -> None:
    snapshot = snapshot_of(site.database)
    havering = replace(snapshot.councils["havering"], window=WINDOW)
    for today, said in (
        (date(2026, 8, 22), "No full inspection is likely before November 2026 (our estimate)."),
        (
            date(2027, 8, 22),
            "A full inspection is likely at any time at 1 council (our estimate).",
        ),
    ):
        _, coming = councils_cards([havering], today=today)
        assert coming.lead.startswith(said)
        (repeated,) = themes_repeated([havering], today=today).values()
        _, coming = theme_cards(
            repeated, [havering], councils={"havering": havering}, known=4, today=today
        )
        (point,) = coming.points
        assert point.link.label == "Havering"
        likely = "at any time" if today > WINDOW.earliest else "between 2026 and 2028"
        assert point.said == likely
        *_, coming = comparison_cards(
            snapshot.councils["barnet"], [havering], who="neighbours", today=today
        )
        assert ("likely at any time at Havering" in coming.lead) == (today > WINDOW.earliest)


def test_an_estimate_for_some_councils_is_not_said_of_all(site: Built) -> None:
    councils = snapshot_of(site.database).councils
    known = [replace(councils["havering"], window=WINDOW), councils["barnet"], councils["leeds"]]
    for today, said in (
        (
            date(2026, 8, 22),
            "For 1 of 3 councils we can estimate the next full inspection: unlikely before "
            "November 2026. For the other 2, the inspections stored here do not allow an "
            "estimate.",
        ),
        (
            date(2027, 8, 22),
            "A full inspection is likely at any time at 1 council (our estimate, which we can "
            "make for 1 of 3).",
        ),
    ):
        assert coming_line(known, today=today) == said
        _, coming = councils_cards(known, today=today)
        assert coming.lead.startswith(said)


def test_a_line_of_grades_names_the_judgement_of_each(site: Built) -> None:
    """A grade alone would look like an overall grade, which Ofsted does not give any more."""
    councils = snapshot_of(site.database).councils
    line = grades_line(councils["havering"])
    assert line == (
        "Help and protection: inadequate; children in care: requires improvement; overall "
        "effectiveness and impact of leaders: good; care leavers: outstanding (May 2024)"
    )
    assert grades_line(councils["northamptonshire"]) == (
        "All 3 judgements and overall effectiveness: good (January 2022)"
    )
    assert grades_line(councils["kent"]) == "Grades need review (January 2025)"
    assert grades_line(councils["cornwall"]) == ""
    for path in ("index.html", "briefing/index.html", "compare/index.html"):
        assert f"{line}." in site.said(f"councils/havering/{path}")
    england = (
        "f 3 councils, 1 is outstanding for impact of leaders (the first of Ofsted’s present "
        "judgements), 1 good and 1 requires improvement."
    )
    for path, begins in (("index.html", "O"), ("compare/index.html", "Grades: o")):
        assert f"{begins}{england}" in site.said(path)


def test_a_line_of_grades_shows_where_a_name_with_and_ends(own: Built) -> None:
    grades = graded(Framework.ILACS_2023, GOOD, RI, RI, GOOD, RI)
    with own.database.write() as session:
        stored(session, "1", a_reading(start=date(2024, 3, 4), grades=grades), authority="leeds")
    assert grades_line(snapshot_of(own.database).councils["leeds"]) == (
        "Overall effectiveness, help and protection, children in care: requires improvement; "
        "the other 2 judgements: good (March 2024)"
    )


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
    rows = table(
        own,
        "themes/supervision_oversight/index.html",
        "Councils where an issue of the theme was raised",
    )
    assert {row[0]: row[2] for row in rows} == {
        "Havering": "Raised again",
        "Leeds": RAISED_NOT_AGAIN,
        "Brent": "Not found",
    }


def test_a_theme_that_is_not_raised_again_names_the_next_inspections_all_the_same(
    site: Built,
) -> None:
    """ "Nothing comes next" would read as if the problem were solved."""
    councils = snapshot_of(site.database).councils
    somerset = replace(councils["somerset"], window=WINDOW)
    today = date(2026, 8, 22)
    _, coming = theme_cards([], [somerset], councils={}, known=4, today=today)
    assert coming.lead == (
        "Next full inspection (our estimate) at the council where the latest reports raise it:"
    )
    assert [(point.link.label, point.said) for point in coming.points] == [
        ("Somerset", "between 2026 and 2028")
    ]
    _, coming = theme_cards([], [], councils={}, known=4, today=today)
    assert coming.lead == "At no council with reports stored here do the latest reports raise it."
    said = site.said("themes/pathway_planning/index.html")
    assert "we cannot estimate the next full inspection at the" in said
    assert "At no council" not in said


def test_a_theme_names_first_where_the_last_inspection_was_longest_ago(site: Built) -> None:
    somerset = snapshot_of(site.database).councils["somerset"]
    councils = [
        replace(somerset, name=str(year), window=replace(WINDOW, last=date(year, 5, 4)))
        for year in (2022, 2019, 2021)
    ]
    _, coming = theme_cards([], councils, councils={}, known=4, today=date(2026, 8, 22))
    assert (coming.lead, coming.names_are) == (
        "Next full inspections (our estimate) at the 3 councils where the latest reports raise it.",
        "Longest since the last:",
    )
    assert [point.link.label for point in coming.points] == ["2019", "2021", "2022"]


@pytest.mark.parametrize(("number", "end"), [(3, ""), (5, "and 2 more")])
def test_names_that_are_left_out_are_counted(site: Built, number: int, end: str) -> None:
    """Three names after "at the 5 councils" read as if they were all."""
    snapshot = snapshot_of(site.database)
    somerset = replace(snapshot.councils["somerset"], window=WINDOW)
    councils = [replace(somerset, name=f"Somerset {place}") for place in range(number)]
    _, coming = theme_cards([], councils, councils={}, known=9, today=date(2026, 8, 22))
    (page,) = [
        page for page in theme_pages(snapshot) if page.path.endswith("pathway_planning/index.html")
    ]
    shown = replace(page, content=replace(page.content, cards=(coming, coming)))
    said = " ".join(lxml_html.document_fromstring(render(shown).decode()).text_content().split())
    assert f"Somerset 2 (between 2026 and 2028){end}" in said
    assert ("more" in said.split("Somerset 2 (between 2026 and 2028)")[1][:10]) is bool(end)
    assert "Somerset 3" not in said


def test_a_comparison_names_four_issues_that_are_raised_again(site: Built) -> None:
    councils = snapshot_of(site.database).councils
    havering = councils["havering"]
    found = tracker(havering)
    for number, named, more in ((4, 4, 0), (5, 4, 1)):
        with patch("website.pages.comparison_cards.tracker") as tracked:
            tracked.return_value = replace(found, issues=found.issues * number)
            own, _ = comparison_cards(havering, [], who="neighbours", today=WINDOW.last)
        assert (len(own.points), own.more) == (named, more)


def test_a_theme_begins_with_how_often_it_is_raised_and_a_way_to_ones_own_council(
    site: Built,
) -> None:
    page = site.page("themes/supervision_oversight/index.html")
    (title,) = page.xpath("//div[@class='title']")
    said = " ".join(title.text_content().split())
    assert (
        "An area for improvement in 2 of 6 full inspections of councils since 2018; "
        "in 2026, in 0 of 1."
    ) in said
    assert title.xpath(".//a[.='Find your council']/@href") == ["#councils"]
    assert "Not counted: joint inspections, area SEND inspections and" in page.text_content()


def test_a_theme_names_every_council_once_under_what_its_latest_reports_say(own: Built) -> None:
    with own.database.write() as session:
        for key, years in (("leeds", (2018, 2024)), ("brent", (2024,))):
            for year in years:
                reading = tagged(a_reading(start=date(year, 3, 4)), [SUPERVISION])
                stored(session, f"{key}{year}", reading, authority=key)
        reading = tagged(a_reading(start=date(2024, 3, 4)), [PATHWAYS])
        stored(session, "bury2024", reading, authority="bury")
    own.build()
    (cases,) = own.page("themes/supervision_oversight/index.html").xpath("//dl[@class='cases']")
    names = {case.xpath("string(dt)"): case.xpath("dd/a/text()") for case in cases.xpath("div")}
    named = [name for members in names.values() for name in members]
    assert all(f"({len(members)} council" in words for words, members in names.items())
    assert len(named) == len(set(named)) == 153
    assert {"Havering", "Leeds"} <= set(names["Raised again (2 councils)"])
    (raised,) = [members for words, members in names.items() if words.startswith(RAISED_NOT_AGAIN)]
    assert "Brent" in raised
    (not_found,) = [members for words, members in names.items() if words.startswith("Not found")]
    assert "Bury" in not_found
    (without,) = [members for words, members in names.items() if words.startswith("No full")]
    assert "Cornwall" in without


def test_the_table_of_a_theme_that_is_raised_everywhere_has_the_first_councils_only(
    own: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own.database.write() as session:
        for year in (2018, 2024):
            reading = tagged(a_reading(start=date(year, 3, 4)), [SUPERVISION])
            stored(session, f"leeds{year}", reading, authority="leeds")
    monkeypatch.setattr("website.pages.themes.MOST_REPEATED", 1)
    own.build()
    (section,) = own.page("themes/supervision_oversight/index.html").xpath(
        "//section[h2[@id='again']]"
    )
    assert len(section.xpath(".//tbody/tr")) == 1
    (said,) = section.xpath("p/text()")
    assert said == (
        "This counts councils: 2 where the latest reports raise an issue of the theme again. "
        "The table has the first 1; “Every council” leads to the others."
    )


def test_a_theme_says_above_its_chart_by_year_which_years_are_not_alike(site: Built) -> None:
    page = site.page("themes/supervision_oversight/index.html")
    (note,) = page.xpath("//h3[contains(., 'by year')]/following-sibling::*[1]/text()")
    assert note == (
        "Reports before 2018 list more areas, so don’t compare them with later ones. They are not "
        "in the figure at the top of the page."
    )
    assert str(page.text_content()).count("Reports before 2018") == 1


def test_a_theme_names_the_councils_where_it_is_raised_again_now_and_counts_the_others(
    site: Built,
) -> None:
    snapshot = snapshot_of(site.database)
    (repeated,) = themes_repeated([snapshot.councils["havering"]], today=WINDOW.last).values()
    (now,) = repeated
    before = replace(
        now, raised_again_now=False, issues=(replace(now.issues[0], still_raised=False),)
    )
    stored_here = "4 councils with reports stored here"
    for members, lead, named, tail in (
        (
            [now, before, before],
            f"At 1 of {stored_here}, the latest reports raise an issue of this theme again:",
            1,
            "At 2 other councils, earlier reports raised an issue of this theme more than once.",
        ),
        (
            [now],
            f"At 1 of {stored_here}, the latest reports raise an issue of this theme again:",
            1,
            "",
        ),
        (
            [before, before],
            f"At none of {stored_here} do the latest reports raise an issue of this theme again. "
            "At 2, earlier reports raised one more than once:",
            2,
            "",
        ),
    ):
        again, _ = theme_cards(members, [], councils=snapshot.councils, known=4, today=WINDOW.last)
        assert (again.lead, len(again.points), again.tail) == (lead, named, tail)


@pytest.mark.parametrize(
    ("path", "labels"),
    [
        ("index.html", "“Possibly”: it may be another issue."),
        ("themes/supervision_oversight/index.html", "“Possibly”: it may be another issue."),
        (
            "councils/havering/index.html",
            "“Inspectors say so”: the report itself says that it was raised before. The figure "
            "after a label is how often such a match was right.",
        ),
    ],
)
def test_the_box_of_what_was_raised_again_says_whose_reading_that_is(
    site: Built, path: str, labels: str
) -> None:
    (box,) = site.page(path).xpath("//div[contains(@class, 'card')][h2='Raised again']")
    said = box.text_content()
    assert " reading of the reports, not Ofsted’s words." in said
    assert labels in said


def test_all_councils_that_may_be_inspected_now_are_named_in_the_order_that_the_card_gives(
    site: Built,
) -> None:
    snapshot = snapshot_of(site.database)
    council = replace(snapshot.councils["havering"], window=WINDOW)
    several = {
        str(number): replace(
            council,
            key=str(number),
            name=f"Council {number}",
            window=replace(WINDOW, last=WINDOW.last - timedelta(days=number)),
        )
        for number in range(10, 21)
    }
    today = date(2027, 8, 22)
    _, card = councils_cards(several.values(), today=today)
    assert (len(card.points), len(card.folded)) == (3, 8)
    (line,) = [said for said in cards_lines([card]) if "Council 20" in said]
    assert line.endswith("and 8 more.")
    (london,) = (
        page
        for page in region_pages(replace(snapshot, councils=several, today=today))
        if "london" in page.path
    )
    tree = lxml_html.document_fromstring(render(london).decode())
    (shown,) = tree.xpath("//div[@class='card'][h2='What comes next']/ul")
    assert shown.xpath("li/details/summary/text()") == ["and 8 more"]
    assert shown.xpath(".//li/a/text()") == [f"Council {number}" for number in range(20, 9, -1)]
    _, card = councils_cards(list(several.values())[:10], today=today)
    assert (len(card.points), len(card.folded)) == (10, 0)


def test_a_theme_begins_on_a_phone_with_what_was_raised_again_and_what_comes_next(
    site: Built,
) -> None:
    page = site.page("themes/supervision_oversight/index.html")
    again, coming = (
        " ".join(line.text_content().split())
        for line in page.xpath("//div[@class='title']/p[@class='narrow']")
    )
    assert again.startswith("Raised again: at 1 of ")
    assert coming.startswith("What comes next: ")
    for said in (again, coming):
        assert said.endswith(".")
        assert ":." not in said
