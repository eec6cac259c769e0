"""The pages in a real browser: accessible, self-contained, complete without scripts.

Needs Debian's `chromium`; the tests skip, and say so, where no browser is installed.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.alerts.chromium import browser as installed_browser
from tests.website.built import Built

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
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
# Width in CSS pixels and colour scheme; 640 is a screen of 1280 at 200% zoom.
VIEWS = (("light", 1280), ("dark", 320), ("dark", 640))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = installed_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


class Look:
    """A page that is open, with what it asked for and what the browser complained of."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(address)


def address_of(site: Built, path: str) -> str:
    return (site.folder / path).absolute().as_uri()


@pytest.mark.parametrize(("scheme", "width"), VIEWS)
def test_axe_finds_nothing_on_any_kind_of_page(
    site: Built, browser: Browser, scheme: str, width: int
) -> None:
    axe = Axe()
    # Only faults: a list of all that is well takes axe as long as finding it.
    options = {"runOnly": _RULES, "resultTypes": ["violations"]}
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    found = {}
    for path in KINDS:
        page.goto(address_of(site, path))
        results = axe.run(page, options=options)
        found[path] = [
            (fault["id"], fault["nodes"][0]["html"][:120])
            for fault in results.response["violations"]
        ]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()
    assert not {path: faults for path, faults in found.items() if faults}


def test_nothing_is_fetched_and_the_policy_holds(site: Built, browser: Browser) -> None:
    context = browser.new_context()
    for path in KINDS:
        look = Look(context.new_page(), address_of(site, path))
        assert look.requests == [address_of(site, path)]
        assert look.complaints == []
        look.page.evaluate("document.body.append(document.createElement('img'))")
        look.page.evaluate("document.querySelector('body > img').src = 'https://example.org/x.png'")
        assert "Content Security Policy" in look.complaints[0]
        look.page.close()
    context.close()


def test_all_content_is_there_without_scripts(site: Built, browser: Browser) -> None:
    """Scripts add controls and take nothing away."""
    with_scripts = browser.new_context()
    without = browser.new_context(java_script_enabled=False)
    for path in ("index.html", "compare/index.html", "search/index.html", "themes/index.html"):
        words = []
        for context in (without, with_scripts):
            page = context.new_page()
            page.goto(address_of(site, path))
            words.append(page.locator("table, section").all_inner_texts())
            page.close()
        plain, scripted = (" ".join(" ".join(one).split()) for one in words)
        assert set(plain.split()) <= set(scripted.split())
    with_scripts.close()
    without.close()


def test_a_table_is_sorted_and_filtered(site: Built, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(address_of(site, "index.html"))
    first = page.locator("table[data-sortable] tbody tr").first
    page.get_by_role("button", name="Last full inspection").click()
    page.get_by_role("button", name="Last full inspection").click()
    assert first.locator("th").inner_text() == "Somerset"
    page.locator(".tools").get_by_label("Help and protection").select_option("Inadequate")
    shown = page.locator("table[data-sortable] tbody tr:visible th")
    assert shown.all_inner_texts() == ["Havering"]
    assert page.locator("output").inner_text() == "1 of 153 shown"
    page.close()


def test_the_map_changes_with_the_judgement_also_without_scripts(
    site: Built, browser: Browser
) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address_of(site, "index.html"))
    assert page.locator(".map:visible").get_attribute("aria-label") == "Map: Impact of leaders"
    page.locator("label", has_text="Care leavers").click()
    assert page.locator(".map:visible").get_attribute("aria-label") == "Map: Care leavers"
    tile = page.locator(".map:visible a[aria-label^='Havering']")
    assert tile.get_attribute("aria-label") == "Havering: Outstanding"
    box = tile.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 24
    page.context.close()


def test_chosen_councils_stand_side_by_side(site: Built, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(address_of(site, "compare/index.html"))
    for name in ("Havering", "somerset"):
        page.get_by_label("Add a council").fill(name)
        page.keyboard.press("Enter")
    heads = page.locator("#chosen thead a").all_inner_texts()
    assert heads == ["Havering", "Somerset"]
    page.get_by_role("button", name="Remove Havering").click()
    assert page.locator("#chosen thead a").all_inner_texts() == ["Somerset"]
    page.close()


def test_a_word_leads_to_its_place(site: Built, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(address_of(site, "search/index.html"))
    page.get_by_label("A word").fill("Pathway")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/p/index.html#w-pathway")
    assert page.locator("dt:target").inner_text().startswith("pathway")
    page.close()


def test_the_keyboard_reaches_every_link(site: Built, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(address_of(site, "about/index.html"))
    wanted = page.locator("a[href]").count()
    reached = set()
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("[...document.links].indexOf(document.activeElement)"))
    assert set(range(wanted)) <= reached
    page.close()


def test_a_briefing_is_printed_on_one_page_of_a4(site: Built, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(address_of(site, "councils/havering/briefing/index.html"))
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    page.close()
    assert printed.count(b"/Type /Page\n") == 1
