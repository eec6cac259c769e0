"""The command as a process of its own: what only the system around it can show.

Everything else about commands is tested in the process of the tests (`tests/command.py`).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.documents import render
from demo.sample import REGISTER_FILE, sample_history, sample_site
from tests.command import COMMAND
from tests.flows.world import World, open_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        yield world


def start(world: World, *arguments: str) -> subprocess.Popen[str]:
    """Start the command without a terminal, with Ctrl-C as in a terminal.

    A shell in the background ignores Ctrl-C, and all that it starts would too.
    """
    return subprocess.Popen(
        [*COMMAND, *arguments],
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        env=world.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """A report, and a file that is none."""
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(render(sample_history().reports[0].document))
    bad.write_bytes(b"%PDF-1.7\nnothing in it\n%%EOF\n")
    return {"good.pdf": good, "bad.pdf": bad}


@pytest.mark.parametrize(("name", "code"), [("good.pdf", 0), ("bad.pdf", 1), ("none.pdf", 2)])
def test_the_exit_code_says_how_it_went(
    world: World, files: dict[str, Path], name: str, code: int
) -> None:
    process = start(world, "read", "--json", str(files.get(name, name)))
    out, err = process.communicate(timeout=120)
    assert process.returncode == code, err
    assert bool(out) is (code != 2)
    assert "Traceback" not in err


@pytest.mark.parametrize("command", ["status", "poll", "serve"])
def test_a_database_address_that_makes_no_sense_is_one_sentence(world: World, command: str) -> None:
    # With a fixed clock, `serve` says that too.
    address = {"WATCH_DATABASE_URL": "postgresql://watch:se@can:ary@host/name", "WATCH_NOW": ""}
    said = subprocess.run(
        [*COMMAND, command],
        env={**world.environment(), **address},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert said.returncode == 2, said.stderr
    assert len(said.stderr.strip().splitlines()) == 1, said.stderr
    assert said.stderr.startswith("WATCH_DATABASE_URL is not"), said.stderr
    assert "ary" not in said.stderr


def test_a_reader_of_the_output_that_has_gone_is_not_a_fault(world: World) -> None:
    process = start(world, "themes", "--json")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr as stderr:
        said = stderr.read()
    assert process.wait(timeout=120) == 1
    assert said == ""


def test_an_encoding_of_few_letters_is_not_a_fault(world: World) -> None:
    """Such as that of an old terminal. JSON keeps every letter."""
    environment = {**world.environment(), "PYTHONIOENCODING": "ascii"}
    said = [
        subprocess.run(
            [*COMMAND, "themes", "sufficiency", *more],
            env=environment,
            capture_output=True,
            timeout=120,
            check=False,
        )
        for more in ((), ("--json",))
    ]
    assert [done.returncode for done in said] == [0, 0], said[0].stderr
    assert b"sufficient placement?" in said[0].stdout
    assert "placement…" in json.dumps(json.loads(said[1].stdout), ensure_ascii=False)


def test_a_closed_stdin_counts_as_nobody_at_the_keyboard(world: World, tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "--home", str(tmp_path / "new"), "init", "--slack", "#alerts"],
        env={name: value for name, value in os.environ.items() if not name.startswith("WATCH_")},
        preexec_fn=lambda: os.close(0),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.endswith("Stopped.\n")
    assert "Traceback" not in done.stderr


def test_what_is_interrupted_says_so(world: World) -> None:
    world.server.faults.add("hang@/search")
    process = start(world, "poll")
    while process.poll() is None and not world.server.requests:
        world.server.wait(0.01)
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (1, "")
    assert err.strip().splitlines()[-1] == "Stopped: nothing more was done."
    assert "Traceback" not in err
