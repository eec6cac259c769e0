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
from reports.wording import counted, full_framework_words, month_words, short_grade_words

KINDS: dict[str, str] = {
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
JOINT = "Until 2022, children in care and care leavers had one joint grade."
NO_EARLIER_INSPECTION = "No earlier full inspection is stored here"
NOW = "At any time"
_WEAKEST = "Of an issue raised more than twice, it says how sure the least sure match is."
TARGETS: dict[str, str] = {
    "lscb": "For the Local Safeguarding Children Board, not the council",
    "partnership": "For the partnership of agencies",
    "partner": "For a partner, not the council",
}


def kind_words(kind: str | None) -> str:
    """Return the kind of a document in words, as a heading begins with it."""
    return KINDS.get(kind or "", KINDS[Kind.UNKNOWN])


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


def tier_rank(repeat: Repeat) -> tuple[int, float]:
    """Return a key that sorts the surest repeat first."""
    return get_args(Strength).index(repeat.strength), -(repeat.certainty or 0.0)


def age_words(day: date, *, today: date) -> str:
    """Return how long ago a day was: "less than a year ago", "3 years ago"."""
    years = today.year - day.year - ((today.month, today.day) < (day.month, day.day))
    return f"{counted(years, 'year')} ago" if years > 0 else "less than a year ago"


def sure_words(repeat: Repeat) -> str:
    """Return how often a repeat like this one is right: "more than 9 in 10" (see `sure_note`).

    Empty where inspectors or a person said that both reports are about the same issue.
    """
    if repeat.strength == "stated" or repeat.confirmed or repeat.certainty is None:
        return ""
    return often_right_words(repeat.certainty)


def only_possibly_words(possibly: int, *, of: int) -> str:
    """Return how many of what was raised again is only possibly so: "(2 only possibly)"."""
    if not possibly:
        return ""
    which = "" if of == 1 else f"{'all' if possibly == of else possibly} "
    return f"({which}only possibly)"


def sure_note(shares: Iterable[str], *, more_than_twice: bool = False) -> str:
    """Return what the first of these shares means, such as "about 8 in 10"; empty without any.

    `shares` are those that the reader sees next to the note, from `sure_words`; `more_than_twice`:
    whether one is of an issue that was raised more than twice.
    """
    share = next(filter(None, shares), "")
    if not share:
        return ""
    said = (
        f"“{share[:1].upper()}{share[1:]}”: in {share} cases like this, both reports are about the "
        "same issue."
    )
    return f"{said} {_WEAKEST}" if more_than_twice else said


def common_words(repeat: Repeat, *, council: bool) -> str:
    """Return how common an issue is; empty where too few reports are known."""
    if repeat.base_rate is None:
        return ""
    return rate_words(repeat.theme, repeat.facet, repeat.base_rate, council=council)


def window_words(window: DueWindow, *, today: date) -> str:
    """Return when the next inspection is likely.

    "Likely from May 2025. Half of councils graded good overall are inspected again by June 2027, 9
    in 10 by March 2028". A window of two years or more says too little without its middle.
    """
    middle, last = month_words(window.middle), month_words(window.latest)
    councils = f"councils{_graded(window)}"
    if window.latest < today:
        return (
            f"Later than usual. 9 in 10 {councils} are inspected again by {last}; no report of one "
            "is known yet"
        )
    if window.middle <= today:
        return (
            f"Likely at any time. Half of {councils} have not waited as long, and 9 in 10 are "
            f"inspected again by {last}"
        )
    return (
        f"{_likely(window, today)}. Half of {councils} are inspected again by {middle}, "
        f"9 in 10 by {last}"
    )


def _graded(window: DueWindow) -> str:
    """Return " graded good overall": the estimate uses the overall grade and no other."""
    if not window.grade:
        return ""
    return f" graded {(short_grade_words(window.grade) or '').lower()} overall"


def _likely(window: DueWindow, today: date) -> str:
    if window.earliest <= today:
        return "Likely at any time"
    return f"Likely from {month_words(window.earliest)}"


def likely_from(window: DueWindow | None, *, today: date) -> str:
    """Return when the next inspection is likely, for a table: "From May 2025", "At any time"."""
    if window is None:
        return "No estimate"
    return NOW if window.earliest <= today else f"From {month_words(window.earliest)}"


def window_reason(window: DueWindow) -> str:
    """Return what the estimate of the window is based on, in a sentence."""
    inspections = f"{counted(window.gaps, 'earlier inspection')}{_graded(window)}"
    said = f"Our estimate from {inspections}, not Ofsted’s plan"
    if window.waiting_longer:
        councils = "council has" if window.waiting_longer == 1 else "councils have"
        said += f"; {window.waiting_longer} {councils} already waited longer"
    return f"{said}."
