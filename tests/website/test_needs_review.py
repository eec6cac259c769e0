"""What needs review is never shown as certain, as absent or as compared."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from lxml import html as lxml_html

from reports.model import Framework, Grade, Kind, Problem
from reports.problems import ProblemCode
from storage.database import Database
from storage.models import ReportState
from tests.storage.readings import NOW, RI, UNSURE, a_reading, a_report, stored
from tests.website.built import (
    PATHWAYS,
    PRIORITY,
    SUPERVISION,
    graded,
    snapshot_of,
    tagged,
)
from website import addresses
from website.pages.about import about_page
from website.pages.briefing import briefing
from website.pages.changes import changes_files
from website.pages.comparison import comparison_page, improved
from website.pages.council import build_council_page
from website.pages.grades_over_time import grades_over_time
from website.pages.nothing_found import (
    NOT_KNOWN,
    NOTHING_TO_COMPARE,
    none_found,
    none_found_cell,
    none_found_line,
)
from website.pages.overview import council_rows
from website.pages.page import Page
from website.pages.published import published
from website.pages.report import build_report_page
from website.pages.theme_councils import (
    IN_REVIEW,
    RAISED_NOT_COMPARED,
    councils_by_case,
    themes_repeated,
)
from website.pages.themes import theme_pages
from website.pages.tracker import tracker
from website.render import render
from website.snapshot import Council

AREAS_IN_DOUBT = Problem(code=ProblemCode.AREAS_UNCLEAR, message="The list is unclear.", page=3)
NO_TABLE = Problem(code=ProblemCode.TABLE_MISSING, message="There is no table.", page=1)
TODAY = date(2026, 6, 30)


def said(page: Page) -> str:
    """The words of a page, in one line."""
    main = lxml_html.document_fromstring(render(page).decode()).get_element_by_id("main")
    return " ".join(str(main.text_content()).split())


def leeds(database: Database, *inspections: tuple[int, Kind, list[Problem]]) -> Council:
    """Leeds with a report on supervision in each of these years."""
    with database.write() as session:
        for year, kind, problems in inspections:
            reading = a_reading(start=date(year, 3, 4), kind=kind, problems=problems)
            if kind is Kind.FOCUSED_VISIT:
                letter = {"framework": Framework.FOCUSED_VISIT, "judgements": ()}
                reading = reading.model_copy(update=letter)
            reading = tagged(reading, [SUPERVISION], priority=[PRIORITY])
            stored(session, f"leeds{year}", reading, authority="leeds", published=date(year, 5, 1))
    return snapshot_of(database).councils["leeds"]


def test_areas_in_doubt_give_a_council_no_themes(database: Database) -> None:
    council = leeds(
        database, (2018, Kind.INSPECTION, []), (2022, Kind.INSPECTION, [AREAS_IN_DOUBT])
    )
    (row,) = council_rows([council], today=TODAY)
    assert (row.themes, row.no_themes) == ((), "Needs review")
    snapshot = snapshot_of(database)
    cells = lxml_html.document_fromstring(
        render(comparison_page(snapshot, snapshot.councils["leeds"])).decode()
    )
    assert "None" not in cells.xpath("//tr[@class='own']/td/span/text()")


def test_themes_shared_with_a_council_whose_areas_are_in_doubt_are_not_known(
    database: Database,
) -> None:
    leeds(database, (2022, Kind.INSPECTION, [AREAS_IN_DOUBT]))
    with database.write() as session:
        stored(session, "york", tagged(a_reading(), [SUPERVISION]), authority="york")
    snapshot = snapshot_of(database)
    for key, other in (("york", "Leeds"), ("leeds", "York")):
        groups = comparison_page(snapshot, snapshot.councils[key]).content.groups
        members = [member for _, _, members, _ in groups for member in members]
        (member,) = {
            m.row.council.label: m for m in members if m.row.council.label == other
        }.values()
        assert (member.shared, member.none_shared) == ((), "Needs review")


def test_a_priority_action_in_doubt_is_not_in_the_chart(database: Database) -> None:
    visit = (2020, Kind.FOCUSED_VISIT)
    full = ((2018, Kind.INSPECTION, []), (2022, Kind.INSPECTION, []))
    chart = grades_over_time(leeds(database, *full, (*visit, [AREAS_IN_DOUBT])))
    assert chart is not None
    assert [mark.priority_action for mark in chart.chart.visits] == [False]


@pytest.mark.parametrize(
    ("inspections", "sentence", "line", "cell"),
    [
        (
            [(2018, Kind.INSPECTION, []), (2022, Kind.INSPECTION, [AREAS_IN_DOUBT])],
            "The latest report needs review, so it was not compared with earlier ones.",
            "Raised again: not known, because the latest report needs review.",
            NOT_KNOWN,
        ),
        (
            [(2022, Kind.INSPECTION, []), (2023, Kind.FOCUSED_VISIT, [AREAS_IN_DOUBT])],
            "Nothing to compare: no earlier report with certain areas is stored here. "
            "Of the latest reports, 1 needs review and was not compared.",
            "Raised again: nothing found, but some of the latest reports need review.",
            NOT_KNOWN,
        ),
        (
            [(2018, Kind.INSPECTION, [AREAS_IN_DOUBT]), (2022, Kind.INSPECTION, [])],
            "Nothing to compare: no earlier report with certain areas is stored here. "
            "Full inspection, March 2018: needs review and was not compared.",
            "Raised again: nothing found, but an earlier report needs review.",
            NOT_KNOWN,
        ),
        (
            [(2022, Kind.INSPECTION, [])],
            "Nothing to compare: no earlier report with certain areas is stored here.",
            "Raised again: no earlier report to compare.",
            NOTHING_TO_COMPARE,
        ),
    ],
)
def test_what_was_not_compared_does_not_pass_for_nothing_raised_again(
    database: Database,
    inspections: list[tuple[int, Kind, list[Problem]]],
    sentence: str,
    line: str,
    cell: str,
) -> None:
    council = leeds(database, *inspections)
    assert none_found(council) == sentence
    assert none_found_line(council) == line
    assert none_found_cell(council) == cell
    (row,) = council_rows([council], today=TODAY)
    assert row.none_raised == cell


def test_a_theme_does_not_say_not_found_where_areas_need_review(database: Database) -> None:
    council = leeds(
        database,
        (2018, Kind.INSPECTION, []),
        (2020, Kind.FOCUSED_VISIT, []),
        (2022, Kind.INSPECTION, [AREAS_IN_DOUBT]),
    )
    theme = addresses.theme_page("supervision_oversight")
    repeated = themes_repeated([council], today=TODAY)[theme]
    assert [row.raised_in_latest for row in repeated] == [IN_REVIEW]
    (case,) = councils_by_case(theme, [council], repeated=repeated, today=TODAY)
    assert case.words == IN_REVIEW
    (issue,) = [found for found in tracker(council).issues if found.theme.href == theme]
    assert issue.since == "Not compared with the full inspection of March 2022, which needs review"


def test_areas_in_doubt_are_not_said_to_be_none(database: Database) -> None:
    """Neither in the briefing nor in the file of a week."""
    doubt = (2022, Kind.INSPECTION, [AREAS_IN_DOUBT])
    leeds(database, doubt)
    snapshot = snapshot_of(database)
    sheet = briefing(snapshot, snapshot.councils["leeds"])
    review = "The areas for improvement could not be read with certainty. They need review."
    assert (sheet.areas, sheet.no_areas) == ((), review)
    ((_, week),) = changes_files(snapshot)
    (row,) = json.loads(week)["reports"]
    counts = ("areas_for_improvement", "priority_actions", "raised_before")
    assert [row[name] for name in counts] == [None] * 3
    council = leeds(database, (2023, Kind.FOCUSED_VISIT, []))
    sheet = briefing(snapshot_of(database), council)
    assert sheet.areas
    assert "Full inspection, March 2022: its areas for improvement need review." in sheet.sentences


def test_a_theme_says_how_many_inspections_it_does_not_count(database: Database) -> None:
    leeds(database, (2018, Kind.INSPECTION, []), (2022, Kind.INSPECTION, [AREAS_IN_DOUBT]))
    path = addresses.theme_page("supervision_oversight")
    (page,) = (page for page in theme_pages(snapshot_of(database)) if page.path == path)
    not_counted = "joint inspections, area SEND inspections and inspections that need review (1)"
    assert f"Not counted: {not_counted}." in said(page)


def test_a_theme_that_was_not_compared_is_not_said_to_be_new(database: Database) -> None:
    council = leeds(
        database, (2018, Kind.INSPECTION, [AREAS_IN_DOUBT]), (2022, Kind.INSPECTION, [])
    )
    theme = addresses.theme_page("supervision_oversight")
    (case,) = councils_by_case(theme, [council], repeated=[], today=TODAY)
    assert case.words == RAISED_NOT_COMPARED
    page = build_report_page(snapshot_of(database), council, council.reports[-1])
    assert "Not compared, because it needs review: Full inspection, March 2018." in said(page)


def test_a_full_inspection_without_a_readable_table_still_says_that_it_has_grades(
    database: Database,
) -> None:
    with database.write() as session:
        reading = a_reading(grades={}, problems=[NO_TABLE])
        stored(session, "york", tagged(reading, [SUPERVISION]), authority="york")
        letter = a_reading(
            kind=Kind.FOCUSED_VISIT,
            framework=Framework.FOCUSED_VISIT,
            grades={},
            start=date(2025, 1, 13),
            problems=[NO_TABLE],
        )
        stored(session, "visit", tagged(letter, [SUPERVISION]), authority="york")
    snapshot = snapshot_of(database)
    york = snapshot.councils["york"]
    full, visit = (said(build_report_page(snapshot, york, report)) for report in york.reports)
    review = "The grades of this report could not be read with certainty. They need review."
    ungraded = "This kind of report gives no grades."
    assert review in full
    assert ungraded not in full
    assert ungraded in visit
    assert review not in visit
    assert review in said(build_council_page(snapshot, york))
    assert published(york, york.reports[0]).said.startswith("grades need review")


@pytest.mark.parametrize(
    ("problems", "none"),
    [
        ({2018: [UNSURE]}, "The earlier grades need review"),
        ({2022: [UNSURE]}, "Needs review"),
        ({}, "None"),
    ],
)
def test_a_council_that_may_have_improved_is_not_said_to_have_nothing_to_compare(
    database: Database, problems: dict[int, Any], none: str
) -> None:
    with database.write() as session:
        for year in (2018, 2022):
            reading = a_reading(
                start=date(year, 3, 4),
                grades=graded(Framework.ILACS_2023, *[RI] * 5),
                problems=problems.get(year, []),
            )
            stored(session, f"kent{year}", tagged(reading, [PATHWAYS]), authority="kent")
    councils = snapshot_of(database).councils
    assert improved(councils["kent"]).none == none
    assert improved(councils["york"]).none == "No report stored"


def test_without_a_full_inspection_no_visit_is_since_one(database: Database) -> None:
    council = leeds(database, (2019, Kind.FOCUSED_VISIT, []), (2021, Kind.FOCUSED_VISIT, []))
    assert {issue.since for issue in tracker(council).issues} == {
        "Raised at a visit. No full inspection is stored here"
    }


def test_no_change_of_grades_is_shown_across_a_report_that_could_not_be_read(
    database: Database,
) -> None:
    """It may have had other grades: an alert leaves the change out for the same reason."""
    with database.write() as session:
        earlier = a_reading(
            start=date(2018, 3, 1),
            framework=Framework.ILACS_2018,
            grades=graded(Framework.ILACS_2018, *[RI] * 4),
        )
        stored(session, "1", earlier, published=date(2018, 5, 1))
        a_report(session, "2", published=date(2021, 5, 1))
        stored(session, "3", a_reading(start=date(2024, 3, 4)), published=date(2024, 5, 1))
    snapshot = snapshot_of(database)
    council = snapshot.councils["havering"]
    assert "An inspection report before this one could not be read" in said(
        build_report_page(snapshot, council, council.graded[-1][0])
    )
    page = said(build_council_page(snapshot, council))
    assert "up one grade" not in page
    assert "changes are since" not in page
    assert improved(council).judgements == ()


def test_a_report_that_could_not_be_read_hides_no_change_once_it_has_left_the_site(
    database: Database,
) -> None:
    """It no longer hides what changed: an alert says so too."""
    with database.write() as session:
        for year, grade in ((2018, Grade.GOOD), (2024, RI)):
            reading = a_reading(
                start=date(year, 3, 4), grades=graded(Framework.ILACS_2023, *[grade] * 5)
            )
            stored(session, str(year), reading, published=date(year, 5, 1))
        unread = a_report(session, "unread", published=date(2021, 5, 1))
        unread.withdrawn_at = NOW
    snapshot = snapshot_of(database)
    council = snapshot.councils["havering"]
    assert "could not be read" not in said(
        build_report_page(snapshot, council, council.graded[-1][0])
    )
    assert "down one grade" in said(build_council_page(snapshot, council))


def test_a_next_inspection_without_an_estimate_has_the_true_reason(database: Database) -> None:
    with database.write() as session:
        for key, problems in (("leeds", [UNSURE]), ("york", [])):
            reading = a_reading(problems=problems)
            stored(session, key, reading, authority=key, published=date(2024, 7, 12))
        a_report(session, "unread", authority="york", published=date(2026, 6, 1))
    snapshot = snapshot_of(database)
    for key, why in (
        ("leeds", "the grades of the last full inspection need review"),
        ("york", "a newer inspection report could not be read"),
    ):
        page = said(build_council_page(snapshot, snapshot.councils[key]))
        assert f"No estimate: {why}" in page


def test_a_report_whose_file_was_replaced_by_one_in_doubt_needs_review(database: Database) -> None:
    with database.write() as session:
        report = stored(session, "50000001", a_reading())
        report.reason = "the site now has another file for it, which cannot be read"
    snapshot = snapshot_of(database)
    council = snapshot.councils["havering"]
    in_words = said(build_report_page(snapshot, council, council.reports[0]))
    assert "Ofsted’s site has another file for this report by now" in in_words
    [(_, week)] = changes_files(snapshot)
    assert [row["needs_review"] for row in json.loads(week)["reports"]] == [True]
    assert "0 were read with certainty; 1 needs review" in said(about_page(snapshot))


def test_the_method_page_does_not_promise_to_read_a_document_that_is_gone(
    database: Database,
) -> None:
    with database.write() as session:
        stored(session, "50000001", a_reading())
        a_report(session, "50000002").state = ReportState.MISSING
    about = said(about_page(snapshot_of(database)))
    assert "1 was read with certainty; none needs review; 1 has not been read." in about
