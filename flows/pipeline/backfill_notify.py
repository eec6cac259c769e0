"""Telling people of what a backfill covers: counted first, then one digest a subscription.

Neither the first fill nor a backfill stores events, so they are detected here, as on the day each
report was published. What is detected is stored together with the digests that tell it, in one
transaction: a process that is killed has told nothing, or everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.events import detection
from alerts.events.detected import Detected
from alerts.events.replay import unstored
from alerts.outbox.backfill_digests import Tally, digests, queue_digests, tally
from flows.pipeline.app import App
from storage import themes
from storage.models import Event, Report, ReportState

_CHUNK = 500


@dataclass(frozen=True)
class Findings:
    """What reports tell, by their ids; nothing of it is stored by being found."""

    detected: dict[int, tuple[Detected, ...]]

    def only(self, report_ids: Collection[int]) -> Findings:
        """Those of some of the reports."""
        return Findings({key: found for key, found in self.detected.items() if key in report_ids})

    def without(self, report_ids: Collection[int]) -> Findings:
        """Those of all other reports."""
        return Findings(
            {key: found for key, found in self.detected.items() if key not in report_ids}
        )


def findings(app: App, report_ids: Sequence[int]) -> Findings:
    """Detect what these reports tell; those that are not read tell nothing. Only reads."""
    with app.database.read() as session:
        rates = themes.base_rates(session)
        return Findings(
            {
                report.id: tuple(detection.detect(session, report, as_published=True, rates=rates))
                for report in _reports(session, report_ids)
                if report.state == ReportState.READ
            }
        )


def count_messages(app: App, found: Findings) -> Tally:
    """How much telling it would send. Only reads."""
    now = app.settings.instant()
    with app.database.read() as session:
        told = [
            (report, [unstored(report, one, at=now) for one in found.detected[report.id]])
            for report in _reports(session, list(found.detected))
        ]
        planned = digests(session, told, config=app.config, now=now, site_url=app.settings.site_url)
        return tally(planned, config=app.config)


def notify(app: App, found: Findings, *, held: bool = False) -> int:
    """Store what was found and queue the digests that tell it; how many messages.

    `held` leaves them to a person (`release`).
    """
    now = app.settings.instant()
    with app.database.write() as session:
        told = [
            (report, _stored(session, report, found.detected[report.id], now=now))
            for report in _reports(session, list(found.detected))
        ]
        planned = digests(session, told, config=app.config, now=now, site_url=app.settings.site_url)
        return len(
            queue_digests(
                session,
                planned,
                config=app.config,
                now=now,
                real_now=datetime.now(UTC),
                held=held,
            )
        )


def _reports(session: Session, report_ids: Sequence[int]) -> Iterator[Report]:
    for start in range(0, len(report_ids), _CHUNK):
        ids = report_ids[start : start + _CHUNK]
        yield from session.scalars(select(Report).where(Report.id.in_(ids)).order_by(Report.id))


def _stored(
    session: Session, report: Report, detected: Sequence[Detected], *, now: datetime
) -> list[Event]:
    """These events as rows, the ones that were known as well as the new ones."""
    detection.store(session, report, list(detected), now=now)
    keys = [one.key for one in detected]
    return list(session.scalars(select(Event).where(Event.key.in_(keys)).order_by(Event.key)))
