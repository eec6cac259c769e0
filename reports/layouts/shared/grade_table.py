"""A two-column table of judgements and grades, read in two ways.

By position: words left and right of the grade column, whatever the order of the text stream.
By stream: the printed labels and grades in the order of the text, whatever their position.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reports.frameworks import Frameworks
from reports.model import Grade, Judgement
from reports.text.clean import join_lines, plain_key
from reports.text.document import Line, Word

_SAME_ROW = 3.0
_COLUMN_SLACK = 12.0
_COLUMN_GAP = 12.0
_WIDEST_LETTER = 7.0
_CELL_SLACK = 16.0
"""Points. A grade stands beside its label or at most about a line above or below it."""

_MOST_ROWS = 40
_LONGEST_LABEL = 5
"""Lines."""

_MOST_WORDS = 40
"""More than any label has; stops that say nothing count as words."""


@dataclass(frozen=True, slots=True)
class GradeRow:
    """One row: `judgement` or `grade` is None where the printed words are not known."""

    label: str
    judgement: Judgement | None
    printed: str
    grade: Grade | None


@dataclass(slots=True)
class _Cell:
    text: str
    top: float
    bottom: float


def read_by_position(words: Iterable[Word], *, frameworks: Frameworks) -> list[GradeRow] | None:
    """The rows under the words "Judgement" and "Grade"; None where there is no such header.

    Rows whose label or grade is not known come with None there, in place of being left out.
    """
    rows = _visual_rows(words)
    header = _header(rows)
    if header is None:
        return None
    start, column = header
    below = rows[start + 1 : start + 1 + _MOST_ROWS]
    grades = _grade_cells(below, column, frameworks)
    labels = _label_cells(below, column, grades, frameworks.ilacs_labels)
    return _matched(labels, grades, frameworks)


def _visual_rows(words: Iterable[Word]) -> list[list[Word]]:
    """Words grouped by base line, from the top of the page down, each row left to right."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: -w.y):
        if rows and rows[-1][0].y - word.y <= _SAME_ROW:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda w: w.x) for row in rows]


def _header(rows: Sequence[Sequence[Word]]) -> tuple[int, float] | None:
    for index, row in enumerate(rows):
        texts = [plain_key(word.text).rstrip("s") for word in row]
        if texts == ["judgement", "grade"]:
            return index, row[1].x
    return None


def _grade_cells(
    rows: Sequence[Sequence[Word]], column: float, frameworks: Frameworks
) -> list[_Cell]:
    """Cells of the right column, down to the first line of prose under the table."""
    cells: list[_Cell] = []
    for row in rows:
        right = [word for word in row if word.x >= column - _COLUMN_SLACK]
        if not right:
            continue
        left = row[: len(row) - len(right)]
        if left and not _gap_before(row, right[0]) and not _in_label(left, frameworks):
            break
        text = join_lines([word.text for word in right])
        longer = f"{cells[-1].text} {text}" if cells else ""
        if longer and _starts_grade(longer, frameworks):
            cells[-1] = _Cell(longer, cells[-1].top, right[0].y)
        elif right[0].x <= column + _COLUMN_SLACK:
            cells.append(_Cell(text, right[0].y, right[0].y))
        else:
            break
    return cells


def _in_label(words: Sequence[Word], frameworks: Frameworks) -> bool:
    """Whether words are a line of a known label."""
    key = plain_key(join_lines([word.text for word in words]))
    return any(key in label for label in frameworks.ilacs_labels)


def _starts_grade(text: str, frameworks: Frameworks) -> bool:
    key = plain_key(text)
    return any(f"{words} ".startswith(f"{key} ") for words in frameworks.grade_words)


def _gap_before(row: Sequence[Word], word: Word) -> bool:
    """Whether white space as wide as between columns stands before a word."""
    before = row[row.index(word) - 1]
    return word.x - before.x - len(before.text) * _WIDEST_LETTER > _COLUMN_GAP


