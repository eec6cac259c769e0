"""Letters of 2009 to 2011 about contact, referral and assessment arrangements.

The yearly unannounced inspection gave no grade. The letter lists areas for development and says
which of them were also named a year earlier. Its list of what meets the requirements is not read.
"""

from __future__ import annotations

import re

from reports.layouts.shared.areas import (
    check_near_headings,
    check_spaced,
    check_unseen_headings,
)
from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.letter_completeness import check_complete
from reports.layouts.shared.letterhead import (
    Letter,
    has_subject,
    read_letter,
    read_letter_date,
    read_visit_dates,
)
from reports.layouts.shared.priority_mentions import check_priority_mentions
from reports.layouts.shared.sections import letter_sections
from reports.model import Framework, ImprovementArea, Kind
from reports.problems import ProblemCode
from reports.repeats.stated_in_areas import stated_repeats
from reports.text.document import Document
from reports.wording import counted, number_words

_SUBJECT = re.compile(r"(?:annual )?unannounced inspection of contact, referral", re.IGNORECASE)
_NAME = re.compile(
    r"\bwithin (?:the )?(?P<name>.+?)(?:['’]s)? children['’]?s(?: and young people['’]s)? services",
    re.IGNORECASE,
)
_DATES = (
    re.compile(r"\bconducted (?P<dates>(?:on|between|from) .{1,100})", re.IGNORECASE),
    re.compile(r"\binspection\b.{0,200}?\b(?P<dates>(?:on|between|from) \d.{1,100})"),
)
_COUNT = re.compile(
    r"insufficient progress in (?P<count>\w+) (?:of the (?:\w+ )?)?areas? (?:of|for) development",
    re.IGNORECASE,
)
_NUMBERS = frozenset(map(number_words, range(11)))


class ContactReferralLayout:
    """The letters of the unannounced inspections."""

    name = "contact_referral_assessment"

    def matches(self, document: Document) -> bool:
        """Return whether it is a letter with this subject."""
        return has_subject(document, _SUBJECT)

    def read(self, document: Document) -> ReadingBuilder:
        """Return what the document says, with a problem for each uncertain value."""
        letter = read_letter(document, _SUBJECT)
        reading = ReadingBuilder(
            kind=Kind.UNANNOUNCED_INSPECTION, framework=Framework.CONTACT_REFERRAL_ASSESSMENT
        )
        if named := _NAME.search(letter.subject):
            reading.authority_names = (named.group("name"),)
        read_visit_dates(letter, _DATES, reading)
        read_letter_date(letter, reading)
        reading.improvement_areas = _areas(letter, reading)
        reading.stated_repeats = stated_repeats(reading.improvement_areas)
        _check_count(letter, reading)
        check_spaced(document, reading)
        check_complete(letter, reading)
        return reading


def _areas(letter: Letter, reading: ReadingBuilder) -> tuple[ImprovementArea, ...]:
    """Return the areas for development; what "meets the requirements" has its own heading."""
    areas: list[ImprovementArea] = []
    sections = list(letter_sections(letter.document, after=letter.body))
    if not sections:
        reading.problem(ProblemCode.AREAS_MISSING, "No list of areas for development was found.")
    starts = {section.start for section in sections}
    body = range(letter.body, len(letter.document.lines))
    check_near_headings(letter.document, body, starts.__contains__, reading)
    for section in sections:
        if not section.sure:
            section.report_unsure_end(reading)
        areas += section.areas(letter.document, reading)
    inside = {at for section in sections for at in range(section.start, section.body.stop)}
    check_unseen_headings(letter.document, inside, reading)
    check_priority_mentions(letter.document, letter.body, areas, reading)
    return tuple(areas)


def _check_count(letter: Letter, reading: ReadingBuilder) -> None:
    """Check the number of areas without sufficient progress, which some letters state."""
    match = _COUNT.search(letter.opening)
    word = match.group("count").casefold() if match else ""
    found = len(reading.stated_repeats)
    if word in {number_words(found), str(found)}:
        return
    if word in _NUMBERS or word.isdecimal():
        reading.problem(
            ProblemCode.REPEATS_UNCLEAR,
            "The number of areas without sufficient progress differs: the letter says "
            f"“{word}”, but {counted(found, 'area is', 'areas are')} described as raised before.",
        )
