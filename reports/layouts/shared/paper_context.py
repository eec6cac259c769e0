"""The context of a sentence in a council's paper: whose grade it gives, and of which inspection.

A paper also names earlier grades, targets, its own view and the grades of other bodies. The words
for these cannot all be listed. So a sentence counts only if all its words are among the few that
give a grade, and if it, or what comes before it, names the inspection and the council.
"""

from __future__ import annotations

import re
from functools import lru_cache

from reports.frameworks import DATA, Frameworks
from reports.layouts.shared.paper_sentences import PaperSentence
from reports.name_forms import match_keys
from reports.register_file import read_authorities
from reports.text.clean import plain_key
from reports.text.dates import MONTHS

YEAR = re.compile(r"\b20\d\d\b")

_WORDS = (
    "the", "of", "for", "in", "on", "with", "and", "by", "as", "at", "to", "from", "is", "are",
    "was", "were", "has", "have", "been", "had", "now", "an", "a", "its", "that", "we", "our",
    "us", "council", "authority", "local", "ofsted", "ofsteds",
    "inspectors", "inspection", "inspected", "report", "published", "full", "short",
    "standard", "latest", "recent", "ilacs", "framework", "judged", "graded", "rated",
    "received", "given", "gave", "awarded", "found", "grade", "grades", "grading", "rating",
    "ratings", "judgement", "judgements", "judgment", "judgments", "overall", "effectiveness",
    "these", "this", "following", "follows", "below", "breakdown", "sub", "categories",
    "subcategories", "subjudgements", "improved", "risen", "rose", "moved", "changed",
    "gone", "upgraded", "fell", "fallen", "declined", "dropped",
)  # fmt: skip
_PLAIN = frozenset(_WORDS)
"""The words of a sentence that only says which grade was given. Any other word may make it an aim,
a doubt, an earlier grade or the grade of another body."""

_TITLE_WORDS = (
    "background", "introduction", "summary", "executive", "context", "purpose", "detail",
    "details", "outcome", "outcomes", "result", "results", "key", "main", "position",
    "current", "findings", "information", "reports", "update", "improvement", "plan",
    "progress", "childrens", "services", "social", "care", "points", "section",
)  # fmt: skip
_PLAIN_HEADING = _PLAIN | frozenset(_TITLE_WORDS)
_NOT_PLAIN = re.compile(
    r"\ba\b(?! (?:grad|rating|judge?ment|full|short|standard|recent|report))|\bhad been\b"
    r"|\b(?:we|council|authority)(?: (?:have|has|had|now))* (?:judged|graded|rated|gave|given|"
    r"awarded|found)\b|\bby (?:us|our|the council|the authority)\b|\bour judge?ments?\b"
)
"""Plain words that mean one grade of several, an earlier grade or the council's own view."""

_PAST = re.compile(r"\bhad\b")
_KINDS = frozenset({"borough", "county", "city", "metropolitan"})

_SERVICES = re.compile(
    r"(?:local authority |council )?childrens (?:social care )?services?(?: department)?"
    r"|services for children(?: and (?:their )?(?:families|young people))?"
)
_OURS = re.compile(r"\b(?:we|our|us|the council|the local authority|the authority)\b")
_JUDGED_TO_BE = re.compile(r"\b((?:judged|graded|rated)\b.{0,100}?) to be\b")
_OUR = re.compile(r"\bour\b", re.IGNORECASE)
_DIVIDERS = re.compile(r"[\s\-\u2010-\u2015/,]+")
_DROPPED = re.compile(r"[^\w\s]")
_DAY = re.compile(r"\d{1,2}(?:st|nd|rd|th)?|(?:19|20)\d\d")
_NOT_A_SECTION = re.compile(
    r"\b(?:committee|cabinet|scrutiny|panel|board|director|head of|officer)\b|:", re.IGNORECASE
)
"""A line of the paper's head, which may be above a heading but is not the heading of a section."""

