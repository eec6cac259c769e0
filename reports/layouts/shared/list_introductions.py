"""Titles and lead-ins inside a section that do not introduce a list of its areas.

A list of strengths, of what an earlier inspection named or of what other bodies should do may
follow the areas under the same heading, with the same bullets. Or no list follows: it is lost.
"""

from __future__ import annotations

import re

from reports.layouts.shared.typed_lines import Role, Scan
from reports.layouts.shared.unmarked_list import LEADS_OVER
from reports.text.document import Line
from reports.text.sentences import split_sentences

_STRENGTHS = re.compile(
    r"\b(?:strengths?|(?:work(?:s|ing)?|do(?:es|ing)?|done) (?:\w+ )?well|achievements?|positives?"
    r"|(?:good|best|effective|strong) practice)\b(?!.*\b(?:however|but|although)\b)",
    re.IGNORECASE,
)
_BOX = re.compile(r"(?:case|practice) (?:stud(?:y|ies)|examples?)\b|example\b", re.IGNORECASE)
_BEFORE = re.compile(
    r"\b(?:last|previous|earlier|prior) (?:\w+ ){0,2}(?:inspection|visit|report|review)"
    r"|\bpreviously\b|\b(?:in|since|from) (?:\w+ )?20\d\d\b",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(?:this|these|our) (?:\w+ )?(?:inspection|visit|report|letter)", re.IGNORECASE
)
_OTHERS = re.compile(
    r"\b(?:partners?(?: agencies)?|police|health|schools|(?:other|external) (?:agencies|bodies"
    r"|organisations)|safeguarding (?:board|partnership))\b",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r"\b(?:inspectors|we|leaders|the following|is|are|was|were|ha(?:s|ve)|include[sd]?)\b",
    re.IGNORECASE,
)
"""A word of a sentence, in contrast to a title with a colon."""

_ASKS = re.compile(
    r"\b(?:should|must|needs? to|to improve|areas? for|actions?|recommend\w*|address|priorit\w+"
    r"|strengthen|within|weakness\w*|concerns?|shortfalls?)\b",
    re.IGNORECASE,
)


def report_introductions(found: Scan) -> None:
    """Report the words that introduce a list which may not be one of areas, or which is missing."""
    listed = False
    for entry in found.entries:
        if entry.role is Role.ITEM:
            listed = True
            continue
        words = split_sentences(entry.text)[-1]
        introduces = entry.role is Role.TITLE or LEADS_OVER.search(words) is not None
        if introduces and (what := _other_kind(words, listed=listed)):
            found.doubt(Line(entry.text, entry.page), f"may introduce a list of {what}")
    last = found.entries[-1] if found.entries else None
    if last is not None and last.role is not Role.ITEM and last.text.endswith(":"):
        found.doubt(Line(last.text, last.page), "introduces a list, but none follows")


def _other_kind(words: str, *, listed: bool) -> str:
    """Return what kind of list the words before it suggest; "" if they suggest none but areas.

    `listed`: items precede the words. Only then do words about other bodies, and those that ask for
    nothing, begin another list: before the first item they say whose areas follow.
    """
    if _STRENGTHS.search(words):
        return "strengths"
    if _BOX.match(words):
        return "examples"
    if _BEFORE.search(words) and not _NOW.search(words):
        return "areas from an earlier inspection"
    if listed and words.endswith(":") and _OTHERS.search(words):
        return "areas for another body"
    if listed and words.endswith(":") and _TELLS.search(words) and not _ASKS.search(words):
        return "other matters"
    return ""
