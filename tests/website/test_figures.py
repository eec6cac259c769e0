"""What pages say is what the store holds, and nothing that is uncertain."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from reports.model import Framework, Grade, Judgement, Kind
from reports.wording import grade_words, judgement_words, share_in_words
from storage.database import Database
from storage.models import Authority, Inspection, Report, StoredJudgement
from storage.repeat_decisions import reject_repeat
from tests.storage.readings import NOW, a_reading, a_report, stored
from tests.website.built import (
    CHECKED,
    PATHWAYS,
    PRIORITY,
    SUPERVISION,
    SUPERVISION_AGAIN,
    Built,
    a_store,
    graded,
    snapshot_of,
    table,
    tagged,
)
from website.charts.grades import GradesChart, Stop, Visit, grades_drawing
from website.charts.shapes import Dot, Line, Words
from website.charts.stacked import StackedChart, StackedRow, stacked_drawing
from website.charts.tracker import Column, TrackerChart, TrackerRow, tracker_drawing
from website.pages.headings import heading_of
from website.pages.words import age_words

COUNCILS = ("barnet", "cornwall", "havering", "kent", "somerset")
UNSURE = "kent"


def latest_grades(site: Built, key: str) -> dict[str, str]:
    """The grades of a council's last full inspection, asked of the store itself."""
    query = (
        select(StoredJudgement.judgement, StoredJudgement.grade, Inspection.start)
        .join(Report, Report.id == StoredJudgement.report_id)
        .join(Report.inspection)
        .join(Report.authority)
        .where(Authority.key == key, Report.kind == "inspection")
    )
    with site.database.read() as session:
        rows = session.execute(query).all()
    last = max((row.start for row in rows), default=None)
    return {row.judgement: row.grade for row in rows if row.start == last}


@pytest.mark.parametrize("key", [key for key in COUNCILS if key != UNSURE])
def test_a_council_page_has_the_grades_of_the_store(site: Built, key: str) -> None:
    stored = latest_grades(site, key)
    shown = site.page(f"councils/{key}/index.html").xpath("//dl[@class='now']/div")
    said = {
        str(one.findtext("dt")).strip(): str(one.xpath("dd/span[1]/span")[0].text) for one in shown
    }
    assert said == {
        judgement_words(judgement): grade_words(grade) for judgement, grade in stored.items()
    }


def test_the_national_counts_are_those_of_the_store(site: Built) -> None:
    with site.database.read() as session:
        keys = session.scalars(select(Authority.key).where(Authority.valid_to.is_(None))).all()
    latest = {key: latest_grades(site, key) for key in keys if key != UNSURE}
    rows = table(site, "index.html", "Councils by grade")
    for judgement, row in zip(
        (
            Judgement.IMPACT_OF_LEADERS,
            Judgement.HELP_AND_PROTECTION,
            Judgement.IN_CARE,
            Judgement.CARE_LEAVERS,
            Judgement.OVERALL_EFFECTIVENESS,
        ),
        rows,
        strict=True,
    ):
        counts = Counter(grades.get(judgement) for grades in latest.values())
        order = ("outstanding", "good", "requires_improvement", "inadequate")
        expected = [counts[grade] for grade in order]
        assert [int(text) for text in row[1:5]] == expected
        assert sum(map(int, row[1:-1])) == int(row[-1]) == len(keys) == 153


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


def test_an_issue_is_followed_through_the_inspections(site: Built) -> None:
    (row,) = [
        row
        for row in table(site, "councils/havering/index.html", "Issues raised in more")
        if "Focused visit, June 2021" in row[1]
    ]
    assert (
        row[1] == "Full inspection, March 2019; Focused visit, June 2021; Full inspection, May 2024"
    )
    assert row[2] == "Raised at the last full inspection"
    assert "the same issue" in row[3]


def test_two_issues_of_one_name_are_distinguished(database: Database, tmp_path: Path) -> None:
    lessons = (
        "Learning from complaints, quality assurance, auditing and performance data, including "
        "the analysis and distribution of the key lessons to stakeholders."
    )
    function = "The quality and impact of the audit function on practice improvement."
    with database.write() as session:
        for number, (year, text) in enumerate(
            ((2018, lessons), (2019, lessons), (2022, function), (2025, function))
        ):
            reading = a_reading(
                start=date(year, 5, 8), grades=graded(Framework.ILACS_2018, *[Grade.GOOD] * 4)
            )
            stored(session, str(number), tagged(reading, [text]), authority="kent")
        reject_repeat(session, later=function, earlier=lessons, who="A", why="b", now=CHECKED)
    built = Built(tmp_path / "www", database)
    built.build()
    path = "councils/kent/index.html"
    now, before = table(built, path, "Issues raised in more")
    assert now[0] == "Audit and quality assurance (1)"
    assert f"Last in these words: “{function}”" in now[1]
    assert now[2] == "Raised at the last full inspection"
    assert before[0] == "Audit and quality assurance (2)"
    assert f"Last in these words: “{lessons}”" in before[1]
    again = "Another issue of its theme was raised again"
    assert before[2] == f"Not found again in the full inspection of May 2025. {again}"
    (chart,) = [
        one
        for one in built.page(path).xpath("//svg")
        if "raised again" in (one.findtext("title") or "")
    ]
    assert [now[0], before[0]] == [
        text for text in chart.xpath(".//text/text()") if text.startswith("Audit")
    ]


