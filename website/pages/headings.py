"""The heading of a report, by which pages name it."""

from __future__ import annotations

from datetime import date

from reports.model import Kind
from reports.safe_text import plain_line, shortened
from reports.wording import month_words
from storage.models import Report
from website.pages.words import kind_words

LONGEST_TITLE = 80
"""Characters; the page of a report has the whole title."""


def heading_of(report: Report) -> str:
    """Return the heading of a report: "Full inspection, June 2018".

    Where the kind is not known, it begins with the title on Ofsted's site. Where the day of the
    inspection is not known, it says when the report was published.
    """
    said = kind_words(report.kind)
    if report.kind in (None, Kind.UNKNOWN) and report.url is not None:
        said = shortened(plain_line(report.title), LONGEST_TITLE) or said
    if day := _inspected(report):
        return f"{said}, {month_words(day)}"
    return f"{said}, published {month_words(report.published)}" if report.published else said


def _inspected(report: Report) -> date | None:
    """Return the first known day of an inspection; None where only its publication is known.

    Ofsted's page lists some reports with the day of publication as that of the inspection.
    """
    if report.inspection is not None:
        return report.inspection.start
    listed = report.listed_inspection_date
    return None if listed == report.published else listed
