"""Grades of an inspection that a council's own paper cites.

A paper also names earlier grades, targets, its own view and the grades of other councils. A grade
is taken only where the sentence leaves no doubt whose it is and of which inspection.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from reports.frameworks import Frameworks, load_frameworks
from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.paper_context import YEAR, Paper
from reports.layouts.shared.paper_sentences import paper_sentences
from reports.model import Grade, Judgement, JudgementReading
from reports.problems import ProblemCode
from reports.text.clean import plain_key
from reports.text.document import Document

_QUOTED = re.compile(r"(?<![^\W_])[‘'“\"](?P<grade>[^‘’'”\"]{3,40})[’'”\"]")
_OVERALL_NOUN = r"overall (?:effectiveness )?(?:grad(?:e|ing)|judge?ment|rating|effectiveness)"
_OVERALL = re.compile(rf"\b{_OVERALL_NOUN}\b|\boverall\b(?=[^.]*$)", re.IGNORECASE)
_CITED = re.compile(
    r"(?:\d{1,2}[.)]\s+)?(?P<label>.+?) (?:is|are|was|were|has a grading of|has been graded|graded|"
    r"judged)(?: as)?:? [‘'“\"](?P<grade>[^’'”\"]{3,40})[’'”\"]",
    re.IGNORECASE,
)
_GRADES = re.compile(r"\b(?:judged|graded?|rated|ratings?|grading|judge?ments?)\b", re.IGNORECASE)
_UNQUOTED = (
    r"\b.{{0,80}}?(?:\b(?:is|are|was|were|of|as|be|being|judged|graded|rated|to|from)|[:=–\t-])"
    r"\s*(?P<grade>{grades})(?=$|[.,;)\t]| (?:in (?:\w+ )?20\d\d|by|overall|and|at)\b)"
)
"""A grade without quotation marks, after the name of its judgement."""

_INSPECTION = re.compile(r"\b(?:inspect(?:ion|ed)|ILACS)\b", re.IGNORECASE)
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
    document: Document, *, title: str, frameworks: Frameworks, reading: ReadingBuilder
) -> tuple[JudgementReading, ...]:
    """Return the grades that the council says it was given, where that is certain.

    `title` is the subject of the paper. The names and date in `reading` must have been filled in.
    """
    found: dict[Judgement, JudgementReading] = {}
    now = reading.published.year if reading.published else date.max.year
    latest = _latest_inspection(document, now)
    paper = Paper(
        reading.authority_names, title=title, latest=latest, now=now, frameworks=frameworks
    )
    for citation in _citations(document, paper, frameworks):
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
    """Return the reading of one judgement, without a grade where two citations of it differ."""
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


def _citations(document: Document, paper: Paper, frameworks: Frameworks) -> Iterator[_Citation]:
    for sentence in paper_sentences(document.lines):
        for judgement, label, printed, single in _graded(sentence.text, frameworks):
            certain = single and paper.is_certain(sentence, printed)
            yield _Citation(judgement, label, printed, sentence.text, sentence.page, certain)


def _graded(sentence: str, frameworks: Frameworks) -> Iterator[tuple[Judgement, str, str, bool]]:
    """Yield judgement, label, words of the grade, and whether it is the only possible grade."""
    quoted = [
        match
        for match in _QUOTED.finditer(sentence)
        if frameworks.grade(match.group("grade")) or _OVERALL.search(sentence)
    ]
    if cited := _CITED.match(sentence):
        judgement = frameworks.ilacs_labels.get(plain_key(cited.group("label")))
        if judgement is not None:
            label, printed = cited.group("label").strip(), cited.group("grade").strip()
            yield judgement, label, printed, _latest(sentence, quoted) is not None
            return
    if quoted and _OVERALL.search(sentence[: quoted[-1].end() + 20]):
        match = _latest(sentence, quoted)
        printed = (match or quoted[0]).group("grade").strip()
        yield Judgement.OVERALL_EFFECTIVENESS, "overall grade", printed, match is not None
    elif quoted and (named := _label().search(plain_key(sentence))):
        # Not in the words of a citation, such as after a mark that is not known.
        label = named.group()
        yield frameworks.ilacs_labels[label], label, quoted[0].group("grade"), False
    elif quoted and _GRADES.search(sentence):
        # The sentence does not say what is graded; it may be the overall effectiveness.
        yield Judgement.OVERALL_EFFECTIVENESS, "overall grade", quoted[0].group("grade"), False
    elif match := _unquoted().search(sentence):
        label = match.group("label")
        judgement = frameworks.ilacs_labels.get(plain_key(label), Judgement.OVERALL_EFFECTIVENESS)
        grades = list(_unquoted().finditer(sentence))
        single = len(grades) == 1 and not (
            _CHANGED.search(sentence) or _another().search(sentence, match.end())
        )
        yield judgement, label, match.group("grade"), single


@lru_cache(maxsize=1)
def _unquoted() -> re.Pattern[str]:
    """Return the pattern of a judgement and its grade without quotation marks."""
    grades = "|".join(map(re.escape, sorted(load_frameworks().grade_words, key=len, reverse=True)))
    rest = _UNQUOTED.format(grades=grades)
    label = rf"\b{_OVERALL_NOUN}|{_label().pattern}"
    return re.compile(rf"(?P<label>{label}){rest}", re.IGNORECASE)


@lru_cache(maxsize=1)
def _label() -> re.Pattern[str]:
    """Return the pattern of the name of a judgement, in the form of `plain_key`."""
    labels = sorted(load_frameworks().ilacs_labels, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, labels)))


@lru_cache(maxsize=1)
def _another() -> re.Pattern[str]:
    """Return the pattern of a second grade: one that follows another, or one with a year."""
    grades = "|".join(map(re.escape, sorted(load_frameworks().grade_words, key=len, reverse=True)))
    return re.compile(
        rf"\b(?:and|or|then|now|later|to) (?:{grades})(?=$|[.,;)])"
        rf"|\b(?:{grades}) in (?:\w+ )?20\d\d\b",
        re.IGNORECASE,
    )


def _latest(sentence: str, quoted: list[re.Match[str]]) -> re.Match[str] | None:
    """Return the only grade, or Y in "improved from X to Y"; None in other forms."""
    before = [sentence[: match.start()] for match in quoted]
    to = [match for match, text in zip(quoted, before, strict=True) if _TO.search(text)]
    origin = [match for match, text in zip(quoted, before, strict=True) if _FROM.search(text)]
    if not _CHANGED.search(sentence):
        return quoted[0] if len(quoted) == 1 and not origin else None
    return to[0] if len(to) == 1 and len(origin) == len(quoted) - 1 else None


def _latest_inspection(document: Document, now: int) -> int:
    """Return the latest year up to `now` in sentences about an inspection; 0 without any."""
    said = [sentence.text for sentence in paper_sentences(document.lines)]
    about = (text for text in said if _INSPECTION.search(text))
    years = (int(year) for text in about for year in YEAR.findall(text))
    return max((year for year in years if year <= now), default=0)
