"""One sheet for a committee: grades, areas, what was raised again, dates, and questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from reports.repeats.words import improvement_words
from reports.wording import counted
from storage.models import Area, Report
from storage.problems import areas_are_shown
from storage.repeats import start_of
from website import addresses
from website.pages.council import CouncilContent, council_content, in_a_line
from website.pages.headings import heading_of
from website.pages.latest import latest_reports
from website.pages.links import council_link, crumbs_above, feed_link, ofsted_link
from website.pages.page import Link, Page
from website.pages.paper import areas_that_fit
from website.pages.published import as_of_words
from website.pages.questions import question
from website.pages.quoted import (
    MOST_PERSISTING,
    SHORT_QUOTE,
    first_quoted,
    last_said,
    progress_line,
    stated_lines,
)
from website.pages.report_view import AreaView, ReportView, report_view
from website.pages.sheet import AskedArea, Briefing
from website.pages.tracked_issues import TrackedIssue, possibly_note, sure_note_of
from website.pages.words import withdrawn_words
from website.snapshot import Council, Snapshot

MOST_ISSUES = 4
_NO_AREAS = "The last full inspection and the visits since list no areas for improvement."
_IN_REVIEW = "The areas for improvement could not be read with certainty. They need review."

_FEWEST_AREAS = 3
"""If fewer areas fit, what improved is not quoted, other quotes are shorter, and fewer issues are
shown."""

_ENOUGH_AREAS = 2
"""If fewer areas fit, the type is smaller, and then the summary is not printed: the sheet says the
same below."""

_FEW_ISSUES = 2
"""The number of issues that are shown however few areas fit next to them. Only where not even the
questions fit, one is."""

_SHORT_QUOTE = 160
"""The most characters of a quote of progress or improvement, where few areas would fit next to it.
"""


def briefing_page(snapshot: Snapshot, council: Council) -> Page:
    """Return the briefing as a page."""
    name = council.name
    return Page(
        path=addresses.council_briefing(council.key),
        template="briefing.html.j2",
        title=f"{name}: briefing for a committee",
        subject=f"{name}: children’s services briefing",
        as_of=as_of_words(snapshot, [council]),
        description=f"One page on Ofsted’s inspections of children’s services in {name}.",
        crumbs=(*crumbs_above(council), council_link(council)),
        feed=feed_link(council),
        ofsted=ofsted_link(snapshot, council),
        content=briefing(snapshot, council),
    )


def briefing(snapshot: Snapshot, council: Council) -> Briefing:
    """Return the briefing on a council."""
    content = council_content(snapshot, council)
    latest = content.latest
    issues = _named_apart(content.tracker.raised_now)
    asked = tuple(_areas(council, issues))
    hidden = [r for r in latest_reports(council) if not areas_are_shown(r)]
    sheet = Briefing(
        name=content.name,
        in_a_line=in_a_line(snapshot, council, most=SHORT_QUOTE),
        not_printed=(),
        heading=latest.heading if latest else content.no_inspection.rstrip("."),
        inspected=_inspected(latest) if latest else "",
        as_of=as_of_words(snapshot, [council]),
        grades=latest.grades if latest else (),
        grades_note=latest.grades_note if latest else "",
        changed_since=content.changed_since,
        not_compared=latest.not_compared if latest else "",
        is_compared=latest.is_compared if latest else False,
        all_areas=asked,
        in_full=len(asked),
        is_tight=False,
        no_areas=content.none_tracked or (_IN_REVIEW if hidden else _NO_AREAS),
        issues=(),
        more_issues="",
        none_again=content.none_again,
        since_then=(),
        sure_note="",
        peers=content.peers,
        neighbours_are=content.neighbours_are,
        neighbours_missing=content.neighbours_missing,
        next_words=content.next_words,
        next_reason=content.next_reason,
        next_visits=content.next_visits,
        next_area_send=f"{_area_send(content)} {content.area_send_next}".strip()
        if content.area_send_next
        else "",
        sources=_sources(latest, asked),
        sentences=(
            *content.notes,
            *_other_inspections(content),
            *content.not_read,
            *(f"{heading_of(r)}: its areas for improvement need review." for r in hidden if asked),
        ),
    )
    # Its first lines quote what inspectors state: in full, or shorter where that leaves no room. If
    # there is still no room, the type is smaller, then the lines that only say what is below them
    # are not printed, and then a single issue is shown.
    quoting = replace(sheet, in_a_line=content.in_a_line)
    stated = stated_lines(council, most=SHORT_QUOTE)
    own = tuple(said for said in sheet.in_a_line if said not in stated)
    tight = replace(sheet, is_tight=True)
    without = replace(tight, not_printed=own)
    for forms, fewest_issues, enough in (
        ([quoting, sheet] if stated else [sheet], _FEW_ISSUES, _ENOUGH_AREAS),
        ([tight], _FEW_ISSUES, _ENOUGH_AREAS),
        ([without], _FEW_ISSUES, 0),
        ([without], 1, 0),
    ):
        found, fit = _that_fits(forms, issues, fewest_issues=fewest_issues, council=council)
        if fit >= min(enough, len(asked)):
            break
    return replace(found, in_full=max(fit, 0))


def _named_apart(issues: Sequence[TrackedIssue]) -> list[TrackedIssue]:
    """Return issues with a number only where two of them have the same name."""
    names = Counter(issue.issue for issue in issues)
    return [issue if names[issue.issue] > 1 else replace(issue, number=0) for issue in issues]


def _that_fits(
    forms: Sequence[Briefing],
    issues: Sequence[TrackedIssue],
    *,
    fewest_issues: int,
    council: Council,
) -> tuple[Briefing, int]:
    """Return the first form next to which a few areas fit, and how many do.

    Fewer issues are shown where too few areas would fit next to them. Where a few areas never fit,
    it is the form with the most.
    """
    tried: list[tuple[Briefing, int]] = []
    most_issues = max(min(MOST_ISSUES, len(issues)), fewest_issues)
    for most in range(most_issues, fewest_issues - 1, -1):
        for form in forms:
            sheet = _with_issues(form, issues, most=most, council=council)
            fit = areas_that_fit(sheet, sheet.since_then)
            if fit >= min(_FEWEST_AREAS, len(sheet.all_areas)):
                return sheet, fit
            tried.append((sheet, fit))
    # Of forms with equally many, the last has the fewest lines.
    return max(reversed(tried), key=lambda found: found[1])


def _with_issues(
    sheet: Briefing, issues: Sequence[TrackedIssue], *, most: int, council: Council
) -> Briefing:
    """Return the sheet with the first `most` issues, and the quotes that fit next to them."""
    sheet = replace(
        sheet,
        issues=tuple(issues[:most]),
        more_issues=_more_issues(issues[most:]),
        sure_note=sure_note_of(issues[:most]),
    )
    return replace(sheet, since_then=_since_then(sheet, council))


def _since_then(sheet: Briefing, council: Council) -> tuple[str, ...]:
    """Return quotes of what inspectors say of progress and of what improved, as far as they fit.

    What they say of progress is shown unless no area would fit next to it, and is shorter where few
    areas would. What improved is quoted where a few areas fit next to it, or in lines that the
    areas leave free; otherwise only the number of sentences is given. Nothing is shown where what
    they say of progress does not fit.
    """
    few = min(_FEWEST_AREAS, len(sheet.all_areas))
    kept: tuple[str, ...] = ()
    for most, fewest in ((MOST_PERSISTING, few), (_SHORT_QUOTE, min(1, few))):
        line = progress_line(council, most=most)
        if line and not kept and areas_that_fit(sheet, [line]) >= fewest:
            kept = (line,)
    texts, where = last_said(council, lambda found: found.improved)
    if not texts or (progress_line(council) and not kept):
        return kept
    sentences = counted(len(texts), "sentence")
    number = f"We found {sentences} on what improved since an earlier inspection."
    # The areas that would fit next to the number: a quote must leave room for them too.
    enough = min(few, max(areas_that_fit(sheet, [*kept, number]), 0))
    for said, fewest in (
        (first_quoted(improvement_words, texts, where=where), enough),
        (first_quoted(improvement_words, texts, most=_SHORT_QUOTE, where=where), enough),
        (number, min(1, few)),
    ):
        if areas_that_fit(sheet, [*kept, said]) >= fewest:
            return (*kept, said)
    return kept


def _other_inspections(content: CouncilContent) -> Iterable[str]:
    if content.joint is not None:
        yield f"{content.joint.heading}: {content.joint_words}."
    if not content.area_send_next and (send := _area_send(content)):
        yield send


def _area_send(content: CouncilContent) -> str:
    """Return what the last area SEND inspection found; empty where none is stored."""
    if content.area_send is None:
        return ""
    return f"{content.area_send.heading}: {content.area_send_words}."


def _sources(latest: ReportView | None, areas: Iterable[AskedArea]) -> tuple[Link, ...]:
    found = (_source(latest) if latest else None, *(area.source for area in areas))
    return tuple(dict.fromkeys(source for source in found if source is not None))


def _source(view: ReportView) -> Link | None:
    return Link(label=view.heading, href=view.ofsted) if view.ofsted else None


def _more_issues(issues: Sequence[TrackedIssue]) -> str:
    return f"and {len(issues)} more {possibly_note(issues)}".rstrip() if issues else ""


def _inspected(latest: ReportView) -> str:
    return latest.inspected if latest.counts else withdrawn_words(latest.inspected)


def _areas(council: Council, issues: Sequence[TrackedIssue]) -> Iterable[AskedArea]:
    """Yield the areas of the last full inspection and the visits since.

    Priority actions come first, then one area of each issue that was raised again, in the order of
    `issues`, then the other areas of these issues, then all others: a sheet has no room for all.
    An area that is less sure than the history of its issue comes after those that are as sure.
    """
    places = {
        statement: place for place, issue in enumerate(issues) for statement in issue.statements
    }
    surely = {statement for issue in issues for statement in issue.sure_statements}
    last = council.graded[-1][0] if council.graded else None
    since = start_of(last) if last is not None else None
    found: list[tuple[Report, Area, AreaView, int]] = []
    for report in reversed(council.current):
        is_visit = report.kind in ("focused_visit", "monitoring_visit")
        if report is last or (is_visit and (since is None or start_of(report) > since)):
            view = report_view(council, report)
            rows = {area.position: area for area in report.areas}
            numbers = {area: number for number, area in enumerate(view.areas_in_order, start=1)}
            found += [
                (report, rows[place], area, numbers[area])
                for place, area in enumerate(view.areas)
                if place in rows and rows[place].target == "authority"
            ]
    taken: Counter[tuple[int, bool]] = Counter()
    asked: list[tuple[tuple[bool, bool, int, int], AskedArea]] = []
    for report, row, area, number in found:
        statement = (report.id, row.text)
        place = places.get(statement, len(issues))
        again = place < len(issues)
        sure = statement in surely
        page = f", page {area.page}" if area.page else ""
        numbered = f"{heading_of(report)}, area {number}"
        one = AskedArea(
            text=area.text,
            where=f"{numbered}{page}",
            short_where=f"area {number}" if report is last else numbered,
            priority=area.priority,
            raised=_raised(issues[place], area, sure=sure) if again else "",
            question=question(row),
            source=_source(report_view(council, report)),
        )
        nth = taken[place, sure] if again else len(found)
        asked.append(((not area.priority, not sure, nth, place), one))
        taken[place, sure] += 1
    yield from (area for _, area in sorted(asked, key=lambda entry: entry[0]))


def _raised(issue: TrackedIssue, area: AreaView, *, sure: bool) -> str:
    if sure:
        return f"{'Possibly raised' if issue.is_possible else 'Raised'} again: {issue.name}"
    # The page of its report gives the issue this name, which may be a narrower one.
    return f"Possibly raised again: {area.raised.issue if area.raised else issue.name}"
