"""Letters about joint targeted area inspections (JTAI): Ofsted, CQC and the police inspectorate.

Nothing is graded. The areas belong to the partnership. Letters of 2016 to 2020 have long items
under bold themes, with boxes of case studies after them; later ones have short lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from reports.layouts.shared.areas import (
    check_near_headings,
    check_spaced,
    check_unseen_headings,
    is_numbered,
    read_areas,
)
from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.enumerators import with_certain_marks
from reports.layouts.shared.letter_completeness import check_complete
from reports.layouts.shared.letterhead import (
    WEEKDAY,
    Letter,
    goes_on,
    has_subject,
    read_letter,
    read_letter_date,
    read_visit_dates,
)
from reports.layouts.shared.nothing_named import says_nothing_is_named
from reports.layouts.shared.other_lists import check_other_lists
from reports.layouts.shared.partners import target_of
from reports.layouts.shared.priority_mentions import check_priority_mentions
from reports.layouts.shared.scanner import is_list_without_marks
from reports.layouts.shared.section_finder import Section
from reports.layouts.shared.sections import (
    BOX_TITLE,
    check_after_boxes,
    is_bold_line,
    letter_sections,
)
from reports.layouts.shared.spacing import SAME_PLACE
from reports.layouts.shared.unmarked_list import STOPPED
from reports.model import Framework, ImprovementArea, Kind, Target
from reports.problems import ProblemCode
from reports.text.clean import join_lines
from reports.text.document import Document, Line
from reports.text.lists import BULLETS, split_bullet

_SUBJECT = re.compile(
    r"(?:re:? )?(?:Joint targeted area inspection(?: ?\(JTAI\))?|JTAI)"
    r"(?: (?:of|in|into)\b| ?[:–-](?= ))",
    re.IGNORECASE,
)
_INSPECTORATE = re.compile(r"\bCare Quality Commission\b|\bCQC\b")
_DATES = (
    re.compile(r"\binspection took place (?P<dates>(?:from|between|on) .{1,120})", re.IGNORECASE),
    re.compile(rf"\b(?P<dates>(?:Between|From|On) (?:the )?{WEEKDAY}\d.{{1,120}})"),
    re.compile(
        rf"\b(?P<dates>(?:between|from|on) (?:the )?{WEEKDAY}\d{{1,2}}\w*(?: [A-Z]\w+)?"
        rf"(?: \d{{4}})? (?:and|to|–|-) {WEEKDAY}\d{{1,2}}\w* [A-Z]\w+ \d{{4}})"
    ),
)
_SUBJECT_PARTS = re.compile(
    r"(?:the )?multi-agency (?:responses? to|arrangements for) (?P<topic>.+?)"
    r"(?: in (?:the )?(?P<name>[A-Z].*))?$"
)
_CAPITALS = re.compile(
    r"(?:THE )?MULTI-AGENCY (?:RESPONSES? TO|ARRANGEMENTS FOR) (?:.* )?IN (?:THE )?(?P<name>.+)$"
)
"""A subject in capitals. Only its last "in" is known to precede the name."""

_ANY_TOPIC = "abuse and neglect"
"""The subject of all letters of 2016 and 2017, whatever their "deep dive" was about."""

_DEEP_DIVE = re.compile(
    r"deep[- ]dive[’']?(?: focus| look)? (?:on|into) "
    r"(?:the )?(?:multi-agency )?(?:response to )?(?P<topic>[^.]+)"
)
_OF_THE = re.compile(
    r"\(JTAI\) of the (?:multi-agency )?(?:responses? to )?(?P<topic>[^.]{1,400}?)"
    r"(?: in (?:the )?(?P<name>[A-Z][^.]{0,200}))?\."
)
_PLACES = (
    re.compile(
        r"multi-agency (?:response|identification|arrangements|partnership)[^.]{0,400}? in "
        r"(?:the )?(?P<name>[A-Z][^.1-9]{0,200})"
    ),
    re.compile(r"work of individual agencies in (?:the )?(?P<name>[A-Z][^.(]{0,200})"),
)


class JtaiLayout:
    """The letters of joint targeted area inspections."""

    name = "jtai"

    def matches(self, document: Document) -> bool:
        """Return whether it is a letter with this subject that also names CQC."""
        return has_subject(document, _SUBJECT) and (
            _INSPECTORATE.search(read_letter(document, _SUBJECT).opening) is not None
        )

    def read(self, document: Document) -> ReadingBuilder:
        """Return what the document says, with a problem for each uncertain value."""
        letter = read_letter(document, _SUBJECT)
        reading = ReadingBuilder(kind=Kind.JOINT_INSPECTION, framework=Framework.JTAI)
        reading.authority_names = _names(letter)
        read_visit_dates(letter, _DATES, reading)
        read_letter_date(letter, reading)
        reading.topic = _topic(letter)
        reading.improvement_areas = _areas(letter, reading)
        check_spaced(document, reading)
        check_complete(letter, reading)
        return reading


def _names(letter: Letter) -> tuple[str, ...]:
    """Return the place's names: from the end of the subject line, then from the first sentences."""
    subject = _SUBJECT.sub("", letter.subject, count=1).strip(" .")
    parts = _SUBJECT_PARTS.fullmatch(subject) or _CAPITALS.fullmatch(subject)
    found = [parts.group("name") if parts else subject]
    found += [m.group("name") for place in _PLACES if (m := place.search(letter.opening))]
    return tuple(dict.fromkeys(name.strip(" .") for name in found if name))


