"""What inspectors say of something that an earlier inspection named: does it persist?

A sentence that mentions an earlier inspection, visit or report is judged with the sentence before
and the one after it. "This was a finding at the last visit" takes its meaning from the one before;
"caseloads have fallen since the last inspection" from the one after, which may begin "However". The
expressions were written while reading three fifths of the authorities in the corpus's sentences,
and widened after a first count on the others; `make bench` prints the figures of both.
"""

from __future__ import annotations

import re
from enum import StrEnum

from reports.themes import tag
from reports.themes.words import word_set


class Tone(StrEnum):
    """What became of it: it persists, some of it does, it improved; or nothing is said of that."""

    PERSISTS = "persists"
    MIXED = "mixed"
    IMPROVED = "improved"
    NONE = "none"


LONGEST = 700
"""Of a longer neighbour only what is nearest is looked at; longer sentences are no sentences."""


def _pattern(*expressions: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(expressions) + ")", re.IGNORECASE)


_NAMED_WORDS = (
    r"(?:identified|noted|highlighted|raised|finding|found|recommend(?:ation|ed)s?"
    r"|areas? (?:for|of|in need)|concerns?|issues?|shortfalls?|weakness\w*|deficits?|criticis\w+)"
)
_NAMED = re.compile(_NAMED_WORDS, re.IGNORECASE)

MENTION = _pattern(
    r"(?:last|previous|earlier|prior|recent|our|first|second|third|fourth|\d{4}|two|three|four"
    r"|successive)\b(?: \S+){0,5}? (?:inspections?|visits?|ilacs|reviews?|recommendations?"
    r"|report)\b",
    r"(?<!at the time of the )(?:inspections?|visits?|ilacs)\b(?: \S+){0,5}? (?:19|20)\d\d\b",
    r"last inspected\b",
    r"previous(?:ly)? (?:identified|recommend\w+)",
    r"(?:identified|recommended|highlighted) (?:previously|before|(?:both )?then)\b",
    r"since (?:the|our|that|this|its) (?:\w+ ){0,3}(?:inspection|visit)",
)
"""An earlier inspection, visit or report is mentioned."""

_WEAK = _pattern(
    r"too (?:slow\w*|many|much|little|long|few|high|variable|often|late)",
    r"not\b|insufficient\w*|inconsisten\w*|variab\w+|uneven|unclear|weak\w*|poor\w*|shortfalls?",
    r"delay\w*|drift|lack(?:s|ed|ing)?\b|fail(?:s|ed|ure\w*)\b|inadequa\w*|underdeveloped",
    r"backlogs?|hampered|hindered|declin\w*|deteriorat\w*|unacceptable|gaps?\b|missed|limited",
    r"avoidable|slow(?:ed|ly)?\b|could be (?:better|stronger)|over-?relian\w+|pressures?\b",
    r"undermin\w+|late\b|many weeks|only recently|negative|below|work in progress|still\b|yet to",
    r"need(?:s|ed)? to (?:improve|be|do|ensure)|(?:much|more|further) (?:\w+ )?(?:work|to do)",
    r"(?:more|further) (?:\w+ )?(?:improvement|progress)s?(?: \w+){0,3} "
    r"(?:to do|need\w*|required|is|are|to be)",
    r"improvements? (?:is|are) (?:still )?(?:needed|required)",
    r"remain\w* (?:too|a |an |in)|continue\w* to (?:wait|experience|use|be a|need|require|have)",
)
"""Something is not as it should be."""