_DOUBT = re.compile(
    r"\b(?:targets?|aims?|aiming|goals?|ambitions?|ambitious|aspir\w+|expect\w*|hopes?|hoping|"
    r"predict\w*|forecast\w*|towards?|trajectory|will|would|could|should|may|might|must|if|"
    r"next (?:inspection|time)|future|by (?:\w+ )?20\d\d|to (?:reach|become|achieve|be)|"
    r"self[- ](?:assess|evaluat)\w+|ourselves|peer review|mock|estimate\w*|working at|"
    r"not|no longer|never|than|unless|until|when|asked|questions?|"
    r"homes?|schools?|nurser(?:y|ies)|colleges?|agency|agencies|fostering|adoption|providers?|"
    r"previous(?:ly)?|earlier|former(?:ly)?|prior|before|once|had been|history|originally|"
    r"neighbour\w*|other (?:councils?|authorities|local|areas?|boroughs?)|elsewhere|nationally|"
    r"compar\w+|average|region(?:al)?(?:ly)?|youth|probation|police|health|hospitals?|trusts?|"
    r"SEND|special|adults?|academ(?:y|ies)|learning|early years)\b",
    re.IGNORECASE,
)
"""Words that make it uncertain whether the sentence before a citation names what is cited."""

_FROM = re.compile(r"\bfrom\b", re.IGNORECASE)
_INSPECTS = re.compile(r"\b(?:ofsted|inspections?|inspected|ILACS)\b", re.IGNORECASE)
_OF_WHOM = re.compile(
    r"\b(?:inspection (?:report )?(?:of|into|at|for)|report (?:of|on|about|into)"
    r"|inspected|visited|rated|graded|judged|looked at|came to|saw|assessed|reviewed) (?P<whom>.+)",
    re.IGNORECASE,
)
_ABOUT_INSPECTION = re.compile(
    r"(?:the )?(?:published |recent |latest |full )*(?:ofsted|inspection|ilacs)\b"
    r"|this (?:report|paper|update)\b.* (?:after|following|since|from) the (?:\w+ )?inspection\b",
    re.IGNORECASE,
)
"""A sentence whose subject is the inspection, or the paper that follows from it."""

_BODY = re.compile(r"\b(?!ILACS\b|OFSTED\b|LSCB\b|SLT\b)[A-Z]{3,}\b")
"""The initials of another body."""

_PLACE = re.compile(
    r"\b[Ii]n (?:the )?(?P<place>[A-Z][a-z]+(?: (?:and |upon |on |of )?[A-Z][a-z]+)*)"
)
_FURTHEST_BACK = 4
"""The number of earlier sentences that are searched for the cited inspection."""


