"""How a group of councils was graded on the judgements of one report. Pure.

Only the same judgement counts, and only from frameworks that grade it as the same: a grade of an
older framework that is merely similar is not counted, and the number of councils without one is
part of the answer. An overall grade is never made up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from reports.analysis.timeline import Inspected
from reports.frameworks import load_frameworks
from reports.grade_comparison import predecessor
from reports.model import Framework, Grade, Judgement

_SIMILAR = ("other_framework", "changed_framework")


@dataclass(frozen=True, kw_only=True)
class GradeCount:
    """The grades of a group on one judgement, best first. `members` counts all of the group."""

    judgement: Judgement
    grades: tuple[tuple[Grade, int], ...]
    members: int

    @property
    def known(self) -> int:
        """The number of members with a grade that can be compared."""
        return sum(number for _, number in self.grades)


def count_grades(
    judgement: Judgement, framework: Framework, latest: Iterable[Inspected | None]
) -> GradeCount:
    """Count the group's grades on `judgement`; None in `latest` is a member not inspected."""
    members = list(latest)
    scale = load_frameworks().rules[framework].scale
    counts = Counter(
        grade
        for inspected in members
        if inspected is not None
        and (grade := comparable_grade(judgement, framework, inspected)) is not None
        and grade in scale
    )
    ordered = tuple((grade, counts[grade]) for grade in scale if counts[grade])
    return GradeCount(judgement=judgement, grades=ordered, members=len(members))


def comparable_grade(judgement: Judgement, framework: Framework, other: Inspected) -> Grade | None:
    """Return another council's grade on a judgement; None where the frameworks differ on it."""
    if not _is_same(judgement, framework, other.framework):
        return None
    return other.grades.get(judgement)


# Called for every pair of councils, and there are few frameworks.
@cache
def _is_same(judgement: Judgement, first: Framework, other: Framework) -> bool:
    notes = load_frameworks().notes
    pairs = [
        predecessor(judgement, earlier=first, later=other),
        predecessor(judgement, earlier=other, later=first),
    ]
    return any(
        pair is not None
        and pair.earlier is judgement
        and pair.note not in [notes[name] for name in _SIMILAR]
        for pair in pairs
    )
