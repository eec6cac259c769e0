"""Letters about visits between inspections: focused visits and monitoring visits.

Neither is graded. A focused visit's letter names a topic, what needs to improve and, where a
failing is serious, areas for priority action. A monitoring visit's letter, about an authority that
was judged inadequate, describes progress and usually names no areas of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reports.layouts.shared.areas import check_spaced, check_unseen_headings
from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.letter_completeness import check_complete
from reports.layouts.shared.letterhead import (
    Letter,
    has_subject,
    read_letter,
    read_letter_date,
    read_same_days,
)
from reports.layouts.shared.monitoring import (
    names_earlier_areas,
    precedes_findings,
    progress_found,
    reviewed_areas,
    visit_number,
)
from reports.layouts.shared.near_headings import (
    is_near_heading,
    may_head_areas,
)
from reports.layouts.shared.other_lists import check_other_lists
from reports.layouts.shared.priority_mentions import check_priority_mentions
from reports.layouts.shared.section_finder import Section
from reports.layouts.shared.sections import (
    check_after_boxes,
    is_closing,
    is_title,
    letter_sections,
    stands_alone,
)
from reports.layouts.shared.topics import read_topic
from reports.layouts.shared.visit_days import visit_days
from reports.model import Framework, ImprovementArea, Kind, Monitoring
from reports.problems import ProblemCode
from reports.text.document import Document, Line
from reports.text.lists import split_number, starts_list
from reports.text.people import read_names

_SERVICES = (
    r"(?:(?:local authority(?:['’]s)?|council(?:['’]s)?) )?"
    r"children['’]?s['’]? (?:social care )?services"
)
_OTHER_SETTING = re.compile(
    r"\b(?:(?:pre-?)?schools?|academy|academies|college|nursery|(?:children[’']?s )?homes?|hospital"
    r"|prison|HMP|HMYOI|(?:fostering|adoption|family|training) (?:agency|provider))\W*$",
    re.IGNORECASE,
)
"""The end of a subject line that names no council."""

_NAME_ENDS = (
    r"(?=,|(?<!\bSt)\.(?:\s|$)| (?:on|between|from|in|during|over) (?:the )?(?:\w+day,? )?\d"
    r"| (?:which|where|following|carried|conducted|that|under|as part|took)\b)"
)
_ANOTHER = re.compile(
    r"(?:, (?:and )?(?:the )?(?-i:[A-Z])[\w’'-]*"
    r"(?: (?:and|upon|on|of|the|with|(?-i:[A-Z])[\w’'-]*))*)+"
    rf"(?:['’]s?)? {_SERVICES}",
    re.IGNORECASE,
)
"""More names after the first, where the names of a sentence have commas."""

_LEADS = (
    re.compile(r"\b(?:were|was|by) (?:the )?lead inspector,? (?P<name>.+?)(?:,| and |\.)"),
    re.compile(r"\b(?:were|was|by) (?P<name>[^.,]{3,40}), (?:the )?lead inspector\b"),
    re.compile(r"\b[Ll]ead inspector(?: for this visit)? was (?P<name>[^.,]{3,40}?)(?:,| and |\.)"),
)
_EVENT = re.compile(
    r"\bfindings (?:of|from) (?:a|an|the|this|our|your) (?P<findings>(?:[\w-]+ ){0,4}?"
    r"(?:visit|inspection|review))\b"
    r"|\b(?:this|it) (?:was|is) (?:a|an|the|our|your)"
    r" (?P<this>(?:(?!since|after|following)[\w’'-]+ ){0,3}?"
    r"(?:(?:focuss?ed|monitoring|assurance|thematic) visit|joint targeted area inspection))\b",
    re.IGNORECASE,
)
"""What a letter says it is about."""

_MISSED_AREAS = re.compile(
    r"(?:what needs? to improve|recommendations?"
    r"|(?:key |main )?areas? for (?:further )?(?:improvement|priority action|development)"
    r"|(?:areas? (?:for|of|requiring) )?(?:immediate|urgent|priority)"
    r" (?:actions?|areas?|improvements?))\b(?:.{0,40}[^.])?",
    re.IGNORECASE,
)
_FINDINGS = re.compile(r"(?:(?:main|key|detailed) )?findings\b.*", re.IGNORECASE)
"""The titles of the findings, which follow a summary such as the headline findings."""

_SUMMARY = re.compile(
    r"(?:headline findings|overview|summary|background|context)\W*", re.IGNORECASE
)
"""The titles of sections before the findings."""

_MOST_AREAS = 15
"""The longest list in a real letter has eleven areas. With more, its end may have been missed."""

_FULL_PAGE = 20
"""Lines of a page that is filled."""


@dataclass(frozen=True, slots=True)
class VisitLayout:
    """The layout of one of the two kinds of letters, which differ in their first words.

    `visit` is the pattern of the visit's name, such as "monitoring visit".
    """

    name: str
    kind: Kind
    framework: Framework
    visit: str

    def matches(self, document: Document) -> bool:
        """Return whether it is a letter with the visit as its subject and in its first sentence.

        Letters about visits to schools and homes do not count.
        """
        if not has_subject(document, self._subject):
            return False
        letter = read_letter(document, self._subject)
        return (
            self._mention.search(letter.opening) is not None
            and _OTHER_SETTING.search(letter.subject) is None
        )

    def read(self, document: Document) -> ReadingBuilder:
        """Return what the document says, with a problem for each uncertain value."""
        letter = read_letter(document, self._subject)
        reading = ReadingBuilder(kind=self.kind, framework=self.framework)
        reading.authority_names = self._names(letter)
        read_same_days(letter, visit_days(letter.opening), reading)
        read_letter_date(letter, reading)
        self._check_kind(letter, reading)
        reading.lead_inspector = _lead(letter)
        reading.topic = read_topic(letter)
        reviewed = _read_monitoring(letter, reading)
        reading.improvement_areas = _areas(letter, reviewed, reading)
        check_spaced(document, reading)
        check_complete(letter, reading)
        if self.kind is Kind.FOCUSED_VISIT:
            _check_findings(letter, reading)
        return reading

    def _check_kind(self, letter: Letter, reading: ReadingBuilder) -> None:
        """Report a letter whose first words are about another event than its subject.

        Only the first "findings of ..." counts: the closing words repeat it, and often leave out
        which kind of visit it was.
        """
        events = list(_EVENT.finditer(letter.opening))
        named = [event["findings"] for event in events if event["findings"]][:1]
        named += [event["this"] for event in events if event["this"]]
        visit = re.compile(rf"(?:.* )?{self.visit}", re.IGNORECASE)
        if other := next((words for words in named if not visit.fullmatch(words)), None):
            subject = letter.subject[:60]
            message = f"The subject is “{subject}”, but the first words are about a “{other}”."
            reading.problem(ProblemCode.KIND_MISMATCH, message, page=letter.document.first_page)

    @property
    def _subject(self) -> re.Pattern[str]:
        return re.compile(
            rf"(?:re:? )?(?:Ofsted )?{self.visit}(?: (?:to|of|in|at)\b| ?[:–-](?= ))",
            re.IGNORECASE,
        )

    @property
    def _mention(self) -> re.Pattern[str]:
        """The words "... the findings of the focused visit" in the first sentence."""
        return re.compile(
            rf"findings (?:of|from) (?:a|an|the|this|our) (?:\w+ )?{self.visit}\b", re.IGNORECASE
        )

    @property
    def _sentence(self) -> re.Pattern[str]:
        """The words of `_mention` with the name that follows them."""
        return re.compile(
            rf"{self._mention.pattern} (?:to|of|in) (?P<name>.{{3,140}}?){_NAME_ENDS}",
            re.IGNORECASE,
        )

    def _names(self, letter: Letter) -> tuple[str, ...]:
        """Return the names in the subject line and in the first sentence, short forms first."""
        subject = self._subject.sub("", letter.subject, count=1).strip(" .")
        found = [subject, self._name_in_sentence(letter)]
        short = [re.sub(rf"(?:['’]s?)? {_SERVICES}\.?$", "", name, flags=re.I) for name in found]
        return tuple(dict.fromkeys(name for name in (*short, *found) if name))

    def _name_in_sentence(self, letter: Letter) -> str:
        sentence = self._sentence.search(letter.opening)
        if sentence is None:
            return ""
        more = _ANOTHER.match(letter.opening, sentence.end("name"))
        return sentence.group("name") + (more.group() if more else "")


def _lead(letter: Letter) -> str | None:
    """Return the lead inspector; None for most letters, which do not say who led."""
    for pattern in _LEADS:
        match = pattern.search(letter.opening)
        if match and (names := read_names(match.group("name"))):
            return names[0]
    return None


def _read_monitoring(letter: Letter, reading: ReadingBuilder) -> range:
    """Fill in what a monitoring visit reviewed; return the positions of the lines that list it."""
    if reading.kind is not Kind.MONITORING_VISIT:
        return range(0)
    reviewed = reviewed_areas(letter, reading)
    reading.monitoring = Monitoring(
        visit_number=visit_number(letter, reading),
        progress=progress_found(letter, reviewed.span.stop or letter.body, reading),
        areas_reviewed=reviewed.areas,
    )
    reading.topic = "; ".join(reviewed.areas) or reading.topic
    return reviewed.span


def _areas(letter: Letter, reviewed: range, reading: ReadingBuilder) -> tuple[ImprovementArea, ...]:
    """Return the areas of all sections except those that the visit only reviewed."""
    areas: list[ImprovementArea] = []
    inside: set[int] = set(reviewed)
    sections = list(letter_sections(letter.document, after=letter.body))
    for section in sections:
        if section.start in reviewed:
            continue
        inside.update(range(section.start, section.body.stop))
        if names_earlier_areas(letter, section):
            message = f"The list under “{section.heading}” may be that of an earlier inspection."
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=section.page)
            continue
        found = section.areas(letter.document, reading)
        if reading.kind is Kind.MONITORING_VISIT and found and precedes_findings(letter, section):
            message = f"What is under “{section.heading}” may be areas of the earlier inspection."
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=section.page)
        ended = section.sure and _has_an_end(letter, section)
        if not ended or _fills_a_page(section, letter.document) or len(found) > _MOST_AREAS:
            section.report_unsure_end(reading)
        areas += found
    check_after_boxes(letter.document, sections, reading)
    _check_missed(letter, inside, reading)
    check_unseen_headings(letter.document, inside, reading)
    check_priority_mentions(letter.document, letter.body, areas, reading)
    check_other_lists(letter, inside, reading)
    return tuple(areas)


def _has_an_end(letter: Letter, section: Section) -> bool:
    """Return whether the end of a section is certain, so that it does not include the findings.

    It is uncertain where the section runs to the closing words and no findings precede it. Where
    the section also crosses a page break, a page may be missing: a summary before it then does not
    count as findings.
    """
    lines = letter.document.lines
    at = section.body.stop
    if at >= len(lines) or not is_closing(lines[at].text):
        return True
    before = lines[letter.body : section.start]
    whole = lines[at].page == section.page
    return any(is_title(ln.text) and (whole or not _SUMMARY.fullmatch(ln.text)) for ln in before)


def _fills_a_page(section: Section, document: Document) -> bool:
    """Return whether a section fills a page between its first and its last.

    No list is that long: the page has findings and is out of order. A title that ends the section
    belongs to its last page; the words that close the letter do not.
    """
    lines = section.lines(document)
    end = document.lines[section.body.stop :][:1]
    last = end[0] if end and is_title(end[0].text) else document.lines[section.body.stop - 1]
    between = [line for line in lines if section.page < line.page < last.page]
    return len(between) >= _FULL_PAGE


def _check_findings(letter: Letter, reading: ReadingBuilder) -> None:
    """Report a letter that has neither areas nor the title of its findings.

    A whole letter about a focused visit may have no areas, but it always has its findings. Without
    their title a page may be missing, often the one with the areas. Text without pages may be an
    excerpt that never had titles, so it is reported only if the title of a summary is left.
    """
    if reading.improvement_areas:
        return
    document = letter.document
    body = range(letter.body, len(document.lines))
    titles = [
        at
        for at in body
        if is_title(document.lines[at].text) and stands_alone(document, at, at + 1)
    ]
    texts = [document.lines[at].text for at in titles]
    if any(_FINDINGS.fullmatch(text) for text in texts):
        return
    if texts or document.pages > 1:
        message = "The letter has neither areas nor findings; a page may be missing."
        reading.problem(ProblemCode.INCOMPLETE, message, page=document.lines[letter.body - 1].page)


def _check_missed(letter: Letter, inside: set[int], reading: ReadingBuilder) -> None:
    """Report a title that resembles a heading of areas: its list may be lost."""
    lines = letter.document.lines
    for at in range(letter.body, len(lines)):
        if at in inside:
            continue
        line = lines[at]
        if line.text[0].islower() and not (line.gap or letter.document.positioned):
            # The end of a sentence.
            continue
        listed = any(_is_marked(below.text) for below in _below(lines, at))
        known = is_near_heading(line.text) or (
            may_head_areas(line.text) if listed else _MISSED_AREAS.fullmatch(line.text)
        )
        if known and stands_alone(letter.document, at, at + 1):
            message = f"The section “{line.text[:60]}” is of an unknown kind."
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=line.page)


def _below(lines: Sequence[Line], at: int) -> Sequence[Line]:
    """Return the next line, or the line after it if the next one introduces a list."""
    below = lines[at + 1 : at + 3]
    return below[1:] if below and below[0].text.endswith(":") else below[:1]


def _is_marked(text: str) -> bool:
    return starts_list(text) or split_number(text) is not None


FOCUSED_VISIT = VisitLayout(
    "focused_visit", Kind.FOCUSED_VISIT, Framework.FOCUSED_VISIT, "focuss?ed visit"
)
MONITORING_VISIT = VisitLayout(
    "monitoring_visit", Kind.MONITORING_VISIT, Framework.MONITORING_VISIT, "monitoring visit"
)
