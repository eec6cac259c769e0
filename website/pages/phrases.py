"""A short phrase of an area's own words that says what a question is about. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reports.themes.words import word_set
from reports.wording import uncapitalised

MOST_WORDS = 12
_FEWEST_WORDS = 4

REFERENCE = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])\s*\.?$")
"""A reference at the end of an area, which does not say what the area is about."""

_QUALITY = (
    "quality|timeliness|consistency|effectiveness|impact|regularity|availability|sufficiency|"
    "rigour|robustness|frequency|accuracy|breadth|choice|range|use|level|pace|extent"
)

_HOW_GOOD = re.compile(
    rf"^(?:the )?(?:\w+ )?(?:{_QUALITY})(?:(?:,|,? and(?: the)?) (?:\w+ )?(?:{_QUALITY}))* of "
    r"(?=\w+ \w)",
    re.IGNORECASE,
)
"""Words such as "the quality of" at the start; the question itself asks how good it is now."""

_TURNS = word_set(
    """so which including particularly especially because ensuring enabling specifically notably
    when where if while"""
)
"""A purpose or an example begins with one of these words: the words before it are complete."""

_TURNS_OF_TWO = frozenset({("to", "ensure"), ("in", "order"), ("in", "particular")})

_UNFINISHED = frozenset(
    {
        ("in", "relation"),
        ("in", "respect"),
        ("in", "response"),
        ("in", "line"),
        ("in", "terms"),
        ("with", "regard"),
        ("with", "respect"),
        ("as", "part"),
        ("as", "well"),
    }
)
"""A phrase that ends with these words has lost what they are about."""

_JOINTS = _TURNS | word_set(
    """that who whose whom to in and or for with by from across as at on of about into through
    whether before after than their the a an is are be both between within against during under
    these those this its all each any not"""
)
"""A phrase may end before one of these words, and never ends with one."""

_ENDS_BEFORE = _JOINTS - word_set("of the a an their its all each any not is are be")

_STARTS_AFTER = _ENDS_BEFORE - word_set("and or")
"""A phrase that begins after "and" has lost what the word joins."""

_PRONOUNS = word_set("they it he she")

_WHAT_TO_ENSURE = re.compile(
    r"^ensure that (\w+ \w+ [^,.;:]+?) (?:is|are|be|has|have|can|receives?) .*", re.IGNORECASE
)
"""What a sentence such as "Ensure that plans for children are up to date" is about."""


def short_phrase(text: str, *, about: str = "") -> str:
    """Return the first phrase of a statement, or the phrase with the words `about` if it is later.

    It has consecutive words of the statement: about MOST_WORDS at most, up to the end of a phrase.
    """
    whole = REFERENCE.sub("", text)
    subject = _HOW_GOOD.sub("", _WHAT_TO_ENSURE.sub(r"\1", whole))
    fewest = 1 if subject != whole else _FEWEST_WORDS
    sentences = _sentences(subject)
    found = [(sentence, _place_of(about, sentence)) for sentence in sentences]
    words, place = next(
        ((sentence, place) for sentence, place in found if place is not None), (sentences[0], 0)
    )
    assert place is not None, "no place has been left out"
    bare = [_bare(word) for word in words]
    # "How well all care leavers" is not complete without its verb.
    first = 0 if bare[:1] == ["how"] else _first_phrase(words, bare, fewest)
    if first == 0:
        place = 0
    if place < first <= MOST_WORDS:
        return _tidy(words[:first])
    start = 0 if place < MOST_WORDS else _start(words, bare, place)
    # "They can have family time" does not say who.
    if bare[start : start + 1] and bare[start] in _PRONOUNS and first:
        return _tidy(words[: min(first, _end(bare, 0, 0))])
    return _tidy(words[start : _end(bare, start, place)])


def phrase_end(words: Sequence[str]) -> int:
    """Return after how many words to cut a statement: about MOST_WORDS, at the end of a phrase.

    A comma or full stop ends one more surely than any word begins the next.
    """
    marks = range(MOST_WORDS + _FEWEST_WORDS, MOST_WORDS // 2, -1)
    at_mark = (at for at in marks if at <= len(words) and words[at - 1][-1] in ".,;:")
    return next(at_mark, 0) or _end([_bare(word) for word in words], 0, 0)


def _sentences(text: str) -> list[list[str]]:
    """Return the words of each sentence; at least one sentence, which may be empty.

    A sentence of a few words, such as "Ensure that:", belongs to the next.
    """
    found: list[list[str]] = [[]]
    for word in text.split():
        found[-1].append(word)
        if word[-1] in ".;:!?" and len(found[-1]) >= _FEWEST_WORDS:
            found.append([])
    return [sentence for sentence in found if sentence] or [[]]


def _first_phrase(words: Sequence[str], bare: Sequence[str], fewest: int) -> int:
    """Return where the first phrase ends: before the purpose or the examples of a sentence."""
    for at in range(fewest, len(words)):
        purpose = bare[at] == "to" and words[at - 1].endswith(",")
        if purpose or bare[at] in _TURNS or tuple(bare[at : at + 2]) in _TURNS_OF_TWO:
            return at
    return len(words)


def _place_of(about: str, words: Sequence[str]) -> int | None:
    """Return the position of the first of the words `about`; None where none is found."""
    wanted = set(_pieces(about))
    return next((at for at, word in enumerate(words) if wanted & set(_pieces(word))), None)


def _pieces(text: str) -> list[str]:
    """Return the words of a text; a hyphen divides a word."""
    return [piece for word in text.replace("-", " ").split() if (piece := _bare(word))]


def _start(words: Sequence[str], bare: Sequence[str], place: int) -> int:
    """Return where the phrase around the word at `place` begins."""
    earliest = max(0, place - MOST_WORDS // 2)
    latest = min(place, len(words) - _FEWEST_WORDS)
    for at in range(latest, earliest, -1):
        if words[at - 1][-1] in ",;.:" or bare[at - 1] in _STARTS_AFTER:
            return at
    return earliest


def _end(bare: Sequence[str], start: int, place: int) -> int:
    """Return where a phrase that begins at `start` and has the word at `place` ends."""
    last = start + MOST_WORDS
    # A few more words make the sentence whole.
    if last + _FEWEST_WORDS > len(bare):
        return len(bare)
    fewest = max(start + _FEWEST_WORDS, place + 1)
    before = [at for at in range(last, fewest - 1, -1) if _may_end(bare, at)]
    # Words joined by "and" are one phrase: "timely and decisive action".
    whole = [at for at in before if bare[at] not in ("and", "or")]
    after = (at for at in range(last, len(bare)) if _may_end(bare, at))
    found = [*whole, *before, *after, len(bare)]
    return min(found[0], last + _FEWEST_WORDS)


def _may_end(bare: Sequence[str], at: int) -> bool:
    """Return whether a phrase may end before a word; "in need" belongs to the child before it."""
    return bare[at] in _ENDS_BEFORE and tuple(bare[at : at + 2]) != ("in", "need")


def _bare(word: str) -> str:
    return word.strip(".,;:!?()“”\"'‘’").lower()


def _tidy(words: Sequence[str]) -> str:
    """Return a phrase without its capital, its outer punctuation and joining words at its end."""
    kept = list(words)
    while len(kept) > 1:
        if tuple(map(_bare, kept[-2:])) in _UNFINISHED and len(kept) > 2:
            del kept[-2:]
        elif _bare(kept[-1]) in _JOINTS:
            kept.pop()
        else:
            break
    phrase = " ".join(kept).strip(" .,;:!?")
    is_word = phrase[:2] != phrase[:2].upper() or phrase[:2] == "A "
    return uncapitalised(phrase) if is_word else phrase
