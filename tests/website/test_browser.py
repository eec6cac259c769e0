"""The pages in a real browser: accessible, self-contained, complete without scripts.

Needs Debian's `chromium`; the tests skip, and say so, where no browser is installed. They look at a
site of a dozen councils: a page has the same parts with more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from reports.frameworks import load_frameworks
from reports.model import Framework, InspectorStatement
from storage.database import Database
from tests.alerts.chromium import browser as installed_browser
from tests.storage.readings import RI, a_reading, stored
from tests.website.built import SUPERVISION, Built, graded, snapshot_of, tagged
from website.pages.briefing import briefing_page
from website.render import render
from website.site import write_site

PAPER_WIDTH = 188 * 96 * 10 // 254
"""Pixels between the margins of an A4 page."""

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

_RULES_OF_COLOUR = ["color-contrast", "link-in-text-block"]
"""Nothing else depends on whether a page is light or dark."""

_WIDTHS = (320, 640, 1280)
"""Widths in CSS pixels; 640 is a screen of 1280 at 200% zoom."""

COUNCILS = (
    *("barnet", "brent", "cornwall", "ealing", "havering", "kent", "northamptonshire"),
    *("redbridge", "somerset", "west-northamptonshire", "york"),
)
KINDS = (
    "index.html",
    "about/index.html",
    "changes/index.html",
    "compare/index.html",
    "councils/havering/briefing/index.html",
    "councils/havering/compare/index.html",
    "councils/havering/index.html",
    "data/index.html",
    "regions/index.html",
    "regions/london/index.html",
    "reports/1003/index.html",
    "search/index.html",
    "search/p/index.html",
    "themes/index.html",
    "themes/supervision_oversight/index.html",
)
_FOCUSABLE = "a[href], button, input, select, summary, [tabindex='0']"


@pytest.fixture(scope="module")
def small(site: Built, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A site of a dozen councils."""
    folder = tmp_path_factory.mktemp("small") / "www"
    whole = snapshot_of(site.database)
    few = replace(whole, councils={key: whole.councils[key] for key in COUNCILS})
    write_site(folder, few, database=site.database)
    return Built(folder, site.database)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = installed_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    yield page
    page.close()


def address_of(site: Built, path: str) -> str:
    return (site.folder / path).absolute().as_uri()


def test_axe_finds_nothing_on_any_kind_of_page_in_any_view(small: Built, browser: Browser) -> None:
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    found = {}
    for path in KINDS:
        page.goto(address_of(small, path))
        page.evaluate(AXE_SCRIPT)
        for scheme, rules in (("light", _RULES), ("dark", _RULES_OF_COLOUR)):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            for width in _WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, path
                found[path, scheme, width] = page.evaluate(
                    "options => axe.run(options).then(({violations}) => violations.map("
                    "({id, nodes}) => [id, nodes[0].html.slice(0, 120)]))",
                    {"runOnly": rules, "resultTypes": ["violations"]},
                )
    context.close()
    assert len(found) == 6 * len(KINDS)
    assert not {view: faults for view, faults in found.items() if faults}


def test_axe_would_find_faults_in_both_schemes(small: Built, browser: Browser) -> None:
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(address_of(small, "about/index.html"))
    page.evaluate(AXE_SCRIPT)
    page.evaluate("document.querySelector('h1').style = 'color: #888; background: #777'")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        faults = page.evaluate(
            "options => axe.run(options).then(({violations}) => violations.map(({id}) => id))",
            {"runOnly": _RULES_OF_COLOUR},
        )
        assert faults == ["color-contrast"]
    context.close()


def test_nothing_is_fetched_and_the_policy_holds(small: Built, page: Page) -> None:
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in KINDS:
        requests.clear()
        complaints.clear()
        page.goto(address_of(small, path))
        assert requests == [address_of(small, path)]
        assert complaints == []
        page.evaluate("document.body.append(document.createElement('img'))")
        page.evaluate("document.querySelector('body > img').src = 'https://example.org/x.png'")
        assert "Content Security Policy" in complaints[0]


def test_all_content_is_there_without_scripts(small: Built, browser: Browser, page: Page) -> None:
    """Scripts add controls and take nothing away."""
    without = browser.new_context(java_script_enabled=False)
    plain_page = without.new_page()
    for path in ("index.html", "compare/index.html", "search/index.html", "themes/index.html"):
        words = []
        for one in (plain_page, page):
            one.goto(address_of(small, path))
            words.append(one.locator("table, section").all_inner_texts())
        plain, scripted = (" ".join(" ".join(one).split()) for one in words)
        assert plain
        assert set(plain.split()) <= set(scripted.split())
    without.close()