_STAYS = _pattern(
    r"(?:pace|progress|improvement|change)\w*(?: \w+){0,12}? (?:too slow|not (?:\w+ )?"
    r"(?:sufficient|enough|been)|insufficient|been slow|hampered|hindered|limited|inadequate)",
    r"(?:insufficient|little|limited|inadequate|not enough|slow|minimal) (?:\w+ )?"
    r"(?:progress|improvement|change|done|has been done|was done)",
    r"too slow(?:ly)? to|(?:improved|changed) (?:very )?little",
    r"not (?:\w+ )?(?:improved|been (?:\w+ )?(?:addressed|rectified|resolved|tackled|acted"
    r"|implemented|realised|achieved|sustained|made|met)|acted|addressed|resolved|rectified"
    r"|responded|sustained)",
    r"not (?:yet |been |sufficiently |fully )+(?:address|improv|resolv|embed|rectif|implement)\w*",
    r"not all (?:\w+ ){0,3}(?:actions?|areas?|recommendations?|issues|concerns)",
    r"not resulted in|yet to (?:be|fully|make)|uneven|some delay in",
    r"remain\w* (?:an? )?(?:area|areas|a concern|a weakness|weak|poor|inconsistent|too"
    r"|insufficient|unresolved|underdeveloped|variable|of concern|a challenge"
    r"|outstanding(?! in))",
    r"continu\w+ to (?:be (?:a|an|too|insuff|weak|poor|incons)|use|have (?:an?|too|insuf)"
    r"|require impr|need|experience (?:delay|too)|wait)",
    r"still (?:not|too|require|need|an area|weak|poor|inconsistent|insufficient|further"
    r"|do(?:es)? not)|most (?:\w+ ){0,4}still",
    r"fail(?:ed|ure) to (?:address|improve|act|respond|make|ensure|take|implement|tackle|learn)",
    r"hampered|hindered|persist(?:s|ed|ent|ing)?\b|unresolved",
    r"(?:similar|same) (?:\w+ ){0,3}(?:areas|issues|concerns|findings|weaknesses|shortfalls"
    r"|deficits|themes)",
)
"""What was named before has not gone away."""

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
_PRAISED = _pattern(r"(?:good|strong|effective|thorough|well)\b")
_MARKED_IMPROVEMENT = _pattern(
    r"(?:significant|strong|clear|notable|marked) (?:area of )?improvement"
)
_GENERAL_DECLINE = _pattern(
    r"ha(?:s|ve|d) (?:\w+ )?(?:deteriorated|declined)|decline in service|reassured"
    r"|remained the same"
)
"""All got worse, or nothing changed: no single thing that was named before is spoken of."""

_NO_FINDING = _pattern(
    r"(?:areas?|recommendations?|actions?|needs?|in need|need|priorities|plans?|points?) "
    r"(?:for|of|to) (?:(?:significant|further|practice|priority) )?improve(?:ment)?s?\b",
    r"requir\w+ (?:significant )?improve\w*(?: to be good)?",
    r"improvement (?:plan|board|journey|notice|programme|partner|adviser)s?\b",
    r"self-evaluation\b|judged (?:to be )?\w+|needs? to improve",
)
"""Names of grades, lists and plans: their "improvement" and "good" say nothing."""

