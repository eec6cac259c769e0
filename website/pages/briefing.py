"""One sheet for a committee: grades, areas, what was raised again, dates, and questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from reports.model import Kind
from reports.repeats.words import decline_words, improvement_words
from reports.safe_text import plain_line
from reports.wording import counted, short_grade_words
from storage.models import Area, Report
from storage.repeats import ReportRepeats, start_of
from website import addresses
from website.pages.council import (
    CouncilContent,
    council_content,
    council_link,
    feed_link,
    ofsted_link,
    region_link,
)
from website.pages.headings import heading_of
from website.pages.latest import areas_are_shown, latest_reports
from website.pages.page import ENGLAND, Link, Page
from website.pages.published import as_of_words
from website.pages.questions import question
from website.pages.quoted import MOST_PERSISTING, first_quoted, persisting_line
from website.pages.report_grades import GradeView
from website.pages.report_view import AreaView, ReportView, report_view
from website.pages.sheet import AskedArea, Briefing, areas_that_fit
from website.pages.tracked_issues import TrackedIssue, only_possibly, sure_note_of
from website.pages.words import withdrawn_words
from website.snapshot import Council, Snapshot

MOST_ISSUES = 4
_NO_AREAS = "The last full inspection and the visits since list no areas for improvement."
_IN_REVIEW = "The areas for improvement could not be read with certainty. They need review."

_FEWEST_AREAS = 3
"""If fewer areas fit, what became worse or improved is not quoted, and fewer issues are shown."""

_FEWEST_ISSUES = 2
"""The number of issues that are shown however few areas fit next to them."""

_SHORT_QUOTE = 160
"""The most characters of a quote of what persists, where few areas would fit next to it."""


def briefing_page(snapshot: Snapshot, council: Council) -> Page:
    """Return the briefing as a page."""
    region = region_link(council.region)
    name = council.name
    return Page(
        path=addresses.council_briefing(council.key),
        template="briefing.html.j2",
        title=f"{name}: briefing for a committee",
        subject=f"{name}: children’s services briefing",
        as_of=as_of_words(snapshot, [council]),
        description=f"One page on Ofsted’s inspections of children’s services in {name}.",
        crumbs=(ENGLAND, *([region] if region else []), council_link(council)),
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
        in_a_line=content.in_a_line,
        heading=latest.heading if latest else content.no_inspection.rstrip("."),
        inspected=_inspected(latest) if latest else "",
        as_of=as_of_words(snapshot, [council]),
        grades=tuple(_short(grade) for grade in latest.grades) if latest else (),
        grades_note=latest.grades_note if latest else "",
        changed_since=content.changed_since,
        not_compared=latest.not_compared if latest else "",
        is_compared=latest.is_compared if latest else False,
        areas=asked,
        no_areas=content.none_tracked or (_IN_REVIEW if hidden else _NO_AREAS),
        left_out=0,
        raised_again=sum(bool(area.raised) for area in asked),
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
    forms = [
        _with_issues(sheet, issues, most=most, council=council)
        for most in range(MOST_ISSUES, _FEWEST_ISSUES - 1, -1)
    ]
    fitting = [areas_that_fit(form, form.since_then) for form in forms]
    # Fewer issues where too few areas would fit next to them.
    enough = min(_FEWEST_AREAS, len(asked), max(fitting))
    sheet, fit = next(
        (form, fit) for form, fit in zip(forms, fitting, strict=True) if fit >= enough
    )
    # At least one area is shown, even if the sheet then does not fit on one page.
    shown = max(fit, min(1, len(asked)))
    return replace(
        sheet,
        areas=asked[:shown],
        left_out=len(asked) - shown,
        sources=_sources(latest, asked[:shown]),
    )


def _named_apart(issues: Sequence[TrackedIssue]) -> list[TrackedIssue]:
    """Return issues with a number only where two of them have the same name."""
    names = Counter(issue.issue for issue in issues)
    return [issue if names[issue.issue] > 1 else replace(issue, number=0) for issue in issues]


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
    """Return quotes of what inspectors say persists, became worse and improved, as far as they fit.

    What persists is shown unless no area would fit next to it, and is shorter where few areas
    would. The other quotes are shown where a few areas fit next to them, or in lines that the areas
    leave free; otherwise only the number of sentences is given. What improved is not quoted where
    what became worse is only counted. Nothing is shown where what persists does not fit.
    """
    few = min(_FEWEST_AREAS, len(sheet.areas))
    first: tuple[str, ...] = ()
    for most, fewest in ((MOST_PERSISTING, few), (_SHORT_QUOTE, min(1, few))):
        line = persisting_line(council, most=most)
        if line and not first and areas_that_fit(sheet, [line]) >= fewest:
            first = (line,)
    if persisting_line(council) and not first:
        return ()
    others = [
        (
            first_quoted(in_words, texts, where=where),
            f"We found {counted(len(texts), 'sentence')} on what {happened}.",
        )
        for in_words, happened, (texts, where) in (
            (decline_words, "got worse", _last_said(council, lambda found: found.declined)),
            (
                improvement_words,
                "improved since an earlier inspection",
                _last_said(council, lambda found: found.improved),
            ),
        )
        if texts
    ]
    kept = dict(enumerate(first, start=-1))
    for form, in_lines_left, fewest in (
        (0, False, few),
        (0, True, 0),
        (1, False, min(1, few)),
    ):
        for place, forms in enumerate(others):
            some = [said for _, said in sorted({**kept, place: forms[form]}.items())]
            if in_lines_left:
                fewest = max(areas_that_fit(sheet, list(kept.values())), 0)
            only_better = form == 0 and any(worse not in kept for worse in range(place))
            if place not in kept and not only_better and areas_that_fit(sheet, some) >= fewest:
                kept[place] = forms[form]
    return tuple(said for _, said in sorted(kept.items()))


def _last_said(
    council: Council, said_in: Callable[[ReportRepeats], Sequence[str]]
) -> tuple[Sequence[str], str]:
    """Return what the last full inspection says, or else what the newest visit since says.

    The second value is the heading of that visit, empty for the full inspection. Both are empty
    where no report says anything.
    """
    reports = [report for report in latest_reports(council) if report.id in council.repeats]
    for report in (*reports[:1], *reversed(reports[1:])):
        if texts := said_in(council.repeats[report.id]):
            where = "" if report.kind == Kind.INSPECTION else heading_of(report)
            return [plain_line(text) for text in texts], where
    return (), ""


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
    return f"and {len(issues)} more {only_possibly(issues)}".rstrip() if issues else ""


def _short(grade: GradeView) -> GradeView:
    """Return a grade with words that fit a narrow column."""
    return replace(grade, words=short_grade_words(grade.grade) or grade.words)


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
    found: list[tuple[Report, Area, AreaView]] = []
    for report in reversed(council.current):
        is_visit = report.kind in ("focused_visit", "monitoring_visit")
        if report is last or (is_visit and (since is None or start_of(report) > since)):
            view = report_view(council, report)
            rows = {area.position: area for area in report.areas}
            found += [
                (report, rows[place], area)
                for place, area in enumerate(view.areas)
                if place in rows and rows[place].target == "authority"
            ]
    taken: Counter[tuple[int, bool]] = Counter()
    asked: list[tuple[tuple[bool, bool, int, int], AskedArea]] = []
    for report, row, area in found:
        statement = (report.id, row.text)
        place = places.get(statement, len(issues))
        again = place < len(issues)
        sure = statement in surely
        page = f", page {area.page}" if area.page else ""
        one = AskedArea(
            text=area.text,
            where=f"{heading_of(report)}{page}",
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
