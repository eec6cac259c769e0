"""Inspections under the Single Inspection Framework, November 2013 to 2018, and re-inspections.

Page 1 has the authority, the dates, a sentence with the overall grade and a table of five grades.
The review of the Local Safeguarding Children Board (LSCB) is a part of its own with its own grade
and its own recommendations, which are not the council's. Re-inspections have no such part.
"""

from __future__ import annotations

from collections.abc import Sequence

from reports.frameworks import Frameworks, load_frameworks
from reports.layouts.shared.areas import check_spaced
from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.grade_table import (
    GradeRow,
    page_words,
    read_by_position,
    read_by_stream,
)
from reports.layouts.shared.graded_statements import GradedStatement, Vocabulary
from reports.layouts.shared.grades import (
    GradeEvidence,
    TableReading,
    confirmed_judgements,
    lies_within,
)
from reports.layouts.sif.areas import read_all_areas
from reports.layouts.sif.body import (
    BoardGrade,
    board_grades,
    board_start,
    body_overall,
    body_positions,
    front_board_grade,
    graded_statements,
    mentions_of_board,
)
from reports.layouts.sif.front_page import (
    REVIEW,
    TITLE,
    Overall,
    front_lines,
    front_text,
    read_front,
    read_lead,
    read_overall,
)
from reports.model import Framework, Grade, Judgement, JudgementReading, Kind, Target
from reports.problems import ProblemCode
from reports.text.document import Document, Line
from reports.wording import grade_words, judgement_words, listed_words

_FEW_MENTIONS = 8
"""Lines with the board's name: a handful in re-inspections, dozens in a review of the board."""

ROWS = (
    Judgement.HELP_AND_PROTECTION,
    Judgement.LOOKED_AFTER_AND_PERMANENCE,
    Judgement.ADOPTION,
    Judgement.CARE_LEAVERS,
    Judgement.LEADERSHIP_MANAGEMENT_GOVERNANCE,
)
"""The rows of the table on the first page."""

_KEYS = (
    Judgement.HELP_AND_PROTECTION,
    Judgement.LOOKED_AFTER_AND_PERMANENCE,
    Judgement.LEADERSHIP_MANAGEMENT_GOVERNANCE,
)


class SifLayout:
    """The family of the Single Inspection Framework."""

    name = "sif"

    def matches(self, document: Document) -> bool:
        """Return whether the title is on the first page."""
        return TITLE.search(front_text(document)) is not None

    def read(self, document: Document) -> ReadingBuilder:
        """Return what the document says, with a problem for each uncertain value."""
        return _SifReader(document).read()


