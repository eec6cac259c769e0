"""Printing: data on stdout, words about it on stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any

from rich.console import Console

# No words are markup: brackets in a title, a file name or a reason are printed as they stand.
_PLAIN: dict[str, Any] = {
    "markup": False,
    "emoji": False,
    "highlight": False,
    "soft_wrap": True,
}
out = Console(**_PLAIN)
err = Console(stderr=True, **_PLAIN)

# Where nothing says how wide the page is: a pipe, a file.
USUAL_WIDTH, WIDEST, NARROWEST = 100, 120, 80

GRADE_WORDS = {
    "outstanding": "Outstanding",
    "good": "Good",
    "requires_improvement": "Requires improvement to be good",
    "inadequate": "Inadequate",
    "adequate": "Adequate",
    "limited": "Limited",
    "not_judged": "Not judged",
    "typically_positive": "Typically positive experiences and outcomes",
    "inconsistent": "Inconsistent experiences and outcomes",
    "widespread_or_systemic_failings": "Widespread and/or systemic failings",
}


def page_width() -> int:
    """How wide text may be: that of the terminal, within reason."""
    if not out.is_terminal and "COLUMNS" not in os.environ:
        return USUAL_WIDTH
    return min(WIDEST, max(NARROWEST, out.width))


def complain(sentence: str) -> None:
    """Say one sentence on stderr."""
    err.print(sentence)


def print_json(data: Any) -> None:
    """Print one JSON document."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def print_jsonl(rows: Iterable[Any]) -> None:
    """Print one JSON object a line."""
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def in_words(term: StrEnum | str | None) -> str:
    """A vocabulary word as people write it."""
    if term is None:
        return "not read"
    return GRADE_WORDS.get(str(term)) or str(term).replace("_", " ").capitalize()


def uk_date(day: date | None) -> str:
    """A date as it is written in the United Kingdom, or a dash."""
    return f"{day.day} {day:%B %Y}" if day else "–"
