"""The words of pages: kinds of reports, frameworks, and when the next inspection is likely."""

from __future__ import annotations

from datetime import date
from typing import get_args

from reports.analysis.next_inspection import DueWindow
from reports.frameworks import load_frameworks
from reports.model import Framework, Kind, Repeat
from reports.repeats.certainty import Strength
from reports.wording import estimate_words, full_framework_words, month_words

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
NOT_COMPARED = "no earlier grade"
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


def window_words(window: DueWindow, *, today: date) -> str:
    """Return when the next inspection is likely: "Likely between May 2025 and March 2028"."""
    first, last = month_words(window.earliest), month_words(window.latest)
    if window.latest < today:
        return f"Was likely by {last}, and no report of one is known yet"
    if window.earliest <= today:
        return f"Likely at any time until {last}"
    return f"Likely between {first} and {last}"


def window_reason(window: DueWindow) -> str:
    """Return what the estimate of the window is based on, in a sentence."""
    return estimate_words(window.grade, gaps=window.gaps, waiting_longer=window.waiting_longer)
