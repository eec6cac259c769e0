"""The days of a visit, among all days that the first sentences of its letter name.

A letter also dates the inspection before it, a meeting or another letter. The words before a day in
its sentence say what happened on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from reports.text.dates import MONTHS, mended

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_SENTENCE = re.compile(r"(?<!\bSt\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bDr\.)(?<=[.!?:])\s+(?=[A-Z‘“\"])")
_RUN = re.compile(
    rf"\b(?:(?:between|from)\s+)?(?:the\s+)?(?:{_WEEKDAY},?\s+)?(?:the\s+)?\d"
    rf"(?:(?:st|nd|rd|th)\b|[\d/.,&()\s\u2010-\u2015\u2212-]"
    rf"|\b(?:and|to|until|the|of|{_WEEKDAY}|{_MONTH})\b)*",
    re.IGNORECASE,
)
"""Days, months and years in a row, from "between" or the first day on."""

_IS_DATE = re.compile(rf"\d\s*(?:of\s+)?(?:{_MONTH})\b|\d[/.-]\d{{1,2}}[/.-]\d|(?:{_MONTH})", re.I)
_UNREAD_MONTH = re.compile(r"(?<=[\d ])\s*[^\W\d]\S{2,11}\s+(?:19|20)\d\d\b")
"""A word where the month of a date must be."""

_PLANS = (
    r"(?:re-?)?(?:planned|scheduled|arranged|timetabled)|due (?:on|to)|intended|expected|proposed"
    r"|originally|initially|(?:to|would|should) (?:take place|be held|start|begin)"
    r"|to (?:have )?(?:been )?(?:carry|carried|conduct\w*|visit)|instead of|rather than"
    r"|postponed|deferred|delayed|cancelled|called off|put (?:off|back)|moved|brought forward"
)
_PLANNED = re.compile(rf"\b(?:{_PLANS})\b", re.IGNORECASE)
_HOW = (
    r"(?:(?:on[- ]?site|off[- ]?site|remote(?:ly)?|virtual(?:ly)?|in person|online|again|also|then)"
    r"\s+)*"
)
_AND_ON = re.compile(rf"{_HOW}and\s+{_HOW}(?:on\s+)?(?:the\s+)?", re.IGNORECASE)
"""Between two days of one visit."""

_MORE = re.compile(
    r"\b(?:further|additional|another|also|again|return(?:ed|ing)?|then|followed by|remote(?:ly)?"
    r"|virtual(?:ly)?|off[- ]?site|in person|online)\b",
    re.IGNORECASE,
)
"""Words before days that may be more days of the same visit."""

_NEAR = 12
"""The most words before such days."""

_EVENT = re.compile(
    r"\b(?:(?P<numbered>(?:first|second|third|\w+th) (?:\w+ )?visit\b)"
    r"|(?P<other_visit>(?:previous|last|earlier|prior|next|future|further"
    r"|(?:following|after|since|follow(?:s|ed)(?: on| up| from)*) (?:the|a|an|our)) (?:\w+ )?visit)"
    rf"|(?P<planned>{_PLANS})"
    r"|(?P<visit>visit(?:ed)?\b|on[- ]site\b|fieldwork\b)"
    r"|(?P<it>(?<!\w )it (?=took place|was (?:carried out|conducted|undertaken|held)))"
    r"|(?P<other>(?:re-?)?inspect(?:ion|ed)\b(?! of local auth)|judge?d\b|judge?ments?\b|found\b"
    r"|(?:rated|graded|inadequate|letters?|wrote|written|meetings?|met|since|direction)\b"
    r"|(?:publi|notif|announc|telephon|appoint)\w+|notice\b|(?:took up|in|left) (?:\w+ )?post\b"
    r"|(?:after|before|until) (?:the|his|her|their|your|you|we|it)\b))",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"findings (?:of|from) (?:a|an|the|this|our|your) (?:\w+ )?(?:\w+ )?visit\b"
    r"|\b(?:this|the|our) (?:\w+ )?visit(?:,| (?:was|had|took|to|of|which)\b)",
    re.IGNORECASE,
)
_CALLED_OFF = re.compile(
    r"[\s,]*(?:(?:was|were|had|has|have|been|then|later|be|to)\s+)*(?:re-?scheduled|postponed|deferred|"
    r"delayed|cancelled|called off|put (?:off|back)|moved|brought forward)\b",
    re.IGNORECASE,
)
"""Words after days on which the visit did not take place."""

_CUT_BEFORE = re.compile(
    rf"(?:(?:^|\s)(?=\S*[\dlI|])|\b(?:on|between|from|the|{_WEEKDAY})\s+)"
    r"(?P<cut>\S{1,4}\s*(?:and|to|until|[\u2010-\u2015&,-])\s*)$",
    re.IGNORECASE,
)
"""The start of days whose figures cannot be read."""

_LENGTH_BEFORE = re.compile(
    r"\b(?P<weeks>weeks (?:commencing|beginning|ending|of)\s+)(?:the )?$"
    r"|\b(?:week (?:commencing|beginning|starting|ending|of|from)|w/[ce]|\d through)\s+(?:the )?$"
    r"|\b(?:days?|weeks?|fortnight) (?:(?:starting|beginning|commencing) )?(?:on |from )?$",
    re.IGNORECASE,
)
"""Words before a day that is only the first, or the last, of the visit's days."""

_LINK = re.compile(r"\b(?:and|to|until)\b|[&,\u2010-\u2015\u2212-]", re.IGNORECASE)
"""What joins two days."""

