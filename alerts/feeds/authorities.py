"""One feed for each authority: every report that is known about it, with the grades given."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from alerts.events.detected import Detected
from alerts.events.types import EventType
from alerts.feeds.content import entry_html
from alerts.feeds.model import Feed, FeedEntry, FeedKind, feed_file, latest, noon, slug_of, tag_uri
from alerts.messages.compose import compose
from alerts.messages.grades import NOT_CERTAIN
from alerts.messages.message import Link, Message
from alerts.messages.sites import Sites
from alerts.subscriptions.replay import unstored
from reports.model import Judgement, Kind
from reports.wording import JUDGEMENTS, KINDS, uk_date, uncapitalised
from storage import history
from storage.chunks import chunks
from storage.facts import WITH_PARTS
from storage.listings import LISTED_SUMS
from storage.models import Authority, ConfirmedValue, Event, Report, ReportState
from website import addresses

_AT_A_TIME = 40
"""Authorities whose reports are in memory at the same time."""

_OVERALL = JUDGEMENTS[Judgement.OVERALL_EFFECTIVENESS]


def authority_feeds(
    session: Session, *, sites: Sites, held: Collection[int] = (), without: Collection[str] = ()
) -> Iterator[Feed]:
    """Yield a feed for each present authority and each abolished one with reports, by name.

    `held` are the ids of new reports whose messages wait for an operator: they are left out.
    `without` are the names of files that need not be written. Only a few feeds are in memory at
    once.
    """
    found = session.scalars(select(Authority).order_by(Authority.short, Authority.key)).all()
    wanted = [authority for authority in found if file_of(authority.key) not in without]
    for chunk in chunks(wanted, _AT_A_TIME):
        reports: defaultdict[int, list[Report]] = defaultdict(list)
        ids = [authority.id for authority in chunk]
        changed = _changed_by_ofsted(session, ids)
        for report in _reports(session, ids):
            if report.id not in held:
                reports[report.authority_id].append(report)
        for authority in chunk:
            if authority.valid_to is None or reports[authority.id]:
                yield _feed(authority, reports[authority.id], sites, changed)


def file_of(key: str) -> str:
    """Return the name of the file of an authority's feed."""
    return feed_file(FeedKind.AUTHORITY, slug_of(key))


def authority_feed_fingerprints(session: Session, *, held: Collection[int] = ()) -> dict[str, str]:
    """Return a fingerprint of the facts in each authority's feed, by the name of the feed's file.

    It is made from a few counts and sums. Where it is the same as before, so is the feed, as long
    as the register, the addresses of the sites and the program are the same. `LISTED_SUMS` says
    which changes it misses.
    """
    of_reports = (
        select(
            Report.authority_id,
            Report.state,
            func.count(),
            func.max(Report.read_at),
            func.max(Report.withdrawn_at),
            func.count(Report.withdrawn_at),
            *LISTED_SUMS,
        )
        .group_by(Report.authority_id, Report.state)
        .order_by(Report.authority_id, Report.state)
    )
    of_corrections = (
        select(Report.authority_id, func.max(ConfirmedValue.id))
        .join(Report.confirmed_values)
        .group_by(Report.authority_id)
    )
    of_held = select(Report.authority_id, Report.id).where(Report.id.in_(held)).order_by(Report.id)
    known: defaultdict[int, list[tuple[object, ...]]] = defaultdict(list)
    for query in (of_reports, of_corrections, of_held):
        for authority_id, *facts in session.execute(query):
            known[authority_id].append(tuple(facts))
    return {
        file_of(key): hashlib.sha256(repr(known[authority_id]).encode()).hexdigest()
        for authority_id, key in session.execute(select(Authority.id, Authority.key))
    }


def _reports(session: Session, authority_ids: Sequence[int]) -> Iterable[Report]:
    """Load the reports on these authorities, except those that the site says no longer exist."""
    return session.scalars(
        select(Report)
        .where(Report.state != ReportState.MISSING, Report.authority_id.in_(authority_ids))
        .order_by(Report.id)
        .options(*WITH_PARTS)
    )


