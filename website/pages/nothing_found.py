"""What is said where no issue of the latest reports was raised before. Pure.

Reports are compared with the full inspection before them and the visits since, and with nothing
older (`storage.repeats`); inspectors may say themselves that something raised before persists.
"""

from __future__ import annotations

from reports.model import Kind
from reports.wording import month_words
from storage.repeats import start_of
from website.pages.latest import latest_reports
from website.pages.quoted import says_raised
from website.snapshot import Council

NOTHING_STORED = "No inspection or visit is stored here, so this is not known."
SAY_SO = "Inspectors say so"
"""In a table, where no area was found again but inspectors say that something persists."""


def none_found(council: Council) -> str:
    """Return sentences that say what was compared, and whether inspectors say more."""
    latest = latest_reports(council)
    if not latest:
        return NOTHING_STORED
    with_what = _compared_with(council)
    if not with_what:
        said = "Nothing to compare: no earlier report with certain areas is stored here."
    elif says_raised(council):
        said = f"No area of the latest reports was matched with one raised in {with_what}."
    else:
        said = f"We found nothing in the latest reports that had been raised in {with_what}."
    if says_raised(council):
        return f"{said} But inspectors say themselves that something raised before persists."
    return said


def none_found_line(council: Council) -> str:
    """Return the same in a few words, for the headline of a council's page."""
    if not latest_reports(council):
        return "Raised again: not known."
    if says_raised(council):
        return "Raised again: inspectors say that something raised before persists."
    if not _compared_with(council):
        return "Raised again: no earlier report to compare."
    return "Raised again: nothing found from the inspection before or the visits since."


def none_found_cell(council: Council) -> str:
    """Return the same for a table."""
    return SAY_SO if says_raised(council) else "None"


def _compared_with(council: Council) -> str:
    """Return with what the latest reports were compared; empty where with nothing."""
    latest = latest_reports(council)
    known = {
        other.id: other
        for report in latest
        if (found := council.repeats.get(report.id)) is not None
        for other in found.compared_with
    }
    own = {report.id for report in latest if report.kind == Kind.INSPECTION}
    before = [r for r in known.values() if r.kind == Kind.INSPECTION and r.id not in own]
    visits = any(report.kind != Kind.INSPECTION for report in known.values())
    if before:
        month = month_words(start_of(max(before, key=start_of)))
        at_visits = " or at a visit since" if visits else ""
        return f"the full inspection before ({month}){at_visits}"
    if own & known.keys():
        return "the last full inspection"
    return "an earlier visit" if visits else ""