def _topic(letter: Letter) -> str | None:
    """Return the topic from the subject, the "deep dive" or the first sentence, else None."""
    parts = _SUBJECT_PARTS.fullmatch(_SUBJECT.sub("", letter.subject, count=1).strip(" ."))
    if parts and parts.group("topic") != _ANY_TOPIC:
        return parts.group("topic")
    match = _DEEP_DIVE.search(letter.opening) or _OF_THE.search(letter.opening)
    return match.group("topic").strip() if match else None


def _areas(letter: Letter, reading: ReadingBuilder) -> tuple[ImprovementArea, ...]:
    areas: list[ImprovementArea] = []
    lines = letter.document.lines
    sections = list(letter_sections(letter.document, after=letter.body, themed=True))
    for section in sections:
        if not section.sure:
            section.report_unsure_end(reading)
        section.check_places(letter.document, reading)
        areas += _section_areas(letter.document, section, reading)
    check_after_boxes(letter.document, sections, reading)
    known = {at for section in sections for at in range(section.start, section.body.stop)}
    known |= {at for at in range(1, len(lines)) if BOX_TITLE.match(lines[at - 1].text)}
    body = range(letter.body, len(lines))
    check_near_headings(letter.document, body, known.__contains__, reading)
    check_unseen_headings(letter.document, known, reading)
    check_priority_mentions(letter.document, letter.body, areas, reading)
    check_other_lists(letter, known, reading)
    if not areas:
        reading.problem(ProblemCode.AREAS_MISSING, "No areas for improvement were found.")
    return tuple(area.model_copy(update={"target": target_of(area.text)}) for area in areas)


def _section_areas(
    document: Document, section: Section, reading: ReadingBuilder
) -> Iterator[ImprovementArea]:
    """Yield the areas of one section, whose bold themes divide it and are not areas.

    Without bullets, written or drawn, and without numbers, the section is prose: the text under
    each theme is one area.
    """
    themes = [at for at in section.body if is_bold_line(document, at)]
    parts = [range(a, b) for a, b in pairwise([section.body.start, *themes, section.body.stop])]
    kept = [_after_theme(document, part) for part in parts]
    _check_themes(document, section, parts, kept, reading)
    words = [document.lines[at] for part in kept for at in part]
    # In plain text a dash is a bullet.
    dashed = not document.positioned and any(split_bullet(line.text) for line in words)
    dashed = dashed or _have_dashes_as_marks([[document.lines[at] for at in part] for part in kept])
    bulleted = dashed or any(line.text[0] in BULLETS for line in words)
    listed = bulleted or is_list_without_marks(words, document=document) or _counts(words, document)
    if not listed and any(split_bullet(line.text) for line in section.lines(document)):
        message = f"Marks under “{section.heading}” may separate its areas."
        reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=section.page)
    elif not listed and not themes and not _says_nothing_is_named(words):
        message = f"Nothing shows where one area under “{section.heading}” ends."
        reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=section.page)
    spans = [[at for part in kept for at in part]] if listed else [list(part) for part in kept]
    for span in spans:
        if not span and section.body:
            continue
        lines = [document.lines[at] for at in span]
        areas = read_areas(
            reading,
            document=document,
            heading=section.heading,
            lines=lines,
            page=section.page,
            target=Target.PARTNERSHIP,
        )
        if listed or not areas or _counts(lines, document):
            yield from areas
        else:
            text = " ".join(area.text for area in areas)
            yield areas[0].model_copy(update={"text": text})


def _have_dashes_as_marks(parts: Sequence[Sequence[Line]]) -> bool:
    """Return whether each part of a printed section is a list with dashes.

    A dash may be part of a sentence, unless it is below the first one and a sentence ends above
    it, or the lines of items hang.
    """
    for lines in filter(None, parts):
        marked = [at for at, line in enumerate(lines) if split_bullet(line.text)]
        if not marked:
            return False
        left = lines[marked[0]].x
        for at in marked:
            ended = at == 0 or STOPPED.search(lines[at - 1].text)
            hangs = at > marked[0] and lines[at - 1].x > left + SAME_PLACE
            if abs(lines[at].x - left) > SAME_PLACE or not (ended or hangs):
                return False
    return any(parts)


def _counts(lines: Sequence[Line], document: Document) -> bool:
    """Return whether the items of a list have numbers or letters that count up."""
    return is_numbered(lines, document) or with_certain_marks(lines) != list(lines)


def _check_themes(
    document: Document,
    section: Section,
    parts: Sequence[range],
    kept: Sequence[range],
    reading: ReadingBuilder,
) -> None:
    """Report bold lines without text below them: they may be an area and not a theme."""
    for part, below in zip(parts, kept, strict=True):
        if part and not below:
            text = join_lines([document.lines[at].text for at in part])
            message = f"Nothing follows “{text[:60]}” under “{section.heading}”; it may be an area."
            reading.problem(
                ProblemCode.AREAS_UNCLEAR, message, page=document.lines[part.start].page
            )


def _says_nothing_is_named(lines: Sequence[Line]) -> bool:
    return says_nothing_is_named(join_lines([line.text for line in lines]))


def _after_theme(document: Document, part: range) -> range:
    """Return the positions of a part below its theme, which may fill several lines."""
    start = part.start
    if part and is_bold_line(document, start):
        start += 1
        while start < part.stop and document.lines[start].bold and goes_on(document, start):
            start += 1
    return range(start, part.stop)
