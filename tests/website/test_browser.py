"""The pages in a real browser: accessible, self-contained, complete without scripts.

Needs Debian's `chromium`; the tests skip, and say so, where no browser is installed. They look at a
site of a dozen councils: a page has the same parts with more.
"""

from __future__ import annotations

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from tests.website.built import Built, address_of

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

_RULES_OF_COLOUR = ["color-contrast", "link-in-text-block"]
"""Nothing else depends on whether a page is light or dark."""

_WIDTHS = (320, 640, 1280)
"""Widths in CSS pixels; 640 is a screen of 1280 at 200% zoom."""

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
    assert page.locator(".tools output").inner_text() == f"1 of {present} shown"
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


def test_a_member_finds_a_council_at_the_top_of_a_page(small: Built, page: Page) -> None:
    theme = address_of(small, "themes/supervision_oversight/index.html")
    page.goto(theme)
    page.get_by_label("Find your council").fill("haver")
    page.get_by_role("button", name="Find", exact=True).click()
    assert page.locator("#find-said").inner_text() == "Havering: raised again"
    page.get_by_label("Find your council").fill("a")
    page.keyboard.press("Enter")
    names = page.locator("#find-from option").evaluate_all("all => all.map(({value}) => value)")
    several = sum("a" in name.lower() for name in names)
    assert page.locator("#find-said").inner_text() == (
        f"{several} councils have these letters in their names. Type more of the name."
    )
    page.goto(address_of(small, "index.html"))
    page.get_by_label("Find your council").fill("Havering")
    page.keyboard.press("Enter")
    page.wait_for_url("**/councils/havering/index.html")
    page.locator("#raised ~ .scroll tbody th a").first.click()
    page.wait_for_url("**/themes/*/index.html#in-havering")
    assert page.locator(":target").inner_text() == "Havering"


def test_chosen_councils_stand_side_by_side(small: Built, page: Page) -> None:
    page.goto(address_of(small, "compare/index.html"))
    for name in ("Havering", "somerset"):
        page.get_by_label("Add a council").fill(name)
        page.keyboard.press("Enter")
    heads = page.locator("#chosen thead a").all_inner_texts()
    assert heads == ["Havering", "Somerset"]
    page.get_by_role("button", name="Remove Havering").click()
    assert page.locator("#chosen thead a").all_inner_texts() == ["Somerset"]


def test_a_part_of_a_name_is_enough_to_compare_a_council(small: Built, page: Page) -> None:
    page.goto(address_of(small, "compare/index.html"))
    field, said = page.get_by_label("Add a council"), page.locator("#find-said")
    field.fill("haver")
    page.get_by_role("button", name="Add", exact=True).click()
    assert page.locator("#chosen thead a").all_inner_texts() == ["Havering"]
    assert field.input_value() == ""
    field.fill("hvaering")
    page.keyboard.press("Enter")
    assert said.inner_text() == "No council has these letters in its name."
    assert field.input_value() == "hvaering"
    field.fill("Havering")
    page.keyboard.press("Enter")
    assert said.inner_text() == "Havering is already chosen."


def test_a_ninth_council_is_refused_in_words(small: Built, page: Page) -> None:
    page.goto(address_of(small, "compare/index.html"))
    names = page.locator("#all-councils tbody th").all_inner_texts()[:9]
    for name in names:
        page.get_by_label("Add a council").fill(name)
        page.keyboard.press("Enter")
    assert page.locator("#chosen thead a").all_inner_texts() == names[:8]
    said = page.locator("#find-said")
    assert said.inner_text() == "Only 8 councils fit side by side. Remove one first."
    page.get_by_role("button", name=f"Remove {names[0]}").click()
    page.get_by_label("Add a council").fill(names[8])
    page.keyboard.press("Enter")
    assert page.locator("#chosen thead a").all_inner_texts() == names[1:]
    assert said.inner_text() == ""


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
