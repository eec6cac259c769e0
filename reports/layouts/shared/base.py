"""What a layout is, and what it returns.

A layout knows one family of documents, never a single document. To add one, write a module with a
class that has `matches` and `read`, and list it in `reports.layouts.LAYOUTS`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from reports.model import (
    Framework,
    ImprovementArea,
    InspectorStatement,
    JudgementReading,
    Kind,
    Monitoring,
    Period,
    PlanTheme,
    Problem,
)
from reports.problems import ProblemCode
from reports.text.document import Document


@dataclass(slots=True)
class ReadingBuilder:
    """What a layout read from one document; `reports.reader` makes a `Reading` of it.

    `authority_names` are the printed names that may name the authority, best first.
    """

    kind: Kind
    framework: Framework = Framework.UNKNOWN
    authority_names: tuple[str, ...] = ()
    periods: tuple[Period, ...] = ()
    published: date | None = None
    lead_inspector: str | None = None
    topic: str | None = None
    monitoring: Monitoring | None = None
    judgements: tuple[JudgementReading, ...] = ()
    improvement_areas: tuple[ImprovementArea, ...] = ()
    stated_repeats: tuple[InspectorStatement, ...] = ()
    improvement_plan: tuple[PlanTheme, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    def problem(self, code: ProblemCode, message: str, *, page: int | None = None) -> None:
        """Note a value that could not be read with certainty."""
        self.problems.append(Problem(code=code, message=message, page=page))


class Layout(Protocol):
    """One family of documents."""

    @property
    def name(self) -> str:
        """The name of the family in problems."""

    def matches(self, document: Document) -> bool:
        """Return whether the document's first page says that it is of this family."""

    def read(self, document: Document) -> ReadingBuilder:
        """Read a document that matches. An uncertain value stays empty and has a problem.

        A layout must not raise an exception.
        """
