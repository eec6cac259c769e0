"""Issues that are followed through the reports of a council, as its pages show them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from reports.model import Framework, Grade, Kind, Target
from storage.database import Database
from storage.models import Report, ReportState
from storage.repeat_decisions import reject_repeat
from tests.storage.readings import a_reading, a_report, stored
from tests.website.built import (
    CHECKED,
    PATHWAYS,
    PRIORITY,
    SUPERVISION,
    SUPERVISION_AGAIN,
    Built,
    graded,
    snapshot_of,
    table,
    tagged,
)
from website.pages.changes import changes_files
from website.pages.published import as_of_words, published
from website.pages.report_view import report_view


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
    assert before[2] == (
        "Not matched in the full inspection of May 2025, but an area there is about the same "
        "subject"
    )
    (chart,) = [
        one
        for one in built.page(path).xpath("//svg")
        if "raised again" in (one.findtext("title") or "")
    ]
    assert [now[0], before[0]] == [
        text for text in chart.xpath(".//text/text()") if text.startswith("Audit")
    ]


def test_both_statements_stand_on_the_page(site: Built) -> None:
    page = site.page("reports/1003/index.html")
    (raised,) = page.xpath("//div[@class='raised']")
    assert SUPERVISION_AGAIN in site.said("reports/1003/index.html")
    assert raised.xpath("blockquote")[0].text_content().strip() in (SUPERVISION, SUPERVISION_AGAIN)
    assert page.xpath("//a[text()='Page 3 of the report']/@href")[0].endswith("/1003#page=3")


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


def test_areas_for_a_safeguarding_board_are_counted_apart_from_those_of_the_council(
    database: Database,
) -> None:
    board = "The board should evaluate the impact of training."
    with database.write() as session:
        for year, texts in ((2015, (SUPERVISION, PATHWAYS, board)), (2018, (SUPERVISION,))):
            reading = tagged(a_reading(start=date(year, 3, 4)), texts)
            areas = tuple(
                area.model_copy(update={"target": Target.LSCB}) if area.text == board else area
                for area in reading.improvement_areas
            )
            stored(session, str(year), reading.model_copy(update={"improvement_areas": areas}))
    havering = snapshot_of(database).councils["havering"]
    earlier, later = (report_view(havering, report) for report in havering.reports)
    assert earlier.areas_words == "2 areas for improvement, and 1 area for others"
    assert later.no_longer_named_words == (
        "1 of the 2 areas of the full inspection of March 2015 was not found again"
    )


def test_the_newest_report_is_named_even_if_its_document_cannot_be_opened(site: Built) -> None:
    snapshot = snapshot_of(site.database)
    council = snapshot.councils["havering"]
    newest = Report(
        id=-1,
        file_id="9999",
        title="Area SEND full inspection",
        kind=Kind.AREA_SEND,
        published=date(2026, 6, 1),
        state=ReportState.MISSING,
    )
    council = replace(council, reports=(*council.reports, newest))
    assert "(published 1 June 2026; the document cannot be opened)" in as_of_words(
        snapshot, [council]
    )


def test_a_report_that_is_gone_is_not_said_to_be_listed(database: Database) -> None:
    """Its document could not be opened either, while Ofsted's site still listed it."""
    with database.write() as session:
        report = a_report(session, "gone")
        report.state, report.withdrawn_at = ReportState.MISSING, CHECKED
    snapshot = snapshot_of(database)
    council = snapshot.councils["havering"]
    (view,) = (report_view(council, report) for report in council.reports)
    assert view.notes == (
        "This report is no longer on Ofsted’s site.",
        "It was not read before that. It is shown as Ofsted’s page listed it.",
    )
    assert published(council, council.reports[0]).said == "no longer on Ofsted’s site"
    [(_, week)] = changes_files(snapshot)
    assert [row["withdrawn"] for row in json.loads(week)["reports"]] == [CHECKED.date().isoformat()]
    assert "; no longer on Ofsted’s site)" in as_of_words(snapshot, [council])


def test_a_document_of_the_council_does_not_pass_for_a_newer_report(database: Database) -> None:
    with database.write() as session:
        stored(session, "report", a_reading(), published=date(2024, 7, 12))
        update = a_reading(
            kind=Kind.COUNCIL_UPDATE, framework=Framework.COUNCIL_UPDATE, start=None, grades={}
        )
        stored(session, "update", update, published=date(2026, 5, 1), on_site=False)
    snapshot = snapshot_of(database)
    newest = "Newest report: Full inspection, May 2024 (published 12 July 2024)."
    assert as_of_words(snapshot, [snapshot.councils["havering"]]).startswith(newest)


def test_areas_of_the_partners_of_a_joint_inspection_are_counted(database: Database) -> None:
    """They all count in a joint inspection, and none of them is the council's alone."""
    with database.write() as session:
        for year, texts in ((2018, (SUPERVISION, PATHWAYS)), (2022, (PRIORITY,))):
            reading = tagged(
                a_reading(
                    start=date(year, 3, 4),
                    kind=Kind.JOINT_INSPECTION,
                    framework=Framework.JTAI,
                    grades={},
                ),
                texts,
            )
            areas = tuple(
                area.model_copy(update={"target": Target.PARTNERSHIP})
                for area in reading.improvement_areas
            )
            stored(session, str(year), reading.model_copy(update={"improvement_areas": areas}))
    havering = snapshot_of(database).councils["havering"]
    assert report_view(havering, havering.reports[-1]).no_longer_named_words == (
        "2 of the 2 areas of the joint inspection of March 2018 were not found again"
    )
