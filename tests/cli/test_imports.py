"""What each command loads: most of the time that a command takes to start goes into that."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.sample import REGISTER_FILE, sample_site
from flows.pipeline.poll import poll
from scrapers.public_site import PUBLIC_SITE
from tests.flows.world import World, open_world

PROGRAM = """
import atexit, json, sys

def say():
    loaded = {name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names)
    loaded -= {"cython_runtime"}  # a part of compiled modules
    sys.stderr.write("\\n" + json.dumps(sorted(loaded)))

atexit.register(say)
from cli.main import main
main()
"""
OURS = {"alerts", "cli", "flows", "reports", "scrapers", "storage", "website"}
SCREEN = {"annotated_doc", "rich", "shellingham", "typer"}
SETTINGS = {
    "annotated_types",
    "dotenv",
    "pydantic",
    "pydantic_core",
    "pydantic_settings",
    "typing_extensions",
    "typing_inspection",
    "yaml",
}
STORE = {"greenlet", "psutil", "sqlalchemy"}
EMAIL = {"markupsafe"}
SITE = {"bs4", "certifi", "charset_normalizer", "idna", "lxml", "requests", "tenacity", "urllib3"}

WITH_SOUP = {"html5lib", "six", "soupsieve", "webencodings"}
"""Beautiful Soup loads these where they are installed."""


CONFIG = """
channels:
  mail: {type: email, to: [team@example.org], from: watch@example.org, host: localhost}
subscriptions:
  - {name: All, authorities: {all: true}, events: [new_report], channels: [mail]}
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The sample site after its first poll and a poll of the same day, with messages by email."""
    folder = tmp_path_factory.mktemp("world")
    with open_world(sample_site(), folder, authorities=REGISTER_FILE) as world:
        (folder / "watch.yaml").write_text(CONFIG)
        world.fill()
        with world.app() as app:
            poll(app)
        yield world


def loaded_by(world: World, *arguments: str, **more: str) -> set[str]:
    """The packages of others that a command has loaded when it ends."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        env=world.environment(**more),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    loaded: list[str] = json.loads(done.stderr.splitlines()[-1])
    return {name for name in loaded if not name.startswith("_")} - OURS


def test_the_version_needs_only_what_prints_it(world: World) -> None:
    assert loaded_by(world, "--version") <= SCREEN


def test_reading_a_file_needs_neither_the_store_nor_the_site(world: World, tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    report.write_text("Inspection of children's services")
    assert loaded_by(world, "read", str(report)) <= SCREEN | SETTINGS


def test_the_status_needs_neither_the_site_nor_what_sends_messages(world: World) -> None:
    loaded = loaded_by(world, "status", WATCH_SITE_URL=PUBLIC_SITE)
    assert loaded <= SCREEN | SETTINGS | STORE | EMAIL


def test_a_quiet_poll_sends_nothing_and_draws_nothing(world: World) -> None:
    loaded = loaded_by(world, "poll")
    assert loaded <= SCREEN | SETTINGS | STORE | EMAIL | SITE | WITH_SOUP
