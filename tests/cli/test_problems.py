"""`problems`, `confirm`, `add`, `reconcile` and `history` as other programs use them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.documents import Quirks, SampleReport, render
from demo.sample import REGISTER_FILE, sample_history, sample_site
from reports.model import Grade, Judgement
from tests.flows.test_add_and_reconcile import RIGHT, table
from tests.flows.world import World, open_world, run_in

ALDERMERE = next(r for r in sample_history().new_reports if r.authority == "aldermere")
LOOKED = ("--who", "A. Clerk", "--why", "page 1")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The sample site; the newest report on Aldermere has a grade in doubt."""
    site = sample_site()
    document = ALDERMERE.document
    assert isinstance(document, SampleReport)
    quirks = Quirks(heading_grades={Judgement.IN_CARE: Grade.OUTSTANDING})
    site.files[ALDERMERE.file_id] = render(document.model_copy(update={"quirks": quirks}))
    folder = tmp_path_factory.mktemp("world")
    with open_world(site, folder, authorities=REGISTER_FILE) as world:
        for day in (sample_history().first_poll, sample_history().demo_day):
            world.move_to(day)
            run_in(world, "poll")
        yield world


@pytest.fixture
def own_world(world: World, tmp_path: Path) -> World:
    return world.on_a_copy(tmp_path)


def test_problems_are_listed_settled_and_gone(own_world: World) -> None:
    world = own_world
    listed = run_in(world, "problems", "--json")
    assert listed.returncode == 1
    data = json.loads(listed.stdout)
    assert data["counts"] == {"grade_disagreement": 1}
    (problem,) = data["problems"]
    assert (problem["file_id"], problem["authority"]) == (ALDERMERE.file_id, "Aldermere")
    assert problem["confirm"] == ["in_care"]
    assert problem["page"]
    status = run_in(world, "status").stdout
    assert re.search(r"Reports: \d+ read \(1 needs review\)", status)
    assert "Aldermere: Children's services inspection (30 June 2026): " in status
    words = run_in(world, "problems", "--council", "Aldermere").stdout
    settle = f"to settle it: inspection-watch confirm {ALDERMERE.file_id} in_care VALUE"
    assert settle in " ".join(words.split())
    assert run_in(world, "problems", "--authority", "Dunwater").returncode == 0

    done = run_in(world, "confirm", ALDERMERE.file_id, "in_care", "inadequate", *LOOKED, "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["problems_left"] == []
    assert said["value"] == "inadequate"
    assert said["messages_queued"] == 2

    assert run_in(world, "problems").stdout.strip() == "No open problems."
    report = next(
        r
        for r in json.loads(run_in(world, "history", "Aldermere", "--json").stdout)["reports"]
        if r["file_id"] == ALDERMERE.file_id
    )
    assert report["confirmed_values"][0]["who"] == "A. Clerk"
    assert report["superseded"] is False


def test_history_is_readable_at_100_columns(world: World) -> None:
    shown = run_in(world, "history", "Aldermere").stdout.splitlines()
    assert all(len(line) <= 100 for line in shown)
    assert any(line.startswith("10 Jun 2019") for line in shown)
    assert any("ILACS 2018 to 2022 ──" in line for line in shown)


def test_a_document_is_added_once_and_shown(own_world: World, tmp_path: Path) -> None:
    world = own_world
    path = tmp_path / "letter.pdf"
    path.write_bytes(render(sample_history().reports[0].document) + b"\n")
    first = run_in(world, "add", str(path), "--council", "Aldermere", "--json")
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout)["added"] is True
    second = run_in(world, "add", str(path), "--council", "Aldermere", "--json")
    assert json.loads(second.stdout)["added"] is False
    assert "added by hand" in run_in(world, "history", "Aldermere").stdout


def test_a_document_that_says_nothing_of_itself_is_shown_with_what_was_said_of_it(
    own_world: World, tmp_path: Path
) -> None:
    world = own_world
    path = tmp_path / "note.txt"
    path.write_text("Notes of a meeting.\n" * 20)
    file_id = json.loads(
        run_in(world, "add", str(path), "--council", "Aldermere", "--json").stdout
    )["file_id"]
    shown = run_in(world, "history", "Aldermere").stdout
    assert "Date unknown · note.txt\n" in shown
    assert "published –" not in shown
    assert "* Council: Aldermere, given when the document was added.\n" in shown
    done = run_in(world, "confirm", file_id, "document", *LOOKED)
    assert done.returncode == 2
    assert done.stderr.strip() == (
        f"Nothing changed: `document` does not resolve the problems of report {file_id}. Confirm "
        "`kind` and `framework`"
    )
    assert "A. Clerk" not in run_in(world, "history", "Aldermere").stdout


