"""The briefing: what it says, in every kind of file."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt
from lxml import html as lxml_html
from sqlalchemy import select

from reports.errors import ConfigurationError
from reports.model import Framework, Grade, InspectorStatement, Kind
from storage import facts
from storage.models import Report, ReportState
from tests.storage.readings import NOW, a_reading, stored
from tests.website.built import (
    GOOD,
    INADEQUATE,
    PATHWAYS,
    PRIORITY,
    RI,
    SUPERVISION,
    SUPERVISION_AGAIN,
    WINDOW,
    Built,
    a_store,
    graded,
    snapshot_of,
    store_visit_since,
    tagged,
)
from website.documents.files import Ending, briefing_file, ending_of
from website.documents.outline import Paragraph, outline
from website.documents.word import word_file
from website.pages.briefing import briefing, briefing_page
from website.pages.council import build_council_page
from website.pages.council_lines import next_lines
from website.pages.paper import areas_that_fit
from website.pages.words import likely_when
from website.render import render


def words_of(data: bytes, ending: Ending) -> str:
    """All words of a file in one line."""
    if ending is Ending.WORD:
        document = Document(io.BytesIO(data))
        said = [paragraph.text for paragraph in document.paragraphs]
        said += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    elif ending is Ending.PDF:
        pages = pypdfium2.PdfDocument(data)
        said = [page.get_textpage().get_text_bounded() for page in pages]
    else:
        said = [data.decode()]
    return " ".join(" ".join(said).split())


@pytest.mark.parametrize("ending", Ending)
def test_every_kind_of_file_says_the_same(site: Built, ending: Ending) -> None:
    snapshot = snapshot_of(site.database)
    data = briefing_file(snapshot, snapshot.councils["havering"], ending=ending)
    said = words_of(data, ending)
    for part in (
        "Havering: children’s services briefing",
        "Help and protection",
        "Inadequate",
        SUPERVISION_AGAIN,
        "How often do staff have supervision now",
        "not by Ofsted. Where it differs from a report, rely on the report.",
        "Joint inspections are not counted.",
        "Next full inspection:",
    ):
        assert part in said
    order = ["Next full inspection:", "Joint inspections are not counted.", SUPERVISION_AGAIN]
    # A quote at the top may have the words of an area too.
    assert sorted(order, key=said.rindex) == order
    assert data == briefing_file(snapshot, snapshot.councils["havering"], ending=ending)


@pytest.mark.parametrize("ending", Ending)
def test_monitoring_visits_are_expected_after_an_inadequate_overall_grade(
    ending: Ending, tmp_path: Path
) -> None:
    database = a_store(tmp_path / "watch.db")
    visit = a_reading(
        start=date(2025, 3, 26),
        kind=Kind.MONITORING_VISIT,
        framework=Framework.MONITORING_VISIT,
        grades={},
    )
    expected = (
        "Before the next full inspection, Ofsted usually makes a monitoring visit every three "
        "months"
    )
    for grade, known in (
        (Grade.GOOD, None),
        (Grade.INADEQUATE, "; we have no letter from such a visit."),
        (Grade.INADEQUATE, "; the last stored here was in March 2025."),
    ):
        if known and "March" in known:
            with database.write() as session:
                stored(session, "1009", visit, published=date(2025, 4, 29))
        snapshot = snapshot_of(database)
        window = replace(WINDOW, grade=grade)
        havering = replace(snapshot.councils["havering"], window=window)
        said = words_of(briefing_file(snapshot, havering, ending=ending), ending)
        if known:
            assert expected + known in said
        else:
            assert "monitoring visit" not in said


def test_where_there_is_no_overall_grade_an_inadequate_one_is_not_passed_over(own: Built) -> None:
    """What Ofsted does then is not known, but the usual time alone would sound harmless."""
    with own.database.write() as session:
        for key, worst in (("leeds", INADEQUATE), ("york", RI)):
            grades = graded(Framework.ILACS_2026, worst, GOOD, GOOD, GOOD)
            reading = a_reading(
                start=date(2026, 6, 8), framework=Framework.ILACS_2026, grades=grades
            )
            stored(session, key, reading, authority=key)
    snapshot = snapshot_of(own.database)
    window = replace(
        WINDOW, earliest=date(2029, 7, 2), latest=date(2031, 9, 1), grade=None, gaps=83
    )
    for key, is_said in (("leeds", True), ("york", False)):
        own_window = replace(window, maybe_sooner=is_said)
        council = replace(snapshot.councils[key], window=own_window)
        sheet = briefing(snapshot, council)
        sooner = ", possibly sooner" if is_said else ""
        assert likely_when(own_window, today=snapshot.today) == f"2029 to 2031{sooner}"
        in_a_line = "between 2029 and 2031, possibly sooner (our estimate)."
        assert next_lines(council, today=snapshot.today)[0].endswith(in_a_line) is is_said
        assert (
            "It may come sooner, because a grade is inadequate." in sheet.next_visits
        ) is is_said
        assert sheet.next_reason.startswith(
            "“Likely”: after 8 in 10 of the earlier inspections, whatever their grades (about 80 "
            "in all), the "
        )


def test_where_nothing_is_stored_no_page_reads_as_if_nothing_were_wrong(site: Built) -> None:
    for path in ("index.html", "briefing/index.html"):
        said = site.said(f"councils/cornwall/{path}")
        assert "No inspection or visit is stored here, so this is not known." in said
        for all_clear in ("No issue", "no areas for improvement", "We found nothing"):
            assert all_clear not in said


def test_a_grade_that_a_person_corrected_is_marked_wherever_it_is_shown(own: Built) -> None:
    with own.database.write() as session:
        report = session.scalars(select(Report).where(Report.file_id == "1003")).one()
        for field, value in (
            ("in_care", "good"),
            ("care_leavers", "outstanding"),
            ("lead_inspector", "Jo Bell"),
        ):
            facts.confirm(
                session, report, field=field, value=value, who="A. Clerk", why="page 1", now=NOW
            )
    own.build()
    for path, read in (
        ("reports/1003/index.html", "Requires improvement"),
        ("councils/havering/index.html", "Requires improvement"),
        ("councils/havering/briefing/index.html", "Requires improvement"),
    ):
        said = own.said(path)
        assert f"Good (corrected by a person; read as: {read})" in said, path
        assert "Outstanding (confirmed by a person)" in said, path
        assert said.count("(confirmed by a person)") in (1, 2), path
    assert ("A person confirmed or corrected the lead inspector of this report.") in own.said(
        "reports/1003/index.html"
    )
    snapshot = snapshot_of(own.database)
    words = str(outline(briefing(snapshot, snapshot.councils["havering"])))
    assert "Good (corrected by a person; read as: Requires improvement" in words


def test_a_briefing_quotes_what_inspectors_say_became_worse_and_what_improved(site: Built) -> None:
    snapshot = snapshot_of(site.database)
    havering = snapshot.councils["havering"]
    last = havering.graded[-1][0]
    said = "Leaders have addressed all areas of the last inspection."
    worse = "Practice has deteriorated since the last inspection."
    both = replace(havering.repeats[last.id], declined=(worse,), improved=(said, "More."))
    council = replace(havering, repeats={**havering.repeats, last.id: both})
    known = replace(snapshot, councils={**snapshot.councils, "havering": council})
    for ending in (Ending.WORD, Ending.HTML):
        words = words_of(briefing_file(known, council, ending=ending), ending)
        assert words.count(worse) == 1
        assert f"“{said}” (and 1 more sentence)." in words.partition("reports improvement:")[2]
    page = lxml_html.document_fromstring(render(briefing_page(known, council)).decode())
    (improved,) = page.xpath(f"//p[contains(., '{said}')]")
    assert improved.get("class") is None, "small type would hide it"
    sheet = briefing(known, council)
    parts = [part for section in outline(sheet).sections for part in section.parts]
    assert Paragraph(text=sheet.since_then[-1]) in parts


def test_the_sheet_has_the_last_full_inspection_and_the_visits_since(site: Built) -> None:
    snapshot = snapshot_of(site.database)
    sheet = briefing(snapshot, snapshot.councils["havering"])
    assert PRIORITY not in [area.text for area in sheet.areas]
    assert [area.text for area in sheet.areas] == [SUPERVISION_AGAIN]
    (area,) = sheet.areas
    assert area.question.startswith("On “supervision of social workers”: ")
    assert area.raised == "Raised again: Supervision of staff"
    assert sheet.shown_first == "Shown first: what was raised again."
    (issue,) = sheet.issues
    assert issue.all_months == "May 2024; before: March 2019 and June 2021"
    assert issue.again_words == (
        "Raised again in May 2024 (the last full inspection). Before: March 2019 and June 2021"
    )


def test_a_briefing_has_no_numbers_but_those_of_the_council_page(own: Built) -> None:
    """A member who quotes "area 1" means the first area of the list that all others see."""
    with own.database.write() as session:
        for year, texts in ((2022, [SUPERVISION]), (2025, [PATHWAYS, SUPERVISION])):
            reading = tagged(a_reading(start=date(year, 3, 4)), texts, priority=[PRIORITY])
            stored(session, f"leeds{year}", reading, authority="leeds")
    snapshot = snapshot_of(own.database)
    leeds = snapshot.councils["leeds"]
    council = lxml_html.document_fromstring(render(build_council_page(snapshot, leeds)).decode())
    listed = council.xpath("//ol[@class='areas']")[0].xpath("li/blockquote[1]/p/text()")
    sheet = briefing(snapshot, leeds)
    asked = [(f"Full inspection, March 2025, area {n}, page 3", listed[n - 1]) for n in (1, 3, 2)]
    assert [(area.where, area.text) for area in sheet.areas] == asked
    page = lxml_html.document_fromstring(render(briefing_page(snapshot, leeds)).decode())
    (areas,) = page.xpath("//ul[@class='asked']")
    note = "Shown first: priority actions, then what was raised again."
    assert areas.getprevious().text == note
    assert f"“{SUPERVISION}” (Full inspection, March 2025, area 3, page 3)" in str(outline(sheet))


def test_what_was_raised_before_comes_first(own: Built) -> None:
    new = "The number of foster carers for sibling groups."
    with own.database.write() as session:
        store_visit_since(session, [new])
    snapshot = snapshot_of(own.database)
    sheet = briefing(snapshot, snapshot.councils["havering"])
    assert [area.text for area in sheet.areas] == [SUPERVISION_AGAIN, new]


def test_each_issue_that_was_raised_again_has_its_area_in_the_order_of_the_list(
    own: Built,
) -> None:
    """A reader looks for the question on what the list above names first."""
    others = ["The timeliness of return home interviews for missing children.", PATHWAYS]
    with own.database.write() as session:
        for year in (2019, 2022, 2025):
            texts = [*others, SUPERVISION] if year > 2019 else [SUPERVISION]
            reading = tagged(a_reading(start=date(year, 3, 4)), texts)
            stored(session, f"leeds{year}", reading, authority="leeds")
    snapshot = snapshot_of(own.database)
    sheet = briefing(snapshot, snapshot.councils["leeds"])
    assert len(sheet.issues) == 3
    assert sheet.issues[0].name == "Supervision of staff"
    assert [area.raised for area in sheet.areas] == [
        f"Raised again: {issue.name}" for issue in sheet.issues
    ]


@pytest.mark.parametrize("ending", Ending)
def test_an_area_that_there_is_no_room_for_has_its_question(own: Built, ending: Ending) -> None:
    texts = [
        f"The quality and timeliness of {what}, {'so that families get the right help, ' * 6}now."
        for what in ("audits", "advocacy", "records", "permanence planning", "direct work")
    ]
    with own.database.write() as session:
        for year in (2022, 2025):
            reading = tagged(a_reading(start=date(year, 3, 4)), texts, priority=[PRIORITY])
            stored(session, f"leeds{year}", reading, authority="leeds")
        visit = tagged(
            a_reading(
                start=date(2025, 9, 2),
                kind=Kind.FOCUSED_VISIT,
                framework=Framework.FOCUSED_VISIT,
                grades={},
            ),
            [PATHWAYS],
        )
        stored(session, "leeds2025b", visit, authority="leeds")
    snapshot = snapshot_of(own.database)
    sheet = briefing(snapshot, snapshot.councils["leeds"])
    assert len(sheet.all_areas) == len(texts) + 2
    assert sheet.only_asked
    said = words_of(briefing_file(snapshot, snapshot.councils["leeds"], ending=ending), ending)
    said = said.replace("&#39;", "'").replace("- ", "-")
    number = len(sheet.only_asked)
    assert f"A question on each of the other {number} areas" in said
    for area in sheet.all_areas:
        assert area.question.replace("- ", "-") in said
    wheres = {area.short_where for area in sheet.only_asked}
    assert "Focused visit, September 2025, area 1" in wheres
    assert wheres - {"Focused visit, September 2025, area 1"} <= {f"area {n}" for n in range(1, 7)}
    assert "(area 4; raised again)" in said


@pytest.mark.parametrize(("is_tight", "points"), [(False, 10), (True, 9)])
def test_a_word_file_of_a_sheet_with_little_room_has_smaller_type(
    site: Built, is_tight: bool, points: int
) -> None:
    snapshot = snapshot_of(site.database)
    sheet = replace(briefing(snapshot, snapshot.councils["havering"]), is_tight=is_tight)
    document = Document(io.BytesIO(word_file(outline(sheet))))
    assert document.styles["Normal"].font.size == Pt(points)


def test_a_sheet_says_that_priority_actions_come_first_only_where_there_are_any(
    own: Built,
) -> None:
    with own.database.write() as session:
        reading = tagged(a_reading(start=date(2025, 3, 4)), [PATHWAYS], priority=[PRIORITY])
        stored(session, "leeds", reading, authority="leeds")
    snapshot = snapshot_of(own.database)
    sheet = briefing(snapshot, snapshot.councils["leeds"])
    assert sheet.shown_first == "Shown first: priority actions."
    assert sheet.areas[0].priority


def test_a_pdf_is_one_page(site: Built) -> None:
    snapshot = snapshot_of(site.database)
    data = briefing_file(snapshot, snapshot.councils["havering"], ending=Ending.PDF)
    assert len(pypdfium2.PdfDocument(data)) == 1


def test_a_council_without_reports_has_a_sheet_too(site: Built) -> None:
    snapshot = snapshot_of(site.database)
    data = briefing_file(snapshot, snapshot.councils["cornwall"], ending=Ending.WORD)
    assert "No report of a full inspection is stored here yet" in words_of(data, Ending.WORD)


def test_another_ending_is_refused() -> None:
    with pytest.raises(
        ConfigurationError, match=r"must end in \.docx, \.pdf or \.html, not “a.odt”"
    ):
        ending_of(Path("a.odt"))


def test_a_council_without_reports_promises_none(site: Built) -> None:
    said = site.said("councils/cornwall/index.html")
    assert "with what was raised again and what comes next" not in said
    assert said.count("No inspection or visit is stored here, so this is not known.") == 1
    assert "One-page briefing" not in said
    assert "One-page briefing" in site.said("councils/havering/index.html")


@pytest.mark.parametrize(
    ("quoted", "end"),
    [
        ("Supervision has improved.", "improved.”"),
        ("Supervision was ‘good’.", "‘good’.”"),
        ("Supervision has improved", "improved”."),
        (f"{'Supervision ' * 18}is now good. Unsatisfactory before.", "is now good…”."),
    ],
)
def test_a_quote_of_improvement_ends_with_one_full_stop(site: Built, quoted: str, end: str) -> None:
    snapshot = snapshot_of(site.database)
    council = snapshot.councils["havering"]
    last = council.reports[-1]
    found = replace(council.repeats[last.id], improved=(quoted,))
    council = replace(council, repeats={**council.repeats, last.id: found})
    (said,) = briefing(snapshot, council).since_then
    assert said.endswith(end)


def test_priority_actions_of_a_joint_inspection_are_in_the_card_and_the_briefing(
    own: Built,
) -> None:
    """A full inspection that follows does not make them known to who reads only the first page."""
    with own.database.write() as session:
        reading = a_reading(
            start=date(2023, 11, 6),
            kind=Kind.JOINT_INSPECTION,
            framework=Framework.JTAI,
            grades={},
        )
        areas = tagged(reading, [SUPERVISION], priority=[PRIORITY])
        stored(session, "7020", areas, published=date(2024, 1, 9))
    own.build()
    joint = (
        "Joint inspection, November 2023: 1 area for improvement and 1 priority action (the "
        "council and its partners)"
    )
    assert joint in own.said("councils/havering/index.html").split("What comes next")[0]
    assert joint in own.said("councils/havering/briefing/index.html")


def test_a_briefing_names_a_newer_report_that_could_not_be_read(site: Built) -> None:
    snapshot = snapshot_of(site.database)
    council = snapshot.councils["havering"]
    unread = Report(
        id=-1,
        file_id="9999",
        title="Area SEND full inspection",
        kind=Kind.AREA_SEND,
        published=date(2026, 6, 1),
        state=ReportState.MISSING,
    )
    council = replace(council, reports=(*council.reports, unread))
    said = "Ofsted lists this report, but we could not read it."
    assert any(said in sentence for sentence in briefing(snapshot, council).sentences)
    assert said in render(build_council_page(snapshot, council)).decode()


def test_a_sheet_of_a_council_that_has_ended_says_that_no_inspection_comes(site: Built) -> None:
    said = site.said("councils/northamptonshire/briefing/index.html")
    assert "What comes next No inspection: this council has ended." in said


def test_the_first_row_of_a_table_in_a_word_file_is_not_shown_as_a_head(site: Built) -> None:
    snapshot = snapshot_of(site.database)
    data = briefing_file(snapshot, snapshot.councils["havering"], ending=Ending.WORD)
    looks = [
        look.get(qn("w:firstRow"))
        for table in Document(io.BytesIO(data)).tables
        for look in table._tbl.iter(qn("w:tblLook"))
    ]
    assert looks
    assert set(looks) == {"0"}


def test_a_summary_takes_the_lines_on_paper_that_its_type_needs(site: Built) -> None:
    """Only the first words of a line of the summary are bold, so it has room for more letters."""
    snapshot = snapshot_of(site.database)
    sheet = briefing(snapshot, snapshot.councils["havering"])
    areas = tuple(replace(sheet.areas[0], text="Care.", question="Why?") for _ in range(12))
    fit = {
        areas_that_fit(replace(sheet, all_areas=areas, in_a_line=(quote,) * 6), [])
        for length in (170, 192)
        for quote in [f"Ofsted reports a decline: {'w' * length}"[:length]]
    }
    assert len(fit) == 1
    assert 0 < fit.pop() < len(areas)


@pytest.mark.parametrize(
    ("length", "areas", "is_quoted"), [(300, 2, True), (425, 3, False), (485, 2, True)]
)
def test_what_improved_is_quoted_if_its_number_alone_leaves_room_for_no_more_areas(
    own: Built, length: int, areas: int, is_quoted: bool
) -> None:
    better = "Supervision of social workers has improved since the last inspection, in all teams."
    texts = [f"{what} {'w' * length}." for what in ("Audits", "Advocacy", "Records")]
    reading = tagged(a_reading(start=date(2025, 3, 4)), texts)
    stated = (InspectorStatement(text=better, page=4),)
    with own.database.write() as session:
        reading = reading.model_copy(update={"stated_improvements": stated})
        stored(session, "leeds2025", reading, authority="leeds")
    snapshot = snapshot_of(own.database)
    sheet = briefing(snapshot, snapshot.councils["leeds"])
    assert (len(sheet.areas), better in str(sheet.since_then)) == (areas, is_quoted)
