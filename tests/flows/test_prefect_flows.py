"""The flows on a local site, in a Prefect server of their own: what people see of each run."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from prefect import State, get_client
from prefect.blocks.system import Secret
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import ArtifactFilter, FlowRunFilter, TaskRunFilter
from prefect.client.schemas.objects import TaskRun
from prefect.settings import (
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    PREFECT_LOGGING_TO_API_ENABLED,
    PREFECT_SERVER_ANALYTICS_ENABLED,
    temporary_settings,
)
from pydantic import SecretStr
from reportlab.pdfgen import canvas
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from demo.sample import REGISTER_FILE, sample_history, sample_site
from flows import watch
from flows.pipeline.backfill_request import BackfillRequest
from flows.pipeline.discover import begin_poll, discover
from flows.pipeline.ingest import ingest
from scrapers.titles import kind_of_title
from tests.flows.world import World, open_world

pytestmark = pytest.mark.prefect


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """One Prefect server for all flow tests: it takes ten seconds to start."""
    # It imports all of the server, which only the process that runs these tests needs.
    from prefect.testing.utilities import prefect_test_harness

    quick = {
        # Without a heartbeat a run does not wait a second for the thread that sends it.
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
        PREFECT_LOGGING_TO_API_ENABLED: False,
        PREFECT_SERVER_ANALYTICS_ENABLED: False,
    }
    with temporary_settings(quick), prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture
def world(prefect_server: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The sample site on the day of the first poll, and the environment the flows read."""
    site = sample_site()
    # A title that the site has not used so far is reported, and is not what these tests are about.
    site.listings = [entry for entry in site.listings if kind_of_title(entry.title)[1]]
    with open_world(site, tmp_path, authorities=REGISTER_FILE) as world:
        set_day(world, monkeypatch)
        yield world


def set_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the flows see the site's present day."""
    for name, value in world.environment().items():
        if name.startswith("WATCH_"):
            monkeypatch.setenv(name, value)


@dataclass
class Seen:
    """What Prefect's UI shows of one run."""

    state: State[Any]
    run_id: UUID
    name: str
    tags: list[str]
    task_names: list[str]
    task_states: list[str]
    text: str
    tables: list[list[dict[str, str]]]


def something_else() -> bytes:
    """A sound PDF that is not a report."""
    file = io.BytesIO()
    page = canvas.Canvas(file)
    page.drawString(100, 700, "Menu of the day: soup, pie, apple crumble")
    page.save()
    return file.getvalue()


def run(flow: Callable[..., State[Any]], *, tasks: int | None = None, **parameters: Any) -> Seen:
    """Run a flow and look at it as the UI does.

    With a number of `tasks`, look once the server knows how all of them ended; else not at tasks.
    """
    state = flow(**parameters, return_state=True)
    run_id = state.state_details.flow_run_id
    assert run_id is not None
    return seen(state, run_id, number_of_tasks=tasks)


@retry(
    retry=retry_if_exception_type(AssertionError),
    stop=stop_after_delay(60),
    wait=wait_fixed(0.05),
    reraise=True,
)
def ended_tasks(client: SyncPrefectClient, flow_run: FlowRunFilter, number: int) -> list[TaskRun]:
    """The task runs of a run. The server gets them in batches, some after the run has ended."""
    tasks = client.read_task_runs(flow_run_filter=flow_run, task_run_filter=TaskRunFilter())
    ended = [task for task in tasks if task.state is not None and task.state.is_final()]
    assert len(ended) == len(tasks) == number
    return tasks


def seen(state: State[Any], run_id: UUID, *, number_of_tasks: int | None) -> Seen:
    one = FlowRunFilter.model_validate({"id": {"any_": [run_id]}})
    with get_client(sync_client=True) as client:
        flow_run = client.read_flow_run(run_id)
        tasks = [] if number_of_tasks is None else ended_tasks(client, one, number_of_tasks)
        artifacts = client.read_artifacts(flow_run_filter=one, artifact_filter=ArtifactFilter())
    return Seen(
        state=state,
        run_id=run_id,
        name=flow_run.name,
        tags=flow_run.tags,
        task_names=[task.name for task in tasks],
        task_states=[task.state_name or "" for task in tasks],
        text="\n".join(str(a.data) for a in artifacts if a.type == "markdown"),
        tables=[json.loads(str(a.data)) for a in artifacts if a.type == "table"],
    )


def test_a_clean_poll_says_in_its_name_and_text_what_it_found(world: World) -> None:
    first = run(watch.poll)
    assert first.state.is_completed()
    assert first.state.name == "Completed"
    assert first.name.startswith("poll · Mon 29 June 2026, 14:00 · ")
    assert first.tags == []
    assert "8 councils listed" in first.text

    second = run(watch.poll)
    assert second.name == "poll · Mon 29 June 2026, 14:00 · nothing new"
    assert second.tables == []


