"""The tables that people open first: each council's latest grades in words, and what has changed.

Each code is next to its words: words are for people, codes for programs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from sqlalchemy import select

from reports.frameworks import load_frameworks
from reports.london import london_date
from reports.model import Framework, Judgement
from reports.wording import direction_words, grade_words, judgement_words
from storage import grade_history
from storage.export.model import (
    AUTHORITY,
    INSPECTION_START,
    LINK,
    REPORT,
    Column,
    Row,
    Source,
    Table,
    Value,
)
from storage.models import Authority, Report

LATEST_JUDGEMENTS = (
    Judgement.OVERALL_EFFECTIVENESS,
    Judgement.IMPACT_OF_LEADERS,
    Judgement.HELP_AND_PROTECTION,
    Judgement.IN_CARE,
    Judgement.CARE_LEAVERS,
    Judgement.CARE_AND_CARE_LEAVERS,
)
NEEDS_REVIEW = "Needs review"
NO_LONGER_GIVEN = "No longer given"


def _latest(source: Source) -> Iterator[Row]:
    session = source.session
    present = select(Authority).where(Authority.valid_to.is_(None)).order_by(Authority.short)
    councils = session.scalars(present).all()
    reports = _graded_reports(source, councils)
    for council in councils:
        last = reports[council.id][-1] if council.id in reports else None
        yield (
            *(council.key, council.short, council.region),
            *_grades(last),
            london_date(last.withdrawn_at) if last and last.withdrawn_at else None,
            *(last.file_id if last else None, last.url if last else None),
        )


def _grades(last: Report | None) -> Iterator[Value]:
    """Yield the dates and framework of a council's last full inspection, then for each judgement
    the words and the code of its grade.
    """
    if last is None or last.inspection is None:
        yield from (None, None, None)
        yield from (None for _ in LATEST_JUDGEMENTS for _ in range(2))
        return
    inspected = grade_history.inspected(last)
    rules = load_frameworks().rules.get(inspected.framework)
    yield from (last.inspection.start, last.published, rules.name if rules else None)
    wanted = set(inspected.grades)
    if not grade_history.are_grades_certain(last):
        # The table of grades may be missing. Without review, an empty cell would say "none given".
        wanted |= set(rules.judgements if rules else LATEST_JUDGEMENTS)
    for judgement in LATEST_JUDGEMENTS:
        if judgement in wanted:
            grade = inspected.grades.get(judgement)
            yield grade_words(grade) or NEEDS_REVIEW
            yield grade
            continue
        is_overall = judgement is Judgement.OVERALL_EFFECTIVENESS
        ended = is_overall and inspected.framework is Framework.ILACS_2026
        yield NO_LONGER_GIVEN if ended else None
        yield None


LATEST_GRADES = Table(
    name="latest_grades",
    meaning="Each council's grades at its last full inspection, in words with their codes.",
    key=("authority_key",),
    columns=(
        *AUTHORITY,
        INSPECTION_START,
        Column("published", "date", "When that report was published."),
        Column("framework_name", "text", "The rules of the inspection, in words."),
        *(
            column
            for judgement in LATEST_JUDGEMENTS
            for column in (
                Column(
                    judgement.value,
                    "text",
                    f"{judgement_words(judgement)}: the grade in words; empty where there is none.",
                ),
                Column(f"{judgement.value}_code", "text", "The same as a code."),
            )
        ),
        Column("withdrawn", "date", "The date from which that report counts as withdrawn."),
        REPORT,
        LINK,
    ),
    rows=_latest,
)


def _changes(source: Source) -> Iterator[Row]:
    session = source.session
    councils = session.scalars(select(Authority).order_by(Authority.key)).all()
    reports = _graded_reports(source, councils)
    unplaced = grade_history.unplaced_reports(session, without=source.held)
    for council in councils:
        for earlier, later in pairwise(reports.get(council.id, ())):
            if not grade_history.may_be_between(unplaced, earlier, later):
                yield from _changes_between(council, earlier, later)


def _graded_reports(
    source: Source, councils: Sequence[Authority]
) -> Mapping[int, Sequence[Report]]:
    if source.graded is not None:
        return source.graded
    ids = [council.id for council in councils]
    return grade_history.graded_reports_by_council(source.session, ids, without=source.held)


def _changes_between(authority: Authority, earlier: Report, later: Report) -> Iterator[Row]:
    """Yield how each judgement moved; nothing where the grades of a report are not certain."""
    assert earlier.inspection is not None, "only reports of an inspection are chosen"
    assert later.inspection is not None, "only reports of an inspection are chosen"
    if not all(map(grade_history.are_grades_certain, (earlier, later))):
        return
    for change in grade_history.changes_between(earlier, later):
        yield (
            *(authority.key, authority.short, authority.region),
            *(later.inspection.start, change.judgement, judgement_words(change.judgement)),
            *(grade_words(change.earlier), change.earlier),
            *(grade_words(change.later), change.later),
            direction_words(change.direction, change.earlier, change.later),
            *(change.direction, change.note or None),
            *(earlier.inspection.start, later.file_id, later.url),
        )


GRADE_CHANGES = Table(
    name="grade_changes",
    meaning=(
        "How each judgement moved from one full inspection of a council to the next. Leaves out "
        "inspections whose grades need review, and pairs with an unread report in between."
    ),
    key=("report", "judgement"),
    columns=(
        *AUTHORITY,
        INSPECTION_START,
        Column("judgement", "text", "What is graded."),
        Column("judgement_name", "text", "The same in words."),
        Column("before", "text", "The grade before, in words."),
        Column("before_code", "text", "The same as a code."),
        Column("after", "text", "The grade now, in words."),
        Column("after_code", "text", "The same as a code."),
        Column("moved", "text", "How it moved, in words."),
        Column(
            "direction",
            "text",
            "better, worse, same, first, not_given_any_more or not_comparable.",
        ),
        Column("note", "words", "What to know about the comparison."),
        Column("earlier_inspection_start", "date", "First day of the inspection before."),
        REPORT,
        LINK,
    ),
    rows=_changes,
)
