"""The pages as a browser prints them: whole, in order and short.

The tests skip, and say so, where no browser is installed.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page

from reports.frameworks import load_frameworks
from reports.model import Framework, InspectorStatement
from storage.database import Database
from tests.storage.readings import RI, a_reading, stored
from tests.website.built import (
    INADEQUATE,
    OUTSTANDING,
    SUPERVISION,
    Built,
    address_of,
    graded,
    snapshot_of,
    tagged,
)
from website.pages.briefing import briefing_page
from website.render import render
from website.site import write_site

PAPER_WIDTH = 188 * 96 * 10 // 254
"""Pixels between the margins of an A4 page."""

POINT = 96 / 72
"""Pixels."""


def printed_words(page: Page) -> str:
    """The words of a page as it is printed."""
    sheets = pypdfium2.PdfDocument(page.pdf(format="A4", prefer_css_page_size=True))
    return " ".join(" ".join(one.get_textpage().get_text_bounded() for one in sheets).split())


def test_a_printed_table_repeats_its_headings_and_nothing_is_white(
    small: Built, page: Page
) -> None:
    page.emulate_media(media="print", color_scheme="light")
    page.goto(address_of(small, "index.html"))
    assert not page.get_by_role("link", name="Find your council").is_visible()
    # A button in a heading would keep the browser from repeating it.
    heads = page.locator("table[data-sortable] thead button")
    assert heads.count()
    assert set(heads.evaluate_all("all => all.map((one) => getComputedStyle(one).display)")) == {
        "contents"
    }
    page.goto(address_of(small, "data/index.html"))
    colour = "(one) => getComputedStyle(one).color"
    assert page.locator(".button").evaluate(colour) == page.locator("body").evaluate(colour)


def test_nothing_on_paper_stays_in_place_over_its_neighbour(small: Built, page: Page) -> None:
    """A first column that stays when a table is scrolled covers the letters after it."""
    for path in ("index.html", "councils/havering/compare/index.html"):
        page.goto((small.folder / path).as_uri())
        for media, stays in (("screen", True), ("print", False)):
            page.emulate_media(media=media)  # type: ignore[arg-type]
            found = page.evaluate(
                "[...document.querySelectorAll('th,td')]"
                ".some(one => getComputedStyle(one).position == 'sticky')"
            )
            assert found == stays, (path, media)


def test_the_printed_national_page_is_short_and_has_every_council(site: Built, page: Page) -> None:
    page.emulate_media(media="print")
    page.goto(address_of(site, "index.html"))
    assert page.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n") <= 6
    rows = page.locator("table[data-sortable] tbody tr")
    assert rows.count() == 153
    havering = rows.filter(has_text="Havering")
    for words in ("May 2024", "Good", "Inadequate", "Requires improvement", "Outstanding"):
        assert havering.get_by_text(words, exact=True).first.is_visible()
    # The map is of one judgement, and paper cannot be clicked. The table has the same grades.
    assert page.locator(".maps .chart").count()
    assert not page.locator(".maps").is_visible()


@pytest.mark.parametrize(
    "path", ["index.html", "compare/index.html", "councils/havering/compare/index.html"]
)
def test_tables_of_councils_fit_on_paper_in_their_own_type_size(
    site: Built, page: Page, path: str
) -> None:
    """A browser prints a page that is too wide for the paper in smaller type."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER_WIDTH, "height": 1000})
    page.goto(address_of(site, path))
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER_WIDTH
    sizes = page.locator("tbody td").evaluate_all(
        "all => all.map((cell) => parseFloat(getComputedStyle(cell).fontSize))"
    )
    assert min(sizes) >= 8 * POINT


