"""A table of judgements and grades, read in two independent ways, for every framework.

By position: known labels to the left of the grade column and grades in it, whatever the order of
the text. By stream: labels and grades in the order of the text, whatever their position. The
vocabulary says which labels and grades the framework has.

A closed table has a header ("Judgement", "Grade") and ends where its columns end; unknown words in
it are reported. An open table has no header: known rows are picked from the page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.layouts.shared.graded_statements import Vocabulary, tokens
from reports.model import Grade, Judgement
from reports.text.clean import join_lines, plain_key
from reports.text.document import Document, Line, Word

_SAME_ROW = 3.0
_COLUMN_SLACK = 12.0
_COLUMN_GAP = 12.0
_WIDEST_LETTER = 7.0
_CELL_SLACK = 16.0
"""Points. A grade is next to its label or at most about a line above or below it."""

_RIGHT_HALF = 250.0
_PAGE_HEIGHT = 1000.0
_MOST_ROWS = 40
_LONGEST_LABEL = 5
"""Lines."""

_MOST_WORDS = 40
"""More than any label has."""


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
    judgement: Judgement | None = None


def page_words(document: Document, pages: Sequence[int]) -> list[Word]:
    """Return the words of pages as if each page were below the one before."""
    return [
        word._replace(y=word.y - _PAGE_HEIGHT * index)
        for index, page in enumerate(pages)
        for word in document.words(page)
    ]


def read_by_position(words: Iterable[Word], *, vocabulary: Vocabulary) -> list[GradeRow]:
    """Return the rows of a table, from the top down; none where there is no column of grades."""
    rows = _visual_rows(words)
    header = _header(rows)
    if header is not None:
        start, column = header
        below = rows[start + 1 : start + 1 + _MOST_ROWS]
        table = _down_to_prose(below, column, vocabulary)
        grades = _closed_grades(table, column, vocabulary)
        if not any(vocabulary.grade(cell.text) for cell in grades):
            # A browser centres the header over its column.
            column = _likely_column(below, vocabulary, right_of=0.0) or column
            table = _down_to_prose(below, column, vocabulary)
            grades = _closed_grades(table, column, vocabulary)
        lowest = grades[-1].bottom - _SAME_ROW if grades else 0.0
        labels = _label_cells(table, column, vocabulary, unknown_above=lowest)
        return _matched(labels, grades, vocabulary)
    likely = _likely_column(rows, vocabulary, right_of=_RIGHT_HALF)
    if likely is None:
        return []
    known: dict[Judgement | None, _Cell] = {}
    for label in _label_cells(rows, likely, vocabulary, unknown_above=None):
        known.setdefault(label.judgement, label)
    found = _matched(list(known.values()), _open_grades(rows, likely, vocabulary), vocabulary)
    return [row for row in found if row.judgement is not None]


def _visual_rows(words: Iterable[Word]) -> list[list[Word]]:
    """Group words by baseline, from the top of the page down, each row left to right."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: -w.y):
        if rows and rows[-1][0].y - word.y <= _SAME_ROW:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda w: w.x) for row in rows]


def _text(words: Iterable[Word]) -> str:
    return join_lines([word.text for word in words])


def _header(rows: Sequence[Sequence[Word]]) -> tuple[int, float] | None:
    for index, row in enumerate(rows):
        texts = [plain_key(word.text).rstrip("s") for word in row]
        if texts == ["judgement", "grade"]:
            return index, row[1].x
    return None


def _likely_column(
    rows: Sequence[Sequence[Word]], vocabulary: Vocabulary, *, right_of: float
) -> float | None:
    """Return the left edge where most grades that end their row start, in points."""
    starts: Counter[int] = Counter()
    for row in rows:
        for index, word in enumerate(row):
            rest = tokens(_text(row[index:]))
            if word.x > right_of and rest and vocabulary.starts_grade(rest):
                starts[round(word.x)] += 1
                break
    return float(starts.most_common(1)[0][0]) if starts else None


def _right_of(row: Sequence[Word], column: float) -> list[Word]:
    return [word for word in row if word.x >= column - _COLUMN_SLACK]


def _down_to_prose(
    rows: Sequence[Sequence[Word]], column: float, vocabulary: Vocabulary
) -> Sequence[Sequence[Word]]:
    """Return the rows above the first line that runs across the edge of the columns."""
    for at, row in enumerate(rows):
        right = _right_of(row, column)
        if 0 < len(right) < len(row) and _is_prose(row, right, vocabulary):
            return rows[:at]
    return rows


