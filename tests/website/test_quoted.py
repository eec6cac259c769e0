"""Where inspectors say that something persists, no page says that nothing was found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from lxml import html as lxml_html

from tests.website.built import Built, snapshot_of
from website.documents.outline import outline
from website.pages.briefing import briefing, briefing_page
from website.pages.comparison import comparison_page
from website.pages.comparison_cards import comparison_cards
from website.pages.council import build_council_page
from website.pages.councils_cards import councils_cards
from website.pages.nothing_found import SAY_SO
from website.pages.overview import council_rows
from website.pages.page import Page
from website.pages.quoted import persisting, persisting_line
from website.pages.theme_cards import theme_cards
from website.pages.theme_councils import said_raised
from website.render import render
from website.snapshot import Council, Snapshot

NAMED = "Supervision was an area for improvement at the last inspection and is still too rare."
NOT_YET = "Supervision has improved since the last inspection, but is not consistent."
TODAY = date(2026, 6, 30)


def saying(
    snapshot: Snapshot,
    *,
    stated: tuple[str, ...] = (),
    progress_since: tuple[str, ...] = (),
    improved: tuple[str, ...] = (),
    declined: tuple[str, ...] = (),
    repeats: bool = False,
) -> Council:
    """The council whose last full inspection has these quotes, and maybe no repeat."""
    council = snapshot.councils["havering"]
    last = council.reports[-1]
    found = replace(
        council.repeats[last.id],
        stated=stated,
        progress_since=progress_since,
        improved=improved,
        declined=declined,
    )
    found = found if repeats else replace(found, repeats=())
    return replace(council, repeats={**council.repeats, last.id: found})


def with_council(snapshot: Snapshot, council: Council) -> Snapshot:
    return replace(snapshot, councils={**snapshot.councils, council.key: council})


def words(page: Page) -> str:
    main = lxml_html.document_fromstring(render(page).decode()).get_element_by_id("main")
    return " ".join(str(main.text_content()).split())


def test_no_page_says_that_nothing_was_found_where_inspectors_say_that_it_persists(
    site: Built,
) -> None:
    snapshot = snapshot_of(site.database)
    council = saying(snapshot, stated=(NAMED,))
    known = with_council(snapshot, council)
    for page in (
        build_council_page(known, council),
        briefing_page(known, council),
        comparison_page(known, council),
    ):
        said = words(page)
        assert "inspectors say" in said, page.path
        assert "found nothing" not in said, page.path
        assert "nothing found" not in said, page.path
    assert NAMED in words(build_council_page(known, council)).split("What comes next")[0]
    assert NAMED in str(outline(briefing(known, council)))
    (row,) = council_rows([council], today=TODAY)
    assert (row.raised_again, row.none_raised) == (0, SAY_SO)


def test_councils_where_only_inspectors_say_so_are_counted(site: Built) -> None:
    snapshot = snapshot_of(site.database)
    council = saying(snapshot, stated=(NAMED,))
    said = (
        "At 1 council where we found none, inspectors say themselves that something raised before "
        "persists."
    )
    card, _ = councils_cards([council], today=TODAY)
    assert card.tail.startswith(said)
    *_, card, _ = comparison_cards(council, [council], who="neighbours", today=TODAY)
    assert card.tail.endswith(said)
    ((path, found),) = said_raised([council]).items()
    assert path.startswith("themes/supervision_oversight/")
    card, _ = theme_cards([], [], councils={}, known=1, today=TODAY, said=found)
    assert card.tail == (
        "At 1 council where we found none of this theme, inspectors say themselves that something "
        "of it raised before persists."
    )
    also = saying(snapshot, stated=(NAMED,), repeats=True)
    card, _ = councils_cards([also], today=TODAY)
    assert "inspectors say themselves" not in card.tail
    assert "raised twice by chance" in card.tail


def test_the_card_quotes_what_persists_also_where_an_issue_was_found_again(site: Built) -> None:
    snapshot = snapshot_of(site.database)
    council = saying(snapshot, stated=(NAMED,), repeats=True)
    page = build_council_page(with_council(snapshot, council), council)
    tree = lxml_html.document_fromstring(render(page).decode())
    (card,) = tree.xpath("//div[@class='card'][h2='Raised again']")
    assert f"Ofsted says of earlier areas: “{NAMED}”" in card.text_content()


def test_a_briefing_quotes_what_persists_before_what_improved(site: Built) -> None:
    snapshot = snapshot_of(site.database)
    better = "Supervision has improved since the last inspection."
    for persists, begins in (
        ({"stated": (NAMED,), "progress_since": (NOT_YET,)}, "Ofsted says of earlier areas"),
        ({"progress_since": (NOT_YET,)}, "Ofsted says of progress since the previous inspection"),
    ):
        council = saying(snapshot, improved=(better,), **persists)
        first, second = briefing(with_council(snapshot, council), council).since_then
        assert first.startswith(begins)
        assert better in second


def test_a_sentence_that_is_understood_alone_is_quoted_first(site: Built) -> None:
    alone, pointing = NAMED, "However, both remain areas for improvement since the last inspection."
    council = saying(snapshot_of(site.database), stated=(pointing, alone))
    assert [said.text for said in persisting(council)] == [alone, pointing]
    assert persisting_line(council).endswith(f"“{alone}” (and 1 more sentence).")


def test_what_inspectors_say_of_all_earlier_areas_is_quoted_first(site: Built) -> None:
    everything = "All areas for improvement from the last inspection remain."
    council = saying(snapshot_of(site.database), stated=(NAMED, everything))
    assert [said.text for said in persisting(council)] == [everything, NAMED]
    assert everything in persisting_line(council)


@pytest.mark.parametrize("quotes", [(), (NOT_YET,)])
def test_that_nothing_was_found_names_what_was_compared(
    site: Built, quotes: tuple[str, ...]
) -> None:
    snapshot = snapshot_of(site.database)
    council = saying(snapshot, progress_since=quotes)
    known = with_council(snapshot, council)
    scope = (
        "We found nothing in the latest reports that had been raised in the full inspection before "
        "(March 2019) or at a visit since."
    )
    said = words(build_council_page(known, council))
    assert scope in said
    assert scope in briefing(known, council).none_again
    assert all(quote in said for quote in quotes)


def test_each_council_page_and_about_say_with_what_a_report_is_compared(site: Built) -> None:
    scope = "with the full inspection before it and the visits since"
    for path in ("councils/havering/index.html", "councils/somerset/index.html"):
        assert scope in site.said(path)
    assert scope in site.said("about/index.html")


@pytest.mark.parametrize(
    ("lines", "improvement"),
    [
        (60.0, "Ofsted reports improvement: “Supervision has improved"),
        (40.0, "We found 2 sentences on what improved since an earlier inspection."),
    ],
)
def test_a_full_briefing_gives_the_number_of_improvements_instead_of_a_quote(
    site: Built, monkeypatch: pytest.MonkeyPatch, lines: float, improvement: str
) -> None:
    """A briefing that has only what persists would be one-sided."""
    monkeypatch.setattr("website.pages.sheet._LINES", lines)
    snapshot = snapshot_of(site.database)
    better = tuple(f"Supervision has improved {'in every team ' * 12}{of}." for of in "ab")
    council = saying(snapshot, stated=(NAMED,), improved=better)
    persists, improved = briefing(with_council(snapshot, council), council).since_then
    assert NAMED in persists
    assert improved.startswith(improvement)


@pytest.mark.parametrize("lines", [*range(34, 62, 2)])
def test_a_briefing_never_quotes_what_improved_and_only_counts_what_got_worse(
    site: Built, monkeypatch: pytest.MonkeyPatch, lines: int
) -> None:
    monkeypatch.setattr("website.pages.sheet._LINES", float(lines))
    snapshot = snapshot_of(site.database)
    worse = f"Practice has deteriorated since the last inspection {'in every team ' * 14}."
    council = saying(snapshot, improved=("Visits improved since 2021.",), declined=(worse,))
    said = briefing(with_council(snapshot, council), council).since_then
    quoted = [line for line in said if line.startswith("Ofsted reports")]
    assert not (quoted and quoted[0].startswith("Ofsted reports improvement"))
