"""Readings and stored reports for tests that need no document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.model import (
    AuthorityRef,
    Framework,
    Grade,
    ImprovementArea,
    Judgement,
    JudgementReading,
    Kind,
    Problem,
    Reading,
)
from reports.register import Register
from storage import facts
from storage.authorities import store_register
from storage.models import Authority, Report

REGISTER = Register.default()
NOW = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
GOOD, RI = Grade.GOOD, Grade.REQUIRES_IMPROVEMENT
GRADES: dict[Judgement, Grade | None] = {
    Judgement.IMPACT_OF_LEADERS: GOOD,
    Judgement.HELP_AND_PROTECTION: GOOD,
    Judgement.IN_CARE: GOOD,
    Judgement.CARE_LEAVERS: GOOD,
    Judgement.OVERALL_EFFECTIVENESS: GOOD,
}
UNSURE = Problem(code="grade_disagreement", message="“In care” is read in two ways.", page=1)


def a_reading(
    *,
    sha256: str = "a" * 64,
    start: date | None = date(2024, 5, 13),
    grades: dict[Judgement, Grade | None] | None = None,
    areas: Sequence[str] = ("The quality of plans.",),
    priority: Sequence[str] = (),
    problems: Sequence[Problem] = (),
    kind: Kind = Kind.INSPECTION,
    framework: Framework = Framework.ILACS_2023,
    version: int = 1,
) -> Reading:
    """What a reader might say of a report on Havering."""
    given = GRADES if grades is None else grades
    return Reading(
        file="x.pdf",
        sha256=sha256,
        pages=10,
        kind=kind,
        framework=framework,
        authority=AuthorityRef(name="Havering", urn="80500"),
        inspection_start=start,
        inspection_end=start + timedelta(days=11) if start else None,
        judgements=tuple(
            JudgementReading(judgement=j, label=j, grade=g, as_printed="Good", page=1)
            for j, g in given.items()
        ),
        improvement_areas=tuple(
            ImprovementArea(text=text, heading="What needs to improve", priority_action=urgent)
            for texts, urgent in ((priority, True), (areas, False))
            for text in texts
        ),
        problems=tuple(problems),
        reader_version=version,
    )


def a_report(
    session: Session,
    file_id: str,
    *,
    published: date | None = date(2024, 7, 12),
    authority: str = "havering",
    silent: bool = False,
    on_site: bool = True,
) -> Report:
    """A listed report of an authority of the register, not read yet."""
    store_register(session, REGISTER)
    owner = session.scalars(select(Authority).where(Authority.key == authority)).one()
    report = Report(
        file_id=file_id,
        url=f"https://files.ofsted.gov.uk/v1/file/{file_id}" if on_site else None,
        authority=owner,
        title="Children's services inspection",
        published=published,
        silent=silent,
        first_seen_at=NOW,
        last_seen_at=NOW,
    )
    session.add(report)
    session.flush()
    return report


def stored(session: Session, file_id: str, reading: Reading, **more: object) -> Report:
    """A report that has been read so."""
    report = a_report(session, file_id, **more)  # type: ignore[arg-type]
    facts.store_reading(session, report, reading, now=NOW)
    return report
