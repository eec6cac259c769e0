"""Documents on which it is printed that they are drafts or no longer in force."""

from __future__ import annotations

import pytest

from reports.problems import ProblemCode
from reports.text.document import Document, Line
from reports.text.not_final import note_that_it_is_not_final
from tests.reports.conftest import ReadPdf, codes
from tests.reports.printed import Sheet
from tests.reports.visit_letters import NEEDS, closed, letter


def listed() -> Sheet:
    """A letter with an area for improvement."""
    return letter().heading(NEEDS).item("The quality of plans.")


@pytest.mark.parametrize(
    "words",
    [
        "DRAFT",
        "Draft for factual accuracy check",
        "Confidential draft – not for publication",
        "EMBARGOED until 11 March 2024",
        "This report has been withdrawn.",
        "This report has been superseded by the version published on 14 May 2024.",
        "Withdrawn",
        "SPECIMEN",
        "Example report",
    ],
)
@pytest.mark.parametrize("y", [770, 30])
def test_a_draft_or_a_withdrawn_report_is_a_problem(
    read_pdf: ReadPdf, words: str, y: float
) -> None:
    sheet = listed()
    foot = f"{words} 2" if y < 100 else words
    report = read_pdf(closed(sheet.line(foot, y=y)))
    assert ProblemCode.KIND_MISMATCH in codes(report)
    assert words[:50] in " ".join(problem.message for problem in report.problems)


def test_a_report_in_force_is_sound(read_pdf: ReadPdf) -> None:
    assert read_pdf(closed(listed())).problems == ()


@pytest.mark.parametrize(
    "words",
    [
        "Draft plans are shared with families late.",
        "draft",
        "Withdrawn children are helped to join in.",
        "The report is clear.",
        "Embargoed",
    ],
)
def test_sentences_with_such_words_are_not_such_a_note(words: str) -> None:
    document = Document(name="", pages=1, lines=(Line(words, page=1),), positioned=False)
    assert (note_that_it_is_not_final(document) is not None) is (words == "Embargoed")


@pytest.mark.parametrize(
    "words",
    [
        ("The overall effectiveness grade has been withdrawn.",),
        ("After an appeal, the judgement about care leavers was", "quashed."),
        ("A note: the letter of 3 May has since been superseded by another.",),
    ],
)
def test_a_grade_or_report_that_a_sentence_withdraws_is_a_problem(
    read_pdf: ReadPdf, words: tuple[str, ...]
) -> None:
    assert codes(read_pdf(closed(listed().paragraph(*words)))) >= {ProblemCode.KIND_MISMATCH}


def test_what_else_was_withdrawn_says_nothing_about_the_report(read_pdf: ReadPdf) -> None:
    words = ("The report is clear. Support was withdrawn, and the grading of", "risk is revised.")
    sheet = listed().heading("Main findings").paragraph(*words)
    assert read_pdf(closed(sheet)).problems == ()


def test_a_stamp_may_be_read_as_the_last_word_of_a_line() -> None:
    lines = (Line("Leaders know their services well.", page=1), Line("Plans are DRAFT", page=2))
    document = Document(name="", pages=2, lines=lines, positioned=False)
    assert note_that_it_is_not_final(document) == lines[1]
