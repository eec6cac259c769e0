"""Repair characters that came out wrong where only one reading is possible; find the others.

Fonts without a table of their characters give a 9 or a question mark for an apostrophe, U+FFFD for
an unknown character, and nothing, a space or a capital letter for a ligature ("effective" becomes
"e ective" or "eVective"). Some programs set space around a ligature: "e ff ective".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, pairwise
from pathlib import Path

WORDS = Path(__file__).parent.parent / "data" / "ligature_words.txt"
"""Words of reports that have a ligature, each on a line."""

UNKNOWN = "\ufffd"
_LIGATURES = ("ffi", "ffl", "ff", "fi", "fl", "tti", "ti", "tt", "ft")
_APOSTROPHE = re.compile(
    rf"(?<=[A-Za-z)])[9?=¬Æ´`Õ¹](?=(?:s|t|re|ve|ll)\b)|(?<=[a-z]{{2}}){UNKNOWN}(?=s\b)"
    rf"|(?<=n){UNKNOWN}(?=t\b)|(?<=children)[íô](?=s\b)"
)
"""What replaces an apostrophe inside a word ("children9s"). The unknown character may also
replace a ligature ("posi\ufffdve")."""

_MAYBE_APOSTROPHE = re.compile(rf"[9?=¬Æ´`Õ¹íô{UNKNOWN}](?:s|t|re|ve|ll)\b")
"""A quick check whether a text may have such a sign: most pages have none."""

_CLOSING_SIGNS = frozenset("?=¬Æ´`Õ¹")
"""Those that may also close a plural or a quote, where they replace apostrophes."""

_NO_APOSTROPHE = re.compile(
    r"[A-Za-z]{2}(?:%\d\d|[^\w\s’'‘\-\u2010-\u2015./&()]+|[’']{2,})(?:s|t|re|ve|ll)\b"
    r"|(?:children|people|authority|council|carer|parent|partner|leaver) s (?=[a-z])"
    r"|(?:children|people|authority|council|carer|parent|partner|leaver)[.-]s\b"
    r"|(?:children|people)/s\b"
)
"""Another sign, or a blank, in the place of an apostrophe. It cannot be repaired with certainty."""

_PLURAL = re.compile(rf"(?<=[a-z]s){UNKNOWN}(?= [a-z])")
_NINE = re.compile(r"(?<=[A-Za-z])9(?!\w)|(?<=[A-Za-z][.,;:!?)])9(?!\w)")
_EIGHT = re.compile(r"(?<![\w.,:£/–-])8(?=[A-Za-z])(?!(?:am|pm|th|k|km|m)\b)")
_LESS = re.compile(r"<(?=\w)")
_EQUAL = re.compile(r"(?<=[\w.,!?])=")
"""Where quotes became 8, 9, < and =, as one program writes them."""

_DAMAGED_WORD = re.compile(rf"[A-Za-z]*{UNKNOWN}[A-Za-z{UNKNOWN}]*")
_LETTERS = re.compile(r"[A-Za-z]+")
_ALONE = re.compile(r"(?<![\w’'-])(?<!\d )[A-Za-z][a-z]+(?![\w’'-])")
"""A word by itself, not "STI" (an abbreviation), "Chester-le-Street" (a part) or "2 nd"."""

_LEAST = 5
"""The fewest letters left of a word that lost its ligature; fewer may be another word."""

_SHORTEST_PAIR = 3
"""The fewest letters of both parts together, where a space replaces the ligature."""

_SHORT_FORMS = frozenset({
    "aain", "acng", "acon", "acve", "aect", "aeld", "aend", "aord", "ausc", "ausm", "cked", "clis",
    "coee", "cung", "dier", "dri", "eang", "eect", "eld", "elds", "enre", "eort", "erce", "fih",
    "fiy", "geng", "ght", "gure", "inux", "laer", "le", "leng", "lile", "lled", "lter", "maer",
    "mely", "nal", "nd", "nder", "nish", "noce", "noed", "nofy", "nong", "oang", "oce", "ocer",
    "oces", "oen", "oend", "oer", "oers", "opon", "pung", "raed", "rafy", "rmly", "rst", "sele",
    "seng", "sff", "sgma", "sher", "shi", "shis", "sll", "soly", "sta", "stac", "stas", "sti",
    "swi", "thri", "trac", "uent", "uid", "unl", "upli", "ve", "vicm", "xed", "yvee",
})  # fmt: skip
"""What is left of shorter words, such as "attain" and "acting"; no report has these words."""

_ALL_LIGATURES = re.compile("|".join(_LIGATURES))
_SURELY_WORDS = frozenset({"adverse", "dried", "leers", "pares", "tracked", "tracking"})
_SURELY_PAIRS = frozenset({"a field", "anti social", "day time", "in flexible", "lunch time",
                           "mean time", "media on", "men on", "multi agency",
                           "multi disciplinary", "off set", "path finder", "some times",
                           "un filled", "work flow"})  # fmt: skip
"""English words that look like words without their ligature."""

_STRANGE = re.compile(
    # A letter that no English word has, or a sign inside a word.
    r"[\ue000-\uf8ff\u0100-\u024fþßÞ]|(?<=[a-z])(?:[À-ÖØ-Þ]|_)|(?<=[a-z]{3})[âíôîûê](?=s?\b)"
    r"|(?<=[A-Za-z])[¡-¿×÷†‡ƒ„‚‰‹›™\\|^~#@$!\"<>](?=[A-Za-z])"
    r"|(?<=[a-z])\?(?=[a-z])|(?<![\w?!])[?!](?=[a-z])"
    # What may be an apostrophe or a closing quote, and a capital that replaces a ligature.
    r"|[`´]|(?<=[a-z])[?=¬](?= [a-z])|(?<=[a-z])\?(?=[,.;:])|(?<=[a-z])V(?![A-Z])"
    # A figure inside a word but not "Together4children", and a letter that is not a word.
    r"|[a-z]{2}[0135-9][a-z]|[a-z][0135-9][a-z]{2}|(?<= )[tx](?= [a-z])"
    # UTF-8 that was read as something else, the code of a character, and markup.
    r"|‚Ä|ÔÇ|â€|Ã[^\w\s]|ï¿|Â[^\w\s]|\\u[0-9a-f]{4}|\(cid:\d+\)|<[0-9a-f]{2}>|%[0-9A-F]{2}\b"
    r"|</?[a-z]+\d?(?:\s[^<>]{0,80})?/?>"
)
"""What no word of a report contains as it was printed."""

_GLUED_FIGURE = re.compile(
    r"(?<!\w)(?:[A-Za-z]?[a-z]{3,}\d{1,2}|[A-Z]{3,}s?\d{1,2}|(?!KS)[A-Z]{2}s?[1-9])(?!\w)"
    r"|\b(?!(?:[Pp]aras?|[Nn]os?|[Pp]p|[Rr]egs?|[Vv]ol)\.)"
    r"(?:[A-Za-z]{2,}[.,;:!?)’”'\"]|20\d\d[.;])[.,;:!?)’”'\"]*\d{1,2}(?!\w|\.\d)"
    r"|[)’”][.,;:]?\d{1,2}(?!\w)|\w[’']s\d{1,2}(?!\w)|\[\d{1,2}\]|\^\d"
)
"""A figure next to a word, or to the stop after it, unlike "KS4" and "para.4"."""

_MAYBE_CAPITAL = re.compile(r"[A-Z](?<=[a-z].)(?![A-Z])")
_CAPITAL_INSIDE = re.compile(r"(?<![A-Za-z])[A-Za-z]?[a-z]+([A-Z])[a-z]*(?![A-Za-z])")
"""A capital that may replace a ligature, and a quick check whether a text may have one."""

_SPACED_LIGATURE = re.compile(r"[\s(‘“](?:[Ff][fil]i?|ffl|[Tt]i|tti?|ft) ")
_ONE_WORD = re.compile(r"[^A-Za-z]*([A-Za-z]+)(?:[’']s)?[^A-Za-z]*")
"""A ligature with space around it, and a part of a line that has one word."""

_MOST_PARTS = 5
"""The most parts of a word with space around its ligatures: "e ff ec ti ve"."""

_COMMON = re.compile(
    r"\b(?:the|of|and|to|in|for|an?|with|that|is|are|by|on|or|their|so|from|at|not|be|who|all|how"
    r"|when|which|this|they|have|has|more|between|into|as|no)\b"
    r"|(?:ing|ions?|ments?|ity|[ae]nce|ness|ers?|ies|al|ed|ive|e?s)\b",
    re.IGNORECASE,
)
"""The words and endings of English."""

_FEWEST = 9
"""A text of at least this number of words that has none of these is not English."""


def damage_signs(text: str) -> frozenset[str]:
    """Return the characters of a text that replace others: an apostrophe or a ligature.

    A space is one where it is set around ligatures.
    """
    signs = {UNKNOWN} if UNKNOWN in text else set()
    if _MAYBE_APOSTROPHE.search(text):
        signs.update(match.group() for match in _APOSTROPHE.finditer(text))
    if _SPACED_LIGATURE.search(text):
        signs.add(" ")
    if _MAYBE_CAPITAL.search(text):
        found = _CAPITAL_INSIDE.finditer(text)
        signs.update(match[1] for match in found if _without_capital(match) != match.group())
    return frozenset(signs)


def repaired(text: str, signs: frozenset[str]) -> str:
    """Return a line with all certain repairs. `signs` are the `damage_signs` of its document.

    Where a single 9 is an apostrophe, every 9 in such a place is.
    """
    if "9" in signs:
        text = _EQUAL.sub("”", _LESS.sub("“", _EIGHT.sub("‘", _NINE.sub("’", text))))
    if UNKNOWN in text:
        text = _DAMAGED_WORD.sub(lambda match: _word(match.group()), text)
        text = _PLURAL.sub("’", text)
    if " " in signs:
        text = _with_whole_words(text)
    if any("A" <= sign <= "Z" for sign in signs):
        text = _CAPITAL_INSIDE.sub(_without_capital, text)
    for sign in signs & _CLOSING_SIGNS:
        plural, quote = _closing(sign)
        text = quote.sub(r"\1’", plural.sub("’", text))
    return _APOSTROPHE.sub("’", text)


def damage(text: str) -> str | None:
    """Return the first words of a text that are certainly not as printed, or None."""
    if UNKNOWN in text:
        return _around(text, text.index(UNKNOWN))
    if match := _APOSTROPHE.search(text) or _NO_APOSTROPHE.search(text) or _STRANGE.search(text):
        return _around(text, match.start())
    if not _COMMON.search(text) and len(_LETTERS.findall(text)) >= _FEWEST:
        return text[:40]
    return _lost_ligature(text)


def glued_figure(text: str) -> str | None:
    """Return the first word with a figure at its end: a footnote's mark, or a sign that was lost.

    The figure is not removed, because plain text does not show whether it was raised.
    """
    match = _GLUED_FIGURE.search(text)
    return match.group() if match else None


def _around(text: str, at: int) -> str:
    return text[text.rfind(" ", 0, at) + 1 :][:40]


@lru_cache
def _closing(sign: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return where a sign is the apostrophe of a plural, and where it closes an open quote.

    No question ends before a small letter.
    """
    sign = re.escape(sign)
    plural = re.compile(rf"(?<=[a-z]s){sign}(?= [a-z])")
    quote = re.compile(rf"(‘[^‘’{sign}]{{1,80}}[a-z]){sign}(?=[,.;:)]| [a-z]|$)")
    return plural, quote


