"""The words of pages: kinds of reports, frameworks, and when the next inspection is likely."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import get_args

from reports.analysis.next_inspection import DueWindow
from reports.frameworks import load_frameworks
from reports.model import Framework, Kind, Repeat
from reports.repeats.base_rates import rate_words
from reports.repeats.certainty import Strength
from reports.repeats.words import often_right_words
from reports.wording import (
    capitalised,
    counted,
    full_framework_words,
    month_words,
    short_grade_words,
)

_KINDS: dict[str, str] = {
    Kind.INSPECTION: "Full inspection",
    Kind.FOCUSED_VISIT: "Focused visit",
    Kind.MONITORING_VISIT: "Monitoring visit",
    Kind.JOINT_INSPECTION: "Joint inspection",
    Kind.AREA_SEND: "Area SEND inspection",
    Kind.AREA_SEND_MONITORING: "Area SEND monitoring",
    Kind.UNANNOUNCED_INSPECTION: "Unannounced inspection",
    Kind.COUNCIL_UPDATE: "Council’s own update",
    Kind.UNKNOWN: "Report",
}
_FRAMEWORKS: dict[str, str] = {
    Framework.FOCUSED_VISIT: "Letter on a focused visit (gives no grades)",
    Framework.MONITORING_VISIT: "Letter on a monitoring visit (gives no grades)",
    Framework.JTAI: "Joint targeted area inspection (gives no grades)",
    Framework.CONTACT_REFERRAL_ASSESSMENT: "Inspection of contact, referral and assessment",
    Framework.COUNCIL_UPDATE: "The council’s own document, not Ofsted’s",
}
JOINT_WITH_LEAVERS = "joint grade with care leavers"
JOINT_WITH_CARE = "Joint grade with children in care"
JOINT = "From 2018 to 2022, children in care and care leavers had one joint grade."
ISSUES_ARE = "An issue is what areas for improvement are about; related issues form a theme."
OVERALL_ENDED = "until March 2026"
OVERALL_UNTIL = f"(given {OVERALL_ENDED})"
NO_EARLIER_INSPECTION = "No earlier full inspection is stored here"
NOW = "At any time"
MAYBE_SOONER = "It may come sooner, because a grade is inadequate."
CANNOT_BE_OPENED = "the document cannot be opened"
NO_INSPECTION_COMES = "No inspection: this council has ended."
EVEN = 0.5
"""From this certainty on, 0 to 1, a repeat is more likely right than wrong. Others do not count."""

_NEARLY = 9
_DAYS_IN_A_MONTH = 365.2425 / 12
_WEAKEST = "For an issue raised more than twice, the figure is that of its least certain match."


def kind_words(kind: str | None) -> str:
    """Return the kind of a document in words, as at the beginning of a heading."""
    return _KINDS.get(kind or "", _KINDS[Kind.UNKNOWN])


def framework_words(framework: str | None) -> str:
    """Return the name of a framework; empty where it is not known."""
    if framework is None or framework not in list(Framework):
        return ""
    if framework in _FRAMEWORKS:
        return _FRAMEWORKS[framework]
    if full := full_framework_words(framework):
        return full
    rules = load_frameworks().rules.get(Framework(framework))
    return rules.name if rules else ""


def strength_rank(repeat: Repeat) -> tuple[int, float]:
    """Return a key that sorts the surest repeat first."""
    return get_args(Strength).index(repeat.strength), -(repeat.certainty or 0.0)


def age_words(day: date, *, today: date) -> str:
    """Return how long ago a day was: "less than a year ago", "3 years ago", "nearly 2 years ago",
    "more than 2 years ago".

    Nearly: at most three months are missing. More: a month or longer.
    """
    months = 12 * (today.year - day.year) + today.month - day.month - (today.day < day.day)
    years, over = divmod(months, 12)
    if years > 0 and over >= _NEARLY:
        return f"nearly {counted(years + 1, 'year')} ago"
    more = "more than " if over > 0 else ""
    return f"{more}{counted(years, 'year')} ago" if years > 0 else "less than a year ago"


def sure_words(repeat: Repeat) -> str:
    """Return how often a repeat like this one is right: "more than 9 in 10" (see `sure_note`).

    Empty where inspectors or a person said that both statements are about the same issue.
    """
    if repeat.strength == "stated" or repeat.confirmed or repeat.certainty is None:
        return ""
    return often_right_words(repeat.certainty, repeat.strength)


def only_possibly_words(possibly: int, *, of: int) -> str:
    """Return how many of the things raised again are only possibly so: "(2 of them possibly)"."""
    if not possibly:
        return ""
    if possibly == of:
        return "(possibly)" if of == 1 else "(all possibly)"
    return f"({possibly} of them possibly)"


def sure_note(shares: Iterable[str], *, more_than_twice: bool = False) -> str:
    """Return what the first of these shares means, such as "about 8 in 10"; empty without any.

    `shares` are those that the reader sees next to the note, from `sure_words`; `more_than_twice`:
    whether one is of an issue that was raised more than twice.
    """
    share = next(filter(None, shares), "")
    if not share:
        return ""
    sentence = (
        f"“{capitalised(share)}”: in {share} cases like this, both statements are about "
        "the same issue."
    )
    return f"{sentence} {_WEAKEST}" if more_than_twice else sentence


def common_words(repeat: Repeat, *, council: bool) -> str:
    """Return how common an issue is; empty where too few reports are known."""
    if repeat.base_rate is None:
        return ""
    return rate_words(repeat.theme, repeat.facet, repeat.base_rate, council=council)


def window_words(window: DueWindow, *, today: date) -> str:
    """Return when the next inspection is likely, as one statement.

    "Likely between May 2025 and March 2028, with an even chance by June 2027 (our estimate)". Once
    the time has begun, the even chance is no longer known: it was that of councils not yet waiting.
    """
    last = month_words(window.latest)
    if window.latest < today:
        return (
            f"Later than usual (our estimate). 9 in 10 councils{_graded(window)} were inspected "
            f"again within about {_length(window.last, window.latest)}: for this council, by "
            f"{last}. No report of one is known yet"
        )
    if window.earliest <= today:
        return f"Likely at any time until {last} (our estimate)"
    return (
        f"Likely between {month_words(window.earliest)} and {last}, with an even chance by "
        f"{month_words(window.middle)} (our estimate)"
    )


def _length(first: date, last: date) -> str:
    """Return the time between two days: "4 years and 6 months".

    It counts days, so that councils of one grade, which have the same gaps, have the same words.
    """
    years, months = divmod(round((last - first).days / _DAYS_IN_A_MONTH), 12)
    parts = ((years, "year"), (months, "month"))
    return " and ".join(counted(number, unit) for number, unit in parts if number)


def _graded(window: DueWindow) -> str:
    """Return " graded good overall": the estimate uses the overall grade and no other."""
    if not window.grade:
        return ""
    return f" graded {(short_grade_words(window.grade) or '').lower()} overall"


def likely_when(window: DueWindow | None, *, today: date) -> str:
    """Return when the next inspection is likely, for a table: "2029 to 2031".

    With ", possibly sooner" where Ofsted may come sooner for an inadequate grade. Months would
    make the estimate look more certain than it is.
    """
    if window is None:
        return "No estimate"
    if window.earliest <= today:
        return NOW
    first, last = window.earliest.year, window.latest.year
    years = f"{first} to {last}" if first < last else str(first)
    return f"{years}, possibly sooner" if window.maybe_sooner else years


def likely_years(window: DueWindow, *, today: date) -> str:
    """Return the same for a sentence: "between 2029 and 2031", "at any time"."""
    if window.earliest <= today:
        return "at any time"
    first, last = window.earliest.year, window.latest.year
    years = f"between {first} and {last}" if first < last else f"in {first}"
    return f"{years}, possibly sooner" if window.maybe_sooner else years


def window_reason(window: DueWindow, *, today: date) -> str:
    """Return what "likely" means for the window, and what it is based on, in a sentence.

    Large numbers are rounded to tens: each new report of one council would otherwise change the
    pages of all councils with the same grade.
    """
    graded = _graded(window) or ", whatever their grades"
    number = _in_tens(window.gaps)
    if window.latest < today:
        sentence = f"Estimated from {number} earlier inspections{graded}, not Ofsted’s plan"
    else:
        # The first tenth of the gaps is over once the time has begun.
        share = "8 in 10" if today < window.earliest else "9 in 10"
        sentence = (
            f"“Likely”: after {share} of the earlier inspections{graded} ({number} in all), the "
            "next one came within this time. This is not Ofsted’s plan"
        )
    if window.waiting_longer:
        councils = "council has" if window.waiting_longer == 1 else "councils have"
        sentence += f"; {_in_tens(window.waiting_longer)} {councils} already waited longer"
    return f"{sentence}."


def _in_tens(number: int) -> str:
    """Return a number in figures; from 20 on the nearest ten: "about 160"."""
    return str(number) if number < 20 else f"about {(number + 5) // 10 * 10}"


def withdrawn_words(inspected: str) -> str:
    """Return when a council was inspected, with a remark that the report was withdrawn."""
    return f"{inspected} (report withdrawn)"
