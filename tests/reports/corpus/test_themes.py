"""Themes and repeats on labelled statements of real reports."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from reports.comparison import compare
from reports.model import Reading
from reports.reader import read_file
from reports.register import Register

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def havering(shared: Path) -> list[Reading]:
    """One council's inspections and visits since 2018, the earliest first."""
    corpus = shared / "corpus"
    with (corpus / "index.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["urn"] == "80500" and row["path"]]
    reports = [
        read_file(corpus / "pdfs" / row["path"], register=Register.default())
        for row in rows
        if row["published"] >= "2018"
    ]
    return sorted(reports, key=lambda report: str(report.inspection_start))


def test_a_line_of_three_reports_repeats_what_a_reader_expects(havering: list[Reading]) -> None:
    first, visit, last = havering
    assert repeated(first, visit) == {"supervision_oversight"}
    assert repeated(visit, last) >= {"supervision_oversight", "assessment_risk"}
    assert repeated(first, last) == {
        "supervision_oversight",
        "plans_safety_planning",
    }


def repeated(earlier: Reading, later: Reading) -> set[str]:
    """The themes raised again."""
    return {repeat.theme for repeat in compare(earlier, later).repeats}


def test_all_areas_that_remain_make_the_repeats_stated(havering: list[Reading]) -> None:
    first, _, last = havering
    assert {repeat.strength for repeat in compare(first, last).repeats} == {"stated"}


def test_stated_repeats_of_the_seeds(shared: Path) -> None:
    def said(prefix: str) -> list[tuple[int | None, str]]:
        (path,) = (shared / "seeds").glob(f"{prefix}_*")
        report = read_file(path, register=Register.default())
        return [(one.area, one.text) for one in report.stated_repeats]

    letter = said("001")
    assert [area for area, _ in letter] == [0, 1, 2, 3]
    inspection = said("004")
    assert (None, "Inadequate progress") in [(area, text[:19]) for area, text in inspection]
    assert {area for area, text in inspection if text.startswith("All areas")} == {2, 4}
    assert {area for area, text in inspection if text.startswith("Similar areas")} == {2, 4}