def _with_whole_words(text: str) -> str:
    """Return a text without the space around ligatures, where that gives a known word.

    No ligature is a word, so it belongs to what is next to it.
    """
    parts = text.split(" ")
    whole: list[str] = []
    done = 0
    for at, part in enumerate(parts):
        found = _ONE_WORD.fullmatch(part)
        if at < done or found is None or found[1].lower() not in _LIGATURES:
            continue
        if span := _parts_of_word(parts, at, least=done):
            whole += [*parts[done : span.start], "".join(parts[span])]
            done = span.stop
    return " ".join(whole + parts[done:])


def _parts_of_word(parts: list[str], at: int, *, least: int) -> slice | None:
    """Return the most parts around a ligature, from `least` on, that are a known word together."""
    for size in range(_MOST_PARTS, 1, -1):
        for start in range(max(least, at - size + 1), at + 1):
            found = _ONE_WORD.fullmatch("".join(parts[start : start + size]))
            if found and found[1].lower() in _words():
                return slice(start, start + size)
    return None


def _without_capital(match: re.Match[str]) -> str:
    """Return the only known word with a ligature in place of a capital, else what was matched."""
    text, at = match.group(), match.start(1) - match.start()
    found = _with_ligature().get(f"{text[:at].lower()}{UNKNOWN}{text[at + 1 :]}", ())
    if len(found) != 1:
        return text
    word = next(iter(found))
    return word.capitalize() if text[0].isupper() else word