def _closed_grades(
    rows: Sequence[Sequence[Word]], column: float, vocabulary: Vocabulary
) -> list[_Cell]:
    """Return the cells of the right column."""
    cells: list[_Cell] = []
    for row in rows:
        right = _right_of(row, column)
        if not right:
            continue
        if not _add_grade(cells, right, vocabulary):
            if right[0].x > column + _COLUMN_SLACK:
                break
            cells.append(_Cell(_text(right), right[0].y, right[0].y))
    return cells


def _is_prose(row: Sequence[Word], right: Sequence[Word], vocabulary: Vocabulary) -> bool:
    """Return whether a row runs across the edge of the columns.

    A label may fill its column up to the edge. Then the words of a grade must follow.
    """
    left = row[: len(row) - len(right)]
    before = left[-1]
    if right[0].x - before.x - len(before.text) * _WIDEST_LETTER > _COLUMN_GAP:
        return False
    grade = vocabulary.starts_grade(tokens(_text(right))) or vocabulary.ends_grade(
        tokens(_text(right))
    )
    return not (grade and vocabulary.in_label(tokens(_text(left))))


def _open_grades(
    rows: Sequence[Sequence[Word]], column: float, vocabulary: Vocabulary
) -> list[_Cell]:
    """Return the right-hand lines that are the words of a grade."""
    cells: list[_Cell] = []
    for row in rows:
        right = _right_of(row, column)
        if (
            right
            and not _add_grade(cells, right, vocabulary)
            and vocabulary.starts_grade(tokens(_text(right)))
        ):
            cells.append(_Cell(_text(right), right[0].y, right[0].y))
    return cells


def _add_grade(cells: list[_Cell], right: Sequence[Word], vocabulary: Vocabulary) -> bool:
    """Add words to the cell above if they continue its grade. Return whether they do."""
    if not cells:
        return False
    longer = f"{cells[-1].text} {_text(right)}"
    if not vocabulary.starts_grade(tokens(longer)):
        return False
    cells[-1] = _Cell(longer, cells[-1].top, right[0].y)
    return True


def _label_cells(
    rows: Sequence[Sequence[Word]],
    column: float,
    vocabulary: Vocabulary,
    *,
    unknown_above: float | None,
) -> list[_Cell]:
    """Return the cells of the left column: the longest runs of lines that are known labels.

    Above the height `unknown_above`, where grades are next to the labels, a line that is not a
    known label is a cell too, so that a new label is noticed.
    """
    lines = []
    for row in rows:
        left = row[: len(row) - len(_right_of(row, column))]
        if left:
            lines.append((left[0].y, _text(left)))
    cells: list[_Cell] = []
    at = 0
    while at < len(lines):
        run = lines[at : at + _LONGEST_LABEL]
        size, judgement = _longest_label([text for _, text in run], vocabulary)
        if size == 0 and unknown_above is not None and lines[at][0] < unknown_above:
            break
        run = run[: max(size, 1)]
        if size or unknown_above is not None:
            text = join_lines([text for _, text in run])
            cells.append(_Cell(text, run[0][0], run[-1][0], judgement))
        at += len(run)
    return cells


def _longest_label(texts: Sequence[str], vocabulary: Vocabulary) -> tuple[int, Judgement | None]:
    """Return how many lines make the longest known label, and its judgement.

    The number of a row does not count as part of the label.
    """
    size, judgement = 0, None
    for length in range(1, len(texts) + 1):
        found = vocabulary.labels.get(_unnumbered(tokens(join_lines(list(texts[:length])))))
        if found is not None:
            size, judgement = length, found
    return size, judgement


def _unnumbered(words: tuple[str, ...]) -> tuple[str, ...]:
    return words[1:] if words and words[0][0].isdigit() else words


def _matched(
    labels: Sequence[_Cell], grades: Sequence[_Cell], vocabulary: Vocabulary
) -> list[GradeRow]:
    """Match each grade with the nearest label; without a partner, either makes its own row."""
    partners: dict[int, list[_Cell]] = {index: [] for index in range(len(labels))}
    rows: list[tuple[float, GradeRow]] = []
    for grade in grades:
        middle = (grade.top + grade.bottom) / 2
        nearest = min(
            range(len(labels)),
            key=lambda i: abs((labels[i].top + labels[i].bottom) / 2 - middle),
            default=None,
        )
        if nearest is None or not _overlap(labels[nearest], grade):
            row = GradeRow("", None, grade.text, vocabulary.grade(grade.text))
            rows.append((grade.top, row))
        else:
            partners[nearest].append(grade)
    for index, label in enumerate(labels):
        text = " / ".join(cell.text for cell in partners[index])
        row = GradeRow(label.text, label.judgement, text, vocabulary.grade(text))
        rows.append((label.top, row))
    return [row for _, row in sorted(rows, key=lambda item: -item[0])]


