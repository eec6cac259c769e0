"""What the stored history says of themes: how common each issue is, and what people have rejected.

Functions take a session and never commit: the caller owns the transaction.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.model import Framework, ImprovementArea, Kind, Reading, Target, ThemeTag
from reports.repeats import BaseRates, compute_base_rates
from reports.themes import load_taxonomy
from storage import history
from storage.models import Area, Event, RejectedRepeat, Report, ReportState

# The type of the events that name repeats (`alerts.events.types`).
_REPEAT_EVENT = "theme_repeat"


def base_rates(session: Session) -> BaseRates:
    """How common each issue is among all reports that are stored and read.

    Of an inspection with several versions the one that counts is counted.
    """
    old = history.all_superseded(session)
    rows = session.execute(
        select(Report.id, Report.kind, Report.framework, Area.target, Area.themes)
        .join(Area, Area.report_id == Report.id)
        .where(Report.state == ReportState.READ, Report.withdrawn_at.is_(None))
    )
    areas: dict[tuple[int, str, str], list[ImprovementArea]] = defaultdict(list)
    for report_id, kind, framework, target, themes in rows:
        if report_id in old:
            continue
        # Built without validation: these values were validated when they were stored.
        area = ImprovementArea.model_construct(
            text="",
            heading="",
            target=Target(target),
            themes=tuple(ThemeTag.model_construct(**theme) for theme in themes),
        )
        areas[report_id, kind, framework].append(area)
    return compute_base_rates(
        Reading.model_construct(
            file="",
            sha256="",
            pages=0,
            kind=Kind(kind),
            framework=Framework(framework),
            improvement_areas=tuple(found),
        )
        for (_, kind, framework), found in areas.items()
    )


def issue_name(theme: str, facet: str | None) -> str:
    """An issue in the taxonomy's words: its own, or its theme's where it is named alone."""
    return facet_name(theme, facet) or theme_name(theme)


def theme_name(theme: str) -> str:
    """A theme in the taxonomy's words; one that the taxonomy no longer has by its own."""
    known = load_taxonomy().themes.get(theme)
    return known.name if known else theme.replace("_", " ").capitalize()


def facet_name(theme: str, facet: str | None) -> str | None:
    """The same for the issue within a theme; None where there is none."""
    if facet is None:
        return None
    known = load_taxonomy().themes.get(theme)
    found = known.facet(facet) if known else None
    return found.name if found else facet.replace("_", " ").capitalize()


def fingerprint(statement: str) -> str:
    """What identifies a statement of a report, whatever its spacing."""
    return hashlib.sha256(" ".join(statement.split()).encode()).hexdigest()


def reject_repeat(
    session: Session, *, later: str, earlier: str, who: str, why: str, now: datetime
) -> RejectedRepeat:
    """Keep that a person says these two statements are not the same issue.

    Events that said so are marked (`rejected` in the repeat), for messages that are still to be
    made of them.
    """
    key = pair(later=later, earlier=earlier)
    known = session.get(RejectedRepeat, key)
    if known is not None:
        return known
    rejected = RejectedRepeat(
        later_fingerprint=key[0],
        earlier_fingerprint=key[1],
        later=later,
        earlier=earlier,
        who=who,
        why=why,
        at=now,
    )
    session.add(rejected)
    for event in session.scalars(select(Event).where(Event.type == _REPEAT_EVENT)):
        event.detail = _marked(event.detail, key)
    session.flush()
    return rejected


def _marked(detail: dict[str, Any], rejected: tuple[str, str]) -> dict[str, Any]:
    """The same detail where it does not say what was rejected."""
    repeats = detail.get("repeats", [])
    same = [pair(later=one["later"], earlier=one["earlier"]) == rejected for one in repeats]
    if not any(same):
        return detail
    marked = [
        {**one, "rejected": True} if hit else one for one, hit in zip(repeats, same, strict=True)
    ]
    return {**detail, "repeats": marked}


def pair(*, later: str, earlier: str) -> tuple[str, str]:
    """What identifies two statements that are compared."""
    return fingerprint(later), fingerprint(earlier)


def rejected_pairs(session: Session) -> frozenset[tuple[str, str]]:
    """The pairs (see `pair`) of which people have said that they are not the same issue."""
    rows = session.execute(
        select(RejectedRepeat.later_fingerprint, RejectedRepeat.earlier_fingerprint)
    )
    return frozenset((later, earlier) for later, earlier in rows)