def test_a_comparison_with_the_longest_words_fits_on_paper(
    database: Database, tmp_path: Path, page: Page
) -> None:
    with database.write() as session:
        for number, key in enumerate(
            ("barking-and-dagenham", "hammersmith-and-fulham", "havering")
        ):
            reading = a_reading(
                start=date(2023, 9, 4),
                grades=graded(Framework.ILACS_2023, *[OUTSTANDING, INADEQUATE] * 2, OUTSTANDING),
            )
            stored(session, str(number), tagged(reading, [SUPERVISION]), authority=key)
    write_site(tmp_path, snapshot_of(database), database=database)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER_WIDTH, "height": 1000})
    page.goto((tmp_path / "councils/havering/compare/index.html").absolute().as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER_WIDTH


def test_neither_a_caption_nor_a_range_of_years_is_divided(small: Built, page: Page) -> None:
    page.goto(address_of(small, "themes/supervision_oversight/index.html"))
    style = "all => [...new Set(all.map((one) => getComputedStyle(one)[KEY]))]"
    # The councils of this site have no estimate.
    page.locator(".cases dd").first.evaluate(
        "(one) => one.insertAdjacentHTML('beforeend', '<small>')"
    )
    years = page.locator(".cases dd small")
    assert years.evaluate_all(style.replace("KEY", "'whiteSpace'")) == ["nowrap"]
    page.emulate_media(media="print")
    captions = page.locator("caption")
    assert captions.evaluate_all(style.replace("KEY", "'breakInside'")) == ["avoid-page"]


@pytest.mark.parametrize("path", ["reports/1003/index.html", "councils/havering/index.html"])
def test_what_ofsted_says_of_improvement_is_printed(
    database: Database, tmp_path: Path, page: Page, path: str
) -> None:
    """On the screen it is folded, and paper cannot be unfolded."""
    improvement = "Supervision of social workers has improved since the last inspection."
    with database.write() as session:
        for file_id, year, texts in (("1002", 2019, []), ("1003", 2024, [improvement])):
            stated = tuple(InspectorStatement(text=text, page=4) for text in texts)
            reading = tagged(a_reading(start=date(year, 3, 4)), [SUPERVISION])
            reading = reading.model_copy(update={"stated_improvements": stated})
            stored(session, file_id, reading)
    write_site(tmp_path, snapshot_of(database), database=database)
    page.goto((tmp_path / path).absolute().as_uri())
    assert not page.get_by_text(improvement).is_visible()
    printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    said = " ".join(" ".join(one.get_textpage().get_text_bounded() for one in printed).split())
    assert improvement in said


@pytest.mark.parametrize("path", ["councils/havering/index.html", "index.html"])
def test_every_printed_page_says_what_it_is_about_and_of_which_day(
    site: Built, page: Page, path: str
) -> None:
    page.goto(address_of(site, path))
    name, day = {"index.html": ("Children’s services in England", "17 June 2026")}.get(
        path, ("Havering", "12 July 2024")
    )
    printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    assert len(printed) > 1
    for number, one in enumerate(printed, 1):
        said = " ".join(one.get_textpage().get_text_bounded().split())
        assert name in said
        assert f"published {day}" in said
        assert "Ofsted’s site last checked in June 2026" in said
        assert f"Page {number} of {len(printed)}" in said


def test_only_the_councils_that_were_chosen_are_printed(small: Built, page: Page) -> None:
    page.goto(address_of(small, "compare/index.html"))
    everyone = printed_words(page)
    for name in ("Havering", "Somerset"):
        page.get_by_label("Add a council").fill(name)
        page.keyboard.press("Enter")
    chosen = printed_words(page)
    for name, is_chosen in (("Havering", True), ("Somerset", True), ("Barnet", False)):
        assert name in everyone
        assert (name in chosen) == is_chosen
    for control in ("Add a council", "Remove", "All councils"):
        assert control not in chosen
    assert "No longer given" in chosen  # the key, which says what the words of the table mean


def test_printed_cards_of_a_council_begin_on_the_first_sheet(
    database: Database, tmp_path: Path, page: Page
) -> None:
    """A card may be longer than what is left of the sheet."""
    texts = [f"The quality, timeliness and oversight of {one}, so that children and families "
             "get the right help at the right time." for one in (
        "supervision", "pathway plans", "audits", "assessments", "foster care", "advocacy",
    )]  # fmt: skip
    with database.write() as session:
        for number, year in enumerate((2014, 2018, 2023)):
            reading = a_reading(
                start=date(year, 5, 8), grades=graded(Framework.ILACS_2023, *[RI] * 5)
            )
            stored(session, str(number), tagged(reading, texts), authority="kent")
    write_site(tmp_path, snapshot_of(database), database=database)
    page.goto((tmp_path / "councils/kent/index.html").absolute().as_uri())
    # Notes above the cards, such as those of a council with a predecessor.
    page.evaluate("document.querySelector('.title').style.paddingBottom = '150mm'")
    printed = pypdfium2.PdfDocument(page.pdf(format="A4", prefer_css_page_size=True))
    first = printed[0].get_textpage().get_text_bounded()
    for heading in ("Latest grades", "Raised again", "What comes next"):
        assert heading in first


def test_printed_charts_of_a_theme_are_side_by_side(small: Built, page: Page) -> None:
    page.set_viewport_size({"width": 710, "height": 1000})  # A4 without its margins
    page.emulate_media(media="print")
    page.goto(address_of(small, "themes/supervision_oversight/index.html"))
    boxes = [chart.bounding_box() for chart in page.locator(".charts .chart").all()]
    assert len(boxes) == 3
    assert all(box is not None and box["width"] < 360 for box in boxes)
    assert len({box["x"] for box in boxes if box}) == 2


def test_a_briefing_is_printed_on_one_page_of_a4(
    small: Built, page: Page, database: Database
) -> None:
    with database.write() as session:
        for number, year in enumerate((2014, 2018, 2023)):
            reading = a_reading(
                start=date(year, 5, 8), grades=graded(Framework.ILACS_2023, *[RI] * 5)
            )
            texts = [
                f"The quality, timeliness and oversight of {what}, so that children, young people "
                "and their families get the right help at the right time, and leaders know what "
                "difference it makes wherever they live in the county."
                for what in ("supervision", "pathway plans", "audits", "assessments", "foster care",
                             "strategy meetings", "life-story work", "records", "neglect work",
                             "health assessments", "advocacy", "early help")
            ]  # fmt: skip
            stored(session, str(number), tagged(reading, texts), authority="kent")
    snapshot = snapshot_of(database)
    sheet = briefing_page(snapshot, snapshot.councils["kent"])
    assert sheet.content.only_asked
    assert sheet.content.more_issues
    for text in (render(sheet).decode(), small.pages["councils/havering/briefing/index.html"]):
        page.set_content(text)
        printed = page.pdf(format="A4", prefer_css_page_size=True)
        assert printed.count(b"/Type /Page\n") == 1


def test_a_briefing_whose_grades_have_cautions_is_one_page_too(
    page: Page, database: Database
) -> None:
    """Notes on joint grades and counts of councils without reports take lines of the sheet."""
    texts = [f"The quality, timeliness and oversight of {one}." for one in (
        "supervision", "pathway plans", "audits", "assessments", "foster care", "advocacy",
        "strategy meetings", "life-story work", "records", "neglect work", "early help",
    )]  # fmt: skip
    with database.write() as session:
        for number, framework in enumerate((Framework.SIF, Framework.ILACS_2023)):
            start = date(2016 + 8 * number, 5, 8)
            grades = graded(Framework.ILACS_2023, *[RI] * 5)
            if framework is Framework.SIF:
                grades = dict.fromkeys(load_frameworks().rules[framework].judgements, RI)
            reading = a_reading(start=start, framework=framework, grades=grades)
            stored(session, str(number), tagged(reading, texts), authority="kent")
    snapshot = snapshot_of(database)
    sheet = briefing_page(snapshot, snapshot.councils["kent"])
    assert all(grade.caution for grade in sheet.content.grades)
    page.set_content(render(sheet).decode())
    assert page.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n") == 1
