"""The sentences of a council's paper, each with its heading and what comes before it.

Such papers are always plain text: empty lines, marks and numbers divide their paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.text.clean import join_lines
from reports.text.document import Line
from reports.text.lists import split_bullet

_SENTENCE = re.compile(r"(?<=[.!?;:])[’'”\"]?\s+(?=[A-Z(‘“])")
_ENUMERATOR = re.compile(
    r"(?:\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-z]|[ivx]{1,4})[.)]|\d{1,2}\.\d{1,2})\s+"
)
_IS_NUMBER = re.compile(r"\(?\d")
_STOPPED = re.compile(r"[.!?:;,][’'”\")]*$")
_LONGEST_HEADING = 90
"""Characters, like _LONGEST_SENTENCE. Anything longer is a sentence."""

_LONGEST_SENTENCE = 2_000
"""Anything longer is not a sentence."""


@dataclass(frozen=True, slots=True)
class PaperSentence:
    """A sentence with the headings above it and the sentence before it in their section.

    `lead_in`: the sentence that introduces this one, as a sentence introduces a list.
    `opens_paragraph`: it is the first of its paragraph, item or row. `in_table`: it is a row of a
    table.
    """

    text: str
    page: int
    headings: tuple[str, ...] = ()
    before: PaperSentence | None = None
    lead_in: PaperSentence | None = None
    opens_paragraph: bool = True
    in_table: bool = False


@dataclass(slots=True)
class _Block:
    page: int
    lines: list[str]
    listed: bool

    @property
    def text(self) -> str:
        return join_lines(self.lines)


def paper_sentences(lines: Sequence[Line]) -> Iterator[PaperSentence]:
    """Yield the sentences in their order."""
    headings: tuple[str, ...] = ()
    before: PaperSentence | None = None
    list_lead_in: PaperSentence | None = None
    for block in _blocks(lines):
        text = block.text
        if "\t" in text:
            yield PaperSentence(text, block.page, headings, in_table=True)
            continue
        # The short line after "Recommendation:" is what this label names, not a heading.
        labelled = before is not None and before.text.endswith(":")
        if not block.listed and not labelled and _is_heading(text):
            yield PaperSentence(text, block.page, headings, before)
            # A heading right under another is its subheading.
            headings = (text,) if before is not None else (*headings, text)
            before = list_lead_in = None
            continue
        for at, said in enumerate(_SENTENCE.split(text)):
            if len(said) > _LONGEST_SENTENCE:
                continue
            if block.listed and at == 0:
                lead_in = list_lead_in
            else:
                lead_in = before if before and before.text.endswith((":", ";")) else None
            sentence = PaperSentence(
                said, block.page, headings, before, lead_in, opens_paragraph=at == 0
            )
            yield sentence
            before = sentence
        if not block.listed:
            list_lead_in = before


def _blocks(lines: Sequence[Line]) -> Iterator[_Block]:
    """Yield paragraphs, items and rows.

    A line without a mark continues a block if it has no empty line above it, or if it begins in
    lower case and the block has not ended.
    """
    block: _Block | None = None
    for line in lines:
        marked = split_bullet(line.text)
        enumerator = _ENUMERATOR.match(line.text)
        goes_on = (
            block is not None
            and not (marked or enumerator or "\t" in line.text or "\t" in block.lines[-1])
            and (not line.gap or (line.text[0].islower() and not _STOPPED.search(block.text)))
        )
        if block is not None and goes_on:
            block.lines.append(line.text)
            continue
        if block is not None:
            yield block
        words = marked[1] if marked else line.text[enumerator.end() :] if enumerator else ""
        # Councils number the paragraphs of a paper, and letter the items of a list.
        lettered = enumerator is not None and not _IS_NUMBER.match(enumerator.group())
        block = _Block(line.page, [words or line.text], marked is not None or lettered)
    if block is not None:
        yield block


def _is_heading(text: str) -> bool:
    return len(text) <= _LONGEST_HEADING and text[0].isupper() and _STOPPED.search(text) is None
