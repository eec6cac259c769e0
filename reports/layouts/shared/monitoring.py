"""What a letter says about the areas that an earlier inspection named.

A monitoring visit reviews these areas. They are its topic, not new areas for improvement, whatever
the heading of their list says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.layouts.shared.areas import PRIORITY_HEADING
from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.enumerators import with_certain_marks
from reports.layouts.shared.letterhead import LINE_PITCH, Letter
from reports.layouts.shared.scanner import scan
from reports.layouts.shared.section_finder import Section
from reports.layouts.shared.sections import AREAS_HEADING, is_closing, stands_alone
from reports.layouts.shared.spacing import Spacing
from reports.layouts.shared.typed_lines import Role
from reports.layouts.shared.unmarked_list import LEADS_OVER
from reports.problems import ProblemCode
from reports.text.clean import join_lines
from reports.text.dates import MONTHS
from reports.text.document import Line
from reports.text.lists import UNKNOWN_MARK, split_bullet, split_number
from reports.text.sentences import split_sentences

_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
)  # fmt: skip
_ORDINAL = rf"{'|'.join(_ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th)"
_NTH_VISIT = rf"({_ORDINAL})(?:,? and (?:last|final|most recent))? (?:\w+ )?visit\b"
_NUMBER = re.compile(
    rf"\b(?:this|it|(?:the|this|our) (?:\w+ )?visit) (?:was|is) (?:\w+ ){{0,3}}?(?:\w+[’']s? )?"
    rf"{_NTH_VISIT}"
    rf"|\bfindings (?:of|from) (?:the|this|our|your) {_NTH_VISIT}"
    rf"|(?<!since )\bthis {_NTH_VISIT}"
    rf"|\bvisit\b[^.]{{0,80}}[;,] (?:and )?this (?:was|is) (?:the|our) ({_ORDINAL})(?=[.;,])"
    rf"|\bvisit(?: (?:was|is)|[^.;]{{0,120}}\d,?(?:(?: which)? (?:was|is)| being)?)"
    rf" (?:the|our) (?:{_NTH_VISIT}|({_ORDINAL})) (?:since|after|following)\b",
    re.IGNORECASE,
)
"""The number of the visit itself, in one of the groups. "The third since ..." counts only after the
word "visit"."""

_MAY_NUMBER = re.compile(
    r"(?<!since )(?<!after )(?<!following )(?<!follows )(?<!followed )(?<!before )"
    r"(?<!at )(?<!from )(?<!in )(?<!of )(?<!by )"
    rf"\b(?:the|our|a|their|your) {_NTH_VISIT}",
    re.IGNORECASE,
)
"""A visit with a number, which may be this visit: no word before it, such as "since", says that it
is another."""

_AND_ALSO = re.compile(
    rf"[^.]{{0,80}}?\b(?:and|but) (?:also )?(?:the|our|your) (?P<nth>{_ORDINAL}) (?:\w+ )?visit\b",
    re.IGNORECASE,
)
"""Another number of the same visit: "the first under a new director and the fourth visit"."""

_REVIEWED = re.compile(
    r"\b(?:review|reviewed|considered|evaluated|examined|looked (?:in detail )?at|focused on|"
    r"monitored)\b[^.]{0,80}\b(?:progress|following)\b"
    r"|\bprogress (?:that )?(?:has been |had been )?made (?:in|on|with|against|since)\b",
    re.IGNORECASE,
)
_COVERED = re.compile(
    r"areas? (?:covered|reviewed|considered)(?: (?:by|at|during|in) (?:the|this) visit)?[.:]?"
    r"|what (?:inspectors|we) (?:covered|reviewed|considered|evaluated|looked at)[.:?]?",
    re.IGNORECASE,
)
_NEW_AREAS = re.compile(r"What needs? to improve\b", re.IGNORECASE)
_FINDINGS = re.compile(
    r"(?:(?:main|headline|key|detailed|summary of) )?findings\b.{0,40}|overview|summary|background",
    re.IGNORECASE,
)
_IN_A_SENTENCE = re.compile(
    r"progress (?:that )?(?:has been |had been )?made (?:in|on|with|against)(?: relation to)? "
    r"(?:the (?:area|areas) of (?:concern )?)?(?P<area>(?!the following)[^.:•]{4,400})\.",
    re.IGNORECASE,
)
_ENUMERATOR = re.compile(
    r"(?:\(?(?:[a-zA-Z]|[ivx]{1,4}|R?\d{1,2})[.):]|R\d{1,2})\s+(?=\S)|\(?[ivx]{1,4}\)\s+"
)
_BETWEEN_PARTS = re.compile(
    r";\s*(?:and\s+)?(?:\(?(?:[a-z]|[ivx]{1,4}|\d{1,2})[.)]\s+)?", re.IGNORECASE
)
_EVIDENCE = re.compile(
    r"\b(?:evidence|interview\w*|records|spoke|met|documents?|meetings?|documentation)\b", re.I
)
_ALSO = re.compile(
    r"\b(?:also|in addition|further(?:more)?|as well)\b.*\b(?:review|consider|look|evaluat|examin|"
    r"focus)\w*\b",
    re.IGNORECASE,
)
_PROSE = re.compile(
    r"(?:A (?:wide )?range|Inspectors?|We|They|I|It|This|These|During|In addition|Our|Evidence|"
    r"The (?:visit|inspect\w+|team|findings?|local authority|council|letter))\b.*[.!]$",
    re.DOTALL,
)
"""A sentence under the list, in words with which no area begins."""

_PROGRESS = re.compile(r"\bprogress\b", re.IGNORECASE)
_NO_FINDING = re.compile(
    r"\b(?:child|children|pupils?|people|leavers|they)\b[^,;]{0,40}\b(?:make|makes|making|made)\b"
    r"|\b(?:children|pupils|people|leavers)[’']s?['’]?\b[^,;]{0,40}\bprogress\b"
    r"|\bto (?:decide|determine|judge|evaluate|assess) (?:whether|how|if|the)\b"
    r"|\breview(?:ed)? (?:the )?progress\b|\bexperiences and progress\b",
    re.IGNORECASE,
)
_VISIT = r"(?:last|previous|earlier|prior|first|second|third|\w+th|initial|next|future)"
_SINCE = re.compile(
    r"\b(?:since|following|after|from|(?:identified|named|found|raised|noted|highlighted|made) "
    rf"(?:at|in|by|during)|of|against) (?:the |our |its |this )?(?:{_VISIT} )?(?:\w+ )?"
    r"(?:visits?|inspections?|report)(?: (?:in|of) (?:\w+ )?20\d\d)?\b",
    re.IGNORECASE,
)
"""What the progress of this visit is measured from."""

_WHEN = rf"(?:{'|'.join(MONTHS)}|spring|summer|autumn|winter|20\d\d)"
_OF_ANOTHER_TIME = re.compile(
    rf"\b{_VISIT} (?:\w+ ){{0,2}}(?:visits?|inspections?|letters?|reports?)\b|\bearlier visits?\b"
    rf"|\b(?:in|by|at) (?:early |late |mid-?)?{_WHEN}\b|\bhad (?:been|made|shown|seen|started)\b"
    r"|\b(?:ago|previously|formerly|last (?:year|time)|at that time|reported)\b",
    re.IGNORECASE,
)
_NOT_FOUND_HERE = re.compile(
    r"\b(?:sa(?:ys?|id)|tells?|told|states?|stated|believes?|thinks?|feels?|considers?|claims?|reports?|"
    r"describe[sd]?|self-\w+|hopes?|hoping|aims?|plans? to|intends?|expects?|wants?|will|would|"
    r"could|may|might|if|neighbour\w*|other (?:councils?|authorit\w+)|another|elsewhere)\b|\?$",
    re.IGNORECASE,
)
"""The view of others, a plan, a question or another council."""

_THAT = re.compile(r"(?P<who>.*?)\bthat\b.*\bprogress\b", re.IGNORECASE)
_FINDS = re.compile(
    r"\b(?:inspectors?|we|I|visit|evidence|(?:is|are|was) (?:clear|evident))\b|\bprogress\b",
    re.IGNORECASE,
)
"""Words for whoever finds at a visit that there is progress."""

_OF_THE_LAST = re.compile(
    r"\b(?:last|previous|earlier|first|initial) (?:\w+ )?(?:inspection|visit|report)\b"
    r"|\b(?:were|was) (?:named|identified|found|raised|set out|reported)\b"
    rf"|\binspection (?:of|in) (?:\w+ )?20\d\d|\bin {_WHEN}\b",
    re.IGNORECASE,
)
"""Words that say that an earlier inspection named what follows."""

_OF_THIS_VISIT = re.compile(r"\b(?:this|our) (?:\w+ )?visit\b", re.IGNORECASE)
_LEAD_LINES = 40
_FINDING_LINES = 80
_SENTENCE_LINES = 8
_LONGEST_SENTENCE = 1_000
"""Characters; anything longer is not a sentence."""

_FEWEST_WORDS = 2
"""A shorter part of a sentence is not an area by itself."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The lines of a letter that say what was reviewed (`span`), and the areas that they name."""

    span: range
    areas: tuple[str, ...]


