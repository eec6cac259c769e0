"""Sections without marks: paragraphs, and lists whose bullets were drawn as shapes.

A web page printed to PDF has no bullet in its text. What is left is the indent of the list, the
space between items and where their lines end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from reports.layouts.shared.spacing import Spacing, Step
from reports.layouts.shared.typed_lines import Entry, Role, Scan
from reports.text.document import Line

_STOPPED = re.compile(r"[.!?:;)][’”'\"]?$")


def is_drawn_list(lines: Sequence[Line], spacing: Spacing) -> bool:
    """Whether all lines are indented, as those of a list whose bullets are shapes."""
    return spacing.positioned and all(
        line.x > spacing.margin(line.page) + spacing.indent for line in lines
    )


def read_unmarked(lines: Sequence[Line], spacing: Spacing, found: Scan) -> None:
    """Fill in the roles and entries of a section without marks."""
    drawn = is_drawn_list(lines, spacing)
    opens = Role.ITEM if drawn else Role.PROSE
    last: Line | None = None
    for line in lines:
        entry = found.entries[-1] if found.entries else None
        if entry is not None and last is not None and _goes_on(line, last, spacing, found, drawn):
            entry.add(line)
            role = Role.CONTINUATION
        else:
            found.entries.append(Entry(opens, line.page, line.x, [line.text]))
            role = opens
        found.lines.append((line, role))
        last = line


def _goes_on(line: Line, last: Line, spacing: Spacing, found: Scan, drawn: bool) -> bool:
    """Whether a line goes on with the item or paragraph of the line before it."""
    step = spacing.step(last, line)
    stopped = _STOPPED.search(last.text) is not None
    lower = line.text[0].islower()
    if step is Step.BESIDE:
        return True
    if step is Step.APART:
        return not stopped and lower and not drawn
    if step is Step.NEXT_PAGE and not drawn:
        return not stopped
    early = spacing.ended_early(last, line)
    if early and not lower:
        return False
    # Where no mark shows the start of an item, a sentence that starts with a line may be one.
    if (drawn or not spacing.positioned) and (early or (stopped and not lower)):
        found.doubt(line, "may start an item of its own")
    return True
