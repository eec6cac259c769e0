"""What a letter says of the areas that an earlier inspection had named.

A monitoring visit reviews them. They are its topic and no new areas for improvement, whatever words
head their list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import dropwhile, takewhile

from reports.layouts.shared.areas import PRIORITY_HEADING
from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.letterhead import Letter
from reports.layouts.shared.scanner import scan
from reports.layouts.shared.section_finder import Section
from reports.layouts.shared.sections import AREAS_HEADING, is_closing, stands_alone
from reports.layouts.shared.typed_lines import Role
from reports.problems import ProblemCode
from reports.text.clean import join_lines
from reports.text.lists import split_bullet

_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
)  # fmt: skip
_NTH = rf"(?P<nth>{'|'.join(_ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))"
_NUMBER = re.compile(
    rf"\b(?:this|it|the visit|this visit) (?:was|is) (?:\w+ ){{0,3}}?(?:\w+[’']s? )?{_NTH}"
    r" (?:\w+ )?visit\b"
    rf"|\bfindings (?:of|from) (?:the|this|our|your) {_NTH.replace('nth', 'which')}"
    r" (?:\w+ )?visit\b",
    re.IGNORECASE,
)
_REVIEWED = re.compile(
    r"\b(?:review|reviewed|considered|evaluated|examined|looked (?:in detail )?at|focused on|"
    r"monitored)\b[^.]{0,80}\b(?:progress|following)\b"
    r"|\bprogress (?:that )?(?:has been |had been )?made (?:in|on|with|against|since)\b",
    re.IGNORECASE,
)
_COVERED = re.compile(
    r"areas? (?:covered|reviewed|considered)(?: (?:by|at|during|in) (?:the|this) visit)?[.:]?",
    re.IGNORECASE,
)
_FINDINGS = re.compile(
    r"(?:(?:main|headline|key|detailed|summary of) )?findings\b.{0,40}|overview|summary|background",
    re.IGNORECASE,
)
_IN_A_SENTENCE = re.compile(
    r"progress (?:that )?(?:has been |had been )?made (?:in|on|with|against)(?: relation to)? "
    r"(?:the (?:area|areas) of (?:concern )?)?(?P<area>(?!the following)[^.:•]{4,200})\.",
    re.IGNORECASE,
)
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+")
_PROGRESS = re.compile(r"\bprogress\b", re.IGNORECASE)
_NO_FINDING = re.compile(
    r"\b(?:child|children|pupils?|people|leavers|they)\b[^,;]{0,40}\b(?:make|makes|making|made)\b"
    r"|\b(?:children|pupils|people|leavers)[’']s?['’]?\b[^,;]{0,40}\bprogress\b"
    r"|\bto (?:decide|determine|judge|evaluate|assess) (?:whether|how|if|the)\b"
    r"|\breview(?:ed)? (?:the )?progress\b|\bexperiences and progress\b",
    re.IGNORECASE,
)
_LEAD_LINES = 40
_FINDING_LINES = 80
_SENTENCE_LINES = 5
_LONGEST_SENTENCE = 1_000
"""Characters; anything longer is not a sentence."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Lines `span` of a letter that tell what was reviewed, and its items."""

    span: range
    areas: tuple[str, ...]


def visit_number(letter: Letter, reading: ReadingBuilder) -> int | None:
    """Which monitoring visit since the inspection it was, where the letter says so."""
    numbers = {
        _number(match.group("nth") or match.group("which"))
        for match in _NUMBER.finditer(letter.opening)
    }
    if len(numbers) > 1:
        message = f"The letter numbers the visit differently: {', '.join(map(str, numbers))}."
        reading.problem(ProblemCode.VISIT_UNCLEAR, message, page=1)
    return next(iter(numbers)) if len(numbers) == 1 else None


def _number(word: str) -> int:
    word = word.casefold()
    return _ORDINALS.index(word) + 1 if word in _ORDINALS else int(re.sub(r"\D", "", word))


def reviewed_areas(letter: Letter) -> Reviewed:
    """The areas of the earlier inspection: from the title or sentence that announces them to the
    findings. Without a list, the words of the sentence are the area."""
    lines = letter.document.lines
    head = range(letter.body, min(letter.body + _LEAD_LINES, len(lines)))
    said = [at for at in head if _REVIEWED.search(_two_lines(letter, at))]
    titled = [at for at in head if _COVERED.fullmatch(lines[at].text)]
    start = min([*said, *titled], default=None)
    if start is None:
        return Reviewed(range(0), ())
    stop = next((at for at in range(start + 1, len(lines)) if _ends(letter, at)), len(lines))
    listed = next((at for at in range(start, stop) if split_bullet(lines[at].text)), stop)
    stop = next((at for at in range(listed, stop) if _heads_areas(letter, at)), stop)
    entries = dropwhile(
        lambda entry: entry.role is not Role.ITEM,
        scan(lines[listed:stop], document=letter.document).entries,
    )
    items = takewhile(lambda entry: entry.role is Role.ITEM, entries)
    areas = tuple(item.text.rstrip(" .;,") for item in items)
    return Reviewed(range(start, stop), areas or _in_a_sentence(letter, start, stop))


def ends_lead_in(letter: Letter, at: int) -> bool:
    """Whether line `at` has the last words of a sentence that tells what was reviewed.

    They may be those of a heading: "reviewed the progress made in the / areas for improvement:".
    """
    before, line = letter.document.lines[at - 1], letter.document.lines[at]
    whole = line.gap or before.text.endswith((".", "!", "?", ":"))
    return not whole and _REVIEWED.search(before.text) is not None


def precedes_findings(letter: Letter, section: Section) -> bool:
    """Whether the first findings come after a section: what was reviewed comes before them."""
    lines = letter.document.lines
    found = (at for at in range(letter.body, len(lines)) if _FINDINGS.fullmatch(lines[at].text))
    return next(found, 0) > section.start


def _two_lines(letter: Letter, at: int) -> str:
    """A line and the next: a sentence may be wrapped."""
    return join_lines([line.text for line in letter.document.lines[at : at + 2]])


def _ends(letter: Letter, at: int) -> bool:
    text = letter.document.lines[at].text
    return _FINDINGS.fullmatch(text) is not None or is_closing(text)


def _heads_areas(letter: Letter, at: int) -> bool:
    """Whether a list of new areas starts: a heading of its own after the list of those reviewed."""
    text = letter.document.lines[at].text
    known = AREAS_HEADING.fullmatch(text) or PRIORITY_HEADING.fullmatch(text)
    return known is not None and stands_alone(letter.document, at, at + 1)


def _in_a_sentence(letter: Letter, start: int, stop: int) -> tuple[str, ...]:
    end = min(stop, start + _SENTENCE_LINES)
    text = join_lines([line.text for line in letter.document.lines[start:end]])
    match = _IN_A_SENTENCE.search(text)
    return (match.group("area").strip(),) if match else ()


def progress_found(letter: Letter, after: int) -> str | None:
    """The first sentence from line `after` on that judges the progress of the authority, verbatim.

    What children achieve, and what the visit was to find out, is not meant.
    """
    lines = letter.document.lines[after : after + _FINDING_LINES]
    kept = [line.text for line in lines if not _FINDINGS.fullmatch(line.text)]
    text = join_lines([(split_bullet(words) or ("", words))[1] for words in kept])
    for said in _SENTENCE_ENDS.split(text):
        whole = len(said) <= _LONGEST_SENTENCE and said.endswith((".", "!", "?"))
        if whole and _PROGRESS.search(said) and not _NO_FINDING.search(said):
            return said
    return None
