"""How sure it is that an issue was raised again, in the same words wherever a page says it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from lxml import html as lxml_html

from tests.storage.readings import a_reading, stored
from tests.website.built import SUPERVISION, Built, snapshot_of, tagged
from website.charts.shapes import Line
from website.charts.tracker import tracker_drawing
from website.documents.outline import outline
from website.pages.briefing import briefing, briefing_page
from website.pages.cards import times_words
from website.pages.comparison import comparison_page, free_page
from website.pages.comparison_cards import comparison_cards
from website.pages.council import build_council_page, council_content
from website.pages.councils_cards import councils_cards
from website.pages.national import national_page
from website.pages.overview import council_rows
from website.pages.page import Page
from website.pages.published import summary
from website.pages.regions import region_pages
from website.pages.report import build_report_page
from website.pages.report_view import report_view
from website.pages.theme_councils import themes_repeated
from website.pages.tracker import tracker
from website.pages.words import only_possibly_words
from website.render import render
from website.snapshot import Council


def doubtful(council: Council, *, places: tuple[int, ...]) -> Council:
    """The council where the repeats of these reports, in their order, are only possible."""
    return with_repeats(council, places=places, strength="possible", certainty=0.55)


def with_repeats(
    council: Council, *, strength: str, certainty: float, places: tuple[int, ...] = (0, 1)
) -> Council:
    """The council where the repeats of these reports, in their order, are as sure as this."""
    raising = [key for key, found in council.repeats.items() if found.repeats]
    repeats = dict(council.repeats)
    for place in places:
        found = repeats[raising[place]]
        weak = tuple(
            (earlier, repeat.model_copy(update={"strength": strength, "certainty": certainty}))
            for earlier, repeat in found.repeats
        )
        repeats[raising[place]] = replace(found, repeats=weak)
    return replace(council, repeats=repeats)


@pytest.mark.parametrize(
    ("places", "tier", "doubt", "months", "again", "times", "possibly", "sure"),
    [
        (
            (),
            "Likely the same issue",
            "",
            "May 2024; before: March 2019 and June 2021",
            "Raised again in May 2024 (the last full inspection). Before: March 2019 and June 2021",
            "May 2024, and twice before, since March 2019",
            (),
            "",
        ),
        (
            (0,),
            "Likely the same issue",
            "possibly also in March 2019",
            "May 2024; before: June 2021, and possibly also in March 2019",
            "Raised again in May 2024 (the last full inspection). "
            "Before: June 2021, and possibly also in March 2019",
            "May 2024; before: June 2021, and possibly also in March 2019",
            (0,),
            "",
        ),
        (
            (1,),
            "Possibly the same issue",
            "only May 2024 is in doubt",
            "possibly in May 2024; before: March 2019 and June 2021",
            "Possibly raised again in May 2024 (the last full inspection). "
            "Before: March 2019 and June 2021",
            "possibly in May 2024, and twice before, since March 2019",
            (2,),
            "; at 1, possibly",
        ),
        (
            (0, 1),
            "Possibly the same issue",
            "",
            "possibly in May 2024; before: possibly in March 2019 and June 2021",
            "Possibly raised again in May 2024 (the last full inspection). "
            "Before: possibly in March 2019 and June 2021",
            "possibly in May 2024, and possibly twice before, since March 2019",
            (0, 1, 2),
            "; at 1, possibly",
        ),
    ],
)
def test_a_history_is_as_sure_as_its_links_wherever_it_is_shown(
    site: Built,
    places: tuple[int, ...],
    tier: str,
    doubt: str,
    months: str,
    again: str,
    times: str,
    possibly: tuple[int, ...],
    sure: str,
) -> None:
    """Its months are one sentence, so what it says must hold for the first of them too."""
    snapshot = snapshot_of(site.database)
    havering = doubtful(snapshot.councils["havering"], places=places)
    found = tracker(havering)
    (issue,) = found.issues
    assert (issue.strength_words, issue.doubt_words) == (tier, doubt)
    assert issue.all_months == months
    assert issue.again_words == again
    with_kind = months.replace(";", " (the last full inspection);", 1)
    assert f": {with_kind}. {tier}" in issue.one_line
    assert found.chart is not None
    assert found.chart.rows[0].possibly == possibly
    drawn = [part.look for part in tracker_drawing(found.chart).parts if isinstance(part, Line)]
    dashed = sum(bool({one, one + 1} & set(possibly)) for one in range(2))
    assert (drawn.count("l-near"), drawn.count("l-link")) == (dashed, 2 - dashed)
    known = replace(snapshot, councils={**snapshot.councils, "havering": havering})
    assert briefing(known, havering).issues == (issue,)
    raised, _ = councils_cards([havering], today=snapshot.today)
    assert f"earlier reports raised too{sure}." in raised.lead
    own_card, _ = comparison_cards(havering, [], who="neighbours", today=snapshot.today)
    assert own_card.points[0].said == times
    sure_council = snapshot.councils["havering"]
    *_, card, _ = comparison_cards(sure_council, [havering], who="neighbours", today=snapshot.today)
    at = "; possibly also at Havering" if tier.startswith("Possibly") else "; also at Havering"
    assert card.points[0].said.endswith(at)


def test_a_briefing_asks_first_about_the_area_that_surely_raises_an_issue_again(own: Built) -> None:
    """Another area of the report may only possibly raise it, and then says so."""
    doubtful_area = "Management oversight of placements."
    with own.database.write() as session:
        for year, texts in ((2021, [SUPERVISION]), (2024, [doubtful_area, SUPERVISION])):
            reading = tagged(a_reading(start=date(year, 3, 4)), texts)
            stored(session, f"leeds{year}", reading, authority="leeds")
    snapshot = snapshot_of(own.database)
    leeds = snapshot.councils["leeds"]
    ((key, found),) = ((key, one) for key, one in leeds.repeats.items() if one.repeats)
    ((earlier, repeat),) = (pair for pair in found.repeats if pair[1].later == SUPERVISION)
    weak = repeat.model_copy(
        update={"later": doubtful_area, "strength": "possible", "certainty": 0.5}
    )
    both = replace(found, repeats=((earlier, weak), (earlier, repeat)))
    council = replace(leeds, repeats={**leeds.repeats, key: both})
    (issue,) = tracker(council).issues
    assert issue.strength_words == "Likely the same issue"
    sheet = briefing(replace(snapshot, councils={**snapshot.councils, "leeds": council}), council)
    assert [(area.text, area.raised) for area in sheet.areas] == [
        (SUPERVISION, "Raised again: Supervision of staff"),
        (doubtful_area, "Possibly raised again: Supervision of staff"),
    ]
    assert replace(sheet, in_full=1).shown_first == ("Shown first: 1 of the 2 areas raised again.")


def test_wherever_issues_are_counted_the_page_says_how_many_are_only_possible(site: Built) -> None:
    snapshot = snapshot_of(site.database)
    havering = doubtful(snapshot.councils["havering"], places=(0, 1))
    known = replace(snapshot, councils={**snapshot.councils, "havering": havering})
    own = council_content(known, havering)
    assert own.tracker.number_now == ""
    council_page = render(build_council_page(known, havering)).decode()
    assert '<p class="big">' not in council_page
    assert own.in_a_line[1] == "Possibly raised again: Supervision of staff."
    assert briefing(known, havering).in_a_line == own.in_a_line
    (row,) = council_rows([havering], today=known.today)
    assert (row.raised_again, row.raised_first, row.raised_more) == (
        1,
        "Supervision of staff",
        "(possibly)",
    )
    *_, own_card, _ = comparison_cards(havering, [havering], who="neighbours", today=known.today)
    assert own_card.lead == "Havering: the latest reports raise 1 issue again (possibly):"
    assert "raise an earlier issue (the same or another) again; at 1, possibly." in own_card.tail
    last = report_view(havering, havering.graded[-1][0])
    assert summary(last).endswith("1 area for improvement, 1 raised again (possibly)")
    (repeated,) = themes_repeated([havering], today=known.today).values()
    assert repeated[0].raised_in_latest == "Possibly raised again"
    for page in (
        national_page(known),
        free_page(known),
        region_pages(known),
        comparison_page(known, havering),
    ):
        one = page if isinstance(page, Page) else next(p for p in page if "london" in p.path)
        assert "(possibly)" in " ".join(render(one).decode().split()), one.path


@pytest.mark.parametrize(
    ("possible", "sure", "number", "words", "more"),
    [
        (0, 1, "1", "issue in the latest reports had been raised before", ""),
        (0, 2, "2", "issues in the latest reports had been raised before", "and 1 more"),
        (1, 0, "", "Possibly, 1 issue in the latest reports had been raised before", "(possibly)"),
        (
            *(2, 0, "", "Possibly, 2 issues in the latest reports had been raised before"),
            "and 1 more (all possibly)",
        ),
        (
            *(3, 1, "1", "issue in the latest reports had been raised before, and possibly 3 more"),
            "and possibly 3 more",
        ),
        (
            *(
                1,
                2,
                "2",
                "issues in the latest reports had been raised before, and possibly 1 more",
            ),
            "and 2 more (1 of them possibly)",
        ),
    ],
)
def test_the_number_of_issues_of_a_council_counts_nothing_in_doubt(
    site: Built, possible: int, sure: int, number: str, words: str, more: str
) -> None:
    havering = snapshot_of(site.database).councils["havering"]
    found = tracker(havering)
    in_doubt = tracker(doubtful(havering, places=(0, 1))).issues
    now = replace(found, issues=found.issues * sure + in_doubt * possible)
    assert (now.number_now, now.number_now_is) == (number, words)
    assert now.now_words == ("Supervision of staff", more)


def test_months_before_the_first_sure_one_do_not_contradict_since(site: Built) -> None:
    (issue,) = tracker(snapshot_of(site.database).councils["havering"]).issues
    more = replace(issue, months=("June 2015", *issue.months))
    assert times_words(more) == (
        "May 2024, and twice before, since March 2019; possibly even earlier, in June 2015"
    )
    between = ("March 2019", "May 2020", *issue.months[1:])
    assert times_words(replace(issue, months=between)).endswith("; possibly also in May 2020")


@pytest.mark.parametrize(
    ("possibly", "of", "words"),
    [
        (0, 3, ""),
        (1, 1, "(possibly)"),
        (1, 3, "(1 of them possibly)"),
        (3, 3, "(all possibly)"),
    ],
)
def test_the_words_for_what_is_only_possible_follow_the_number(
    possibly: int, of: int, words: str
) -> None:
    assert only_possibly_words(possibly, of=of) == words


def test_what_inspectors_state_is_not_counted_as_only_possible(site: Built) -> None:
    havering = snapshot_of(site.database).councils["havering"]
    stated = with_repeats(havering, strength="stated", certainty=1.0)
    possible = doubtful(havering, places=(0, 1))
    raised, _ = councils_cards([stated, possible], today=date(2026, 6, 30))
    said = "raise an issue that earlier reports raised too; at 1 more, possibly."
    assert said in raised.lead
    assert raised.lead.startswith("At 1 of 2 councils")


def test_how_sure_a_repeat_is_is_explained_once(site: Built) -> None:
    for path in ("councils/havering/index.html", "reports/1003/index.html"):
        assert site.said(path).count("both statements are about the same issue") == 1


@pytest.mark.parametrize("share", ["about 6 in 10", "more than 9 in 10"])
def test_the_note_on_how_sure_a_repeat_is_has_a_figure_of_its_page(site: Built, share: str) -> None:
    """A page of issues that are each "about 6 in 10" sure must not explain "about 8 in 10"."""
    snapshot = snapshot_of(site.database)
    certainty = 0.6 if share == "about 6 in 10" else 0.97
    for stated, strength in ((False, "likely"), (True, "stated")):
        havering = with_repeats(
            snapshot.councils["havering"], strength=strength, certainty=certainty
        )
        known = replace(snapshot, councils={**snapshot.councils, "havering": havering})
        last = havering.graded[-1][0]
        for page in (
            build_council_page(known, havering),
            briefing_page(known, havering),
            build_report_page(known, havering, last),
        ):
            main = lxml_html.document_fromstring(render(page).decode()).get_element_by_id("main")
            said = " ".join(str(main.text_content()).split())
            note = f"in {share} cases like this, both statements are about the same issue."
            assert said.count(note) == (not stated), page.path
            assert said.count("cases like this") == (not stated), page.path
        words = str(outline(briefing(known, havering)))
        assert words.count("cases like this") == (not stated)
