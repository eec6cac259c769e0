"""The context of real reports: each council's line and the counts of its region, by the facts.

The rules of comparison are written here once more, on purpose apart from
`reports.grade_comparison`.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.messages.context import report_context
from demo.site import Site, load_corpus
from flows.pipeline.backfill import plan_backfill, run_backfill
from flows.pipeline.backfill_request import BackfillRequest
from flows.pipeline.deliver import deliver
from reports.register import Register
from storage import grade_history
from storage.models import Authority, Delivery, Notification, Report
from tests.flows.world import World, open_world

pytestmark = pytest.mark.corpus

REGION = "London"
ILACS = frozenset({"ilacs_2018", "ilacs_2023", "ilacs_2026"})
GRADED_AS_THE_SAME = {
    "overall_effectiveness": ILACS - {"ilacs_2026"},
    "impact_of_leaders": ILACS,
    "help_and_protection": ILACS,
    "care_and_care_leavers": frozenset({"ilacs_2018"}),
    "in_care": ILACS - {"ilacs_2018"},
    "care_leavers": ILACS - {"ilacs_2018"},
}
BEST_FIRST = ("outstanding", "good", "requires_improvement", "inadequate")
Graded = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def graded(shared: Path) -> Graded:
    """The checked facts of the region's graded inspections in their order, by the council's URN."""
    urns = {one.urn for one in Register.default().authorities if one.region == REGION}
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for text in (shared / "corpus" / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        report = json.loads(text)
        if report["urn"] in urns and report["framework"] in {*ILACS, "sif"}:
            report["grades"] = {one["judgement"]: one["grade"] for one in report["judgements"]}
            found[report["urn"]].append(report)
    return {
        urn: sorted(all_, key=lambda one: one["inspection_start"]) for urn, all_ in found.items()
    }


@pytest.fixture(scope="module")
def filled(
    shared: Path, graded: Graded, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A backfill of the region's councils."""
    site = load_corpus(shared / "corpus", today=date(2026, 8, 22))
    region = Site(
        [one for one in site.authorities if one.urn in graded],
        [one for one in site.listings if one.urn in graded],
        site.files,
        today=site.today,
    )
    with open_world(region, tmp_path_factory.mktemp("region")) as world:
        with world.app() as app:
            done = run_backfill(app, plan_backfill(app, BackfillRequest()))
            deliver(app)
        assert len(done.reports) > 50
        yield world


def test_a_full_backfill_sends_nothing(filled: World) -> None:
    with filled.app() as app, app.database.read() as session:
        assert session.scalars(select(Notification.id)).all() == []
        assert session.scalars(select(Delivery.id)).all() == []
    assert filled.slack.messages == ()
    assert filled.mailbox.mails == ()


def last_reports(session: Session, graded: Graded) -> dict[str, Report]:
    """Each council's report of its last graded inspection."""
    found = {}
    for council in session.scalars(select(Authority).where(Authority.urn.in_(graded))):
        assert council.urn is not None
        found[council.urn] = grade_history.graded_reports_by_council(session, [council.id])[
            council.id
        ][-1]
    return found


def test_the_overall_grades_over_time_are_those_of_the_facts(filled: World, graded: Graded) -> None:
    with filled.app() as app, app.database.read() as session:
        lines = {
            urn: report_context(session, report).timeline
            for urn, report in last_reports(session, graded).items()
        }
    assert len(lines) >= 10
    for urn, line in lines.items():
        facts = graded[urn][-4:]
        if len(facts) < 2:
            assert line is None
            continue
        assert line is not None
        assert [str(stop.start) for stop in line.stops] == [
            one["inspection_start"] for one in facts
        ]
        assert [cell.grade if cell else None for cell in line.rows[0].cells] == [
            one["grades"].get("overall_effectiveness") for one in facts
        ]


def test_other_councils_are_counted_as_the_facts_have_them(filled: World, graded: Graded) -> None:
    with filled.app() as app, app.database.read() as session:
        groups = {
            urn: report_context(session, report).region
            for urn, report in last_reports(session, graded).items()
        }
    members = len([one for one in Register.default().authorities if one.region == REGION]) - 1
    for urn, group in groups.items():
        assert group is not None
        for counted in group.counted:
            same = GRADED_AS_THE_SAME[counted.judgement]
            others = [all_[-1] for other, all_ in graded.items() if other != urn]
            counts = Counter(
                one["grades"][counted.judgement] for one in others if one["framework"] in same
            )
            expected = [(grade, counts[grade]) for grade in BEST_FIRST if counts[grade]]
            assert [(str(grade), number) for grade, number in counted.grades] == expected
            assert counted.members == members
