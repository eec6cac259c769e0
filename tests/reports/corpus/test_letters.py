"""All real letters and area SEND reports: frameworks, dates, outcomes and lists are right."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from reports.model import Reading
from tests.readings import kept_readings

pytestmark = pytest.mark.corpus

FAMILIES = {"focused_visit": 199, "jtai": 32, "area_send": 29}
MISPRINTED_DATE = "published_unclear"


def family(framework: str) -> str:
    return "jtai" if framework.startswith("jtai") else framework


def flat(text: str) -> str:
    """Letters and digits only, as in the measure of the corpus."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


@pytest.fixture(scope="module")
def gold(shared: Path) -> dict[str, dict[str, Any]]:
    """The checked facts by file id."""
    lines = (shared / "corpus" / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    facts = [json.loads(line) for line in lines]
    return {f["file_id"]: f for f in facts if family(f["framework"]) in FAMILIES}


@pytest.fixture(scope="module")
def read(shared: Path, gold: dict[str, dict[str, Any]]) -> dict[str, Reading]:
    """All of them, as read."""
    paths = [shared / "corpus" / "pdfs" / f"{file_id}.pdf" for file_id in gold]
    return {Path(reading.file).stem: reading for reading in kept_readings(paths)}


def test_all_are_read_and_only_misprints_are_problems(
    read: dict[str, Reading], gold: dict[str, dict[str, Any]]
) -> None:
    assert Counter(family(facts["framework"]) for facts in gold.values()) == FAMILIES
    problems = {p.code for report in read.values() for p in report.problems}
    assert problems == {MISPRINTED_DATE}
    assert sum(bool(report.problems) for report in read.values()) == 2


def test_frameworks_dates_and_authorities(
    read: dict[str, Reading], gold: dict[str, dict[str, Any]]
) -> None:
    for file_id, facts in gold.items():
        report = read[file_id]
        assert report.framework == family(facts["framework"]), file_id
        assert str(report.inspection_start) == facts["inspection_start"], file_id
        assert str(report.inspection_end) == facts["inspection_end"], file_id
        assert report.authority is not None, file_id
        assert report.authority.urn == facts["urn"], file_id


def test_letters_have_the_dates_printed_in_them(
    read: dict[str, Reading], gold: dict[str, dict[str, Any]]
) -> None:
    for file_id, facts in gold.items():
        if not read[file_id].problems:
            published = read[file_id].published
            assert (published and str(published)) == facts["published_in_report"], file_id


def test_only_area_send_has_an_outcome(
    read: dict[str, Reading], gold: dict[str, dict[str, Any]]
) -> None:
    for file_id, facts in gold.items():
        found = {j.judgement: j.grade for j in read[file_id].judgements}
        assert found == {j["judgement"]: j["grade"] for j in facts["judgements"]}, file_id


def test_lists_are_complete_and_under_their_headings(
    read: dict[str, Reading], gold: dict[str, dict[str, Any]]
) -> None:
    for file_id, facts in gold.items():
        sections = facts["improvement_sections"]
        areas = read[file_id].improvement_areas
        if any(s.get("prose") for s in sections):
            assert areas, file_id
            continue
        want = [(flat(s["heading"]), flat(t)) for s in sections for t in s["items"]]
        assert [(flat(a.heading), flat(a.text)) for a in areas] == want, file_id


def test_priority_actions(read: dict[str, Reading], gold: dict[str, dict[str, Any]]) -> None:
    for file_id, facts in gold.items():
        found = any(area.priority_action for area in read[file_id].improvement_areas)
        assert found is facts["priority_action"], file_id


def test_responsible_bodies_are_read_with_priority_actions_of_area_send(
    read: dict[str, Reading], gold: dict[str, dict[str, Any]]
) -> None:
    bodies = 0
    for file_id, facts in gold.items():
        for section in facts["improvement_sections"]:
            for item in section.get("items_structured") or ():
                if body := item.get("responsible_body"):
                    (area,) = (
                        a
                        for a in read[file_id].improvement_areas
                        if flat(a.text).startswith(flat(item["text"]))
                    )
                    # The checked facts lack a word that one name has on the next page.
                    assert flat(area.responsible_body or "").startswith(flat(body)), file_id
                    bodies += 1
    assert bodies > 20
