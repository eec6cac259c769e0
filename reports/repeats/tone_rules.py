"""Rules for whether what an earlier inspection named persists.

The expressions they look for are in `reports.repeats.tone_expressions`. What the rules show by
themselves is one of the signs that the fitted model weighs (`reports.repeats.tone`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from reports.repeats.mentions import MENTION, Mention
from reports.repeats.tone_expressions import (
    AS_AN_AREA,
    AS_BEFORE,
    AS_NAMED,
    BECAME_WORSE,
    BEGINS_CONTRAST,
    BETTER,
    CONTRAST,
    CONTRAST_OF_IT,
    CONTRAST_WITHIN,
    DESPITE_NAMED,
    EFFORT,
    GENERAL_DECLINE,
    HAS_BECOME_WORSE,
    IN_BRACKETS,
    INSPECTORS_NAMED,
    IS_DESPITE,
    MARKED_IMPROVEMENT,
    NAMED,
    NEEDED,
    NO_FINDING,
    NONE_LEFT,
    NOT_ACTED_ON,
    NOT_BETTER,
    NOT_DEALT_WITH,
    NOT_WORSE,
    OF_A_PERIOD,
    OF_PRACTICE,
    PARTLY,
    POINTS_BACK,
    PRAISED,
    PROGRESS_BUT,
    SINCE,
    STAYS,
    STILL_REQUIRES,
    SUBJECT_WAS_NAMED,
    WAS_NAMED,
    WEAK,
    WEAK_NOW,
)
from reports.themes.tagging import tag
from reports.themes.words import word_set


class Tone(StrEnum):
    """What became of something named before: it persists, wholly or in part, or it improved.

    `DECLINED`: something became worse; it need not have been named before. `NONE`: nothing is said.
    """

    PERSISTS = "persists"
    MIXED = "mixed"
    IMPROVED = "improved"
    DECLINED = "declined"
    NONE = "none"


PERSISTING = frozenset({Tone.PERSISTS, Tone.MIXED})
"""Tones in which something named before persists, wholly or in part."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence as printed, in lower case, and in lower case without names of grades and plans.

    Expressions are searched in the lower case text: that takes a quarter of the time of a search
    that ignores case.
    """

    printed: str
    lower: str
    findings: str


@lru_cache(maxsize=256)
def _sentence(text: str) -> _Sentence:
    lower = text.lower()
    return _Sentence(text, lower, NO_FINDING.sub(" ", lower))


_COMMON = word_set(
    """the and for are was were have has had been that their this with from its children child
    young people local authority since last previous inspection visit services service social
    improved improvement improvements however while although some not still more there which who
    they leaders workers work senior"""
)
_STEM = 6
_NEAR = 40
"""The period of a decline is looked for up to this number of characters after it."""


@dataclass(frozen=True, slots=True)
class _Passage:
    """A sentence with its neighbours, and what most rules need to know of it."""

    before: _Sentence
    sentence: _Sentence
    after: _Sentence
    better: bool
    stays: bool
    weak: bool
    contrast: bool
    weak_after: bool


def tone_by_rules(mention: Mention) -> Tone:
    """Return the tone that the expressions alone show: that of the first rule that applies."""
    before, sentence, after = map(_sentence, (mention.before, mention.sentence, mention.after))
    lower, findings = sentence.lower, sentence.findings
    passage = _Passage(
        before=before,
        sentence=sentence,
        after=after,
        better=bool(MARKED_IMPROVEMENT.search(lower) or BETTER.search(findings)),
        stays=bool(STAYS.search(findings) or STILL_REQUIRES.search(lower)),
        weak=bool(WEAK.search(findings)),
        contrast=bool(CONTRAST.search(findings)),
        weak_after=bool(WEAK.search(after.findings) or STAYS.search(after.findings)),
    )
    tones = (tone for rule in _RULES if (tone := rule(passage)) is not None)
    return next(tones, Tone.NONE)


def _points_back(passage: _Passage) -> Tone | None:
    """What the sentence points back to decides: "This was a finding at the last visit."."""
    lower = passage.sentence.lower
    if not WAS_NAMED.search(lower) or passage.better:
        return None
    return _of_the_sentence_before(
        passage.before, passage.after, sentence=lower, stays=passage.stays
    )


def _only_names_it(passage: _Passage) -> Tone | None:
    """What follows decides: "Supervision was an area for improvement in 2019."."""
    if passage.stays or passage.contrast or not SUBJECT_WAS_NAMED.search(passage.sentence.lower):
        return None
    return _of_what_follows(passage.before, passage.after)


def _despite_a_finding(passage: _Passage) -> Tone | None:
    """It persists: "Plans are weak, despite being raised at the last visit."."""
    if not DESPITE_NAMED.search(passage.sentence.lower):
        return None
    persists = (
        passage.weak
        or passage.stays
        or WEAK.search(passage.before.lower)
        or IS_DESPITE.match(passage.sentence.printed)
    )
    return Tone.PERSISTS if persists else None


def _stays_as_it_was(passage: _Passage) -> Tone | None:
    """It persists, or some of it: "Visits improved, but progress in planning has been slow."."""
    lower = passage.sentence.lower
    if not passage.stays or (GENERAL_DECLINE.search(lower) and not NOT_ACTED_ON.search(lower)):
        return None
    return Tone.MIXED if passage.better and passage.contrast else Tone.PERSISTS


def _all_declined(passage: _Passage) -> Tone | None:
    """Nothing is said of one finding: "Services have deteriorated since the last inspection."."""
    return Tone.NONE if GENERAL_DECLINE.search(passage.sentence.lower) else None


def _better_yet_weak(passage: _Passage) -> Tone | None:
    """Some of it persists: "Visits are more timely, but records of them are weak."."""
    return Tone.MIXED if passage.better and passage.weak and passage.contrast else None


def _inspectors_named_it(passage: _Passage) -> Tone | None:
    """What follows on the same thing decides: "The last inspection identified drift. This …"."""
    if INSPECTORS_NAMED.search(passage.sentence.lower) and _of_one_thing(passage):
        return _of_what_follows(_NOTHING, passage.after)
    return None


def _progress_granted_after(passage: _Passage) -> Tone | None:
    """Some of it persists: "Plans were a concern. While there is progress, plans are weak."."""
    if (
        not passage.better
        and PROGRESS_BUT.match(passage.after.lower)
        and passage.weak_after
        and _of_one_thing(passage)
    ):
        return Tone.MIXED
    return None


def _better_or_tried(passage: _Passage) -> Tone | None:
    """It improved, unless what follows limits that: "Visits improved. However, some are late."."""
    if passage.better or EFFORT.search(passage.sentence.lower):
        return _improved_or_mixed(passage)
    return None


def _weak_then_and_now(passage: _Passage) -> Tone | None:
    """It persists: "As identified at the last visit, plans are weak."."""
    lower = passage.sentence.lower
    if not NAMED.search(lower) or not passage.weak:
        return None
    persists = (
        AS_BEFORE.search(lower)
        or AS_NAMED.search(lower)
        or NOT_DEALT_WITH.search(passage.after.lower)
        or WEAK_NOW.search(passage.sentence.findings)
    )
    return Tone.PERSISTS if persists else None


_RULES = (
    _points_back,
    _only_names_it,
    _despite_a_finding,
    _stays_as_it_was,
    _all_declined,
    _better_yet_weak,
    _inspectors_named_it,
    _progress_granted_after,
    _better_or_tried,
    _weak_then_and_now,
)
"""The first rule that gives a tone decides; where none does, the tone is `NONE`."""


def _of_the_sentence_before(
    before: _Sentence, after: _Sentence, *, sentence: str = "", stays: bool = False
) -> Tone:
    """Return the tone of "This was a finding at the last visit": that of what it points back to."""
    if NEEDED.search(before.lower) or STAYS.search(before.lower):
        return Tone.PERSISTS
    better, contrast = BETTER.search(before.findings), CONTRAST.search(before.findings)
    if WEAK.search(before.findings) and not (better and not contrast):
        return Tone.PERSISTS
    if better or PRAISED.search(before.findings):
        return Tone.IMPROVED
    named = AS_AN_AREA.search(sentence) is not None
    return Tone.PERSISTS if named or stays or NOT_DEALT_WITH.search(after.lower) else Tone.NONE


def _of_what_follows(before: _Sentence, after: _Sentence) -> Tone:
    """Return the tone of "This service was an area for improvement then": that of what follows."""
    better = BETTER.search(after.findings)
    if WEAK.search(after.findings) or STAYS.search(after.lower):
        return Tone.MIXED if better else Tone.PERSISTS
    return Tone.IMPROVED if better else _of_the_sentence_before(before, after)


def _improved_or_mixed(passage: _Passage) -> Tone:
    """Return the tone of praise, which what follows may qualify."""
    after = passage.after.lower
    taken_back = (
        (BEGINS_CONTRAST.match(after) and _of_one_thing(passage))
        or CONTRAST_OF_IT.match(after)
        or CONTRAST_WITHIN.search(after)
    )
    partly = PARTLY.search(passage.sentence.lower)
    return Tone.MIXED if passage.weak_after and (taken_back or partly) else Tone.IMPROVED


def _of_one_thing(passage: _Passage) -> bool:
    """Return whether a sentence and the next are about the same thing, by words and themes."""
    sentence, after = passage.sentence, passage.after
    if (
        POINTS_BACK.match(sentence.printed)
        or POINTS_BACK.match(after.printed)
        or _stems(sentence.lower) & _stems(after.lower)
    ):
        return True
    themes = [{found.theme for found in tag(text.printed)} for text in (sentence, after)]
    return not all(themes) or bool(themes[0] & themes[1])


def _stems(lower: str) -> set[str]:
    words = re.findall(r"[a-z’']{4,}", lower)
    return {word[:_STEM] for word in words if word not in _COMMON}


def named_in_brackets(sentence: str) -> bool:
    """Return whether a sentence is a recommendation with a note that it was made before."""
    bracket = IN_BRACKETS.search(_sentence(sentence).lower)
    return bracket is not None and MENTION.search(bracket.group()) is not None


def states_only_past_finding(sentence: str) -> bool:
    """Return whether a sentence says what was named, and nothing about the present."""
    text = _sentence(sentence)
    return bool(SUBJECT_WAS_NAMED.search(text.lower)) and not (
        STAYS.search(text.findings) or CONTRAST.search(text.findings)
    )


def shows_improvement(sentence: str) -> bool:
    """Return whether a sentence that speaks of improvement says that it has been reached."""
    return not NOT_BETTER.search(_sentence(sentence).lower)


def shows_none_left(sentence: str) -> bool:
    """Return whether a sentence says that nothing of what was named before persists."""
    return NONE_LEFT.match(_sentence(sentence).lower.lstrip()) is not None


def shows_decline(sentence: str) -> bool:
    """Return whether a sentence says that services or practice became worse since a time before."""
    lower = _sentence(sentence).lower
    return bool(
        BECAME_WORSE.search(lower)
        and SINCE.search(lower)
        and OF_PRACTICE.search(lower)
        and not NOT_WORSE.search(lower)
    )


def says_worse_now(sentence: str) -> bool:
    """Return whether a sentence says that services became worse, without naming an inspection.

    "Services for care leavers have deteriorated."
    """
    lower = _sentence(sentence).lower
    found = HAS_BECOME_WORSE.search(lower)
    if found is None or NOT_WORSE.search(lower):
        return False
    return OF_A_PERIOD.search(lower, found.start(), found.end() + _NEAR) is None


def points_at_a_finding(sentence: str) -> bool:
    """Return whether a sentence points back at something that was named: "This was a finding"."""
    return WAS_NAMED.search(_sentence(sentence).lower) is not None


@lru_cache(maxsize=256)
def expressions_in(text: str) -> frozenset[str]:
    """Return the names of the kinds of expressions that a sentence has.

    They are remembered: a sentence is judged with what follows it and without, and its neighbours
    are judged next.
    """
    sentence = _sentence(text)
    found = {name for name, pattern in _IN_FINDINGS.items() if pattern.search(sentence.findings)}
    found |= {name for name, pattern in _ANYWHERE.items() if pattern.search(sentence.lower)}
    if MARKED_IMPROVEMENT.search(sentence.lower):
        found.add("better")
    if POINTS_BACK.search(sentence.printed):
        found.add("points back")
    return frozenset(found)


_NOTHING = _sentence("")
_IN_FINDINGS = {"weak": WEAK, "better": BETTER, "contrast": CONTRAST, "praised": PRAISED}
_ANYWHERE = {
    "stays": STAYS,
    "effort": EFFORT,
    "decline": GENERAL_DECLINE,
    "named": NAMED,
    "partly": PARTLY,
    "begins with a contrast": BEGINS_CONTRAST,
    "as before": AS_BEFORE,
    "despite a finding": DESPITE_NAMED,
    "not dealt with": NOT_DEALT_WITH,
}
