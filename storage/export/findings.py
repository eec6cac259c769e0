"""The tables of what follows from the facts: repeats, events, due windows, themes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from reports.analysis.next_inspection import due_windows
from reports.analysis.theme_shares import ThemeShare
from reports.analysis.trends import trend
from reports.repeats.base_rates import COMPARABLE_SINCE, ReportFamily
from reports.repeats.finding import certainty_of
from reports.themes.names import facet_name, theme_name
from reports.themes.taxonomy import load_taxonomy
from storage import history
from storage.export.model import (
    AUTHORITY,
    INSPECTION,
    ISSUE,
    LINK,
    REPORT,
    THEME,
    Column,
    Row,
    Source,
    Table,
)
from storage.export.streaming import inspection_key
from storage.held_messages import has_held_message
from storage.inspections import graded_inspections
from storage.models import Area, Authority, ConfirmedRepeat, Event, RejectedRepeat
from storage.repeats import ReportRepeats, repeats_of_council, start_of


def _repeats(source: Source) -> Iterator[Row]:
    session = source.session
    for authority in session.scalars(select(Authority).order_by(Authority.key)).all():
        if source.repeats is not None:
            repeats: Iterable[ReportRepeats] = source.repeats.get(authority.id, ())
        else:
            reports = [
                report
                for report in history.reports_of(session, authority.id)
                if report.id not in source.held
            ]
            repeats = repeats_of_council(session, reports, rates=source.rates)
        for found in repeats:
            yield from _repeat_rows(found, authority)


def _repeat_rows(found: ReportRepeats, authority: Authority) -> Iterator[Row]:
    later = found.report
    for earlier, repeat in found.repeats:
        yield (
            *(later.file_id, authority.key, authority.short, authority.region),
            inspection_key(authority.key, later.kind, start_of(later)),
            *(start_of(later), repeat.later),
            *(earlier.file_id, start_of(earlier), repeat.earlier),
            *(repeat.theme, theme_name(repeat.theme)),
            *(repeat.facet, facet_name(repeat.theme, repeat.facet)),
            *(repeat.strength, repeat.certainty, repeat.base_rate),
            *(repeat.explanation, repeat.confirmed, found.follow_up),
            *(later.url, earlier.url),
        )


REPEATS = Table(
    name="repeats",
    meaning=(
        "What a report raises again. Includes pairs confirmed with `same`. Leaves out pairs "
        "rejected with `not-same`."
    ),
    key=("report", "earlier_report", "later_statement"),
    columns=(
        REPORT,
        *AUTHORITY,
        INSPECTION,
        Column("inspection_start", "date", "First day of the later inspection."),
        Column("later_statement", "words", "The area for improvement in the later report."),
        Column("earlier_report", "text", "The file id of the earlier report."),
        Column("earlier_inspection_start", "date", "First day of the earlier inspection."),
        Column("earlier_statement", "words", "The area for improvement in the earlier report."),
        *THEME,
        *ISSUE,
        Column(
            "strength",
            "text",
            "stated: the inspectors say so; likely or possible: by the certainty.",
        ),
        Column(
            "certainty",
            "share",
            "The probability that a person would call it the same issue, 0 to 1: of repeats "
            "with 0.8, eight in ten are the same issue.",
        ),
        Column(
            "base_rate",
            "share",
            "Share of inspections since 2018 that raise the theme, or the issue where repeats are "
            "counted by issue, 0 to 1.",
        ),
        Column("explanation", "words", "The reasons for and against, in one sentence."),
        Column("confirmed", "yes_no", "Whether a person has said that it is the same issue."),
        Column(
            "follow_up",
            "yes_no",
            "Whether the later report is about a focused or monitoring visit.",
        ),
        LINK,
        Column("earlier_url", "link", "The address of the earlier report."),
    ),
    rows=_repeats,
)


def _repeat_labels(source: Source) -> Iterator[Row]:
    in_held = set(
        source.session.scalars(select(Area.text).where(Area.report_id.in_(source.held)))
        if source.held
        else ()
    )
    decided: list[ConfirmedRepeat | RejectedRepeat] = [
        *source.session.scalars(select(ConfirmedRepeat)),
        *source.session.scalars(select(RejectedRepeat)),
    ]
    for row in sorted(decided, key=lambda row: (row.at, row.later, row.earlier)):
        if {row.later, row.earlier} & in_held:
            continue
        label = "same_issue" if isinstance(row, ConfirmedRepeat) else "other_issue"
        certainty = round(certainty_of(row.later, row.earlier), 2)
        yield row.later, row.earlier, label, row.at, certainty


REPEAT_LABELS = Table(
    name="repeat_labels",
    meaning=(
        "Decisions recorded with `same` and `not-same`, for measuring and training the matching. "
        "Names are not exported."
    ),
    key=("later_statement", "earlier_statement"),
    columns=(
        Column("later_statement", "words", "The area for improvement in the later report."),
        Column("earlier_statement", "words", "The area for improvement in the earlier report."),
        Column("label", "text", "same_issue or other_issue."),
        Column("decided_at", "instant", "When it was recorded."),
        Column("certainty", "share", "The certainty that the program computes, 0 to 1."),
    ),
    rows=_repeat_labels,
)


def _events(source: Source) -> Iterator[Row]:
    query = (
        select(Event)
        .where(~has_held_message())
        .order_by(Event.detected_at, Event.id)
        .options(joinedload(Event.authority), joinedload(Event.report))
        .execution_options(yield_per=200)
    )
    for event in source.session.scalars(query):
        if event.report_id in source.held:
            continue
        council, report = event.authority, event.report
        yield (
            *(event.id, event.type, council.key, council.short, council.region),
            report.file_id if report else None,
            *(event.detected_at, event.summary),
            json.dumps(event.detail, ensure_ascii=False, sort_keys=True),
            report.url if report else None,
        )


EVENTS = Table(
    name="events",
    meaning="All detected events. Reports published before the first poll "
    "have none, unless Ofsted later corrects, withdraws or returns them.",
    key=("event",),
    columns=(
        Column("event", "integer", "The event's number."),
        Column("type", "text", "The type of event."),
        *AUTHORITY,
        REPORT,
        Column("detected_at", "instant", "When it was detected."),
        Column("summary", "words", "The event in one sentence."),
        Column("detail", "words", "Its details, as JSON."),
        LINK,
    ),
    rows=_events,
)


def _due_windows(source: Source) -> Iterator[Row]:
    windows = source.windows
    if windows is None:
        graded = graded_inspections(source.session, without=source.held)
        windows = due_windows((found.inspection for found in graded), today=source.today)
    present = select(Authority).where(Authority.valid_to.is_(None)).order_by(Authority.key)
    for council in source.session.scalars(present):
        if window := windows.get(council.key):
            yield (
                *(council.key, council.short, council.region, window.last, window.grade),
                *(window.earliest, window.middle, window.latest),
                *(window.gaps, window.waiting_longer),
            )


DUE_WINDOWS = Table(
    name="due_windows",
    meaning=(
        "When each council's next graded inspection is likely. This is computed from the past "
        "times between two graded inspections. A council without an estimate has no row."
    ),
    key=("authority_key",),
    columns=(
        *AUTHORITY,
        Column("last_inspection", "date", "First day of its last graded inspection."),
        Column("last_grade", "text", "Its overall grade; empty where there was none."),
        Column("earliest", "date", "The date by which one in ten of these times would have ended."),
        Column("middle", "date", "The date by which half of these times would have ended."),
        Column("latest", "date", "The date by which nine in ten of these times would have ended."),
        Column("gaps", "integer", "How many of these times were counted."),
        Column(
            "waiting_longer",
            "integer",
            "Number of councils with the same grade that have waited longer than the window.",
        ),
    ),
    rows=_due_windows,
)


def _theme_shares(source: Source) -> Iterator[Row]:
    starts = (inspection.start for inspection in source.counted.inspections)
    first = min(starts, default=COMPARABLE_SINCE)
    for row in source.counted.shares:
        yield _share_row(row, first if row.dimension == "year" else COMPARABLE_SINCE)


def _share_row(row: ThemeShare, since: date) -> Row:
    share = row.share.share
    return (
        *(row.family, row.dimension, row.group, row.theme, theme_name(row.theme)),
        *(row.share.named, row.share.of, None if share is None else round(share, 4)),
        *(row.judgement, row.by_other_judgement, since),
    )


_FAMILY = Column("family", "text", "council (full inspections), joint or send. Never add these up.")

THEME_SHARES = Table(
    name="theme_shares",
    meaning="In how many inspections each theme is raised, by region, year and grade.",
    key=("family", "dimension", "group", "theme"),
    columns=(
        _FAMILY,
        Column("dimension", "text", "all, region, year (in which it began) or grade (overall)."),
        Column("group", "text", "Which region, year or grade."),
        *THEME,
        Column("inspections_raising_it", "integer", "Number of inspections that raise the theme."),
        Column("inspections", "integer", "Number of inspections that were counted."),
        Column("share", "share", "inspections_raising_it divided by inspections, 0 to 1."),
        Column("judgement", "text", "The judgement used if there was no overall grade."),
        Column(
            "inspections_by_judgement",
            "integer",
            "Number of inspections grouped by that judgement, because they had no overall grade.",
        ),
        Column("since", "date", "First day on which a counted inspection can have begun."),
    ),
    rows=_theme_shares,
)


def _theme_trends(source: Source) -> Iterator[Row]:
    known = source.counted
    for family in (ReportFamily.COUNCIL, ReportFamily.JOINT, ReportFamily.SEND):
        found = trend(known.of(family), load_taxonomy().themes, today=source.today)
        days = (found.now_begins_after, found.last)
        for change in found.changes:
            verdict = "rose" if change.rose else "fell" if change.fell else "no_clear_change"
            yield (
                *(family, *days, change.theme, theme_name(change.theme)),
                *(change.now.named, change.now.of, change.before.named, change.before.of),
                *(round(n, 4) for n in (change.difference, change.low, change.high)),
                verdict,
            )
        if not found.enough:
            counts = (None, found.inspections_now, None, found.inspections_before)
            yield (family, *days, None, None, *counts, None, None, None, "too_few_to_tell")


THEME_TRENDS = Table(
    name="theme_trends",
    meaning=(
        "Each theme in the last 12 months, compared with the 12 months before. A family with fewer "
        "than 20 inspections in either period has one row, without a theme."
    ),
    key=("family", "theme"),
    columns=(
        _FAMILY,
        Column("after", "date", "The last 12 months begin after this day."),
        Column("until", "date", "Last day of those 12 months."),
        *THEME,
        Column(
            "inspections_raising_it",
            "integer",
            "Number of inspections in the last 12 months that raise the theme.",
        ),
        Column("inspections", "integer", "Number of inspections in the last 12 months."),
        Column(
            "inspections_raising_it_before",
            "integer",
            "Number of inspections in the preceding 12 months that raise the theme.",
        ),
        Column(
            "inspections_before", "integer", "Number of inspections in the preceding 12 months."
        ),
        Column("difference", "difference", "The share now minus the share before."),
        Column("low", "difference", "Lower end of the 95% interval of the difference (Newcombe)."),
        Column("high", "difference", "Its upper end."),
        Column(
            "verdict",
            "text",
            "rose or fell (0 is outside the interval), no_clear_change, too_few_to_tell.",
        ),
    ),
    rows=_theme_trends,
)
