"""No word of a list is lost without a problem, however the list is set."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reports.model import Reading
from reports.reader import read_bytes
from reports.register import Register
from tests.reports.lists_in_styles import Letter, Style, printed, styles

_WORDS = (
    "the quality of plans for children so that their needs are met in good time and with care "
    "supervision by managers who challenge drift or delay across teams oversight assessments "
    "visits records partners schools Salford Manchester MASH response risk homes leavers"
).split()
_PLAIN = [style for style in styles() if style == Style(style.printed, style.mark, hang=style.hang)]


@st.composite
def _sentence(draw: st.DrawFn) -> str:
    words = draw(st.lists(st.sampled_from(_WORDS), min_size=3, max_size=22))
    return f"{words[0][0].upper()}{words[0][1:]} {' '.join(words[1:])}."


_ITEM = st.lists(_sentence(), min_size=1, max_size=2).map(" ".join)
_LETTER = st.builds(
    Letter,
    items=st.lists(_ITEM, min_size=2, max_size=5).map(tuple),
    page_after=st.none() | st.integers(1, 8),
    footnote_in=st.none() | st.integers(0, 4),
)


def _read(style: Style, letter: Letter, register: Register) -> Reading:
    return read_bytes(printed(style, letter), name=f"{style}.pdf", register=register)


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(style=st.sampled_from(styles()), letter=_LETTER)
def test_no_word_of_a_list_is_lost_without_a_problem(
    register: Register, style: Style, letter: Letter
) -> None:
    if style.bare_end:
        letter = Letter(tuple(item.rstrip(".") for item in letter.items), letter.page_after)
    report = _read(style, letter, register)
    if not report.problems:
        assert [area.text for area in report.improvement_areas] == list(letter.items)
