"""The records of what a report says. Every other package works with them.

All records are immutable. A value that could not be read with certainty is None and has a
`Problem`; nothing is guessed. The field names are those of the published JSON.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Kind(StrEnum):
    """What sort of document a report is."""

    INSPECTION = "inspection"
    FOCUSED_VISIT = "focused_visit"
    MONITORING_VISIT = "monitoring_visit"
    JOINT_INSPECTION = "joint_inspection"
    AREA_SEND = "area_send"
    AREA_SEND_MONITORING = "area_send_monitoring"
    UNANNOUNCED_INSPECTION = "unannounced_inspection"
    COUNCIL_UPDATE = "council_update"
    UNKNOWN = "unknown"


KNOWN_KINDS = tuple(kind for kind in Kind if kind is not Kind.UNKNOWN)
"""The kinds that a person can give to a document."""

COUNCIL_KINDS = frozenset({Kind.INSPECTION, Kind.FOCUSED_VISIT, Kind.MONITORING_VISIT})
"""Kinds about a council alone. A joint or area SEND inspection is about a partnership."""


class Framework(StrEnum):
    """The rules an inspection was carried out under, whenever its report was published."""

    ILACS_2018 = "ilacs_2018"
    ILACS_2023 = "ilacs_2023"
    ILACS_2026 = "ilacs_2026"
    SIF = "sif"
    PRE_2013 = "pre_2013"
    FOCUSED_VISIT = "focused_visit"
    MONITORING_VISIT = "monitoring_visit"
    JTAI = "jtai"
    AREA_SEND = "area_send"
    AREA_SEND_MONITORING = "area_send_monitoring"
    LOCAL_AREA_SEND = "local_area_send"
    LOCAL_AREA_SEND_REVISIT = "local_area_send_revisit"
    PROTECTION_OF_CHILDREN = "protection_of_children"
    SAFEGUARDING_AND_LOOKED_AFTER = "safeguarding_and_looked_after"
    CONTACT_REFERRAL_ASSESSMENT = "contact_referral_assessment"
    COUNCIL_UPDATE = "council_update"
    UNKNOWN = "unknown"


class Judgement(StrEnum):
    """What is graded. The same key may have a different label or a wider subject elsewhere."""

    OVERALL_EFFECTIVENESS = "overall_effectiveness"
    IMPACT_OF_LEADERS = "impact_of_leaders"
    HELP_AND_PROTECTION = "help_and_protection"
    CARE_AND_CARE_LEAVERS = "care_and_care_leavers"
    IN_CARE = "in_care"
    CARE_LEAVERS = "care_leavers"
    LOOKED_AFTER_AND_PERMANENCE = "looked_after_and_permanence"
    ADOPTION = "adoption"
    LEADERSHIP_MANAGEMENT_GOVERNANCE = "leadership_management_governance"
    LSCB = "lscb"
    CAPACITY_TO_IMPROVE = "capacity_to_improve"
    OUTCOMES_FOR_LOOKED_AFTER_CHILDREN = "outcomes_for_looked_after_children"
    QUALITY_OF_PROVISION = "quality_of_provision"
    LEADERSHIP_AND_MANAGEMENT = "leadership_and_management"
    QUALITY_OF_PRACTICE = "quality_of_practice"
    LEADERSHIP_AND_GOVERNANCE = "leadership_and_governance"
    SAFEGUARDING_OVERALL_EFFECTIVENESS = "safeguarding_overall_effectiveness"
    SAFEGUARDING_CAPACITY_FOR_IMPROVEMENT = "safeguarding_capacity_for_improvement"
    LOOKED_AFTER_OVERALL_EFFECTIVENESS = "looked_after_overall_effectiveness"
    LOOKED_AFTER_CAPACITY_FOR_IMPROVEMENT = "looked_after_capacity_for_improvement"
    OVERALL_PROGRESS = "overall_progress"
    AREA_SEND_OUTCOME = "area_send_outcome"


class Grade(StrEnum):
    """A grade, or one of the three area SEND outcomes (which are never mapped to grades)."""

    OUTSTANDING = "outstanding"
    GOOD = "good"
    REQUIRES_IMPROVEMENT = "requires_improvement"
    INADEQUATE = "inadequate"
    ADEQUATE = "adequate"
    LIMITED = "limited"
    NOT_JUDGED = "not_judged"
    TYPICALLY_POSITIVE = "typically_positive"
    INCONSISTENT = "inconsistent"
    WIDESPREAD_OR_SYSTEMIC_FAILINGS = "widespread_or_systemic_failings"


class Target(StrEnum):
    """Whom an area for improvement addresses."""

    AUTHORITY = "authority"
    LSCB = "lscb"
    PARTNERSHIP = "partnership"
    PARTNER = "partner"


def _writable(name: str) -> str:
    """Return the name of a file without the lone surrogates that replace bytes not in UTF-8."""
    return name.encode("utf-8", "replace").decode("utf-8")


class Record(BaseModel):
    """Base of all records: immutable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)


class AuthorityRef(Record):
    """The authority a report is about, as resolved against our register.

    `name` is our short name; `urn` is Ofsted's number for it, as a string.
    """

    name: str
    urn: str


class Period(Record):
    """One stay of the inspectors on site; both days included."""

    start: date
    end: date


class JudgementReading(Record):
    """One graded judgement as read. `grade` is None where it could not be read with certainty."""

    judgement: Judgement
    label: str
    grade: Grade | None
    as_printed: str
    page: int | None = None


