"""What pages say is what the store holds, and nothing that is uncertain."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from reports.analysis.next_inspection import DueWindow
from reports.analysis.timeline import Cell, TimelineRow
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
    tagged,
)
from website.charts.grades import GradesChart, Stop, Visit, grades_drawing
from website.charts.shapes import Line, Words
from website.charts.stacked import StackedChart, StackedRow, stacked_drawing
from website.charts.tile_map import all_places, places
from website.charts.tracker import Column, TrackerChart, TrackerRow, tracker_drawing
from website.pages.briefing import briefing
from website.pages.council import cells_in_words
from website.pages.highlights import (
    comparison_cards,
    councils_cards,
    grades_line,
    theme_cards,
    themes_repeated,
)
from website.pages.national import short_code
from website.pages.report_view import heading_of
from website.pages.tracker import tracker
from website.pages.words import age_words, likely_from, window_reason, window_words
from website.snapshot import Council

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


def table(site: Built, path: str, caption: str) -> list[list[str]]:
    """The rows of the table whose caption begins so, as words."""
    (found,) = [
        one
        for one in site.page(path).xpath("//table")
        if str(one.findtext("caption")).startswith(caption)
    ]
    return [
        [" ".join(str(cell.text_content()).split()) for cell in row.xpath("th|td")]
        for row in found.xpath(".//tbody/tr")
    ]


@pytest.mark.parametrize("key", [key for key in COUNCILS if key != UNSURE])
def test_a_council_page_has_the_grades_of_the_store(site: Built, key: str) -> None:
    stored = latest_grades(site, key)
    shown = site.page(f"councils/{key}/index.html").xpath("//dl[@class='now']/div")
    said = {str(one.findtext("dt")): str(one.xpath("dd/span[1]/span")[0].text) for one in shown}
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


def test_two_issues_of_one_name_are_told_apart(database: Database, tmp_path: Path) -> None:
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
    assert before[2] == "Not mentioned in the full inspection of May 2025"
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
    assert "No full inspection is on record." in said
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
        assert heading_of(report) == "Children's services focused visit, June 2026"
        report.title = "A name " * 100
        assert len(heading_of(report)) < 100
        report.url = None  # added by hand: the title is only the name of a file
        assert heading_of(report) == "Report, June 2026"


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
    assert card.xpath("p/a/@href") == ["#raised"]
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


def test_on_a_phone_a_page_begins_with_the_grades_and_what_comes_next_in_a_line(
    site: Built,
) -> None:
    (line,) = site.page("index.html").xpath("//p[@class='narrow']")
    assert line.text_content().endswith(
        "No estimate of the next inspections: too few are on record."
    )
    (line,) = site.page("councils/havering/compare/index.html").xpath("//p[@class='narrow']")
    assert line.text_content().startswith("Havering: ")


def test_a_page_of_many_councils_begins_with_what_was_raised_again_and_what_comes_next(
    site: Built,
) -> None:
    for path, again, coming in (
        (
            "index.html",
            "At 1 of 4 councils with reports stored here, the latest reports raise an issue "
            "that earlier reports raised too. Most often: Supervision (1 council).",
            "No estimate of the next inspections: too few are on record.",
        ),
        (
            "themes/supervision_oversight/index.html",
            "Raised more than once at 1 of 4 councils with reports stored here; the latest reports "
            "raise it again there. Most often: Havering (3 times since March 2019).",
            "At none of the 1 council",
        ),
        (
            "councils/havering/compare/index.html",
            "Havering: the latest reports raise 1 issue again: Supervision (3 times since March "
            "2019).",
            "Havering: no estimate of the next full inspection.",
        ),
    ):
        first, second = site.page(path).xpath("//main//section[1]//div[@class='card']")
        said = [" ".join(card.text_content().split()) for card in (first, second)]
        assert said[0].startswith(f"Raised again {again}"), path
        assert said[1].startswith(f"What comes next {coming}"), path


WINDOW = DueWindow(
    last=date(2023, 7, 17),
    earliest=date(2026, 11, 2),
    middle=date(2028, 1, 10),
    latest=date(2028, 12, 4),
    grade=Grade.GOOD,
    gaps=30,
    other_frameworks=0,
    waiting_longer=1,
)


@pytest.mark.parametrize(
    ("today", "words", "in_a_table"),
    [
        (
            date(2026, 8, 22),
            "Likely from November 2026. Half of councils graded good overall are inspected again "
            "by January 2028, 9 in 10 by December 2028",
            "From November 2026",
        ),
        (
            date(2027, 8, 22),
            "Likely at any time. Half of councils graded good overall are inspected again by "
            "January 2028, 9 in 10 by December 2028",
            "At any time",
        ),
        (
            date(2028, 8, 22),
            "Likely at any time. Half of councils graded good overall have not waited as long, and "
            "9 in 10 are inspected again by December 2028",
            "At any time",
        ),
        (
            date(2029, 8, 22),
            "Later than usual. 9 in 10 councils graded good overall are inspected again by "
            "December 2028; no report of one is known yet",
            "At any time",
        ),
    ],
)
def test_the_next_inspection_is_said_so_that_it_helps(
    today: date, words: str, in_a_table: str
) -> None:
    assert window_words(WINDOW, today=today) == words
    assert likely_from(WINDOW, today=today) == in_a_table
    assert likely_from(None, today=today) == "No estimate"
    assert window_reason(WINDOW) == (
        "Our estimate from 30 earlier inspections graded good overall, not Ofsted’s plan; 1 "
        "council has already waited longer."
    )


def test_cards_name_the_councils_that_may_be_inspected_next(site: Built) -> None:
    snapshot = snapshot_of(site.database)
    havering = replace(snapshot.councils["havering"], window=WINDOW)
    for today, said in (
        (date(2026, 8, 22), "No full inspection is likely before November 2026."),
        (date(2027, 8, 22), "A full inspection is likely at any time at 1 council. Longest"),
    ):
        _, coming = councils_cards([havering], today=today)
        assert coming.lead.startswith(said)
        (repeated,) = themes_repeated([havering], today=today).values()
        _, coming = theme_cards(repeated, known=4)
        assert [point.link.label for point in coming.points] == ["Havering"] * (
            today > WINDOW.earliest
        )
        _, coming = comparison_cards(
            snapshot.councils["barnet"], [havering], who="neighbours", today=today
        )
        assert ("likely at any time at Havering" in coming.lead) == (today > WINDOW.earliest)


def test_grades_say_from_when_they_are(site: Built) -> None:
    said = site.said("councils/havering/index.html")
    assert "Latest grades From May 2024, 2 years ago" in said
    assert "From the last full inspection of each council, between" in site.said("index.html")


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2025, 5, 12), "less than a year ago"),
        (date(2025, 5, 13), "1 year ago"),
        (date(2027, 5, 12), "2 years ago"),
    ],
)
def test_the_age_of_a_day_is_in_full_years(today: date, words: str) -> None:
    assert age_words(date(2024, 5, 13), today=today) == words


def test_how_sure_a_repeat_is_is_explained_once(site: Built) -> None:
    for path in ("councils/havering/index.html", "reports/1003/index.html"):
        assert site.said(path).count("both reports are about the same issue") == 1


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
        "Published 12 July 2024 · 2 judgements better, 2 judgements worse; "
        "1 area for improvement, 1 raised again",
        "Published 3 April 2023 · 2 judgements better; 1 area for improvement",
        "Published 3 March 2025 · grades need review; 1 area for improvement",
        "Published 20 July 2021 · 2 areas for improvement, 1 raised again",
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


def test_every_council_has_one_tile(site: Built) -> None:
    present = [one.key for one in snapshot_of(site.database).present]
    found = places(present, today=date(2026, 6, 30))
    assert len(set(found.values())) == len(present) == 153
    assert set(found) == set(present)
    for chart in site.page("index.html").xpath("//div[contains(@class, 'map ')]/svg"):
        assert len(chart.xpath(".//a")) == 153


def test_the_map_follows_dates_of_validity() -> None:
    before = places(["cumberland"], today=date(2023, 3, 31))
    after = places(["cumberland"], today=date(2023, 4, 1))
    assert before != after  # before it began it has no place of its own
    assert {one.authority for one in all_places()} >= {"cumberland", "dorset"}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Haringey", "Hari"),
        ("North Tyneside", "NTyn"),
        ("Stoke-on-Trent", "STre"),
        ("York", "York"),
        ("Kingston upon Hull", "KHul"),
    ],
)
def test_a_tile_names_its_council_in_a_few_letters(name: str, code: str) -> None:
    assert short_code(name) == code


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
        "The bars count 2 to 3 of the 153 councils. In no bar: 149 without a stored report of a "
        "full inspection and 1 whose grades need review."
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


def test_a_missing_grade_is_said_to_come_later_or_to_have_ended() -> None:
    graded = Cell(judgement=Judgement.CARE_LEAVERS, grade=Grade.GOOD)
    row = TimelineRow(judgement=Judgement.CARE_LEAVERS, cells=(None, graded, None))
    assert [words for _, words in cells_in_words(row)] == [
        "No comparable grade",
        "Good",
        "No longer given",
    ]


def test_the_full_readings_of_reports_are_not_kept_in_memory(site: Built) -> None:
    snapshot = snapshot_of(site.database)
    reports = [one for council in snapshot.councils.values() for one in council.reports]
    assert len(reports) == 8
    assert not [one.file_id for one in reports if {"reading", "as_read"} & set(vars(one))]


def doubtful(council: Council, *, places: tuple[int, ...]) -> Council:
    """The council where the repeats of these reports, in their order, are only possible."""
    raising = [key for key, found in council.repeats.items() if found.repeats]
    repeats = dict(council.repeats)
    for place in places:
        found = repeats[raising[place]]
        weak = tuple(
            (earlier, repeat.model_copy(update={"strength": "possible", "certainty": 0.55}))
            for earlier, repeat in found.repeats
        )
        repeats[raising[place]] = replace(found, repeats=weak)
    return replace(council, repeats=repeats)


@pytest.mark.parametrize(
    ("places", "tier", "months", "times", "possibly", "sure"),
    [
        (
            (),
            "Likely the same issue",
            "March 2019, June 2021 and May 2024",
            "3 times since March 2019",
            (),
            "",
        ),
        (
            (0,),
            "Likely the same issue",
            "June 2021 and May 2024; possibly also March 2019",
            "twice, June 2021 and May 2024; possibly also March 2019",
            (0,),
            "",
        ),
        (
            (1,),
            "Possibly the same issue",
            "March 2019, June 2021 and May 2024",
            "possibly 3 times since March 2019",
            (0, 1, 2),
            " (at none of them likely, at 1 only possibly)",
        ),
    ],
)
def test_a_history_is_as_sure_as_its_links_wherever_it_is_told(
    site: Built,
    places: tuple[int, ...],
    tier: str,
    months: str,
    times: str,
    possibly: tuple[int, ...],
    sure: str,
) -> None:
    """Its months are one sentence, so what it says must hold for the first of them too."""
    snapshot = snapshot_of(site.database)
    havering = doubtful(snapshot.councils["havering"], places=places)
    found = tracker(havering)
    (issue,) = found.issues
    assert issue.tier == tier
    assert issue.all_months == months
    assert months in issue.times_words
    assert f": {months}. {tier}" in issue.one_line
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


def test_a_line_of_grades_names_the_judgement_of_each(site: Built) -> None:
    """A grade alone would look like an overall grade, which Ofsted does not give any more."""
    councils = snapshot_of(site.database).councils
    line = grades_line(councils["havering"])
    assert line == (
        "Help and protection: inadequate; children in care: requires improvement; care leavers: "
        "outstanding; the other 2 judgements: good (May 2024)"
    )
    assert grades_line(councils["kent"]) == "Grades need review (January 2025)"
    assert grades_line(councils["cornwall"]) == ""
    for path in ("index.html", "briefing/index.html", "compare/index.html"):
        assert f"{line}." in site.said(f"councils/havering/{path}")
    said = site.said("index.html")
    assert "Impact of leaders, 3 councils: 1 outstanding, 1 good, 1 requires improvement." in said


def test_the_national_page_says_how_many_councils_have_no_report_yet(site: Built) -> None:
    assert (
        "Ofsted’s latest grades for 4 of 153 councils, what inspectors raised again and what comes "
        "next. The other 149 councils have no full inspection report stored here yet."
    ) in site.said("index.html")


def test_a_theme_says_whether_the_latest_reports_raise_it_or_raise_it_again(own: Built) -> None:
    other = "The rigour of management oversight."
    with own.database.write() as session:
        for year, leeds, brent in (
            (2018, SUPERVISION, SUPERVISION),
            (2021, SUPERVISION, SUPERVISION),
            (2024, other, PATHWAYS),
        ):
            for key, text in (("leeds", leeds), ("brent", brent)):
                reading = tagged(a_reading(start=date(year, 3, 4)), [text])
                stored(session, f"{key}{year}", reading, authority=key)
    own.build()
    rows = table(own, "themes/supervision_oversight/index.html", "Councils where it was raised")
    assert {row[0]: row[2] for row in rows} == {
        "Havering": "Raised again",
        "Leeds": "Raised, but no earlier issue found again",
        "Brent": "Not raised",
    }


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


def test_a_grade_that_is_not_quite_the_same_says_so_in_words(own: Built) -> None:
    with own.database.write() as session:
        reading = a_reading(
            start=date(2022, 3, 7),
            framework=Framework.ILACS_2018,
            grades=graded(Framework.ILACS_2018, *[Grade.GOOD] * 4),
        )
        stored(session, "7001", reading, authority="leeds")
    own.build()
    for path in ("index.html", "compare/index.html"):
        (row,) = own.page(path).xpath("//tbody/tr[th/a='Leeds']")
        assert row.xpath("td[contains(., 'Good')]/small/text()") == ["one grade with care leavers"]
        assert not own.page(path).xpath("//abbr")