def visit_number(letter: Letter, reading: ReadingBuilder) -> int | None:
    """Return the number of the visit since the inspection, or None where the letter gives none."""
    numbers = set()
    for match in _NUMBER.finditer(letter.opening):
        numbers.add(_number(next(filter(None, match.groups()))))
        if also := _AND_ALSO.match(letter.opening, match.end()):
            numbers.add(_number(also.group("nth")))
    if not numbers and (may := _MAY_NUMBER.search(letter.opening)):
        message = f"Whether “{may.group()}” is the visit of this letter is not certain."
        reading.problem(ProblemCode.VISIT_UNCLEAR, message, page=letter.document.first_page)
    if len(numbers) > 1:
        message = f"The letter numbers the visit differently: {', '.join(map(str, numbers))}."
        reading.problem(ProblemCode.VISIT_UNCLEAR, message, page=letter.document.first_page)
    return next(iter(numbers)) if len(numbers) == 1 else None


def _number(word: str) -> int:
    word = word.casefold()
    return _ORDINALS.index(word) + 1 if word in _ORDINALS else int(re.sub(r"\D", "", word))


def reviewed_areas(letter: Letter, reading: ReadingBuilder) -> Reviewed:
    """Return the areas of the earlier inspection that the visit reviewed.

    They are between the title or sentence that announces them and the findings. Without a list,
    the words of the sentence are the area.
    """
    lines = letter.document.lines
    head = range(letter.body, min(letter.body + _LEAD_LINES, len(lines)))
    reviewed = [at for at in head if _REVIEWED.search(_two_lines(letter, at))]
    titled = [at for at in head if _COVERED.fullmatch(lines[at].text)]
    start = min([*reviewed, *titled], default=None)
    if start is None:
        return Reviewed(range(0), ())
    stop = next((at for at in range(start + 1, len(lines)) if _ends(letter, at)), len(lines))
    first = start + (start in titled)
    under = with_bullets(lines[first:stop])
    listed = next((at for at, line in enumerate(under, first) if split_bullet(line.text)), stop)
    _check_new_areas(letter, range(first, listed), reading)
    stop = next((at for at in range(listed, stop) if _heads_areas(letter, at)), stop)
    under = under[: stop - first]
    if listed < stop:
        areas = _listed(letter, under, reading)
    else:
        areas = _drawn(letter, under) or _in_sentences(under, reading)
    return Reviewed(range(start, stop), areas)


