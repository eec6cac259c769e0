"""A row of the issue tracker says only what its links say, and no page says more than that."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from lxml import html as lxml_html

from reports.model import Kind
from reports.themes.names import issue_name, theme_name
from storage.database import Database
from tests.storage.readings import a_reading, stored
from tests.website.built import SUPERVISION, SUPERVISION_AGAIN, Built, snapshot_of, tagged
from website.charts.tracker import TrackerChart, TrackerColumn, TrackerRow
from website.pages.changes import changes_files
from website.pages.comparison_cards import comparison_cards
from website.pages.council import build_council_page
from website.pages.councils_cards import councils_cards
from website.pages.published import summary
from website.pages.report_view import report_view
from website.pages.theme_councils import RAISED_NOT_AGAIN, themes_repeated
from website.pages.tracker import tracker
from website.render import render
from website.snapshot import Council

THEME = "supervision_oversight"
OVERSIGHT, SUPERVISED = (issue_name(THEME, f) for f in ("management_oversight", "supervision"))


def havering(site: Built, *of_reports: dict[str, Any]) -> Council:
    """The council whose first repeats, in the order of its reports, have these values."""
    council = snapshot_of(site.database).councils["havering"]
    raising = [key for key, found in council.repeats.items() if found.repeats]
    repeats = dict(council.repeats)
    for key, values in zip(raising, of_reports, strict=True):
        found = repeats[key]
        changed = tuple(
            (earlier, repeat.model_copy(update=values)) for earlier, repeat in found.repeats
        )
        repeats[key] = replace(found, repeats=changed)
    return replace(council, repeats=repeats)


def test_a_row_has_the_name_of_an_issue_only_where_all_its_links_have_it(site: Built) -> None:
    council = havering(
        site,
        {"theme": THEME, "facet": "management_oversight"},
        {"theme": THEME, "facet": "supervision"},
    )
    (row,) = tracker(council).issues
    assert row.issue == theme_name(THEME)
    assert row.months == ("March 2019", "June 2021", "May 2024")
    assert row.known_as == (OVERSIGHT, f"{OVERSIGHT}; {SUPERVISED}", SUPERVISED)
    # Counts of many councils are of the issues that the latest reports raise again.
    card, _ = councils_cards([council], today=date(2026, 6, 30))
    assert [point.link.label for point in card.points] == [SUPERVISED]
    *_, card, _ = comparison_cards(council, [council], who="neighbours", today=date(2026, 6, 30))
    assert card.points[0].said.endswith("; also at Havering")


def test_links_of_another_theme_are_in_a_row_of_their_own(site: Built) -> None:
    council = havering(
        site,
        {"theme": "independent_challenge", "facet": "iro_chairs"},
        {"theme": THEME, "facet": "supervision"},
    )
    now, before = tracker(council).issues
    assert (now.issue, now.months) == (SUPERVISED, ("June 2021", "May 2024"))
    reviewing = issue_name("independent_challenge", "iro_chairs")
    assert (before.issue, before.months) == (reviewing, ("March 2019", "June 2021"))
    assert before.since == (
        "Not found again in the full inspection of May 2024, which raises another point of that "
        f"area again: “{SUPERVISED}”"
    )
    assert not before.still_raised
    chart = tracker(council).chart
    assert chart is not None
    assert [row.no_longer_named for row in chart.rows] == [False, True]


BOTH = "The quality of supervision, and the challenge by independent reviewing officers."


@pytest.mark.parametrize(("last", "raised"), [(BOTH, True), (SUPERVISION, False)])
def test_a_row_is_raised_again_only_by_an_area_that_raises_its_theme(
    own: Built, last: str, raised: bool
) -> None:
    """An area with two points may be raised again by either of them."""
    reviewing = {"theme": "independent_challenge", "facet": "iro_chairs"}
    supervised = {"theme": THEME, "facet": "supervision"}
    with own.database.write() as session:
        for year, text in ((2018, BOTH), (2021, BOTH), (2024, last)):
            reading = tagged(a_reading(start=date(year, 3, 4)), [text])
            stored(session, f"leeds{year}", reading, authority="leeds")
    leeds = snapshot_of(own.database).councils["leeds"]
    repeats = dict(leeds.repeats)
    raising = [key for key, found in leeds.repeats.items() if found.repeats]
    for key, values in zip(raising, (reviewing, supervised), strict=True):
        changed = tuple(
            (earlier, repeat.model_copy(update=values)) for earlier, repeat in repeats[key].repeats
        )
        repeats[key] = replace(repeats[key], repeats=changed)
    now, before = tracker(replace(leeds, repeats=repeats)).issues
    assert before.since.startswith("Raised again in the full inspection of March 2024") is raised
    assert before.no_longer_named is not raised
    # The other way round, the newer row goes on from what the older one is about.
    reviewing_before = issue_name("independent_challenge", "iro_chairs")
    assert now.began == f"March 2018 as “{reviewing_before}”"
    assert now.again_words.endswith(f"; before that, {now.began}")


def test_a_match_that_is_more_likely_wrong_is_not_counted(site: Built) -> None:
    weak = {"strength": "possible", "certainty": 0.44}
    council = havering(site, {"theme": THEME, "facet": "supervision"}, weak)
    (row,) = tracker(council).issues
    assert row.months == ("March 2019", "June 2021")
    assert row.since == "Only a weak match was found in the full inspection of May 2024"
    assert not tracker(council).raised_now
    last = report_view(council, council.reports[-1])
    assert [raised.strength_words for raised in last.raised] == ["Possibly the same issue"]
    assert "raised again" not in summary(last)
    snapshot = snapshot_of(site.database)
    known = replace(snapshot, councils={"havering": council})
    raised_before = {
        row["report"]: row["raised_before"]
        for _, file in changes_files(known)
        for row in json.loads(file)["reports"]
    }
    assert (raised_before["1002"], raised_before["1003"]) == (1, 0)
    page = lxml_html.document_fromstring(render(build_council_page(known, council)).decode())
    (folded,) = page.xpath("//details[contains(@class, 'weak')]")
    assert folded.findtext("summary") == "A match that is too uncertain to count (about 4 in 10)"
    surer = havering(site, {}, {**weak, "certainty": 0.5})
    assert len(tracker(surer).issues[0].places) == 3
    assert "1 raised again (possibly)" in summary(report_view(surer, surer.reports[-1]))


@pytest.mark.parametrize(
    ("strength", "certainty", "confirmed"), [("stated", 0.3, False), ("possible", 0.3, True)]
)
def test_what_inspectors_or_a_person_say_is_always_counted(
    site: Built, strength: str, certainty: float, confirmed: bool
) -> None:
    values = {"strength": strength, "certainty": certainty, "confirmed": confirmed}
    (row,) = tracker(havering(site, {}, values)).issues
    assert row.months[-1] == "May 2024"


def test_a_row_says_of_which_reports_inspectors_state_the_issue(site: Built) -> None:
    """The area of the last report says "Inspectors say so", and the history is less sure."""
    council = havering(
        site, {"strength": "likely", "certainty": 0.9}, {"strength": "stated", "certainty": 1.0}
    )
    (row,) = tracker(council).issues
    assert row.strength_words == "Likely the same issue"
    assert row.surer == "inspectors say so for June 2021 and May 2024"
    snapshot = snapshot_of(site.database)
    page = lxml_html.document_fromstring(render(build_council_page(snapshot, council)).decode())
    for place in ("//div[@class='card']", "//td[@data-head='How certain']"):
        said = [" ".join(found.text_content().split()) for found in page.xpath(place)]
        assert any(row.surer in words for words in said), place
    stated = {"strength": "stated", "certainty": 1.0}
    assert tracker(havering(site, stated, stated)).issues[0].surer == ""


def test_a_council_and_a_theme_say_the_same_of_an_issue_that_was_not_found_again(
    site: Built,
) -> None:
    council = havering(site, {"theme": THEME, "facet": "management_oversight"}, {})
    last = council.reports[-1]
    found = council.repeats[last.id]
    council = replace(
        council,
        repeats={
            **council.repeats,
            last.id: replace(found, repeats=(), no_longer_named=(SUPERVISION,)),
        },
    )
    (row,) = tracker(council).issues
    assert row.since == (
        "Not found again in the full inspection of May 2024. "
        "The latest reports raise its theme, but no earlier issue of it again"
    )
    assert row.no_longer_named
    (repeated,) = themes_repeated([council], today=date(2026, 6, 30))[row.theme.href]
    assert repeated.raised_in_latest == RAISED_NOT_AGAIN


def test_a_theme_is_raised_again_by_an_area_that_has_it_besides_that_of_its_issue(
    own: Built,
) -> None:
    """One area may be raised again for another of its two themes than an older row is about."""
    with own.database.write() as session:
        for year in (2021, 2024):
            reading = tagged(a_reading(start=date(year, 3, 4)), [BOTH])
            stored(session, f"leeds{year}", reading, authority="leeds")
    own.build()
    under = []
    for theme in (THEME, "independent_challenge"):
        cases = own.page(f"themes/{theme}/index.html").xpath("//dl[@class='cases']/div")
        under += [
            case.xpath("string(dt)") for case in cases if "Leeds" in case.xpath("dd/a/text()")
        ]
    assert sorted(under) == [
        next(words for words in under if words.startswith("Raised again (")),
        "Raised again, under another theme (1 council)",
    ]


def test_a_report_that_could_not_be_compared_lacks_nothing(site: Built) -> None:
    council = snapshot_of(site.database).councils["havering"]
    last = council.reports[-1]
    without = {key: found for key, found in council.repeats.items() if key != last.id}
    (row,) = tracker(replace(council, repeats=without)).issues
    assert row.since == "Not compared with the full inspection of May 2024, which needs review"
    assert not row.no_longer_named


def test_an_area_that_a_visit_carries_on_is_not_among_those_not_found_again(
    database: Database,
) -> None:
    other = "The recruitment and retention of foster carers."
    quoted = "The timeliness of life-story work for children."
    with database.write() as session:
        for number, (year, kind, texts) in enumerate(
            (
                (2018, Kind.INSPECTION, (SUPERVISION, other, quoted)),
                (2020, Kind.FOCUSED_VISIT, (SUPERVISION_AGAIN,)),
                (2022, Kind.INSPECTION, (SUPERVISION_AGAIN,)),
            )
        ):
            reading = a_reading(start=date(year, 5, 8), kind=kind)
            stored(session, str(number), tagged(reading, texts), authority="kent")
    council = snapshot_of(database).councils["kent"]
    last = council.reports[-1]
    found = council.repeats[last.id]
    # As if the newest report's own words were not like those of the first.
    found = replace(
        found,
        no_longer_named=(SUPERVISION, other, quoted),
        stated=("Life-story work, an area for improvement in 2018, is still too slow.",),
    )
    council = replace(council, repeats={**council.repeats, last.id: found})
    view = report_view(council, last)
    assert view.no_longer_named == (other,)
    # The visit in between raised areas too, which are not among the three.
    assert view.no_longer_named_words == (
        "1 of the 3 areas of the full inspection of May 2018 was not found again"
    )


def test_the_key_of_a_chart_explains_only_marks_that_it_has() -> None:
    full, visit = (
        TrackerColumn(when="May 2018", visit=False),
        TrackerColumn(when="May 2019", visit=True),
    )
    for columns, row, legend in (
        ((full, full), TrackerRow(label="A", raised=(0, 1)), "● full inspection"),
        ((full, visit), TrackerRow(label="A", raised=(0, 1)), "● full inspection, ■ visit"),
        (
            (full, full, full),
            TrackerRow(label="A", raised=(0, 1), no_longer_named=True),
            "● full inspection, × not found again at the last full inspection",
        ),
    ):
        chart = TrackerChart(title="Issues", description="", columns=columns, rows=(row,))
        assert chart.legend == legend


@pytest.mark.parametrize(
    ("words", "start"),
    [
        ("One " * 11 + "plan.", "One " * 11 + "plan."),
        ("One " * 14 + "plan.", "One " * 14 + "plan."),
        ("One " * 11 + "plan. And " + "more " * 9, "One " * 11 + "plan…"),
    ],
)
def test_a_statement_is_cut_only_where_that_saves_something(
    site: Built, words: str, start: str
) -> None:
    (row,) = tracker(snapshot_of(site.database).councils["havering"]).issues
    assert replace(row, latest_words=words.strip()).latest_start == start


def test_a_card_says_where_a_report_speaks_of_improvement_too(site: Built) -> None:
    council = havering(site, {}, {"theme": THEME, "facet": "supervision"})
    last = council.reports[-1]
    for quoted, said in (
        ("The supervision of social workers has improved.", "improvement here"),
        ("Life-story work has improved.", ""),
    ):
        found = replace(council.repeats[last.id], improved=(quoted,))
        changed = replace(council, repeats={**council.repeats, last.id: found})
        row = tracker(changed).raised_now[0]
        assert said in row.progress
        assert bool(row.progress) is bool(said)


def test_an_issue_that_an_area_may_mean_is_not_said_to_be_missing(site: Built) -> None:
    council = havering(site, {"theme": THEME, "facet": "supervision"}, {})
    last = council.reports[-1]
    found = replace(council.repeats[last.id], repeats=(), no_longer_named=())
    (row,) = tracker(replace(council, repeats={**council.repeats, last.id: found})).issues
    assert row.since == "Only a weak match was found in the full inspection of May 2024"
    assert not row.no_longer_named


@pytest.mark.parametrize(
    ("stated", "facet", "since"),
    [
        ((), "supervision", "an area there is about the same subject"),
        (
            ("All areas for improvement from the last inspection remain.",),
            "management_oversight",
            "inspectors say there that all areas remain",
        ),
    ],
)
def test_nothing_is_said_to_be_missing_that_a_report_may_be_about(
    site: Built, stated: tuple[str, ...], facet: str, since: str
) -> None:
    council = havering(site, {"theme": THEME, "facet": facet}, {})
    last = council.reports[-1]
    found = replace(
        council.repeats[last.id], repeats=(), no_longer_named=(SUPERVISION,), stated=stated
    )
    council = replace(council, repeats={**council.repeats, last.id: found})
    (row,) = tracker(council).issues
    assert row.since == f"Not matched in the full inspection of May 2024, but {since}"
    assert not row.no_longer_named
    assert report_view(council, last).no_longer_named == ()


def test_an_issue_of_which_inspectors_speak_is_not_said_to_be_missing(site: Built) -> None:
    council = havering(site, {"theme": THEME, "facet": "management_oversight"}, {})
    last = council.reports[-1]
    for quoted, missing in (
        (
            "Management oversight of social workers, an area for improvement in 2019, is weak.",
            False,
        ),
        ("Life-story work, an area for improvement in 2019, is still too slow.", True),
    ):
        found = replace(
            council.repeats[last.id], repeats=(), no_longer_named=(SUPERVISION,), stated=(quoted,)
        )
        changed = replace(council, repeats={**council.repeats, last.id: found})
        (row,) = tracker(changed).issues
        assert row.no_longer_named is missing
        said = (
            "Not among the areas of the full inspection of May 2024, but inspectors speak of the "
            "subject there"
        )
        assert (row.since == said) is not missing


def test_a_repeat_says_where_still_earlier_reports_may_mean_another_issue(site: Built) -> None:
    supervised = {"theme": THEME, "facet": "supervision"}
    for first, said in (
        (supervised, "Raised before that in 2019."),
        (
            {"theme": THEME, "facet": "management_oversight"},
            "An issue of the same theme was raised before that in 2019.",
        ),
    ):
        council = havering(site, first, supervised)
        (raised,) = report_view(council, council.reports[-1]).raised
        assert raised.when.endswith(f". {said}")
