"""All real reports before ILACS: every grade, date, name and item is right, and to whom it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reports.model import Reading, Target
from reports.problems import ProblemCode
from tests.readings import kept_readings

pytestmark = pytest.mark.corpus

FRAMEWORKS = ("sif", "pre_2013", "other")


@pytest.fixture(scope="module")
def gold(shared: Path) -> dict[str, dict[str, Any]]:
    """The checked facts by file id."""
    lines = (shared / "corpus" / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    facts = [json.loads(line) for line in lines]
    return {f["file_id"]: f for f in facts if f["framework"] in FRAMEWORKS}


@pytest.fixture(scope="module")
def read(shared: Path, gold: dict[str, dict[str, Any]]) -> dict[str, Reading]:
    """All of them, as read."""
    paths = [shared / "corpus" / "pdfs" / f"{file_id}.pdf" for file_id in gold]
    return {Path(reading.file).stem: reading for reading in kept_readings(paths)}


def test_only_the_review_without_dates_has_a_problem(read: dict[str, Reading]) -> None:
    assert len(read) > 80
    problems = [problem.code for report in read.values() for problem in report.problems]
    assert problems == [ProblemCode.DATES_MISSING]


def test_frameworks_grades_and_authorities(
    read: dict[str, Reading], gold: dict[str, dict[str, Any]]
) -> None:
    for file_id, facts in gold.items():
        report = read[file_id]
        assert facts["framework"] in (report.framework, "other"), file_id
        grades = {j.judgement: j.grade for j in report.judgements}
        assert grades == {j["judgement"]: j["grade"] for j in facts["judgements"]}, file_id
        assert report.authority is not None, file_id
        assert report.authority.urn == facts["urn"], file_id


def test_dates_and_lead_inspectors(
    read: dict[str, Reading], gold: dict[str, dict[str, Any]]
) -> None:
    for file_id, facts in gold.items():
        report = read[file_id]
        periods = [[str(p.start), str(p.end)] for p in report.inspection_periods]
        assert periods == facts["inspection_periods"], file_id
        published = str(report.published) if report.published else None
        assert published == facts["published_in_report"], file_id
        assert report.lead_inspector == facts["lead_inspector"], file_id


def test_items_word_for_word_and_whose_they_are(
    read: dict[str, Reading], gold: dict[str, dict[str, Any]]
) -> None:
    targets = {
        "local_authority": Target.AUTHORITY,
        "lscb": Target.LSCB,
        "partnership": Target.PARTNERSHIP,
    }
    for file_id, facts in gold.items():
        wanted = [
            (
                item,
                section["heading"],
                targets[section["scope"]],
                section["heading"].startswith("Priority and"),
            )
            for section in facts["improvement_sections"]
            for item in section["items"]
        ]
        areas = read[file_id].improvement_areas
        assert [(a.text, a.heading, a.target, a.priority_action) for a in areas] == wanted, file_id
