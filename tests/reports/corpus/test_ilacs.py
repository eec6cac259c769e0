"""All real ILACS reports: every framework, grade, date, lead inspector and list is right."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from reports.comparison import compare
from reports.model import Direction, Grade, Judgement, Reading
from tests.readings import kept_readings

pytestmark = pytest.mark.corpus


def flat(text: str) -> str:
    """Letters and digits only, as in the measure of the corpus."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


@pytest.fixture(scope="module")
def gold(shared: Path) -> dict[str, dict[str, Any]]:
    """The checked facts by file id."""
    lines = (shared / "corpus" / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    facts = [json.loads(line) for line in lines]
    return {f["file_id"]: f for f in facts if f["framework"].startswith("ilacs")}


@pytest.fixture(scope="module")
def read(shared: Path, gold: dict[str, dict[str, Any]]) -> dict[str, Reading]:
    """All of them, as read."""
    paths = [shared / "corpus" / "pdfs" / f"{file_id}.pdf" for file_id in gold]
    return {Path(reading.file).stem: reading for reading in kept_readings(paths)}


def test_none_has_a_problem(read: dict[str, Reading]) -> None:
    assert len(read) > 150
    assert {k: r.problems for k, r in read.items() if r.problems} == {}


def test_frameworks_grades_dates_and_authorities(
    read: dict[str, Reading], gold: dict[str, dict[str, Any]]
) -> None:
    for file_id, facts in gold.items():
        report = read[file_id]
        assert report.framework == facts["framework"], file_id
        grades = {j.judgement: j.grade for j in report.judgements}
        assert grades == {j["judgement"]: j["grade"] for j in facts["judgements"]}, file_id
        assert str(report.inspection_start) == facts["inspection_start"], file_id
        assert str(report.inspection_end) == facts["inspection_end"], file_id
        assert report.authority is not None, file_id
        assert report.authority.urn == facts["urn"], file_id


def test_lead_inspectors(read: dict[str, Reading], gold: dict[str, dict[str, Any]]) -> None:
    for file_id, facts in gold.items():
        assert read[file_id].lead_inspector == facts["lead_inspector"], file_id


def test_areas_word_for_word(read: dict[str, Reading], gold: dict[str, dict[str, Any]]) -> None:
    for file_id, facts in gold.items():
        sections = facts["improvement_sections"]
        if any(section["prose"] for section in sections):
            continue
        areas = read[file_id].improvement_areas
        wanted = Counter(flat(item) for section in sections for item in section["items"])
        assert Counter(flat(area.text) for area in areas) == wanted, file_id
        assert not any(area.priority_action for area in areas), file_id
        if areas:
            assert areas[0].page == sections[0]["page"], file_id


def test_trafford_2026_against_2022(read: dict[str, Reading]) -> None:
    changes = {c.judgement: c for c in compare(read["50206433"], read["50308602"]).changes}
    directions = {judgement: change.direction for judgement, change in changes.items()}
    assert directions == {
        Judgement.IMPACT_OF_LEADERS: Direction.WORSE,
        Judgement.HELP_AND_PROTECTION: Direction.WORSE,
        Judgement.IN_CARE: Direction.BETTER,
        Judgement.CARE_LEAVERS: Direction.FIRST,
        Judgement.OVERALL_EFFECTIVENESS: Direction.NOT_GIVEN_ANY_MORE,
    }


def test_wolverhampton_2026_keeps_its_overall_grade(read: dict[str, Reading]) -> None:
    report = read["50304388"]
    assert report.grade(Judgement.OVERALL_EFFECTIVENESS) is Grade.GOOD


def test_a_table_whose_cells_wrap(read: dict[str, Reading]) -> None:
    assert {j.as_printed for j in read["50103322"].judgements} == {
        "Requires improvement to be good"
    }
