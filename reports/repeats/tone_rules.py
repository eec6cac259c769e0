"""Expressions that show whether what an earlier inspection named persists, and what follows.

What they show by themselves is one of the signs that the fitted model weighs
(`reports.repeats.tone`). They were written while reading the corpus's own sentences; those of the
second reading (`make bench`) were labelled by someone who had not written the expressions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from reports.repeats.mentions import MENTION, Mention
from reports.themes.tagging import tag
from reports.themes.words import word_set


class Tone(StrEnum):
    """What became of it: it persists, some of it does, it improved; or nothing is said of that.

    `DECLINED`: something became worse since, which need not have been named before.
    """

    PERSISTS = "persists"
    MIXED = "mixed"
    IMPROVED = "improved"
    DECLINED = "declined"
    NONE = "none"


PERSISTING = frozenset({Tone.PERSISTS, Tone.MIXED})
"""Tones of which something named before persists."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence as printed, in lower case, and in lower case without names of grades and plans.

    Expressions are searched in the lower case text: that takes a quarter of the time of a search
    that ignores case.
    """

    printed: str
    lower: str
    findings: str


@lru_cache(maxsize=256)
def _sentence(text: str) -> _Sentence:
    lower = text.lower()
    return _Sentence(text, lower, _NO_FINDING.sub(" ", lower))


def _pattern(*expressions: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(expressions) + ")")


_NAMED_WORDS = (
    r"(?:identified|noted|highlighted|raised|finding|found|recommend(?:ation|ed)s?"
    r"|areas? (?:for|of|in need)|concerns?|issues?|shortfalls?|weakness\w*|deficits?|criticis\w+)"
)
_NAMED = re.compile(_NAMED_WORDS)

_WEAK = _pattern(
    r"too (?:slow\w*|many|much|little|long|few|high|variable|often|late)",
    r"not\b(?! (?:only|just)\b)|insufficient\w*|inconsisten\w*|variab\w+|uneven|unclear",
    r"weak\w*|poor\w*|shortfalls?",
    r"delay\w*|drift|lack(?:s|ed|ing)?\b|fail(?:s|ed|ure\w*)\b|inadequa\w*|underdeveloped",
    r"backlogs?|hampered|hindered|declin\w*|deteriorat\w*|unacceptable|gaps?\b|missed|limited",
    r"avoidable|slow(?:ed|ly)?\b|could be (?:better|stronger)|over-?relian\w+|pressures?\b",
    r"undermin\w+|late\b|many weeks|only recently|negative|below|work in progress|still\b|yet to",
    r"need(?:s|ed)? to (?:improve|be|do|ensure)|(?:much|more|further) (?:\w+ )?(?:work|to do)",
    r"(?:more|further) (?:\w+ )?(?:improvement|progress)s?(?: \w+){0,3} "
    r"(?:to do|need\w*|required|is|are|to be)",
    r"improvements? (?:is|are) (?:still )?(?:needed|required)",
    r"would benefit from|limitations?\b|variations?\b|shortages?\b|deficien\w+|difficult\w*",
    r"requires? (?:\w+ )?(?:further|more|additional|urgent)|inconsistenc\w+|shortcomings?",
    r"remain\w* (?:too|a |an |in)|continue\w* to (?:wait|experience|use|be a|need|require|have)",
)
"""Something is not as it should be."""

_DONE = (
    r"(?:addressed|improved|rectified|resolved|tackled|acted|afforded|fulfilled|implemented|reali[sz]ed|achieved"
    r"|sustained|made|met|dealt with|delivered|completed|progressed|embedded|responded|happened"
    r"|led to|resulted in|actioned|put right|taken forward)"
)
_STAYS = _pattern(
    r"(?:pace|progress|improvement|change|action|response)s?\b[^.;]{0,140}?\b(?:is|are|was|were"
    r"|(?:has|have) been|remains?)\b (?:\w+ ){0,2}?(?:slow\w*|poor|insufficient|limited"
    r"|intermittent|lacking"
    r"|inconsistent|inadequate|weak|hampered|hindered|minimal|uneven|not (?:\w+ )?(?:sufficient"
    r"|enough|rapid|fast))",
    r"(?:insufficient|little|limited|inadequate|not enough|slow|minimal|no|lack of|lack(?:s|ed|ing)"
    r"|uneven|intermittent) (?:\w+ )?(?:pace|progress|improvement|change|action|done"
    r"|has been done|was done)|taken too long|actions? remain\b",
    r"too slow(?:ly)? to|(?:improved|changed) (?:very )?little",
    rf"not (?:\w+ ){{0,4}}?{_DONE}",
    rf"not all\b[^.;]{{0,140}}?\b{_DONE}|(?:still|yet) to be\b",
    r"yet to (?:be|fully|make)|uneven|some delay in|not the case",
    r"not all\b[^.;]{0,140}?\b(?:complete|in place|embedded)",
    r"remain\w* (?:an? )?(?:\w+ )?(?:area|areas|concern|weakness|weak|poor|inconsistent|too"
    r"|relevant|pertinent|incomplete|insufficient|unresolved|underdeveloped|variable|of concern"
    r"|a challenge|to be|prevalent)",
    r"(?:recommendations?|weakness\w*|shortfalls?|issues?|areas?|deficits?|concerns?|gaps?|challenges?"
    r"|inconsistenc\w+|variations?)\b[^.;]{0,80}?\b(?:remain|persist|continue)s?(?: \w+)?[.,;]?$",
    r"there (?:still )?remains? (?!good|strong)\w+",
    r"continu\w+ to (?:be (?:a|an|too|insuff|weak|poor|incons)|use|have (?:an?|too|insuf)"
    r"|require impr|need|experience (?:delay|too)|wait)",
    r"still (?:\w+ )?(?:not|too|requir\w+|needs?|an area|weak|poor|inconsistent|insufficient"
    r"|further|relevant|outstanding|do(?:es)? not)|most (?:\w+ ){0,4}still",
    r"fail(?:ed|ure|s|ing) to \w+|hampered|hindered|persist(?:s|ed)?\b|persisting|unresolved",
    r"(?:similar|same) (?:\w+ ){0,3}(?:areas|issues|concerns|findings|weaknesses|shortfalls"
    r"|deficits|themes)",
    r"(?:is|are|were|was|been) (?:\w+ )?repeated|repeats\b",
)
_BETTER = _pattern(
    r"improv(?:ed|ement|ements|ing)\b|strengthen\w*|progress\b|progressed|effective(?:ly)?\b",
    r"address(?:ed|ing)|reduc(?:ed|tion|ing)|reduction|decreas\w+|increas(?:ed|e)\b|fallen\b",
    r"increasing\w*|resolved|responded|acted\b|embedded|developed|enhanced|better\b",
    r"more (?:\w+ )?(?:effective|timely|consistent|robust|stable)|tackled|transformed|invest\w+",
    r"implemented|introduced|focused on|put in place|driven|formed|ensured that|now\b",
    r"re-vitalised|stabilis\w+|converted|dealt with|been met",
)
"""Something got better, or was done for it."""

_EFFORT = _pattern(
    r"efforts? |worked (?:hard )?(?:\w+ )?to |focused on |prioriti[sz]ed |taken action |sought to "
    r"|commit\w+ "
)
_PRAISED = _pattern(
    r"(?:good|strong|effective|thorough|well|regular(?:ly)?|timely|consistent(?:ly)?"
    r"|routine(?:ly)?|promptly?)\b"
)
_MARKED_IMPROVEMENT = _pattern(
    r"(?:significant|strong|clear|notable|marked) (?:area of )?improvement"
)
_GENERAL_DECLINE = _pattern(
    r"ha(?:s|ve|d) (?:\w+ )?(?:deteriorated|declined)|reassured"
    r"|decline in (?:the )?(?:\w+ of )?(?:the )?services?"
    r"|remained the same"
)
"""All got worse, or nothing changed: no single thing that was named before is spoken of."""

_BECAME_WORSE = _pattern(
    r"(?<!had )(?:deteriorated|declined|weakened|worsened)\b|deteriorat(?:ion|ing)\b|decline in\b"
    r"|declining\b|(?:got|become) worse\b",
    r"(?:has|have) been (?:\w+ )?ineffective\b|ineffective (?:\w+ ){0,2}?leadership",
)
_SINCE = _pattern(r"since|than (?:at|in|when)|from (?:when|the)")
_OF_PRACTICE = _pattern(
    r"services?|quality|practice|performance|standards?|effectiveness|oversight|leaders(?:hip)?"
    r"|experiences?|progress|support|process(?:es)?|arrangements|frequency|timeliness|areas"
    r"|response|management"
)
_NOT_WORSE = _pattern(
    r"had (?:\w+ )?(?:deteriorated|declined|weakened|worsened)|in response to"
    r"|accelerated|reversed|halted|recovered|(?:number|rate|proportion|percentage)s? of"
    r"|(?:re)?offending|caseloads ha|vacanc\w+|turnover|sickness|agency staff"
)
"""A decline that was stopped, one of a number that may be welcome, or that only explains."""

_NOT_BETTER = _pattern(
    r"too slow(?:ly)?|(?:has|have|had) been slow|progress (?:was|had been) (?:too )?slow|fragile"
    r"|need for (?:\w+ )?improved|continue\w* to (?:focus|work|concentrate)"
    r"|maintain\w* (?:\w+ ){0,2}?(?:effective|strong|good)"
)
"""What a sentence with words of improvement may say instead: it is still to come, or was kept."""

_NO_FINDING = _pattern(
    r"(?:areas?|recommendations?|actions?|needs?|in need|need|priorities|plans?|points?) "
    r"(?:for|of|to) (?:(?:significant|further|practice|priority) )?improve(?:ment)?s?\b",
    r"requir\w+ (?:significant )?improve\w*(?: to be good)?",
    r"improvement (?:plan|board|journey|notice|programme|partner|adviser)s?\b",
    r"self-evaluation\b|judged (?:to be )?\w+|needs? to improve",
    r"(?:was|were) (?:\w+ )?(?:inadequate|weak|poor|a weakness) (?:at|in) the (?:last|previous)",
    r"(?:when|where) [^.,;]*?\b(?:judged|found|graded|rated|was|were)\b[^.,;]*",
    r"(?:found|rated|graded|provision) to be (?:inadequate|good|adequate|poor)",
)
"""Names of grades, lists and plans: their "improvement" and "good" say nothing."""

_CONTRAST = _pattern(
    r"(?:however|but|although|though|while|whilst|nevertheless|yet|even so|remains?|despite)\b"
)
_OPENING = r"^[\W\d]*(?:inspection of [^.]*?\d{4} \d+ )?"
_BEGINS_CONTRAST = re.compile(
    _OPENING + r"(?:however|but|although|though|while|whilst|nevertheless|even so|despite"
    r"|(?:in |for )?(?:some|a few|other|many|not all|a (?:small |very small )?(?:number|minority))"
    r"|there (?:is|are|remains?) still)\b"
    r"|^[^.,]{0,40},? (?:however|though)\b",
)
_CONTRAST_OF_IT = re.compile(
    _OPENING + r"(?:however|but|nevertheless|even so),? (?:they|it|this|these|some|not all"
    r"|there (?:remains?|(?:is|are) still))\b",
)
_CONTRAST_WITHIN = re.compile(r"[;,] (?:however|but),? (?:it|they|these|some|further|more)\b")
_POINTS_BACK = re.compile(r"^[\W\d]*(?:This|These|It|That)\b")
_WAS_NAMED = re.compile(
    r"^[\W\d]*(?:this|these|it|that|such|both|all of these|the same|a similar)\b[^.]*?"
    rf"\b(?:was|were|is|are|had been|has been|have been)\b[^.]*?\b{_NAMED_WORDS}",
)
_SUBJECT_WAS_NAMED = re.compile(
    r"^[^.;]{3,160}?\b(?:was|were)\b (?:\w+ ){0,3}?(?:identified|noted|highlighted|raised"
    r"|recommended|an? (?:\w+ ){0,2}?(?:recommendation|area|weakness|concern|priority|issue))\b",
)
"""The same where the sentence names it: "Improving its reach was a recommendation in 2012"."""
_IN_BRACKETS = re.compile(rf"\(\s*(?:this|these)\b[^)]*{_NAMED_WORDS}[^)]*\)")
"""In lists: "(This was a recommendation at the last inspection.)"."""
_INSPECTORS_NAMED = re.compile(
    r"\b(?:inspections?|visits?|reviews?)\b[^.;]{0,60}?\b(?:identified|found|noted|highlighted"
    r"|raised)\b",
)
"""The same in the active voice: "Previous inspections have identified this as ..."."""
_NEEDED = _pattern(r"needs? to (?:be )?(?:\w+ )?improve", r"requires? (?:further )?improve")
_WEAK_NOW = re.compile(r"\b(?:is|are|do|does|remains?|continues?)\b[^.;,]{0,40}?" + _WEAK.pattern)
_AS_NAMED = _pattern(r"as (?:was |were |also )?(?:identified|found|noted|highlighted|raised)")
_PROGRESS_BUT = re.compile(
    _OPENING + r"(?:while|although|despite)\b[^.,]*\b(?:progress|improv\w+|efforts)"
)
_STILL_REQUIRES = _pattern(
    r"(?:still|continues? to|remain\w* (?:an )?areas? (?:for|of|that|in)) (?:\w+ )?"
    r"(?:requir|need|improv)"
)
_AS_AN_AREA = _pattern(
    r"areas? (?:for|of|in need of|that) (?:\w+ )?(?:improvement|development|weakness|concern)",
    r"recommendations?\b",
)
_NOT_ACTED_ON = re.compile(
    rf"\b(?:areas|recommendations|actions|shortfalls|weaknesses)\b[^.;]{{0,120}}?"
    rf"\bnot (?:\w+ )?{_DONE}",
)
_DESPITE_NAMED = _pattern(
    r"despite\b[^.,]*?\b(?:identified|noted|highlighted|raised|recommend(?:ation|ed)|area for"
    r"|concern|finding)"
)
_IS_DESPITE = re.compile(r"^[\W\d]*This is despite")
_NOT_DEALT_WITH = re.compile(
    r"^[\W\d]*(?:this|these|initial|it|the (?:response|action|plan|issue|concern)s?|progress"
    r"|actions?|(?:weak|poor)\w*|responses?)\b[^.]*" + _STAYS.pattern,
)
_PARTLY = _pattern(r"(?:some|varying|most|many) (?:\w+ )?(?:aspects?|areas?|degrees?|elements?)")
_AS_BEFORE = _pattern(r"(?:also|again|previously|then)\b")

_COMMON = word_set(
    """the and for are was were have has had been that their this with from its children child
    young people local authority since last previous inspection visit services service social
    improved improvement improvements however while although some not still more there which who
    they leaders workers work senior"""
)
_STEM = 6


def tone_by_rules(mention: Mention) -> Tone:
    """Return the tone that the expressions alone show."""
    before, sentence, after = map(_sentence, (mention.before, mention.sentence, mention.after))
    return _judged(before, sentence, after)


def _judged(before: _Sentence, sentence: _Sentence, after: _Sentence) -> Tone:
    lower, findings = sentence.lower, sentence.findings
    better = _MARKED_IMPROVEMENT.search(lower) or _BETTER.search(findings)
    stays = _STAYS.search(findings) or _STILL_REQUIRES.search(lower)
    weak = _WEAK.search(findings)
    weak_after = bool(_WEAK.search(after.findings) or _STAYS.search(after.findings))
    contrast = _CONTRAST.search(findings)
    if _WAS_NAMED.search(lower) and not better:
        return _of_the_sentence_before(before, after, sentence=lower, stays=bool(stays))
    if _SUBJECT_WAS_NAMED.search(lower) and not (stays or contrast):
        return _of_what_follows(before, after)
    if _DESPITE_NAMED.search(lower) and (
        weak or stays or _WEAK.search(before.lower) or _IS_DESPITE.match(sentence.printed)
    ):
        return Tone.PERSISTS
    declined = _GENERAL_DECLINE.search(lower)
    if stays and (not declined or _NOT_ACTED_ON.search(lower)):
        return Tone.MIXED if better and contrast else Tone.PERSISTS
    if declined:
        return Tone.NONE
    if better and weak and contrast:
        return Tone.MIXED
    if _INSPECTORS_NAMED.search(lower) and _of_one_thing(sentence, after):
        return _of_what_follows(_NOTHING, after)
    if (
        not better
        and _PROGRESS_BUT.match(after.lower)
        and weak_after
        and _of_one_thing(sentence, after)
    ):
        return Tone.MIXED
    if better or _EFFORT.search(lower):
        return _improved_or_mixed(sentence, after, weak_after=weak_after)
    if not _NAMED.search(lower) or not weak:
        return Tone.NONE
    if _AS_BEFORE.search(lower) or _AS_NAMED.search(lower) or _NOT_DEALT_WITH.search(after.lower):
        return Tone.PERSISTS
    return Tone.PERSISTS if _WEAK_NOW.search(findings) else Tone.NONE


def _of_the_sentence_before(
    before: _Sentence, after: _Sentence, *, sentence: str = "", stays: bool = False
) -> Tone:
    """Return the tone of "This was a finding at the last visit": that of what it points back to."""
    if _NEEDED.search(before.lower) or _STAYS.search(before.lower):
        return Tone.PERSISTS
    better, contrast = _BETTER.search(before.findings), _CONTRAST.search(before.findings)
    if _WEAK.search(before.findings) and not (better and not contrast):
        return Tone.PERSISTS
    if better or _PRAISED.search(before.findings):
        return Tone.IMPROVED
    named = _AS_AN_AREA.search(sentence) is not None
    return Tone.PERSISTS if named or stays or _NOT_DEALT_WITH.search(after.lower) else Tone.NONE


def _of_what_follows(before: _Sentence, after: _Sentence) -> Tone:
    """Return the tone of "This service was an area for improvement then": that of what follows."""
    better = _BETTER.search(after.findings)
    if _WEAK.search(after.findings) or _STAYS.search(after.lower):
        return Tone.MIXED if better else Tone.PERSISTS
    return Tone.IMPROVED if better else _of_the_sentence_before(before, after)


def _improved_or_mixed(sentence: _Sentence, after: _Sentence, *, weak_after: bool) -> Tone:
    """Return the tone of praise, which what follows may qualify."""
    begins = _BEGINS_CONTRAST.match(after.lower) and _of_one_thing(sentence, after)
    taken_back = (
        begins or _CONTRAST_OF_IT.match(after.lower) or _CONTRAST_WITHIN.search(after.lower)
    )
    partly = _PARTLY.search(sentence.lower)
    return Tone.MIXED if weak_after and (taken_back or partly) else Tone.IMPROVED


def _of_one_thing(sentence: _Sentence, after: _Sentence) -> bool:
    """Return whether two sentences are about the same thing, by their words and themes."""
    if (
        _POINTS_BACK.match(sentence.printed)
        or _POINTS_BACK.match(after.printed)
        or _stems(sentence.lower) & _stems(after.lower)
    ):
        return True
    themes = [{found.theme for found in tag(text.printed)} for text in (sentence, after)]
    return not all(themes) or bool(themes[0] & themes[1])


def _stems(lower: str) -> set[str]:
    words = re.findall(r"[a-z’']{4,}", lower)
    return {word[:_STEM] for word in words if word not in _COMMON}


def named_in_brackets(sentence: str) -> bool:
    """Return whether a sentence is a recommendation with a note that it was made before."""
    bracket = _IN_BRACKETS.search(_sentence(sentence).lower)
    return bracket is not None and MENTION.search(bracket.group()) is not None


def states_only_past_finding(sentence: str) -> bool:
    """Return whether it says what was named, and nothing of what is so now."""
    said = _sentence(sentence)
    return bool(_SUBJECT_WAS_NAMED.search(said.lower)) and not (
        _STAYS.search(said.findings) or _CONTRAST.search(said.findings)
    )


def shows_improvement(sentence: str) -> bool:
    """Return whether a sentence that speaks of improvement says that it has been reached."""
    return not _NOT_BETTER.search(_sentence(sentence).lower)


def shows_decline(sentence: str) -> bool:
    """Return whether a sentence says that services or practice became worse since a time before."""
    lower = _sentence(sentence).lower
    return bool(
        _BECAME_WORSE.search(lower)
        and _SINCE.search(lower)
        and _OF_PRACTICE.search(lower)
        and not _NOT_WORSE.search(lower)
    )


def points_at_a_finding(sentence: str) -> bool:
    """Return whether a sentence points back at something that was named: "This was a finding"."""
    return _WAS_NAMED.search(_sentence(sentence).lower) is not None


@lru_cache(maxsize=256)
def expressions_in(text: str) -> frozenset[str]:
    """Return the names of the kinds of expressions that a sentence has.

    They are remembered: a sentence is judged with what follows it and without, and its neighbours
    are judged next.
    """
    sentence = _sentence(text)
    found = {name for name, pattern in _IN_FINDINGS.items() if pattern.search(sentence.findings)}
    found |= {name for name, pattern in _ANYWHERE.items() if pattern.search(sentence.lower)}
    if _MARKED_IMPROVEMENT.search(sentence.lower):
        found.add("better")
    if _POINTS_BACK.search(sentence.printed):
        found.add("points back")
    return frozenset(found)


_NOTHING = _sentence("")
_IN_FINDINGS = {"weak": _WEAK, "better": _BETTER, "contrast": _CONTRAST, "praised": _PRAISED}
_ANYWHERE = {
    "stays": _STAYS,
    "effort": _EFFORT,
    "decline": _GENERAL_DECLINE,
    "named": _NAMED,
    "partly": _PARTLY,
    "begins with a contrast": _BEGINS_CONTRAST,
    "as before": _AS_BEFORE,
    "despite a finding": _DESPITE_NAMED,
    "not dealt with": _NOT_DEALT_WITH,
}
