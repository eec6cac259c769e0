"""The table of grades on the first page of a SIF report, by position and by text stream.

It has no header. Its rows are numbered (sometimes wrongly), a footnote may push its last rows to
the second page, and both columns wrap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.frameworks import Frameworks
from reports.layouts.shared.grade_table import GradeRow
from reports.layouts.shared.graded_statements import Vocabulary, tokens
from reports.model import Judgement
from reports.text.clean import join_lines
from reports.text.document import Document, Line, Word

ROWS = (
    Judgement.HELP_AND_PROTECTION,
    Judgement.LOOKED_AFTER_AND_PERMANENCE,
    Judgement.ADOPTION,
    Judgement.CARE_LEAVERS,
    Judgement.LEADERSHIP_MANAGEMENT_GOVERNANCE,
)
_SAME_ROW = 3.0
_SAME_COLUMN = 12.0
_BESIDE = 12.0
"""Points by which a grade may stand above or below its label."""

_RIGHT_HALF = 250.0
_PAGE_HEIGHT = 1000.0
_MOST_LINES = 4


@dataclass(slots=True)
class _Cell:
    words: Sequence[str]
    text: str
    top: float
    bottom: float


def read_by_position(
    document: Document, pages: Sequence[int], *, vocabulary: Vocabulary, frameworks: Frameworks
) -> list[GradeRow]:
    """The rows on these pages: grades in the right column beside known labels in the left one."""
    words = [
        word._replace(y=word.y - _PAGE_HEIGHT * index)
        for index, page in enumerate(pages)
        for word in document.words(page)
    ]
    visual = _visual_rows(words)
    column = _grade_column(visual, vocabulary)
    if column is None:
        return []
    labels = _labels(visual, column, vocabulary)
    grades = _grades(visual, column, vocabulary)
    rows = []
    for label in labels:
        beside = [
            grade
            for grade in grades
            if grade.bottom <= label.top + _BESIDE and grade.top >= label.bottom - _BESIDE
        ]
        nearest = sorted(beside, key=lambda g: abs(g.top + g.bottom - label.top - label.bottom))
        printed = nearest[0].text if nearest else ""
        judgement = vocabulary.labels[tuple(label.words)]
        rows.append(GradeRow(label.text, judgement, printed, frameworks.grade(printed)))
    return rows


def _visual_rows(words: Iterable[Word]) -> list[list[Word]]:
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: -w.y):
        if rows and rows[-1][0].y - word.y <= _SAME_ROW:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda w: w.x) for row in rows]


def _grade_column(rows: Sequence[Sequence[Word]], vocabulary: Vocabulary) -> float | None:
    """Where the words stand that most often start a grade and end their row."""
    starts: Counter[int] = Counter()
    for row in rows:
        for index, word in enumerate(row):
            rest = tokens(join_lines([w.text for w in row[index:]]))
            if word.x > _RIGHT_HALF and rest and vocabulary.starts_grade(rest):
                starts[round(word.x)] += 1
                break
    return float(starts.most_common(1)[0][0]) if starts else None


def _labels(rows: Sequence[Sequence[Word]], column: float, vocabulary: Vocabulary) -> list[_Cell]:
    """Runs of left-hand lines that together are a known label; each judgement once."""
    lines = [[word for word in row if word.x < column - _SAME_COLUMN] for row in rows]
    lines = [line for line in lines if line]
    cells: list[_Cell] = []
    at = 0
    while at < len(lines):
        size = 0
        for length in range(1, _MOST_LINES + 1):
            if _label_words(lines[at : at + length]) in vocabulary.labels:
                size = length
        if size:
            run = lines[at : at + size]
            text = join_lines([" ".join(w.text for w in line) for line in run])
            cells.append(_Cell(list(_label_words(run)), text, run[0][0].y, run[-1][0].y))
        at += size or 1
    found: dict[Judgement, _Cell] = {}
    for cell in cells:
        found.setdefault(vocabulary.labels[tuple(cell.words)], cell)
    return [cell for judgement, cell in found.items() if judgement in ROWS]


def _label_words(lines: Sequence[Sequence[Word]]) -> tuple[str, ...]:
    words = tokens(join_lines([" ".join(w.text for w in line) for line in lines]))
    return tuple(words[1:] if words and words[0][0].isdigit() else words)


def _grades(rows: Sequence[Sequence[Word]], column: float, vocabulary: Vocabulary) -> list[_Cell]:
    """Right-hand lines that are the words of a grade, wrapped ones joined."""
    cells: list[_Cell] = []
    for row in rows:
        right = [word for word in row if word.x >= column - _SAME_COLUMN]
        if not right:
            continue
        text = " ".join(word.text for word in right)
        words = tokens(text)
        if cells and vocabulary.starts_grade([*cells[-1].words, *words]):
            last = cells[-1]
            cells[-1] = _Cell([*last.words, *words], f"{last.text} {text}", last.top, right[0].y)
        elif vocabulary.starts_grade(words):
            cells.append(_Cell(words, text, right[0].y, right[0].y))
    return cells


def read_by_stream(
    lines: Sequence[Line], *, vocabulary: Vocabulary, frameworks: Frameworks
) -> list[GradeRow]:
    """The rows in the order of the text; a row starts at the start of a line."""
    reader = _Stream(vocabulary, frameworks)
    for line in lines:
        words = tokens(line.text)
        if words and words[0][0].isdigit():
            reader.close()
            words = words[1:]
        for position, word in enumerate(words):
            reader.take(word, starts_line=position == 0)
    reader.close()
    return reader.rows


class _Stream:
    def __init__(self, vocabulary: Vocabulary, frameworks: Frameworks) -> None:
        self.rows: list[GradeRow] = []
        self._vocabulary = vocabulary
        self._frameworks = frameworks
        self._label: list[str] = []
        self._grade: list[str] = []

    def take(self, word: str, *, starts_line: bool) -> None:
        """One word: it goes on a label or a grade, or ends the row."""
        if self._goes_on(word, may_start=starts_line):
            return
        self.close()
        self._goes_on(word, may_start=starts_line)

    def _goes_on(self, word: str, *, may_start: bool) -> bool:
        known = self._vocabulary
        if (self._label or may_start) and known.starts_label([*self._label, word]):
            self._label.append(word)
        elif self._label and known.starts_grade([*self._grade, word]):
            self._grade.append(word)
        else:
            return False
        return True

    def close(self) -> None:
        """End the open row; without a whole label and a grade it is none."""
        judgement = self._vocabulary.labels.get(tuple(self._label))
        printed = " ".join(self._grade)
        known = judgement in ROWS and all(row.judgement is not judgement for row in self.rows)
        if judgement is not None and known and printed:
            label = " ".join(self._label)
            self.rows.append(GradeRow(label, judgement, printed, self._frameworks.grade(printed)))
        self._label, self._grade = [], []