class _SifReader:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._frameworks: Frameworks = load_frameworks()
        self._vocabulary = Vocabulary.of(
            self._frameworks.labels["sif"], self._frameworks.grade_words
        )
        labels = self._frameworks.labels["sif"].items()
        self._rows_vocabulary = Vocabulary.of(
            {label: judgement for label, judgement in labels if judgement in ROWS},
            self._frameworks.grade_words,
        )
        self._reading = ReadingBuilder(kind=Kind.INSPECTION, framework=Framework.SIF)
        self._body_overall: Sequence[tuple[str, Grade | None, int]] = ()

    def read(self) -> ReadingBuilder:
        document, reading = self._document, self._reading
        read_front(document, reading)
        start, table = self._table()
        positions = body_positions(document, start=start)
        statements = graded_statements(document, positions, vocabulary=self._vocabulary)
        rows = confirmed_judgements(table, _evidence(statements), reading=reading)
        rows = self._with_pages(rows, last=document.lines[start - 1].page)
        self._check_rows(rows)
        board = self._board_start(positions, statements)
        self._body_overall = body_overall(document, positions, frameworks=self._frameworks)
        overall = self._overall(rows)
        reading.judgements = (overall, *rows, *self._board(positions, board))
        reading.improvement_areas = read_all_areas(
            document, positions, board=board, reading=reading
        )
        check_spaced(document, reading)
        self._check_areas(board)
        read_lead(document, reading)
        return reading

    def _table(self) -> tuple[int, TableReading]:
        """Return the position of the first line of the body, and the table read in two ways."""
        document = self._document
        front = front_lines(document)
        first = front[0].page
        if not document.positioned:
            stream = self._by_stream(front)
            rows = read_by_position(page_words(document, [first]), vocabulary=self._rows_vocabulary)
            return len(front), TableReading(rows or stream, stream, first)
        pages = [first]
        position, stream = self._rows_on(pages)
        if max(len(position), len(stream)) < len(ROWS):
            longer, longer_stream = self._rows_on([first, first + 1])
            if max(len(longer), len(longer_stream)) > max(len(position), len(stream)):
                pages, position, stream = [first, first + 1], longer, longer_stream
        start = sum(1 for line in document.lines if line.page <= pages[-1])
        return start, TableReading(position, stream, first)

    def _rows_on(self, pages: Sequence[int]) -> tuple[list[GradeRow], list[GradeRow]]:
        words = page_words(self._document, pages)
        rows = read_by_position(words, vocabulary=self._rows_vocabulary)
        lines = [line for line in self._document.lines if line.page in pages]
        return rows, self._by_stream(lines)

    def _by_stream(self, lines: Sequence[Line]) -> list[GradeRow]:
        return read_by_stream(lines, vocabulary=self._rows_vocabulary, closed=False)[0]

    def _with_pages(
        self, rows: tuple[JudgementReading, ...], *, last: int
    ) -> tuple[JudgementReading, ...]:
        """Return the rows of a table, those that are not on its first page with its `last` page."""
        first = self._document.first_page
        if not self._document.positioned or last == first:
            return rows
        above = {row.judgement for found in self._rows_on([first]) for row in found}
        return tuple(
            row if row.judgement in above else row.model_copy(update={"page": last}) for row in rows
        )

    def _check_rows(self, rows: Sequence[JudgementReading]) -> None:
        missing = [key for key in ROWS if all(row.judgement is not key for row in rows)]
        if missing:
            self._reading.problem(
                ProblemCode.TABLE_UNCLEAR,
                f"The table of grades lacks {', '.join(map(judgement_words, missing))}.",
                page=self._document.first_page,
            )

    def _overall(self, rows: Sequence[JudgementReading]) -> JudgementReading:
        """Return the overall grade, checked against the body and the three key judgements."""
        found = read_overall(front_lines(self._document), frameworks=self._frameworks)
        if found is None or found.grade is None:
            self._reading.problem(
                ProblemCode.GRADE_UNKNOWN,
                "No sentence that gives the overall grade was found on the first page.",
                page=self._document.first_page,
            )
            return self._overall_reading("", "", None)
        grade = found.grade if self._is_confirmed(found, rows) else None
        return self._overall_reading(found.label, found.printed, grade)

    def _overall_reading(self, label: str, printed: str, grade: Grade | None) -> JudgementReading:
        return JudgementReading(
            judgement=Judgement.OVERALL_EFFECTIVENESS,
            label=label,
            grade=grade,
            as_printed=printed,
            page=self._document.first_page,
        )

    def _is_confirmed(self, overall: Overall, rows: Sequence[JudgementReading]) -> bool:
        grade = overall.grade
        for printed, other, page in self._body_overall:
            if other is not grade:
                self._reading.problem(
                    ProblemCode.GRADE_DISAGREEMENT,
                    f"The overall grade is “{overall.printed}” on page "
                    f"{self._document.first_page} but “{printed}” later.",
                    page=page,
                )
                return False
        keys = [row.grade for row in rows if row.judgement in _KEYS and row.grade is not None]
        if len(keys) < len(_KEYS):
            self._reading.problem(
                ProblemCode.GRADE_UNCONFIRMED,
                f"The overall grade is “{overall.printed}”, but not all the grades that it follows "
                "from were read.",
                page=self._document.first_page,
            )
            return False
        if grade is not None and _follows_from(grade, keys):
            return True
        shown = listed_words([f"“{grade_words(key)}”" for key in keys])
        self._reading.problem(
            ProblemCode.GRADE_DISAGREEMENT,
            f"The overall grade “{overall.printed}” cannot follow from {shown}.",
            page=self._document.first_page,
        )
        return False

    def _board_start(
        self, positions: Sequence[int], statements: Sequence[GradedStatement]
    ) -> int | None:
        """Return where the part on the board starts, after the findings on the leadership."""
        leadership = [
            s.start for s in statements if s.judgement is Judgement.LEADERSHIP_MANAGEMENT_GOVERNANCE
        ]
        if not positions:
            return None
        after = leadership[-1] if leadership else positions[0]
        return board_start(self._document, positions, after=after)

    def _board(self, positions: Sequence[int], board: int | None) -> tuple[JudgementReading, ...]:
        """Return the grade of a board that was reviewed. All places that give it must agree."""
        front = front_board_grade(front_lines(self._document), frameworks=self._frameworks)
        found = board_grades(self._document, positions, start=board, frameworks=self._frameworks)
        grades = [*([front] if front else []), *found]
        reviewed = REVIEW.search(front_text(self._document)) is not None
        if not grades and not reviewed and mentions_of_board(self._document) <= _FEW_MENTIONS:
            return ()
        return (board_judgement(grades, reading=self._reading),)

    def _check_areas(self, board: int | None) -> None:
        """Check that every part has a list. The part on an outstanding board may have none."""
        reading = self._reading
        targets = {area.target for area in reading.improvement_areas}
        if Target.AUTHORITY not in targets:
            reading.problem(ProblemCode.AREAS_MISSING, "No list for the council was found.")
        graded = [j.grade for j in reading.judgements if j.judgement is Judgement.LSCB]
        if graded and board is None:
            reading.problem(
                ProblemCode.AREAS_UNCLEAR,
                "Where the part on the safeguarding board starts was not found.",
            )
        elif graded and Target.LSCB not in targets and graded[0] is not Grade.OUTSTANDING:
            reading.problem(ProblemCode.AREAS_MISSING, "No list for the board was found.")


