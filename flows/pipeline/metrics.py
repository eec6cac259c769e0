"""Metrics for Prometheus: the state of polls, reports and deliveries as numbers.

Every number is counted in the database when it is asked for, so that it is the same whichever
process answers, and survives a restart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import version

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.orm import Session

from alerts.outbox.notifications import held_reports
from flows.pipeline.app import App
from flows.pipeline.watch_state import LAST_POLLS, is_unavailable_now, outcome_now
from storage import watch_status
from storage.models import DeliveryState, PollKind, PollOutcome, ReportState
from storage.polls import last_complete_poll

PREFIX = "inspection_watch"


def metrics_of(app: App) -> bytes:
    """Return all metrics in Prometheus' text format. Raises DatabaseTrouble."""
    registry = CollectorRegistry()
    registry.register(_Counted(app))
    return generate_latest(registry)


class _Counted(Collector):
    """The metrics of one moment."""

    def __init__(self, app: App) -> None:
        self._app = app

    def collect(self) -> Iterable[Metric]:
        with self._app.database.read() as session:
            return [*_about_the_watch(self._app, session), *_about_what_is_stored(session)]


def _about_the_watch(app: App, session: Session) -> Iterator[Metric]:
    now = app.settings.instant()
    last = last_complete_poll(session, now=now)
    yield _gauge(
        "info", "The installed version.", {version("inspection-watch"): 1}, label="version"
    )
    yield _moment("last_successful_poll", "When the site was last checked successfully.", last)
    yield _value(
        "source_unavailable",
        "1 where the site has not been checked successfully for over 3 weekdays, or never.",
        is_unavailable_now(last, watch_status.last_polls(session, count=LAST_POLLS), now=now),
    )
    polls = CounterMetricFamily(
        f"{PREFIX}_polls", "Polls by kind and outcome.", labels=["kind", "outcome"]
    )
    counts = dict.fromkeys(((kind, end) for kind in PollKind for end in PollOutcome), 0)
    for kind, outcome, owner, count in watch_status.polls_by_outcome(session):
        counts[kind, outcome_now(outcome, owner)] += count
    for (kind, outcome), count in counts.items():
        if outcome != PollOutcome.RUNNING:
            polls.add_metric([kind, outcome], count)
    yield polls
    yield _gauge(
        "last_poll_duration_seconds",
        "How long the last completed poll of each kind took.",
        watch_status.last_durations(session),
        label="kind",
    )


def _about_what_is_stored(session: Session) -> Iterator[Metric]:
    stored = watch_status.counts(session)
    yield _by_state("reports", "Stored reports by state.", ReportState, stored["reports"])
    yield _by_state("deliveries", "Deliveries by state.", DeliveryState, stored["deliveries"])
    yield _value(
        "deliveries_failed_lately",
        "Deliveries that failed in the last 7 days.",
        watch_status.failed_lately(session, now=datetime.now(UTC)),
    )
    yield _moment(
        "oldest_due_delivery",
        "When the oldest delivery that is due was made; 0 where none is due.",
        watch_status.oldest_due_delivery(session),
    )
    events = CounterMetricFamily(f"{PREFIX}_events", "Detected events by type.", labels=["type"])
    for kind, count in stored["events"].items():
        events.add_metric([kind], count)
    yield events
    yield _value(
        "reports_need_review",
        "Reports that could not be read, or were read with problems.",
        watch_status.stuck_count(session),
    )
    yield _value(
        "reports_held", "Reports whose messages wait for `release`.", held_reports(session)
    )


def _by_state(
    name: str, about: str, states: type[StrEnum], counts: Mapping[str, int]
) -> GaugeMetricFamily:
    """Return a gauge with a series for every state, even at 0, so that alert rules find it."""
    return _gauge(name, about, {state: counts.get(state, 0) for state in states}, label="state")


def _gauge(name: str, about: str, values: Mapping[str, float], *, label: str) -> GaugeMetricFamily:
    metric = GaugeMetricFamily(f"{PREFIX}_{name}", about, labels=[label])
    for of, value in values.items():
        metric.add_metric([of], value)
    return metric


def _value(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_{name}", about, value=float(value))


def _moment(name: str, about: str, instant: datetime | None) -> GaugeMetricFamily:
    """Return a gauge with an instant in seconds since 1970; 0 for none."""
    return _value(f"{name}_timestamp_seconds", about, instant.timestamp() if instant else 0)
