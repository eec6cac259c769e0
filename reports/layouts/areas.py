"""Areas for improvement from the lines between a heading and the next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from reports.layouts.base import Reading
from reports.model import ImprovementArea, Target
from reports.problems import ProblemCode
from reports.text.clean import join_lines
from reports.text.document import Document, Line
from reports.text.lists import Block, read_blocks

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
    if not document.positioned:
        _check_loose_words(blocks, heading, reading)
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


def _check_loose_words(blocks: Sequence[Block], heading: str, reading: Reading) -> None:
    """Plain text does not show whether words go on with an item: at the top of a page, or where
    a sentence stands between two items."""
    last = max((at for at, block in enumerate(blocks) if block.bullet), default=0)
    for at, (before, block) in enumerate(pairwise(blocks), 1):
        over_page = block.page > before.page
        if (
            before.bullet
            and not block.bullet
            and (over_page or (at < last and block.text.endswith(".")))
        ):
            reading.problem(
                ProblemCode.AREAS_UNCLEAR,
                f"“{block.text[:60]}” under “{heading}” may be the rest of an item.",
                page=block.page,
            )
