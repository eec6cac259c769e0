"""A monitoring visit in a few sentences: its number, what it reviewed and the progress it found."""

from __future__ import annotations

from collections.abc import Sequence

from reports.model import Monitoring
from reports.safe_text import plain_line, shortened

_LONGEST_QUOTE = 400
_MOST_AREAS = 5


def monitoring_words(found: Monitoring | None) -> tuple[str, ...]:
    """Return sentences about a monitoring visit; none where `found` is None.

    The areas are those of the inspection before the visit, not new ones.
    """
    if found is None:
        return ()
    said: list[str] = []
    if found.visit_number:
        said.append(f"Monitoring visit {found.visit_number} since the last inspection.")
    if found.areas_reviewed:
        said.append(f"Areas of the last inspection reviewed: {_listed(found.areas_reviewed)}")
    if found.progress:
        said.append(f"Progress found: “{_quote(found.progress)}”")
    return tuple(said)


def _listed(areas: Sequence[str]) -> str:
    """Return the first areas, as many as fit, and the number of the others."""
    shown = [_quote(areas[0]).rstrip(" .")]
    for area in areas[1:_MOST_AREAS]:
        more = [*shown, _quote(area).rstrip(" .")]
        if len("; ".join(more)) > _LONGEST_QUOTE:
            break
        shown = more
    if left := len(areas) - len(shown):
        shown.append(f"and {left} more")
    words = "; ".join(shown)
    return words if words.endswith("…") else f"{words}."


def _quote(text: str) -> str:
    return shortened(plain_line(text), _LONGEST_QUOTE)
