"""What is said where no issue of the latest reports was raised before. Pure.

Reports are compared with the full inspection before them and the visits since, and with nothing
older (`storage.repeats`). A report that needs review is not compared. Inspectors may say themselves
that something raised before persists.
"""

from __future__ import annotations

from collections.abc import Sequence

from reports.model import Kind
from reports.wording import listed_words, month_words
from storage.models import Report
from storage.repeats import start_of
from website.pages.headings import heading_of
from website.pages.latest import latest_reports
from website.pages.quoted import says_raised
from website.snapshot import Council

NOTHING_STORED = "No inspection or visit is stored here, so this is not known."
SAY_SO = "Inspectors say something persists"
"""In a table, where no area was found again but inspectors say that something persists."""

NOT_KNOWN = "Not known"
"""In a table, where reports need review, so that they were not compared, or none is stored."""

NOTHING_TO_COMPARE = "Nothing to compare"
"""In a table, where no earlier report with certain areas is stored."""


def none_found(council: Council) -> str:
    """Return sentences that say what was compared, and whether inspectors say more."""
    latest = latest_reports(council)
    if not latest:
        return NOTHING_STORED
    in_review = latest_in_review(council)
    if len(in_review) == len(latest):
        which, they_were = _latest_need(latest)
        return f"The latest {which} review, so {they_were} not compared with earlier ones."
    with_what = _compared_with(council)
    if not with_what:
        said = "Nothing to compare: no earlier report with certain areas is stored here."
    elif says_raised(council):
        said = f"No area of the latest reports was matched with one raised in {with_what}."
    else:
        said = f"We found nothing in the latest reports that had been raised in {with_what}."
    if in_review:
        needs = _need_review_and_were(in_review)
        said = f"{said} Of the latest reports, {len(in_review)} {needs} not compared."
    if earlier := earlier_in_review(council):
        which = listed_words([heading_of(report) for report in earlier])
        said = f"{said} {which}: {_need_review_and_were(earlier)} not compared."
    if says_raised(council):
        return f"{said} But inspectors say themselves that something raised before persists."
    return said


def none_found_line(council: Council) -> str:
    """Return the same in a few words, for the headline of a council's page."""
    latest = latest_reports(council)
    if not latest:
        return "Raised again: not known."
    if says_raised(council):
        return "Raised again: inspectors say that something raised before persists."
    if in_review := latest_in_review(council):
        if len(in_review) < len(latest):
            return "Raised again: nothing found, but some of the latest reports need review."
        return f"Raised again: not known, because the latest {_latest_need(latest)[0]} review."
    if earlier_in_review(council):
        return "Raised again: nothing found, but an earlier report needs review."
    if not _compared_with(council):
        return "Raised again: no earlier report to compare."
    return "Raised again: nothing found from the inspection before or the visits since."


def none_found_cell(council: Council) -> str:
    """Return the same for a table."""
    if says_raised(council):
        return SAY_SO
    if not latest_reports(council) or latest_in_review(council) or earlier_in_review(council):
        return NOT_KNOWN
    return "None" if _compared_with(council) else NOTHING_TO_COMPARE


def _latest_need(latest: Sequence[Report]) -> tuple[str, str]:
    return ("report needs", "it was") if len(latest) == 1 else ("reports need", "they were")


def _need_review_and_were(reports: Sequence[Report]) -> str:
    return "needs review and was" if len(reports) == 1 else "need review and were"


def latest_in_review(council: Council) -> list[Report]:
    """Return the latest reports that were not compared, because they need review."""
    return [report for report in latest_reports(council) if report.id not in council.repeats]


def earlier_in_review(council: Council) -> list[Report]:
    """Return the earlier reports with which the latest were not compared, as they need review."""
    latest = latest_reports(council)
    found = (council.repeats[r.id].not_compared for r in latest if r.id in council.repeats)
    earlier = {other.id: other for reports in found for other in reports}
    return sorted((r for r in earlier.values() if r not in latest), key=start_of)


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
