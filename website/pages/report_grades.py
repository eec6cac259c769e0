"""The grades of one report as pages show them, and what changed since the inspection before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from reports.frameworks import load_frameworks
from reports.model import Change, Direction, Judgement, Kind
from reports.wording import (
    SIGNS,
    capitalised,
    direction_words,
    judgement_words,
    month_words,
    overall_first,
    short_grade_words,
    uk_date,
    uncapitalised,
)
from storage.confirmable_fields import Field
from storage.grade_history import are_grades_certain, changes_between, may_be_between
from storage.models import Report, ReportState, StoredJudgement
from storage.repeats import start_of
from website.pages.words import (
    JOINT_WITH_CARE,
    JOINT_WITH_LEAVERS,
    NO_EARLIER_INSPECTION,
    OVERALL_UNTIL,
)
from website.snapshot import Council

_CAUTIONS = {
    "narrower": f"before: {JOINT_WITH_LEAVERS}",
    "other_framework": "before: a similar judgement",
    "changed_framework": "before: earlier rules",
    "new_criteria": "now judged by new criteria",
}
"""What grades were compared with, by the name of the note in the data file of frameworks."""

GRADED_KINDS = (Kind.INSPECTION, Kind.AREA_SEND)
"""The kinds of reports that give grades, or an outcome."""

_NOT_ALIKE = ("narrower", "other_framework")


@dataclass(frozen=True, kw_only=True)
class GradeView:
    """One judgement. `grade` is the stored value, None where it needs review.

    `before` is the earlier grade in words, `moved` says how the grade compares with it, `sign` is
    the sign for that, and `note` what a reader must know about the comparison. `caution` is the
    note in a few words, for wherever `moved` is shown without it; empty where the earlier judgement
    was the same. `further_back` continues it with an earlier grade. `alike`: whether the judgement
    was the same, though perhaps by other rules. `now`: what the report says instead, where it does
    not give a judgement of the inspection before. `by_a_person` says that a person confirmed or
    corrected the grade; empty for a grade as it was read.
    """

    judgement: str
    grade: str | None
    words: str
    page: int | None = None
    before: str = ""
    moved: str = ""
    sign: str = ""
    note: str = ""
    caution: str = ""
    further_back: str = ""
    alike: bool = True
    now: str = ""
    direction: str = ""
    by_a_person: str = ""

    @property
    def until(self) -> str:
        """Until when the judgement was given; empty where it is still given."""
        overall = judgement_words(Judgement.OVERALL_EFFECTIVENESS)
        return OVERALL_UNTIL if self.judgement == overall else ""


def grade_views(council: Council, report: Report) -> list[GradeView]:
    """Return the judgements of a report, and those that only the inspection before it gave."""
    judgements = sorted(report.judgements, key=overall_first)
    usable = are_grades_certain(report)
    if not usable:
        return [
            GradeView(judgement=judgement_words(row.judgement), grade=None, words="Needs review")
            for row in judgements
        ]
    moved = {change.judgement: change for change in _changes(council, report)}
    found = []
    for row in judgements:
        change = moved.pop(Judgement(row.judgement), None)
        view = GradeView(
            judgement=judgement_words(row.judgement),
            grade=row.grade,
            words=short_grade_words(row.grade) or "Needs review",
            page=row.page,
            by_a_person=_by_a_person(report, row.judgement),
        )
        if change is not None:
            view = _with_change(view, change)
            joint = _joint_before(council, report, row)
            if change.direction is Direction.FIRST and joint is not None:
                view = _graded_separately(view, joint, _separate_before(council, report))
        found.append(view)
    gone = [c for c in moved.values() if c.direction is Direction.NOT_GIVEN_ANY_MORE]
    return [
        *found,
        *(
            GradeView(
                judgement=judgement_words(change.judgement),
                grade=change.earlier,
                words=short_grade_words(change.earlier) or "Needs review",
                note=change.note,
                direction=change.direction,
                now=_now(change, report),
            )
            for change in gone
        ),
    ]


def _now(change: Change, report: Report) -> str:
    """Return what a report gives instead of a judgement that it does not give."""
    for row in report.judgements:
        joint = row.judgement == Judgement.CARE_AND_CARE_LEAVERS
        if joint and change.judgement is Judgement.CARE_LEAVERS:
            words = (short_grade_words(row.grade) or "needs review").lower()
            return f"{JOINT_WITH_CARE}: {words}"
    return "No longer given"


def _by_a_person(report: Report, judgement: str) -> str:
    """Return whether a person confirmed or corrected a grade, in a few words, and what was read."""
    values = report.confirmed
    if (given := values.get(judgement)) is None:
        return "confirmed by a person" if Field.GRADES in values else ""
    if given.read_value == given.value:
        return "confirmed by a person"
    if given.read_value is None:
        return "given by a person; not read"
    return f"corrected by a person; read as: {short_grade_words(given.read_value)}"


def _with_change(view: GradeView, change: Change) -> GradeView:
    return replace(
        view,
        before=short_grade_words(change.earlier) or "",
        moved=direction_words(change.direction, change.earlier, change.later),
        # A sign next to a first grade would look like praise.
        sign="" if change.direction is Direction.FIRST else SIGNS[change.direction],
        note=change.note,
        caution=_cautions().get(change.note, ""),
        alike=change.note not in map(load_frameworks().notes.get, _NOT_ALIKE),
        direction=change.direction,
    )


def _joint_before(council: Council, report: Report, row: StoredJudgement) -> StoredJudgement | None:
    """Return the joint grade of care leavers and children in care at the inspection before."""
    if row.judgement != Judgement.CARE_LEAVERS or (before := _before(council, report)) is None:
        return None
    joint = (was for was in before.judgements if was.judgement == Judgement.CARE_AND_CARE_LEAVERS)
    return next(joint, None)


def _separate_before(council: Council, report: Report) -> tuple[Report, StoredJudgement] | None:
    """Return the last separate grade of care leavers before this report, and its report.

    Until 2018 they had one, under other rules.
    """
    earlier = [before for before, _ in council.graded if start_of(before) < start_of(report)]
    for before in reversed(earlier):
        for row in before.judgements:
            if row.judgement == Judgement.CARE_LEAVERS and row.grade and are_grades_certain(before):
                return before, row
    return None


def _graded_separately(
    view: GradeView, joint: StoredJudgement, again: tuple[Report, StoredJudgement] | None
) -> GradeView:
    """Return a separate grade with a remark on the earlier grades that it follows.

    They are not comparable. But without them, the separate grade would look like praise, or like
    the only grade so far.
    """
    caution = f"before: {uncapitalised(JOINT_WITH_CARE)}"
    if words := short_grade_words(joint.grade):
        caution = f"{caution}, {words.lower()}"
    further_back = ""
    if again is not None:
        report, row = again
        words = (short_grade_words(row.grade) or "").lower()
        further_back = f"; separate grade in {month_words(start_of(report))}: {words}"
    return replace(
        view,
        moved="now graded separately" if again else "first separate grade",
        note=f"{capitalised(caution)}{further_back}.",
        caution=caution,
        further_back=further_back,
    )


@cache
def _cautions() -> dict[str, str]:
    """Return the note of each kind of comparison with its short form."""
    notes = load_frameworks().notes
    return {notes[name]: said for name, said in _CAUTIONS.items()}


def _changes(council: Council, report: Report) -> tuple[Change, ...]:
    """Return the changes of grades since the inspection before; none if they are uncertain."""
    before = _before(council, report)
    if before is None or not are_grades_certain(before):
        return ()
    if may_be_between(council.reports, before, report):
        return ()
    return changes_between(before, report)


def _before(council: Council, report: Report) -> Report | None:
    """Return the inspection of the same kind before this one; None where there is none."""
    line = [document for document, _ in council.graded]
    if report.kind != Kind.INSPECTION:
        line = [document for document in council.current if document.kind == report.kind]
    place = line.index(report) if report in line else 0
    return line[place - 1] if place else None


def not_compared(council: Council, report: Report) -> str:
    """Return why there is no earlier grade to compare with, in words."""
    line = [document for document, _ in council.graded]
    before = _before(council, report)
    if line[:1] == [report] and council.predecessors and council.valid_from:
        return (
            "First full inspection of this council stored here (it began on "
            f"{uk_date(council.valid_from)}): nothing to compare with"
        )
    if line[:1] == [report]:
        return NO_EARLIER_INSPECTION
    if before is not None and not are_grades_certain(before):
        return "The earlier grades need review"
    if before is not None and may_be_between(council.reports, before, report):
        return "An inspection report before this one could not be read"
    return "No earlier grade to compare"


def grades_note(report: Report) -> str:
    """Return why no grade is shown, in words; empty where grades are, or where there are none.

    Even where no grade was read at all, a report of a graded kind has some.
    """
    if report.state != ReportState.READ or are_grades_certain(report):
        return ""
    if not report.judgements and report.kind not in GRADED_KINDS:
        return ""
    return "The grades of this report could not be read with certainty. They need review."