def _label_cells(
    rows: Sequence[Sequence[Word]],
    column: float,
    grades: Sequence[_Cell],
    labels: Mapping[str, Judgement],
) -> list[_Cell]:
    """Cells of the left column: the longest runs of lines that are known labels.

    Lines that belong to no known label stand as cells of their own while there are still grades
    below, so that a new label is seen.
    """
    lowest = grades[-1].bottom - _SAME_ROW if grades else 0.0
    lines = []
    for row in rows:
        left = [word for word in row if word.x < column - _COLUMN_SLACK]
        if left:
            lines.append((left[0].y, join_lines([word.text for word in left])))
    cells: list[_Cell] = []
    at = 0
    while at < len(lines):
        size = _label_length([text for _, text in lines[at : at + _LONGEST_LABEL]], labels)
        if size == 0 and lines[at][0] < lowest:
            break
        run = lines[at : at + max(size, 1)]
        cells.append(_Cell(join_lines([text for _, text in run]), run[0][0], run[-1][0]))
        at += len(run)
    return cells


def _label_length(texts: Sequence[str], labels: Mapping[str, Judgement]) -> int:
    longest = 0
    for size in range(1, len(texts) + 1):
        if plain_key(join_lines(list(texts[:size]))) in labels:
            longest = size
    return longest


def _matched(labels: list[_Cell], grades: list[_Cell], frameworks: Frameworks) -> list[GradeRow]:
    """Each grade goes to the nearest label; a label or grade without a partner stays alone."""
    partner: dict[int, list[_Cell]] = {index: [] for index in range(len(labels))}
    rows: list[tuple[float, GradeRow]] = []
    for grade in grades:
        middle = (grade.top + grade.bottom) / 2
        nearest = min(
            range(len(labels)),
            key=lambda i: abs((labels[i].top + labels[i].bottom) / 2 - middle),
            default=None,
        )
        if nearest is None or not _overlap(labels[nearest], grade):
            rows.append((grade.top, GradeRow("", None, grade.text, frameworks.grade(grade.text))))
        else:
            partner[nearest].append(grade)
    for index, label in enumerate(labels):
        text = " / ".join(cell.text for cell in partner[index])
        judgement = frameworks.ilacs_labels.get(plain_key(label.text))
        rows.append((label.top, GradeRow(label.text, judgement, text, frameworks.grade(text))))
    return [row for _, row in sorted(rows, key=lambda item: -item[0])]


def _overlap(label: _Cell, grade: _Cell) -> bool:
    return grade.bottom <= label.top + _CELL_SLACK and grade.top >= label.bottom - _CELL_SLACK


def read_cells(lines: Iterable[Line], *, frameworks: Frameworks) -> list[GradeRow]:
    """The rows of a table in plain text whose cells are divided by a tab, up to the first line
    that is no such row."""
    rows = []
    for line in lines:
        label, tab, printed = line.text.partition("\t")
        if not tab:
            break
        judgement = frameworks.ilacs_labels.get(plain_key(label))
        rows.append(GradeRow(label, judgement, printed, frameworks.grade(printed)))
    return rows


def read_by_stream(lines: Sequence[Line], *, frameworks: Frameworks) -> tuple[list[GradeRow], int]:
    """The rows in the order of the text, and how many lines they take.

    The words of a grade may stand in the middle of its label where a cell wraps. The table ends
    at the first word that is neither.
    """
    reader = _StreamReader(frameworks)
    for number, line in enumerate(lines):
        for word in line.text.split():
            if not reader.take(word):
                return reader.rows, number
    reader.close()
    return reader.rows, len(lines)


class _StreamReader:
    """Takes words one by one; a row ends when a word goes on neither its label nor its grade."""

    def __init__(self, frameworks: Frameworks) -> None:
        self.rows: list[GradeRow] = []
        self._frameworks = frameworks
        self._label: list[str] = []
        self._grade: list[str] = []

    def take(self, word: str) -> bool:
        """Whether the word belongs to the table."""
        if self._goes_on(word):
            return True
        self.close()
        return self._goes_on(word)

    def _goes_on(self, word: str) -> bool:
        if len(self._label) > _MOST_WORDS:
            return False
        if _starts_any([*self._label, word], self._frameworks.ilacs_labels):
            self._label.append(word)
        elif self._label and _starts_any([*self._grade, word], self._frameworks.grade_words):
            self._grade.append(word)
        else:
            return False
        return True

    def close(self) -> None:
        """End the row that is open, if it is one."""
        label, printed = " ".join(self._label), " ".join(self._grade)
        judgement = self._frameworks.ilacs_labels.get(plain_key(label))
        if judgement is not None:
            self.rows.append(GradeRow(label, judgement, printed, self._frameworks.grade(printed)))
        self._label, self._grade = [], []


def _starts_any(words: list[str], known: Iterable[str]) -> bool:
    key = plain_key(" ".join(words)) + " "
    return any(f"{text} ".startswith(key) for text in known)
