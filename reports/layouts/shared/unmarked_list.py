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


def read_unmarked(lines: Sequence[Line], spacing: Spacing, found: Scan) -> None:
    """Fill in the roles and entries of a section without marks."""
    last: Line | None = None
    for line in lines:
        entry = found.entries[-1] if found.entries else None
        if entry is not None and last is not None and _goes_on(line, last, spacing, found):
            entry.add(line)
            role = Role.CONTINUATION
        else:
            found.entries.append(Entry(Role.PROSE, line.page, line.x, [line.text]))
            role = Role.PROSE
        found.lines.append((line, role))
        last = line


def _goes_on(line: Line, last: Line, spacing: Spacing, found: Scan) -> bool:
    """Whether a line goes on with the paragraph of the line before it."""
    step = spacing.step(last, line)
    stopped = _STOPPED.search(last.text) is not None
    if step is Step.BESIDE:
        return True
    if step is not Step.NEAR:
        return not stopped and (line.text[0].islower() or step is Step.NEXT_PAGE)
    if line.text[0].islower():
        return True
    if spacing.ended_early(last, line):
        return False
    if stopped and line.x > spacing.margin(line.page) + spacing.indent:
        found.doubt(line, "may start an item of its own")
    return True
