"""How the neighbours and the region of a council were graded on its judgements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.analysis.peers import count_grades
from reports.frameworks import load_frameworks
from reports.model import Framework, Judgement
from reports.wording import counted, judgement_words, number_graded_words, short_grade_words
from storage.grade_history import are_grades_certain
from website.snapshot import Council, Snapshot

NOT_COMPARED = frozenset({Judgement.LSCB, Judgement.ADOPTION})


@dataclass(frozen=True, kw_only=True)
class PeerCount:
    """How a group was graded on a judgement. `words` are the counts in words."""

    grades: tuple[tuple[str, int], ...]
    words: str


@dataclass(frozen=True, kw_only=True)
class PeerRow:
    """One judgement of the council, and the counts of its neighbours and of its region."""

    judgement: str
    own: tuple[str | None, str]
    neighbours: PeerCount | None
    region: PeerCount | None


def neighbours_missing(snapshot: Snapshot, council: Council) -> str:
    """Return how many neighbours cannot be compared, and why; empty where all can."""
    neighbours = snapshot.neighbours_of(council)
    missing = sum(other.latest is None for other in neighbours)
    if not missing:
        return ""
    of = counted(len(neighbours), "neighbour")
    if missing == len(neighbours):
        return f"No full inspection of the {of} is stored here."
    are, them = ("is", "it") if missing == 1 else ("are", "them")
    return f"{missing} of the {of} {are} not counted: no full inspection of {them} is stored here."


def peer_rows(snapshot: Snapshot, council: Council) -> Iterable[PeerRow]:
    """Yield the council's last grades, and how its neighbours and its region were graded."""
    latest = council.latest
    if latest is None or latest.framework not in load_frameworks().rules:
        return
    neighbours = snapshot.neighbours_of(council)
    region = [other for other in snapshot.of_region(council.region) if other.key != council.key]
    usable = are_grades_certain(council.graded[-1][0])
    for judgement, grade in latest.grades.items():
        if judgement in NOT_COMPARED or not usable:
            continue
        yield PeerRow(
            judgement=judgement_words(judgement),
            own=(grade, short_grade_words(grade) or "Needs review"),
            neighbours=_count_stored(judgement, latest.framework, neighbours),
            region=_count(judgement, latest.framework, region),
        )


def _count_stored(
    judgement: Judgement, framework: Framework, neighbours: Sequence[Council]
) -> PeerCount | None:
    """Return the counts of those with a full inspection: `neighbours_missing` has the others."""
    stored = [other for other in neighbours if other.latest is not None]
    if neighbours and not stored:
        return PeerCount(grades=(), words="none stored here")
    return _count(judgement, framework, stored)


def _count(
    judgement: Judgement, framework: Framework, councils: Sequence[Council]
) -> PeerCount | None:
    if not councils:
        return None
    grades = count_grades(judgement, framework, [council.latest for council in councils])
    words = ", ".join(number_graded_words(number, grade) for grade, number in grades.grades)
    unknown = sum(council.latest is None for council in councils)
    missing = [
        f"{number} {why}"
        for number, why in (
            (unknown, "without a full inspection stored here"),
            (grades.members - grades.known - unknown, "without a grade to compare"),
        )
        if number
    ]
    words = "; ".join(filter(None, (words, ", ".join(missing))))
    return PeerCount(grades=tuple((grade, n) for grade, n in grades.grades), words=words)
