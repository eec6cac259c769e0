"""Remove the characters of PDF and office text that are not meant to be seen.

Words are kept as printed: curly quotes and dashes stay. Only what does not appear on the page as a
character changes: markers of a hyphen at a line end, control characters, odd spaces.
"""

from __future__ import annotations

import re
import unicodedata

LINE_END_HYPHENS = "\ufffe\x02"
"""PDFium puts one of these where it joined a word that was broken at its hyphen."""

SOFT_HYPHEN = "\u00ad"
"""Printed only where a word is broken at the end of a line; kept there until lines are joined."""

_DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Marks that turn the direction of writing. A PDF places each letter, whatever they say."""

_REMOVED = "\u00ad\u200b\u200c\u200d\u2060\ufeff\uffff" + _DIRECTIONS
_SPACES = "\t\u00a0" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
_TABLE: dict[int, str | None] = {
    **{code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if code != 0x83},
    **dict.fromkeys(range(0xD800, 0xE000)),
    **{ord(char): None for char in _REMOVED},
    **{ord(char): " " for char in _SPACES},
    **{ord(char): "-" for char in LINE_END_HYPHENS},
    # The letter that looks like an apostrophe.
    0x02BC: "’",
    0x2010: "-",
    0x2011: "-",
    # Windows' own characters, in text that was taken for Latin-1.
    **dict(zip((0x85, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97), "…‘’“”•–—", strict=True)),
    **{
        0xFB00 + at: letters
        for at, letters in enumerate(("ff", "fi", "fl", "ffi", "ffl", "st", "st"))
    },
    # What some fonts give for a ligature of "ti" or "tt".
    0x019F: "ti",
    0x01A9: "tt",
}
_REPLACED = re.compile(f"[{''.join(re.escape(chr(code)) for code in _TABLE)}]")
"""Any character of the table: most lines have none."""

_CLOSES = re.compile(r"[,.;:!?)]|[’'](?:s|t|re|ve|ll)\b|[’”](?=[\s,.;:!?)]|$)")
"""What belongs to the word before it, at the start of a line."""

_STRAIGHT = str.maketrans({"‘": "'", "’": "'", "ʼ": "'", "“": '"', "”": '"'})
_SUPERSCRIPTS = "\u00b9\u00b2\u00b3\u2070\u2074-\u2079\u207d\u207e"
_SUPERSCRIPT = re.compile(f"[{_SUPERSCRIPTS}]")
_MARK = re.compile(
    rf"(?<=[^\W_]|[.,;:!?)\]%’”'\"]) ?[{_SUPERSCRIPTS}]+(?![\w/\u2044{_SUPERSCRIPTS}])"
)
UNIT = re.compile(r"(?:\d|\b)(?:[kcm]?m|ft)$")
"""A unit of length, to which a raised figure belongs."""

_RUNS_OF_SPACE = re.compile(r" {2,}")
_PARTED_S = re.compile(r"(?<=[^\W\d_]) (?=[’']s\b)")
"""The space that some programs write before the apostrophe in "children’s"."""


def clean_line(text: str) -> str:
    """Return a line in NFC without control characters, odd spaces or blanks at its ends.

    U+0083 stays: some old files use it as their bullet.
    """
    broken = ""
    if not (text.isascii() and text.isprintable()):
        if _REPLACED.search(text):
            broken = SOFT_HYPHEN if text.rstrip().endswith(SOFT_HYPHEN) else ""
            text = text.translate(_TABLE)
        # Some fonts give a letter without its dot for a ligature of "fi".
        text = unicodedata.normalize("NFC", text).replace("fı", "fi")
        if _SUPERSCRIPT.search(text):
            text = _MARK.sub(_without_mark, text)
    if "  " in text:
        text = _RUNS_OF_SPACE.sub(" ", text)
    if " ’s" in text or " 's" in text:
        text = _PARTED_S.sub("", text)
    return text.strip() + broken


def _without_mark(match: re.Match[str]) -> str:
    """Return nothing for a raised figure that marks a footnote; a unit keeps its figure."""
    return match.group() if UNIT.search(match.string, 0, match.start()) else ""


def join_lines(lines: list[str]) -> str:
    """Return the lines of one paragraph as one string.

    They are joined by a space, except after a hyphen that follows a letter or digit ("multi-"
    and "agency" give "multi-agency") and before what closes a word, which the mark of a footnote
    may separate from it. A soft hyphen is removed: "super-" and "vision" give "supervision".
    """
    joined = ""
    for line in lines:
        if not line:
            continue
        if not joined:
            joined = line
        elif joined[-1] == SOFT_HYPHEN:
            joined = joined[:-1] + line
        elif (joined[-1] == "-" and joined[-2:-1].isalnum()) or _CLOSES.match(line):
            joined += line
        else:
            joined += " " + line
    return joined.rstrip(SOFT_HYPHEN)


def plain_key(text: str) -> str:
    """Return text for comparing labels and headings: lower case, straight quotes, single spaces.

    A full stop or colon at the end is dropped. Such a key is never stored or shown.
    """
    text = unicodedata.normalize("NFKC", text).translate(_STRAIGHT).casefold()
    return " ".join(text.split()).rstrip(" .:")
