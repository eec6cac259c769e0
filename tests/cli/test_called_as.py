"""The command that messages tell users to run next is one that they can type."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cli.called_as import command_for, command_from


@pytest.mark.parametrize(
    ("called", "command"),
    [
        ("/usr/lib/inspection_watch/__main__.py", f"{sys.executable} -m inspection_watch"),
        ("inspection-watch", "inspection-watch"),
        ("/nowhere/bin/inspection-watch", "inspection-watch"),
    ],
)
def test_a_command_from_anywhere_is_called_the_same_way(
    monkeypatch: pytest.MonkeyPatch, called: str, command: str
) -> None:
    monkeypatch.setattr(sys, "argv", [called])
    assert command_from() == command_from(Path("/tmp")) == command


def test_a_command_of_a_checkout_is_called_by_its_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = tmp_path / ".venv" / "bin"
    place.mkdir(parents=True)
    (place / "inspection-watch").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [".venv/bin/inspection-watch"])
    assert command_from() == ".venv/bin/inspection-watch"
    assert command_from(tmp_path / "demo") == "../.venv/bin/inspection-watch"
    assert command_for(Path()) == ".venv/bin/inspection-watch"
    assert command_for(Path("my demo")) == ".venv/bin/inspection-watch --home 'my demo'"
