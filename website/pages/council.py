"""A council's history on one page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from reports.model import Framework, Grade, Kind
from reports.wording import month_words, uk_date
from storage.grade_history import are_grades_certain, may_be_between
from storage.models import ReportState
from storage.repeats import start_of
from website import addresses
from website.pages.area_send import area_send_next, area_send_words
from website.pages.council_lines import grades_line, next_lines, raised_line
from website.pages.grades_over_time import GradesOverTime, grades_over_time
from website.pages.headings import heading_of
from website.pages.latest import latest_reports
from website.pages.links import council_link, crumbs_above, feed_link, ofsted_link, region_link
from website.pages.nothing_found import NOTHING_STORED, none_found
from website.pages.page import Link, Page
from website.pages.peers import PeerRow, neighbours_missing, peer_rows
from website.pages.plan import PlanView, plan_view
from website.pages.published import as_of_words
from website.pages.quoted import (
    MOST_PERSISTING,
    progress_line,
    stated_lines,
)
from website.pages.report_grades import GradeView
from website.pages.report_view import ReportView, report_view
from website.pages.tracked_issues import Tracker
from website.pages.tracker import tracker
from website.pages.words import (
    MAYBE_SOONER,
    age_words,
    window_reason,
    window_words,
)
from website.snapshot import Council, Snapshot

MOST_CHARACTERS = 38_000
"""Characters of reports and of issues on a page, so that it loads anywhere (100 kB). Older reports
beyond that show their areas on their own pages only."""

_AROUND_AREA, _AROUND_RAISED, _AROUND_ISSUE = 280, 520, 900
"""Characters of the markup around an area, a text that is raised again and the row of an issue."""

_PRESENT = (Framework.ILACS_2018, Framework.ILACS_2023, Framework.ILACS_2026)

_PERHAPS_SOONER = (
    f"{MAYBE_SOONER} While there was an overall grade, Ofsted made a monitoring visit every three "
    "months where that was inadequate."
)


@dataclass(frozen=True, kw_only=True)
class CouncilContent:
    """What a council's page shows."""

    name: str
    region: Link | None
    notes: tuple[str, ...]
    """Sentences on predecessors, successors and who delivers services."""
    came_before: tuple[Link, ...]
    """The councils that it replaced; `came_after` are those that replaced it."""
    came_after: tuple[Link, ...]
    latest: ReportView | None
    """Its last full inspection."""
    no_inspection: str
    """What is said where there is no full inspection."""
    in_a_line: tuple[str, ...]
    """Its grades, what inspectors state, what was raised again and the next inspections."""
    graded_in: str
    """The month and age of its last full inspection."""
    changed_since: str
    """The month of the full inspection with which its grades are compared; empty if none."""
    newest: ReportView | None
    """The newest report of any kind, where that is another report."""
    joint: ReportView | None
    """Its last joint inspection, where that has priority actions and is not `newest`."""
    joint_words: str
    area_send: ReportView | None
    """Its last area SEND inspection."""
    area_send_words: str
    area_send_next: str
    """What usually follows the outcome of that inspection, in a sentence."""
    next_words: str
    next_reason: str
    next_visits: str
    """A sentence that monitoring visits come first; empty where they do not."""
    grades: GradesOverTime | None
    tracker: Tracker
    none_again: str
    none_tracked: str
    progress: str
    """A quote of inspectors on progress since an earlier inspection, where `in_a_line` has none on
    what persists."""
    peers: tuple[PeerRow, ...]
    neighbours_are: str
    neighbours_missing: str
    """How many neighbours have no full inspection stored here, in a sentence."""
    not_read: tuple[str, ...]
    """Sentences that name newer reports that could not be read."""
    plan: PlanView | None
    reports: tuple[ReportView, ...]
    """All, the newest first."""
    in_full: int
    """The number of `reports` that are shown with all their areas."""
    opened: tuple[str, ...]
    """The anchors of the reports that are not folded."""
    predecessor_grades: tuple[tuple[Link, tuple[GradeView, ...], str], ...]
    comparison: str
    on_theme_page: str
    """The anchor of the council on the page of a theme, with "#"; empty where it has ended."""
    briefing: str
    data: tuple[Link, ...]


def build_council_page(snapshot: Snapshot, council: Council) -> Page:
    """Return the page of one council."""
    return Page(
        path=addresses.council_page(council.key),
        template="council.html.j2",
        title=f"{council.name}: children’s services inspections",
        subject=council.name,
        as_of=as_of_words(snapshot, [council]),
        description=(
            f"{council.name}: Ofsted’s grades for children’s services, with our own findings on "
            "what was raised again and what comes next."
        ),
        crumbs=crumbs_above(council),
        feed=feed_link(council),
        ofsted=ofsted_link(snapshot, council),
        content=council_content(snapshot, council),
    )


