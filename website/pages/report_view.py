"""One report as pages show it: dates, grades, areas word for word, what was raised before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reports.model import Direction, Judgement, Kind, Repeat, Target
from reports.problems import ProblemCode, areas_may_be_shown
from reports.repeats.words import (
    framework_changed,
    raised_words,
    strength_words,
)
from reports.safe_text import plain_line, web_address
from reports.themes.names import issue_name, theme_name
from reports.wording import (
    counted,
    inspected_words,
    listed_words,
    month_words,
    uk_date,
    uk_period,
)
from storage.confirmable_fields import WHOEVER_ADDED, Field
from storage.models import Area, Report, ReportState
from storage.repeats import ReportRepeats, start_of
from website import addresses
from website.pages.followed import is_likely_enough
from website.pages.headings import heading_of
from website.pages.kept import kept_with_council
from website.pages.latest import issues_persisting
from website.pages.page import Link
from website.pages.report_grades import (
    GradeView,
    grade_views,
    grades_note,
    not_compared,
)
from website.pages.tracker import tracker
from website.pages.words import (
    TARGETS,
    common_words,
    framework_words,
    kind_words,
    strength_rank,
    sure_note,
    sure_words,
)
from website.snapshot import Council, Review

SHARED_WORDS = 6
"""From this number on, the same words in a row are a quotation and not everyday language."""

_FIELD_NAMES: dict[str, str] = {
    Field.AUTHORITY: "council",
    Field.INSPECTION_START: "first day of the inspection",
    Field.INSPECTION_END: "last day of the inspection",
    Field.PUBLISHED: "day of publication",
    Field.AREAS: "areas for improvement",
    Field.DOCUMENT: "reading",
}
_COUNCIL_KINDS = (Kind.INSPECTION, Kind.FOCUSED_VISIT, Kind.MONITORING_VISIT)


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


@dataclass(frozen=True, kw_only=True)
class AreaView:
    """One area for improvement, word for word. `href` leads to its page in Ofsted's document."""

    anchor: str
    text: str
    page: int | None
    href: str | None
    priority: bool
    target: str
    themes: tuple[Link, ...]
    raised: Raised | None


@dataclass(frozen=True, kw_only=True)
class ReviewView:
    """What a visit found about the areas of the inspection before it; they are not new areas."""

    number: int | None
    topic: str
    areas: tuple[str, ...]
    progress: str


@dataclass(frozen=True, kw_only=True)
class ReportView:
    """One report.

    `counts`: whether it is neither superseded nor withdrawn. `notes` are sentences on its state;
    `areas_note` says why there are no areas. `ended` are judgements that are no longer given.
    """

    file_id: str
    anchor: str
    href: str
    heading: str
    kind: str
    kind_words: str
    framework: str
    title: str
    inspected: str
    published: str
    lead_inspector: str
    ofsted: str | None
    counts: bool
    notes: tuple[str, ...]
    problems: tuple[str, ...]
    grades: tuple[GradeView, ...]
    ended: tuple[GradeView, ...]
    grades_note: str
    not_compared: str
    """Why a grade that has no earlier one has none; of all grades where none `moved`."""
    review: ReviewView | None
    areas: tuple[AreaView, ...]
    areas_note: str
    stated: tuple[str, ...]
    progress_since: tuple[str, ...]
    declined: tuple[str, ...]
    improved: tuple[str, ...]
    no_longer_named: tuple[str, ...]
    no_longer_named_words: str
    """How many those are, of which report, in a sentence."""
    raised: tuple[Raised, ...]
    """The areas raised most often come first."""
    other_points: tuple[OtherPoint, ...]
    compared_with: tuple[Link, ...]

    @property
    def raised_and_counted(self) -> tuple[Raised, ...]:
        """What was raised again, without the matches that are too uncertain to count."""
        return tuple(repeat for repeat in self.raised if repeat.counts)

    @property
    def inspected_word(self) -> str:
        """What is before its days: "Inspected", or "Visited"."""
        return inspected_words(self.kind).capitalize()

    @property
    def sure_note(self) -> str:
        """What the shares of what was raised again mean, in a sentence."""
        return sure_note(repeat.sure for repeat in self.raised_and_counted)

    @property
    def is_compared(self) -> bool:
        """Whether any of its grades has an earlier one."""
        return any(grade.moved for grade in self.grades) or bool(self.ended)

    @property
    def priority_actions(self) -> tuple[AreaView, ...]:
        """The areas for priority action."""
        return tuple(area for area in self.areas if area.priority)

    @property
    def areas_words(self) -> str:
        """How many there are: "7 areas for improvement and 2 priority actions"; empty for none."""
        priority = len(self.priority_actions)
        others = len(self.areas) - priority
        parts = [
            *([f"{counted(others, 'area')} for improvement"] if others else []),
            *([counted(priority, "priority action")] if priority else []),
        ]
        return " and ".join(parts)