def test_a_table_is_sorted_and_filtered(small: Built, page: Page) -> None:
    page.goto(address_of(small, "index.html"))
    first = page.locator("table[data-sortable] tbody tr").first
    page.get_by_role("button", name="Last full inspection").first.click()
    page.get_by_role("button", name="Last full inspection").first.click()
    assert first.locator("th").inner_text() == "Somerset"
    page.locator(".tools").get_by_label("Help and protection").select_option("Inadequate")
    shown = page.locator("table[data-sortable] tbody tr:visible th")
    assert shown.all_inner_texts() == ["Havering"]
    present = len(small.page("index.html").xpath("//table[@data-sortable]/tbody/tr"))
    assert page.locator("output").inner_text() == f"1 of {present} shown"
    page.emulate_media(media="print")
    assert not page.locator(".tools").is_visible()
    assert page.locator("table[data-sortable]").is_visible()


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("path", ["index.html", "regions/london/index.html", "compare/index.html"])
def test_on_a_phone_a_table_of_councils_is_cards_that_can_be_sorted(
    small: Built, page: Page, path: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address_of(small, path))
    for table in page.locator("table:visible").all():
        assert table.evaluate("table => table.scrollWidth <= table.parentElement.clientWidth")
    table = page.locator("table[data-sortable]")
    names = table.locator("tbody tr:visible th")
    table.get_by_role("button", name="Council").click()
    before = names.all_inner_texts()
    table.get_by_role("button", name="Council").click()
    assert names.all_inner_texts() == before[::-1]
    assert len(before) > 1
    label = "td => getComputedStyle(td, '::before').content"
    inspected = table.locator("td.when:visible").first
    assert inspected.evaluate(label) == '"Last full inspection"'


def test_on_a_phone_the_filters_do_not_push_the_table_away(small: Built, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address_of(small, "index.html"))
    assert not page.locator(".tools").get_by_label("Region").is_visible()
    page.locator(".tools").get_by_label("Council").fill("haver")
    shown = page.locator("table[data-sortable] tbody tr:visible th")
    assert shown.all_inner_texts() == ["Havering"]
    page.get_by_text("Filter by date, grade or theme").click()
    assert page.locator(".tools").get_by_label("Region").is_visible()


def test_the_map_changes_with_the_judgement_also_without_scripts(
    small: Built, browser: Browser
) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address_of(small, "index.html"))
    assert page.locator(".map:visible").get_attribute("aria-label") == "Map: Impact of leaders"
    page.locator("label", has_text="Care leavers").click()
    assert page.locator(".map:visible").get_attribute("aria-label") == "Map: Care leavers"
    tile = page.locator(".map:visible a[aria-label^='Havering']")
    assert tile.get_attribute("aria-label") == "Havering: Outstanding"
    box = tile.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 24
    page.context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_what_is_pressed_is_at_least_24_pixels_wide_and_high(
    small: Built, page: Page, width: int
) -> None:
    """Of a choice in a group, its words are pressed, not the small circle."""
    page.set_viewport_size({"width": width, "height": 900})
    for path in KINDS:
        page.goto(address_of(small, path))
        found = page.evaluate(
            """() => [...document.querySelectorAll(
                 "button, input:not([type=radio]), label:has([type=radio]), select, summary, nav a"
               )].filter((one) => one.checkVisibility()).map((one) => {
                 const {width, height} = one.getBoundingClientRect();
                 return [one.outerHTML.slice(0, 80), Math.min(width, height)];
               })"""
        )
        assert found, path
        assert not [one for one in found if one[1] < 24], path


def test_chosen_councils_stand_side_by_side(small: Built, page: Page) -> None:
    page.goto(address_of(small, "compare/index.html"))
    for name in ("Havering", "somerset"):
        page.get_by_label("Add a council").fill(name)
        page.keyboard.press("Enter")
    heads = page.locator("#chosen thead a").all_inner_texts()
    assert heads == ["Havering", "Somerset"]
    page.get_by_role("button", name="Remove Havering").click()
    assert page.locator("#chosen thead a").all_inner_texts() == ["Somerset"]


def test_an_address_that_was_cut_does_not_stop_the_comparison(small: Built, page: Page) -> None:
    page.goto(f"{address_of(small, 'compare/index.html')}#Havering%E2%80")
    page.get_by_label("Add a council").fill("Havering")
    page.keyboard.press("Enter")
    assert page.locator("#chosen thead a").all_inner_texts() == ["Havering"]