# The page and the briefing of a council are built one after the other from the same content.
@lru_cache(maxsize=1)
def council_content(snapshot: Snapshot, council: Council) -> CouncilContent:
    """Return what the page of a council shows."""
    reports = [report_view(council, report) for report in council.reports]
    views = {report.id: view for report, view in zip(council.reports, reports, strict=True)}
    last = council.graded[-1][0] if council.graded else None
    latest = views.get(last.id) if last is not None else None
    current = council.current[-1] if council.current else None
    newest = views.get(current.id) if current is not None and current is not last else None
    send = [report for report in council.current if report.kind == Kind.AREA_SEND]
    area_send = views.get(send[-1].id) if send else None
    joint = _joint(views[r.id] for r in council.current if r.kind == Kind.JOINT_INSPECTION)
    return CouncilContent(
        name=council.name,
        region=region_link(council.region) if council.region else None,
        notes=tuple(_notes(council)),
        came_before=_links(snapshot, council.predecessors),
        came_after=_links(snapshot, council.successors),
        no_inspection=_no_inspection(council) if last is None else "",
        in_a_line=in_a_line(snapshot, council),
        latest=latest,
        graded_in=_graded_in(council, today=snapshot.today),
        changed_since=_changed_since(council) if latest and latest.is_compared else "",
        newest=newest,
        joint=joint if joint is not newest else None,
        joint_words=f"{joint.areas_words} (the council and its partners)" if joint else "",
        area_send=area_send,
        area_send_words=area_send_words(area_send) if area_send else "",
        area_send_next=area_send_next(send[-1], council, today=snapshot.today) if send else "",
        next_words=_next(snapshot, council),
        next_reason=window_reason(council.window, today=snapshot.today) if council.window else "",
        next_visits=_next_visits(council),
        grades=grades_over_time(council),
        tracker=tracker(council),
        none_again=none_found(council),
        none_tracked="" if latest_reports(council) else NOTHING_STORED,
        progress=progress_line(council),
        peers=tuple(peer_rows(snapshot, council)),
        neighbours_are=council.neighbour_edition,
        not_read=tuple(_not_read(council)),
        neighbours_missing=neighbours_missing(snapshot, council),
        plan=plan_view(council),
        reports=tuple(reversed(reports)),
        in_full=_in_full(tuple(reversed(reports)), tracker(council)),
        opened=tuple(_opened(council, views)),
        predecessor_grades=tuple(_predecessors(snapshot, council)),
        comparison=addresses.council_comparison(council.key),
        on_theme_page="" if council.valid_to else f"#{addresses.on_theme_page(council.key)}",
        briefing=addresses.council_briefing(council.key),
        data=(Link(label="All tables of data", href=addresses.DATA),),
    )


def _links(snapshot: Snapshot, keys: Iterable[str]) -> tuple[Link, ...]:
    return tuple(council_link(snapshot.councils[key]) for key in keys if key in snapshot.councils)


def in_a_line(
    snapshot: Snapshot, council: Council, *, most: int = MOST_PERSISTING
) -> tuple[str, ...]:
    """Return the answers of the page in a few short sentences.

    What inspectors state is quoted, each quote with at most `most` characters. Without a full
    inspection, there is nothing else.
    """
    stated = stated_lines(council, most=most)
    if not council.graded:
        return stated
    coming = next_lines(council, today=snapshot.today)
    return (f"{grades_line(council)}.", *stated, raised_line(council), *coming)


def _no_inspection(council: Council) -> str:
    """Return that no full inspection is stored. A new council may not have been inspected yet."""
    likely = "may have" if council.predecessors or council.valid_to else "has probably"
    yet = "" if council.valid_to else " yet"
    return f"No report of a full inspection is stored here{yet}. Ofsted {likely} published one."


def _joint(inspections: Iterable[ReportView]) -> ReportView | None:
    """Return the last joint inspection, if it has priority actions."""
    last = next(reversed(list(inspections)), None)
    return last if last is not None and last.priority_actions else None


def _not_read(council: Council) -> Iterable[str]:
    """Yield a sentence for each newer report that Ofsted lists but that could not be read.

    Newer: published since the last full inspection. Without these sentences, the page would look as
    if nothing had been published since.
    """
    last = council.graded[-1][0].published if council.graded else None
    for report in council.reports:
        is_listed = report.withdrawn_at is None and report.id not in council.superseded
        is_newer = report.published is not None and report.published > (last or date.min)
        if report.state != ReportState.READ and is_listed and is_newer:
            yield f"{heading_of(report)}: Ofsted lists this report, but we could not read it."


