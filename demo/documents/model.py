"""Descriptions of sample documents: what a generated PDF says.

The same description always gives the same bytes. The `Quirks` of a report are departures that
real reports show (see `demo/documents/inspection.py`); without them the document is in the regular
layout.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from reports.model import Framework, Grade, Judgement, Kind, Period, Record


class Quirks(Record):
    """Departures from the regular layout, each seen in real reports or needed to test a check.

    `heading_grades` makes the body headings say another grade than the table (None: no grade at
    all); `grade_words` and `labels` replace what the table prints; `narrow_grades` breaks the line
    between "Requires improvement" and "to be good"; `council_title` prints the older two-line
    title.
    """

    heading_grades: dict[Judgement, Grade | None] = Field(default_factory=dict)
    grade_words: dict[Judgement, str] = Field(default_factory=dict)
    labels: dict[Judgement, str] = Field(default_factory=dict)
    narrow_grades: bool = False
    improvement_heading: str | None = None
    improvement_prose: str | None = None
    bullet: str = "◼"
    footer_authority: str | None = None
    footer_dates: str | None = None
    footer_after_text: bool = False
    header_before_title: bool = False
    council_title: bool = False
    closing_box: bool = True


class SampleReport(Record):
    """One graded inspection report (ILACS) of an invented council.

    `grades` are the rows of the table in the order of printing. `findings` and a `summary` that
    are left out come from the phrase bank, by subject and grade.
    """

    document: Literal["inspection"] = "inspection"
    authority: str
    framework: Literal[Framework.ILACS_2018, Framework.ILACS_2023, Framework.ILACS_2026]
    periods: tuple[Period, ...] = Field(min_length=1)
    lead_inspector: str | None
    grades: dict[Judgement, Grade]
    summary: tuple[str, ...] = ()
    improvements: tuple[str, ...] = ()
    priority_actions: tuple[str, ...] = ()
    findings: dict[Judgement, tuple[str, ...]] = Field(default_factory=dict)
    quirks: Quirks = Quirks()

    @property
    def kind(self) -> Kind:
        """What the reader should call this document."""
        return Kind.INSPECTION


class SampleLetter(Record):
    """A letter about a focused or monitoring visit: no grades, and often bullets.

    `inspectors` are named in the first paragraph and the first of them signs. `looked_at` is the
    topic, in words that continue "the local authority's arrangements for".
    """

    document: Literal["letter"] = "letter"
    authority: str
    visit: Literal[Kind.FOCUSED_VISIT, Kind.MONITORING_VISIT] = Kind.FOCUSED_VISIT
    letter_date: date
    periods: tuple[Period, ...] = Field(min_length=1)
    inspectors: tuple[str, ...] = Field(min_length=1)
    director: str = "Director of Children’s Services"
    looked_at: str
    headline: tuple[str, ...] = Field(min_length=1)
    priority_actions: tuple[str, ...] = ()
    improvements: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    improvement_heading: str = "What needs to improve in this area of social work practice?"
    bullet: str = "◼"

    @property
    def kind(self) -> Kind:
        """What the reader should call this document."""
        return self.visit


class SampleSifReport(Record):
    """A report of the Single Inspection Framework, in its layout of 2014 or of 2016.

    `council` is the name on the front page. Only the 2014 layout knows priority actions. With
    `lscb_grade` None there is no review of the Local Safeguarding Children Board; its lists are
    printed under the same headings as the authority's and continue their numbers.
    """

    document: Literal["sif"] = "sif"
    authority: str
    council: str
    layout: Literal[2014, 2016]
    periods: tuple[Period, ...] = Field(min_length=1)
    published: date
    lead_inspector: str
    grades: dict[Judgement, Grade]
    priority_actions: tuple[str, ...] = ()
    recommendations: tuple[str, ...] = Field(min_length=1)
    lscb_grade: Grade | None = None
    lscb_priority_actions: tuple[str, ...] = ()
    lscb_recommendations: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """What the reader should call this document."""
        return Kind.INSPECTION


class SampleJointLetter(Record):
    """A letter about a joint targeted area inspection: no grades, and areas for the partnership.

    `theme` is in words that continue "the multi-agency response to".
    """

    document: Literal["joint_letter"] = "joint_letter"
    authority: str
    letter_date: date
    periods: tuple[Period, ...] = Field(min_length=1)
    theme: str
    headline: tuple[str, ...] = Field(min_length=1)
    priority_actions: tuple[str, ...] = ()
    improvements: tuple[str, ...] = Field(min_length=1)
    strengths: tuple[str, ...] = ()
    improvement_heading: Literal["What needs to improve?", "Areas for improvement"] = (
        "What needs to improve?"
    )
    bullet: str = "◼"

    @property
    def kind(self) -> Kind:
        """What the reader should call this document."""
        return Kind.JOINT_INSPECTION


class SampleAreaSendReport(Record):
    """A report on a local area partnership for special educational needs (from 2023).

    Areas for improvement are cells of a table; priority actions have the responsible body, that
    is the council and the `health_board`, in a column before them.
    """

    document: Literal["area_send"] = "area_send"
    authority: str
    council: str
    health_board: str
    periods: tuple[Period, ...] = Field(min_length=1)
    lead_inspector: str
    lead_inspector_cqc: str
    outcome: Literal[
        Grade.TYPICALLY_POSITIVE, Grade.INCONSISTENT, Grade.WIDESPREAD_OR_SYSTEMIC_FAILINGS
    ]
    priority_actions: tuple[str, ...] = ()
    improvements: tuple[str, ...] = Field(min_length=1)

    @property
    def kind(self) -> Kind:
        """What the reader should call this document."""
        return Kind.AREA_SEND


SampleDocument = (
    SampleReport | SampleLetter | SampleSifReport | SampleJointLetter | SampleAreaSendReport
)
