"""The printed wording of official reports: headings, labels, grades, dates, standing text.

Only what every report has in common is here; all narrative of the samples is invented.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from reports.model import Framework, Grade, Judgement, Period

GRADE_WORDS = {
    Grade.OUTSTANDING: "Outstanding",
    Grade.GOOD: "Good",
    Grade.REQUIRES_IMPROVEMENT: "Requires improvement to be good",
    Grade.INADEQUATE: "Inadequate",
}

LABELS = {
    Judgement.IMPACT_OF_LEADERS: (
        "The impact of leaders on social work practice with children and families"
    ),
    Judgement.HELP_AND_PROTECTION: (
        "The experiences and progress of children who need help and protection"
    ),
    Judgement.CARE_AND_CARE_LEAVERS: (
        "The experiences and progress of children in care and care leavers"
    ),
    Judgement.IN_CARE: "The experiences and progress of children in care",
    Judgement.CARE_LEAVERS: "The experiences and progress of care leavers",
    Judgement.OVERALL_EFFECTIVENESS: "Overall effectiveness",
}

BODY_ORDER = (
    Judgement.HELP_AND_PROTECTION,
    Judgement.CARE_AND_CARE_LEAVERS,
    Judgement.IN_CARE,
    Judgement.CARE_LEAVERS,
    Judgement.IMPACT_OF_LEADERS,
)
"""The table begins with leaders, the body ends with them."""

FRAMEWORK_ROWS: Mapping[Framework, tuple[Judgement, ...]] = {
    Framework.ILACS_2018: (
        Judgement.IMPACT_OF_LEADERS,
        Judgement.HELP_AND_PROTECTION,
        Judgement.CARE_AND_CARE_LEAVERS,
        Judgement.OVERALL_EFFECTIVENESS,
    ),
    Framework.ILACS_2023: (
        Judgement.IMPACT_OF_LEADERS,
        Judgement.HELP_AND_PROTECTION,
        Judgement.IN_CARE,
        Judgement.CARE_LEAVERS,
        Judgement.OVERALL_EFFECTIVENESS,
    ),
    Framework.ILACS_2026: (
        Judgement.IMPACT_OF_LEADERS,
        Judgement.HELP_AND_PROTECTION,
        Judgement.IN_CARE,
        Judgement.CARE_LEAVERS,
    ),
}

NATIONAL_FRAMEWORK_NOTE = (
    "The areas for improvement have been cross-referenced with the outcomes, enablers or "
    "principles in the Children’s Social Care: National Framework. This statutory guidance "
    "sets out the purpose, principles for practice and expected outcomes of children’s social "
    "care."
)

PRIORITY_LEAD_IN = "The local authority needs to take swift and decisive action to address:"

CLOSING_BOX = (
    "The Office for Standards in Education, Children’s Services and Skills (Ofsted) regulates "
    "and inspects to achieve excellence in the care of children and young people, and in education "
    "and skills for learners of all ages. It regulates and inspects childcare and children’s "
    "social care, and inspects the Children and Family Court Advisory and Support Service "
    "(Cafcass), schools, colleges, initial teacher training, further education and skills, adult "
    "and community learning, and education and training in prisons and other secure "
    "establishments. It assesses council children’s services, and inspects services for looked "
    "after children, safeguarding and child protection.",
    "If you would like a copy of this document in a different format, such as large print or "
    "Braille, please telephone 0300 123 1231, or email enquiries@ofsted.gov.uk.",
    "You may reuse this information (not including logos) free of charge in any format or medium, "
    "under the terms of the Open Government Licence.",
    "This report is available at https://reports.ofsted.gov.uk/.",
)

ADDRESS_LINES = (
    ("Ofsted", "Piccadilly Gate", "Store Street", "Manchester", "M1 2WD"),
    ("T 0300 123 1231", "Textphone 0161 618 8524", "enquiries@ofsted.gov.uk"),
)

SAMPLE_MARK = "Sample report about an invented council"


def long_date(day: date) -> str:
    """Return a date as reports print it: 1 May 2026."""
    return f"{day.day} {day:%B} {day.year}"


def _period(period: Period, *, with_year: bool) -> str:
    start, end = period.start, period.end
    year = f" {end.year}" if with_year else ""
    if start == end:
        return f"{start.day} {start:%B}{year}"
    if start.year != end.year:
        return f"{long_date(start)} to {end.day} {end:%B}{year}"
    first = f"{start.day}" if start.month == end.month else f"{start.day} {start:%B}"
    return f"{first} to {end.day} {end:%B}{year}"


def inspection_dates(periods: tuple[Period, ...]) -> str:
    """Return the inspection dates as printed: 5 to 9 December 2022 and 14 to 15 February 2023."""

    def parts() -> Iterator[str]:
        for here, following in zip(periods, (*periods[1:], None), strict=True):
            last_of_year = following is None or following.end.year != here.end.year
            yield _period(here, with_year=last_of_year)

    return " and ".join(parts())


def visit_dates(periods: tuple[Period, ...]) -> str:
    """Return the dates of a visit as letters print them, two days as "15 and 16 April 2025"."""
    first = periods[0]
    if len(periods) == 1 and (first.end - first.start).days == 1:
        return inspection_dates(periods).replace(" to ", " and ", 1)
    return inspection_dates(periods)


def inspector_title(on: date) -> str:
    """Return the office of an inspector on that day (the Crown passed on 8 September 2022)."""
    return "Her Majesty’s Inspector" if on < date(2022, 9, 8) else "His Majesty’s Inspector"
