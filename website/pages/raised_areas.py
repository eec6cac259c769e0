"""What a report raises again, and what of the report before it was not found again."""

from __future__ import annotations

from dataclasses import dataclass

from reports.model import Repeat
from reports.repeats.base_rates import is_compared_with_full_inspections
from reports.repeats.words import (
    framework_changed,
    raised_before_words,
    raised_words,
    strength_words,
)
from reports.safe_text import plain_line, web_address
from reports.themes.names import issue_name
from reports.wording import counted, listed_words, month_words, uncapitalised
from storage.models import Area, Report
from storage.repeats import ReportRepeats, start_of
from website import addresses
from website.pages.followed import is_likely_enough
from website.pages.latest import issues_persisting
from website.pages.links import report_link
from website.pages.page import Link
from website.pages.tracker import tracker
from website.pages.words import common_words, kind_words, strength_rank, sure_words
from website.snapshot import Council

_SHARED_WORDS = 6
"""From this number on, the same words in a row are a quotation and not everyday language."""


@dataclass(frozen=True, kw_only=True)
class Raised:
    """An area that was raised before: both statements, how sure that is, how common the issue is.

    `when` says when it was raised before and how far back that goes; `explanation` why both count
    as the same issue. `counts`: whether that is at least as likely right as wrong.
    """

    issue: str
    strength_words: str
    strength: str
    counts: bool
    sure: str
    common: str
    later: str
    earlier: str
    when: str
    explanation: str
    earlier_report: Link
    earlier_ofsted: str | None
    anchor: str
    """The anchor of the area on the report's page."""


@dataclass(frozen=True, kw_only=True)
class OtherPoint:
    """An area that raises another point of a service or process that an earlier report named."""

    later: str
    earlier: str
    earlier_report: Link


def area_anchor(report: Report, area: Area) -> str:
    """Return the anchor of an area on the pages of its report and its council."""
    return f"area-{addresses.folder_name(report.file_id)}-{area.position + 1}"


def raised_areas(council: Council, report: Report, repeats: ReportRepeats | None) -> list[Raised]:
    """Return what a report raises again: first what was raised most often, then the surest."""
    if repeats is None:
        return []
    is_full = is_compared_with_full_inspections(report.framework)
    anchors = {area.text: area_anchor(report, area) for area in report.areas}
    ordered = sorted(
        repeats.repeats,
        key=lambda pair: (
            -len(repeats.raised_before.get(pair[1].later, ())),
            strength_rank(pair[1]),
        ),
    )
    return [
        Raised(
            issue=issue_name(repeat.theme, repeat.facet),
            strength_words=strength_words(repeat.strength, confirmed=repeat.confirmed),
            strength=repeat.strength,
            counts=is_likely_enough(repeat),
            sure=sure_words(repeat),
            common=common_words(repeat, council=is_full),
            later=plain_line(repeat.later),
            earlier=plain_line(repeat.earlier),
            when=_when(council, earlier, repeat, repeats),
            explanation=plain_line(repeat.explanation),
            earlier_report=report_link(earlier),
            earlier_ofsted=web_address(earlier.url),
            anchor=anchors.get(repeat.later, ""),
        )
        for earlier, repeat in ordered
    ]


def other_points(repeats: ReportRepeats | None) -> tuple[OtherPoint, ...]:
    """Return the areas with another point about what an earlier report named."""
    return tuple(
        OtherPoint(
            later=plain_line(near.later),
            earlier=plain_line(near.earlier),
            earlier_report=report_link(earlier),
        )
        for earlier, near in (repeats.same_area if repeats else ())
    )


def not_found_again(council: Council, report: Report, repeats: ReportRepeats) -> tuple[str, ...]:
    """Return the areas of the last full inspection that were not found again in a report.

    Areas that the council's page follows to this report in other ways are left out. So are areas
    that persist according to sentences of the inspectors on the same page.
    """
    if not repeats.no_longer_named:
        return ()
    full = repeats.compared_with[-1]
    is_last = bool(council.graded) and council.graded[-1][0].id == report.id
    followed = {
        text
        for issue in tracker(council).issues
        if any(report.id == said_in for said_in, _ in issue.statements)
        or (is_last and not issue.no_longer_named)
        for said_in, text in issue.statements
        if said_in == full.id
    }
    persisting = [*repeats.stated, *repeats.progress_since, *repeats.declined]
    issues = issues_persisting(repeats)
    about = {area.text: area.themes for area in full.areas}
    return tuple(
        plain_line(text)
        for text in repeats.no_longer_named
        if text not in followed
        and not any(
            tagged["facet"] and (tagged["theme"], tagged["facet"]) in issues
            for tagged in about.get(text, ())
            if tagged["role"] == "primary"
        )
        and not any(_share_words(text, said) for said in persisting)
    )


def not_found_again_words(number: int, repeats: ReportRepeats) -> str:
    """Return "3 of the 8 areas of the full inspection of March 2021 were not found again".

    The areas of the visits in between are not among them.
    """
    full = repeats.compared_with[-1]
    own = repeats.own_areas_before
    kind = kind_words(full.kind)
    which = f"the {uncapitalised(kind)} of {month_words(start_of(full))}"
    of = f"{number} of the {counted(own, 'area')}"
    if own == 1:
        of = "The 1 area"
    return f"{of} of {which} {'was' if number == 1 else 'were'} not found again"


def _share_words(one: str, other: str) -> bool:
    """Return whether two texts have a few words in a row in common."""
    words, others = (plain_line(text).casefold().split() for text in (one, other))
    joined = f" {' '.join(others)} "
    runs = zip(*(words[start:] for start in range(_SHARED_WORDS)), strict=False)
    return any(f" {' '.join(run)} " in joined for run in runs)


def _when(council: Council, earlier: Report, repeat: Repeat, repeats: ReportRepeats) -> str:
    """Return sentences such as "Raised in March 2021, in similar words."

    If the issue was raised even before the earlier report, they say so, and whether it may have
    been another issue of the theme then.
    """
    said = raised_words(
        month_words(start_of(earlier)),
        later=repeat.later,
        earlier=repeat.earlier,
        strength=repeat.strength,
        similar=repeat.similar_words,
        framework_changed=framework_changed(earlier.framework, repeats.report.framework),
    )
    years = [str(start_of(older).year) for older, _ in repeats.raised_before.get(repeat.later, ())]
    if not years:
        return said
    rows = (i for i in tracker(council).issues if (repeats.report.id, repeat.later) in i.statements)
    row = next((row for row in rows if (earlier.id, repeat.earlier) in row.statements), None)
    of_one_issue = row is not None and not row.known_as
    return f"{said} {raised_before_words(listed_words(years), same_issue=of_one_issue)}"
