"""Marks at the start of a list item: bullets, dashes, numbers, and signs that may be marks."""

from __future__ import annotations

import re

DASHES = "\u2013\u2014\u2212\uf02d\uf0be\u0336\u23af"
"""The marks of a sub-item, or of an item in plain text."""

_SHAPES = (
    (0x2190, 0x21FF),  # arrows
    (0x25A0, 0x25FF),  # squares, circles, triangles
    (0x2600, 0x27BF),  # signs and ticks
    (0x2B00, 0x2BFF),  # more arrows and squares
    (0xF021, 0xF0FF),  # Wingdings and Symbol
)
_MARKS = "\u2022\u2023\u2043\u204c\u00b7\u00a7\u0083\ufffd"
BULLETS = _MARKS + "".join(
    char
    for first, last in _SHAPES
    for char in map(chr, range(first, last + 1))
    if char not in DASHES
)
"""The marks of an item: those of real reports and all others that office programs offer. None of
them starts a word."""

_BULLET = re.compile(rf"([{BULLETS}])\s*(.*)", re.DOTALL)
_DASH = re.compile(rf"([{DASHES}])\s*(.*)|([-*+]|o)\s+(.*)", re.DOTALL)
_NUMBERED = re.compile(
    r"(?P<number>\d{1,3}) ?[.)](?!\d) ?(?P<rest>.*)|(?P<bare>\d{1,3}) (?P<text>[A-Z‘“].*)"
)
_FIRST_NUMBER = re.compile(r"\(?(?:R?1|1\.1|[aA]|i)[.):]+\s+\S|1\.1\s+\S|R1\s+[A-Z]")
"""An enumerator that starts a list."""

_LIST_MARKS = "\u2022\u2023\u2043\u25a0-\u25ff"
"""Bullets that mean nothing else within a line. Arrows, ticks and others may be text there."""

UNKNOWN_MARK = re.compile(
    r"\(?(?:[A-Z]?\d{1,2}|[a-zA-Z]|[ivx]{2,4})(?:[.)]|:(?!\d))|\d{1,2}\s+[A-Z‘“]|R\d{1,2}\s"
    r"|(?:Area|Recommendation|Action|Priority|Point|Item|AFI|APA) ?\d{1,2}(?:[.:)]|\s|$)"
    r"|[^\W\d_aAI]\s"
    r"|[aAI]\s(?:The|An?|[AI])\b|[“”‘’\"']\s|[^\w\s‘’“”'\"(£]|_"
)
"""An enumerator, like "A1." and "Area 1", or a letter or sign by itself, before the first word of a
line."""

_SENTENCE = r"(?:[^\Wa-z]|[‘“'\"(]\w)"
"""The start of a sentence: a capital, a figure, or a word in quotation marks or brackets."""

_ENUMERATOR = (
    r"(?:[^\w\s‘’“”(£\[…]{1,2}|[^\W\d_aAI]|_|\d{1,2}|[aAI](?=\s(?:The|An?|To)\b)"
    r"|\(?(?:[A-Za-z]?\d{1,2}|[^\W\d_]|[ivx]{2,4})(?:[.):\]]|\s[-–]))"
)
_LETTER_AS_MARK = (
    r"(?:([b-z])\1?\s(?=[A-Z])|[b-z]\s(?=[a-z])|[aAI]\s(?=(?:The|An?)\b)"
    r"|[a-z]{1,2}(?=(?:The|An)\b))"
)
"""A letter that is not a word, alone or glued to one: OCR reads bullets like this."""

INNER_MARK = re.compile(
    rf"(?<=[.;:!?])[’”'\")]?\s+{_ENUMERATOR}\s+(?=[‘“'\"(]?[A-Z]|[‘“])"
    rf"|[{_LIST_MARKS}]|\s[«»¢¤©®]\s|\s{_LETTER_AS_MARK}"
    r"|(?<=[;,])\s+(?:and\s+)?[-–—*+](?=\s?\w)|;\s+o\s+(?=[a-z])|;[-–—*+](?=\s?\w)"
    r"|\A1\s(?=[^;]*;\s(?:and\s)?2\s)"
)
"""An enumerator between two sentences, or a bullet anywhere: the text may be several items."""

_INNER_DASH = re.compile(
    rf"(?<=[.])\s+(?=[-–—*+o]\s+{_SENTENCE})"
    r"|(?:(?<=;)|(?<=; or)|(?<=; and))\s+(?=[-–—*+o]\s+\S)"
)
_INNER_NUMBER = re.compile(rf"(?<=[.;:])\s+(?=(\d{{1,3}})[.)]\s+{_SENTENCE})")


def split_bullet(text: str) -> tuple[str, str] | None:
    """Return the mark and the rest of a line that starts with a bullet or dash, else None."""
    if match := _BULLET.match(text):
        return match.group(1), match.group(2)
    if match := _DASH.match(text):
        return match.group(1) or match.group(3), match.group(2) or match.group(4) or ""
    return None


def split_number(text: str) -> tuple[int, str] | None:
    """Return number and rest of a line that starts like a numbered paragraph, else None."""
    match = _NUMBERED.fullmatch(text)
    if match is None:
        return None
    if match.group("number"):
        return int(match.group("number")), match.group("rest")
    return int(match.group("bare")), match.group("text")


def starts_list(text: str) -> bool:
    """Return whether a line may be the first item of a list: a bullet, 1., (a), i., 1.1 or R1."""
    return split_bullet(text) is not None or _FIRST_NUMBER.match(text) is not None


def inner_items(text: str, *, own_mark: str = "") -> list[str]:
    """Return the items of a line that may have several, each as a line.

    A round or square bullet within a line starts an item, and so does the line's own mark or the
    list's `own_mark`. A dash or number does so only after a full stop or semicolon (a number also
    after a colon), in a line that starts with the same dash or the previous number. Elsewhere it is
    text.
    """
    marked = split_bullet(text)
    mark = marked[0] if marked else ""
    if mark and mark not in BULLETS:
        parts = _INNER_DASH.split(text)
        return parts if all(part[0] == mark for part in parts) else [text]
    parts = _numbered_parts(text) if text[0].isdecimal() else [text]
    if text.isascii():
        return parts
    bullet = rf"(?<=\S)\s+(?=[{_LIST_MARKS}{re.escape(mark + own_mark)}](?:\s|$))"
    return [piece for part in parts for piece in re.split(bullet, part)]


def _numbered_parts(text: str) -> list[str]:
    """Return the numbered paragraphs of a line, cut where the next number follows."""
    numbered = split_number(text)
    parts = [text]
    number = numbered[0] if numbered else 0
    for match in _INNER_NUMBER.finditer(text) if numbered else ():
        if int(match.group(1)) == number + 1:
            number += 1
            rest = text[match.end() :]
            parts[-1] = parts[-1][: len(parts[-1]) - len(rest)].rstrip()
            parts.append(rest)
    return parts
