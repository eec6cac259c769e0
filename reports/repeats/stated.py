"""What inspectors say themselves about what an earlier inspection named.

Most such sentences are praise ("have been addressed"); some are reproach ("still require
attention"). Only reproach makes a repeat. A bare sentence ("this was an area for development at
the last inspection") takes its meaning from where it stands: in a list of what must improve it is
reproach, elsewhere the sentences before it decide.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, zip_longest

from reports.model import ImprovementArea, StatedRepeat
from reports.text.document import Line
from reports.themes import tag

_EARLIER = re.compile(
    r"\b(?:last|previous|earlier)\b(?: \S+){0,4}? "
    r"(?:inspections?|(?:focused |monitoring )?visits?|ilacs|recommendations?)\b"
    r"|\b(?:inspections?|visits?)\b(?: \S+){0,3}? (?:in|of|from) (?:\w+ )?(?:19|20)\d\d\b"
    r"|\b(?:19|20)\d\d (?:\S+ ){0,2}?(?:inspections?|visits?)\b"
    r"|\bidentified (?:both )?then\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\bareas? (?:for|of|in need of|that) (?:\w+ )?"
    r"(?:improvements?|developments?|action|weakness|concern|required|needed)"
    r"|\brecommend(?:ations?|ed)\b"
    r"|\b(?:identified|raised|noted|highlighted|made) (?:\w+ly |both )?(?:as (?:\S+ ){1,5}?)?"
    r"(?:then|at|in|by|during|from)\b"
    r"|\b(?:areas|issues|shortfalls|weaknesse?s?|deficits|concerns|priorities)\b(?: \S+){0,5}? "
    r"(?:identified|highlighted|raised|noted|found)"
    r"|\bwas (?:a|an) (?:weakness|area|recommendation)\b",
    re.IGNORECASE,
)
_BREAK = "\n"
"""Stands in the joined text where a heading, a list or a table ends or begins."""

_END = re.compile(r"[.?!] |\n| (?=[◼■] )")
_START = (". ", "? ", "! ", "◼ ", "■ ", _BREAK)
_REPROACH = re.compile(
    r"\b(?:remain(?:s|ed)? (?!strong|good|effective|outstanding|a strength|robust)"
    r"|still\b|yet to\b|not (?:\w+ ){0,3}?(?:addressed|acted|improved?|made|progressed|resolved|"
    r"implemented|embedded|resulted|tackled|realised|robust|sustained|enough|sufficient\w*|"
    r"consistent\w*|assisted|always|been)"
    r"|insufficient\w*|inadequate progress|little (?:progress|improvement)|limited progress"
    r"|too slow\w*|too (?:many|much|little)|slow(?:ly)? (?:progress|pace|to)|progress (?:\w+ )?slow"
    r"|persist\w*|continu\w+ to (?:be|fail|hinder|require|need|have|wait|experience)"
    r"|fail(?:ed|s|ure)\b|hamper\w*|hinder\w*|unresolved|deteriorat\w*|declin\w*"
    r"|similar (?:areas|issues|concerns|findings|weaknesses)|again\b|have not\b|has not\b"
    r"|remains? (?:a feature|pertinent))",
    re.IGNORECASE,
)
_PRAISE = re.compile(
    r"\b(?:(?:fully|successfully|effectively|robustly|positively|well|now|largely|been|and) "
    r"addressed|improve[sd]\b|improvements? (?:has|have|in|to|since|noted|that)|(?:much|some|many|"
    r"significant|sustained|further|continued|notable|clear) improvements?"
    r"|strengthen\w*|acted (?:on|upon)|dealt with|tackled|effective action"
    r"|converted|resolved|responded|progress has been made|(?:good|significant|strong|clear|"
    r"tangible|substantial|considerable) progress|progress|buil[dt] on"
    r"|made a difference|successfully|addressing|prioritised|sustained|developed|enhanced"
    r"|substantive increase|no longer|been met|met\b)",
    re.IGNORECASE,
)
_CONTRARY = re.compile(
    r"\b(?:however|but|not|too|inconsistent|variab\w+|poor|weak\w*|lack\w*|insufficient\w*|limited"
    r"|delays?|drift|few|unclear|need\w* to|should|must)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?]+(?:\.(?=\d)[^.!?]+)*[.!?]+[’”'\")]*(?=\s|$)|[^.!?]+$")
_NUMBER = re.compile(r"^\s*(?:[-•◼▪■●]\s*|\d{1,3}\.\s*)+")
_ALL = re.compile(r"all (?:of )?(?:the |these )?(?:areas|recommendations)\b", re.IGNORECASE)
_GOES_ON = re.compile(r"\s*(?:these|this) (?:include|relate|concern|cover|mean)", re.IGNORECASE)
_INSPECTION = ("nspection", "isit", "ILACS")
"""Words of which each sentence about an inspection has one, in capitals or not."""

_LONGEST = 700
"""A sentence longer than this is a table of contents or another list without full stops."""

_SAME_SIZE = 0.6
"""Points by which the type of one paragraph may differ."""

_BACK = 2
"""How many sentences before a bare one say what it is about."""


class Tone(StrEnum):
    """Whether inspectors praise or reproach what became of it; or only state that it was named."""

    PRAISE = "praise"
    REPROACH = "reproach"
    BARE = "bare"


@dataclass(frozen=True, slots=True)
class StatedSentence:
    """A sentence about what was named before. `context`: the sentences that say what it means."""

    text: str
    page: int | None
    tone: Tone
    context: str


def find_stated(
    lines: Sequence[Line], areas: Sequence[ImprovementArea]
) -> tuple[StatedRepeat, ...]:
    """The reproaches in a document, one for each area that one is about.

    A sentence that is about no area is one with `area` None.
    """
    found = [
        StatedRepeat(text=text, area=at, page=area.page)
        for at, area in enumerate(areas)
        for text in _within(area.text)
    ]
    known = {_bare_text(said.text) for said in found}
    inside = [_bare_text(area.text) for area in areas]
    for said in find_statements(lines):
        text = _bare_text(said.text)
        if said.tone is not Tone.REPROACH or text in known or any(text in area for area in inside):
            continue
        about = _areas_about(said, areas) or [None]
        found += [StatedRepeat(text=said.text, area=at, page=said.page) for at in about]
    return tuple(found)


def says_all(said: StatedRepeat) -> bool:
    """Whether it says of all that was named before that it is still to be improved."""
    return _ALL.match(said.text) is not None


def find_statements(lines: Sequence[Line]) -> tuple[StatedSentence, ...]:
    """All sentences about what was named before, with their tone, in reading order."""
    text, starts = _joined(lines)
    found = []
    sentences = _Sentences(text)
    for start, end in sentences.candidates():
        sentence = text[start:end]
        if len(sentence) > _LONGEST or not _is_stated(sentence):
            continue
        # What leads into a list is about the list, not about what stands before it.
        before = [] if sentence.rstrip().endswith(":") else sentences.before(start)
        after = text[end : sentences.end(end + 1)]
        context = " ".join([*before, sentence])
        if _GOES_ON.match(after):
            context = f"{sentence} {after}"
        elif tag(_without_earlier(sentence)):
            context = sentence
        found.append(
            StatedSentence(
                text=_NUMBER.sub("", sentence).strip(),
                page=_page(start, starts),
                tone=_tone(sentence, before),
                context=context,
            )
        )
    return tuple(found)


def _within(text: str) -> Iterator[str]:
    """The sentence of an area that says it was named before: in such a list, reproach."""
    for match in _SENTENCE.finditer(text):
        sentence = match.group().strip()
        if _is_stated(sentence) and _tone(sentence, []) is not Tone.PRAISE:
            yield sentence.strip("() ")
            return


def _is_stated(sentence: str) -> bool:
    return _EARLIER.search(sentence) is not None and _NAMED.search(sentence) is not None


def _tone(sentence: str, before: Sequence[str]) -> Tone:
    if _REPROACH.search(sentence):
        return Tone.REPROACH
    if _PRAISE.search(sentence):
        return Tone.PRAISE
    if not before:
        return Tone.BARE
    context = " ".join(before[-1:])
    if _REPROACH.search(context) or _CONTRARY.search(context):
        return Tone.REPROACH
    return Tone.PRAISE if _PRAISE.search(context) else Tone.BARE


def _areas_about(said: StatedSentence, areas: Sequence[ImprovementArea]) -> list[int | None]:
    """The positions of the areas that share a facet with what the sentence speaks of."""
    # Sentence by sentence: what a later sentence names would else count as an aside.
    sentences = _SENTENCE.findall(said.context)
    spoken = {(t.theme, t.facet) for one in sentences for t in tag(_without_earlier(one))}
    return [
        at
        for at, area in enumerate(areas)
        if spoken & {(t.theme, t.facet) for t in (area.themes or tag(area.text))}
    ]


def _without_earlier(sentence: str) -> str:
    """Without the words for the earlier inspection, which are no theme."""
    return _EARLIER.sub(" ", _NAMED.sub(" ", sentence))


def _joined(lines: Sequence[Line]) -> tuple[str, list[tuple[int, int]]]:
    """The text of all lines, and where each page begins in it."""
    parts: list[str] = []
    starts: list[tuple[int, int]] = []
    length = 0
    for line, after in zip_longest(lines, lines[1:]):
        if not starts or starts[-1][1] != line.page:
            starts.append((length, line.page))
        broken = line.text[-1:] == "-" and line.text[-2:-1].isalnum()
        part = line.text if broken else line.text + " "
        if after is not None and _begins_anew(line, after):
            part += _BREAK
        parts.append(part)
        length += len(part)
    return "".join(parts), starts


def _begins_anew(before: Line, line: Line) -> bool:
    """Whether the type of a line shows that it does not go on with the sentence before it."""
    other = line.gap or before.bold != line.bold or abs(before.size - line.size) > _SAME_SIZE
    return other and line.text[:1].isupper()


class _Sentences:
    """Where the sentences of a text begin and end."""

    def __init__(self, text: str) -> None:
        self._text = text

    def candidates(self) -> Iterator[tuple[int, int]]:
        """Where the sentences that speak of any inspection begin and end, each once."""
        last = -1
        for at in sorted(chain.from_iterable(self._all(word) for word in _INSPECTION)):
            if at >= last:
                last = self.end(at)
                yield self.start(at), last

    def _all(self, word: str) -> Iterator[int]:
        at = self._text.find(word)
        while at >= 0:
            yield at
            at = self._text.find(word, at + 1)

    def start(self, at: int) -> int:
        """Where the sentence around a position begins."""
        begin = 0
        for mark in _START:
            # Looked for only behind the one that was found: the text may be long.
            found = self._text.rfind(mark, max(0, begin - len(mark)), at)
            if found >= 0:
                begin = max(begin, found + len(mark))
        return begin

    def end(self, at: int) -> int:
        """Where the sentence around a position ends."""
        match = _END.search(self._text, at)
        return match.start() + 1 if match else len(self._text)

    def before(self, start: int) -> list[str]:
        """The few sentences before the one that begins at a position, in reading order."""
        sentences: list[str] = []
        while len(sentences) < _BACK and start > len(". "):
            begin = self.start(start - len(". "))
            sentences.insert(0, self._text[begin:start])
            start = begin
        return sentences


def _page(start: int, starts: Sequence[tuple[int, int]]) -> int | None:
    at = bisect_right([begin for begin, _ in starts], start) - 1
    return starts[at][1] if at >= 0 else None


def _bare_text(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
