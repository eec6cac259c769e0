"""No word of a list is lost without a problem, however the list is set."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.model import Reading
from reports.reader import read_bytes
from reports.register import Register
from tests.reports.lists_in_styles import Letter, Style, printed, styles

_TEXT = (
    "the quality of plans for children so that their needs are met in good time and with care "
    "supervision by managers who challenge drift or delay across teams oversight assessments "
    "visits records partners schools Salford Manchester MASH response risk homes leavers"
)
_WORDS = _TEXT.split()
_WITHOUT_CERTAIN_MARK = ("", "1.", "(a)", "e", "»")
_CERTAIN = [
    style
    for style in styles()
    if style.mark not in _WITHOUT_CERTAIN_MARK and not style.first_unmarked
]
"""Styles whose marks are known, and whose first item has one."""

_LIST = Letter(
    (
        "The quality of plans for children in need, so that parents know what has to change and "
        "by when, and what will happen if it does not.",
        "Supervision of social workers by managers who challenge drift.",
        "The timeliness of visits. This is so for children in Manchester as for those who live "
        "in other places and wait for a visit.",
    )
)


@st.composite
def _sentence(draw: st.DrawFn) -> str:
    words = draw(st.lists(st.sampled_from(_WORDS), min_size=3, max_size=22))
    return f"{words[0][0].upper()}{words[0][1:]} {' '.join(words[1:])}."


_LETTER = st.builds(
    Letter,
    items=st.lists(
        st.lists(_sentence(), min_size=1, max_size=2).map(" ".join), min_size=2, max_size=5
    ).map(tuple),
    page_after=st.none() | st.integers(1, 8),
    footnote_in=st.none() | st.integers(0, 4),
)


def _read(style: Style, letter: Letter, register: Register) -> tuple[Reading, list[str]]:
    """A letter as it is read, and the items that were printed."""
    items = [item.rstrip(".") if style.bare_end else item for item in letter.items]
    file = printed(style, replace(letter, items=tuple(items)))
    return read_bytes(file, name="letter", register=register), items


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(style=st.sampled_from(styles()), letter=_LETTER)
def test_no_word_of_a_list_is_lost_without_a_problem(
    register: Register, style: Style, letter: Letter
) -> None:
    report, items = _read(style, letter, register)
    if not report.problems:
        assert [area.text for area in report.improvement_areas] == items


@pytest.mark.parametrize("style", _CERTAIN, ids=str)
@pytest.mark.parametrize("page_after", [None, 2])
def test_a_list_whose_marks_are_known_is_read_without_a_problem(
    register: Register, style: Style, page_after: int | None
) -> None:
    report, items = _read(style, replace(_LIST, page_after=page_after), register)
    assert [area.text for area in report.improvement_areas] == items
    assert report.problems == ()


def test_there_are_fifty_styles() -> None:
    assert len(styles()) >= 50