def report_anchor(report: Report) -> str:
    """Return the anchor of a report on its council's page."""
    return f"report-{addresses.folder_name(report.file_id)}"


@kept_with_council
def report_view(council: Council, report: Report) -> ReportView:
    """Return a report of a council as pages show it. It is kept, because several pages show it."""
    codes = [problem.code for problem in report.problems]
    repeats = council.repeats.get(report.id)
    no_longer_named = _no_longer_named(council, report, repeats) if repeats else ()
    raised = _raised(council, report, repeats)
    areas = _areas(report, raised) if areas_may_be_shown(codes) else ()
    grades = grade_views(council, report)
    inspection = report.inspection
    return ReportView(
        file_id=report.file_id,
        anchor=report_anchor(report),
        href=addresses.report_page(report.file_id),
        heading=heading_of(report),
        kind=report.kind or Kind.UNKNOWN,
        kind_words=kind_words(report.kind),
        framework=framework_words(report.framework),
        title=plain_line(report.title),
        inspected=uk_period(inspection.start, inspection.end) if inspection else "",
        published=uk_date(report.published) if report.published else "",
        lead_inspector=plain_line(inspection.lead_inspector or "") if inspection else "",
        ofsted=web_address(report.url),
        counts=report.id not in council.superseded and report.withdrawn_at is None,
        notes=tuple(_notes(council, report)),
        problems=tuple(plain_line(problem.message) for problem in report.problems),
        grades=tuple(grade for grade in grades if grade.direction != Direction.NOT_GIVEN_ANY_MORE),
        ended=tuple(grade for grade in grades if grade.direction == Direction.NOT_GIVEN_ANY_MORE),
        grades_note=grades_note(report),
        not_compared=not_compared(council, report),
        review=_review(council.reviews.get(report.id)) if areas_may_be_shown(codes) else None,
        areas=areas,
        areas_note=_areas_note(report, areas),
        stated=tuple(plain_line(text) for text in repeats.stated) if repeats else (),
        progress_since=(
            tuple(plain_line(text) for text in repeats.progress_since) if repeats else ()
        ),
        declined=tuple(plain_line(text) for text in repeats.declined) if repeats else (),
        improved=tuple(plain_line(text) for text in repeats.improved) if repeats else (),
        no_longer_named=no_longer_named,
        no_longer_named_words=(
            _no_longer_named_words(len(no_longer_named), repeats)
            if repeats and no_longer_named
            else ""
        ),
        raised=tuple(raised),
        other_points=_other_points(repeats),
        compared_with=tuple(
            Link(label=heading_of(other), href=addresses.report_page(other.file_id))
            for other in (repeats.compared_with if repeats else ())
        ),
    )


def _review(review: Review | None) -> ReviewView | None:
    if review is None:
        return None
    found = review.found
    areas = tuple(plain_line(area) for area in found.areas_reviewed)
    return ReviewView(
        number=found.visit_number,
        topic="" if areas else plain_line(review.topic),
        areas=areas,
        progress=plain_line(found.progress or ""),
    )


def _notes(council: Council, report: Report) -> Iterable[str]:
    if report.withdrawn_at is not None:
        yield "This report is no longer on Ofsted’s site."
    elif report.id in council.superseded:
        yield "A newer version of this report has replaced this one."
    if report.state == ReportState.MISSING:
        yield "Ofsted’s site lists this report, but says that it no longer exists."
    elif report.state != ReportState.READ and report.withdrawn_at is not None:
        yield "It was not read before that. It is shown as Ofsted’s page listed it."
    elif report.state != ReportState.READ:
        yield "This report could not be read yet. It is shown as Ofsted’s page lists it."
    if report.url is None:
        yield "This document was added by hand. It is not on Ofsted’s site."
    if fields := _fields_of_a_person(report):
        yield f"A person confirmed or corrected the {listed_words(fields)} of this report."


def _fields_of_a_person(report: Report) -> list[str]:
    """Return the names of what a person confirmed or corrected, apart from grades."""
    return [
        _FIELD_NAMES.get(field, field.replace("_", " "))
        for field in dict.fromkeys(
            value.field for value in report.confirmed_values if value.who != WHOEVER_ADDED
        )
        if field not in (Field.GRADES, *Judgement)
    ]


def _areas(report: Report, raised: Iterable[Raised]) -> tuple[AreaView, ...]:
    by_text = {found.later: found for found in raised}
    address = web_address(report.url)
    return tuple(
        AreaView(
            anchor=_area_anchor(report, area),
            text=plain_line(area.text),
            page=area.page,
            href=f"{address}#page={area.page}" if address and area.page else address,
            priority=area.priority_action,
            target=_target(report, area),
            themes=_themes(area),
            raised=by_text.get(plain_line(area.text)),
        )
        for area in report.areas
    )