def _evidence(statements: Sequence[GradedStatement]) -> list[GradeEvidence]:
    return [GradeEvidence(s.judgement, s.printed, s.grade, s.page) for s in statements]


def _follows_from(overall: Grade, keys: Sequence[Grade]) -> bool:
    """Return whether the framework allows this overall grade with these key judgements.

    The overall grade is inadequate if and only if one of them is, and never better than the best or
    worse than the worst of them. A judgement that was not made, as happens in very small
    authorities, does not count.
    """
    inadequate = Grade.INADEQUATE in keys
    return (overall is Grade.INADEQUATE) == inadequate and lies_within(overall, keys)


def board_judgement(grades: Sequence[BoardGrade], *, reading: ReadingBuilder) -> JudgementReading:
    """Return the board's judgement. Its grade is None, with a problem, unless all places agree."""
    known = {grade.grade for grade in grades}
    if not grades:
        reading.problem(
            ProblemCode.GRADE_UNKNOWN, "The grade of the safeguarding board was not found."
        )
    elif len(known) > 1:
        words = ", ".join(f"“{grade.printed}”" for grade in grades)
        reading.problem(
            ProblemCode.GRADE_DISAGREEMENT,
            f"The safeguarding board is graded differently in different places: {words}.",
            page=grades[0].page,
        )
    return JudgementReading(
        judgement=Judgement.LSCB,
        label=grades[0].label if grades else "",
        grade=grades[0].grade if len(known) == 1 else None,
        as_printed=grades[0].printed if grades else "",
        page=grades[0].page if grades else None,
    )
