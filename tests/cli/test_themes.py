"""The command `themes`."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from cli.main import app
from reports.errors import ConfigurationError
from reports.themes.taxonomy import load_taxonomy


def run(*arguments: str) -> str:
    """What the command prints."""
    done = CliRunner().invoke(app, ["themes", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_all_themes_are_listed_with_their_issues() -> None:
    printed = run()
    for theme in load_taxonomy().themes.values():
        assert theme.id in printed
        assert theme.name in printed


def test_one_theme_is_explained_by_id_or_name() -> None:
    printed = run("lado")
    assert "The designated officer" in printed
    assert "For example: “" in printed
    assert run("Allegations against people who work with children") == printed


def test_apostrophes_of_themes_are_typeset_and_may_be_typed() -> None:
    plans = run("plans_safety_planning")
    assert "Children’s plans" in plans
    assert "Children's plans" not in plans + run()
    assert run("Children's plans and safety planning") == plans


def test_themes_are_json_too() -> None:
    data = json.loads(run("--json"))
    assert data["version"] == load_taxonomy().version
    assert len(data["themes"]) == 28
    assert {"theme", "name", "definition", "example", "issues"} <= set(data["themes"][0])
    assert data["themes"][0]["issues"][0]["issue"] == "contacts_referrals"


def test_for_an_unknown_theme_the_error_names_the_nearest() -> None:
    done = CliRunner().invoke(app, ["themes", "permanance"])
    assert isinstance(done.exception, ConfigurationError)
    assert "did you mean permanence?" in str(done.exception)


def test_the_list_fits_a_page() -> None:
    assert max(map(len, run().splitlines())) <= 100