def _check_new_areas(letter: Letter, above: range, reading: ReadingBuilder) -> None:
    """Report the heading of new areas above a list that seems to be what was reviewed."""
    for at in above:
        line = letter.document.lines[at]
        if _NEW_AREAS.match(line.text) and _heads_areas(letter, at):
            message = f"Whether “{line.text[:60]}” heads areas that were reviewed is not certain."
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=line.page)


def with_bullets(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with a bullet in place of a letter or number where that marks an item."""
    return [
        line._replace(text=f"• {line.text[match.end() :]}")
        if (match := _ENUMERATOR.match(line.text))
        else line
        for line in lines
    ]


def _listed(letter: Letter, lines: Sequence[Line], reading: ReadingBuilder) -> tuple[str, ...]:
    """Return the items of each list that a sentence about the review introduces."""
    areas: list[str] = []
    wanted = True
    unclear = ""
    found = scan(lines, document=letter.document)
    entries = found.entries
    last = max((at for at, entry in enumerate(entries) if entry.role is Role.ITEM), default=-1)
    for at, entry in enumerate(entries):
        text = entry.text
        if entry.role is Role.ITEM:
            if wanted:
                areas.append(text.rstrip(" .;,"))
        elif LEADS_OVER.search(text):
            known = areas and not (_REVIEWED.search(text) or _ALSO.search(text))
            wanted = not (known and _EVIDENCE.search(text))
            unclear = unclear or (text if known and wanted else "")
        elif at < last or not _PROSE.match(text):
            patterns = (_REVIEWED, _OF_THE_LAST, _PROSE)
            above = not areas and (_is_heading(text) or any(p.search(text) for p in patterns))
            above = above and ": " not in text
            unclear = unclear or ("" if at < last and above else text)
    strange = next((area for area in areas if UNKNOWN_MARK.match(area)), "")
    # A line that was joined to an area, but may be one of its own.
    joining = (Role.CONTINUATION, Role.SUB_ITEM)
    joined_lines = {line.text for line, role in found.lines if role in joining}
    joined = (doubt.text for doubt in found.doubts if doubt.text in joined_lines)
    strange = strange or next(joined, "")
    if unclear or strange:
        message = (
            f"Whether “{(unclear or strange)[:60]}” is an area that was reviewed is not certain."
        )
        reading.problem(ProblemCode.VISIT_UNCLEAR, message, page=lines[0].page)
    return tuple(areas)


def _drawn(letter: Letter, lines: Sequence[Line]) -> tuple[str, ...]:
    """Return the items of a single list whose bullets are shapes: only its lines are indented."""
    spacing = Spacing(letter.document)
    colon = next((at for at, line in enumerate(lines, 1) if line.text.endswith(":")), len(lines))
    inside = [line.x > spacing.margin(line.page) + spacing.indent for line in lines]
    if not spacing.positioned or not any(inside) or any(inside[:colon]):
        return ()
    count = sum(inside)
    found = scan(lines[colon : colon + count], document=letter.document)
    after = join_lines([line.text for line in lines[colon + count :]])
    one_list = all(inside[colon : colon + count]) and not (after and not _PROSE.match(after))
    if not one_list or found.doubts:
        return ()
    return tuple(item.text.rstrip(" .;,") for item in found.items)


def names_earlier_areas(letter: Letter, section: Section) -> bool:
    """Return whether words between a heading and its list say that its items are earlier areas."""
    above: list[str] = []
    for line in with_certain_marks(section.lines(letter.document)):
        if split_bullet(line.text) or split_number(line.text):
            words = join_lines(above)
            return _OF_THE_LAST.search(words) is not None and not _OF_THIS_VISIT.search(words)
        above.append(line.text)
    return False


def precedes_findings(letter: Letter, section: Section) -> bool:
    """Return whether a section precedes the first findings, as the areas reviewed do."""
    lines = letter.document.lines
    found = (at for at in range(letter.body, len(lines)) if _FINDINGS.fullmatch(lines[at].text))
    return next(found, 0) > section.start


def _two_lines(letter: Letter, at: int) -> str:
    """Return a line and the next: a sentence may be wrapped."""
    return join_lines([line.text for line in letter.document.lines[at : at + 2]])


def _ends(letter: Letter, at: int) -> bool:
    text = letter.document.lines[at].text
    return _FINDINGS.fullmatch(text) is not None or is_closing(text)


def _heads_areas(letter: Letter, at: int) -> bool:
    """Return whether line `at` heads a list of new areas, after the list of those reviewed."""
    known = _is_heading(letter.document.lines[at].text)
    return known and stands_alone(letter.document, at, at + 1)


def _is_heading(text: str) -> bool:
    return (AREAS_HEADING.fullmatch(text) or PRIORITY_HEADING.fullmatch(text)) is not None


def _in_sentences(lines: Sequence[Line], reading: ReadingBuilder) -> tuple[str, ...]:
    """Return the areas that the sentence about the review itself names, divided by semicolons."""
    text = join_lines([line.text for line in lines[:_SENTENCE_LINES]])
    sentences = split_sentences(text)
    first = next((at for at, words in enumerate(sentences) if _REVIEWED.search(words)), 0)
    match = _IN_A_SENTENCE.search(sentences[first])
    before, colon, after = sentences[first].partition(":")
    named = match.group("area") if match else after if _REVIEWED.search(before) else ""
    parts = [part.strip(" .;,") for part in _BETWEEN_PARTS.split(named)]
    areas = tuple(_ENUMERATOR.sub("", part, count=1) for part in parts if part)
    several = len(areas) > 1 and all(len(area.split()) >= _FEWEST_WORDS for area in areas)
    if several or (match and len(areas) == 1):
        return areas
    if colon or ";" in text or LEADS_OVER.search(sentences[first]):
        message = f"Which areas were reviewed is not certain: “{sentences[first][:100]}”."
        reading.problem(ProblemCode.VISIT_UNCLEAR, message, page=lines[0].page)
    return ()


def progress_found(letter: Letter, after: int, reading: ReadingBuilder) -> str | None:
    """Return the first sentence, verbatim, from line `after` on that judges the council's progress.

    The progress of children and the purpose of the visit do not count. If only an earlier visit or
    other people are quoted on progress, report a problem and return None.
    """
    doubtful = ""
    for sentence in _sentences(letter, after):
        whole = len(sentence) <= _LONGEST_SENTENCE and sentence.endswith((".", "!", "?"))
        if not whole or not _PROGRESS.search(sentence) or _NO_FINDING.search(sentence):
            continue
        if _is_found_here(sentence):
            return sentence
        doubtful = doubtful or sentence
    if doubtful:
        message = f"Whether “{doubtful[:100]}” is what this visit found is not certain."
        reading.problem(ProblemCode.VISIT_UNCLEAR, message, page=letter.document.first_page)
    return None


def _is_found_here(sentence: str) -> bool:
    """Return whether a sentence about progress is what the inspectors found at this visit."""
    that = _THAT.match(sentence)
    if that and not _FINDS.search(that.group("who")):
        return False
    return not (
        _OF_ANOTHER_TIME.search(_SINCE.sub(" ", sentence)) or _NOT_FOUND_HERE.search(sentence)
    )


def _sentences(letter: Letter, after: int) -> Iterator[str]:
    """Yield the sentences from line `after` on; a title or list item ends one without a stop."""
    lines = letter.document.lines[after : after + _FINDING_LINES]
    paragraph: list[str] = []
    last: Line | None = None
    for line in lines:
        marked = split_bullet(with_bullets([line])[0].text)
        apart = (
            last is not None
            and last.page == line.page
            and last.y - line.y > LINE_PITCH * max(line.size, last.size)
        )
        titled = _FINDINGS.fullmatch(line.text) is not None
        if line.gap or marked or apart or titled:
            yield from split_sentences(join_lines(paragraph))
            paragraph = []
        if not titled:
            paragraph.append(marked[1] if marked else line.text)
        last = line
    yield from split_sentences(join_lines(paragraph))
