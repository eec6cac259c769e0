"""What differs between two files for one inspection: grades and areas for improvement."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from reports.model import Direction, ImprovementArea, Reading
from reports.problems import areas_are_certain

_BETWEEN_DIGITS = re.compile(r"(?<=\d)[./\u2013-](?=\d)")
_NOTE = "Corrected by Ofsted in a new file for the same inspection."


def same_facts(earlier: Reading, later: Reading) -> bool:
    """Return whether two versions have the same grades, and areas that differ at most in form.

    A different order, or the same area twice, is a matter of form. Areas that are not certain are
    not compared.
    """
    if earlier.sha256 == later.sha256:
        return True
    return not changed_grades(earlier, later) and not any(changed_areas(earlier, later).values())


def grades_of(reading: Reading) -> dict[str, str | None]:
    """Return the grade of each judgement; None for one that was read without a grade."""
    return {judgement.judgement: judgement.grade for judgement in reading.judgements}


def changed_grades(before: Reading, after: Reading) -> list[dict[str, Any]]:
    """Return the grades that differ. A correction is not a rise or fall, so it has no direction."""
    old, new = grades_of(before), grades_of(after)
    return [
        {
            "judgement": judgement,
            "from": old.get(judgement),
            "to": new.get(judgement),
            "direction": Direction.NOT_COMPARABLE,
            "note": _NOTE,
        }
        for judgement in dict.fromkeys([*old, *new])
        if old.get(judgement) != new.get(judgement)
    ]


def changed_areas(before: Reading, after: Reading) -> dict[str, list[str]]:
    """Return, as printed, the areas for improvement that only one of the versions has.

    Both lists are empty where the list of a version is uncertain: an area that is missing from it
    may not have been read.
    """
    if not all(areas_are_certain(p.code for p in reading.problems) for reading in (before, after)):
        return {"areas_added": [], "areas_removed": []}
    return {
        "areas_added": _only_in(after.improvement_areas, before.improvement_areas),
        "areas_removed": _only_in(before.improvement_areas, after.improvement_areas),
    }


def _only_in(these: Sequence[ImprovementArea], those: Sequence[ImprovementArea]) -> list[str]:
    known = {_plain(area) for area in those}
    return [area.text for area in these if _plain(area) not in known]


def _plain(area: ImprovementArea) -> tuple[str, bool]:
    """Return an area's words without case and punctuation, and whether it is a priority action.

    A sign between two digits is part of a number, as in "1.5" and "18–25".
    """
    words = _BETWEEN_DIGITS.sub("_", area.text.casefold())
    return "".join(c for c in words if c.isalnum() or c == "_"), area.priority_action
