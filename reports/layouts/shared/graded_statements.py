"""Graded statements: a known label, words that connect, and the words of a grade.

Reports of the older frameworks repeat a grade as a heading ("The graded judgement for adoption
performance is that it requires improvement") or in a small table whose cells wrap, so that the
words of label and grade are mixed in the text. The words and their order matter, not the lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from reports.model import Grade, Judgement
from reports.text.clean import plain_key
from reports.text.document import Line

_TOKEN = re.compile(r"[^\W\d_]+(?:['\-][^\W\d_]+)*|\d+(?:\.\d+)*|[^\w\s]")
_SILENT = frozenset(".,:;–—-()*'\"")
_LEADING = frozenset(
    [
        "the",
        "a",
        "graded",
        "judgement",
        "judgment",
        "judgements",
        "for",
        "about",
        "on",
        "of",
        "in",
        "regarding",
        "key",
    ]
)
_BETWEEN = frozenset(["is", "are", "was", "that", "it", "they", "this", "as", "be", "judged", "to"])
_AFTER = frozenset({"because"})
_NUMBER = re.compile(r"\d(?:\.\d)?")
_LONGEST = 6
"""Lines of the longest statement."""


@dataclass(frozen=True, slots=True)
class GradedStatement:
    """A judgement with its grade on lines `start` to `end` (exclusive)."""

    judgement: Judgement
    printed: str
    grade: Grade | None
    page: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The labels and grade words of a framework, as tuples of `tokens`."""

    labels: Mapping[tuple[str, ...], Judgement]
    grades: Mapping[tuple[str, ...], Grade]
    label_starts: frozenset[tuple[str, ...]]
    grade_starts: frozenset[tuple[str, ...]]
    label_parts: frozenset[tuple[str, ...]]
    grade_ends: frozenset[tuple[str, ...]]
    wrapping: frozenset[tuple[str, ...]]
    """The proper beginnings of grades: more words must follow."""

    @classmethod
    def of(cls, labels: Mapping[str, Judgement], grades: Mapping[str, Grade]) -> Vocabulary:
        """Return the vocabulary of the labels and grade words of the data file."""
        by_label = {tokens(label): judgement for label, judgement in labels.items()}
        by_words = {tokens(words): grade for words, grade in grades.items()}
        ends = frozenset(words[at:] for words in by_words for at in range(len(words)))
        parts = frozenset(
            words[start:end]
            for words in by_label
            for start in range(len(words))
            for end in range(start + 1, len(words) + 1)
        )
        wrapping = frozenset(words[:size] for words in by_words for size in range(1, len(words)))
        return cls(by_label, by_words, _starts(by_label), _starts(by_words), parts, ends, wrapping)

    def grade(self, printed: str) -> Grade | None:
        """Return the grade that printed words mean, or None where they are not a known grade."""
        return self.grades.get(tokens(printed))

    def starts_label(self, words: Sequence[str]) -> bool:
        """Return whether these words are the start of a label, or all of it."""
        return tuple(words) in self.label_starts

    def starts_grade(self, words: Sequence[str]) -> bool:
        """Return whether these words are the start of a grade, or all of it."""
        return tuple(words) in self.grade_starts

    def ends_grade(self, words: Sequence[str]) -> bool:
        """Return whether these words are the end of a grade, or all of it."""
        return tuple(words) in self.grade_ends

    def wraps_grade(self, words: Sequence[str]) -> bool:
        """Return whether these words start a grade that has more words."""
        return tuple(words) in self.wrapping

    def in_label(self, words: Sequence[str]) -> bool:
        """Return whether these words are consecutive in a label."""
        return tuple(words) in self.label_parts


def _starts(known: Iterable[tuple[str, ...]]) -> frozenset[tuple[str, ...]]:
    return frozenset(words[:size] for words in known for size in range(len(words) + 1))


# Cached because a line is part of several runs of lines that could be one statement.
@lru_cache(maxsize=1024)
def tokens(text: str) -> tuple[str, ...]:
    """Return the words of a text for comparing: lower case, without marks that say nothing."""
    return tuple(t for t in _TOKEN.findall(plain_key(text)) if t not in _SILENT)


def parse(words: Iterable[str], vocabulary: Vocabulary) -> tuple[Judgement, str, Grade] | None:
    """Return judgement, printed grade and grade; None where the words are not just a statement."""
    label: list[str] = []
    grade: list[str] = []
    ended = False
    for position, word in enumerate(words):
        if ended or (grade and word in _AFTER):
            ended = True
            if word not in _AFTER:
                return None
        elif vocabulary.starts_label([*label, word]):
            label.append(word)
        elif label and vocabulary.starts_grade([*grade, word]):
            grade.append(word)
        elif not _is_filler(word, position, label, grade):
            return None
    judgement = vocabulary.labels.get(tuple(label))
    found = vocabulary.grades.get(tuple(grade))
    if judgement is None or found is None:
        return None
    return judgement, " ".join(grade), found


def _is_filler(word: str, position: int, label: list[str], grade: list[str]) -> bool:
    if grade:
        return False
    if label:
        return word in _BETWEEN
    return word in _LEADING or (position == 0 and _NUMBER.fullmatch(word) is not None)


def statement_at(
    lines: Sequence[Line], at: int, *, length: int, vocabulary: Vocabulary
) -> GradedStatement | None:
    """Return the longest statement of whole lines from line `at` on, in up to `length` lines.

    This reads the grades that the body repeats, to check the grade table. The reader of the table
    shares only the vocabulary with it: a fault in code that both use would confirm itself.
    """
    words: list[str] = []
    best: GradedStatement | None = None
    for end in range(at + 1, min(at + min(length, _LONGEST), len(lines)) + 1):
        words.extend(tokens(lines[end - 1].text))
        if found := parse(words, vocabulary):
            judgement, printed, grade = found
            best = GradedStatement(judgement, printed, grade, lines[at].page, at, end)
    return best
