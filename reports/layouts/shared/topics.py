"""What a visit looked at, in the words of the letter."""

from __future__ import annotations

import re
from itertools import dropwhile, takewhile

from reports.layouts.shared.letterhead import Letter
from reports.layouts.shared.scanner import scan
from reports.layouts.shared.typed_lines import Role
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
_PROGRESS_IN = re.compile(r"\bprogress (?:that has been )?made (?:in|on|with|against)\b")
_LIST_LINES = 30
_SUPPOSED_LONGEST = 300


def read_topic(letter: Letter) -> str | None:
    """The subject of "Inspectors looked at the local authority's arrangements for ...".

    A list that follows the sentence is left out. Some letters of 2020 and 2021, about whole
    services, have no such sentence. A monitoring visit's letter lists the areas whose progress
    was reviewed.
    """
    if listed := _progress_list(letter):
        return listed
    for pattern in _PATTERNS:
        if match := pattern.search(letter.opening):
            topic = re.split(rf"[:;]?\s*[{BULLETS}]", match.group("topic"), maxsplit=1)[0]
            topic = _TO_A_LIST.sub("", _FRAMEWORK.sub("", topic).strip(" ,:;")).strip(" ,:;")
            return _quotes_closed(topic) if 0 < len(topic) <= _SUPPOSED_LONGEST else None
    return None


def _quotes_closed(topic: str) -> str:
    """A topic that ends in quotation marks with their mark: it stands after the full stop."""
    return topic + "’" if topic.count("‘") > topic.count("’") else topic


def _progress_list(letter: Letter) -> str | None:
    """The items under "Inspectors reviewed the progress made in the following areas"."""
    lines = letter.document.lines[letter.body : letter.body + _LIST_LINES]
    at = next((i for i, line in enumerate(lines) if _PROGRESS_IN.search(line.text)), None)
    if at is None:
        return None
    entries = dropwhile(
        lambda entry: entry.role is not Role.ITEM,
        scan(lines[at + 1 :], document=letter.document).entries,
    )
    listed = takewhile(lambda entry: entry.role is Role.ITEM, entries)
    items = [entry.text.rstrip(" .;,") for entry in listed]
    return "; ".join(items) or None
