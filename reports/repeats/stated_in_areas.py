"""Sentences in which the inspectors themselves say that an area was named before.

The letters of the unannounced inspections say this in one form, and some give the number of these
areas, which their layout checks. `reports.repeats.stated` searches letters without this form, and
all other reports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reports.model import ImprovementArea, InspectorStatement
from reports.text.sentences import SENTENCE

_STATED = re.compile(
    r"\b(?:this|these|which|it|that) (?:was|were|had been|has been)"
    r" (?:also )?(?:identified as )?(?:an? )?(?:area|recommendation|priority)s?"
    r" (?:for|of) (?:development|improvement|priority action|action)"
    r" (?:at|in|from|during|following) (?:the|our|a) (?:last|previous|earlier)\b",
    re.IGNORECASE,
)


def stated_repeats(areas: Sequence[ImprovementArea]) -> tuple[InspectorStatement, ...]:
    """Return the first such sentence of each area, with the area's position."""
    return tuple(
        InspectorStatement(text=sentence, area=at, page=area.page)
        for at, area in enumerate(areas)
        if (sentence := next(_stating(area.text), None)) is not None
    )


def _stating(text: str) -> Iterator[str]:
    sentences = (match.group().strip() for match in SENTENCE.finditer(text))
    return (sentence for sentence in sentences if _STATED.search(sentence))
