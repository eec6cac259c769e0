"""The Prefect flows. They only run the functions of `flows.pipeline` and show the results.

A task run is one step of a pipeline. Where there are few new reports, each is a step of its own;
where there are many, a chunk is: a run stays readable, and Prefect's server does not have to record
a thousand steps.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prefect import State, flow

from alerts.outbox.summary import SendSummary
from flows import artifacts
from flows.pipeline import deliver as pipeline_deliver
from flows.pipeline import poll as pipeline_poll
from flows.pipeline import publish as pipeline_publish
from flows.pipeline.app import App, open_app
from flows.pipeline.backfill import plan_backfill, run_backfill
from flows.pipeline.backfill_request import BackfillRequest
from flows.pipeline.results import reports_need_review
from flows.prefect_events import emitting
from flows.prefect_runs import as_state, ended, moment, named, recorded_step
from flows.settings import load_settings
from reports.errors import ConfigurationError, InspectionWatchError
from reports.wording import counted
from storage.private_files import readable_by_others

logger = logging.getLogger(__name__)

HOUR = 3600
DRY_RUN = BackfillRequest()


@flow(name="poll", flow_run_name=named("poll"), timeout_seconds=2 * HOUR)
def poll() -> State[None]:
    """Check for new reports with as few requests as possible."""
    return as_state(lambda: _poll(full=False))


@flow(name="full poll", flow_run_name=named("full poll"), timeout_seconds=6 * HOUR)
def full_poll() -> State[None]:
    """Open every authority's page, to find what a quick poll cannot."""
    return as_state(lambda: _poll(full=True))


@flow(name="deliver", flow_run_name=named("deliver"), timeout_seconds=HOUR)
def deliver() -> State[None]:
    """Send the messages that are due."""
    return as_state(_deliver)


@flow(name="publish", flow_run_name=named("publish"), timeout_seconds=HOUR)
def publish(folder: str = "") -> State[None]:
    """Write the website into a folder, for a web server; without one, into the data folder."""
    return as_state(lambda: _publish(folder), is_scheduled=False)


@flow(name="backfill", flow_run_name=named("backfill"))
def backfill(request: BackfillRequest = DRY_RUN) -> State[None]:
    """Fill in history, or read stored reports again, as the form says."""
    return as_state(lambda: _backfill(request), is_scheduled=False)


def _poll(*, full: bool) -> State[None]:
    with open_app(load_settings()) as app:
        with _keeping_site_current(app), emitting(app):
            result = pipeline_poll.poll(app, full=full, step=recorded_step)
        if result.sent is not None:
            _show_deliveries(app, result.sent)
        sentence = artifacts.show_poll(
            result, polled=moment(app.settings), public_url=app.settings.public_url
        )
        return ended(
            artifacts.poll_headline(result), message=sentence, needs_review=result.needs_review
        )


def _deliver() -> State[None]:
    with open_app(load_settings()) as app:
        with _keeping_site_current(app):
            sent = pipeline_deliver.deliver(app)
        _show_deliveries(app, sent)
        return ended(
            artifacts.sending_headline(sent),
            message=sent.summary,
            needs_review=sent.needs_review,
        )


def _publish(folder: str) -> State[None]:
    with open_app(load_settings()) as app:
        if folder:
            with readable_by_others():
                said = pipeline_publish.publish(app, Path(folder)).summary
        else:
            said = pipeline_publish.publish_site(app)
        return ended(said.rstrip("."), message=said, needs_review=False)


@contextmanager
def _keeping_site_current(app: App) -> Iterator[None]:
    """Write the website after the block, even if that fails: it must show what is stored."""
    try:
        yield
    except Exception:
        _keep_site_current(app)
        raise
    _keep_site_current(app)


def _keep_site_current(app: App) -> None:
    """Write the website of the data folder, where the service offers one.

    An error in it stops no message and no poll: it is logged, and the next run tries again.
    """
    if not app.settings.website:
        return
    try:
        # Not a task run of its own: most deliveries change nothing.
        logger.info("%s", pipeline_publish.publish_site(app))
    except (OSError, InspectionWatchError) as error:
        logger.warning("The website could not be written; the next run tries again: %s", error)
    except Exception:
        logger.exception("The website could not be written; the next run tries again")


def _show_deliveries(app: App, sent: SendSummary) -> None:
    with app.database.read() as session:
        artifacts.show_deliveries(session, sent)


def _backfill(request: BackfillRequest) -> State[None]:
    if request.is_unconfirmed:
        raise ConfigurationError(
            'Notify sends messages. Also turn on "Yes, send them", or do a dry run to count them'
        )
    with open_app(load_settings()) as app:
        plan = recorded_step("plan", lambda: plan_backfill(app, request))
        if request.dry_run:
            return ended("dry run", message=artifacts.show_plan(plan), needs_review=False)
        result = recorded_step("fill in", lambda: run_backfill(app, plan), name=plan.summary)
        if result.queued or result.held:
            recorded_step("send messages", lambda: pipeline_deliver.deliver(app))
        sentence = artifacts.show_backfill(result, public_url=app.settings.public_url)
        headline = f"{counted(len(result.reports), 'report')} fetched"
        if need_review := reports_need_review(result.reports):
            headline += f", {need_review}"
        if result.held:
            headline += ", messages held"
        return ended(headline, message=sentence, needs_review=result.needs_review)
