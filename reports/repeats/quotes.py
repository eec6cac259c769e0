"""What inspectors say of earlier inspections, as it is quoted: each thing once."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reports.model import InspectorStatement

SAID_ALREADY = 0.75
"""A quote is dropped if a longer one contains at least this share of its words.

Reports repeat in their summary what they say further on.
"""

_WORD = re.compile(r"[a-z’']{4,}")


def quotes(said: Sequence[InspectorStatement]) -> tuple[str, ...]:
    """Return the quotes, each with the adjoining sentence it needs to be understood.

    Of two that say the same in much the same words, the longer one stays.
    """
    texts = dict.fromkeys(repeat.context or repeat.text for repeat in said)
    words = {text: set(_WORD.findall(text.lower())) for text in texts}
    longest_first = sorted(texts, key=lambda text: -len(words[text]))
    kept: list[str] = []
    for text in longest_first:
        own = words[text]
        if not any(len(own & words[other]) >= SAID_ALREADY * len(own) for other in kept):
            kept.append(text)
    return tuple(text for text in texts if text in kept)
