"""Areas for improvement from the lines between a heading and the next."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reports.layouts.base import Reading
from reports.model import ImprovementArea, Target
from reports.problems import ProblemCode
from reports.text.clean import join_lines
from reports.text.document import Document, Line
from reports.text.lists import read_blocks

PRIORITY_HEADING = re.compile(
    r"(?:areas?|actions?) for (?:immediate )?priority actions?\s*[:?]?\s*\d?"
    r"|priority (?:and immediate )?actions?\s*:?\s*\d?",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"there (?:are|were) (?:currently )?(?:no|none)\b[^.]{0,120}\.?"
    r"|no (?:areas?|priority|actions?|recommendations?)\b[^.]{0,80}\.?"
    r"|none(?: (?:identified|noted|stated))?\.?",
    re.IGNORECASE,
)
"""That a section has no items. "No ..." alone may as well open an item."""
_FOOTNOTE_MARK = re.compile(r"(?<=[?:a-z])\s?\d$")


def printed_heading(lines: Sequence[Line]) -> str:
    """A heading as printed, without the digit of a footnote."""
    return _FOOTNOTE_MARK.sub("", join_lines([line.text for line in lines]))


def read_areas(
    reading: Reading,
    *,
    document: Document,
    heading: str,
    lines: Sequence[Line],
    page: int,
    target: Target = Target.AUTHORITY,
) -> tuple[ImprovementArea, ...]:
    """The items of one section; its paragraphs where it has no items.

    A sentence that says there are none gives none. A heading with nothing under it is a problem.
    """
    blocks = read_blocks(lines, document=document)
    items = [block for block in blocks if block.bullet]
    if not items and all(_NONE.fullmatch(block.text) for block in blocks) and blocks:
        return ()
    if not blocks:
        reading.problem(
            ProblemCode.AREAS_EMPTY, f"Nothing readable stands under “{heading}”.", page=page
        )
    priority = PRIORITY_HEADING.fullmatch(heading) is not None
    return tuple(
        ImprovementArea(
            text=block.text,
            heading=heading,
            page=block.page,
            priority_action=priority,
            target=target,
        )
        for block in items or blocks
        if not _NONE.fullmatch(block.text)
    )
