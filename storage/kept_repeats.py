"""The repeats of each council, kept in a file from one run to the next.

Comparing the statements of all councils takes far longer than comparing those of one. The repeats
of a council are used again until its documents, people's decisions about repeats, or the program
change. How common an issue is changes with every report, so it is not kept: each run adds it.

The file only saves time. If it is missing or cannot be read, everything is compared again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

import reports
from reports.model import Framework, Repeat, SameArea
from reports.repeats.base_rates import BaseRates, report_family
from storage import facts, history, repeat_decisions, repeats, versions
from storage.models import Report
from storage.repeat_decisions import RepeatDecisions
from storage.repeats import ReportRepeats, repeats_of_council
from storage.whole_files import write_file

_MODULES = (facts, history, repeat_decisions, repeats, versions)
_PROGRAM = (
    Path(reports.__file__).parent,
    *(Path(str(module.__file__)) for module in _MODULES),
    Path(__file__),
)
"""The files that decide what is a repeat, and of which report."""


class KeptRepeats:
    """The repeats of councils, by a digest of everything that they depend on."""

    def __init__(self, before: Mapping[str, Any]) -> None:
        """`before` is what the file holds: for each digest a list of `_as_json`."""
        self._before = before
        self._now: dict[str, Any] = {}

    @classmethod
    def load(cls, path: Path) -> KeptRepeats:
        """Return what the last run kept; nothing if that cannot be read."""
        try:
            kept = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            kept = {}
        return cls(kept if isinstance(kept, dict) else {})

    def of_council(
        self,
        session: Session,
        documents: Sequence[Report],
        *,
        rates: BaseRates,
        decisions: RepeatDecisions,
    ) -> list[ReportRepeats]:
        """Return what each of an authority's documents raises again, as `repeats_of_council` does.

        `decisions` are all decisions that are stored.
        """
        key = _digest(documents, decisions)
        try:
            found = [_from_json(kept, documents, rates) for kept in self._before[key]]
            self._now[key] = self._before[key]
        except (LookupError, ValueError, TypeError):
            new = repeats_of_council(session, documents, rates=BaseRates())
            self._now[key] = json.loads(json.dumps([_as_json(repeats) for repeats in new]))
            # Read back in this run too: `website.drawn_pages` depends on which strings are the same
            # object.
            found = [_from_json(kept, documents, rates) for kept in self._now[key]]
        return found

    def save(self, path: Path) -> None:
        """Keep the repeats that this run used. Raises OSError."""
        write_file(path, json.dumps(self._now, ensure_ascii=False).encode())


def _digest(documents: Sequence[Report], decisions: RepeatDecisions) -> str:
    """Return a digest of the documents and of everything else that their repeats depend on."""
    decided = sorted(decisions.rejected), sorted(decisions.confirmed)
    digest = hashlib.sha256(_program() + repr(decided).encode())
    for report in documents:
        start = report.inspection.start if report.inspection else None
        facts = (report.id, report.file_id, report.url, report.kind, report.state)
        dates = (report.published, report.withdrawn_at)
        digest.update(repr((*facts, *dates, report.inspection_id, start)).encode())
        digest.update(json.dumps(report.reading).encode())
    return digest.hexdigest()


@cache
def _program() -> bytes:
    """Return a digest of the program that finds repeats, and of its data."""
    files = [path for place in _PROGRAM for path in ([place] if place.is_file() else _below(place))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).digest()


def _below(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)


def _as_json(found: ReportRepeats) -> dict[str, Any]:
    return {
        "report": found.report.id,
        "repeats": [
            (earlier.id, repeat.model_dump(mode="json")) for earlier, repeat in found.repeats
        ],
        "compared_with": [report.id for report in found.compared_with],
        "not_compared": [report.id for report in found.not_compared],
        "no_longer_named": found.no_longer_named,
        "stated": found.stated,
        "progress_since": found.progress_since,
        "declined": found.declined,
        "improved": found.improved,
        "same_area": [
            (earlier.id, near.model_dump(mode="json")) for earlier, near in found.same_area
        ],
        "follow_up": found.follow_up,
        "raised_before": {
            statement: [(report.id, earlier) for report, earlier in places]
            for statement, places in found.raised_before.items()
        },
        "same_issue_before": sorted(found.same_issue_before),
    }


def _from_json(
    kept: Mapping[str, Any], documents: Sequence[Report], rates: BaseRates
) -> ReportRepeats:
    """Return what was kept of a report, with the base rate that each issue has now."""
    by_id = {report.id: report for report in documents}
    report = by_id[kept["report"]]
    family = report_family(Framework(report.framework or Framework.UNKNOWN))
    return ReportRepeats(
        report=report,
        repeats=tuple(
            (by_id[earlier], Repeat.model_validate({**repeat, "base_rate": rate}))
            for earlier, repeat in kept["repeats"]
            for rate in [rates.issue_rate(family, repeat["theme"], repeat["facet"])]
        ),
        compared_with=tuple(by_id[report_id] for report_id in kept["compared_with"]),
        not_compared=tuple(by_id[report_id] for report_id in kept["not_compared"]),
        no_longer_named=tuple(kept["no_longer_named"]),
        stated=tuple(kept["stated"]),
        progress_since=tuple(kept["progress_since"]),
        declined=tuple(kept["declined"]),
        improved=tuple(kept["improved"]),
        same_area=tuple(
            (by_id[earlier], SameArea.model_validate(near)) for earlier, near in kept["same_area"]
        ),
        follow_up=kept["follow_up"],
        raised_before={
            statement: tuple((by_id[report_id], earlier) for report_id, earlier in places)
            for statement, places in kept["raised_before"].items()
        },
        same_issue_before=frozenset(kept["same_issue_before"]),
    )