class ThemeTag(Record):
    """A theme that an area for improvement carries, and the words that show it.

    `certainty`: how likely a reader is to call it the main theme or, if it is a further theme, to
    name it (0 to 1). `close`: a second theme is nearly as likely to be the main one; this is one
    of the two.
    """

    theme: str
    facet: str | None = None
    role: Literal["primary", "secondary"]
    matched: str
    certainty: float | None = None
    close: bool = False


class ImprovementArea(Record):
    """One area for improvement, word for word, line breaks joined."""

    text: str
    heading: str
    page: int | None = None
    priority_action: bool = False
    target: Target = Target.AUTHORITY
    responsible_body: str | None = None
    """Who must act, where the report prints it next to the area (area SEND)."""
    themes: tuple[ThemeTag, ...] = ()


class InspectorStatement(Record):
    """A sentence in which inspectors say that something raised before persists or has improved, or
    that something has become worse.

    `area` is the position in `improvement_areas` of the area it is about; None where none is known.
    `context` is the sentence with the neighbouring sentence that is needed to understand it; empty
    where it is clear alone.
    """

    text: str
    area: int | None = None
    page: int | None = None
    context: str = ""


class PlanTheme(Record):
    """One theme of a council's own improvement plan, in the council's words.

    Achievements and next steps are entries of its progress table, in order. `themes` are those of
    the taxonomy that its name and aim are about.
    """

    name: str
    aim: str
    achievements: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    page: int | None = None
    themes: tuple[ThemeTag, ...] = ()


class Monitoring(Record):
    """What a visit found about the areas that an earlier inspection had named.

    `progress` is the sentence that judges the progress, verbatim. `areas_reviewed` are areas of
    that inspection, never new ones. `visit_number` counts the visits since that inspection.
    """

    visit_number: int | None = None
    progress: str | None = None
    areas_reviewed: tuple[str, ...] = ()


class Problem(Record):
    """A value that could not be read with certainty, for a person to check.

    `code` is stable (see `reports.problems`); `message` says in words what is wrong.
    """

    code: str
    message: str
    page: int | None = None


class Reading(Record):
    """What one document says. If `problems` is empty, all of it was read with certainty."""

    file: Annotated[str, AfterValidator(_writable)]
    sha256: str
    pages: int
    page_range: str | None = None
    """The pages that were read, as "12-20"; None: all."""
    kind: Kind = Kind.UNKNOWN
    framework: Framework = Framework.UNKNOWN
    authority: AuthorityRef | None = None
    authority_as_printed: str | None = None
    inspection_start: date | None = None
    inspection_end: date | None = None
    inspection_periods: tuple[Period, ...] = ()
    published: date | None = None
    lead_inspector: str | None = None
    topic: str | None = None
    monitoring: Monitoring | None = None
    judgements: tuple[JudgementReading, ...] = ()
    improvement_areas: tuple[ImprovementArea, ...] = ()
    stated_repeats: tuple[InspectorStatement, ...] = ()
    stated_improvements: tuple[InspectorStatement, ...] = ()
    stated_declines: tuple[InspectorStatement, ...] = ()
    improvement_plan: tuple[PlanTheme, ...] = ()
    problems: tuple[Problem, ...] = ()
    reader_version: int = Field(default=0, ge=0)

    def grade(self, judgement: Judgement) -> Grade | None:
        """Return the grade of one judgement, or None where it is not given or not certain."""
        return next((j.grade for j in self.judgements if j.judgement == judgement), None)

    def with_problem(self, problem: Problem) -> Reading:
        """Return a copy with another problem, which comes first."""
        return self.model_copy(update={"problems": (problem, *self.problems)})


class Direction(StrEnum):
    """How a judgement moved between two reports."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    FIRST = "first"
    NOT_GIVEN_ANY_MORE = "not_given_any_more"
    NOT_COMPARABLE = "not_comparable"


class Change(Record):
    """One judgement in two reports. `note` says in plain words what a reader must know about it.

    `judgement` is the key in the later report, or in the earlier one where it is no longer given.
    """

    judgement: Judgement
    earlier: Grade | None = Field(serialization_alias="from", validation_alias="from")
    later: Grade | None = Field(serialization_alias="to", validation_alias="to")
    direction: Direction
    note: str = ""


class Repeat(Record):
    """The same issue named in two reports of one authority.

    `strength`: the inspectors say so ("stated"), or it is "likely" or "possible". `certainty`: the
    calibrated probability, 0 to 1, that a reader would call it the same issue. `base_rate`: the
    share of comparable reports since 2018 that name the issue. `explanation`: one sentence with the
    reasons. `similar_words`: whether much the same words were used. `confirmed`: a person has said
    that it is the same issue.
    """

    later: str
    earlier: str
    theme: str
    facet: str | None = None
    strength: Literal["stated", "likely", "possible"]
    certainty: float | None = None
    base_rate: float | None = None
    explanation: str = ""
    similar_words: bool = False
    confirmed: bool = False


class SameArea(Record):
    """Two areas about the same service or process that raise different points."""

    later: str
    earlier: str
    theme: str
    facet: str | None = None
    certainty: float


class Comparison(Record):
    """What changed, and what is raised again, between two reports of one authority."""

    authority: AuthorityRef | None
    earlier: Reading
    later: Reading
    changes: tuple[Change, ...]
    repeats: tuple[Repeat, ...] = ()
    same_area: tuple[SameArea, ...] = ()
    no_longer_named: tuple[str, ...] = ()
