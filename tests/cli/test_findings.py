"""`history`, `trends`, `export` and `not-same` as people and other programs use them."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.sample import REGISTER_FILE, sample_history, sample_site
from reports.themes.taxonomy import load_taxonomy
from tests.cli.test_commands import run_in
from tests.flows.world import World, open_world
from tests.reports.layouts.test_council_update import UPDATE


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The sample site after the day with new reports, and Aldermere's improvement plan."""
    folder = tmp_path_factory.mktemp("world")
    site = sample_site()
    with open_world(site, folder, events="theme_repeat", authorities=REGISTER_FILE) as world:
        for day in (sample_history().first_poll, sample_history().demo_day):
            world.move_to(day)
            run_in(world, "poll")
        update = folder / "update.md"
        update.write_text(UPDATE.replace("Bury", "Aldermere"))
        added = run_in(world, "add", str(update), "--authority", "Aldermere")
        assert added.returncode == 0, added.stdout + added.stderr
        yield world


@pytest.fixture
def own_world(world: World, tmp_path: Path) -> World:
    return world.on_a_copy(tmp_path)


def aldermere(world: World) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run_in(world, "history", "Aldermere", "--json").stdout)
    return found


def newest(world: World) -> dict[str, Any]:
    found: dict[str, Any] = aldermere(world)["reports"][-1]
    return found


def test_history_has_the_repeats_with_both_statements(world: World) -> None:
    repeats = newest(world)["raised_again"]["repeats"]
    repeat = next(one for one in repeats if one["strength"] == "stated")
    assert repeat["theme"] == "supervision_oversight"
    assert repeat["earlier_inspection_start"] < newest(world)["inspection_start"]
    shown = " ".join(run_in(world, "history", "Aldermere").stdout.split())
    assert "Inspectors say so." in shown
    assert f"{newest(world)['inspection_start'][:4]}: “{repeat['later']}”" in shown
    assert "now: “" not in shown
    assert f"“{repeat['earlier']}”" in shown


def test_history_says_how_common_the_last_inspections_themes_are(world: World) -> None:
    themes = {row["theme"]: row for row in aldermere(world)["themes"]["themes"]}
    row = themes["supervision_oversight"]
    assert row["region"]["name"] == "North West"
    region, england = row["region"], row["england"]
    assert 1 <= region["inspections_raising_it"] <= region["inspections"] < england["inspections"]
    shown = run_in(world, "history", "Aldermere").stdout
    assert "Main themes of the inspection of" in shown


def test_history_shows_what_the_councils_plan_covers(world: World) -> None:
    plan = aldermere(world)["improvement_plan"]
    assert plan["published"] == "2020-03-04"
    before, after = plan["comparisons"]
    assert (before["later_than_plan"], after["later_than_plan"]) == (False, True)
    covered = [area for area in after["areas"] if area["status"] in ("covered", "partly")]
    words = [
        issue["covered_by"]["words"]
        for area in covered
        for issue in area["issues"]
        if issue["covered_by"]
    ]
    assert "Supervision" in words
    assert any(area["status"] == "not_named" for area in after["areas"])
    shown = " ".join(run_in(world, "history", "Aldermere").stdout.split())
    assert "The council's improvement plan of 4 March 2020 and Ofsted's areas" in shown
    assert "the plan does not name this" in shown
    assert "The council may still act on areas that the plan does not name." in shown


@pytest.mark.parametrize("width", [80, 120])
def test_history_fits_the_terminal(world: World, width: int) -> None:
    shown = run_in(world, "history", "Aldermere", COLUMNS=str(width)).stdout.splitlines()
    assert max(len(line) for line in shown if "://" not in line) <= width


def test_trends_counts_with_its_denominators(world: World) -> None:
    data = json.loads(run_in(world, "trends", "--json").stdout)
    rows = {(r["theme"], r["dimension"], r["group"]): r for r in data["rows"]}
    everywhere = rows["supervision_oversight", "all", "England"]
    assert everywhere["inspections"] == data["inspections"]
    by_region = [r for r in data["rows"] if r["dimension"] == "region"]
    mine = [r for r in by_region if r["theme"] == "supervision_oversight"]
    for count in ("inspections_raising_it", "inspections"):
        assert sum(r[count] for r in mine) == everywhere[count] > 0
    issues = {row["issue"]: row for row in data["issues"]}
    assert 0 < issues["supervision"]["inspections_raising_it"] <= everywhere["inspections"]
    assert data["trend"]["enough"] is False
    words = run_in(world, "trends").stdout
    assert "Too few to tell" in words
    assert "See --since." in words
    assert max(map(len, words.splitlines())) <= 100
    older = json.loads(run_in(world, "trends", "--since", "2000-01-01", "--json").stdout)
    assert older["inspections"] >= data["inspections"]
    assert "see --since" not in run_in(world, "trends", "--since", "2000-01-01").stdout


