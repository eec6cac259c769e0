"""The review of a Local Safeguarding Children Board as a document of its own.

Usually it is a part of the SIF report. Where the two were published separately, the review has only
the board's grade and recommendations, and says nothing about the council's services.
"""

from __future__ import annotations

import re

from reports.frameworks import load_frameworks
from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.sif.areas import read_all_areas
from reports.layouts.sif.body import board_grades, body_positions, front_board_grade
from reports.layouts.sif.front_page import (
    REVIEW,
    TITLE,
    front_lines,
    front_text,
    read_front,
    read_lead,
)
from reports.layouts.sif.inspection import board_judgement
from reports.model import Framework, Kind
from reports.problems import ProblemCode
from reports.text.document import Document

_BOARD = re.compile(
    r"\s*(?:local )?safeguarding (?:children['’]?s?|child) board\b.*", re.IGNORECASE
)


class LscbLayout:
    """Reviews of a Local Safeguarding Children Board alone."""

    name = "lscb"

    def matches(self, document: Document) -> bool:
        """Return whether the title names the review and no inspection of services."""
        text = front_text(document)
        return REVIEW.search(text) is not None and TITLE.search(text) is None

    def read(self, document: Document) -> ReadingBuilder:
        """Return what the document says. It always needs review: it is only half an inspection."""
        frameworks = load_frameworks()
        reading = ReadingBuilder(kind=Kind.INSPECTION, framework=Framework.SIF)
        read_front(document, reading)
        reading.authority_names = tuple(
            short for name in reading.authority_names if (short := _BOARD.sub("", name))
        )
        lines = front_lines(document)
        front = front_board_grade(lines, frameworks=frameworks)
        positions = body_positions(document, start=0)
        grades = board_grades(document, positions, start=0, frameworks=frameworks)
        reading.judgements = (
            board_judgement([*([front] if front else []), *grades], reading=reading),
        )
        reading.improvement_areas = read_all_areas(document, positions, board=0, reading=reading)
        read_lead(document, reading)
        reading.problem(
            ProblemCode.FRAMEWORK_UNKNOWN,
            "This is the review of the safeguarding board alone, not of the council's services.",
            page=document.first_page,
        )
        return reading
