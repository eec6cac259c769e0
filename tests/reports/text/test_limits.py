"""Text of any kind is read in bounded time and never raises."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.file_limits import MAX_CHARACTERS, MAX_LINE, MAX_LINES
from reports.model import Reading
from reports.problems import ProblemCode
from reports.reader import read_bytes
from reports.register import Register
from tests.effort import compared_with
from tests.reports.conftest import codes

REGISTER = Register.default()
LENGTH = 10_000

MOST = 150
"""Hostile text costs at most this many times as much as ordinary text of the same length. What
grows with the square of the length costs more at once."""

ORDINARY = "Inspectors found that children receive help in good time.\n\n"
HEADS = {
    "nothing": "",
    "visit": "Dear Ms Roe\n\nFocused visit to Bury children’s services\n\nThis letter summarises "
    "the findings of the focused visit to Bury children’s services on 12 May 2025. ",
    "jtai": "Dear Ms Roe\n\nJoint targeted area inspection of Bury\n\nBetween 12 May and 16 May "
    "2025 Ofsted and the Care Quality Commission (CQC) ",
    "2011": "Dear Ms Roe\n\nAnnual unannounced inspection of contact, referral and assessment "
    "arrangements within Bury children’s services\n\n",
    "ilacs": "Inspection of Bury local authority children’s services\n\nInspection dates: 11 to "
    "22 December 2023\n\nJudgement\tGrade\nThe impact of leaders on social work practice with "
    "children and families\tGood\n\n",
    "sif": "Bury\nInspection of services for children in need of help and protection\n\nReview of "
    "the effectiveness of the local safeguarding children board\n\n",
    "send": "Area SEND inspection of Bury Local Area Partnership\nInspection dates: 12 to 16 May "
    "2025\nInspection outcome\n",
}
FILLERS = (
    "a", "1", ".", ",", "the ", "- ", "• ", "(", "children ", "1. ", "1 May ", "there are no ",
    "inspectors looked at ", "Areas for improvement ", "multi-agency response in ",
    "The overall effectiveness of ", "findings of the focused visit to ", "safeguarding board ",
)  # fmt: skip


def read(text: str) -> Reading:
    return read_bytes(text.encode(), name="x.txt", register=REGISTER)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=3000))
def test_no_bytes_raise(data: bytes) -> None:
    assert read_bytes(data, name="x", register=REGISTER).problems


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(HEADS)),
    st.lists(st.one_of(st.sampled_from(FILLERS), st.text(max_size=40)), max_size=30),
    st.sampled_from(["", "\n", "\n\n", "\f"]),
)
def test_no_text_raises(head: str, parts: list[str], between: str) -> None:
    report = read(HEADS[head] + between.join(parts))
    assert ProblemCode.READING_FAILED not in codes(report)


@pytest.mark.parametrize("between", ["", "\n"], ids=["long lines", "short lines"])
@pytest.mark.parametrize("head", HEADS)
def test_words_that_repeat_take_no_time(head: str, between: str) -> None:
    width = MAX_LINE // 2 if not between else 1
    ordinary = HEADS[head] + ORDINARY * (LENGTH // len(ORDINARY))
    with compared_with(partial(read, ordinary)) as effort:
        for filler in FILLERS:
            line = filler * max(1, width // len(filler)) + "\n"
            text = HEADS[head] + line * (LENGTH // len(line))
            assert effort(partial(read, text), MOST) < MOST, f"{filler!r} under {head}"


@pytest.mark.parametrize(
    "text",
    ["x" * (MAX_LINE + 1), "x\n" * (MAX_LINES + 1), "word " * (MAX_CHARACTERS // 5 + 1)],
    ids=["a long line", "many lines", "much text"],
)
def test_what_is_longer_than_any_report_is_refused(text: str) -> None:
    assert codes(read(text)) == {ProblemCode.TOO_LONG}