def test_a_chart_explains_a_dashed_line_where_it_has_one() -> None:
    columns = (Column(when="May 2018", visit=False), Column(when="May 2019", visit=False))
    for possibly, unsure in (((), False), ((0,), True)):
        row = TrackerRow(label="Supervision", raised=(0, 1), possibly=possibly)
        chart = TrackerChart(title="Issues", description="", columns=columns, rows=(row,))
        assert chart.has_unsure is unsure


def test_a_line_between_two_reports_is_solid_where_only_one_between_them_is_unsure() -> None:
    columns = tuple(Column(when=f"May {year}", visit=False) for year in range(2018, 2022))
    row = TrackerRow(label="Supervision", raised=(0, 1, 2, 3), possibly=(0, 2))
    chart = TrackerChart(title="Issues", description="", columns=columns, rows=(row,))
    drawn = [(part.x1, part.x2, part.look) for part in tracker_drawing(chart).parts
             if isinstance(part, Line) and part.look != "l-rule"]  # fmt: skip
    first, second, third, last = (part.x for part in tracker_drawing(chart).parts
                                  if isinstance(part, Dot))  # fmt: skip
    assert drawn == [(second, last, "l-link"), (first, second, "l-near")]
    looks = [part.look for part in tracker_drawing(chart).parts if isinstance(part, Dot)]
    assert looks == ["c-maybe", "c-now", "c-maybe", "c-now"]
    assert second < third < last


def test_both_statements_stand_on_the_page(site: Built) -> None:
    page = site.page("reports/1003/index.html")
    (raised,) = page.xpath("//div[@class='raised']")
    assert SUPERVISION_AGAIN in site.said("reports/1003/index.html")
    assert raised.xpath("blockquote")[0].text_content().strip() in (SUPERVISION, SUPERVISION_AGAIN)
    assert page.xpath("//a[text()='Page 3']/@href")[0].endswith("/1003#page=3")


def test_a_report_lists_what_was_raised_again_with_how_far_back_it_goes(site: Built) -> None:
    page = site.page("reports/1003/index.html")
    (item,) = page.xpath("//h3[.='Raised again']/following-sibling::ul[1]/li")
    said = " ".join(item.text_content().split())
    assert re.fullmatch(
        r".+\. Raised in June 2021, in the same words\. Raised before that in 2019\. .+",
        said,
    )
    (target,) = item.xpath("a/@href")
    assert page.xpath(f"//li[@id='{target[1:]}']")


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
    rows = table(site, "councils/havering/compare/index.html", "Other councils in London: themes")
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
        for row in table(
            site, "councils/barnet/compare/index.html", "Other councils in London: themes"
        )
        if row[0] == "Havering"
    ]
    assert other[-1] == (
        "Impact of leaders (Requires improvement → Good); "
        "Overall effectiveness (Requires improvement → Good)"
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


def test_the_card_of_what_is_raised_again_says_how_many_more_there_are(own: Built) -> None:
    texts = [
        SUPERVISION,
        PATHWAYS,
        "The timeliness of return home interviews when children go missing.",
        "The quality of life-story work for children in care.",
        "The assessment and support of privately fostered children.",
    ]
    with own.database.write() as session:
        for file_id, start in (("7001", date(2019, 3, 4)), ("7002", date(2024, 3, 4))):
            stored(session, file_id, tagged(a_reading(start=start), texts), authority="leeds")
    own.build()
    few, many = (own.page(f"councils/{key}/index.html") for key in ("havering", "leeds"))
    (card,) = many.xpath("//div[@class='card'][h2='Raised again']")
    assert len(card.xpath("ul/li")) == 3
    said = " ".join(str(card.text_content()).split())
    assert "These are 3 of 5. See all 5" in said
    assert "in the same words" in own.said("councils/leeds/index.html")
    assert card.xpath("p/a/@href")[0] == "#raised"
    assert "See all" not in few.text_content()


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


def test_a_percentage_is_of_many() -> None:
    assert share_in_words(3, 7) == "3 of 7"
    assert share_in_words(14, 24) == "58% (14 of 24)"


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
    assert "Latest grades From May 2024, 2 years ago" in said
    assert "From the last full inspection of each council, between" in site.said("index.html")


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2025, 5, 12), "less than a year ago"),
        (date(2025, 5, 13), "1 year ago"),
        (date(2027, 2, 12), "2 years ago"),
        (date(2027, 2, 13), "nearly 3 years ago"),
        (date(2027, 5, 12), "nearly 3 years ago"),
    ],
)
def test_the_age_of_a_day_is_in_years(today: date, words: str) -> None:
    assert age_words(date(2024, 5, 13), today=today) == words


