"""What is not certain about a list as a whole, once each of its lines has a role."""

from __future__ import annotations

import re

from reports.layouts.shared.spacing import Spacing
from reports.layouts.shared.typed_lines import Role, Scan
from reports.layouts.shared.unmarked_list import LEADS_OVER
from reports.text.document import Line
from reports.text.lists import UNKNOWN_MARK

PARAGRAPH = 60
"""Characters from which a line before or after a list is a sentence of its own."""

TELLS = re.compile(
    r"(?:(?!\b(?:that|who|which|so|where|when|whether|if|because)\b).)*?"
    r"\b(?:is|are|was|were|has|have|had|needs?|must|should|does|did|found|saw|identified|noted)\b"
)
"""A sentence with the verb of its main clause; an item may have one only within a clause."""


def report_list_doubts(found: Scan, spacing: Spacing) -> None:
    """Report entries that may have been read in the wrong role."""
    _check_lead_in(found, spacing)
    _check_first(found, spacing)
    _check_colons(found)


def _check_lead_in(found: Scan, spacing: Spacing) -> None:
    """Report words before the first item that do not introduce the list: a mark may be lost.

    In plain text, an item may have lost its indent with its mark.
    """
    first = next((entry for entry in found.entries if entry.role is Role.ITEM), None)
    for entry in found.entries:
        if entry is first or first is None:
            return
        if entry.role is not Role.LEAD_IN or LEADS_OVER.search(entry.text):
            continue
        whole = len(entry.text) > PARAGRAPH
        known = UNKNOWN_MARK.match(entry.text) is None
        outside = entry.x < first.x - spacing.indent / 2 and (whole or known)
        level = abs(entry.x - first.x) <= spacing.indent
        alike = level and whole and known and TELLS.match(entry.text)
        if not (spacing.positioned and (outside or alike)):
            entry.role = Role.UNCLEAR
            line = Line(entry.text, entry.page)
            found.doubt(line, "may be an item without its mark")


def _check_first(found: Scan, spacing: Spacing) -> None:
    """Report a first item further right than a later one: it may be a part of another."""
    items = found.items
    if any(i.page == items[0].page and items[0].x > i.x + spacing.indent for i in items):
        line = Line(items[0].text, items[0].page)
        found.doubt(line, "may be a part of an item that is missing")


def _check_colons(found: Scan) -> None:
    """Report an item that ends in a colon: what it introduces may be listed as other items."""
    for entry in found.entries:
        if entry.role is Role.ITEM and entry.text.endswith(":"):
            line = Line(entry.text, entry.page)
            found.doubt(line, "ends in a colon; its parts may be listed as other areas")
