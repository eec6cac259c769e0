"""What of the stored history counts for the shares and trends of themes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from reports.analysis.theme_shares import Share, ThemeShare, share_of, theme_shares
from reports.model import (
    Framework,
    ImprovementArea,
    Judgement,
    Kind,
    Problem,
    Reading,
    Target,
    ThemeTag,
)
from reports.repeats.base_rates import ReportFamily
from storage.database import Database
from storage.models import Report
from storage.trends import counted_inspections, theme_trend
from tests.alerts.builders import hold
from tests.storage.readings import GOOD, GRADES, NOW, a_reading, stored

COUNCIL = ReportFamily.COUNCIL
TODAY = date(2026, 6, 30)


def area(
    theme: str,
    *,
    target: Target = Target.AUTHORITY,
    facet: str | None = None,
    role: str = "primary",
) -> ImprovementArea:
    tag = ThemeTag.model_validate({"theme": theme, "facet": facet, "role": role, "matched": "x"})
    return ImprovementArea(text=theme, heading="", target=target, themes=(tag,))


def reading(*areas: ImprovementArea, start: date = date(2024, 5, 13), **more: object) -> Reading:
    given = a_reading(start=start, **more)  # type: ignore[arg-type]
    return given.model_copy(update={"improvement_areas": areas})


def keep(session: Session, file_id: str, *areas: ImprovementArea, **more: object) -> Report:
    published = more.pop("published", date(2024, 7, 12))
    authority = more.pop("authority", "havering")
    return stored(
        session,
        file_id,
        reading(*areas, **more),
        published=published,
        authority=authority,  # type: ignore[arg-type]
    )


def named(database: Database, theme: str, family: ReportFamily = COUNCIL) -> Share:
    with database.read() as session:
        return share_of(counted_inspections(session).of(family), theme)


def test_only_the_newest_version_of_a_full_inspection_counts(database: Database) -> None:
    with database.write() as session:
        keep(session, "50000001", area("lado"))
        keep(session, "50000002", area("education"), published=date(2024, 9, 1))
        gone = keep(session, "50000003", area("lado"), start=date(2023, 1, 9))
        gone.withdrawn_at = NOW
        visit = {"kind": Kind.FOCUSED_VISIT, "framework": Framework.FOCUSED_VISIT, "grades": {}}
        keep(session, "50000004", area("lado"), start=date(2025, 1, 9), **visit)
    assert named(database, "lado") == Share(0, 1)
    assert named(database, "education") == Share(1, 1)


def test_what_others_must_do_is_not_the_councils(database: Database) -> None:
    with database.write() as session:
        keep(
            session,
            "50000001",
            area("lado", target=Target.LSCB),
            area("education", target=Target.PARTNER),
            area("front_door", role="secondary", facet="thresholds"),
        )
        send = {"kind": Kind.AREA_SEND, "framework": Framework.AREA_SEND}
        keep(session, "50000002", area("send_system", target=Target.PARTNERSHIP), **send)
    assert named(database, "lado") == Share(0, 1)
    assert named(database, "education") == Share(0, 1)
    assert named(database, "front_door") == Share(1, 1)
    assert named(database, "front_door/thresholds") == Share(1, 1)
    assert named(database, "send_system", ReportFamily.SEND) == Share(1, 1)


def test_a_list_that_is_not_certain_is_left_out_and_counted(database: Database) -> None:
    doubt: Sequence[Problem] = [Problem(code="areas_unclear", message="Not clear.")]
    harmless: Sequence[Problem] = [Problem(code="lead_unclear", message="Not clear.")]
    with database.write() as session:
        keep(session, "50000001", area("lado"), problems=doubt)
        keep(session, "50000002", area("lado"), start=date(2023, 1, 9), problems=harmless)
        keep(session, "50000003", start=date(2022, 1, 9), authority="barnsley")
    with database.read() as session:
        known = counted_inspections(session)
        assert known.left_out == {COUNCIL: 1}
        assert share_of(known.of(COUNCIL), "lado") == Share(1, 2)
        assert share_of(known.of(COUNCIL, region="London"), "lado") == Share(1, 1)
        assert len(counted_inspections(session, since=date(2023, 1, 1)).inspections) == 1


def shares_of(session: Session, theme: str) -> list[ThemeShare]:
    """How often a theme is named in what is stored."""
    return list(theme_shares(counted_inspections(session).inspections, [theme]))


def test_rows_have_the_grades_as_stored(database: Database) -> None:
    with database.write() as session:
        keep(session, "50000001", area("pathway_planning"))
        later = {"framework": Framework.ILACS_2026, "start": date(2026, 5, 11)}
        grades = {j: g for j, g in GRADES.items() if j is not Judgement.OVERALL_EFFECTIVENESS}
        keep(session, "50000002", area("pathway_planning"), grades=grades, **later)
    with database.read() as session:
        (row,) = [row for row in shares_of(session, "pathway_planning") if row.dimension == "grade"]
    assert (row.group, row.share) == (GOOD, Share(2, 2))
    assert (row.judgement, row.by_other_judgement) == (Judgement.CARE_LEAVERS, 1)


def test_nothing_replaces_an_overall_grade_that_could_not_be_read(database: Database) -> None:
    unread = {**GRADES, Judgement.OVERALL_EFFECTIVENESS: None}
    with database.write() as session:
        keep(session, "50000001", area("pathway_planning"), grades=unread)
        rows = shares_of(session, "pathway_planning")
    assert [row.share for row in rows if row.dimension == "all"] == [Share(1, 1)]
    assert [row for row in rows if row.dimension == "grade"] == []


def test_a_trend_counts_no_inspection_whose_messages_are_held(database: Database) -> None:
    with database.write() as session:
        held = {"authority": "barnsley", "start": date(2025, 1, 6)}
        hold(session, keep(session, "50009999", area("education"), **held))
        for number in range(44):
            recent = number % 2 == 0
            # Apart, because overlapping days are one inspection.
            day = TODAY - timedelta(days=8 * number if recent else 370 + 8 * number)
            themes = ["lado"] if recent else ["education"]
            keep(session, f"5000{number:04}", *map(area, themes), start=day)
    with database.read() as session:
        found = theme_trend(session, today=TODAY)
    assert [(c.theme, c.now, c.before) for c in found.risen] == [
        ("lado", Share(22, 22), Share(0, 22))
    ]
    assert [c.theme for c in found.changes if c.fell] == ["education"]