def test_trends_lists_every_theme_the_most_frequent_first(world: World) -> None:
    data = json.loads(run_in(world, "trends", "--region", "north west", "--json").stdout)
    whole = {r["theme"]: r for r in data["rows"] if r["dimension"] == "all"}
    words = run_in(world, "trends", "--region", "north west").stdout
    assert re.search(r"^ +North West +England$", words, re.MULTILINE)
    named = []
    for theme, row in whole.items():
        shares = (row, data["england"][theme])
        there, everywhere = (
            f"{one['inspections_raising_it']} of {one['inspections']}" for one in shares
        )
        shown = rf"^{re.escape(row['name'])} +{there}\b.*{everywhere}\b"
        line = re.search(shown, words, re.MULTILINE)
        assert line is not None, row["name"]
        named.append((line.start(), (-row["inspections_raising_it"], row["name"])))
    shown_order = [key for _, key in sorted(named)]
    assert len(shown_order) == len(load_taxonomy().themes)
    assert shown_order == sorted(shown_order), "those that are equally frequent by name"
    assert shown_order[0][0] < 0


def test_what_since_leaves_out_does_not_shorten_the_years_that_are_compared(world: World) -> None:
    whole = json.loads(run_in(world, "trends", "--json").stdout)["trend"]
    assert whole["inspections"] > 0
    later = json.loads(run_in(world, "trends", "--since", "2030-01-01", "--json").stdout)
    assert (later["inspections"], later["trend"]) == (0, whole)
    words = run_in(world, "trends", "--since", "2030-01-01").stdout
    assert "began on 1 January 2030 or later" in " ".join(words.split())


def test_trends_of_other_families_does_not_speak_of_the_reports_before_2018(world: World) -> None:
    words = run_in(world, "trends", "--family", "send").stdout
    assert "area SEND inspections" in words
    assert "three times" not in words


def test_trends_of_one_theme_in_one_region(world: World) -> None:
    name = "supervision and management oversight"
    words = run_in(world, "trends", "--region", "north west", "--theme", name).stdout
    assert "By year of inspection" in words
    assert re.search(r"North West +\d of \d", words)
    assert "What exactly is raised" in words


