"""Earlier versions that count again, because the version that replaced them has left the site."""

from __future__ import annotations

from alerts.events.detected import has_certain_grades
from alerts.events.version_differences import changed_grades, grades_of, same_facts
from alerts.events.versions import certain_reading
from reports.model import Judgement
from reports.wording import judgement_words, short_grade_words, uk_date, uncapitalised
from storage import facts
from storage.models import Report
from storage.versions import version_order

COUNTS_AGAIN = "counts_again"
"""In an event's detail: the grades that count once a report has left the site or returned."""


def counts_again_sentence(report: Report, instead: Report) -> str | None:
    """Return a sentence on what holds now that `instead` counts again in place of `report`.

    Return None unless `instead` is an earlier version that says something else. What was never
    certain in `report` was never sent to recipients, so they need not know either.
    """
    reading = certain_reading(report)
    earlier = facts.reading_of(instead)
    is_earlier = version_order(instead) < version_order(report)
    if reading is None or not is_earlier or same_facts(earlier, reading):
        return None
    day = f" published on {uk_date(instead.published)}" if instead.published else ""
    again = f"The version{day} counts again"
    if not has_certain_grades(earlier):
        return f"{again}; its grades are uncertain."
    # The overall grade, the last one in a report, comes first: a message may cut the sentence.
    changed = sorted(
        changed_grades(reading, earlier),
        key=lambda change: change["judgement"] != Judgement.OVERALL_EFFECTIVENESS,
    )
    if not changed:
        return f"{again}, with other areas for improvement."
    grades = ", ".join(
        f"{uncapitalised(judgement_words(change['judgement']))} {_in_short(change['to'])}"
        f" (not {_in_short(change['from'])})"
        for change in changed
    )
    return f"{again}: {grades}."


def _in_short(grade: str | None) -> str:
    return (short_grade_words(grade) or "not graded").lower()


def grades_that_count_again(instead: Report) -> dict[str, str | None]:
    """Return the grades of a version that counts again, for the detail of the event that says so.

    Empty where they are uncertain, or its file has not been read.
    """
    if instead.reading is None:
        return {}
    reading = facts.reading_of(instead)
    return grades_of(reading) if has_certain_grades(reading) else {}
