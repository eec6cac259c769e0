"""What pages say is what the store holds, and nothing that is uncertain."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from sqlalchemy import select

from reports.model import Framework
from reports.wording import judgement_words, short_grade_words
from storage.database import Database
from storage.models import Report
from tests.storage.readings import NOW, a_reading, a_report, stored
from tests.website.built import (
    IN_DOUBT,
    PATHWAYS,
    PRIORITY,
    SUPERVISION,
    Built,
    latest_grades,
    snapshot_of,
    table,
    tagged,
)
from website.pages.headings import heading_of
from website.pages.words import age_words

COUNCILS = ("barnet", "cornwall", "havering", "kent", "somerset")


@pytest.mark.parametrize("key", [key for key in COUNCILS if key != IN_DOUBT])
def test_a_council_page_has_the_grades_of_the_store(site: Built, key: str) -> None:
    stored = latest_grades(site, key)
    shown = site.page(f"councils/{key}/index.html").xpath("//dl[@class='now']/div")
    said = {
        str(one.findtext("dt")).strip(): str(one.xpath("dd/span[1]/span")[0].text) for one in shown
    }
    assert said == {
        judgement_words(judgement): short_grade_words(grade) for judgement, grade in stored.items()
    }


def test_no_overall_grade_is_made_up(site: Built) -> None:
    row = next(row for row in table(site, "index.html", "Latest grades") if row[0] == "Somerset")
    assert "No longer given" in row
    said = site.said("councils/somerset/index.html")
    assert "Overall effectiveness" not in said.split("Grades over time")[0]


def test_grades_that_need_review_are_shown_nowhere(site: Built) -> None:
    for path in (
        "councils/kent/index.html",
        "councils/kent/briefing/index.html",
        "councils/kent/compare/index.html",
        "reports/4001/index.html",
    ):
        said = site.said(path)
        assert "review" in said
        assert "Inadequate" not in said.split("Other councils")[0]
    (row,) = [row for row in table(site, "index.html", "Latest grades") if row[0] == "Kent"]
    assert row[5:10] == ["Needs review"] * 5
    week = json.loads((site.folder / "changes" / "2025-03-03.json").read_text())
    assert {grade["grade"] for grade in week["reports"][0]["grades"]} == {None}
    for name in ("judgements", "inspections", "latest_grades", "grade_changes"):
        rows = json.loads((site.folder / "data" / f"{name}.json").read_text("utf-8"))
        assert "inadequate" not in json.dumps([r for r in rows if r["authority_key"] == "kent"])


def test_a_report_that_waits_for_an_operator_is_nowhere(own: Built) -> None:
    with own.database.read() as session:
        held = session.scalars(select(Report.id).where(Report.file_id == "1003")).one()
    own.build(held=[held])
    assert "1003" not in {path.split("/")[1] for path in own.pages if path.startswith("reports/")}
    assert "May 2024" not in own.said("councils/havering/index.html")
    for path in (own.folder / "data").glob("*.[cj]s*"):
        assert "1003" not in re.findall(r"\w+", path.read_text("utf-8")), path.name
    rows = json.loads((own.folder / "data" / "latest_grades.json").read_text("utf-8"))
    (row,) = [row for row in rows if row["authority_key"] == "havering"]
    assert row["inspection_start"] == "2019-03-11"


def test_the_words_of_such_a_report_are_certain_and_stay(site: Built) -> None:
    assert SUPERVISION in site.said("reports/4001/index.html")


def test_a_priority_action_is_flagged(site: Built) -> None:
    (area,) = site.page("reports/1002/index.html").xpath("//li[@class='priority']")
    assert [
        " ".join(str(text).split()) for text in area.xpath("p[1]/text() | .//blockquote/p/text()")
    ] == [
        "Priority action",
        PRIORITY,
    ]
    assert "Priority action" in site.said("changes/2021/index.html")


def test_a_successor_shows_what_its_predecessor_had_and_inherits_nothing(site: Built) -> None:
    said = site.said("councils/west-northamptonshire/index.html")
    assert (
        "No report of a full inspection is stored here yet. Ofsted may have published one." in said
    )
    assert "does not inherit the grades" in said
    assert "Before: Northamptonshire" in said


def test_a_council_among_its_region_shows_shared_themes_and_who_improved(site: Built) -> None:
    caption = "Other councils in London: main themes"
    rows = table(site, "councils/havering/compare/index.html", caption)
    (grades,) = [
        row
        for row in table(
            site, "councils/havering/compare/index.html", "Other councils in London: Havering"
        )
        if row[0] == "Barnet"
    ]
    assert grades[1:4] == ["None", "No estimate", "February 2023"]
    (barnet,) = [row for row in rows if row[0] == "Barnet"]
    assert "Impact of leaders (" not in barnet[-1]  # it had been good before
    assert rows[0][0] == "Havering"
    (other,) = [
        row
        for row in table(site, "councils/barnet/compare/index.html", caption)
        if row[0] == "Havering"
    ]
    assert other[-1] == (
        "Overall effectiveness (Requires improvement → Good); "
        "Impact of leaders (Requires improvement → Good)"
    )


def test_a_report_that_was_never_read_is_named_by_its_title(database: Database) -> None:
    with database.write() as session:
        report = a_report(session, "7001", published=date(2026, 6, 8))
        report.title = "Children's services focused visit"
        report.withdrawn_at = NOW
    with database.read() as session:
        (report,) = session.scalars(select(Report))
        assert heading_of(report) == "Children's services focused visit, published June 2026"
        report.title = "A name " * 100
        assert len(heading_of(report)) <= 100
        report.url = None  # added by hand: the title is only the name of a file
        assert heading_of(report) == "Report, published June 2026"
        report.listed_inspection_date = date(2026, 4, 28)
        assert heading_of(report) == "Report, April 2026"


def test_latest_grades_of_a_report_that_left_the_site_are_marked_wherever_they_come_first(
    own: Built,
) -> None:
    with own.database.write() as session:
        start = date(2024, 3, 4)
        report = stored(session, "7001", a_reading(start=start), authority="leeds")
        report.withdrawn_at = NOW
    own.build()
    card = own.page("councils/leeds/index.html").xpath("//div[h2='Latest grades']")[0]
    assert "This report is no longer on Ofsted’s site." in card.text_content()
    for path in ("index.html", "councils/leeds/briefing/index.html"):
        assert "(report withdrawn)" in own.said(path), path


def test_a_page_says_inspected_of_an_inspection_and_visited_of_a_visit(site: Built) -> None:
    assert "Inspected 13 to 24 May 2024" in site.said("reports/1003/index.html")
    visit = site.said("reports/1002/index.html")
    assert "Visited 8 to 19 June 2021" in visit
    assert "Inspected" not in visit


def test_a_theme_says_how_often_and_in_whose_words(site: Built) -> None:
    said = site.said("themes/supervision_oversight/index.html")
    # The words of a report whose grades need review are certain, and count as well.
    assert "4 areas for improvement raise it" in said
    caption = "Supervision and management oversight by year"
    assert table(site, "themes/supervision_oversight/index.html", caption) == [
        ["2018", "0 of 1"],
        ["2019", "1 of 1"],
        ["2022", "0 of 1"],
        ["2023", "0 of 1"],
        ["2024", "1 of 1"],
        ["2026", "0 of 1"],
    ]


def test_the_numbers_of_issues_add_up_to_those_of_the_theme(own: Built) -> None:
    both = "Management oversight and supervision."
    with own.database.write() as session:
        stored(session, "7001", tagged(a_reading(), [both]), authority="leeds")
    own.build()
    path = "themes/supervision_oversight/index.html"
    rows = dict(table(own, path, "Areas for improvement in all reports"))
    total = int(rows.pop("All areas that raise the theme"))
    assert sum(map(int, rows.values())) == total + 1
    assert "1 area raises more than one issue and counts in each" in own.said(path)


def test_grades_say_from_when_they_are(site: Built) -> None:
    said = site.said("councils/havering/index.html")
    assert "Latest grades From May 2024, more than 2 years ago" in said
    assert "From the last full inspection of each council, between" in site.said("index.html")


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2024, 5, 1), "less than a year ago"),
        (date(2025, 5, 12), "less than a year ago"),
        (date(2025, 5, 13), "1 year ago"),
        (date(2027, 2, 12), "more than 2 years ago"),
        (date(2027, 2, 13), "nearly 3 years ago"),
        (date(2027, 5, 12), "nearly 3 years ago"),
    ],
)
def test_the_age_of_a_day_is_in_years(today: date, words: str) -> None:
    assert age_words(date(2024, 5, 13), today=today) == words


def test_a_council_has_its_everyday_name(site: Built) -> None:
    said = site.said("councils/city-of-london/index.html")
    assert "services for children in City of London" in said
    assert "Borough" not in said


def test_words_lead_to_their_reports(site: Built) -> None:
    part = next(path for path in site.pages if path.startswith("search/p"))
    page = site.page(part)
    (entry,) = page.xpath("//dt[@id='w-pathway']/following-sibling::dd[1]")
    assert [str(one) for one in entry.xpath("a/text()")] == [
        "Somerset, April 2026",
        "Barnet, February 2023",
        "Havering, March 2019",
    ]
    assert PATHWAYS in site.said("reports/3001/index.html")


def test_a_list_of_reports_says_what_is_new_in_each(site: Built) -> None:
    said = site.said("index.html")
    for publication in (
        "Published 12 July 2024 · 2 judgements better, 2 judgements worse (1 not directly "
        "comparable); 1 area for improvement, 1 raised again",
        "Published 3 April 2023 · 2 judgements better; 1 area for improvement",
        "Published 3 March 2025 · grades need review; 1 area for improvement",
        "Published 20 July 2021 · 1 area for improvement and 1 priority action, 1 raised again",
    ):
        assert publication in said


def test_frameworks_decide_what_counts(site: Built) -> None:
    """The combined grade until 2022 is not counted as one for children in care."""
    row = table(site, "index.html", "Councils by grade")[2]
    counted = sum(map(int, row[1:5]))
    assert counted == 3  # Havering, Barnet and Somerset; each by a framework that grades it alone
    assert Framework.ILACS_2018 not in {
        inspected.framework
        for council in snapshot_of(site.database).present
        for _, inspected in council.graded[-1:]
    }


def test_a_comparison_says_in_words_why_there_is_no_grade(site: Built) -> None:
    words = {cell.text_content() for cell in site.page("compare/index.html").xpath("//tbody//td")}
    assert {"No report stored", "Needs review", "No longer given"} <= words
    assert not {"–", ""} & words


def test_the_full_readings_of_reports_are_not_kept_in_memory(site: Built) -> None:
    snapshot = snapshot_of(site.database)
    reports = [one for council in snapshot.councils.values() for one in council.reports]
    assert len(reports) == 8
    assert not [one.file_id for one in reports if {"reading", "as_read"} & set(vars(one))]


@pytest.mark.parametrize(
    ("listed", "heading"),
    [
        (date(2026, 6, 8), "Area SEND full inspection, published June 2026"),
        (None, "Area SEND full inspection, published June 2026"),
        (date(2026, 4, 28), "Area SEND full inspection, April 2026"),
    ],
)
def test_the_month_of_publication_is_not_that_of_the_inspection(
    database: Database, listed: date | None, heading: str
) -> None:
    with database.write() as session:
        report = a_report(session, "7001", published=date(2026, 6, 8))
        report.title = "Area SEND full inspection"
        report.listed_inspection_date = listed
    with database.read() as session:
        (report,) = session.scalars(select(Report))
        assert heading_of(report) == heading


@pytest.mark.parametrize(
    ("path", "caption"),
    [
        ("councils/havering/index.html", "Grades over time"),
        ("councils/havering/index.html", "Other councils on the same judgements"),
        ("councils/havering/index.html", "Grades, Full inspection, May 2024"),
        ("councils/havering/briefing/index.html", "Grades at the last full inspection"),
        ("councils/havering/briefing/index.html", "Statistical neighbours"),
        ("index.html", "Councils by grade"),
    ],
)
def test_the_overall_grade_comes_first_as_in_messages(site: Built, path: str, caption: str) -> None:
    first, *others = [row[0] for row in table(site, path, caption)]
    assert first == "Overall effectiveness"
    assert others[:2] == ["Impact of leaders", "Help and protection"]


def test_a_council_that_has_ended_promises_no_report(site: Built) -> None:
    said = site.said("councils/cumbria/index.html")
    assert "No report is stored here." in said
    assert "yet" not in said


def test_commands_in_the_meaning_of_a_table_are_shown_as_code(site: Built) -> None:
    page = site.page("data/index.html")
    assert "`" not in page.text_content()
    assert "Leaves out pairs rejected with not-same." in site.said("data/index.html")
    assert "not-same" in page.xpath("//section/p/code/text()")
