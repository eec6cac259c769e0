"""What changed in the grades of two reports of one authority, judgement by judgement.

The rules are data (`comparability` in `data/frameworks.yaml`): which judgement of an older
framework a grade is compared with, and what people must know about it. A grade that could not be
read with certainty is never a change, and grades of different scales are never compared.
"""

from __future__ import annotations

from collections.abc import Iterable

from reports.frameworks import Comparability, Frameworks, Pair, load_frameworks
from reports.model import (
    Change,
    Direction,
    Framework,
    Grade,
    Judgement,
    JudgementReading,
    Reading,
)
from reports.problems import grades_are_certain

_VISITS = (Framework.FOCUSED_VISIT, Framework.MONITORING_VISIT)


def grade_changes(earlier: Reading, later: Reading) -> tuple[Change, ...]:
    """Return the change of each judgement between two reports of one authority.

    The judgements of the later report come first, then those that only the earlier one gives.
    """
    earlier, later = _certain(earlier), _certain(later)
    frameworks = load_frameworks()
    table = _comparability(earlier.framework, later.framework, frameworks)
    if table is None:
        return tuple(_not_comparable(earlier, later, frameworks))
    return (
        *(_change(j, earlier, later, table, frameworks) for j in later.judgements),
        *_gone(earlier, later, table, frameworks),
    )


def _certain(report: Reading) -> Reading:
    """Return a report without its grades where its problems cast doubt on them."""
    if grades_are_certain(problem.code for problem in report.problems):
        return report
    judgements = tuple(j.model_copy(update={"grade": None}) for j in report.judgements)
    return report.model_copy(update={"judgements": judgements})


def predecessor(judgement: Judgement, *, earlier: Framework, later: Framework) -> Pair | None:
    """Return a later judgement and the earlier one it is compared with; None if there is none."""
    frameworks = load_frameworks()
    table = _comparability(earlier, later, frameworks)
    return _pair(judgement, earlier, table, frameworks) if table else None


def _comparability(
    earlier: Framework, later: Framework, frameworks: Frameworks
) -> Comparability | None:
    if not _in_order(earlier, later, frameworks):
        return None
    return next(
        (t for t in frameworks.comparability if earlier in t.earlier and later in t.later), None
    )


def _in_order(earlier: Framework, later: Framework, frameworks: Frameworks) -> bool:
    """Return whether `earlier` is as old as `later`, or older: only then are grades compared."""
    order = list(frameworks.rules)
    if earlier not in order or later not in order:
        return False
    first = [frameworks.rules[framework].first_start for framework in (earlier, later)]
    return first[0] is None or first[1] is None or first[0] <= first[1]


def _not_comparable(earlier: Reading, later: Reading, frameworks: Frameworks) -> list[Change]:
    note = "of_visit" if earlier.framework in _VISITS else "not_comparable"
    if Framework.UNKNOWN in (earlier.framework, later.framework):
        note = "not_certain"
    return [
        Change(
            judgement=reading.judgement,
            earlier=earlier.grade(reading.judgement),
            later=reading.grade,
            direction=Direction.NOT_COMPARABLE,
            note=frameworks.notes[note],
        )
        for reading in later.judgements
    ]


def _change(
    reading: JudgementReading,
    earlier: Reading,
    later: Reading,
    table: Comparability,
    frameworks: Frameworks,
) -> Change:
    """Return the change of one judgement of the later report."""
    judgement = reading.judgement
    pair = _pair(judgement, earlier.framework, table, frameworks)
    if pair is None:
        direction = Direction.FIRST if reading.grade else Direction.NOT_COMPARABLE
        note = table.first_notes.get(judgement, frameworks.notes["first"])
        if reading.grade is None:
            note = frameworks.notes["not_certain"]
        return Change(
            judgement=judgement, earlier=None, later=reading.grade, direction=direction, note=note
        )
    before = earlier.grade(pair.earlier)
    given = any(j.judgement is pair.earlier for j in earlier.judgements)
    scale = frameworks.rules[later.framework].scale
    direction, note = _direction(before, reading.grade, scale, frameworks, given=given)
    return Change(
        judgement=judgement,
        earlier=before,
        later=reading.grade,
        direction=direction,
        note=note or pair.note,
    )


def _pair(
    judgement: Judgement, earlier: Framework, table: Comparability, frameworks: Frameworks
) -> Pair | None:
    graded = frameworks.rules[earlier].judgements
    return next((p for p in table.pairs if p.later is judgement and p.earlier in graded), None)


def _direction(
    before: Grade | None,
    after: Grade | None,
    scale: tuple[Grade, ...],
    frameworks: Frameworks,
    *,
    given: bool,
) -> tuple[Direction, str]:
    """Return the direction of a change, with a note on why where two grades cannot be compared."""
    if not given:
        return Direction.NOT_COMPARABLE, frameworks.notes["not_given_earlier"]
    if before is None or after is None:
        return Direction.NOT_COMPARABLE, frameworks.notes["not_certain"]
    if before not in scale or after not in scale:
        return Direction.NOT_COMPARABLE, frameworks.notes["not_judged"]
    step = scale.index(after) - scale.index(before)
    if step == 0:
        return Direction.SAME, ""
    return (Direction.WORSE if step > 0 else Direction.BETTER), ""


def _gone(
    earlier: Reading, later: Reading, table: Comparability, frameworks: Frameworks
) -> Iterable[Change]:
    """Yield a change for each earlier judgement that nothing in the later report compares with."""
    graded = frameworks.rules[later.framework].judgements
    taken = {
        pair.earlier
        for judgement in graded
        if (pair := _pair(judgement, earlier.framework, table, frameworks))
    }
    given = {reading.judgement for reading in later.judgements}
    for reading in earlier.judgements:
        judgement = reading.judgement
        if judgement in taken and (judgement in given or judgement not in graded):
            continue
        gone = judgement not in taken
        default = frameworks.notes["not_graded_any_more" if gone else "not_given_later"]
        yield Change(
            judgement=judgement,
            earlier=reading.grade,
            later=None,
            direction=Direction.NOT_GIVEN_ANY_MORE if gone else Direction.NOT_COMPARABLE,
            note=table.gone_notes.get(judgement, default) if gone else default,
        )
