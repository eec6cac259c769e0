"""Sentences that say a section has no items: "There are no areas for priority action."

An item may begin with the same words, because it says what a council lacks: "There are no clear
timescales in most plans." So the sentence must name what a section lists (areas, actions,
recommendations), and end there or with words about this inspection.
"""

from __future__ import annotations

import re

_AIM = r"(?:improvement|development|concern|(?:(?:immediate|urgent|priority|and|or) ){0,3}actions?)"
_KIND = r"(?:new|further|other|specific|significant|key|main|urgent|immediate|priority|and|or)"
_LISTED = (
    rf"(?:areas?|area\(s\)|actions?|matters?|issues?) (?:for|of|requiring|in need of)"
    rf" (?:further )?{_AIM}(?: (?:and|or) {_AIM})?"
    r"|(?:immediate |urgent )?priority (?:(?:and|or) (?:immediate|urgent) )?"
    r"(?:areas? for )?actions?"
    r"|immediate (?:(?:and|or) )?priority actions?"
    r"|recommendations?"
    r"|areas? (?:that|which) (?:needs?|requires?) (?:to improve|improvement|priority action)"
)
"""What the sections of a report list."""

_BARE = r"areas?|actions?|(?:immediate|urgent) actions?"
"""Words for an item that could equally mean something of the council's own."""

_NAMED = r"(?:identif(?:y|ied)|f(?:ind|ound)|named?|ma(?:k|d)e|raised?|set out|noted?|stated?)"
_SOURCE = r"(?:(?:(?:focused|monitoring|joint) )?(?:inspect(?:ion|ors)|visit)|letter|report|ofsted)"
_TAIL = (
    r"(?: (?:(?:at|in|by|during|from|for|following|as a result of|arising from)"
    rf" (?:(?:(?:the|this|our|these) )?{_SOURCE}|this (?:area|service|review))"
    r"(?: (?:of|to|in) (?!which\b)[\w’' -]{2,80})?|at (?:this|the) (?:time|stage)|at present))?"
)
"""What may follow: words about this inspection, and none that restrict the sentence."""

_WHAT = rf"(?:{_KIND} ){{0,2}}(?:{_LISTED}|{_BARE})"
_THERE = r"there (?:are|were|is|was|have been) (?:currently )?"
_REPORTERS = rf"(?:(?:the |this |our |these )?{_SOURCE}|we)"
_FORMS = (
    rf"{_THERE}(?:no|not any) {_WHAT}(?: (?:that were |which were )?{_NAMED})?",
    rf"no {_WHAT}(?: (?:(?:are|were|was|is|have been|has been) )?{_NAMED})?",
    rf"{_REPORTERS} (?:has |have )?{_NAMED} no {_WHAT}",
    rf"{_REPORTERS} (?:has |have )?{_NAMED} nothing"
    r"(?: (?:that|which) (?:needs?|requires?) (?:to improve|improvement)| to improve)?",
    rf"{_REPORTERS} (?:did|does|do|has|have) not {_NAMED} (?:anything|any {_WHAT})",
    rf"(?:there (?:are|were) )?none(?: (?:are|was|were|have been))?(?: {_NAMED})?",
    r"n/?a|nil|not applicable",
)
_NOTHING_NAMED = re.compile(
    rf"(?:(?:at|during|from|following) (?:this|the|our) {_SOURCE},? )?"
    rf"(?:{'|'.join(_FORMS)}){_TAIL}\.?",
    re.IGNORECASE,
)
_MAY_SAY_SO = re.compile(
    # "At this time, inspectors see no areas for priority action."
    rf"[^.]{{0,80}}?\b(?:no|not (?:\w+ )?any) (?:\w+ ){{0,3}}(?:{_LISTED})\b"
    # "There are no significant concerns."
    rf"|(?:{_THERE})?no [^.]{{0,40}}\b(?:matters|issues|concerns|priorities|weaknesses"
    r"|areas (?:that|which|where|identified))\b"
    # "There are none to report." "The letter does not name any."
    r"|(?:there (?:are|were) )?none\b(?! of).{0,20}$"
    rf"|{_REPORTERS} (?:did|does|do|has|have) not {_NAMED} any\b.{{0,20}}$",
    re.IGNORECASE,
)
"""Words that may say the same, or more than that."""


def says_nothing_is_named(text: str) -> bool:
    """Return whether a sentence says that there are no areas under its heading."""
    return _NOTHING_NAMED.fullmatch(text) is not None


def may_say_nothing_is_named(text: str) -> bool:
    """Return whether a text says, or could say, that there are no areas."""
    return says_nothing_is_named(text) or _MAY_SAY_SO.match(text) is not None