def test_a_visit_in_the_chart_has_its_month(site: Built) -> None:
    (chart,) = [
        one
        for one in site.page("councils/havering/index.html").xpath("//svg")
        if "grades at the last" in (one.findtext("title") or "")
    ]
    words = chart.xpath(".//text/text()")
    assert words[words.index("Visits") + 1 :][:2] == ["Jun", "2021"]


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


def test_the_first_page_says_when_the_source_was_last_read(site: Built, tmp_path: Path) -> None:
    moment = "Tuesday 30 June 2026, 12:02"
    assert f"Last successful check of Ofsted’s site: {moment}" in site.said("index.html")
    database = a_store(tmp_path / "store.db")
    built = Built(tmp_path / "www", database)
    built.build(unavailable=True)
    said = built.said("index.html")
    assert "cannot read Ofsted’s site" in said
    assert moment in said
    database.close()


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


def test_the_national_page_says_whom_its_bars_count(site: Built) -> None:
    said = site.said("index.html")
    assert (
        "Each bar counts the councils with a comparable grade (2 to 3 of 153). The table accounts "
        "for the rest."
    ) in said
    head = [th.text_content() for th in site.page("index.html").xpath("//table[1]/thead//th")]
    assert head[5:9] == [
        "No report stored",
        "Needs review",
        "No longer given",
        "All councils",
    ]


def test_a_comparison_says_in_words_why_there_is_no_grade(site: Built) -> None:
    words = {cell.text_content() for cell in site.page("compare/index.html").xpath("//tbody//td")}
    assert {"No report stored", "Needs review", "No longer given"} <= words
    assert not {"–", ""} & words


def test_the_full_readings_of_reports_are_not_kept_in_memory(site: Built) -> None:
    snapshot = snapshot_of(site.database)
    reports = [one for council in snapshot.councils.values() for one in council.reports]
    assert len(reports) == 8
    assert not [one.file_id for one in reports if {"reading", "as_read"} & set(vars(one))]


def test_the_national_page_says_how_many_councils_have_no_report_yet(site: Built) -> None:
    assert (
        "Ofsted’s latest grades for 4 of 153 councils, what inspectors raised again and what comes "
        "next. The other 149 councils have no full inspection report stored here yet."
    ) in site.said("index.html")


def test_what_is_raised_again_at_a_visit_is_not_folded_on_paper(own: Built) -> None:
    with own.database.write() as session:
        for number, (month, texts) in enumerate(
            ((3, [SUPERVISION_AGAIN]), (9, [PRIORITY]), (11, []))
        ):
            visit = a_reading(
                start=date(2025, month, 3),
                kind=Kind.FOCUSED_VISIT,
                framework=Framework.FOCUSED_VISIT,
                grades={},
            )
            stored(session, f"900{number}", tagged(visit, texts))
    own.build()
    page = own.page("councils/havering/index.html")
    opened = page.xpath("//details[contains(@class, 'report')][@open]//span[@class='h']/text()")
    assert opened == [
        "Focused visit, November 2025",
        "Focused visit, March 2025",
        "Full inspection, May 2024",
    ]


def test_visits_since_the_last_inspection_are_not_below_it() -> None:
    stops = tuple(Stop(when=when, framework="") for when in ("May 2018", "May 2023"))
    visits = (Visit(after=1, when="Jun 2021"), Visit(after=2, when="Jun 2025"))
    chart = GradesChart(title="Grades", description="", stops=stops, rows=(), visits=visits)
    at = {part.text: part.x for part in grades_drawing(chart).parts if isinstance(part, Words)}
    assert at["May 2018"] < at["2021"] < at["May 2023"]
    assert at["2025"] == at["Since then"]
    assert at["2025"] - at["May 2023"] > 100


def test_a_number_in_a_bar_has_the_letter_of_its_grade() -> None:
    parts = (("good", 70), ("inadequate", 4), ("outstanding", 1))
    row = StackedRow(label="Care leavers", parts=parts, of=75)
    chart = StackedChart(title="Grades", description="", rows=(row,))
    drawn = stacked_drawing(chart, key="k").parts
    said = [part.text for part in drawn if isinstance(part, Words) and part.look == "t-c"]
    assert said == ["G 70", "I 4"]


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


def test_the_list_of_councils_says_of_which_none_is_stored(site: Built) -> None:
    page = site.page("regions/index.html")
    said = {
        item.findtext("a"): " ".join(item.text_content().split())
        for item in page.xpath("//ul[@class='columns']/li")
    }
    assert said["Havering"] == "Havering"
    assert said["Cornwall"] == "Cornwall ○ (no report of a full inspection stored)"
    anchors = {f"#{one}" for one in page.xpath("//h2/@id")}
    assert anchors == set(page.xpath("//nav[@aria-label='Regions']//a/@href"))


def test_a_key_explains_only_the_reasons_that_its_table_has(site: Built) -> None:
    whole, region = (
        site.page(path).xpath("//dl[@id='key']//dt/text()")
        for path in ("index.html", "regions/yorkshire-and-the-humber/index.html")
    )
    assert {"No report stored", "Needs review", "No longer given"} <= set(whole)
    assert "No report stored" in region
    assert not {"Needs review", "No longer given"} & set(region)
