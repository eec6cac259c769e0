"""A council in a line each: its grades, what was raised again and what comes next."""

from __future__ import annotations

from datetime import date

from reports.model import Grade, Judgement
from reports.wording import (
    capitalised,
    judgement_words,
    listed_words,
    month_words,
    short_grade_words,
    uncapitalised,
)
from storage.repeats import start_of
from website.pages.area_send import area_send_line
from website.pages.kept import kept_with_council
from website.pages.nothing_found import none_found_line
from website.pages.report_view import report_view
from website.pages.tracker import tracker
from website.pages.words import likely_years
from website.snapshot import Council

_BEST_FIRST = (
    Grade.NOT_JUDGED,
    Grade.OUTSTANDING,
    Grade.GOOD,
    Grade.REQUIRES_IMPROVEMENT,
    Grade.ADEQUATE,
    Grade.LIMITED,
    Grade.INADEQUATE,
)
"""The worst grades are named first, so that "not judged" is named last, after the best grade."""


def next_lines(council: Council, *, today: date) -> tuple[str, ...]:
    """Return when the next full inspections are likely, a line for each that has an estimate.

    "Next full inspection: likely between 2029 and 2031 (our estimate)."
    """
    area_send = area_send_line(council, today=today)
    if council.window is None:
        return tuple(filter(None, (area_send,)))
    likely = likely_years(council.window, today=today)
    own = f"Next full inspection: likely {likely} (our estimate)."
    return tuple(filter(None, (own, area_send)))


def raised_line(council: Council) -> str:
    """Return what was raised again: "Raised again: Supervision of staff and 3 more."."""
    now = tracker(council).raised_now
    if not now:
        return none_found_line(council)
    if all(issue.is_possible for issue in now):
        more = f" and {len(now) - 1} more" if len(now) > 1 else ""
        return f"Possibly raised again: {now[0].issue}{more}."
    return f"Raised again: {' '.join(tracker(council).now_words).rstrip()}."


@kept_with_council
def grades_line(council: Council) -> str:
    """Return the grades of the last full inspection in a line; empty where there is none.

    "Help and protection: inadequate; care leavers: requires improvement; the other 3 judgements:
    good (April 2024)". The worst come first, and only the best are counted instead of named. Each
    grade is given with its judgement, so that none looks like an overall grade.
    """
    if not council.graded:
        return ""
    last = council.graded[-1][0]
    view = report_view(council, last)
    by_grade = {
        grade: names
        for grade in reversed(_BEST_FIRST)
        if (names := [uncapitalised(row.judgement) for row in view.grades if row.grade == grade])
    }
    when = f"({month_words(start_of(last))})"
    if view.grades_note or not by_grade:
        return f"Grades need review {when}"
    said: list[str] = []
    overall = uncapitalised(judgement_words(Judgement.OVERALL_EFFECTIVENESS))
    for grade, names in by_grade.items():
        words = (short_grade_words(grade) or "").lower()
        # The overall grade, which Ofsted no longer gives, is not counted with the others.
        others = [name for name in names if name != overall]
        if grade == list(by_grade)[-1] and len(others) > 1:
            which = "the other" if said else "all"
            of_all = [f"{which} {len(others)} judgements", *([overall] if overall in names else [])]
            said.append(f"{listed_words(of_all)}: {words}")
        elif any(" and " in name for name in names):
            # With "and" between the last two, it would not be clear where each name ends.
            said.append(f"{', '.join(names)}: {words}")
        else:
            said.append(f"{listed_words(names)}: {words}")
    line = "; ".join(said)
    return f"{capitalised(line)} {when}"
