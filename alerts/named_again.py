"""What a report names again: the event `theme_repeat`.

A full inspection is compared with the last full one of the same authority and with the visits in
between; joint and area SEND inspections with the last of their kind. A visit is made because of
what the inspection before it found, so that what it names again is told only where the inspectors
themselves say so. Base rates come from the stored history: supervision is named in every second
report, and naming it twice says little.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from alerts.detected import Detected, fact_key, is_certain, reference
from alerts.event_types import EventType
from reports.model import Kind, Repeat
from reports.model import Report as Reading
from reports.problems import ProblemCode
from reports.repeats import find_repeats, no_longer_named
from reports.themes import load_taxonomy
from storage import facts, themes
from storage.models import Report

# An incomplete list of areas must not be compared: what is missing would look like progress.
_UNSURE = frozenset({ProblemCode.AREAS_UNCLEAR, ProblemCode.AREAS_EMPTY, ProblemCode.AREAS_MISSING})
_VISITS = (Kind.FOCUSED_VISIT, Kind.MONITORING_VISIT)
_TOLD = frozenset({"stated", "specific"})


def named_again(session: Session, report: Report, reading: Reading) -> list[Detected]:
    """The event of a report that names again what was named before, if it is worth telling."""
    if report.inspection is None or not _is_sure(reading):
        return []
    earlier = [document for document in _before(session, report) if _is_sure(_read(document))]
    found = _repeats(session, report, reading, earlier)
    said = list(dict.fromkeys(repeat.text for repeat in reading.stated_repeats))
    is_visit = reading.kind in _VISITS
    worth_telling = any(
        repeat.strength == "stated" or (repeat.strength in _TOLD and not is_visit)
        for _, repeat in found
    )
    if not (worth_telling or said):
        return []
    full = next((document for document in earlier if document.kind not in _VISITS), None)
    gone = no_longer_named(_read(full), reading) if full and not is_visit else ()
    return [
        Detected(
            type=EventType.THEME_REPEAT,
            key=fact_key(EventType.THEME_REPEAT, report),
            summary=_summary(report, [repeat for _, repeat in found]),
            detail={
                "repeats": [_as_json(document, repeat) for document, repeat in found],
                "stated": said,
                "no_longer_named": list(gone),
                "compared_with": [reference(document) for document in earlier],
                "follow_up": is_visit,
            },
            earlier_report_id=earlier[0].id if earlier else None,
        )
    ]


def _read(document: Report) -> Reading:
    return facts.reading_of(document)


def _is_sure(reading: Reading) -> bool:
    return is_certain(reading.problems) and not any(p.code in _UNSURE for p in reading.problems)


def _before(session: Session, report: Report) -> list[Report]:
    """The documents to compare with, the newest visit first and the last full inspection last."""
    inspection = report.inspection
    assert inspection is not None, "the caller has checked it"
    kind = Kind.INSPECTION if inspection.kind in _VISITS else inspection.kind
    full = facts.previous_inspection(
        session, authority_id=report.authority_id, kind=kind, before=inspection.start
    )
    visits: list[Report] = []
    if kind == Kind.INSPECTION:
        since = full.start if full else None
        for visit_kind in _VISITS:
            visit = facts.previous_inspection(
                session, authority_id=report.authority_id, kind=visit_kind, before=inspection.start
            )
            while visit is not None and (since is None or visit.start > since):
                document = facts.current_report(session, visit)
                visits += [document] if document else []
                visit = facts.previous_inspection(
                    session,
                    authority_id=report.authority_id,
                    kind=visit_kind,
                    before=visit.start,
                )
    visits.sort(key=lambda document: _start(document), reverse=True)
    last = facts.current_report(session, full) if full else None
    return [*visits, *([last] if last else [])]


def _start(document: Report) -> str:
    return document.inspection.start.isoformat() if document.inspection else ""


def _repeats(
    session: Session, report: Report, reading: Reading, earlier: Sequence[Report]
) -> list[tuple[Report, Repeat]]:
    """Each area that is named again, with the newest document that named it."""
    rates = themes.base_rates(session) if earlier else None
    found: dict[str, tuple[Report, Repeat]] = {}
    for position, document in enumerate(earlier):
        before = [_read(other) for other in earlier[position + 1 :]]
        for repeat in find_repeats(_read(document), reading, base_rates=rates, before=before):
            if themes.is_rejected(session, later=repeat.later, earlier=repeat.earlier):
                continue
            known = found.get(repeat.later)
            if known is None or _rank(repeat) > _rank(known[1]):
                found[repeat.later] = (document, repeat)
    return sorted(found.values(), key=lambda pair: -_rank(pair[1]))


def _rank(repeat: Repeat) -> int:
    return ("common", "specific", "stated").index(repeat.strength)


def _as_json(document: Report, repeat: Repeat) -> dict[str, Any]:
    return {
        **repeat.model_dump(mode="json"),
        "name": _name(repeat.theme, repeat.facet),
        "earlier_report": reference(document),
    }


def _name(theme: str, facet: str | None) -> str:
    """The issue in the taxonomy's words."""
    found = load_taxonomy().themes[theme]
    part = found.facet(facet) if facet else None
    return part.name if part else found.name


def _summary(report: Report, repeats: Sequence[Repeat]) -> str:
    names = dict.fromkeys(
        _name(repeat.theme, repeat.facet) for repeat in repeats if repeat.strength in _TOLD
    )
    listed = ", ".join(names) or "as the inspectors say themselves"
    return f"{report.authority.short}: named again: {listed}"
