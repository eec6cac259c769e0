"""Expressions that show what became of something that an earlier inspection named.

Each is explained and has an example of what it finds. They were written while reading sentences of
real reports. `make bench` also measures them on sentences that were labelled by someone who had not
written them. All but `POINTS_BACK` and `IS_DESPITE` are for text in lower case.
"""

from __future__ import annotations

import re


def _pattern(*expressions: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(expressions) + ")")


_NAMED_WORDS = (
    r"(?:identified|noted|highlighted|raised|finding|found|recommend(?:ation|ed)s?"
    r"|areas? (?:for|of|in need)|concerns?|issues?|shortfalls?|weakness\w*|deficits?|criticis\w+)"
)
"""Words by which a report names what an inspection found."""

NAMED = re.compile(_NAMED_WORDS)
"""Something that an inspection found is named: "the concerns", "was identified"."""

WEAK = _pattern(
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
"""Something is not as it should be: "plans are too variable", "is yet to be embedded"."""

_DONE = (
    r"(?:addressed|improved|rectified|resolved|tackled|acted|afforded|fulfilled|implemented|reali[sz]ed|achieved"
    r"|sustained|made|met|dealt with|delivered|completed|progressed|embedded|responded|happened"
    r"|led to|resulted in|actioned|put right|taken forward)"
)
"""Words for what is done about a finding: "addressed", "put right"."""

STAYS = _pattern(
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
"""What was named is as it was, or changed too little.

"Progress has been slow", "not all actions are complete", "remains an area of concern"."""

BETTER = _pattern(
    r"improv(?:ed|ement|ements|ing)\b|strengthen\w*|progress\b|progressed|effective(?:ly)?\b",
    r"address(?:ed|ing)|reduc(?:ed|tion|ing)|decreas\w+|increas(?:ed|e)\b|fallen\b",
    r"increasing\w*|resolved|responded|acted\b|embedded|developed|enhanced|better\b",
    r"more (?:\w+ )?(?:effective|timely|consistent|robust|stable)|tackled|transformed|invest\w+",
    r"implemented|introduced|focused on|put in place|driven|formed|ensured that|now\b",
    r"re-vitalised|stabilis\w+|converted|dealt with|been met",
)
"""Something got better, or action was taken: "visits are more timely", "a tool was introduced"."""

EFFORT = _pattern(
    r"efforts? |worked (?:hard )?(?:\w+ )?to |focused on |prioriti[sz]ed |taken action |sought to "
    r"|commit\w+ "
)
"""Leaders tried, whatever came of it: "have worked hard to", "prioritised"."""

PRAISED = _pattern(
    r"(?:good|strong|effective|thorough|well|regular(?:ly)?|timely|consistent(?:ly)?"
    r"|routine(?:ly)?|promptly?)\b"
)
"""Practice is praised without a word of change: "effective", "timely"."""

MARKED_IMPROVEMENT = _pattern(
    r"(?:significant|strong|clear|notable|marked) (?:area of )?improvement"
)
"""Praise, even if it reads like the name of a list: "a strong area of improvement"."""

GENERAL_DECLINE = _pattern(
    r"ha(?:s|ve|d) (?:\w+ )?(?:deteriorated|declined)|reassured"
    r"|decline in (?:the )?(?:\w+ of )?(?:the )?services?"
    r"|remained the same"
)
"""All got worse, or nothing changed: the sentence speaks of no single thing that was named before.

"Services have deteriorated", "overall practice remained the same"."""

BECAME_WORSE = _pattern(
    r"(?<!had )(?:deteriorated|declined|weakened|worsened)\b|deteriorat(?:ion|ing)\b|decline in\b"
    r"|declining\b|(?:got|become) worse\b",
    r"(?:has|have) been (?:\w+ )?ineffective\b|ineffective (?:\w+ ){0,2}?leadership",
)
"""Something got worse: "has declined", "a deterioration"."""

SINCE = _pattern(r"since|than (?:at|in|when)|from (?:when|the)")
"""It is compared with a time before: "since", "than at the last visit"."""

OF_PRACTICE = _pattern(
    r"services?|quality|practice|performance|standards?|effectiveness|oversight|leaders(?:hip)?"
    r"|experiences?|progress|support|process(?:es)?|arrangements|frequency|timeliness|areas"
    r"|response|management"
)
"""Services or practice are spoken of: "the quality of plans", "oversight"."""

NONE_LEFT = _pattern(
    r"none of (?:the|these|those) [^.;,]*? (?:remains?|persists?|continues?)"
    r"(?: (?:at|in|now|today|outstanding|unaddressed)\b[^.;,]*)?[.;]"
)
"""Nothing that was named is left: "None of the weaknesses found in 2019 persist."."""

NOT_WORSE = _pattern(
    r"had (?:\w+ )?(?:deteriorated|declined|weakened|worsened)|in response to"
    r"|accelerated|reversed|halted|recovered|(?:number|rate|proportion|percentage)s? of"
    r"|(?:re)?offending|caseloads ha|vacanc\w+|turnover|sickness|agency staff"
)
"""A decline that was stopped, one of a number that may be welcome, or one that only explains.

"Was halted", "the number of referrals", "in response to"."""

_SERVICES = (
    r"(?:services?|practice|quality|responses?|oversight|standards?|support|timeliness|frequency"
    r"|work)"
)
_WORSE = r"(?:deteriorated|declined|worsened)"

HAS_BECOME_WORSE = _pattern(
    rf"{_SERVICES}\b[^.;:]*?\b(?:has|have) (?:\w+ly |all |also )?{_WORSE}\b(?! to \d)",
    r"(?:has|have) been (?:a |an |some |further )?(?:\w+ )?(?:deterioration|decline) in"
    rf"[^.;:]*?\b(?:{_SERVICES}|all areas|some areas)\b",
    rf"some areas have {_WORSE}",
    rf"since (?:then|that time|this time)\b[^.;:]*?\b(?:has|have) (?:\w+ly )?{_WORSE}",
    rf"(?:has|have) (?:\w+ly )?{_WORSE} since (?:then|that time)",
)
"""Services or practice are worse than they were, whatever time that was: "have deteriorated"."""

OF_A_PERIOD = _pattern(
    r"(?:last|past) (?:\w+ )?(?:year|months?|quarter)s?|recent (?:months|weeks)|recently|pandemic",
    r"circumstances (?:has|have)|young (?:person|people) (?:has|have)|(?:in|during|of|from) 20\d\d",
    r"(?:attendance|figures|attainment|numbers?|rates?) (?:\S+ ){0,6}?(?:has|have)|\d+ days",
)
"""A change over some months, or of a number or anything but a service: "in the last year"."""

NOT_BETTER = _pattern(
    r"(?:imped|hamper|hinder|stall|delay|disrupt|undermin|constrain)\w* (?:\w+ ){0,4}?"
    r"(?:improvement|progress|develop)|too slow(?:ly)?|(?:has|have|had) been slow"
    r"|progress (?:was|had been) (?:too )?slow|fragile|need for (?:\w+ )?improved"
    r"|continue\w* to (?:focus|work|concentrate)"
    r"|maintain\w* (?:\w+ ){0,2}?(?:effective|strong|good)"
)
"""Words of improvement may say something else: improvement is to come, or quality was kept.

"Progress was too slow", "has impeded improvement", "continues to focus on", "maintained strong
support"."""

NO_FINDING = _pattern(
    r"(?:areas?|recommendations?|actions?|needs?|in need|need|priorities|plans?|points?) "
    r"(?:for|of|to) (?:(?:significant|further|practice|priority) )?improve(?:ment)?s?\b",
    r"requir\w+ (?:significant )?improve\w*(?: to be good)?",
    r"improvement (?:plan|board|journey|notice|programme|partner|adviser)s?\b",
    r"self-evaluation\b|judged (?:to be )?\w+|needs? to improve",
    r"(?:was|were) (?:\w+ )?(?:inadequate|weak|poor|a weakness) (?:at|in) the (?:last|previous)",
    r"(?:when|where) [^.,;]*?\b(?:judged|found|graded|rated|was|were)\b[^.,;]*",
    r"(?:found|rated|graded|provision) to be (?:inadequate|good|adequate|poor)",
)
"""Names of grades, lists and plans: their "improvement" and "good" say nothing.

"Areas for improvement", "requires improvement to be good", "the improvement board"."""

CONTRAST = _pattern(
    r"(?:however|but|although|though|while|whilst|nevertheless|yet|even so|remains?|despite)\b"
)
"""The sentence says two things that differ: "however", "but", "despite"."""

_OPENING = r"^[\W\d]*(?:inspection of [^.]*?\d{4} \d+ )?"
"""What may come before the first word: bullets, numbers, and the running header of a page."""

BEGINS_CONTRAST = re.compile(
    _OPENING + r"(?:however|but|although|though|while|whilst|nevertheless|even so|despite"
    r"|(?:in |for )?(?:some|a few|other|many|not all|a (?:small |very small )?(?:number|minority))"
    r"|there (?:is|are|remains?) still)\b"
    r"|^[^.,]{0,40},? (?:however|though)\b",
)
"""A sentence begins by limiting the one before: "However, …", "Some plans …", "A few cases …"."""

CONTRAST_OF_IT = re.compile(
    _OPENING + r"(?:however|but|nevertheless|even so),? (?:they|it|this|these|some|not all"
    r"|there (?:remains?|(?:is|are) still))\b",
)
"""The same, and it is clearly about the same thing: "However, this is …", "But not all …"."""

CONTRAST_WITHIN = re.compile(r"[;,] (?:however|but),? (?:it|they|these|some|further|more)\b")
"""The same in the middle of a sentence: "…, but they …"."""

POINTS_BACK = re.compile(r"^[\W\d]*(?:This|These|It|That)\b")
"""A sentence begins by pointing at the one before: "This …", "It …"."""

WAS_NAMED = re.compile(
    r"^[\W\d]*(?:this|these|it|that|such|both|all of these|the same|a similar)\b[^.]*?"
    rf"\b(?:was|were|is|are|had been|has been|have been)\b[^.]*?\b{_NAMED_WORDS}",
)
"""A sentence points back at what an inspection named: "This was a finding at the last visit"."""

SUBJECT_WAS_NAMED = re.compile(
    r"^[^.;]{3,160}?\b(?:was|were)\b (?:\w+ ){0,3}?(?:identified|noted|highlighted|raised"
    r"|recommended|an? (?:\w+ ){0,2}?(?:recommendation|area|weakness|concern|priority|issue))\b",
)
"""The same where the sentence names it: "Improving its reach was a recommendation in 2012"."""

IN_BRACKETS = re.compile(rf"\(\s*(?:this|these)\b[^)]*{_NAMED_WORDS}[^)]*\)")
"""The same in a list: "(This was a recommendation at the last inspection.)"."""

INSPECTORS_NAMED = re.compile(
    r"\b(?:inspections?|visits?|reviews?)\b[^.;]{0,60}?\b(?:identified|found|noted|highlighted"
    r"|raised)\b",
)
"""The same in the active voice: "Previous inspections have identified this as ..."."""

NEEDED = _pattern(r"needs? to (?:be )?(?:\w+ )?improve", r"requires? (?:further )?improve")
"""It has yet to improve: "needs to be improved"."""

WEAK_NOW = re.compile(r"\b(?:is|are|do|does|remains?|continues?)\b[^.;,]{0,40}?" + WEAK.pattern)
"""Something is weak in the present tense: "plans are still inconsistent"."""

AS_NAMED = _pattern(r"as (?:was |were |also )?(?:identified|found|noted|highlighted|raised)")
"""It is now as it was found then: "as identified at the last visit"."""

PROGRESS_BUT = re.compile(
    _OPENING + r"(?:while|although|despite)\b[^.,]*\b(?:progress|improv\w+|efforts)"
)
"""A sentence grants progress before it limits it: "While there has been progress, …"."""

STILL_REQUIRES = _pattern(
    r"(?:still|continues? to|remain\w* (?:an )?areas? (?:for|of|that|in)) (?:\w+ )?"
    r"(?:requir|need|improv)"
)
"""It must improve now as then: "still requires improvement", "remains an area for improvement"."""

AS_AN_AREA = _pattern(
    r"areas? (?:for|of|in need of|that) (?:\w+ )?(?:improvement|development|weakness|concern)",
    r"recommendations?\b",
)
"""It was an area for improvement, or a recommendation."""

NOT_ACTED_ON = re.compile(
    rf"\b(?:areas|recommendations|actions|shortfalls|weaknesses)\b[^.;]{{0,120}}?"
    rf"\bnot (?:\w+ )?{_DONE}",
)
"""Things that were named were not dealt with: "the recommendations were not implemented"."""

DESPITE_NAMED = _pattern(
    r"despite\b[^.,]*?\b(?:identified|noted|highlighted|raised|recommend(?:ation|ed)|area for"
    r"|concern|finding)"
)
"""It was named, and yet: "despite being raised at the last visit"."""

IS_DESPITE = re.compile(r"^[\W\d]*This is despite")
"""The same about the sentence before: "This is despite …"."""

NOT_DEALT_WITH = re.compile(
    r"^[\W\d]*(?:this|these|initial|it|the (?:response|action|plan|issue|concern)s?|progress"
    r"|actions?|(?:weak|poor)\w*|responses?)\b[^.]*" + STAYS.pattern,
)
"""A sentence that follows says that it stays: "The response has been too slow"."""

PARTLY = _pattern(r"(?:some|varying|most|many) (?:\w+ )?(?:aspects?|areas?|degrees?|elements?)")
"""Only a part is meant: "some areas", "most aspects", "varying degrees"."""

AS_BEFORE = _pattern(r"(?:also|again|previously|then)\b")
"""It was so before: "again", "also", "previously"."""
