"""Which grade changes the checked facts of the corpus call for, worked out on their own.

Written apart from `reports.grade_comparison` on purpose: a short table of what may be compared with
what, straight from the frameworks.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

ILACS = ("ilacs_2018", "ilacs_2023", "ilacs_2026")
SAME_NAME = ("overall_effectiveness", "impact_of_leaders", "help_and_protection", "care_leavers")
FROM_SIF = {
    "overall_effectiveness": "overall_effectiveness",
    "impact_of_leaders": "leadership_management_governance",
    "help_and_protection": "help_and_protection",
    "care_and_care_leavers": "looked_after_and_permanence",
    "in_care": "looked_after_and_permanence",
    "care_leavers": "care_leavers",
}
SCALE = ("inadequate", "requires_improvement", "good", "outstanding")


@dataclass(frozen=True)
class Expected:
    """The changes one report makes: judgement to (from, to)."""

    urn: str
    file_id: str
    published: date
    changes: dict[str, tuple[str, str]]
    first: frozenset[str]


def predecessor_of(key: str, framework: str, earlier: str) -> str | None:
    """The judgement of the earlier framework with which `key` may be compared."""
    if earlier == "sif":
        return FROM_SIF.get(key) if framework in ILACS else key
    if earlier not in ILACS:
        return None
    if key == "in_care" and earlier == "ilacs_2018":
        return "care_and_care_leavers"
    return key


def expected_changes(corpus: Path) -> list[Expected]:
    """For every graded inspection with a known predecessor: what changed."""
    by_urn: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in (corpus / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        report = json.loads(line)
        if report["framework"] in (*ILACS, "sif") and report["judgements"]:
            by_urn[report["urn"]].append(report)
    found = []
    for urn, reports in by_urn.items():
        reports.sort(key=lambda report: report["inspection_start"])
        for earlier, later in zip(reports, reports[1:], strict=False):
            found.append(_expected(urn, earlier, later))
    return found


def _expected(urn: str, earlier: dict[str, Any], later: dict[str, Any]) -> Expected:
    before = {j["judgement"]: j["grade"] for j in earlier["judgements"]}
    changes, first = {}, set()
    for judgement in later["judgements"]:
        key, grade = judgement["judgement"], judgement["grade"]
        old = before.get(predecessor_of(key, later["framework"], earlier["framework"]) or "")
        if old is None:
            first.add(key)
        elif old in SCALE and grade in SCALE and old != grade:
            changes[key] = (old, grade)
    return Expected(
        urn=urn,
        file_id=later["file_id"],
        published=date.fromisoformat(later["published"]),
        changes=changes,
        first=frozenset(first),
    )
