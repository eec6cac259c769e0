"""Where inspectors say that something persists, no page says that nothing was found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from lxml import html as lxml_html

from tests.website.built import SUPERVISION, Built, snapshot_of, store_visit_since
from website.documents.outline import outline
from website.pages.briefing import briefing, briefing_page
from website.pages.comparison import comparison_page
from website.pages.comparison_cards import comparison_cards
from website.pages.council import build_council_page
from website.pages.councils_cards import councils_cards
from website.pages.nothing_found import SAY_SO
from website.pages.overview import council_rows
from website.pages.page import Page
from website.pages.quoted import (
    MOST_PERSISTING,
    SHORT_QUOTE,
    persisting,
    persisting_line,
    stated_lines,
)
from website.pages.theme_cards import theme_cards
from website.pages.theme_councils import (
    INSPECTORS_SAY,
    councils_by_case,
    said_raised,
    themes_repeated,
)
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
    table = lxml_html.document_fromstring(render(comparison_page(known, council)).decode())
    cell = table.xpath("//tr[@class='own']/td[@data-head='Raised again']")[0]
    assert (cell.text, len(cell)) == (SAY_SO, 0), "not in the quiet colour of nothing"


def test_councils_where_only_inspectors_say_so_are_counted(site: Built) -> None:
    snapshot = snapshot_of(site.database)
    council = saying(snapshot, stated=(NAMED,))
    said = (
        "At 1 council we found no issue raised again, but inspectors say that something raised "
        "before persists."
    )
    card, _ = councils_cards([council], today=TODAY)
    assert card.tail.startswith(said)
    *_, card, _ = comparison_cards(council, [council], who="neighbours", today=TODAY)
    assert card.tail.endswith(said)
    ((path, found),) = said_raised([council]).items()
    assert path.startswith("themes/supervision_oversight/")
    card, _ = theme_cards([], [], councils={}, known=1, today=TODAY, said=found)
    assert card.tail == (
        "At 1 council we found no issue of this theme raised again, but inspectors say that "
        "something raised before persists."
    )
    also = saying(snapshot, stated=(NAMED,), repeats=True)
    card, _ = councils_cards([also], today=TODAY)
    assert "inspectors say" not in card.tail
    assert "raised twice by chance" in card.tail


def test_a_theme_says_the_same_of_a_council_in_its_table_and_in_its_list(site: Built) -> None:
    council = saying(snapshot_of(site.database), stated=(NAMED,))
    last = council.reports[-1].id
    found = replace(council.repeats[last], no_longer_named=(SUPERVISION,))
    council = replace(council, repeats={**council.repeats, last: found})
    ((theme, repeated),) = themes_repeated([council], today=TODAY).items()
    (case,) = councils_by_case(theme, [council], repeated=repeated, today=TODAY)
    assert [row.raised_in_latest for row in repeated] == [case.words] == [INSPECTORS_SAY]


def test_a_briefing_quotes_what_persists_before_what_improved(site: Built) -> None:
    snapshot = snapshot_of(site.database)
    better = "Supervision has improved since the last inspection."
    for persists, begins in (
        ({"stated": (NAMED,), "progress_since": (NOT_YET,)}, "Ofsted says of earlier areas"),
        ({"progress_since": (NOT_YET,)}, "Ofsted says of progress since the previous inspection"),
    ):
        council = saying(snapshot, improved=(better,), **persists)
        sheet = briefing(with_council(snapshot, council), council)
        said = [*sheet.in_a_line, *sheet.since_then]
        first = next(line for line in said if line.startswith(begins))
        second = next(line for line in said if better in line)
        assert said.index(first) < said.index(second)


WORSE = "The quality of management oversight has weakened since the last inspection."


@pytest.mark.parametrize("graded", [True, False])
def test_a_decline_and_what_persists_are_quoted_before_what_we_found(
    site: Built, graded: bool
) -> None:
    snapshot = snapshot_of(site.database)
    council = saying(snapshot, stated=(NAMED,), declined=(WORSE,), repeats=True)
    council = council if graded else replace(council, graded=())
    known = with_council(snapshot, council)
    decline = f"Ofsted reports a decline: “{WORSE}”"
    persists = f"Ofsted says of earlier areas: “{NAMED}”"
    page = lxml_html.document_fromstring(render(build_council_page(known, council)).decode())
    (main,) = page.xpath("//main")
    (summary,) = page.xpath("//div[@class='title']")
    (glance,) = page.xpath("//section[@class='cards']")
    sheet = lxml_html.document_fromstring(render(briefing_page(known, council)).decode())
    (article,) = sheet.xpath("//article")
    for part in (main, article):
        said = " ".join(part.text_content().split())
        assert 0 < said.index(decline) < said.index(persists) < said.index("Supervision of staff")
    assert persists in summary.text_content()
    assert WORSE not in glance.text_content(), "it is quoted once at the top of the page"
    assert article.text_content().count(WORSE) == 1
    assert {decline, persists} <= set(outline(briefing(known, council)).in_short)


def test_a_decline_that_fits_whole_is_quoted_before_one_that_would_lose_its_end(
    site: Built,
) -> None:
    cut = f"Since the last inspection, services {'for all children ' * 20}have deteriorated."
    council = saying(snapshot_of(site.database), declined=(cut, WORSE))
    for most in (MOST_PERSISTING, SHORT_QUOTE):
        (line,) = stated_lines(council, most=most)
        assert line == f"Ofsted reports a decline: “{WORSE}” (and 1 more sentence)."


def test_what_a_visit_since_reports_as_a_decline_names_the_visit(own: Built) -> None:
    with own.database.write() as session:
        store_visit_since(session, [SUPERVISION])
    havering = snapshot_of(own.database).councils["havering"]
    last = havering.reports[-1]
    found = replace(havering.repeats[last.id], declined=(WORSE,))
    council = replace(havering, repeats={**havering.repeats, last.id: found})
    assert stated_lines(council) == (
        f"Ofsted reports a decline: “{WORSE}” (Focused visit, March 2025).",
    )


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
        (63.0, "Ofsted reports improvement: “Supervision has improved"),
        (38.2, "We found 2 sentences on what improved since an earlier inspection."),
    ],
)
def test_a_full_briefing_gives_the_number_of_improvements_instead_of_a_quote(
    site: Built, monkeypatch: pytest.MonkeyPatch, lines: float, improvement: str
) -> None:
    """A briefing that has only what persists would be one-sided."""
    monkeypatch.setattr("website.pages.paper._LINES", lines)
    snapshot = snapshot_of(site.database)
    better = tuple(f"Supervision has improved {'in every team ' * 12}{of}." for of in "ab")
    council = saying(snapshot, stated=(NAMED,), improved=better)
    sheet = briefing(with_council(snapshot, council), council)
    (improved,) = sheet.since_then
    assert NAMED in " ".join(sheet.in_a_line)
    assert improved.startswith(improvement)


@pytest.mark.parametrize("lines", [*range(34, 62, 2)])
def test_a_briefing_quotes_what_got_worse_however_full_it_is(
    site: Built, monkeypatch: pytest.MonkeyPatch, lines: int
) -> None:
    monkeypatch.setattr("website.pages.paper._LINES", float(lines))
    snapshot = snapshot_of(site.database)
    worse = f"Practice has deteriorated since the last inspection {'in every team ' * 14}."
    council = saying(snapshot, improved=("Visits improved since 2021.",), declined=(worse,))
    said = briefing(with_council(snapshot, council), council).in_a_line
    assert said[1].startswith("Ofsted reports a decline: “Practice has deteriorated since")
