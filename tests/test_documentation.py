"""What the documentation names exists: commands, settings and examples."""

from __future__ import annotations

import base64
import json
import re
import shlex
import uuid
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter

from alerts.channels.webhook.renderer import webhook_payload
from alerts.messages.message import Envelope
from alerts.subscriptions.config import load_config
from cli.command_list import COMMANDS, LazyCommands
from flows.settings import Settings
from reports.register import Register
from tests.alerts.builders import NOW
from tests.alerts.surroundings import message_of_2026
from tests.command import run_command

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(path for path in (ROOT / "docs").rglob("*.md")),
]

HOME = "WATCH_HOME"
"""The folder of everything else, which is read before the settings."""

SECRET = base64.b64encode(bytes(32)).decode()
OF_TESTS = {"WATCH_TEST_POSTGRES_URL", "WATCH_TEST_KILLS"}
"""Settings of the tests, which CONTRIBUTING explains."""


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(language: str) -> list[Any]:
    """The code blocks in a language, each with the page that it is on."""
    found = []
    for page in PAGES:
        for number, match in enumerate(
            re.finditer(
                rf"^( *)```{language}\n(.*?)^\1```", text_of(page), re.MULTILINE | re.DOTALL
            )
        ):
            indent = len(match[1])
            code = "\n".join(line[indent:] for line in match[2].splitlines())
            found.append(pytest.param(code, id=f"{page.name}-{number}"))
    return found


def command_lines() -> list[Any]:
    """The lines of code in which the command is called, without their comments."""
    found = []
    for page in PAGES:
        for match in re.finditer(
            r"^ {4,}(?:\.venv/bin/)?inspection-watch (.*)$", text_of(page), re.MULTILINE
        ):
            line = re.sub(r"\s+#.*", "", match[1])
            if not re.search(r"…|[A-Z]{3}|\|", line):  # words to be replaced
                found.append(pytest.param(line, id=f"{page.name}: {line}"))
    return found


def words_of(line: str) -> list[str]:
    """The words of a call, from the name of the command on."""
    words = shlex.split(line)
    return words[2:] if words[0] == "--home" else words


def parse(line: str) -> None:
    """Parse a line of arguments as the command would; raises where it does not fit."""
    name, *arguments = words_of(line)
    LazyCommands()[name].make_context(name, arguments)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_has_an_example_that_fits_it(command: str) -> None:
    done = run_command(command, "--help", env={"COLUMNS": "200"})
    assert done.returncode == 0, done.stderr
    example = re.search(
        r"Example: (?:[A-Z_]+=\S+ )?inspection-watch (.*?) *$", done.stdout, re.MULTILINE
    )
    assert example is not None, "its docstring needs a line: Example: inspection-watch …"
    assert words_of(example[1])[0] == command
    parse(example[1])


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_list_of_commands(command: str) -> None:
    listed = text_of(ROOT / "docs" / "commands.md")
    assert re.search(rf"`(?:inspection-watch )?{command}\b", listed)


@pytest.mark.parametrize("line", command_lines())
def test_a_documented_call_fits_the_command(line: str) -> None:
    parse(line)


def scripts() -> list[str]:
    """The modules of the tests that a page tells to run."""
    pages = "".join(text_of(page) for page in PAGES)
    return sorted(set(re.findall(r"python -m (tests(?:\.\w+)+)", pages)))


@pytest.mark.parametrize("module", scripts())
def test_a_script_that_measures_a_pages_figures_can_start(module: str) -> None:
    assert import_module(module)


def test_the_commands_and_options_that_the_list_names_exist() -> None:
    for call in re.findall(r"`inspection-watch ([^`]*)`", text_of(ROOT / "docs" / "commands.md")):
        name = words_of(call)[0]
        if name == "…":
            continue
        assert name in COMMANDS, call
        options = {o for parameter in LazyCommands()[name].params for o in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", call)) <= {*options, "--home"}, call


def test_the_settings_are_those_of_the_program_with_their_defaults() -> None:
    table = text_of(ROOT / "docs" / "settings.md")
    documented = dict(re.findall(r"^\| `WATCH_(\w+)` \| ([^|]*)\|", table, re.MULTILINE))
    fields = {name.upper(): field for name, field in Settings.model_fields.items()}
    assert {f"WATCH_{name}" for name in documented} == {f"WATCH_{n}" for n in fields} | {HOME}
    for name, shown in documented.items():
        value = fields[name].get_default() if name in fields else None
        if shown.startswith("`") and value is not None:
            given = TypeAdapter(type(value)).validate_python(shown.strip(" `"))
            assert given == value, f"the default of WATCH_{name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_only_settings_that_exist(page: Path) -> None:
    known = {f"WATCH_{name.upper()}" for name in Settings.model_fields} | OF_TESTS | {HOME}
    assert set(re.findall(r"\bWATCH_[A-Z_]+\b", text_of(page))) <= known


@pytest.mark.parametrize("code", blocks("json"))
def test_an_example_in_json_is_json(code: str) -> None:
    json.loads(code)


def test_the_example_of_a_webhook_has_what_is_sent() -> None:
    text = re.search(r"```json\n(.*?)```", text_of(ROOT / "docs" / "webhooks.md"), re.DOTALL)
    assert text is not None
    example = json.loads(text[1])
    envelope = Envelope(key="k", subscription="Scrutiny", at=NOW)
    sent = webhook_payload(message_of_2026(), envelope)
    assert example.keys() == sent.keys()
    assert example["data"].keys() == sent["data"].keys()
    [report], [sent_report] = example["data"]["reports"], sent["data"]["reports"]
    assert report.keys() == sent_report.keys()
    assert report["areas"][0].keys() == sent_report["areas"][0].keys()
    assert report["links"][0].keys() == sent_report["links"][0].keys()


@pytest.mark.parametrize(
    "code", [*blocks("yaml"), (ROOT / "watch.example.yaml").read_text("utf-8")]
)
def test_an_example_of_the_configuration_is_valid(code: str, tmp_path: Path) -> None:
    """What a fragment leaves out is added: the channels that it names, and subscriptions."""
    given = yaml.safe_load(code)
    if isinstance(given, list):  # more subscriptions
        given = {"subscriptions": given}
    given.setdefault("channels", {})
    given.setdefault("subscriptions", [])
    operators = given.get("operators") or {}
    users = [*given["subscriptions"], *([operators] if operators else [])]
    for name in {name for user in users for name in user.get("channels", ())}:
        mail = {
            "type": "email",
            "to": "a@example.org",
            "from": "b@example.org",
            "host": "localhost",
        }
        given["channels"].setdefault(name, mail)
    path = tmp_path / "watch.yaml"
    path.write_text(yaml.safe_dump(given, sort_keys=False), encoding="utf-8")
    names = re.findall(r"\$\{(\w+)\}", code)
    # Apprise knows a service by its scheme; the other channels take https only.
    teams, other = "json://example.org", "https://example.org/x"
    notify = f"watch-{uuid.UUID(int=1)}-{uuid.UUID(int=2)}"
    given_names = {"TEAMS_URL": teams, "NOTIFY_API_KEY": notify}
    secrets = {name: other if "URL" in name else SECRET for name in names} | given_names
    load_config(path, register=Register.default(), environment=secrets)


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md"], ids=lambda page: page.name)
def test_a_page_has_no_marks_of_an_unfinished_merge(page: Path) -> None:
    marks = [line for line in text_of(page).splitlines() if line.startswith(("<<<<<<<", ">>>>>>>"))]
    assert marks == []
