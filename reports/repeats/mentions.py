"""Where a sentence mentions an earlier inspection, visit or report, and what is next to it.

"This was a finding at the last visit" takes its meaning from the sentence before; "caseloads have
fallen since the last inspection" from the one after, which may begin "However".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 700
"""Characters. Only this much of a neighbour is looked at; a longer "sentence" is not a sentence."""

_INSPECTION = r"(?:inspections?|visits?|ilacs|jtai)"
_OF_OTHERS = (
    r"(?<!home[’']s )(?<!homes[’'] )(?<!school[’']s )(?<!college[’']s )(?<!provider[’']s )"
    r"(?<!agency[’']s )"
)
"""Excludes inspections of anything but the council: "the home’s last inspection"."""

MENTION = re.compile(
    rf"{_OF_OTHERS}\b(?:"
    r"(?:last|previous|earlier|prior(?! to (?:this|the|our|its)\b)|recent|our|first|second|third"
    r"|fourth|\d{4}|two|three|four|successive)\b"
    rf"(?: \S+){{0,5}}? (?:{_INSPECTION}|(?<!audit )recommendations?)\b"
    r"|(?:last|previous|earlier) (?:ofsted )?report\b"
    r"|(?<!at the time of the )(?:inspections?|ilacs|jtai|(?:focused|monitoring|assurance|previous"
    r"|last|this|that|our|ofsted) visits?)\b(?: \S+){0,5}? (?:19|20)\d\d\b"
    r"|last inspected\b"
    r"|(?<!not )previous(?:ly)? (?:identified|recommend\w+)"
    r"|(?:identified|recommended|highlighted) (?:previously\b|(?:before|(?:both )?then)"
    r"(?=[^\w\s]| (?:and|but|are|is|ha[sd]|have|remain|persist)|$))"
    rf"|since (?:the|our|that|this|its) (?:\w+ ){{0,3}}{_INSPECTION}"
    r"|areas? (?:for|of) (?:improvement|development|priority action|weakness|concern)"
    r"(?: \S+){0,2}? (?:in|from|since) (?:both )?(?:19|20)\d\d\b"
    r")",
    re.IGNORECASE,
)
"""An earlier inspection, visit or report is mentioned."""

_PART = re.compile(
    r"(?<=[.!?])\s+(?=[A-Z◼■\d])|(?<=[a-z)]\.)(?=\d{1,3}\.? ?[A-Z])|(?<=\.)(?=[A-Z][a-z])"
    r"|\s(?=[◼■▪●]\s)|(?<=\d\.)(?=[A-Z])"
    r"|\b(?:Overall effectiveness|The experiences and progress of care leavers) "
    r"(?:Outstanding|Good|Requires improvement(?: to be good)?|Inadequate)\b"
    r"|\b(?:Headline findings|Main findings|Overview|Findings|Summary)\b"
)
"""Where one sentence ends within what extraction gave as one; a table of grades ends in its last
row, which is "Overall effectiveness" up to 2025 and care leavers since."""

_BULLET = r"[◼■▪●•\uf000-\uf0ff]"
"""A bullet. Some reports print theirs with a font of symbols, which gives private characters."""

_ITEM = re.compile(rf"(?:^|\s){_BULLET}\s")
_PARAGRAPH_NUMBER = re.compile(
    r"(?:inspections?|visits?|ilacs|jtai|reports?) \d{1,3}\.$", re.IGNORECASE
)
"""A heading without a full stop, and the number of the paragraph below it."""

_ENDS = re.compile(r"(?<!\s\d)(?<!\s\d\d)(?<!\s\d{3})[.!?][’”'\")]*$")
"""The end of a sentence: not that of a heading, a row of a table or a paragraph's number."""

_FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """The sentence that mentions an earlier inspection, the one before it and the one after it.

    A neighbour is empty where there is none.
    """

    before: str
    sentence: str
    after: str


def find_mention(before: str, sentence: str, after: str) -> Mention | None:
    """Return the mention in what extraction gave as one sentence; None where it has none.

    `before` and `after` are the text around it.
    """
    parts, at = _parts(sentence)
    if at is None:
        return None
    said_before = [part for part in parts[:at] if _ENDS.search(part)]
    return Mention(
        _nearest(f"{before[-LONGEST:]} {' '.join(said_before)}", last=True),
        parts[at],
        _nearest(f"{' '.join(parts[at + 1 :])} {after[:LONGEST]}", last=False),
    )


def without_what_precedes(sentence: str) -> str:
    """Return the sentence that mentions an earlier inspection, without what precedes it.

    Extraction may put a table of grades, a heading or an item of a list at the start of a
    sentence.
    """
    parts, at = _parts(sentence)
    proper = sentence[sentence.index(parts[at]) :] if at is not None else sentence
    mention = MENTION.search(proper)
    items = [item.end() for item in _ITEM.finditer(proper, 0, mention.start() if mention else 0)]
    return proper[items[-1] :] if items else proper


def without_bullets(text: str) -> str:
    """Return a text without the bullets of a list."""
    return _ITEM.sub(" ", text)


def is_heading(sentence: str) -> bool:
    """Return whether the mention is in a heading: "Progress since the last visit 28."

    The number belongs to the paragraph below it.
    """
    return _PARAGRAPH_NUMBER.search(without_what_precedes(sentence).rstrip()) is not None


def _parts(sentence: str) -> tuple[list[str], int | None]:
    """Return the parts of what extraction gave as a sentence, and which part has the mention."""
    parts = [part.strip() for part in _PART.split(sentence) if part and part.strip()]
    return parts, next((at for at, part in enumerate(parts) if MENTION.search(part)), None)


def _nearest(text: str, *, last: bool) -> str:
    """Return the last or first sentence of a text; a part of one or two words is not a sentence."""
    parts = [p for p in _PART.split(text) if p and len(p.split()) >= _FEWEST_WORDS]
    if not parts:
        return ""
    return parts[-1 if last else 0]
