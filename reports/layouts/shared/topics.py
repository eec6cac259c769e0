"""The topic of a visit, in the words of the letter."""

from __future__ import annotations

import re

from reports.layouts.shared.letterhead import Letter
from reports.text.lists import BULLETS

_LOOKED = r"(?:looked (?:in detail )?at|considered|evaluated|reviewed|focused on|examined)"
_THEIRS = r"(?:the )?(?:local authority|council|trust)(?:['’]s)?"
_PATTERNS = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        rf"\binspectors {_LOOKED} {_THEIRS} (?:and [^.]{{3,60}}? )?arrangements"
        r" (?:and support )?(?:for|to|at|in|around) (?P<topic>[^.]+)",
        rf"\binspectors {_LOOKED} (?:the )?arrangements for (?P<topic>[^.]+)",
        rf"\binspectors {_LOOKED} (?P<topic>how (?:well )?{_THEIRS} [^.]+)",
        rf"\binspectors {_LOOKED} (?!a (?:wide )?(?:range|variety)|evidence|case)"
        rf"(?:{_THEIRS} )?(?P<topic>[^.]+)",
        rf"\bthis visit {_LOOKED} (?P<topic>[^.]+)",
    )
)
_TO_A_LIST = re.compile(
    r"(?:[\s,]+(?:and|with|including|focusing|specifically|in particular|a|an|particular|specific|"
    r"focus|on|through|which included|this included|such as|the following))+$",
    re.IGNORECASE,
)
_FRAMEWORK = re.compile(r",? in accordance with the inspections? of local authority.*", re.I)
_LONGEST_TOPIC = 300


def read_topic(letter: Letter) -> str | None:
    """Return the topic in "Inspectors looked at the local authority's arrangements for ...".

    A list that follows the sentence is left out. Return None without such a sentence, as in some
    letters of 2020 and 2021 about whole services.
    """
    for pattern in _PATTERNS:
        if match := pattern.search(letter.opening):
            topic = re.split(rf"[:;]?\s*[{BULLETS}]", match.group("topic"), maxsplit=1)[0]
            topic = _TO_A_LIST.sub("", _FRAMEWORK.sub("", topic).strip(" ,:;")).strip(" ,:;")
            return _quotes_closed(topic) if 0 < len(topic) <= _LONGEST_TOPIC else None
    return None


def _quotes_closed(topic: str) -> str:
    """Return a topic with its closing quotation mark, which the letter has after the full stop."""
    return topic + "’" if topic.count("‘") > topic.count("’") else topic
