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
"""Words for an item that may as well name something of a council's own."""

_NAMED = r"(?:identif(?:y|ied)|f(?:ind|ound)|named?|ma(?:k|d)e|raised?|set out|noted?|stated?)"
_SOURCE = r"(?:(?:(?:focused|monitoring|joint) )?(?:inspect(?:ion|ors)|visit)|letter|report|ofsted)"
_TAIL = (
    r"(?: (?:(?:at|in|by|during|from|for|following|as a result of|arising from)"
    rf" (?:(?:(?:the|this|our|these) )?{_SOURCE}|this (?:area|service|review))"
    r"(?: (?:of|to|in) (?!which\b)[\w’' -]{2,80})?|at (?:this|the) (?:time|stage)|at present))?"
)
"""What may follow: words about this inspection, and none that restrict the sentence."""

_REPORTERS = rf"(?:(?:the |this |our |these )?{_SOURCE}|we)"
_NOTHING = (
    r"nothing(?: (?:that|which) (?:needs?|requires?) (?:to improve|improvement)| to improve)?"
)

_NOTHING_NAMED = re.compile(
    rf"(?:there (?:are|were|is|was|have been) (?:currently )?(?:no|not any) (?:{_KIND} ){{0,2}}"
    rf"(?:{_LISTED}|{_BARE})(?: (?:that were |which were )?{_NAMED})?{_TAIL}"
    rf"|no (?:{_KIND} ){{0,2}}(?:{_LISTED}|{_BARE})"
    rf"(?: (?:(?:are|were|was|is|have been|has been) )?{_NAMED})?{_TAIL}"
    rf"|{_REPORTERS} (?:(?:has |have )?{_NAMED} (?:no (?:{_KIND} ){{0,2}}(?:{_LISTED}|{_BARE})"
    rf"|{_NOTHING})|(?:did|does|do|has|have) not {_NAMED} (?:anything"
    rf"|any (?:{_KIND} ){{0,2}}(?:{_LISTED}|{_BARE}))){_TAIL}"
    rf"|(?:there (?:are|were) )?none(?: (?:are|was|were|have been))?(?: {_NAMED})?{_TAIL}"
    r"|n/?a|nil|not applicable)\.?",
    re.IGNORECASE,
)
_MAY_SAY_SO = re.compile(
    rf"(?:there (?:are|were|is|was|have been) (?:currently )?(?:no|not any|none)\b(?! of)"
    rf"|no\b|none\b(?! of)|{_REPORTERS} (?:(?:has |have )?{_NAMED} (?:no|nothing)"
    rf"|(?:did|does|do|has|have) not {_NAMED} any)\b)"
    rf"(?=.{{0,20}}$|[^.]{{0,40}}\b(?:{_LISTED}|matters|issues|concerns|priorities|weaknesses"
    r"|areas (?:that|which|where)))",
    re.IGNORECASE,
)
"""The start of a sentence that names what sections list, but may say more than that."""


def says_nothing_is_named(text: str) -> bool:
    """Return whether a sentence says that there are no areas under its heading."""
    return _NOTHING_NAMED.fullmatch(text) is not None


def may_say_nothing_is_named(text: str) -> bool:
    """Return whether words that may be an area may as well say that there are none."""
    return not says_nothing_is_named(text) and _MAY_SAY_SO.match(text) is not None
