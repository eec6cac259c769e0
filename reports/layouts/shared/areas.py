"""Areas for improvement from the lines between a heading and the next one."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Sequence

from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.headings import looks_like_heading
from reports.layouts.shared.near_headings import is_glued_heading, is_near_heading
from reports.layouts.shared.nothing_named import may_say_nothing_is_named, says_nothing_is_named
from reports.layouts.shared.priority_mentions import check_called_priority
from reports.layouts.shared.scanner import scan
from reports.layouts.shared.typed_lines import Entry, Scan
from reports.model import ImprovementArea, Target
from reports.problems import ProblemCode
from reports.text.clean import join_lines
from reports.text.document import Document, Line
from reports.text.lists import DASHES, INNER_MARK, UNKNOWN_MARK, starts_list
from reports.text.sentences import ends_sentence

HEADING_START = r"(?:\d{1,2}[.)]\s*)?(?-i:(?![a-z]))"
"""A heading may have a number. It starts with a capital: in lower case, its words end a sentence
that wraps."""

HEADING_END = r"\s*[?:.]*\s*[\d¹²³*†]?"
"""What may follow the words of a heading: its punctuation and the mark of a footnote."""

PRIORITY_HEADING = re.compile(
    rf"{HEADING_START}(?:(?:areas?|area\(s\)|actions?) for (?:immediate )?priority actions?"
    rf"|priority (?:and immediate )?actions?){HEADING_END}",
    re.IGNORECASE,
)
_NEAR_HEADING = re.compile(
    r"(?:(?:\d{1,2}(?:\.\d{1,2})*|[a-z])[.)]? |the )?"
    r"(?:what (?:needs?|must|should|has|have)\b.{0,30}\bimprove"
    r"|(?:key |main )?recommendations?"
    r"|areas? (?:for|of|in need of|requiring|to) (?:\w+ )?(?:improve(?:ments?)?|actions?"
    r"|develop(?:ment)?)"
    r"|(?:immediate|priority|urgent) (?:\w+ ){0,2}actions?)\b.{0,40}",
    re.IGNORECASE,
)
"""A title that may head a list of areas, in words that are not known for certain."""

_HEADING_WORDS = re.compile(r"\bWhat ?needs? ?to ?i\w{1,3}prove\b")
"""The usual heading, even with a lost space or a misread letter. In prose it has no capital."""

_WHOLE_PARAGRAPH = re.compile(r"[^\Wa-z].*[.!?:)][’”'\"]?|[‘“'\"(£].*[.!?:)][’”'\"]?", re.DOTALL)
_NEXT_SENTENCE = re.compile(r"[.!?][’”'\")]?\s+[^\Wa-z]")
_GLUED_TITLE = re.compile(
    r"\b(?:Main|Headline|Detailed|Key) [Ff]indings\b"
    r"|[.;!?]\s+(?:Findings|Overview|Summary|Background|Next steps|(?:Key )?[Ss]trengths)$"
    r"|[.;!?]\s*[A-Z]{4,}$"
)
"""A title at the end of an item, where the list ends, or a word in capitals, such as "DRAFT"."""

_STARTS_SENTENCE = re.compile(r"[‘“'\"(]?[^\W\da-z_]")

_FOOTNOTE_SIGN = re.compile(
    r"\b\w*[a-z][.,;]?(?:[*†‡]+|\[\d{1,2}\]|\(\d{1,2}\)|\[\^\w{1,9}\])(?!\w)"
)
"""A word with a footnote mark other than a plain figure. The note may be among the areas."""

_FOOTNOTE_MARK = re.compile(r"(?<=[?:.a-z])\s?[\d¹²³*†]$")


def printed_heading(lines: Sequence[Line]) -> str:
    """Return a heading as printed, without the digit of a footnote."""
    return _FOOTNOTE_MARK.sub("", join_lines([line.text for line in lines]))


def read_areas(
    reading: ReadingBuilder,
    *,
    document: Document,
    heading: str,
    lines: Sequence[Line],
    page: int,
    target: Target = Target.AUTHORITY,
) -> tuple[ImprovementArea, ...]:
    """Return the items of one section as areas; without items, its whole text as one area.

    Paragraphs without marks need not be separate areas: the second often explains the first.

    A sentence that says there are no areas gives none; as one of several items it is a problem.
    So is a heading with nothing under it.
    """
    found = _scan(lines, document)
    blocks, items = found.entries, found.items
    if not blocks:
        reading.problem(ProblemCode.AREAS_EMPTY, f"No readable text under “{heading}”.", page=page)
    report_doubts(found, heading, reading)
    if blocks and not items and all(says_nothing_is_named(block.text) for block in blocks):
        return ()
    if not items:
        _check_prose(blocks, heading, document, reading)
    else:
        _check_dashes(items, heading, reading)
    check_marks([(block.text, block.page) for block in items or blocks], heading, reading)
    priority = PRIORITY_HEADING.fullmatch(heading) is not None
    if not priority:
        check_called_priority([(block.text, block.page) for block in blocks], heading, reading)
    named = _entries_with_areas(items or blocks, heading, reading, listed=bool(items))
    texts = [(block.text, block.page) for block in named]
    if named and not items:
        texts = [(" ".join(block.text for block in named), named[0].page)]
    return tuple(
        ImprovementArea(
            text=text, heading=heading, page=on, priority_action=priority, target=target
        )
        for text, on in texts
    )


def _entries_with_areas(
    entries: Sequence[Entry], heading: str, reading: ReadingBuilder, *, listed: bool
) -> list[Entry]:
    """Return the entries without the sentences that say there are no areas.

    An entry that may be such a sentence or an area is kept and reported. So is one among the items
    of a list, which contradict it.
    """
    named = [entry for entry in entries if not says_nothing_is_named(entry.text)]
    if listed and named:
        named = list(entries)
    check_nothing_named([(entry.text, entry.page) for entry in named], heading, reading)
    return named


def check_nothing_named(
    texts: Iterable[tuple[str, int]], heading: str, reading: ReadingBuilder
) -> None:
    """Report the first of the areas, each with its page, that may say that there are none."""
    for text, page in texts:
        if may_say_nothing_is_named(text):
            message = f"“{text[:60]}” under “{heading}” may say that there are no areas."
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=page)
            return


def _scan(lines: Sequence[Line], document: Document) -> Scan:
    """Return the roles of lines, with numbers as marks where they are those of a list."""
    return _numbered(lines, document) or scan(lines, document=document)


def is_numbered(lines: Sequence[Line], document: Document) -> bool:
    """Return whether the items of a list have numbers that count up from one."""
    return _numbered(lines, document) is not None


def _numbered(lines: Sequence[Line], document: Document) -> Scan | None:
    """Return the roles of the lines of a numbered list; None where they are not one.

    Numbers that do not count up from one may be part of the text, or an item is lost.
    """
    if not any(line.text[0] == "1" for line in lines):
        return None
    found = scan(lines, document=document, numbered=True)
    numbers = [item.number for item in found.items]
    counted = len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1))
    return found if counted else None


def report_doubts(found: Scan, heading: str, reading: ReadingBuilder) -> None:
    """Report the first line whose role in a section is not certain, and the number of others."""
    if not found.doubts:
        return
    doubt, more = found.doubts[0], len(found.doubts) - 1
    message = f"“{doubt.text[:60]}” under “{heading}” {doubt.why}"
    message += f", and {more} more." if more else "."
    reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=doubt.page)


def check_near_headings(
    document: Document,
    positions: Iterable[int],
    is_known: Callable[[int], bool],
    reading: ReadingBuilder,
) -> None:
    """Report a title that resembles a heading of areas, so that a list is not lost silently.

    `is_known` tells whether a position is a heading whose list was read.
    """
    for at in positions:
        line = document.lines[at]
        titled = looks_like_heading(line, document) if document.positioned else line.gap
        below = document.lines[at + 1 : at + 2]
        heads = document.positioned or any(starts_list(after.text) for after in below)
        near = titled and (
            (heads and _NEAR_HEADING.fullmatch(line.text)) or is_near_heading(line.text)
        )
        if near and not is_known(at):
            message = f"The section “{line.text[:60]}” is of an unknown kind."
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=line.page)
            return


def check_unseen_headings(
    document: Document, inside: Container[int], reading: ReadingBuilder
) -> None:
    """Report the words of a heading outside the lists that were read.

    The words may fill a line or be within one. The list under them may be lost.
    """
    for at, line in enumerate(document.lines):
        words = _HEADING_WORDS.search(line.text) or PRIORITY_HEADING.fullmatch(line.text)
        if at not in inside and (words or is_glued_heading(line.text)):
            message = f"“{line.text[:60]}” is not set as a heading; its list may be lost."
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=line.page)
            return


def check_spaced(document: Document, reading: ReadingBuilder) -> None:
    """Report plain text without empty lines, in which an item before a title has no clear end."""
    if reading.improvement_areas and not document.spaced:
        message = "The text has no empty lines; where an area for improvement ends is not certain."
        reading.problem(ProblemCode.AREAS_UNCLEAR, message)


def check_marks(texts: Iterable[tuple[str, int]], heading: str, reading: ReadingBuilder) -> None:
    """Report the first of the areas, each with its page, that may not be one whole area.

    It includes a title or the mark of a footnote, starts with an unknown mark or has a mark inside.
    """
    for text, page in texts:
        if title := _GLUED_TITLE.search(text):
            message = f"“{title.group().strip('.;!? ')}” under “{heading}” is not part of an area."
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=page)
            return
        if UNKNOWN_MARK.match(text):
            message = f"“{text[:60]}” under “{heading}” starts with a mark that is not known."
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=page)
            return
        if sign := _FOOTNOTE_SIGN.search(text):
            message = f"“{sign.group()}” under “{heading}” may have the mark of a footnote."
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=page)
            return
        if inner := INNER_MARK.search(text):
            shown = text[max(0, inner.start() - 20) : inner.end() + 20].strip()
            message = f"“{shown}” under “{heading}” has a mark inside and may be several areas."
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=page)
            return


def _check_dashes(items: Sequence[Entry], heading: str, reading: ReadingBuilder) -> None:
    """Report an item that repeats its own mark before a sentence: it may be several.

    The mark alone is enough in the only item of a list, which may be the whole list. It is also
    enough in an item that begins in lower case, as the words after a dash in a sentence do.
    """
    for item in items:
        if item.mark not in DASHES + "-*+o":
            continue
        _, *after = item.text.split(f" {item.mark} ")
        lower = item.text[:1].islower()
        if after and (
            lower or len(items) == 1 or any(_STARTS_SENTENCE.match(part) for part in after)
        ):
            message = f"“{item.text[:60]}” under “{heading}” may be several areas."
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=item.page)
            return


def _has_a_line_for_each_sentence(blocks: Sequence[Entry]) -> bool:
    """Return whether there are several sentences, and every one starts a line."""
    starts = [
        text[:1].isupper() and (at == 0 or ends_sentence(block.lines[at - 1]))
        for block in blocks
        for at, text in enumerate(block.lines)
    ]
    within = any(_NEXT_SENTENCE.search(text) for block in blocks for text in block.lines)
    return sum(starts) > 1 and not within


def _check_prose(
    blocks: Sequence[Entry], heading: str, document: Document, reading: ReadingBuilder
) -> None:
    """Report paragraphs without bullets that are not whole: their marks may be lost.

    Paragraphs of one sentence each are a list without marks, and so are lines of one sentence each.
    Plain text does not show for certain where a paragraph ends.
    """
    broken = next((b for b in blocks if not _WHOLE_PARAGRAPH.fullmatch(b.text)), None)
    single = [block for block in blocks if not _NEXT_SENTENCE.search(block.text)]
    listed = len(blocks) > 1 and (not document.positioned or len(single) * 2 > len(blocks))
    if broken is None and not (listed or _has_a_line_for_each_sentence(blocks)):
        return
    shown = broken or blocks[0]
    message = f"“{shown.text[:60]}” under “{heading}” has no mark and may be part of an area."
    reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=shown.page)
