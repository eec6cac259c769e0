"""The automations of the documentation, with a real Prefect server, a real poll and a user's flow.

It takes a minute: `make test-faults` runs it. One test of it is quick.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest
import yaml
from prefect.events import AutomationCore

from flows.prefect_events import NAMES
from storage.history import event_as_json, events
from tests.alerts.json_service import json_service
from tests.alerts.killing import KILLS
from tests.command import COMMAND
from tests.flows.prefect_server import PrefectServer, prefect_server, running
from tests.flows.waiting import until
from tests.flows.world import World
from tests.hosts import own_environment

NO_ID = "00000000-0000-0000-0000-000000000000"
REGION = "East Midlands"
"""Of one of the two councils whose grades change on the day with new reports."""

OWN_FLOW = """
import json, os
from prefect import flow
from prefect.blocks.webhook import Webhook

@flow
def note(council: str = "", authority: str = "", report_url: str = "") -> None:
    with open(os.environ["NOTES"], "a") as notes:
        print(json.dumps([council, authority, report_url]), file=notes)

if __name__ == "__main__":
    Webhook(url=os.environ["WEBHOOK"]).save("ours")
    note.serve("note")
"""
"""What users have: a flow that notes what it was started with, and a webhook."""


def documented() -> list[str]:
    """The automations in `docs/operations.md`, as users copy them."""
    text = Path("docs/operations.md").read_text(encoding="utf-8")
    blocks = re.findall(r"(?:^ {4}.*\n)+", text, re.MULTILINE)
    return [dedent(block) for block in blocks if "\n    trigger:" in block]


def test_the_documented_automations_are_ones_that_prefect_understands() -> None:
    understood = [AutomationCore.model_validate(yaml.safe_load(block)) for block in documented()]
    expected = {name for one in understood for name in one.trigger.expect}  # type: ignore[union-attr]
    assert len(understood) == 2
    assert expected <= {f"inspection-watch.{name}" for name in NAMES.values()}


def create_automation(text: str, file: Path, environment: Mapping[str, str]) -> None:
    """Create it as the documentation says."""
    file.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "prefect", "automation", "create", "--from-file", str(file)]
    done = subprocess.run(command, env={**environment}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.faults
@pytest.mark.postgres
@pytest.mark.prefect
@pytest.mark.skipif(KILLS <= 3, reason="make test-faults runs it: it takes a minute")
def test_what_a_poll_detects_starts_a_users_flow_and_calls_a_webhook(
    world: World, tmp_path: Path, postgres_url: str
) -> None:
    script, notes = tmp_path / "own_flow.py", tmp_path / "notes"
    script.write_text(OWN_FLOW)
    notes.touch()
    with prefect_server(tmp_path, postgres_url) as server, json_service(200) as (url, called):
        own = {
            **own_environment(),
            **server.variables,
            "PREFECT_HOME": str(tmp_path / "prefect-of-user"),
            "NOTES": str(notes),
            "WEBHOOK": url.replace("json://", "http://"),
        }
        ours = {**world.environment(), **server.variables, "PREFECT_HOME": str(tmp_path / "ours")}
        subprocess.run([*COMMAND, "deploy"], env=ours, check=True, stdout=subprocess.DEVNULL)
        server.pause_schedules()
        with running([sys.executable, str(script)], own, tmp_path / "own.log"):
            create_all(server, tmp_path, own)
            with running([*COMMAND, "worker"], ours, tmp_path / "worker.log"):
                poll = server.run("poll")
                until(lambda: server.state(poll) == "COMPLETED", "the poll")
            with world.app() as app, app.database.read() as session:
                detected = [event_as_json(event) for event in events(session)]
                regions = {
                    event.authority.short: event.authority.region for event in events(session)
                }
            changed = [one for one in detected if one["type"] == "grade_change"]
            expected = [["", one["authority"], one["report_url"]] for one in changed]
            expected += [
                [one["authority"], "", ""] for one in changed if regions[one["authority"]] == REGION
            ]
            until(lambda: len(notes.read_text().splitlines()) >= len(expected), "the user's flow")
            until(lambda: len(called) >= len(changed), "the webhook")
    assert len(changed) < len(expected) < 2 * len(changed)
    assert sorted(json.loads(line) for line in notes.read_text().splitlines()) == sorted(expected)
    assert sorted(one["text"] for one in called) == sorted(one["summary"] for one in changed)


def create_all(server: PrefectServer, folder: Path, environment: Mapping[str, str]) -> None:
    """Create the documented automations for the user's flow and webhook."""
    note = until(lambda: server.find("/deployments/name/note/note"), "the user's deployment")
    webhook = server.get("/block_types/slug/webhook/block_documents/name/ours")
    for_webhook = [text for text in documented() if "call-webhook" in text]
    for_flow = [text for text in documented() if "run-deployment" in text]
    for_flow.append(Path("flows/automations/grade-changed-starts-a-flow.yaml").read_text())
    for number, text in enumerate([*for_flow, *for_webhook]):
        own_id = note["id"] if text in for_flow else webhook["id"]
        text = text.replace(NO_ID, own_id).replace("London", REGION)
        # No report of the sample has an area for priority action.
        text = text.replace("priority-action", "grade-changed")
        create_automation(text, folder / f"automation-{number}.yaml", environment)
