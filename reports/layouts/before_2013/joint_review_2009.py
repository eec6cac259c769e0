"""Joint reviews of progress in safeguarding (Ofsted, CQC, HMIC), 2009.

They judge the progress of a whole partnership in sentences ("have made limited progress overall")
and print neither the days of the inspection nor the inspectors.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from reports.frameworks import load_frameworks
from reports.layouts.before_2013.main_findings import page_at
from reports.layouts.shared.areas import check_spaced, printed_heading, read_areas
from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.headings import looks_like_heading
from reports.layouts.sif.front_page import front_text, read_front
from reports.model import (
    Framework,
    Grade,
    ImprovementArea,
    Judgement,
    JudgementReading,
    Kind,
    Target,
)
from reports.problems import ProblemCode
from reports.text.clean import join_lines
from reports.text.document import Document, Line
from reports.text.lists import split_bullet
from reports.wording import listed_words

_TITLE = re.compile(
    r"inspection of (?:the )?progress made in the provision of safeguarding services(?: in "
    r"(?P<name>.+?))?(?= care quality commission| hm inspectorate| ofsted| age group| published|$)",
    re.IGNORECASE,
)
_OVERALL = re.compile(r"overall judge?ment on progress\b.*?(?<! \d)", re.IGNORECASE)
_PROGRESS = re.compile(
    r"(?:made|making) (?P<made>\w+) progress overall"
    r"|overall,? (?:this |the )?progress (?:is|has been) (?P<been>\w+)"
    r"|progress (?:is|has been) (?P<is>\w+) overall",
    re.IGNORECASE,
)
_HEADINGS = re.compile(
    r"summary of key findings|priorities for further improvement|key findings", re.IGNORECASE
)
_PRIORITIES = re.compile(r"priorities for further improvement:?", re.IGNORECASE)


class JointReview2009Layout:
    """Joint reviews of progress."""

    name = "joint_review_2009"

    def matches(self, document: Document) -> bool:
        """Return whether the title is on the first page."""
        return _TITLE.search(front_text(document)) is not None

    def read(self, document: Document) -> ReadingBuilder:
        """Return what the document says, with a problem for each uncertain value."""
        reading = ReadingBuilder(kind=Kind.JOINT_INSPECTION, framework=Framework.PRE_2013)
        read_front(document, reading)
        title = _TITLE.search(front_text(document))
        name = title.group("name") if title else None
        reading.authority_names = (name.strip(),) if name else ()
        reading.judgements = (_progress(document, reading),)
        reading.improvement_areas = _areas(document, reading)
        check_spaced(document, reading)
        return reading


def _section(document: Document, pattern: re.Pattern[str]) -> tuple[Line, tuple[Line, ...]] | None:
    """Return the heading that matches the pattern, and the lines up to the next heading."""
    lines = document.lines
    for at, line in enumerate(lines):
        if not (pattern.fullmatch(line.text) and looks_like_heading(line, document)):
            continue
        end = at + 1
        while end < len(lines) and not _is_heading(lines[end], document):
            end += 1
        if end > at + 1:
            return line, lines[at + 1 : end]
    return None


def _is_heading(line: Line, document: Document) -> bool:
    """Return whether a line is a heading: on a page by its type, in plain text by its words.

    A bullet is not a heading, though it may be bolder than its text.
    """
    if split_bullet(line.text) is not None:
        return False
    if not document.positioned:
        return _HEADINGS.fullmatch(line.text) is not None
    return looks_like_heading(line, document)


def _why_unsure(printed: Sequence[str], known: Collection[Grade | None]) -> str:
    """Return why the printed words give no grade."""
    if len(printed) == 1:
        return f"Overall progress is judged in one sentence only: “{printed[0]}”."
    if len(known) > 1:
        words = listed_words([f"“{word}”" for word in dict.fromkeys(printed)])
        return f"Overall progress is judged differently: {words}."
    return f"“{printed[0]}” is not a known grade of overall progress."


def _progress(document: Document, reading: ReadingBuilder) -> JudgementReading:
    """Return the overall judgement. Two sentences of its section give it and must agree."""
    found = _section(document, _OVERALL)
    label, lines = (found[0].text, found[1]) if found else ("", ())
    page = found[0].page if found else None
    frameworks = load_frameworks()
    matches = list(_PROGRESS.finditer(join_lines([line.text for line in lines])))
    if matches:
        page = page_at(lines, matches[0].start())
    printed = [next(group for group in match.groups() if group) for match in matches]
    known = {frameworks.grade(word) for word in printed}
    grade = next(iter(known)) if len(known) == 1 and len(printed) > 1 else None
    if not printed:
        reading.problem(
            ProblemCode.GRADE_UNKNOWN, "No sentence that judges overall progress was found."
        )
    elif grade is None:
        reading.problem(ProblemCode.GRADE_UNCONFIRMED, _why_unsure(printed, known), page=page)
    return JudgementReading(
        judgement=Judgement.OVERALL_PROGRESS,
        label=label,
        grade=grade,
        as_printed=printed[0] if printed else "",
        page=page,
    )


def _areas(document: Document, reading: ReadingBuilder) -> tuple[ImprovementArea, ...]:
    found = _section(document, _PRIORITIES)
    if found is None:
        reading.problem(ProblemCode.AREAS_MISSING, "No list of priorities was found.")
        return ()
    heading, lines = found
    return read_areas(
        reading,
        document=document,
        heading=printed_heading([heading]),
        lines=lines,
        page=heading.page,
        target=Target.PARTNERSHIP,
    )
