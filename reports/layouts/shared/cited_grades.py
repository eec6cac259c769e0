"""Grades of an inspection that a council's own paper cites.

A paper also names earlier grades, targets, its own view and the grades of other councils. A grade
is taken only where the sentence leaves no doubt whose it is and of which inspection.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from reports.authority_names import match_keys
from reports.frameworks import DATA, Frameworks
from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.scanner import scan
from reports.layouts.shared.typed_lines import Role
from reports.model import Grade, Judgement, JudgementReading
from reports.problems import ProblemCode
from reports.register_file import read_authorities
from reports.text.clean import plain_key
from reports.text.dates import MONTHS
from reports.text.document import Document

_SENTENCE = re.compile(r"(?<=[.!?;:])[’'”\"]?\s+(?=[A-Z(‘“])")
_QUOTED = re.compile(r"(?<![^\W_])[‘'“\"](?P<grade>[^‘’'”\"]{3,40})[’'”\"]")
_OVERALL = re.compile(
    r"\boverall (?:effectiveness )?(?:grad(?:e|ing)|judge?ment|rating|effectiveness)\b"
    r"|\boverall\b(?=[^.]*$)",
    re.IGNORECASE,
)
_CITED = re.compile(
    r"(?:\d{1,2}[.)]\s+)?(?P<label>.+?) (?:is|are|was|were|has a grading of|has been graded|graded|"
    r"judged)(?: as)?:? [‘'“\"](?P<grade>[^’'”\"]{3,40})[’'”\"]",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b(?:targets?|aims?|aiming|goals?|ambitions?|ambitious|aspir\w+|expect\w*|hopes?|hoping|"
    r"predict\w*|forecast\w*|towards?|trajectory|will|would|could|should|may|might|must|if|"
    r"next (?:inspection|time)|future|by (?:\w+ )?20\d\d|to (?:reach|become|achieve|be)|"
    r"self[- ](?:assess|evaluat)\w+|ourselves|peer review|mock|estimate\w*|working at|"
    r"not|no longer|never|than|unless|until|when|asked|questions?|"
    r"homes?|schools?|nurser(?:y|ies)|colleges?|agency|agencies|fostering|adoption|providers?|"
    r"previous(?:ly)?|earlier|former(?:ly)?|prior|before|once|had been|history|originally|"
    r"neighbour\w*|other (?:councils?|authorities|local|areas?|boroughs?)|elsewhere|nationally|"
    r"compar\w+|average|region(?:al)?(?:ly)?)\b",
    re.IGNORECASE,
)
_INSPECTION = re.compile(r"\b(?:inspect(?:ion|ed)|ILACS)\b", re.IGNORECASE)
_PLACE = re.compile(r"\b[Ii]n (?P<place>[A-Z][a-z]+(?: (?:and |upon |on |of )?[A-Z][a-z]+)*)")
_LONGEST_SENTENCE = 2_000
"""Characters; anything longer is not a sentence."""
_YEAR = re.compile(r"\b20\d\d\b")
_CHANGED = re.compile(
    r"\b(?:improved|risen|rose|moved|changed|went|gone|upgraded|progressed|fell|fallen|declined|"
    r"dropped|deteriorated|downgraded|slipped)\b",
    re.IGNORECASE,
)
_TO = re.compile(r"\bto(?: being)?(?: judged| graded| rated)?(?: as)?[ :]*$", re.IGNORECASE)
_FROM = re.compile(r"\bfrom(?: being)?(?: judged| graded| rated)?(?: as)?[ :]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Citation:
    """A judgement and the words of its grade; `certain` only if no other grade can be meant."""

    judgement: Judgement
    label: str
    printed: str
    sentence: str
    page: int
    certain: bool


def cited_grades(
    document: Document, names: tuple[str, ...], frameworks: Frameworks, reading: ReadingBuilder
) -> tuple[JudgementReading, ...]:
    """The grades that the council called `names` says it was given, where that is certain."""
    found: dict[Judgement, JudgementReading] = {}
    latest = _latest_inspection(document, reading)
    for citation in _citations(document, names, latest, frameworks):
        if not citation.certain:
            message = (
                f"“{citation.sentence[:100]}” may be about another inspection, a target or another "
                "council; its grade was not taken."
            )
            reading.problem(ProblemCode.GRADE_UNCONFIRMED, message, page=citation.page)
            continue
        grade = frameworks.grade(citation.printed)
        if grade is None:
            message = f"“{citation.printed}” for “{citation.label}” is not a known grade."
            reading.problem(ProblemCode.GRADE_UNKNOWN, message, page=citation.page)
        found[citation.judgement] = _agreed(citation, grade, found, reading)
    if not found:
        reading.problem(ProblemCode.TABLE_MISSING, "No grade of an inspection is cited.")
    return tuple(found.values())


def _agreed(
    citation: _Citation,
    grade: Grade | None,
    found: dict[Judgement, JudgementReading],
    reading: ReadingBuilder,
) -> JudgementReading:
    """The reading of one judgement; two different citations of it give no grade."""
    before = found.get(citation.judgement)
    if before is None:
        return JudgementReading(
            judgement=citation.judgement,
            label=citation.label,
            grade=grade,
            as_printed=citation.printed,
            page=citation.page,
        )
    if before.grade is grade:
        return before
    message = f"“{citation.label}” is cited as “{before.as_printed}” and as “{citation.printed}”."
    reading.problem(ProblemCode.GRADE_DISAGREEMENT, message, page=citation.page)
    return before.model_copy(update={"grade": None})


def _citations(
    document: Document, names: tuple[str, ...], latest: int, frameworks: Frameworks
) -> Iterator[_Citation]:
    own = {key for name in names for key in match_keys(name)}
    lead_in = ""
    for block in scan(document.lines, document=document).entries:
        listed = block.role is Role.ITEM
        sentences = _SENTENCE.split(block.text)
        if not listed:
            lead_in = sentences[-1] if sentences[-1].endswith((":", ";")) else ""
        for sentence in sentences:
            if len(sentence) > _LONGEST_SENTENCE:
                continue
            said = [sentence, lead_in] if listed and lead_in else [sentence]
            doubtful = any(_is_doubtful(words, own, latest) for words in said)
            for judgement, label, printed, single in _graded(sentence, frameworks):
                yield _Citation(
                    judgement, label, printed, sentence, block.page, single and not doubtful
                )


def _graded(sentence: str, frameworks: Frameworks) -> Iterator[tuple[Judgement, str, str, bool]]:
    """Judgement, label, words of the grade, and whether no other grade competes with it."""
    quoted = [
        match
        for match in _QUOTED.finditer(sentence)
        if frameworks.grade(match.group("grade")) or _OVERALL.search(sentence)
    ]
    if cited := _CITED.match(sentence):
        judgement = frameworks.ilacs_labels.get(plain_key(cited.group("label")))
        if judgement is not None:
            label, printed = cited.group("label").strip(), cited.group("grade").strip()
            yield judgement, label, printed, len(quoted) == 1
            return
    if quoted and _OVERALL.search(sentence[: quoted[-1].end() + 20]):
        match = quoted[0] if len(quoted) == 1 else _latest(sentence, quoted)
        printed = (match or quoted[0]).group("grade").strip()
        yield Judgement.OVERALL_EFFECTIVENESS, "overall grade", printed, match is not None


def _latest(sentence: str, quoted: list[re.Match[str]]) -> re.Match[str] | None:
    """The grade after "to" in "improved from X to Y"; None in a sentence of another form."""
    if len(quoted) != 2 or not _CHANGED.search(sentence):
        return None
    before = [sentence[: match.start()] for match in quoted]
    to = [match for match, text in zip(quoted, before, strict=True) if _TO.search(text)]
    origin = [match for match, text in zip(quoted, before, strict=True) if _FROM.search(text)]
    return to[0] if len(to) == 1 and len(origin) == 1 else None


def _latest_inspection(document: Document, reading: ReadingBuilder) -> int:
    """The year of the last inspection that the paper speaks of; 0 where it names none."""
    now = reading.published.year if reading.published else 9999
    text = " ".join(line.text for line in document.lines)
    about = (said for said in _SENTENCE.split(text) if _INSPECTION.search(said))
    years = (int(year) for said in about for year in _YEAR.findall(said))
    return max((year for year in years if year <= now), default=0)


def _is_doubtful(sentence: str, own: set[str], latest: int) -> bool:
    """Whether a sentence might not be about the council's present grade.

    A sentence that names an earlier year than that of the last inspection is about another one.
    """
    years = [int(year) for year in _YEAR.findall(sentence)]
    if _DOUBT.search(sentence) or (years and max(years) < latest):
        return True
    named = [match.group() for match in _councils().finditer(sentence)]
    places = (match.group("place") for match in _PLACE.finditer(sentence))
    named += [place for place in places if place.split()[0].lower() not in MONTHS]
    return any(not own & set(match_keys(name)) for name in named)


@lru_cache(maxsize=1)
def _councils() -> re.Pattern[str]:
    """The names of all councils, as a sentence prints them."""
    shorts = {authority.short for authority in read_authorities(DATA / "authorities.csv")}
    names = sorted(map(re.escape, shorts), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(names)})\b")
