"""Charts of pages: what they show, and that nothing depends on colour alone."""

from __future__ import annotations

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from reports.model import Grade
from tests.website.built import (
    Built,
)
from website.charts.grades import ChartCell, GradesChart, Row, Stop, Visit, grades_drawing
from website.charts.shapes import Box, Dot, Line, Words
from website.charts.stacked import StackedChart, StackedRow, stacked_drawing
from website.charts.tracker import TrackerChart, TrackerColumn, TrackerRow, tracker_drawing


def test_a_chart_explains_a_dashed_line_where_it_has_one() -> None:
    columns = (
        TrackerColumn(when="May 2018", visit=False),
        TrackerColumn(when="May 2019", visit=False),
    )
    for possibly, unsure in (((), False), ((0,), True)):
        row = TrackerRow(label="Supervision", raised=(0, 1), possibly=possibly)
        chart = TrackerChart(title="Issues", description="", columns=columns, rows=(row,))
        assert chart.has_unsure is unsure


def test_a_line_between_two_reports_is_solid_where_only_one_between_them_is_unsure() -> None:
    columns = tuple(TrackerColumn(when=f"May {year}", visit=False) for year in range(2018, 2022))
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


def test_a_visit_in_the_chart_has_its_month(site: Built) -> None:
    (chart,) = [
        one
        for one in site.page("councils/havering/index.html").xpath("//svg")
        if "grades at the last" in (one.findtext("title") or "")
    ]
    words = chart.xpath(".//text/text()")
    assert words[words.index("Visits") + 1 :][:2] == ["Jun", "2021"]


def test_visits_since_the_last_inspection_are_not_below_it() -> None:
    stops = tuple(Stop(when=when, framework="") for when in ("May 2018", "May 2023"))
    visits = (Visit(after=1, when="Jun 2021"), Visit(after=2, when="Jun 2025"))
    chart = GradesChart(title="Grades", description="", stops=stops, rows=(), visits=visits)
    at = {part.text: part.x for part in grades_drawing(chart).parts if isinstance(part, Words)}
    assert at["May 2018"] < at["2021"] < at["May 2023"]
    assert at["2025"] == at["Since then"]
    assert at["2025"] - at["May 2023"] > 100


def test_dates_of_visits_have_a_second_line_only_where_they_would_touch() -> None:
    stops = tuple(Stop(when=f"May {year}", framework="") for year in (2014, 2018, 2023))
    one, other, later = (Visit(after=after, when="Jun 2021") for after in (2, 2, 3))

    def height(*visits: Visit) -> float:
        chart = GradesChart(title="Grades", description="", stops=stops, rows=(), visits=visits)
        return grades_drawing(chart).height

    assert height(one) == height(one, other) == height(one, later)
    assert height(*[one] * 5) > height(one)


@pytest.mark.parametrize("since", [0, 1])
@pytest.mark.parametrize("stops", [2, 3, 4, 5])
def test_the_word_of_every_grade_fits_its_chip(stops: int, since: int) -> None:
    """In a font with wide letters too."""
    pdfmetrics.registerFont(TTFont("Wide", "VeraBd.ttf"))
    for grade in (*(grade.value for grade in Grade), None):
        cells = (ChartCell(grade=grade, link="none", other=False),) * stops
        chart = GradesChart(
            title="Grades",
            description="",
            stops=(Stop(when="May 2023", framework=""),) * stops,
            rows=(Row(label="", cells=cells),),
            visits=(Visit(after=stops),) * since,
        )
        parts = grades_drawing(chart).parts
        chips = [part.width for part in parts if isinstance(part, Box) and part.r]
        words = [part.text for part in parts if isinstance(part, Words) and part.look == "t-c"]
        assert len(chips) == len(words) == stops
        widest = max(pdfmetrics.stringWidth(word, "Wide", 9.6) for word in words)
        assert widest < min(chips), words[0]


def test_no_line_of_a_change_of_framework_crosses_the_name_of_a_judgement() -> None:
    stops = (Stop(when="May 2018", framework="2018 rules"), Stop(when="May 2023", framework="2023"))
    cells = (ChartCell(grade="good", link="none", other=False),) * 2
    row = Row(label="Help and protection", cells=cells)
    chart = GradesChart(title="Grades", description="", stops=stops, rows=(row, row))
    parts = grades_drawing(chart).parts
    edges = [part for part in parts if isinstance(part, Line) and part.look == "l-edge"]
    names = [part.y for part in parts if isinstance(part, Words) and part.text == row.label]
    assert len(edges) == 1 + len(names)
    assert not any(edge.y1 <= name <= edge.y2 for edge in edges for name in names)


def test_an_issue_that_was_not_found_again_has_a_mark_unlike_those_of_possible_ones() -> None:
    columns = tuple(TrackerColumn(when=f"May {year}", visit=False) for year in (2018, 2021, 2024))
    row = TrackerRow(label="Supervision", raised=(0, 1), possibly=(0, 1), no_longer_named=True)
    chart = TrackerChart(title="Issues", description="", columns=columns, rows=(row,))
    parts = tracker_drawing(chart).parts
    assert sum(isinstance(part, Dot) for part in parts) == 2
    crossed = [p for p in parts if isinstance(p, Line) and p.look == "l-not-found"]
    assert len(crossed) == 2


def test_a_number_in_a_bar_has_the_letter_of_its_grade() -> None:
    parts = (("good", 70), ("inadequate", 4), ("outstanding", 1))
    row = StackedRow(label="Care leavers", parts=parts, of=75)
    chart = StackedChart(title="Grades", description="", rows=(row,))
    drawn = stacked_drawing(chart, key="k").parts
    said = [part.text for part in drawn if isinstance(part, Words) and part.look == "t-c"]
    assert said == ["G 70", "I 4"]


def test_a_chart_of_one_council_counts_one_council() -> None:
    chart = StackedChart(
        title="t",
        description="",
        rows=(StackedRow(label="Impact of leaders", parts=(("good", 1),), of=1),),
    )
    texts = [part.text for part in stacked_drawing(chart, key="k").parts if isinstance(part, Words)]
    assert "1 council" in texts
