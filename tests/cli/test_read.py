"""What `read` prints for people."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.commands.read import shown_words
from cli.main import app
from demo.documents import render
from demo.documents.model import SampleReport
from demo.sample import REGISTER_FILE, sample_history
from reports.errors import ConfigurationError
from tests.reports.layouts.test_council_update import UPDATE
from tests.reports.visit_letters import MONITORING


def read(path: Path) -> list[str]:
    """The lines that the command prints."""
    done = CliRunner().invoke(app, ["read", str(path)])
    assert done.exit_code == 0, done.output
    return done.output.splitlines()


def words(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The newest of the sample reports on Aldermere, as a file."""
    monkeypatch.setenv("WATCH_AUTHORITIES", str(REGISTER_FILE))
    new = {report.authority: report for report in sample_history().new_reports}
    path = tmp_path / "aldermere.pdf"
    path.write_bytes(render(new["aldermere"].document))
    return path


def test_each_area_has_its_themes_and_the_words_that_show_them(sample: Path) -> None:
    printed = words(read(sample))
    assert (
        "• The quality of pathway plans and the involvement of care leavers in them. (page 1) "
        "→ Pathway plans for leaving care (“pathway plans”)" in printed
    )


def test_the_kind_of_an_area_send_report_is_written_as_people_write_it() -> None:
    golden = Path(__file__).parents[1] / "reports" / "golden" / "area_send" / "inconsistent.pdf"
    printed = CliRunner().invoke(app, ["read", str(golden)]).output
    assert printed.splitlines()[0].endswith(" · Area SEND inspection")


def test_the_words_that_show_an_issue_end_with_no_small_word() -> None:
    assert shown_words("leaders and") == "leaders"
    assert shown_words("the") == "the"


def test_what_inspectors_say_was_named_before_is_quoted(sample: Path) -> None:
    printed = words(read(sample))
    assert (
        "Ofsted says of earlier areas “The quality of supervision was an area for "
        "improvement at the last two inspections and has not improved.”" in printed
    )


def test_a_quote_has_the_sentence_without_which_it_would_be_misunderstood(
    sample: Path, tmp_path: Path
) -> None:
    """Praise that the next sentence limits would otherwise stand among what persists."""
    new = {report.authority: report for report in sample_history().new_reports}
    document = new["aldermere"].document
    assert isinstance(document, SampleReport)
    said = (
        "Most children have their assessments updated. This is an improvement since the last "
        "inspection. A minority of assessments are weaker, and this leads to poor planning for "
        "some children and means that their situations are not always improving quickly enough."
    )
    path = tmp_path / "mixed.pdf"
    path.write_bytes(render(document.model_copy(update={"summary": (said,)})))
    printed = words(read(path))
    assert "“This is an improvement since the last inspection.”" not in printed
    assert "improvement since the last inspection. A minority of assessments are weaker" in printed


def test_lines_fit_the_page(sample: Path) -> None:
    assert max(map(len, read(sample))) <= 100


def test_a_council_update_shows_its_plan(tmp_path: Path) -> None:
    path = tmp_path / "update.md"
    path.write_text(UPDATE, encoding="utf-8")
    printed = words(read(path))
    assert "published 4 March 2020" in printed
    assert "inspected" not in printed
    assert "• Supervision: The aim is to clarify what 'good' supervision looks like." in printed
    assert "→ Supervision of staff (“supervision”)" in printed


def test_pages_of_a_pack_are_read_alone(tmp_path: Path) -> None:
    path = tmp_path / "pack.md"
    path.write_text(f"Agenda\n\f{UPDATE}\fMinutes\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["read", str(path), "--pages", "2", "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["page_range"] == "2"
    both = CliRunner().invoke(app, ["read", str(path), str(path), "--pages", "2"])
    assert isinstance(both.exception, ConfigurationError)


@pytest.mark.parametrize(
    ("name", "said"), [("", "it is a folder; name its files"), ("x.pdf", "there is no such file")]
)
def test_a_path_that_is_not_a_file_is_an_error_in_words(
    tmp_path: Path, name: str, said: str
) -> None:
    done = CliRunner().invoke(app, ["read", str(tmp_path / name)])
    assert isinstance(done.exception, ConfigurationError)
    assert said in str(done.exception)


@pytest.mark.parametrize(
    ("now", "year", "problems"),
    [
        ("2026-11-30", 2034, ["dates_implausible", "published_unclear"]),
        ("2026-11-30", 2026, []),
        # A replay of an older day does not make a newer letter impossible.
        ("2019-01-31", 2026, []),
    ],
)
def test_a_date_long_after_the_day_of_reading_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: str, year: int, problems: list[str]
) -> None:
    path = tmp_path / "letter.txt"
    path.write_text(MONITORING.replace("2025", str(year)))
    monkeypatch.setenv("WATCH_NOW", f"{now}T12:00:00+00:00")
    done = CliRunner().invoke(app, ["read", str(path), "--json"])
    found = json.loads(done.output)
    assert sorted(problem["code"] for problem in found["problems"]) == problems
    assert bool(found["inspection_end"]) is not bool(problems)
