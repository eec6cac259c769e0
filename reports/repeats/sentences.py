"""Find the sentences that mention an earlier inspection or a decline, with the text around them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from reports.repeats.mentions import LONGEST, MENTION
from reports.repeats.tone_rules import says_worse_now
from reports.text.contents import without_contents
from reports.text.document import Document, Line

_BREAK = "\n"
"""Marks in the joined text where a heading, a list or a table begins or ends."""

_END = re.compile(r"[.?!] |\n| (?=[◼■] )")
_START = (". ", "? ", "! ", "◼ ", "■ ", _BREAK)
_INSPECTION = (
    "nspection", "nspected", "isit", "ILACS", "JTAI", "ecommend", "revious", "ast report",
    "arlier report", "fsted report", "ed before", "ed then", "ed both then",
    "rea for ", "rea of ", "reas for ", "reas of ",
)  # fmt: skip
"""Each sentence about an earlier inspection has one of these.

Words without their first letter are found with and without a capital.
"""

_DECLINE = ("deteriorat", "declined", "decline in", "worsened")
"""Each sentence about services that became worse has one of these."""

_SAME_SIZE = 0.6
"""Points by which the type of one paragraph may differ."""

_BACK = 2
"""How many sentences before one that points back ("This was ...") may say what it is about."""


@dataclass(frozen=True, slots=True)
class SentenceInContext:
    """A sentence with the text around it.

    `before`: the few sentences before it, the nearest last.
    """

    text: str
    before: tuple[str, ...]
    after: str
    page: int | None


def lines_of_prose(document: Document) -> list[Line]:
    """Return the lines in which inspectors speak: no small type, and no table of contents."""
    small = document.small
    return [line for line in without_contents(document.lines) if line.size >= small]


def find_sentences(lines: Sequence[Line]) -> Iterator[SentenceInContext]:
    """Yield all sentences that mention an earlier inspection, in reading order."""
    return _find(lines, _INSPECTION, lambda sentence: MENTION.search(sentence) is not None)


def find_declines(lines: Sequence[Line]) -> Iterator[SentenceInContext]:
    """Yield the sentences that say that services became worse but mention no earlier inspection."""
    return _find(
        lines,
        _DECLINE,
        lambda sentence: MENTION.search(sentence) is None and says_worse_now(sentence),
    )


def _find(
    lines: Sequence[Line], words: Sequence[str], is_wanted: Callable[[str], bool]
) -> Iterator[SentenceInContext]:
    """Yield the sentences that have one of the words and are wanted."""
    text, starts = _joined(lines)
    sentences = _Sentences(text)
    for start, end in sentences.candidates(words):
        if end - start <= LONGEST and is_wanted(text[start:end]):
            yield SentenceInContext(
                text=text[start:end],
                before=tuple(sentences.before(start)),
                after=text[end : min(sentences.end(end + 1), end + LONGEST)],
                page=_page(start, starts),
            )


def _joined(lines: Sequence[Line]) -> tuple[str, list[tuple[int, int]]]:
    """Return the text of all lines, and where each page begins in it: (position, page)."""
    parts: list[str] = []
    starts: list[tuple[int, int]] = []
    length = 0
    page = None
    for line, after in zip_longest(lines, lines[1:]):
        text = line.text
        if line.page != page:
            page = line.page
            starts.append((length, page))
        broken = text[-1:] == "-" and text[-2:-1].isalnum()
        part = text if broken else text + " "
        if after is not None and _begins_anew(line, after):
            part += _BREAK
        parts.append(part)
        length += len(part)
    return "".join(parts), starts


def _begins_anew(before: Line, line: Line) -> bool:
    """Return whether the type of a line shows that it begins a new sentence."""
    return line.text[:1].isupper() and (
        line.gap or before.bold != line.bold or abs(before.size - line.size) > _SAME_SIZE
    )


class _Sentences:
    """Where the sentences of a text begin and end."""

    def __init__(self, text: str) -> None:
        self._text = text

    def candidates(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Yield where the sentences that have one of the words begin and end, each once."""
        last = -1
        for at in sorted(chain.from_iterable(map(self._all, words))):
            if at >= last:
                last = self.end(at)
                yield self.start(at), last

    def _all(self, word: str) -> Iterator[int]:
        at = self._text.find(word)
        while at >= 0:
            yield at
            at = self._text.find(word, at + 1)

    def start(self, at: int) -> int:
        """Return where the sentence around a position begins."""
        begin = 0
        for mark in _START:
            # Looked for only after the mark already found: the text may be long.
            found = self._text.rfind(mark, max(0, begin - len(mark)), at)
            if found >= 0:
                begin = max(begin, found + len(mark))
        return begin

    def end(self, at: int) -> int:
        """Return where the sentence around a position ends."""
        match = _END.search(self._text, at)
        return match.start() + 1 if match else len(self._text)

    def before(self, start: int) -> list[str]:
        """Return the few sentences before the one that begins at a position, in reading order."""
        sentences: list[str] = []
        while len(sentences) < _BACK and start > len(". "):
            begin = self.start(start - len(". "))
            sentences.insert(0, self._text[begin:start])
            start = begin
        return sentences


def _page(start: int, starts: Sequence[tuple[int, int]]) -> int | None:
    at = bisect_right([begin for begin, _ in starts], start) - 1
    return starts[at][1] if at >= 0 else None
