"""What inspectors say themselves about what an earlier inspection named.

Every sentence that mentions an earlier inspection, visit or report is judged with its neighbours
(`reports.repeats.tone`). What persists, wholly or in part, is a stated repeat; what improved and
what became worse are kept apart. In a list of what must improve, a sentence that says an area
was named before means that the area persists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reports.model import ImprovementArea, InspectorStatement, Kind, Reading
from reports.repeats.mentions import (
    MENTION,
    is_heading,
    without_bullets,
    without_what_precedes,
)
from reports.repeats.sentences import SentenceInContext, find_declines, find_sentences
from reports.repeats.tone import ToneWeights, tone
from reports.repeats.tone_rules import (
    PERSISTING,
    Tone,
    points_at_a_finding,
    states_only_past_finding,
)
from reports.text.document import Line
from reports.text.sentences import SENTENCE
from reports.themes.tagging import tag

_NAMED = re.compile(
    r"\bareas? (?:for|of|in need of|that) (?:\w+ )?"
    r"(?:improvements?|developments?|action|weakness|concern|required|needed)"
    r"|\brecommend(?:ations?|ed)\b"
    r"|\b(?:identified|raised|noted|highlighted) (?:\w+ly |both )?(?:as (?:\S+ ){1,5}?)?"
    r"(?:then|at|in|by|during|from)\b"
    r"|\b(?:areas|issues|shortfalls|weaknesse?s?|deficits|concerns|priorities)\b(?: \S+){0,5}? "
    r"(?:identified|highlighted|raised|noted|found)"
    r"|\bwas (?:a|an) (?:weakness|area|recommendation)\b",
    re.IGNORECASE,
)
_NO_LETTERS = re.compile(r"[\W_]+")

_NUMBER = re.compile(r"^\s*(?:[-•◼▪■●]\s*|\d{1,3}\.\s*)+")
_NEXT_NUMBER = re.compile(r"(?<=[.!?)])\s+\d{1,3}\.\s*$")
"""The number of the paragraph after a sentence."""

_ALL = re.compile(
    r"all (?:of )?(?:the |these )?(?:areas|recommendations)\b"
    r"[^.;]*\b(?:remain\w*|still|continue|repeated|not (?:\w+ )?(?:been|yet))\b",
    re.IGNORECASE,
)
_PRACTICE = re.compile(r"\bareas? of (?:\w+ ){0,2}?practice\b", re.IGNORECASE)
"""These words mean whatever the sentence before is about."""

_GOES_ON = re.compile(r"\s*(?:these|this) (?:include|relate|concern|cover|mean)", re.IGNORECASE)

_MAY_POINT_BACK = re.compile(r"^[\W\d]*(?:This|These|It|That|Such|Similar|Both|The same)\b")
"""The beginning of a sentence that may be about the one before it. It is wider than the POINTS_BACK
of `reports.repeats.tone_expressions`: it decides what is quoted, not whether something persists."""

_FOLLOWS = re.compile(
    r"(?:Since (?:then|th[ai][st] time)|However|As a result|This|It|In addition)\b"
)
"""The beginning of a sentence that is not understood without the one before it."""

_IS_SENTENCE = re.compile(r"[.!?:;][’”'\")]*\s*$")
"""The end of a sentence. A heading, which may also come before one, has none of these marks."""

_VISITS = frozenset({Kind.FOCUSED_VISIT, Kind.MONITORING_VISIT})
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_YEAR_WITHIN = 25
"""Characters after the words for an inspection in which its year may be: "visit in May 2019"."""


@dataclass(frozen=True, slots=True)
class StatedSentence:
    """A sentence about what was named before, or about a decline.

    `about`: the sentences that say what it is about. `context`: the sentence with the neighbour
    without which a reader would not understand it; empty where it is clear alone.
    """

    text: str
    page: int | None
    tone: Tone
    about: str
    context: str = ""


def find_stated(
    sentences: Sequence[StatedSentence], areas: Sequence[ImprovementArea]
) -> tuple[InspectorStatement, ...]:
    """Return what the inspectors say persists: one item for each area that a sentence is about.

    A sentence that is about none of the areas gives one item, whose `area` is None.
    """
    found = [
        InspectorStatement(text=text, area=at, page=area.page, context=context)
        for at, area in enumerate(areas)
        for text, context in _within(area.text)
    ]
    known = {_bare_text(sentence.text) for sentence in found}
    inside = [_bare_text(area.text) for area in areas]
    for sentence in sentences:
        text = _bare_text(sentence.text)
        persists = sentence.tone in PERSISTING
        if not persists or text in known or any(text in area for area in inside):
            continue
        about = _areas_about(sentence, areas) or [None]
        found += [
            InspectorStatement(
                text=sentence.text, area=at, page=sentence.page, context=sentence.context
            )
            for at in about
        ]
    return tuple(found)


def find_improved(sentences: Sequence[StatedSentence]) -> tuple[InspectorStatement, ...]:
    """Return what the inspectors say has improved since it was named before."""
    return _of_tone(sentences, Tone.IMPROVED)


def find_declined(sentences: Sequence[StatedSentence]) -> tuple[InspectorStatement, ...]:
    """Return what the inspectors say has become worse since an earlier inspection."""
    return _of_tone(sentences, Tone.DECLINED)


def _of_tone(sentences: Sequence[StatedSentence], tone: Tone) -> tuple[InspectorStatement, ...]:
    found = {sentence.text: sentence for sentence in reversed(sentences) if sentence.tone is tone}
    return tuple(
        InspectorStatement(text=sentence.text, page=sentence.page, context=sentence.context)
        for sentence in reversed(found.values())
    )


def can_mean(text: str, earlier: Reading) -> bool:
    """Return whether a sentence can speak of this earlier report.

    It cannot where it names other years, or an inspection where the report is of a visit, or a
    visit where it is of an inspection.
    """
    named = [text[m.start() : m.end() + _YEAR_WITHIN] for m in MENTION.finditer(text)]
    years = {int(year) for words in named for year in _YEAR.findall(words)}
    days = (earlier.inspection_start, earlier.inspection_end, earlier.published)
    if years and not years & {day.year for day in days if day}:
        return False
    words = " ".join(named).lower()
    names_inspection = "inspect" in words or "ilacs" in words
    names_visit = "visit" in words
    if names_inspection == names_visit:
        return True
    return names_visit == (earlier.kind in _VISITS)


def says_named(stated: InspectorStatement) -> bool:
    """Return whether the inspectors say that it was named: identified, recommended, raised.

    "Since the last inspection, visits have increased, but are too few" does not say so.
    """
    return _NAMED.search(stated.text) is not None


def says_all(text: str) -> bool:
    """Return whether a sentence says that everything named before still has to improve.

    "All areas have been progressed. However, …" does not say so.
    """
    return _ALL.match(text) is not None


def find_statements(lines: Sequence[Line]) -> tuple[StatedSentence, ...]:
    """Return all sentences about what was named before, with their tone, in reading order.

    Other sentences that say that services became worse come last.
    """
    return (*judge_sentences(find_sentences(lines)), *map(_decline, find_declines(lines)))


def judge_sentences(
    sentences: Iterable[SentenceInContext], *, weights: ToneWeights | None = None
) -> tuple[StatedSentence, ...]:
    """Return sentences that mention an earlier inspection, with their tone."""
    return tuple(_statement(found, weights) for found in sentences)


def _decline(found: SentenceInContext) -> StatedSentence:
    """Return a sentence that says that services became worse, with what it points back to."""
    before = map(without_what_precedes, found.before[-1:])
    context = [*before] if _FOLLOWS.match(found.text.lstrip()) else []
    sentence = without_what_precedes(found.text)
    return StatedSentence(
        text=_clean(sentence),
        page=found.page,
        tone=Tone.DECLINED,
        about=sentence,
        context=_clean(" ".join([*context, sentence])) if context else "",
    )


def _statement(found: SentenceInContext, weights: ToneWeights | None) -> StatedSentence:
    # What leads into a list is about the list, not about what is before it.
    before = () if found.text.rstrip().endswith(":") else found.before
    nearest = " ".join(before[-1:])
    found_tone = (
        Tone.NONE
        if is_heading(found.text)
        else tone(nearest, found.text, found.after, weights=weights)
    )
    sentence = without_what_precedes(found.text)
    points_back = _MAY_POINT_BACK.match(sentence) is not None and bool(before)
    about = sentence
    if _GOES_ON.match(found.after):
        about = f"{sentence} {found.after}"
    elif points_back and not tag(_without_earlier(sentence)):
        about = " ".join([*before, sentence])
    # Quoted are the sentences without which a reader would not see that it was named, or persists.
    quoted = [*(before[-1:] if points_back and _IS_SENTENCE.search(nearest) else ()), sentence]
    if found_tone in PERSISTING and (
        tone(nearest, found.text, "", weights=weights) not in PERSISTING
        or (states_only_past_finding(sentence) and not points_back)
    ):
        quoted.append(found.after)
    return StatedSentence(
        text=_clean(sentence),
        page=found.page,
        tone=found_tone,
        about=about,
        context=_clean(" ".join(quoted)) if len(quoted) > 1 else "",
    )


def _clean(text: str) -> str:
    return " ".join(_NEXT_NUMBER.sub("", _NUMBER.sub("", without_bullets(text))).split())


def without_own_mention(text: str) -> str:
    """Return an area without "This was an area for improvement at the last inspection".

    No earlier statement has such words: they would make two equal statements less alike.
    """
    for match in SENTENCE.finditer(text):
        sentence = match.group()
        if MENTION.search(sentence) and points_at_a_finding(sentence):
            return text.replace(sentence, "").strip()
    return text


def _within(text: str) -> Iterator[tuple[str, str]]:
    """Yield the sentence of an area that says it was named before, and its context.

    In a list of what must improve, this means that the area persists. The context is the area up
    to the end of the sentence; empty where the area begins with it.
    """
    for match in SENTENCE.finditer(text):
        sentence = match.group().strip()
        named = MENTION.search(sentence) and _NAMED.search(sentence)
        if named and tone("", sentence, "") is not Tone.IMPROVED:
            yield sentence.strip("() "), _clean(text[: match.end()]) if match.start() else ""
            return


def _areas_about(stated: StatedSentence, areas: Sequence[ImprovementArea]) -> list[int | None]:
    """Return the positions of the areas that share a facet with what the sentence speaks of."""
    # Sentence by sentence: what a later sentence names would otherwise count as an aside.
    sentences = SENTENCE.findall(stated.about)
    # A theme without a facet was found by its words alone: too little to identify an area.
    spoken = {
        (t.theme, t.facet)
        for sentence in sentences
        for t in tag(_without_earlier(sentence))
        if t.facet
    }
    return [
        at
        for at, area in enumerate(areas)
        if spoken & {(t.theme, t.facet) for t in (area.themes or tag(area.text))}
    ]


def _without_earlier(sentence: str) -> str:
    """Return a sentence without the words for the earlier inspection, or for what was named then.

    They name no theme.
    """
    return MENTION.sub(" ", _NAMED.sub(" ", _PRACTICE.sub(" ", sentence)))


def _bare_text(text: str) -> str:
    return _NO_LETTERS.sub("", text.casefold())