def test_a_correction_after_messages_were_sent_says_that_it_does_not_correct_them(
    own_world: World,
) -> None:
    arguments = ("confirm", sample_history().new_reports[1].file_id, "in_care")
    said = "Messages already sent are not corrected."
    assert said not in run_in(own_world, *arguments, *LOOKED).stdout
    corrected = run_in(own_world, *arguments, "inadequate", *LOOKED).stdout
    assert said in corrected
    assert "is corrected to “Inadequate” (“" in " ".join(corrected.split())


def test_a_confirmed_name_is_printed_as_it_is_written(own_world: World) -> None:
    arguments = ("confirm", sample_history().new_reports[1].file_id)
    corrected = run_in(own_world, *arguments, "lead_inspector", "Ann McCall", *LOOKED).stdout
    assert "is corrected to “Ann McCall” (“" in " ".join(corrected.split())
    confirmed = run_in(own_world, *arguments, "authority", *LOOKED).stdout
    assert "Council is confirmed: " in " ".join(confirmed.split())


@pytest.mark.parametrize("field", ["grades", "areas"])
def test_what_is_confirmed_as_a_whole_has_a_verb_in_the_plural(
    own_world: World, field: str
) -> None:
    file_id = sample_history().new_reports[1].file_id
    confirmed = run_in(own_world, "confirm", file_id, field, *LOOKED).stdout
    assert f"{field.capitalize()} are confirmed: as read" in " ".join(confirmed.split())


def test_adding_another_councils_document_needs_review(own_world: World, tmp_path: Path) -> None:
    world = own_world
    path = tmp_path / "letter.pdf"
    path.write_bytes(render(sample_history().reports[1].document) + b"\n\n")
    done = run_in(world, "add", str(path), "--authority", "Dunwater")
    assert done.returncode == 1
    assert "Aldermere" in done.stdout


def test_reconcile_lists_differences_and_exits_1(world: World, tmp_path: Path) -> None:
    wrong = (*RIGHT[:8], "Inadequate", None)
    done = run_in(world, "reconcile", str(table(tmp_path, wrong)), "--json")
    assert done.returncode == 1
    data = json.loads(done.stdout)
    assert data["compared"]["grades"] == 4
    (mine,) = [d for d in data["differences"] if d["authority"] == "Aldermere"]
    assert (mine["what"], mine["official"], mine["stored"]) == ("in_care", "inadequate", "good")
    assert mine["report_url"].endswith("99000101")
    words = run_in(world, "reconcile", str(table(tmp_path, wrong))).stdout
    assert "table:  Inadequate" in words
    assert "report: Good (page 1" in words


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["confirm", "1", "in_care", "good", *LOOKED], "No report"),
        (["confirm", ALDERMERE.file_id, "in_car", "good", *LOOKED], "in_care"),
        (["confirm", ALDERMERE.file_id, "in_care", "good", "--who", "x"], "--why"),
        (["add", "no-such-file.pdf", "--authority", "Aldermere"], "no-such-file.pdf"),
        (["add", __file__, "--authority", "Aldermeer"], "Aldermere"),
        (["add", __file__, "--authority", "Aldermere", "--kind", "lettre"], "--kind"),
        (["add", __file__, "--authority", "Aldermere", "--kind", ""], "--kind"),
        (["add", __file__, "--authority", "Aldermere", "--published", "2099-01-31"], "2099-01-31"),
        (["reconcile", "no-such-file.ods"], "no-such-file.ods"),
        (["reconcile", __file__], "spreadsheet"),
        (["problems", "--authority", "Aldermeer"], "Aldermere"),
    ],
)
def test_wrong_arguments_are_named_and_exit_2(
    world: World, arguments: list[str], named: str
) -> None:
    done = run_in(world, *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert named in done.stderr
    assert "Traceback" not in done.stderr
