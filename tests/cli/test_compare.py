"""The command `compare`: two files, and how common an issue is where something is stored."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from demo.documents import render
from demo.sample import REGISTER_FILE, sample_history
from reports.model import ImprovementArea, Period, ThemeTag
from storage.database import Database
from storage.repeat_decisions import reject_repeat
from tests.command import Done, run_command
from tests.storage.readings import NOW, a_reading, stored

Files = dict[str, list[Path]]
Run = Callable[..., Done]
SUPERVISION = ThemeTag(theme="supervision_oversight", role="primary", matched="x")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The sample reports of each council as files, in the order of their publication."""
    folder = tmp_path_factory.mktemp("files")
    found: Files = {}
    for published in sample_history().reports:
        path = folder / f"{published.file_id}.pdf"
        path.write_bytes(render(published.document))
        found.setdefault(published.authority, []).append(path)
    return found


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `compare` where the data folder is `tmp_path / "data"`."""

    def compare(*arguments: object, **more: str) -> Done:
        settings = {
            "WATCH_DATA_DIR": str(tmp_path / "data"),
            "WATCH_AUTHORITIES": str(REGISTER_FILE),
            "COLUMNS": "100",
        }
        return run_command("compare", *map(str, arguments), env={**settings, **more})

    return compare


def keep_thirty(folder: Path) -> Database:
    """A store with thirty full inspections, of which six name supervision."""
    database = Database(f"sqlite:///{folder / 'watch.db'}")
    database.migrate()
    with database.write() as session:
        for number in range(30):
            tags = (SUPERVISION,) if number < 6 else ()
            other = ThemeTag(theme="lado", role="primary", matched="x")
            areas = (ImprovementArea(text="x", heading="", themes=(*tags, other)),)
            reading = a_reading(start=date(2018 + number, 3, 4))
            reading = reading.model_copy(update={"improvement_areas": areas})
            stored(session, str(number), reading)
    return database


def repeats(done: Done) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["repeats"]
    return found


def test_without_a_store_nothing_is_said_of_how_common_an_issue_is_and_none_is_made(
    run: Run, files: Files, tmp_path: Path
) -> None:
    done = run("--json", *files["aldermere"][2:4])
    first = repeats(done)[0]
    assert (first["theme"], first["base_rate"]) == ("supervision_oversight", None)
    assert not (tmp_path / "data").exists()
    assert done.stderr == ""


def test_how_common_an_issue_is_comes_from_the_store(
    run: Run, files: Files, tmp_path: Path
) -> None:
    keep_thirty(tmp_path / "data").close()
    first = repeats(run("--json", *files["aldermere"][2:4]))[0]
    assert (first["theme"], first["base_rate"]) == ("supervision_oversight", 0.2)
    words = " ".join(run(*files["aldermere"][2:4]).stdout.split())
    assert (
        "An issue of the same theme is raised in 20% of all full inspections since 2018." in words
    )
    assert f"Now: “{first['later']}” Before: “{first['earlier']}”" in words


def test_what_a_person_rejected_is_neither_raised_again_nor_gone_while_its_subject_is_raised(
    run: Run, files: Files, tmp_path: Path
) -> None:
    first = repeats(run("--json", *files["aldermere"][2:4]))[0]
    database = keep_thirty(tmp_path / "data")
    with database.write() as session:
        reject_repeat(
            session, later=first["later"], earlier=first["earlier"], who="A", why="b", now=NOW
        )
    database.close()
    done = run("--json", *files["aldermere"][2:4])
    assert first["later"] not in [repeat["later"] for repeat in repeats(done)]
    assert first["earlier"] not in json.loads(done.stdout)["no_longer_named"]


def test_a_store_that_does_not_answer_is_said_and_the_rest_compared(run: Run, files: Files) -> None:
    done = run(
        "--json",
        *files["aldermere"][2:4],
        WATCH_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing",
    )
    assert repeats(done)
    assert "Cannot say how common an issue is." in done.stderr


def test_a_grade_that_was_not_given_is_not_one_that_was_not_read(run: Run, files: Files) -> None:
    earlier, _, later = files["castlebourne"]
    words = " ".join(run(earlier, later).stdout.split())
    assert "Care leavers: not given → " in words
    assert (
        "Local safeguarding children board: no longer given (was " in words
        or "no longer given (was " in words
    )
    assert "not read" not in words


def test_reports_of_two_councils_or_in_the_wrong_order_are_refused(run: Run, files: Files) -> None:
    two = run(files["aldermere"][2], next(v for k, v in files.items() if k != "aldermere")[-1])
    assert (two.returncode, two.stdout) == (2, "")
    assert "one council" in two.stderr
    turned = run(files["aldermere"][3], files["aldermere"][2])
    assert (turned.returncode, turned.stdout) == (2, "")
    assert "name the earlier report first" in turned.stderr


def test_a_report_is_not_compared_with_itself(run: Run, files: Files) -> None:
    done = run(files["aldermere"][2], files["aldermere"][2])
    assert (done.returncode, done.stdout) == (2, "")
    assert "Both files are the same report" in done.stderr


def test_a_report_that_could_not_be_read_is_named(run: Run, files: Files, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pdf"
    empty.touch()
    done = run(files["aldermere"][2], empty)
    assert done.returncode == 1
    assert done.stderr == "empty.pdf: The file is empty.\n"


def test_grades_of_an_unknown_council_are_not_said_to_be_unread(run: Run, files: Files) -> None:
    """The register of the product has no council of the sample."""
    pair = files["aldermere"][2:4]
    words = " ".join(run(*pair, WATCH_AUTHORITIES="").stdout.split())
    assert "Grades are not compared, because the council of these reports is unknown." in words
    changes = json.loads(run("--json", *pair, WATCH_AUTHORITIES="").stdout)["changes"]
    assert {change["direction"] for change in changes} == {"not_comparable"}


def test_a_grade_that_stays_is_given_once_and_the_overall_grade_comes_first(
    run: Run, files: Files
) -> None:
    earlier, later, _ = files["castlebourne"]
    council, *reports, first = (lines := run(earlier, later).stdout.splitlines())[:4]
    others = lines[4:]
    assert council == "Castlebourne"
    assert [line.split(",")[0] for line in reports] == [
        "  Earlier: Inspection",
        "  Later: Inspection",
    ]
    assert first.startswith("  Overall effectiveness: Requires improvement to be good → Good (")
    assert any(line.startswith("  Children in care: Good (same grade)") for line in others)


@pytest.mark.parametrize(
    "correction",
    [
        {"lead_inspector": "Teresa Oldroyd"},
        {"periods": (Period(start=date(2023, 3, 27), end=date(2023, 4, 6)),)},
    ],
)
def test_two_versions_of_a_report_raise_nothing_again(
    tmp_path: Path, run: Run, correction: dict[str, Any]
) -> None:
    [report] = [one for one in sample_history().reports if one.file_id == "99000103"]
    corrected = report.document.model_copy(update=correction)
    paths = [tmp_path / "first.pdf", tmp_path / "corrected.pdf"]
    for path, document in zip(paths, (report.document, corrected), strict=True):
        path.write_bytes(render(document))
    done = run(*paths, "--json")
    assert done.returncode == 0
    assert "about the same inspection, so nothing in them is raised again" in done.stderr
    found = json.loads(done.stdout)
    assert (found["repeats"], found["same_area"], found["no_longer_named"]) == ([], [], [])
    assert found["changes"]