def test_export_writes_tables_and_says_which(world: World, tmp_path: Path) -> None:
    done = run_in(world, "export", "--format", "csv", "--to", str(tmp_path / "new" / "out"))
    assert done.returncode == 0, done.stderr
    files = [Path(line) for line in done.stdout.splitlines()]
    assert len(files) == 16
    assert all(path.is_file() for path in files)
    with (tmp_path / "new/out/events.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["type"] for row in csv.DictReader(file)} >= {"theme_repeat"}


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["trends", "--region", "Londn"], "London"),
        (["trends", "--theme", "supervison_oversight"], "supervision_oversight"),
        (["trends", "--since", "soon"], "--since"),
        (["trends", "--since", ""], "--since"),
        (["trends", "--region", ""], "--region"),
        (["trends", "--theme", ""], "--theme"),
        (["trends", "--family", "other"], "--family"),
        (["export", "--format", "xls", "--to", "."], "xlsx"),
        (["export", "--format", "csv", "--to", ""], "--to is empty"),
        (["publish", "--to", __file__], f"{__file__} is a file, not a folder"),
        (["export", "--format", "csv", "--to", __file__], f"{__file__} is a file, not a folder"),
        (["publish", "--to", "/proc"], "--to /proc cannot be written"),
        (["briefing", "Aldermere", "--to", "/proc/a.pdf"], "--to /proc/a.pdf cannot be written"),
        (["demo", "--to", __file__], f"{__file__} is a file, not a folder"),
        (["publish", "--to", " "], "--to is empty"),
        (["briefing", "Aldermere", "--to", ""], "must end in"),
        (["demo", "--to", ""], "--to is empty"),
        (["--home", "", "status"], "--home is empty"),
        (["briefing", "Aldermere", "--to", f"{__file__}/sheet.pdf"], "cannot be written"),
        (["not-same", "999", "1", "--who", "A", "--why", "b"], "999"),
        (["not-same", "999", "1", "--who", " ", "--why", "b"], "who"),
        (["same", "999", "1", "--who", "A", "--why", "b"], "999"),
        (["same", "999", "--area", "1", "--who", "A", "--why", "b"], "--earlier-area"),
        (["not-same", "99000000", "1", "--who", "A", "--why", "b"], "99000000"),
        (["not-same", "999", "1", "--who", "A"], "--why"),
        (["same", "999", "1", "--why", "b"], "--who"),
        (["same", "999", "1", "--who", "A"], "Missing option"),
    ],
)
def test_wrong_arguments_are_one_sentence_and_exit_2(
    world: World, arguments: list[str], named: str
) -> None:
    done = run_in(world, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert named in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("inside", ["", "data"])
def test_a_website_is_not_written_around_what_is_private(
    own_world: World, tmp_path: Path, inside: str
) -> None:
    given = {"WATCH_HOME": str(tmp_path / "home"), "WATCH_DATA_DIR": str(tmp_path / "data")}
    (tmp_path / "home").mkdir()
    done = run_in(own_world, "publish", "--to", str(tmp_path / inside), **given)
    assert (done.returncode, done.stdout) == (2, "")
    assert "which a web server would show to everyone; name another folder" in done.stderr
    assert not (tmp_path / inside / "index.html").exists()


def test_a_briefing_does_not_take_the_place_of_a_folder(world: World, tmp_path: Path) -> None:
    (tmp_path / "sheet.pdf").mkdir()
    done = run_in(world, "briefing", "Aldermere", "--to", str(tmp_path / "sheet.pdf"))
    assert done.returncode == 2
    assert "sheet.pdf cannot be written: it is a folder" in done.stderr


def test_a_repeat_without_an_event_is_rejected_by_its_report(own_world: World) -> None:
    world = own_world
    said = ("--who", "A. Officer", "--why", "another service")
    for report in aldermere(world)["reports"]:
        again = report["raised_again"]
        if again and again["repeats"] and report != newest(world):
            break
    last = again["repeats"][-1]
    done = run_in(world, "not-same", report["file_id"], last["key"], *said)
    assert done.returncode == 0, done.stderr
    assert last["later"] in done.stdout
    none = run_in(world, "not-same", report["file_id"], "1", *said)
    assert none.returncode == 2
    assert "has no repeat “1”. `history` shows the key of each repeat" in none.stderr


def test_two_decisions_from_one_listing_are_about_the_repeats_that_it_shows(
    own_world: World,
) -> None:
    world, said = own_world, ("--who", "A. Officer", "--why", "another service")
    file_id = newest(world)["file_id"]
    listed = newest(world)["raised_again"]["repeats"]
    first, second, *_ = listed
    shown = run_in(world, "history", "Aldermere").stdout
    for repeat in (first, second):
        assert f"    {repeat['key']}: {repeat['name']}. " in shown
        done = run_in(world, "not-same", file_id, repeat["key"].upper(), *said)
        assert done.returncode == 0, done.stderr
        pair = f"  “{repeat['later']}”\n  “{repeat['earlier']}”\n"
        assert f"Recorded as not the same issue:\n{pair}" in done.stdout
    left = {repeat["key"] for repeat in newest(world)["raised_again"]["repeats"]}
    assert left == {repeat["key"] for repeat in listed} - {first["key"], second["key"]}
    again = run_in(world, "not-same", file_id, first["key"], *said)
    pair = f"  “{first['later']}”\n  “{first['earlier']}”\n"
    assert f"Recorded as not the same issue:\n{pair}" in again.stdout
    undone = run_in(world, "same", file_id, first["key"], *said)
    assert undone.returncode == 0, undone.stderr
    assert first["key"] in {one["key"] for one in newest(world)["raised_again"]["repeats"]}


def test_what_is_not_the_same_is_nowhere_raised_again(own_world: World, tmp_path: Path) -> None:
    world = own_world
    (event,) = [
        event
        for event in json.loads(run_in(world, "events", "--json").stdout)
        if event["type"] == "theme_repeat"
    ]
    first = event["detail"]["repeats"][0]
    pair = (first["later"], first["earlier"])
    said = ["--who", "A. Officer", "--why", "another service"]
    done = run_in(world, "not-same", str(event["id"]), first["key"], *said)
    assert done.returncode == 0, done.stderr
    left = newest(world)["raised_again"]["repeats"]
    assert pair not in [(repeat["later"], repeat["earlier"]) for repeat in left]
    run_in(world, "export", "--format", "json", "--to", str(tmp_path))
    rows = json.loads((tmp_path / "repeats.json").read_text(encoding="utf-8"))
    assert rows
    assert pair not in [(row["later_statement"], row["earlier_statement"]) for row in rows]
    (marked,) = [
        one
        for one in json.loads(run_in(world, "events", "--json").stdout)
        if one["type"] == "theme_repeat"
    ]
    assert marked["detail"]["repeats"][0]["rejected"] is True
    assert [r.get("rejected") for r in marked["detail"]["repeats"][1:]] == [None] * (
        len(marked["detail"]["repeats"]) - 1
    )