def _changed_by_ofsted(session: Session, authority_ids: Sequence[int]) -> dict[int, datetime]:
    """Return when Ofsted last replaced the file of a report or listed it again, by its id."""
    rows = session.execute(
        select(Event.report_id, func.max(Event.detected_at))
        .where(
            Event.authority_id.in_(authority_ids),
            or_(Event.earlier_report_id == Event.report_id, Event.type == EventType.RETURNED),
        )
        .group_by(Event.report_id)
    )
    return {report_id: at for report_id, at in rows if report_id is not None}


def _feed(
    authority: Authority,
    reports: list[Report],
    sites: Sites,
    changed: Mapping[int, datetime],
) -> Feed:
    old = history.superseded(reports)
    composed = [(report, _composed(report, sites)) for report in reports]
    page = next((message.council for _, message in composed if message.council), None)
    subtitle = "Ofsted's reports on its children's services, with the grades given."
    if authority.valid_to is not None:
        subtitle = f"This council was abolished on {uk_date(authority.valid_to)}. {subtitle}"
    return Feed(
        kind=FeedKind.AUTHORITY,
        slug=slug_of(authority.key),
        label=authority.short,
        title=f"{authority.short}: Ofsted reports on children's services",
        subtitle=subtitle,
        group=authority.region,
        page=page,
        own_page=Link(
            label=f"All about {authority.short}",
            url=addresses.relative(
                addresses.council_page(authority.key), page=addresses.council_feed(authority.key)
            ),
        ),
        entries=latest(
            [
                _entry(report, message, is_old=report.id in old, changed=changed.get(report.id))
                for report, message in composed
            ]
        ),
    )


def _composed(report: Report, sites: Sites) -> Message:
    """Compose a message about the report alone. A feed shows every report, so it compares none."""
    new = Detected(type=EventType.NEW_REPORT, key="", summary="")
    found = unstored(report, [new], at=report.first_seen_at)
    return compose(report, found.events, sites=sites)


def _entry(
    report: Report, message: Message, *, is_old: bool, changed: datetime | None
) -> FeedEntry:
    published = noon(report.published) if report.published else report.first_seen_at
    kind = KINDS.get(report.kind or Kind.UNKNOWN, KINDS[Kind.UNKNOWN])
    title = f"{message.authority}: {kind}"
    if grades := _grades(message):
        title += f" ({grades})"
    return FeedEntry(
        id=tag_uri("report", report.file_id),
        title=title,
        published=published,
        updated=last_changed(report, changed or published),
        html=entry_html(message, notes=_notes(report, is_old=is_old)),
        link=message.report,
        categories=(report.kind,) if report.kind else (),
    )


def _grades(message: Message) -> str:
    """Return the overall grade, or all of them where there is none."""
    if message.grades and all(line.after == NOT_CERTAIN for line in message.grades):
        return f"grades {NOT_CERTAIN}"
    lines = [line for line in message.grades if line.label == _OVERALL] or message.grades
    return "; ".join(f"{uncapitalised(line.label)}: {line.after}" for line in lines)


def _notes(report: Report, *, is_old: bool) -> tuple[str, ...]:
    notes = []
    if report.withdrawn_at is not None:
        notes.append("This report is no longer on Ofsted's site.")
    elif is_old:
        notes.append("A newer report on the same inspection has replaced this one.")
    if report.state != ReportState.READ:
        notes.append("It could not be read yet; only what Ofsted's page says is shown.")
    if report.url is None:
        notes.append("It was added by hand and is not on Ofsted's site.")
    return tuple(notes)


def last_changed(report: Report, changed: datetime) -> datetime:
    """Return when Ofsted last changed the report or withdrew it, or a person corrected it.

    The latest of these counts. Reading a report again does not count.
    """
    times = [value.confirmed_at for value in report.confirmed_values]
    times += [report.withdrawn_at] if report.withdrawn_at else []
    return max([changed, *times])