def test_each_of_a_few_new_reports_is_a_task_and_a_row_of_its_own(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(watch.poll)
    world.move_to(sample_history().demo_day)
    set_day(world, monkeypatch)

    new = sample_history().new_reports
    day = run(watch.poll, tasks=len(new) + 2)

    assert day.name == f"poll · Tue 30 June 2026, 14:00 · {len(new)} new reports"
    assert day.state.name == "Completed"
    assert sum("inspection" in name for name in day.task_names) == len(new)
    rows, messages = sorted(day.tables, key=lambda table: "Subscription" in table[0])
    assert all(row["State"] == "sent" for row in messages)
    assert len(rows) == len(new)
    assert {row["Read"] for row in rows} == {"yes"}
    assert all(row["Document"].startswith(world.server.url) for row in rows)
    assert all(int(row["Recipients"]) > 0 for row in rows)
    assert len(world.slack.messages) == 1


def test_a_report_that_cannot_be_read_makes_the_run_end_visibly_different(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(watch.poll)
    world.move_to(sample_history().demo_day)
    set_day(world, monkeypatch)
    odd = sample_history().new_reports[0].file_id
    world.server.site.files[odd] = something_else()

    day = run(watch.poll, tasks=len(sample_history().new_reports) + 2)

    # In the orange of its type, where a completed run is green.
    assert day.state.is_crashed()
    assert day.state.name == "Needs review"
    assert "· ⚠ " in day.name
    assert day.name.endswith("1 report needs review")
    assert "needs-review" in day.tags
    assert sorted(day.task_states).count("Needs review") == 1
    assert "Needs review" in day.text
    rows, messages = sorted(day.tables, key=lambda table: "Subscription" in table[0])
    assert all(row["State"] == "sent" for row in messages)
    assert [bool(row["Problems"]) for row in rows] == [True, False, False]


def test_a_site_that_has_changed_fails_the_run_with_a_sentence(world: World) -> None:
    world.server.site.quirks.renamed_classes["search-result"] = "hit"

    look = run(watch.full_poll)

    assert look.state.is_failed()
    assert look.state.message
    assert "Traceback" not in look.state.message
    assert look.name.endswith("⚠ failed")
    assert "The next run tries again" in look.text


def test_a_secret_of_prefect_is_used_and_written_nowhere(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    config = world.folder / "watch.yaml"
    named = config.read_text().replace(world.slack.token, "${prefect.secret.slack-token}")
    config.write_text(named)

    without = run(watch.poll)
    assert without.state.is_failed()
    assert (without.state.message or "") == (
        "watch.yaml, line 3: Prefect has no Secret block named “slack-token”"
    )

    Secret(value=SecretStr(world.slack.token)).save("slack-token", overwrite=True)
    run(watch.poll)
    world.move_to(sample_history().demo_day)
    set_day(world, monkeypatch)
    day = run(watch.poll)
    assert len(world.slack.messages) == 1
    assert day.state.name == "Completed"
    assert world.slack.token not in caplog.text + str(day) + str(without)


def test_many_reports_are_ingested_in_chunks(world: World) -> None:
    first = run(watch.full_poll, tasks=3)
    assert first.name.startswith("full poll · ")
    chunks = [name for name in first.task_names if name.startswith("reports 1 to ")]
    assert len(chunks) == 1


def test_deliver_sends_what_is_due_and_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = run(watch.deliver)
    assert quiet.state.name == "Completed"
    assert quiet.name == "deliver · Mon 29 June 2026, 14:00 · nothing due"

    run(watch.poll, tasks=3)
    # By now the server knows about the quiet run, because it gets everything in order.
    assert seen(quiet.state, quiet.run_id, number_of_tasks=0).task_names == []
    world.move_to(sample_history().demo_day)
    set_day(world, monkeypatch)
    with world.app() as app:  # a poll that is cut off before it sends
        ingest(app, discover(app, begin_poll(app, full=False)).report_ids)
    assert world.slack.messages == ()

    sent = run(watch.deliver)
    number = len(world.slack.messages) + len(world.mailbox.mails)
    assert number == 2  # what one poll brings is one message, in Slack and by mail
    assert sent.name == f"deliver · Tue 30 June 2026, 14:00 · {number} messages sent"
    [states] = sent.tables
    assert {(row["State"], row["Messages"]) for row in states} == {("sent", "1")}
    assert len(states) == number
    assert "@" not in str(states)
    assert quiet.tables == []


def test_a_backfill_is_a_dry_run_unless_told_otherwise(world: World) -> None:
    plan = run(watch.backfill)
    assert plan.state.name == "Completed"
    assert plan.name.endswith("dry run")
    assert "Dry run, nothing was changed" in plan.text
    assert world.server.requests == []

    done = run(watch.backfill, request=BackfillRequest(dry_run=False))
    assert done.state.name == "Completed"
    assert "reports fetched" in done.name
    assert world.slack.messages == ()


def test_a_backfill_sends_only_after_confirmation(world: World) -> None:
    refused = run(watch.backfill, request=BackfillRequest(notify=True, dry_run=False))
    assert refused.state.is_failed()
    assert "Yes, send them" in (refused.state.message or "")
    assert "Run it again once this is put right" in refused.text
    assert world.server.requests == []
    assert world.slack.messages == ()

    run(watch.backfill, request=BackfillRequest(dry_run=False))
    run(watch.backfill, request=BackfillRequest(notify=True, yes=True, dry_run=False))
    (message,) = world.slack.messages
    assert "earlier reports, published from" in message.text


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (BackfillRequest(authorities=["Aldermore"]), "Aldermere"),
        (BackfillRequest(since=date(2026, 2, 1), until=date(2026, 1, 1)), "is later than"),
    ],
    ids=["an unknown authority", "days in the wrong order"],
)
def test_a_form_with_a_mistake_fails_the_run_with_a_sentence(
    world: World, request_: BackfillRequest, said: str
) -> None:
    refused = run(watch.backfill, request=request_)
    assert refused.state.is_failed()
    assert refused.name.endswith("⚠ failed")
    assert said in (refused.state.message or "")
    assert world.server.requests == []
