"""The picture of grades over time: the same data, the same bytes, and never large."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from alerts.messages.charts import WIDTH, draw, draw_if_possible
from alerts.messages.grades_over_time import grades_context
from reports.analysis.timeline import Inspected, timeline
from reports.frameworks import load_frameworks
from reports.model import Framework, Grade
from reports.wording import GRADES
from tests.alerts.surroundings import FALL, PAST, SINCE_2026
from website.charts.grades import ChartCell, GradesChart, Row, Stop, grades_drawing
from website.charts.shapes import picture as file_of
from website.charts.shapes import svg

LARGEST = 60_000


def picture_of(*inspections: Inspected) -> dict[str, Any]:
    """The data of a line."""
    told = grades_context(timeline(inspections))
    assert told is not None
    return told.picture


def test_the_same_data_give_the_same_small_picture() -> None:
    data = picture_of(*PAST, FALL, SINCE_2026)
    first = draw(data)
    assert first == draw(data)
    assert len(first) < LARGEST
    with Image.open(io.BytesIO(first)) as picture:
        assert picture.format == "PNG"
        assert picture.width == 2 * WIDTH
        assert not picture.info, "nothing about the program that drew it"


def test_another_process_draws_the_same() -> None:
    data = picture_of(*PAST, FALL)
    code = f"import sys, alerts.messages.charts as c; sys.stdout.buffer.write(c.draw({data!r}))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert other.stdout == draw(data)


def test_the_drawing_library_is_loaded_only_to_draw() -> None:
    code = (
        "import sys, alerts.outbox.enqueue; from alerts.messages.charts import draw; "
        "assert 'resvg_py' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_page_and_the_message_draw_the_same_shapes() -> None:
    """One source for charts: only the colours' names are in the place of the colours."""
    chart = grades_drawing(
        GradesChart(
            title="Havering",
            description="",
            stops=(Stop(when="May 2024", framework="ILACS 2023"),),
            rows=(
                Row(
                    label="Care leavers", cells=(ChartCell(grade="good", link="none", other=False),)
                ),
            ),
        )
    )
    shapes = re.findall(r"<(?:rect|line|text)[^>]*>", str(svg(chart)))
    assert shapes
    assert all(shape in file_of(chart) for shape in shapes)
    assert "var(--" not in file_of(chart)


FRAMEWORKS = [
    # The frameworks before 2013 share no row with later ones: two of them make no line.
    Framework.SIF,
    Framework.ILACS_2018,
    Framework.ILACS_2023,
    Framework.ILACS_2026,
]


@st.composite
def any_line(draw_one: st.DrawFn) -> list[Inspected]:
    """Inspections of any frameworks, the older ones first, with any grades."""
    chosen = draw_one(st.lists(st.sampled_from(FRAMEWORKS), min_size=2, max_size=6))
    chosen.sort(key=lambda one: load_frameworks().rules[one].first_start or date.min)
    return [
        Inspected(
            start=date(2012, 1, 1) + timedelta(days=400 * number),
            framework=framework,
            grades={
                judgement: draw_one(st.none() | st.sampled_from(list(Grade)))
                for judgement in load_frameworks().rules[framework].judgements
            },
        )
        for number, framework in enumerate(chosen)
    ]


@settings(max_examples=8, deadline=None)
@given(inspections=any_line())
def test_any_line_can_be_drawn_and_said(inspections: list[Inspected]) -> None:
    told = grades_context(timeline(inspections))
    assert told is not None
    assert len(draw(told.picture)) < LARGEST
    assert 30 < len(told.words) < 2_500


def test_a_message_to_many_is_drawn_once() -> None:
    data = picture_of(*PAST, FALL)
    assert draw_if_possible(data) is draw_if_possible(dict(data))


@pytest.mark.parametrize(
    "data", [{}, {"stops": None, "rows": []}, {"stops": [], "rows": [{"label": "x"}]}]
)
def test_data_that_make_no_picture_cost_the_picture_alone(data: dict[str, Any]) -> None:
    assert draw_if_possible(data) is None


def test_the_words_say_what_the_picture_shows() -> None:
    told = grades_context(timeline((*PAST, FALL, SINCE_2026)))
    assert told is not None
    assert told.lines[0] == (
        "Overall effectiveness: Requires improvement (June 2014), Good (January 2021), "
        "Inadequate (April 2024), no longer given"
    )
    assert told.lines[3] == (
        "Children in care: Requires improvement (June 2014, for looked-after children and "
        "permanence), Requires improvement (January 2021, one grade with care leavers), Requires "
        "improvement (April 2024), Requires improvement (April 2026)"
    )
    assert told.notes == (
        "Ofsted changed its framework, the rules for inspections: the June 2014 inspection used "
        "“Single inspection framework, 2013 to 2018”; the January 2021 inspection used "
        "“Inspecting local authority children’s services (ILACS), 2018 to 2022”; the April 2024 "
        "inspection used “Inspecting local authority children’s services (ILACS), January 2023 to "
        "March 2026”; the April 2026 inspection used “Inspecting local authority children’s "
        "services (ILACS), from April 2026”.",
    )
    assert told.words.startswith("Grades over time. Overall effectiveness: ")
    assert not any(word in told.words for word in GRADES if "_" in word)
