"""A monitoring visit in a few sentences: its number, what it reviewed and the progress it found."""

from __future__ import annotations

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
    if areas := found.areas_reviewed:
        shown = "; ".join(area.rstrip(" .") for area in areas[:_MOST_AREAS])
        more = f"; and {len(areas) - _MOST_AREAS} more" if len(areas) > _MOST_AREAS else ""
        said.append(f"Areas of the last inspection reviewed: {_quote(shown)}{more}.")
    if found.progress:
        said.append(f"Progress found: “{_quote(found.progress)}”")
    return tuple(said)


def _quote(text: str) -> str:
    return shortened(plain_line(text), _LONGEST_QUOTE)