@pytest.mark.parametrize("width", _WIDTHS)
def test_a_comparison_is_not_cut(small: Built, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address_of(small, "councils/havering/compare/index.html"))
    cut = "(all) => all.filter((one) => one.scrollWidth > one.clientWidth).length"
    if width != 640:
        assert page.locator(".scroll").evaluate_all(cut) == 0
    page.goto(address_of(small, "compare/index.html"))
    for name in ("Havering", "Barnet", "Brent", "Cornwall", "Kent", "Redbridge", "Somerset"):
        page.get_by_label("Add a council").fill(name)
        page.keyboard.press("Enter")
    assert page.locator("#chosen").evaluate_all(cut) == 0
    assert page.get_by_role("cell", name="Outstanding").first.is_visible()


def test_a_word_leads_to_its_place(small: Built, page: Page) -> None:
    page.goto(address_of(small, "search/index.html"))
    page.get_by_label("A word").fill("Pathway")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/p/index.html#w-pathway")
    assert page.locator("dt:target").inner_text().startswith("pathway")


@pytest.mark.parametrize(
    "path",
    ["index.html", "compare/index.html", "councils/havering/index.html", "search/index.html"],
)
def test_the_keyboard_reaches_everything_that_can_be_used(
    small: Built, page: Page, path: str
) -> None:
    """Of a group of choices the keyboard reaches the one that is chosen; arrows lead to others."""
    page.goto(address_of(small, path))
    wanted = page.evaluate(
        f"""() => {{
          window.wanted = [...document.querySelectorAll("{_FOCUSABLE}")].filter((one) =>
            one.checkVisibility() && !one.disabled && (one.type !== "radio" || one.checked));
          window.reached = new Set();
          document.addEventListener("focusin", ({{target}}) => window.reached.add(target));
          return window.wanted.length;
        }}"""
    )
    assert wanted > 10
    for _ in range(wanted + 2):
        page.keyboard.press("Tab")
    missed = "window.wanted.filter((one) => !window.reached.has(one)).map((one) => one.outerHTML)"
    assert page.evaluate(missed) == []


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
    assert page.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n") <= 5
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


def test_printed_charts_of_a_theme_are_side_by_side(small: Built, page: Page) -> None:
    page.set_viewport_size({"width": 710, "height": 1000})  # A4 without its margins
    page.emulate_media(media="print")
    page.goto(address_of(small, "themes/supervision_oversight/index.html"))
    boxes = [chart.bounding_box() for chart in page.locator(".charts .chart").all()]
    assert len(boxes) == 3
    assert all(box is not None and box["width"] < 360 for box in boxes)
    assert len({box["x"] for box in boxes if box}) == 2


@pytest.mark.parametrize("width", [390, 1024, 1280])
@pytest.mark.parametrize("path", ["index.html", "councils/havering/compare/index.html"])
def test_the_mark_of_a_grade_is_next_to_its_word_or_right_above_it(
    small: Built, page: Page, path: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address_of(small, path))
    apart = """(all) => all.filter((one) => one.checkVisibility()).map((one) => {
      const words = document.createRange();
      words.selectNodeContents(one.lastChild);
      const [first] = words.getClientRects(), mark = one.querySelector("svg").getClientRects()[0];
      const nextTo = mark.right <= first.left && mark.top < first.bottom && first.top < mark.bottom;
      const gap = first.top - mark.bottom;
      return nextTo || (gap > -3 && gap < 8 && Math.abs(mark.left - first.left) < 6);
    })"""
    found = page.locator(".dense tbody td:has(use) > span").evaluate_all(apart)
    assert len(found) > 5
    assert all(found)


def test_no_column_of_the_table_of_councils_is_cut_off(small: Built, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address_of(small, "index.html"))
    table = page.locator(".tall:has(.councils)")
    assert table.evaluate("(found) => found.scrollWidth <= found.clientWidth")


def test_only_a_phone_says_that_the_map_is_wider(small: Built, page: Page) -> None:
    hint = page.get_by_text("The map is wider than the screen")
    for width, wider in ((1280, False), (390, True)):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address_of(small, "index.html"))
        cut = page.locator(".map:visible").evaluate("(one) => one.scrollWidth > one.clientWidth")
        assert hint.is_visible() == cut == wider


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
    assert sheet.content.left_out
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
