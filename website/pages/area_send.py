"""Area SEND inspections on a council's pages: their outcome, and what usually follows it."""

from __future__ import annotations

from datetime import date

from reports.model import Grade, Kind
from reports.wording import counted, month_words
from storage.grade_history import are_grades_certain
from storage.models import Report
from storage.repeats import start_of
from website.pages.report_view import ReportView
from website.snapshot import Council

_SEND_AGAIN_WITHIN: dict[str, int] = {
    Grade.TYPICALLY_POSITIVE: 5,
    Grade.INCONSISTENT: 3,
    Grade.WIDESPREAD_OR_SYSTEMIC_FAILINGS: 3,
}
"""Within how many years Ofsted usually inspects area SEND in full again, by the outcome."""

_MONITORED_AFTER = 18
"""After about how many months Ofsted usually monitors an area with widespread failings."""


def area_send_words(view: ReportView) -> str:
    """Return the outcome of an area SEND inspection: "widespread failings, 2 priority actions".

    It is not one of the grades: it is about the council together with its health partners.
    """
    outcomes = (
        ", ".join(outcome.words.lower() for outcome in view.grades) or "no outcome stored here"
    )
    number = len(view.priority_actions)
    priority = f", {counted(number, 'priority action')}" if number else ""
    return f"{outcomes}{priority} (the council and its health partners)"


def area_send_next(report: Report, council: Council, *, today: date) -> str:
    """Return what usually follows the outcome of an area SEND inspection, in a sentence.

    The times are those of Ofsted's framework for area SEND inspections. Empty where the outcome is
    not known with certainty, or where the council has ended.
    """
    outcome = _outcome(report, council)
    if outcome is None:
        return ""
    start = start_of(report)
    years = _SEND_AGAIN_WITHIN[outcome]
    until = _full_by(start, outcome)
    by = f"by {month_words(until)}{_not_yet(until, today=today)}"
    if visit := _monitoring(start, outcome, council):
        about = f"about {month_words(visit)}{_not_yet(visit, today=today)}"
        return (
            "Under the framework, a monitoring inspection of area SEND usually follows such an "
            f"outcome after about {_MONITORED_AFTER} months ({about}), and a full inspection "
            f"within about {years} years ({by})."
        )
    return (
        "Under the framework, a full inspection usually follows such an outcome within about "
        f"{years} years ({by})."
    )


def area_send_line(council: Council, *, today: date) -> str:
    """Return when area SEND is usually inspected next, in a line; empty where unknown.

    This may be the council's next inspection of any kind, long before one of its own services.
    """
    inspections = [report for report in council.current if report.kind == Kind.AREA_SEND]
    outcome = _outcome(inspections[-1], council) if inspections else None
    if outcome is None:
        return ""
    start = start_of(inspections[-1])
    until = _full_by(start, outcome)
    by = f"by {month_words(until)}{_not_yet(until, today=today)}"
    first = ""
    if visit := _monitoring(start, outcome, council):
        first = f"monitoring usually about {month_words(visit)}{_not_yet(visit, today=today)}; "
    about = "Special educational needs and disabilities (area SEND)"
    return f"{about}: {first}next full inspection usually {by}."


def _outcome(report: Report, council: Council) -> str | None:
    """Return the outcome, if it is certain, of a known kind, and of a council that still exists."""
    outcome = next((row.grade for row in report.judgements), None)
    known = outcome in _SEND_AGAIN_WITHIN and are_grades_certain(report)
    return outcome if known and not council.valid_to else None


def _monitoring(start: date, outcome: str, council: Council) -> date | None:
    """Return the month of the monitoring inspection that usually comes first, as its first day.

    None where the outcome asks for none, or where one is stored.
    """
    visited = any(
        other.kind == Kind.AREA_SEND_MONITORING and start_of(other) > start
        for other in council.current
    )
    if outcome != Grade.WIDESPREAD_OR_SYSTEMIC_FAILINGS or visited:
        return None
    years, month = divmod(start.month - 1 + _MONITORED_AFTER, 12)
    return date(start.year + years, month + 1, 1)


def _full_by(start: date, outcome: str) -> date:
    """Return the month by which area SEND is usually inspected in full again, as its first day."""
    return start.replace(day=1, year=start.year + _SEND_AGAIN_WITHIN[outcome])


def _not_yet(month: date, *, today: date) -> str:
    """Return a remark that no such inspection is stored, if the month is over; else empty."""
    return ", but none is stored here yet" if month < today.replace(day=1) else ""
