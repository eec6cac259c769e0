"""Why two statements are taken for the same issue, or not, in one sentence.

Signals that say the same to a reader are one reason. The two reasons that weigh most for the repeat
and the one that weighs most against it are shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from reports.repeats.certainty import RepeatWeights
from reports.repeats.signals import STEM, ComparedStatements, Side, demands_of
from reports.themes.taxonomy import load_taxonomy
from reports.themes.words import word_set, words_of
from reports.wording import capitalised, uncapitalised

_LEAST = 0.15
"""A reason that adds less than this to the log odds is not shown."""

_MOST_WORDS = 2

_NOT_QUOTED = word_set("year years old olds relate relates related relating done face world")
"""What remains of "17-year-olds", "as it relates to", "face to face": it tells a reader nothing."""

_LEAVERS = word_set("leaver leavers")
_PREFIXES = word_set("pre post non multi inter co re")
"""What a hyphen leaves of "pre-proceedings" or "non-accidental": quoted with the next word only."""

NAMES_OF_GROUPS: Mapping[str, re.Pattern[str]] = {
    group: re.compile(expression, re.IGNORECASE)
    for group, expression in {
        "care leavers": (
            r"\bcare[- ]leav|\b(?:leaving|leave|left)[- ]care\b|\bcare[- ]experienced|\baftercare\b"
        ),
        "disabled children": r"\bdisab|\b(?-i:SEND)\b|\bspecial educational",
        "homeless young people": r"\bhomeless",
        "children who are missing or exploited": (
            r"\bexploit(?:ed|ation)\b|\breturn(?:[- ]home)? interview"
            r"|\bmissing\b(?! (?:appointments|data|documents|information|records)\b)"
        ),
        "children in care": (
            r"\b(?:in|into|enter|entering) (?:foster |public |residential |secure )?care\b"
            r"(?! (?:leav|plan|proceeding|service|team))"
            r"|\blooked[- ]after\b|\bfoster(?:ed|ing)?\b|\badopti(?:on|ve)\b|\badopters?\b"
            r"|\bpermanence\b|\bplacements?\b|\bcare orders?\b"
        ),
        "privately fostered children": r"\bprivate(?:ly)? foster",
        "unaccompanied children": r"\basylum\b|\bunaccompanied\b|\bmigrant",
    }.items()
}
"""What a statement has that is certainly about a group (see `reports.repeats.signals.GROUPS`)."""

_REASONS: Mapping[str, tuple[str, ...]] = {
    "issue": (
        "themes in common",
        "themes alike",
        "issue in common",
        "issue and words",
        "service in common",
    ),
    "words": ("rule and words", "rarest word in common"),
    "demands": ("demands in common", "timeliness in one"),
    "groups": ("other groups",),
    "confined": ("confined",),
    "list": ("points of the earlier",),
}
"""The signals that each reason sums up."""

_QUOTING = frozenset({"words", "demands"})

_NEEDS_ARTICLE = re.compile("quality|stability|engagement|transition")
"""How names of issues begin that are titles, and need "the" in a sentence."""


def explain(compared: ComparedStatements, weights: RepeatWeights) -> str:
    """Return the reasons in one sentence.

    "Both are about supervision, and both say “reflective”, but only the later one says
    “timeliness”."
    """
    reasons_for = _phrases(weights.speaks_for(compared.values), _FOR, compared)[:2]
    against = _phrases(weights.speaks_against(compared.values), _AGAINST, compared)[:1]
    said = ", and ".join(reasons_for) or "they have little in common"
    sentence = f"{said}, but {against[0]}" if against else said
    return capitalised(sentence) + "."


def _phrases(
    weight: Mapping[str, float],
    words: Mapping[str, Callable[[ComparedStatements], str]],
    compared: ComparedStatements,
) -> list[str]:
    """Return the reasons that weigh enough and can be said, the weightiest first."""
    sums = {
        reason: sum(weight.get(signal, 0.0) for signal in signals)
        for reason, signals in _REASONS.items()
    }
    ordered = sorted((r for r in sums if sums[r] >= _LEAST), key=lambda reason: -sums[reason])
    chosen = {reason: said for reason in ordered if (said := words[reason](compared))}
    # Both quote the statements: the weightier is enough.
    if chosen.keys() >= _QUOTING:
        del chosen[next(reason for reason in reversed(chosen) if reason in _QUOTING)]
    return list(chosen.values())


def _issue_name(compared: ComparedStatements) -> str:
    # Two statements may have several issues in common: the repeat is known by this one.
    theme, facet = compared.issue
    known = load_taxonomy().themes[theme]
    named = known.facet(facet) if facet else None
    return named.name if named else known.name


def _same_issue(compared: ComparedStatements) -> str:
    name = uncapitalised(_issue_name(compared))
    return f"both are about {'the ' if _NEEDS_ARTICLE.match(name) else ''}{name}"


def _other_issue(compared: ComparedStatements) -> str:
    themes = load_taxonomy().themes
    one, other = (
        max((t for t in side.main if t in themes), key=side.main.__getitem__)
        for side in (compared.later, compared.earlier)
    )
    if one == other:
        return ""
    names = [uncapitalised(themes[theme].name) for theme in (one, other)]
    return f"the later one is mainly about {names[0]}, the earlier about {names[1]}"


def _same_words(compared: ComparedStatements) -> str:
    named = {word[:STEM] for word in words_of(_issue_name(compared))}
    telling = [
        pair
        for pair in compared.shared_words
        if not _NOT_QUOTED.intersection(pair) and pair[0][:STEM] not in named
    ]
    texts = [words_of(side.text) for side in (compared.later, compared.earlier)]
    telling = [pair for pair in telling if _whole(pair[0], texts) not in _PREFIXES]
    words = [later for later, earlier in telling if later == earlier]
    if words:
        return _quoting("both say", words, compared.later, compared.earlier)
    return _one_and_other(*telling[0], compared) if telling else ""


def _other_words(compared: ComparedStatements) -> str:
    return "" if compared.shared_words else "they have no significant word in common"


def _same_demands(compared: ComparedStatements) -> str:
    both = compared.later.demands & compared.earlier.demands
    later, earlier = (_demand_words(s, both, compared) for s in (compared.later, compared.earlier))
    if shared := [word for stem, word in later.items() if stem in earlier]:
        return _quoting("both say", shared, compared.later, compared.earlier)
    if not later or not earlier:
        return ""
    return _one_and_other(next(iter(later.values())), next(iter(earlier.values())), compared)


def _one_and_other(later: str, earlier: str, compared: ComparedStatements) -> str:
    words = _as_written(later, compared.later.text), _as_written(earlier, compared.earlier.text)
    return f"one says “{words[0]}” and the other “{words[1]}”"


def _other_demands(compared: ComparedStatements) -> str:
    later, earlier = compared.later, compared.earlier
    if words := _demand_words(later, later.demands - earlier.demands, compared):
        return _quoting("only the later one says", list(words.values()), later)
    words = _demand_words(earlier, earlier.demands - later.demands, compared)
    return _quoting("only the earlier one says", list(words.values()), earlier)


def _demand_words(
    side: Side, demands: frozenset[str], compared: ComparedStatements
) -> dict[str, str]:
    """Return the words of a statement that show these demands, by stem, in their order.

    What the name of the issue says already is left out.
    """
    wanted = demands - demands_of(words_of(_issue_name(compared)))
    return {
        stem: word
        for stem, word in reversed(list(side.words.items()))
        if demands_of((word,)) & wanted
    }


def _quoting(verb: str, words: Sequence[str], *sides: Side) -> str:
    """Return the first words in the order of the statement, as one phrase where they adjoin."""
    if not words:
        return ""
    texts = [words_of(side.text) for side in sides]
    chosen = sorted(words[:_MOST_WORDS], key=lambda word: _place(word, texts[0]))
    if all(chosen in map(list, pairwise(text)) for text in texts):
        chosen = [" ".join(chosen)]
    shown = [_as_written(_whole(word, texts), sides[0].text) for word in chosen]
    return f"{verb} {' and '.join(f'“{words}”' for words in shown)}"


def _as_written(words: str, text: str) -> str:
    """Return words in lower case, except abbreviations: "PLO" and "IROs", as in the text."""
    found = re.search(rf"\b{re.escape(words)}\b", text, re.IGNORECASE)
    capitals = sum(map(str.isupper, found.group())) if found else 0
    return found.group() if found and capitals > 1 else words


def _whole(word: str, texts: Sequence[Sequence[str]]) -> str:
    """Return "care leavers" for "leavers" where each statement has these words.

    Likewise "pre-proceedings" for "pre".
    """
    if word in _LEAVERS and all(("care", word) in pairwise(text) for text in texts):
        return f"care {word}"
    if word in _PREFIXES:
        after = [{second for first, second in pairwise(text) if first == word} for text in texts]
        return next((f"{word}-{second}" for second in sorted(set.intersection(*after))), word)
    return word


def _place(word: str, text: Sequence[str]) -> int:
    return text.index(word) if word in text else len(text)


def _same_groups(compared: ComparedStatements) -> str:
    both = _groups(compared.later) & _groups(compared.earlier)
    issue = _issue_name(compared)
    # What the name of the issue says already is left out.
    further = {group for group in both if not NAMES_OF_GROUPS[group].search(issue)}
    return _listed("both mention", frozenset(further))


def _other_groups(compared: ComparedStatements) -> str:
    later, earlier = compared.later, compared.earlier
    if found := _groups(later) - earlier.groups:
        return _listed("only the later one mentions", found)
    return _listed("only the earlier one mentions", _groups(earlier) - later.groups)


def _groups(side: Side) -> frozenset[str]:
    """Return the groups that a statement certainly names."""
    return frozenset(group for group in side.groups if NAMES_OF_GROUPS[group].search(side.text))


def _confined(compared: ComparedStatements) -> str:
    themes = load_taxonomy().themes
    # What both name confines neither more than the other.
    named = [
        {issue.theme for issue in side.statement.issues}
        for side in (compared.later, compared.earlier)
    ]
    both = set.intersection(*named)
    later, earlier = (
        frozenset(uncapitalised(themes[t].name) for t in side.statement.narrowing - both)
        for side in (compared.later, compared.earlier)
    )
    if later - earlier:
        return _listed("only the later one is confined to", later - earlier)
    return _listed("only the earlier one is confined to", earlier - later)


def _lists(compared: ComparedStatements) -> str:
    return "the earlier one names several points" if len(compared.earlier.parts) > 1 else ""


def _nothing(compared: ComparedStatements) -> str:
    return ""


def _listed(verb: str, kinds: frozenset[str]) -> str:
    return f"{verb} {' and '.join(sorted(kinds)[:_MOST_WORDS])}" if kinds else ""


_FOR: Mapping[str, Callable[[ComparedStatements], str]] = {
    "issue": _same_issue,
    "words": _same_words,
    "demands": _same_demands,
    "groups": _same_groups,
    "confined": _nothing,
    "list": _lists,
}
_AGAINST: Mapping[str, Callable[[ComparedStatements], str]] = {
    "issue": _other_issue,
    "words": _other_words,
    "demands": _other_demands,
    "groups": _other_groups,
    "confined": _confined,
    "list": _nothing,
}