@lru_cache(maxsize=1)
def _with_ligature() -> dict[str, set[str]]:
    """Return the known words by their form with the unknown character for one ligature."""
    forms: dict[str, set[str]] = {}
    for word in _words():
        for found in chain.from_iterable(re.finditer(ligature, word) for ligature in _LIGATURES):
            form = f"{word[: found.start()]}{UNKNOWN}{word[found.end() :]}"
            forms.setdefault(form, set()).add(word)
    return forms


def _word(damaged: str) -> str:
    """Return the only known word with a ligature for each unknown character, else `damaged`."""
    parts = damaged.lower().split(UNKNOWN)
    pattern = re.compile(f"(?:{'|'.join(_LIGATURES)})".join(map(re.escape, parts)))
    found = [word for word in _words() if pattern.fullmatch(word)]
    if len(found) != 1 or not damaged.strip(UNKNOWN):
        return damaged
    return found[0].capitalize() if damaged[0].isupper() else found[0]


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    return frozenset(WORDS.read_text(encoding="utf-8").split())


def _lost_ligature(text: str) -> str | None:
    """Return the first word that lost its ligature, or has a space in its place."""
    for match in _ALONE.finditer(text):
        if match.group().lower() in _SHORT_FORMS or match.group() in _LIGATURES:
            return match.group()
    lost = _lost_forms()
    words: list[str] = _LETTERS.findall(text)
    lower = [word.lower() for word in words]
    for at, pair in enumerate(pairwise([*lower, ""])):
        if pair[0] in lost:
            return words[at]
        if " ".join(pair) in lost:
            return " ".join(words[at : at + 2])
    return None


@lru_cache(maxsize=1)
def _lost_forms() -> frozenset[str]:
    forms = (form for word in _words() for form in _without_ligature(word))
    return frozenset(forms) - _SURELY_WORDS - _SURELY_PAIRS


def _without_ligature(word: str) -> Iterator[str]:
    """Yield a word as fonts spoil it: one or all ligatures lost, or a space in or next to one."""
    for found in chain.from_iterable(re.finditer(ligature, word) for ligature in _LIGATURES):
        before, after = word[: found.start()], word[found.end() :]
        if len(before + after) >= _LEAST:
            yield before + after
        if len(before + after) >= _SHORTEST_PAIR:
            yield from _parted(before, after)
            yield from _parted(before + found.group(), after)
            yield from _parted(before, found.group() + after)
    if len(bare := _ALL_LIGATURES.sub("", word)) >= _LEAST and bare != word:
        yield bare


def _parted(first: str, second: str) -> Iterator[str]:
    # The "s" of "staff’s" is not a part of a damaged word.
    if first and second not in ("", "s"):
        yield f"{first} {second}"