_CONTRAST = _pattern(
    r"(?:however|but|although|though|while|whilst|nevertheless|yet|even so|remains?|despite)\b"
)
_OPENING = r"^[\W\d]*(?:Inspection of [^.]*?\d{4} \d+ )?"
_BEGINS_CONTRAST = re.compile(
    _OPENING
    + r"(?:however|but|although|though|while|whilst|nevertheless|even so|for some|despite)\b"
    r"|^[^.,]{0,40},? (?:however|though)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(r"^[\W\d]*(?:This|These|It|That)\b")
_WAS_NAMED = re.compile(
    r"^[\W\d]*(?:This|These|It|That|Such|Both|All of these|The same|A similar)\b[^.]*?"
    rf"\b(?:was|were|is|are|had been|has been|have been)\b[^.]*?\b{_NAMED_WORDS}",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(rf"\(\s*(?:this|these)\b[^)]*{_NAMED_WORDS}[^)]*\)", re.IGNORECASE)
"""In lists: "(This was a recommendation at the last inspection.)"."""
_DESPITE_NAMED = _pattern(
    r"despite\b[^.,]*?\b(?:identified|noted|highlighted|raised|recommend(?:ation|ed)|area for"
    r"|concern|finding)"
)
_IS_DESPITE = re.compile(r"^[\W\d]*This is despite")
_NOT_DEALT_WITH = re.compile(
    r"^[\W\d]*(?:this|these|initial|it|the (?:response|action|plan|issue|concern)s?|progress"
    r"|actions?|(?:weak|poor)\w*|responses?)\b[^.]*" + _STAYS.pattern,
    re.IGNORECASE,
)
_PARTLY = _pattern(r"(?:some|varying|most|many) (?:\w+ )?(?:aspects?|areas?|degrees?|elements?)")
_AS_BEFORE = _pattern(r"(?:also|again|previously|then)\b")

_PART = re.compile(
    r"(?<=[.!?])\s+(?=[A-Z◼■\d])|(?<=[a-z)]\.)(?=\d{1,3}\.? ?[A-Z])|(?<=\.)(?=[A-Z][a-z])"
    r"|\s(?=[◼■▪●]\s)|(?<=\d\.)(?=[A-Z])"
    r"|\b(?:Headline findings|Main findings|Overview|Findings|Summary)\b"
)
"""Where one sentence ends within what extraction gave as one."""

_FEWEST_WORDS = 3
_COMMON = word_set(
    """the and for are was were have has had been that their this with from its children child
    young people local authority since last previous inspection visit services service social
    improved improvement improvements however while although some not still more there which who
    they leaders workers work senior"""
)
_STEM = 6


def tone(before: str, sentence: str, after: str) -> Tone:
    """What a sentence says of what was named before, with the text before and after it."""
    bracket = _IN_BRACKETS.search(sentence)
    if bracket and MENTION.search(bracket.group()):
        return Tone.PERSISTS
    parts = [part.strip() for part in _PART.split(sentence) if part and part.strip()]
    at = next((at for at, part in enumerate(parts) if MENTION.search(part)), None)
    if at is None:
        return Tone.NONE
    return _judged(
        _sentences(f"{before[-LONGEST:]} {' '.join(parts[:at])}", last=True),
        parts[at],
        _sentences(f"{' '.join(parts[at + 1 :])} {after[:LONGEST]}", last=False),
    )


def _judged(before: str, sentence: str, after: str) -> Tone:
    findings, findings_after = (_NO_FINDING.sub(" ", text) for text in (sentence, after))
    better = _MARKED_IMPROVEMENT.search(sentence) or _BETTER.search(findings)
    stays, weak = _STAYS.search(sentence), _WEAK.search(findings)
    contrast = _CONTRAST.search(findings)
    if _WAS_NAMED.search(sentence) and not better:
        return _of_the_sentence_before(before, after, stays=bool(stays))
    if _DESPITE_NAMED.search(sentence) and (
        weak or stays or _WEAK.search(before) or _IS_DESPITE.match(sentence)
    ):
        return Tone.PERSISTS
    declined = _GENERAL_DECLINE.search(sentence)
    if stays and not declined:
        return Tone.MIXED if better and contrast else Tone.PERSISTS
    if declined:
        return Tone.NONE
    if better and weak and contrast:
        return Tone.MIXED
    if better or _EFFORT.search(sentence):
        return _improved_or_mixed(sentence, after, weak_after=bool(_WEAK.search(findings_after)))
    if not _NAMED.search(sentence) or not weak:
        return Tone.NONE
    again = _AS_BEFORE.search(sentence) or _NOT_DEALT_WITH.search(after)
    return Tone.PERSISTS if again else Tone.NONE


def _of_the_sentence_before(before: str, after: str, *, stays: bool) -> Tone:
    """The tone of "This was a finding at the last visit": that of what it points back to."""
    findings = _NO_FINDING.sub(" ", before)
    better, contrast = _BETTER.search(findings), _CONTRAST.search(findings)
    if _WEAK.search(findings) and not (better and not contrast):
        return Tone.PERSISTS
    if better or _PRAISED.search(findings):
        return Tone.IMPROVED
    return Tone.PERSISTS if stays or _NOT_DEALT_WITH.search(after) else Tone.NONE


def _improved_or_mixed(sentence: str, after: str, *, weak_after: bool) -> Tone:
    """The tone of praise: what follows may say that some of it persists."""
    taken_back = _BEGINS_CONTRAST.match(after) and _of_one_thing(sentence, after)
    return Tone.MIXED if weak_after and (taken_back or _PARTLY.search(sentence)) else Tone.IMPROVED


def _of_one_thing(sentence: str, after: str) -> bool:
    """Whether two sentences speak of the same thing, as far as words and themes tell."""
    if _POINTS_BACK.match(sentence) or _stems(sentence) & _stems(after):
        return True
    themes = [{one.theme for one in tag(text)} for text in (sentence, after)]
    return not all(themes) or bool(themes[0] & themes[1])


def _stems(text: str) -> set[str]:
    words = re.findall(r"[a-z’']{4,}", text.lower())
    return {word[:_STEM] for word in words if word not in _COMMON}


def _sentences(text: str, *, last: bool) -> str:
    """The last or first sentence of a text; paragraph numbers are none."""
    parts = [p for p in _PART.split(text) if p and len(p.split()) >= _FEWEST_WORDS]
    if not parts:
        return ""
    return parts[-1 if last else 0]