class Paper:
    """A paper, which decides which of its sentences give a grade for certain.

    `names` are the council's names, `latest` is the year of the last inspection that the paper
    mentions, and `now` the year of the paper.
    """

    def __init__(
        self,
        names: tuple[str, ...],
        *,
        title: str,
        latest: int,
        now: int,
        frameworks: Frameworks,
    ) -> None:
        self._keys = {key for name in names for key in match_keys(name)}
        self._kinds = _KINDS.intersection(plain_key(" ".join(names)).split())
        own = "|".join(map(re.escape, sorted(self._keys, key=len, reverse=True)))
        self._own = re.compile(rf"\b(?:{own})(?:'s?|s)?(?!\w)" if own else r"(?!)")
        self._latest = latest
        self._now = now
        labels = sorted(frameworks.ilacs_labels, key=len, reverse=True)
        self._labels = re.compile("|".join(map(re.escape, labels)))
        grades = sorted(frameworks.grade_words, key=len, reverse=True)
        self._titled = not _DOUBT.search(title) and self._names_only_us(title)
        self._grades = re.compile(rf"['\"]?\b(?:{'|'.join(map(re.escape, grades))})\b[.,]?['\"]?")

    def is_certain(self, sentence: PaperSentence, printed: str) -> bool:
        """Return whether a sentence, with its context, gives the council this grade as a fact."""
        said = [sentence] if sentence.lead_in is None else [sentence, sentence.lead_in]
        if sentence.in_table or not self._titled:
            return False
        if not self._is_plain(sentence.text.replace(printed, " ")):
            return False
        if sentence.lead_in is not None and not self._leads_in(sentence.lead_in.text):
            return False
        *above, heading = sentence.headings or ("",)
        if not self._words_are(heading, _PLAIN_HEADING):
            return False
        if not all(_NOT_A_SECTION.search(h) or self._words_are(h, _PLAIN_HEADING) for h in above):
            return False
        texts = [part.text for part in said]
        source = self._source(said[-1], texts)
        return source is not None and self._in_time([*texts, source])

    def _source(self, sentence: PaperSentence, texts: list[str]) -> str | None:
        """Return the sentence that names the inspection and its council; empty if the title does.

        Return None if neither does, or if the sentences before may be about something else.
        """
        about = " ".join(texts)
        before = sentence.before
        # After "Imagine it is 2030.", no sentence of the paragraph is a fact.
        if before is not None and not sentence.opens_paragraph and not self._is_known(before.text):
            return None
        if _INSPECTS.search(about) and self._names_council(about):
            return about
        for _ in range(_FURTHEST_BACK):
            if before is None:
                return ""
            if not self._is_known(before.text):
                return None
            if _INSPECTS.search(before.text):
                return before.text
            before = before.before
        return None

    def _is_known(self, text: str) -> bool:
        """Return whether a sentence gives a grade or is surely about the council's inspection."""
        about_us = _INSPECTS.search(text) is not None and self._is_about_us(text)
        return about_us or self._is_plain(text)

    def _in_time(self, texts: list[str]) -> bool:
        """Return whether the sentences are about the last inspection (its year, or no year)."""
        for text in texts:
            if years := [int(year) for year in YEAR.findall(text)]:
                return self._latest <= max(years) <= self._now
        return True

    def _is_plain(self, text: str) -> bool:
        """Return whether a sentence has only words that give a grade."""
        asked = text.rstrip("’'”\"").endswith("?")
        key = self._own.sub("council", plain_key(text))
        if asked or _NOT_PLAIN.search(key) or (_PAST.search(key) and not YEAR.search(text)):
            return False
        return self._words_are(text, _PLAIN | self._kinds)

    def _leads_in(self, text: str) -> bool:
        """Return whether a sentence introduces grades of one inspection, not of several."""
        grades = self._grades.findall(plain_key(text))
        return self._is_plain(text) and (len(grades) < 2 or _FROM.search(text) is not None)

    def _words_are(self, text: str, known: frozenset[str]) -> bool:
        key = self._labels.sub(" ", plain_key(text))
        key = self._grades.sub(" ", _JUDGED_TO_BE.sub(r"\1", key))
        key = _SERVICES.sub(" ", _DROPPED.sub("", _DIVIDERS.sub(" ", key)))
        words = self._own.sub(" ", key).split()
        return all(word in known or word in MONTHS or _DAY.fullmatch(word) for word in words)

    def _names_council(self, text: str) -> bool:
        key = _DROPPED.sub("", _DIVIDERS.sub(" ", plain_key(text)))
        patterns = (self._own, _OURS, _SERVICES, self._labels)
        return any(pattern.search(key) for pattern in patterns)

    def _is_about_us(self, text: str) -> bool:
        """Return whether the inspection that a sentence names is of the council only."""
        if _DOUBT.search(text) or _BODY.search(text) or self._names_others(text):
            return False
        # "Our library" is not the council.
        named = self._names_council(_OUR.sub(" ", text))
        if not (named or _ABOUT_INSPECTION.match(text)):
            return False
        return self._names_only_us(text)

    def _names_only_us(self, text: str) -> bool:
        """Return whether the text names nobody but the council as inspected."""
        for match in _OF_WHOM.finditer(text):
            whom = self._own.sub(" we ", plain_key(match.group("whom")))
            first = whom.split()[:1]
            known = _DROPPED.sub("", "".join(first))
            dated = known in MONTHS or _DAY.fullmatch(known)
            if not (dated or _OURS.match(whom) or _SERVICES.match(_DROPPED.sub("", whom))):
                return False
        return True

    def _names_others(self, text: str) -> bool:
        """Return whether a sentence names a council or a place that is not the paper's own."""
        named = [match.group() for match in _councils().finditer(text)]
        places = (match.group("place") for match in _PLACE.finditer(text))
        named += [place for place in places if place.split()[0].lower() not in MONTHS]
        return any(not self._keys & set(match_keys(name)) for name in named)


@lru_cache(maxsize=1)
def _councils() -> re.Pattern[str]:
    """Return the pattern of the names of all councils."""
    shorts = {authority.short for authority in read_authorities(DATA / "authorities.csv")}
    names = sorted(map(re.escape, shorts), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(names)})\b")