def _area_anchor(report: Report, area: Area) -> str:
    return f"area-{addresses.folder_name(report.file_id)}-{area.position + 1}"


def _target(report: Report, area: Area) -> str:
    """Return whom an area addresses, in words; empty for the inspected body itself."""
    if area.responsible_body:
        return f"For: {plain_line(area.responsible_body)}"
    if report.kind not in _COUNCIL_KINDS and area.target == Target.PARTNERSHIP:
        return ""
    return TARGETS.get(area.target, "")


def _themes(area: Area) -> tuple[Link, ...]:
    ids = dict.fromkeys(
        tag["theme"] for tag in sorted(area.themes, key=lambda tag: tag["role"] != "primary")
    )
    return tuple(Link(label=theme_name(theme), href=addresses.theme_page(theme)) for theme in ids)


def _areas_note(report: Report, areas: tuple[AreaView, ...]) -> str:
    if areas or report.state != ReportState.READ or report.kind == Kind.COUNCIL_UPDATE:
        return ""
    codes = [problem.code for problem in report.problems]
    if not areas_may_be_shown(codes) or ProblemCode.AREAS_MISSING in codes:
        return "The areas for improvement could not be read with certainty. They need review."
    return "This report lists no areas for improvement."


def _raised(council: Council, report: Report, repeats: ReportRepeats | None) -> list[Raised]:
    if repeats is None:
        return []
    family = report.kind in _COUNCIL_KINDS
    anchors = {area.text: _area_anchor(report, area) for area in report.areas}
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
            common=common_words(repeat, council=family),
            later=plain_line(repeat.later),
            earlier=plain_line(repeat.earlier),
            when=_when(council, earlier, repeat, repeats),
            explanation=plain_line(repeat.explanation),
            earlier_report=Link(
                label=heading_of(earlier), href=addresses.report_page(earlier.file_id)
            ),
            earlier_ofsted=web_address(earlier.url),
            anchor=anchors.get(repeat.later, ""),
        )
        for earlier, repeat in ordered
    ]


def _no_longer_named(council: Council, report: Report, repeats: ReportRepeats) -> tuple[str, ...]:
    """Return the areas of the last full inspection that were not found again in a report.

    Without those that the council's page follows to this report by other ways, and those that
    sentences of the inspectors on the same page say persist.
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


def _no_longer_named_words(number: int, repeats: ReportRepeats) -> str:
    """Return "3 of the 8 areas of the full inspection of March 2021 were not found again".

    The areas of the visits in between are not among them.
    """
    full = repeats.compared_with[-1]
    kind = kind_words(full.kind)
    which = f"the {kind[:1].lower()}{kind[1:]} of {month_words(start_of(full))}"
    of = f"{number} of the {counted(len(full.areas), 'area')}"
    if len(full.areas) == 1:
        of = "The 1 area"
    return f"{of} of {which} {'was' if number == 1 else 'were'} not found again"


def _share_words(one: str, other: str) -> bool:
    """Return whether two texts have a few words in a row in common."""
    words, others = (plain_line(text).casefold().split() for text in (one, other))
    joined = f" {' '.join(others)} "
    runs = zip(*(words[start:] for start in range(SHARED_WORDS)), strict=False)
    return any(f" {' '.join(run)} " in joined for run in runs)


def _other_points(repeats: ReportRepeats | None) -> tuple[OtherPoint, ...]:
    return tuple(
        OtherPoint(
            later=plain_line(near.later),
            earlier=plain_line(near.earlier),
            earlier_report=Link(
                label=heading_of(earlier), href=addresses.report_page(earlier.file_id)
            ),
        )
        for earlier, near in (repeats.same_area if repeats else ())
    )


def _when(council: Council, earlier: Report, repeat: Repeat, repeats: ReportRepeats) -> str:
    """Return sentences such as "Raised in March 2021, in similar words."

    Of what goes further back than the repeat itself, they say where it may be another issue of the
    theme.
    """
    said = raised_words(
        month_words(start_of(earlier)),
        later=repeat.later,
        earlier=repeat.earlier,
        similar=repeat.similar_words,
        framework_changed=framework_changed(earlier.framework, repeats.report.framework),
    )
    years = [str(start_of(older).year) for older, _ in repeats.raised_before.get(repeat.later, ())]
    if not years:
        return said
    rows = (i for i in tracker(council).issues if (repeats.report.id, repeat.later) in i.statements)
    row = next((row for row in rows if (earlier.id, repeat.earlier) in row.statements), None)
    of_one_issue = row is not None and not row.known_as
    raised = "Raised" if of_one_issue else "An issue of the same theme was raised"
    return f"{said} {raised} before that in {listed_words(years)}."