def _graded_in(council: Council, *, today: date) -> str:
    if not council.graded:
        return ""
    start = start_of(council.graded[-1][0])
    return f"{month_words(start)}, {age_words(start, today=today)}"


def _changed_since(council: Council) -> str:
    if len(council.graded) < 2:
        return ""
    return month_words(start_of(council.graded[-2][0]))


def _in_full(reports: Sequence[ReportView], tracked: Tracker) -> int:
    """Return the number of reports that fit on a page with all their areas; at least the newest."""
    room = MOST_CHARACTERS - _AROUND_ISSUE * len(tracked.issues)
    for number, report in enumerate(reports):
        room -= _characters(report)
        if room < 0 and number:
            return number
    return len(reports)


def _opened(council: Council, views: Mapping[int, ReportView]) -> Iterable[str]:
    """Yield the anchors of the reports that are not folded.

    They are the last full inspection, visits since that raise something again, and the last report.
    """
    latest = latest_reports(council)
    for report in council.reports:
        view = views[report.id]
        is_latest = report in latest and (report.kind == Kind.INSPECTION or view.raised)
        if is_latest or report is council.reports[-1]:
            yield view.anchor


def _characters(report: ReportView) -> int:
    """Return about how many characters of a page a report takes with all its areas."""
    texts = [
        *report.stated,
        *report.progress_since,
        *report.declined,
        *report.improved,
        *report.no_longer_named,
    ]
    return (
        sum(len(area.text) + _AROUND_AREA for area in report.areas)
        + sum(
            len(raised.earlier) + len(raised.explanation) + _AROUND_RAISED
            for raised in report.raised
        )
        + sum(map(len, texts))
    )


def _notes(council: Council) -> Iterable[str]:
    if council.valid_to:
        yield f"This council ended on {uk_date(council.valid_to)}."
    if council.predecessors:
        if council.valid_from:
            yield f"This council began on {uk_date(council.valid_from)}."
        which = "council" if len(council.predecessors) == 1 else "councils"
        yield f"It does not inherit the grades of the {which} it replaced."
    for delivery in council.deliveries:
        if delivery.last:
            begun = f" from {uk_date(delivery.first)}" if delivery.first else ""
            until = f" until {uk_date(delivery.last)}"
            yield f"Services were delivered by {delivery.name}{begun}{until}."
        else:
            since = f" since {uk_date(delivery.first)}" if delivery.first else ""
            yield f"Services are delivered by {delivery.name}{since}."


def _next(snapshot: Snapshot, council: Council) -> str:
    if council.valid_to:
        return ""
    if council.window:
        return window_words(council.window, today=snapshot.today)
    if council.latest is None or council.latest.framework not in _PRESENT:
        return "No estimate: no full inspection under the present framework is stored here"
    last = council.graded[-1][0]
    if not are_grades_certain(last):
        return "No estimate: the grades of the last full inspection need review"
    if may_be_between(council.reports, last):
        return "No estimate: a newer inspection report could not be read"
    return "No estimate: too few earlier inspections with the same overall grade are stored here"


def _next_visits(council: Council) -> str:
    """Return that monitoring visits come before the next full inspection; empty if they don't.

    Ofsted makes them where the overall grade is inadequate, about four a year (its guidance on
    inspecting local authority children's services). It does not publish the letter on the first.
    What it does now that there is no overall grade is not known.
    """
    if council.window is None:
        return ""
    if council.window.maybe_sooner:
        return _PERHAPS_SOONER
    if council.window.grade is not Grade.INADEQUATE:
        return ""
    visits = [r for r in latest_reports(council) if r.kind == Kind.MONITORING_VISIT]
    last = max((start_of(report) for report in visits), default=None)
    known = (
        f"; the last stored here was in {month_words(last)}"
        if last
        else "; we have no letter from such a visit"
    )
    return (
        "Before the next full inspection, Ofsted usually makes a monitoring visit every three "
        f"months{known}."
    )


def _predecessors(
    snapshot: Snapshot, council: Council
) -> Iterable[tuple[Link, tuple[GradeView, ...], str]]:
    """Yield the last grades of the councils that this council replaced. They are not its own."""
    for key in council.predecessors:
        other = snapshot.councils.get(key)
        if other is None or not other.graded:
            continue
        report = other.graded[-1][0]
        yield council_link(other), report_view(other, report).grades, month_words(start_of(report))