_TOOK_PLACE = re.compile(
    r"(?:took place|(?:was|were) (?:carried out|conducted|undertaken|held)|on site)[^.]{0,40}$",
    re.IGNORECASE,
)

_VISITED_THEN = re.compile(
    r"[\s,]*(?:Ofsted|we|(?:two |three |our )?(?:of )?(?:(?:His|Her) Majesty[’']s )?inspectors)"
    r"(?: \w+)? (?:carried out|conducted|undertook|made|completed) (?:a|the|this|our) (?:\w+ )?"
    r"visit\b",
    re.IGNORECASE,
)
"""Words after days at the start of a letter: "On 8 March 2022, Ofsted carried out a visit"."""

_EARLIER = re.compile(
    r"\b(?:previous|last|earlier|prior|initial|first) (?:\w+ ){0,3}?"
    r"(?:inspection|visit|review|JTAI) (?:(?:of|in|to) [^,.]{1,60}? )?"
    r"(?:took place|was|were|had been|ran|happened)\b[^,;]*$",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:(?P<other>announced|notified|published|wrote|informed|telephoned|declared|issued|told"
    r"|asked|requested|met|agreed|received|judged)"
    r"|(?P<own>conducted|carried out|undertook|inspected|(?:re-?)?visited|took place|held))\b",
    re.IGNORECASE,
)
"""What was done on the days that are named before or after."""


_VISITED_RANK = 3
_LONGEST_OPENING = 20_000
_MOST_RUNS = 100
"""The characters and days to examine: a letter names few days, and its visit early."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Words that name days, and how likely they are the visit's, from 0 (not at all) to 4."""

    words: str
    rank: int


def visit_days(opening: str) -> tuple[str, ...]:
    """Return the words that name the visit's days; none or several where that is not certain."""
    runs = list(islice(_runs(mended(opening[:_LONGEST_OPENING])), _MOST_RUNS))
    surest = max((run.rank for run in runs), default=0)
    return tuple(dict.fromkeys(run.words for run in runs if run.rank == surest > 0))


def was_planned(before: str) -> bool:
    """Return whether the words before days in a sentence say that these were only planned."""
    return _PLANNED.search(before) is not None and not _TOOK_PLACE.search(before)


def is_of_another_event(before: str, after: str) -> bool:
    """Return whether days are those of an earlier inspection, an announcement or the like.

    `before` and `after` are the words of the sentence around them.
    """
    if _EARLIER.search(before):
        return True
    if any(done.lastgroup == "own" for done in _DONE.finditer(before)):
        return False
    done = _DONE.search(after)
    return done is not None and done.lastgroup == "other"


def _runs(opening: str) -> Iterator[_Run]:
    before = ""
    known = 0
    for sentence in _SENTENCE.split(opening):
        seen = 0
        last: _Run | None = None
        for match in _RUN.finditer(sentence):
            unread = _UNREAD_MONTH.match(sentence, match.end())
            if not (_IS_DATE.search(match.group()) or unread):
                continue
            context = sentence[seen : match.start()]
            seen = match.end()
            if last is not None and _is_and_on(last.words, context):
                last = _Run(f"{last.words} and {match.group()}", last.rank)
                continue
            if last is not None:
                yield last
            called_off = _CALLED_OFF.match(sentence, match.end()) is not None
            rank = 0 if called_off else _rank(context, sentence[: match.start()], before)
            first = not before and len(context.split()) <= 1
            if first and _VISITED_THEN.match(sentence, match.end()):
                rank = max(rank, _VISITED_RANK)
            rank = max(rank, known if not called_off and _may_be_more(context) else 0)
            known = rank or known
            if cut := _CUT_BEFORE.search(context):
                yield _Run(cut.group("cut"), rank)
            length = _LENGTH_BEFORE.search(context)
            if length and (length.group("weeks") or not _LINK.search(match.group())):
                yield _Run(length.group(), rank)
            last = _Run(match.group(), rank)
        if last is not None:
            yield last
        before = sentence


def _is_and_on(words: str, context: str) -> bool:
    """Return whether the words between two runs of days make them days of one visit."""
    ended = "and " if words.rstrip(" (,").endswith("and") else ""
    between = " ".join(re.split(r"[\s(),]+", ended + context)).lstrip()
    return _AND_ON.fullmatch(between) is not None


def _may_be_more(context: str) -> bool:
    """Return whether days may be more of those of the visit, by the words before them."""
    kinds = {event.lastgroup for event in _EVENT.finditer(context)}
    more = _MORE.search(context) is not None and len(context.split()) <= _NEAR
    return more and kinds <= {"visit"}


def _rank(context: str, sentence: str, before: str) -> int:
    """Return the rank of days (see `_Run`) from the words before them.

    `context` has the words since the last day named, `sentence` all words of the sentence before
    the days, and `before` is the sentence before it.
    """
    events = list(_EVENT.finditer(context))
    last = events[-1].lastgroup if events else None
    own = _OWN.search(sentence) is not None
    took_place = _TOOK_PLACE.search(context) is not None
    if last == "it":
        return 2 if "visit" in before else 0
    if last == "visit":
        if any(event.lastgroup == "planned" for event in events) and not took_place:
            return 0
        return 4 if _OWN.search(context) else 3
    if last == "numbered":
        # "This was the first monitoring visit, which took place on ...".
        return 2 if own or took_place else 0
    if last == "planned":
        # "The planned visit took place on ...", "..., scheduled for ..., took place on ...".
        return 2 if took_place and own else 0
    if last is None:
        return 2 if took_place and own else 1 if own else 0
    return 0
