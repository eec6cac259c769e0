"""One report as pages show it: dates, grades, areas word for word, what was raised before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reports.model import Direction, Judgement, Kind
from reports.safe_text import plain_line, web_address
from reports.wording import (
    addressee_words,
    counted,
    inspected_words,
    listed_words,
    uk_date,
    uk_period,
)
from storage.confirmable_fields import WHOEVER_ADDED, Field
from storage.models import Area, Report, ReportState
from storage.problems import areas_are_shown, areas_review_note
from website import addresses
from website.pages.headings import heading_of
from website.pages.kept import kept_with_council
from website.pages.latest import is_replacement_in_doubt
from website.pages.links import report_link, theme_link
from website.pages.page import Link
from website.pages.raised_areas import (
    OtherPoint,
    Raised,
    area_anchor,
    not_found_again,
    not_found_again_words,
    other_points,
    raised_areas,
)
from website.pages.report_grades import (
    GRADED_KINDS,
    GradeView,
    grade_views,
    grades_note,
    not_compared,
)
from website.pages.words import (
    CANNOT_BE_OPENED,
    framework_words,
    kind_words,
    sure_note,
)
from website.snapshot import Council, Review

_FIELD_NAMES: dict[str, str] = {
    Field.AUTHORITY: "council",
    Field.INSPECTION_START: "first day of the inspection",
    Field.INSPECTION_END: "last day of the inspection",
    Field.PUBLISHED: "day of publication",
    Field.AREAS: "areas for improvement",
    Field.DOCUMENT: "reading",
}


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
    """Why there is no earlier grade, for a grade without one, or for all where none `moved`."""
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
    in_review: tuple[Link, ...]
    """The earlier reports with which it was not compared, because they need review."""

    @property
    def raised_and_counted(self) -> tuple[Raised, ...]:
        """What was raised again, without the matches that are too uncertain to count."""
        return tuple(repeat for repeat in self.raised if repeat.counts)

    @property
    def inspected_word(self) -> str:
        """The word that is shown before its days: "Inspected", or "Visited"."""
        return inspected_words(self.kind).capitalize()

    @property
    def sure_note(self) -> str:
        """What shares such as "about 8 in 10" mean next to what was raised again, in a sentence."""
        return sure_note(repeat.sure for repeat in self.raised_and_counted)

    @property
    def is_ungraded(self) -> bool:
        """Whether its kind of report gives no grades."""
        return self.kind not in (*GRADED_KINDS, Kind.UNKNOWN)

    @property
    def is_compared(self) -> bool:
        """Whether any of its grades has an earlier one."""
        return any(grade.moved for grade in self.grades) or bool(self.ended)

    @property
    def priority_actions(self) -> tuple[AreaView, ...]:
        """The areas for priority action."""
        return tuple(area for area in self.areas if area.priority)

    @property
    def areas_in_order(self) -> tuple[AreaView, ...]:
        """All areas as pages number them: the priority actions come first."""
        return tuple(sorted(self.areas, key=lambda area: not area.priority))

    @property
    def areas_words(self) -> str:
        """How many there are: "7 areas for improvement and 2 priority actions"; empty for none.

        Those that address others than the council are counted after them: ", and 3 areas for
        others".
        """
        own = [area for area in self.areas if not area.target]
        priority = sum(area.priority for area in own)
        rest = len(own) - priority
        parts = [
            *([f"{counted(rest, 'area')} for improvement"] if rest else []),
            *([counted(priority, "priority action")] if priority else []),
        ]
        others = len(self.areas) - len(own)
        words = " and ".join(parts)
        of_others = f"{counted(others, 'area')} for others" if others else ""
        return ", and ".join(filter(None, (words, of_others)))


def report_anchor(report: Report) -> str:
    """Return the anchor of a report on its council's page."""
    return f"report-{addresses.folder_name(report.file_id)}"


@kept_with_council
def report_view(council: Council, report: Report) -> ReportView:
    """Return a report of a council as pages show it. It is kept, because several pages show it."""
    repeats = council.repeats.get(report.id)
    no_longer_named = not_found_again(council, report, repeats) if repeats else ()
    raised = raised_areas(council, report, repeats)
    areas = _areas(report, raised) if areas_are_shown(report) else ()
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
        problems=tuple(_problems(report)),
        grades=tuple(grade for grade in grades if grade.direction != Direction.NOT_GIVEN_ANY_MORE),
        ended=tuple(grade for grade in grades if grade.direction == Direction.NOT_GIVEN_ANY_MORE),
        grades_note=grades_note(report),
        not_compared=not_compared(council, report),
        review=_review(council.reviews.get(report.id)) if areas_are_shown(report) else None,
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
            not_found_again_words(len(no_longer_named), repeats)
            if repeats and no_longer_named
            else ""
        ),
        raised=tuple(raised),
        other_points=other_points(repeats),
        compared_with=_links(repeats.compared_with if repeats else ()),
        in_review=_links(repeats.not_compared if repeats else ()),
    )


def _links(reports: Iterable[Report]) -> tuple[Link, ...]:
    return tuple(report_link(report) for report in reports)


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


def _problems(report: Report) -> Iterable[str]:
    yield from (plain_line(problem.message) for problem in report.problems)
    if is_replacement_in_doubt(report):
        yield "Ofsted’s site has another file for this report by now, and that file is in doubt."


def _notes(council: Council, report: Report) -> Iterable[str]:
    if report.withdrawn_at is not None:
        yield "This report is no longer on Ofsted’s site."
    elif report.id in council.superseded:
        yield "A newer version of this report has replaced this one."
    if report.state != ReportState.READ and report.withdrawn_at is not None:
        yield "It was not read before that. It is shown as Ofsted’s page listed it."
    elif report.state == ReportState.MISSING:
        yield f"Ofsted’s site lists this report, but {CANNOT_BE_OPENED}."
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
        for field, value in report.confirmed.items()
        if value.who != WHOEVER_ADDED and field not in (Field.GRADES, *Judgement)
    ]


def _areas(report: Report, raised: Iterable[Raised]) -> tuple[AreaView, ...]:
    by_text = {found.later: found for found in raised}
    address = web_address(report.url)
    return tuple(
        AreaView(
            anchor=area_anchor(report, area),
            text=plain_line(area.text),
            page=area.page,
            href=f"{address}#page={area.page}" if address and area.page else address,
            priority=area.priority_action,
            target=addressee(report, area),
            themes=_themes(area),
            raised=by_text.get(plain_line(area.text)),
        )
        for area in report.areas
    )


def addressee(report: Report, area: Area) -> str:
    """Return whom an area addresses, in words; empty for the inspected body itself."""
    body = plain_line(area.responsible_body or "")
    return addressee_words(area.target, body, kind=report.kind)


def _themes(area: Area) -> tuple[Link, ...]:
    ids = dict.fromkeys(
        tag["theme"] for tag in sorted(area.themes, key=lambda tag: tag["role"] != "primary")
    )
    return tuple(theme_link(theme) for theme in ids)


def _areas_note(report: Report, areas: tuple[AreaView, ...]) -> str:
    if areas or report.state != ReportState.READ or report.kind == Kind.COUNCIL_UPDATE:
        return ""
    return areas_review_note(report) or "This report lists no areas for improvement."
