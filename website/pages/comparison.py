"""Councils side by side: a page for each council, and a page with a script to choose councils."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.model import Direction, Grade
from reports.themes.names import theme_name
from reports.wording import (
    region_words,
    short_grade_words,
    uncapitalised,
)
from website import addresses
from website.pages.cards import Card, cards_lines
from website.pages.comparison_cards import comparison_cards
from website.pages.council_lines import grades_line, next_lines, raised_line
from website.pages.councils_cards import councils_cards
from website.pages.kept import kept_with_council
from website.pages.links import council_link, crumbs_above, feed_link, ofsted_link
from website.pages.overview import (
    CouncilRow,
    JudgementColumn,
    NotCounted,
    council_rows,
    first_counts_words,
    grade_counts,
    judgement_columns,
    main_themes,
    no_themes,
    not_stored_words,
    reasons_given,
)
from website.pages.page import ENGLAND, Link, Page
from website.pages.published import as_of_words
from website.pages.report_view import report_view
from website.snapshot import Council, Snapshot

_BELOW_GOOD = frozenset(map(short_grade_words, (Grade.REQUIRES_IMPROVEMENT, Grade.INADEQUATE)))


@dataclass(frozen=True, kw_only=True)
class Improved:
    """Where a council improved from below good.

    `judgements` are those on which it was below good (requires improvement or inadequate) at the
    full inspection before and was graded better at its last one; `none` says why there are none.
    """

    judgements: tuple[str, ...] = ()
    none: str = "None"


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A council next to the council of the page.

    `shared` are the themes that the last full inspections of both raise; `none_shared` is shown
    where there are none.
    """

    row: CouncilRow
    shared: tuple[str, ...]
    none_shared: str
    improved: Improved


@dataclass(frozen=True, kw_only=True)
class ComparisonContent:
    """A council, its statistical neighbours and its region.

    Each of the `groups` has a heading, a remark, its councils with a stored full inspection, and
    those without one.
    """

    name: str
    council: Link
    grades_line: str
    raised_line: str
    next_lines: tuple[str, ...]
    cards: tuple[Card, ...]
    own: CouncilRow
    judgements: tuple[JudgementColumn, ...]
    own_improved: Improved
    groups: tuple[tuple[str, str, tuple[Compared, ...], tuple[Link, ...]], ...]

    @property
    def given(self) -> tuple[str, ...]:
        """Why cells of the tables are not counted, or have no grade."""
        others = [member.row for _, _, members, _ in self.groups for member in members]
        return reasons_given([self.own, *others])


@dataclass(frozen=True, kw_only=True)
class FreeContent:
    """All councils, for the script that shows the chosen councils side by side.

    `in_short`: how England is graded, what was raised again and what comes next, in a line each.
    """

    rows: tuple[tuple[CouncilRow, Improved, Link], ...]
    in_short: tuple[str, ...]
    judgements: tuple[JudgementColumn, ...]

    @property
    def given(self) -> tuple[str, ...]:
        """Why cells of the table are not counted, or have no grade."""
        return reasons_given(row for row, _, _ in self.rows)


def comparison_page(snapshot: Snapshot, council: Council) -> Page:
    """Return the page that compares a council with others."""
    name = council.name
    neighbours = snapshot.neighbours_of(council)
    others = [other for other in snapshot.of_region(council.region) if other.key != council.key]
    who = "statistical neighbours" if neighbours else "others in the region"
    groups = (
        ("Statistical neighbours", council.neighbour_edition, neighbours),
        (f"Other councils in {region_words(council.region)}", "", others),
    )
    return Page(
        path=addresses.council_comparison(council.key),
        template="comparison.html.j2",
        script=True,
        title=f"{name} compared with others",
        subject=f"{name} compared with others",
        as_of=as_of_words(snapshot, [council, *neighbours, *others]),
        description=f"{name} next to its statistical neighbours and its region: grades, dates, "
        "themes that both raise, and who improved.",
        crumbs=(*crumbs_above(council), council_link(council)),
        feed=feed_link(council),
        ofsted=ofsted_link(snapshot, council),
        content=ComparisonContent(
            name=name,
            council=council_link(council),
            grades_line=grades_line(council),
            raised_line=raised_line(council),
            next_lines=next_lines(council, today=snapshot.today),
            cards=comparison_cards(council, neighbours or others, who=who, today=snapshot.today),
            own=council_rows([council], today=snapshot.today)[0],
            own_improved=improved(council),
            judgements=judgement_columns(),
            groups=tuple(
                (
                    title,
                    note,
                    tuple(
                        _compared(council, other, today=snapshot.today)
                        for other in members
                        if other.graded
                    ),
                    tuple(council_link(other) for other in members if not other.graded),
                )
                for title, note, members in groups
                if members
            ),
        ),
    )


def free_page(snapshot: Snapshot) -> Page:
    """Return the page on which users choose councils."""
    rows = council_rows(snapshot.present, today=snapshot.today)
    return Page(
        path=addresses.COMPARE,
        template="compare.html.j2",
        script=True,
        finder=True,
        title="Compare councils",
        as_of=as_of_words(snapshot, snapshot.councils.values()),
        description="Choose councils and see their grades, dates and issues side by side.",
        crumbs=(ENGLAND,),
        content=FreeContent(
            rows=tuple(
                (
                    row,
                    improved(council),
                    Link(label="compare", href=addresses.council_comparison(council.key)),
                )
                for council, row in zip(snapshot.present, rows, strict=True)
            ),
            in_short=_in_short(snapshot, rows),
            judgements=judgement_columns(),
        ),
    )


def _in_short(snapshot: Snapshot, rows: tuple[CouncilRow, ...]) -> tuple[str, ...]:
    """Return how England was graded, what was raised again and what comes next, in a line each."""
    graded = first_counts_words(grade_counts(rows))
    cards = councils_cards(snapshot.present, today=snapshot.today)
    return (
        *([f"Grades: {uncapitalised(graded)}."] if graded else []),
        *cards_lines(cards),
        *filter(None, [not_stored_words(rows)]),
    )


def _compared(council: Council, other: Council, *, today: date) -> Compared:
    mine = _themes(council)
    # Where the areas of one of them need review, it is not known what both raise.
    none = no_themes(other) if no_themes(council) == "None" else no_themes(council)
    return Compared(
        row=council_rows([other], today=today)[0],
        shared=tuple(theme_name(theme) for theme in _themes(other) if theme in mine),
        none_shared=none,
        improved=improved(other),
    )


@kept_with_council
def _themes(council: Council) -> tuple[str, ...]:
    return main_themes(council.graded[-1][0]) if council.graded else ()


@kept_with_council
def improved(council: Council) -> Improved:
    """Return where a council improved from below good."""
    if not council.graded:
        return Improved(none=NotCounted.NO_REPORT)
    view = report_view(council, council.graded[-1][0])
    if view.grades_note:
        return Improved(none=NotCounted.NEEDS_REVIEW)
    if len(council.graded) == 1:
        return Improved(none="No earlier report to compare")
    before = [grade.before for grade in view.grades if grade.before]
    if not before:
        return Improved(none=view.not_compared)
    if not _BELOW_GOOD.intersection(before):
        return Improved(none="Nothing was below good at the inspection before")
    found = tuple(
        f"{grade.judgement} ({grade.before} → {grade.words}"
        f"{f'; {grade.caution}' if grade.caution else ''})"
        for grade in view.grades
        if grade.direction == Direction.BETTER and grade.before in _BELOW_GOOD
    )
    return Improved(judgements=found)