def _overlap(label: _Cell, grade: _Cell) -> bool:
    return grade.bottom <= label.top + _CELL_SLACK and grade.top >= label.bottom - _CELL_SLACK


def read_cells(lines: Iterable[Line], *, vocabulary: Vocabulary) -> list[GradeRow]:
    """Return the rows of a table in plain text, up to the first line without a tab.

    A tab divides the cells of a row.
    """
    rows = []
    for line in lines:
        label, tab, printed = line.text.partition("\t")
        if not tab:
            break
        judgement = vocabulary.labels.get(tokens(label))
        rows.append(GradeRow(label, judgement, printed, vocabulary.grade(printed)))
    return rows


def read_by_stream(
    lines: Sequence[Line], *, vocabulary: Vocabulary, closed: bool
) -> tuple[list[GradeRow], int]:
    """Return the rows in the order of the text, and how many lines they take.

    The words of a grade may be in the middle of its label where a cell wraps, and its first
    words above the label. A closed table ends at the first word that belongs to neither. In an
    open one such words are passed over, and a row starts at the start of a line.
    """
    reader = _StreamReader(vocabulary, closed=closed)
    for number, line in enumerate(lines):
        words = tokens(line.text)
        if not closed and words and words[0][0].isdigit():
            reader.end_labelled()
            words = words[1:]
        for position, word in enumerate(words):
            if not reader.take(word, starts_line=position == 0) and closed:
                return reader.rows, number
    reader.close()
    return reader.rows, len(lines)


class _StreamReader:
    """Takes words in order; a row ends at a word that continues neither its label nor its grade."""

    def __init__(self, vocabulary: Vocabulary, *, closed: bool) -> None:
        self.rows: list[GradeRow] = []
        self._vocabulary = vocabulary
        self._closed = closed
        self._label: list[str] = []
        self._grade: list[str] = []
        self._early = False
        """Whether the grade so far was above the label; the rest of it must come below."""
        self._left_open = False
        """Whether a label without a grade is straight above: the next grade may be that label's."""

    def take(self, word: str, *, starts_line: bool) -> bool:
        """Take the next word; return whether it belongs to the table."""
        if self._goes_on(word, starts_line=starts_line):
            return True
        # A label followed by other words in its line is the start of a sentence.
        sentence = not (starts_line or self._grade)
        self.close(sentence=sentence)
        if self._goes_on(word, starts_line=starts_line):
            return True
        self._left_open = False
        return False

    def _goes_on(self, word: str, *, starts_line: bool) -> bool:
        known = self._vocabulary
        may_start = bool(self._label) or starts_line or self._closed
        if len(self._label) > _MOST_WORDS:
            return False
        if may_start and known.starts_label([*self._label, word]):
            self._label.append(word)
        elif self._label and known.starts_grade([*self._grade, word]):
            self._grade.append(word)
            self._early = False
        elif self._label and self._early and known.starts_grade([word]):
            self._grade, self._early = [word], False
        elif not self._label and may_start and known.wraps_grade([*self._grade, word]):
            self._grade.append(word)
            self._early = True
        else:
            return False
        return True

    def end_labelled(self) -> None:
        """End the open row when the number of the next row comes."""
        if self._label:
            self.close()

    def close(self, *, sentence: bool = False) -> None:
        """End the open row. Keep it only if its words form a row of the table."""
        printed = "" if self._early else " ".join(self._grade)
        judgement = self._vocabulary.labels.get(tuple(self._label))
        seen = any(row.judgement is judgement for row in self.rows)
        row = printed or (self._closed and not sentence)
        if judgement is not None and row and (self._closed or not seen):
            label = " ".join(self._label)
            grade = None if self._left_open else self._vocabulary.grade(printed)
            self.rows.append(GradeRow(label, judgement, printed, grade))
        self._left_open = judgement is not None and not printed
        self._label, self._grade, self._early = [], [], False
