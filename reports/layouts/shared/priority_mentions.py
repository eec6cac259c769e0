"""Priority actions that no heading announces: an item calls itself one, or the prose names one.

Only a heading makes an area a priority action. Words elsewhere may mean one of an earlier visit, so
they are a problem and change no area.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.nothing_named import says_nothing_is_named
from reports.model import ImprovementArea
from reports.problems import ProblemCode
from reports.text.clean import join_lines
from reports.text.document import Document
from reports.text.sentences import split_sentences

_AREA = r"(?:areas?|actions?|matters?|issues?) (?:for|of|requiring) (?:immediate )?priority action"
_CALLED_SO = re.compile(
    rf"\b{_AREA}s?\b|\A(?:immediate )?priority (?:actions?|areas?)(?: \d{{1,2}})?\s*[:.–—-]",
    re.IGNORECASE,
)
_NAMED_NOW = re.compile(
    r"\b(?:inspectors|we|ofsted|(?:this|the) (?:\w+ )?(?:visit|inspection))"
    r" (?:ha(?:s|ve) |also ){0,2}(?:identified|found|made|issued|raised|set|named)"
    rf" (?:\w+ ){{0,4}}{_AREA}"
    rf"|\b(?:this|these|which) (?:is|are) (?:therefore |also )?(?:\w+ ){{0,2}}{_AREA}"
    rf"|\b{_AREA}s? (?:is|are|was|were|ha(?:s|ve) been) (?:identified|found|made|issued|raised)"
    rf"|\bissued with (?:\w+ ){{0,3}}{_AREA}"
    rf"|\bnotified [^.]{{0,60}}{_AREA}"
    r"|\brequires? (?:immediate )?priority action\b",
    re.IGNORECASE,
)
_DISCOUNTED = re.compile(
    r"\b(?:previous(?:ly)?|last|earlier|prior|recent|(?:19|20)\d\d|no|not)\b", re.IGNORECASE
)
_AROUND = 5
"""Lines before and after a word that hold its sentence and the one before."""


def check_called_priority(
    texts: Iterable[tuple[str, int]], heading: str, reading: ReadingBuilder
) -> None:
    """Report words under an ordinary heading that call an area a priority action.

    `texts` are the items, titles and paragraphs of the section, each with its page.
    """
    for text, page in texts:
        if _CALLED_SO.search(text) and not says_nothing_is_named(text):
            message = f"“{text[:60]}” under “{heading}” may be about a priority action."
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=page)
            return


def check_priority_mentions(
    document: Document, after: int, areas: Iterable[ImprovementArea], reading: ReadingBuilder
) -> None:
    """Report a sentence from line `after` on that names a priority action, where none was read.

    A sentence about an earlier visit or inspection does not count. Nor does one that says no or
    not, or the sentence after either.
    """
    if any(area.priority_action for area in areas):
        return
    for at in range(after, len(document.lines)):
        if "priority" not in document.lines[at].text.casefold():
            continue
        around = document.lines[max(after, at - _AROUND) : at + _AROUND + 1]
        before = ""
        for sentence in split_sentences(join_lines([line.text for line in around])):
            if _NAMED_NOW.search(sentence) and not _DISCOUNTED.search(f"{before} {sentence}"):
                message = f"No heading announces a priority action, but: “{sentence[:80]}”."
                page = document.lines[at].page
                reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=page)
                return
            before = sentence
