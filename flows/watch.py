"""The flows: when things run, seen in Prefect's UI. What they do stands in `flows.pipeline`.

A task run is a stage, or a new report where there are few, or a chunk of them where there are
many: a run stays readable, and Prefect's server is not asked to record a thousand steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prefect import State, flow
from sqlalchemy import select

from alerts.outbox.queue import SendSummary
from flows import artifacts
from flows.pipeline import deliver as pipeline_deliver
from flows.pipeline.app import App, open_app
from flows.pipeline.backfill import plan_backfill, run_backfill
from flows.pipeline.backfill_request import BackfillRequest
from flows.pipeline.ingest import CHUNK, ingest
from flows.pipeline.poll import find, finish
from flows.pipeline.results import ReportOutcome
from flows.settings import load_settings
from flows.stages import ended, in_words, moment, named, stage
from reports.errors import ConfigurationError
from storage.models import Report

# Up to this many reports, each has a task run of its own with its name.
EACH_ITS_OWN = 10
HOUR = 3600
DRY_RUN = BackfillRequest()


@flow(name="poll", flow_run_name=named("poll"), timeout_seconds=2 * HOUR)
def poll() -> State[None]:
    """Look for new reports with as few requests as possible."""
    return in_words(lambda: _look(full=False))


@flow(name="full walk", flow_run_name=named("full walk"), timeout_seconds=6 * HOUR)
def full_walk() -> State[None]:
    """Open every authority's page and look for what a poll cannot see."""
    return in_words(lambda: _look(full=True))


@flow(name="deliver", flow_run_name=named("deliver"), timeout_seconds=HOUR)
def deliver() -> State[None]:
    """Send the messages that are due."""
    return in_words(_deliver)


@flow(name="backfill", flow_run_name=named("backfill"))
def backfill(request: BackfillRequest = DRY_RUN) -> State[None]:
    """Fill in history, or read stored reports again, as the form says."""
    return in_words(lambda: _backfill(request))


def _look(*, full: bool) -> State[None]:
    with open_app(load_settings()) as app:
        found = stage("look at the site", lambda: find(app, full=full))
        reports = [
            outcome
            for name, ids in _portions(app, found.report_ids)
            for outcome in _take_in(app, ids, name=name)
        ]
        result = finish(app, found, reports)
        sent = stage("send what is due", lambda: pipeline_deliver.deliver(app))
        _show_deliveries(app, sent)
        result = result.with_sent(sent)
        sentence = artifacts.show_poll(result, looked=moment(app.settings))
        return ended(artifacts.headline(result), message=sentence, needs_person=result.needs_person)


def _take_in(app: App, ids: Sequence[int], *, name: str) -> list[ReportOutcome]:
    return stage(
        "take in",
        lambda: ingest(app, ids),
        name=name,
        concern=lambda outcomes: ", ".join(artifacts.concerns(outcomes)),
    )


def _portions(app: App, report_ids: Sequence[int]) -> Iterator[tuple[str, Sequence[int]]]:
    """What each task run takes in, and its name."""
    if len(report_ids) > EACH_ITS_OWN:
        for start in range(0, len(report_ids), CHUNK):
            ids = report_ids[start : start + CHUNK]
            yield f"reports {start + 1} to {start + len(ids)} of {len(report_ids)}", ids
        return
    with app.database.read() as session:
        reports = session.scalars(select(Report).where(Report.id.in_(report_ids)))
        names = {report.id: f"{report.authority.short}: {report.title}" for report in reports}
    for report_id in report_ids:
        yield names[report_id], [report_id]


def _deliver() -> State[None]:
    with open_app(load_settings()) as app:
        sent = pipeline_deliver.deliver(app)
        _show_deliveries(app, sent)
        return ended(
            artifacts.headline_of_sending(sent),
            message=sent.summary,
            needs_person=sent.needs_person,
        )


def _show_deliveries(app: App, sent: SendSummary) -> None:
    with app.database.read() as session:
        artifacts.show_deliveries(session, sent)


def _backfill(request: BackfillRequest) -> State[None]:
    if request.is_unconfirmed:
        raise ConfigurationError(
            "Notify sends messages: also turn on Yes, send them; or do a dry run to count them"
        )
    with open_app(load_settings()) as app:
        plan = stage("plan", lambda: plan_backfill(app, request))
        if request.dry_run:
            return ended("dry run", message=artifacts.show_plan(plan), needs_person=False)
        result = stage("fill in", lambda: run_backfill(app, plan), name=plan.summary)
        if result.queued:
            stage("send what is due", lambda: pipeline_deliver.deliver(app))
        sentence = artifacts.show_backfill(result)
        headline = ", ".join(
            [f"{len(result.reports)} reports taken in", *artifacts.concerns(result.reports)]
        )
        return ended(headline, message=sentence, needs_person=result.needs_person)
