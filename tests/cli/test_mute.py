"""The commands `mute`, `mutes`, `unmute` and `forget`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from demo.sample import REGISTER_FILE, sample_site
from tests.command import Done
from tests.flows.world import open_world, run_in

Run = Callable[..., Done]

BY = ("--who", "A. Clerk", "--why", "known already")


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Run the command in an empty world."""
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        yield lambda *arguments: run_in(world, *arguments)


def test_a_mute_is_listed_until_it_is_ended(run: Run) -> None:
    done = run("mute", "--council", "Aldermere", "--until", "2099-12-31", *BY)
    assert done.returncode == 0, done.stderr
    assert "muted until 31 December 2099" in done.stdout
    [row] = json.loads(run("mutes", "--json").stdout)
    assert (row["kind"], row["who"], row["why"]) == ("authority", "A. Clerk", "known already")
    assert run("unmute", str(row["id"])).returncode == 0
    assert json.loads(run("mutes", "--json").stdout) == []
    [ended] = json.loads(run("mutes", "--all", "--json").stdout)
    assert ended["active"] is False
    assert "(ended early)" in run("mutes", "--all").stdout


def test_a_mute_of_a_theme_says_which_reports_it_mutes(run: Run) -> None:
    done = run("mute", "--theme", "Sufficiency", "--until", "2099-12-31", *BY)
    assert "reports sent only because of “" in done.stdout
    assert "” are muted until 31 December 2099" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--authority", "Aldermeer"), "did you mean Aldermere?"),
        (("--theme", "sufficient"), "did you mean sufficiency?"),
        (("--subscription", "Everthing"), "did you mean Everything?"),
        ((), "Give one of"),
        (
            ("--authority", "Aldermere", "--until", "2001-01-01"),
            "must be today or later, not “2001-01-01”",
        ),
    ],
)
def test_a_mistake_changes_nothing(run: Run, arguments: tuple[str, ...], said: str) -> None:
    until = () if "--until" in arguments else ("--until", "2099-12-31")
    done = run("mute", *arguments, *until, *BY)
    assert done.returncode == 2
    assert said in done.stderr
    assert json.loads(run("mutes", "--json").stdout) == []


def test_a_mute_needs_a_reason(run: Run) -> None:
    until = ("--until", "2099-12-31")
    done = run("mute", "--council", "Aldermere", *until, "--who", "A. Clerk", "--why", " ")
    assert done.returncode == 2
    assert done.stderr == "--who and --why are required\n"
    assert json.loads(run("mutes", "--json").stdout) == []


def test_an_address_in_use_cannot_be_deleted(run: Run) -> None:
    done = run("forget", "Team@example.org")
    assert done.returncode == 2
    assert "remove it there first" in done.stderr


def test_an_address_that_is_nowhere_cannot_be_deleted(run: Run) -> None:
    done = run("forget", "gone@example.org")
    assert (done.returncode, done.stdout) == (2, "")
    assert "has the address “gone@example.org”. Check the spelling;" in done.stderr


def test_a_number_that_is_longer_than_any_is_answered_in_words(run: Run) -> None:
    done = run("unmute", "9" * 30)
    assert done.returncode == 2
    assert "There is no mute" in done.stderr
