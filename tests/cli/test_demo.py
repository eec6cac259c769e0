"""The demonstration, from an empty folder to what it leaves there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from cli.demonstration import MARK, prepare
from reports.errors import ConfigurationError
from tests.command import Done, run_command


def demonstrate(folder: Path, **more: str) -> Done:
    """Run `demo` into a folder."""
    return run_command("demo", "--to", str(folder), env={**os.environ, **more})


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder, and what was printed."""
    folder = tmp_path_factory.mktemp("demo") / "out"
    done = demonstrate(folder)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def test_one_report_comes_in_full_and_several_in_one_message(shown: tuple[Path, str]) -> None:
    folder, printed = shown
    assert "Sent so far: 0 to Slack, 0 by email." in printed
    assert "Sent so far: 1 to Slack, 2 by email." in printed
    assert "Nothing was sent." in printed
    assert "GRADES OVER TIME" in printed
    assert "All are history, so no messages are sent." in printed
    assert "The sample site, Slack and mailbox have stopped" in printed
    assert "This message covers 3 reports; 1 is urgent." in printed
    assert len(list((folder / "mail").glob("*.eml"))) == 2


@pytest.mark.parametrize(
    ("name", "pictures"), [("mail-about-one-report", 1), ("mail-about-three-reports", 3)]
)
def test_the_pages_have_their_pictures_in_them(
    shown: tuple[Path, str], name: str, pictures: int
) -> None:
    folder, printed = shown
    path = folder / f"{name}.html"
    assert str(path) in printed
    page = path.read_text(encoding="utf-8")
    assert page.count('src="data:image/png;base64,') == pictures
    assert "cid:" not in page


def test_without_its_extra_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [
        name for name in sys.modules if name.startswith(("cli.demonstration", "demo.", "aiosmtpd"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("cli.demonstration", raising=False)
    monkeypatch.setitem(sys.modules, "aiosmtpd", None)
    done = demonstrate(tmp_path / "out")
    assert done.returncode == 2
    assert done.stderr.strip() == (
        "`demo` needs the package aiosmtpd: install 'inspection-watch[demo]'"
    )
    assert not (tmp_path / "out").exists()


def test_the_settings_of_a_watch_of_ones_own_have_no_part_in_it(tmp_path: Path) -> None:
    done = demonstrate(
        tmp_path / "out",
        WATCH_HOLD_OVER="1",
        WATCH_ORIGINALS=str(tmp_path / "originals"),
        WATCH_PUBLIC_URL="https://watch.example.gov.uk",
    )
    assert done.returncode == 0, done.stderr
    assert "Sent so far: 1 to Slack, 2 by email." in done.stdout
    assert "watch.example.gov.uk" not in done.stdout
    assert not (tmp_path / "originals").exists()


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    done = demonstrate(tmp_path)
    assert done.returncode == 2
    assert "choose another folder" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    assert not (tmp_path / MARK).exists()


def test_what_was_added_to_the_folder_of_a_demonstration_is_not_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    here = Path()
    prepare(here)
    (here / "data").mkdir()
    added = here / "briefing.docx"
    added.write_text("kept")
    with pytest.raises(ConfigurationError, match="not from an earlier demonstration"):
        prepare(here)
    assert added.read_text() == "kept"
    added.unlink()
    prepare(here)
    assert [path.name for path in tmp_path.iterdir()] == [MARK]


def test_commands_run_in_the_folder_look_at_what_is_stored(shown: tuple[Path, str]) -> None:
    folder, printed = shown
    assert f" --home {folder} history Aldermere" in printed
    done = run_command("--home", str(folder), "history", "Aldermere", env=os.environ)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Aldermere · North West")
