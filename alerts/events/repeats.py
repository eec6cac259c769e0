"""The event `theme_repeat`: a report raises an issue again that an earlier report raised.

`storage.repeats` finds the repeats. The event has all of them with their certainty; subscriptions
choose the strengths that they want (`alerts.subscriptions.matching`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from alerts.events.detected import Detected, fact_key, reference
from alerts.events.types import EventType
from reports.model import Reading, Repeat
from reports.repeats.base_rates import BaseRates
from reports.themes.names import issue_name
from storage import repeats
from storage.models import Report

SURER = frozenset({"stated", "likely"})
"""Strengths of repeats that are more than possible."""


def repeat_events(
    session: Session, report: Report, reading: Reading, *, rates: BaseRates | None = None
) -> list[Detected]:
    """Return the event of a report that raises issues again, if there is one.

    `rates` says how common each issue is. Pass it to avoid counting again for each of many reports.
    """
    found = repeats.repeats_of_report(session, report, reading, rates=rates)
    if found is None:
        return []
    if not (found.repeats or found.stated):
        return []
    return [
        Detected(
            type=EventType.THEME_REPEAT,
            key=fact_key(EventType.THEME_REPEAT, report),
            summary=repeat_summary(
                report,
                (
                    (repeat.strength, issue_name(repeat.theme, repeat.facet))
                    for _, repeat in found.repeats
                ),
            ),
            detail={
                "repeats": [
                    _as_json(
                        earlier_report,
                        repeat,
                        found.raised_before.get(repeat.later, ()),
                        same_issue=repeat.later in found.same_issue_before,
                    )
                    for earlier_report, repeat in found.repeats
                ],
                "stated": list(found.stated),
                "progress_since": list(found.progress_since),
                "declined": list(found.declined),
                "improved": list(found.improved),
                "no_longer_named": list(found.no_longer_named),
                "compared_with": [
                    reference(earlier_report) for earlier_report in found.compared_with
                ],
                "follow_up": found.follow_up,
            },
            earlier_report_id=found.compared_with[0].id if found.compared_with else None,
            compared_with=frozenset(other.id for other in found.compared_with),
        )
    ]


def _as_json(
    earlier_report: Report,
    repeat: Repeat,
    raised_before: Sequence[tuple[Report, str]],
    *,
    same_issue: bool,
) -> dict[str, Any]:
    """Return a repeat with the earlier report that raised the issue, and older ones that did.

    `same_issue`: whether these raised the same issue, not only another of its theme.
    """
    return {
        **repeat.model_dump(mode="json"),
        "name": issue_name(repeat.theme, repeat.facet),
        "earlier_report": reference(earlier_report),
        "earlier_framework": earlier_report.framework,
        "earlier_start": repeats.start_of(earlier_report).isoformat(),
        "raised_before": [
            {"statement": statement, "report": reference(older)}
            | {"start": repeats.start_of(older).isoformat()}
            for older, statement in raised_before
        ],
        "same_issue_before": same_issue,
    }


def repeat_summary(
    report: Report, raised: Iterable[tuple[str, str]], *, stated: bool = True
) -> str:
    """Return what was raised again. Possible repeats are left out where any is more certain.

    `raised` are the strengths and the names of the issues; `stated`: whether the inspectors say
    themselves that something was raised before.
    """
    found = list(raised)
    council = report.authority.short
    if not found:
        said = "inspectors say that an earlier issue persists" if stated else "nothing raised again"
        return f"{council}: {said}"
    surer = [name for strength, name in found if strength in SURER]
    names = dict.fromkeys(surer or (name for _, name in found))
    again = "raised again" if surer else "possibly raised again"
    return f"{council}: {again}: {', '.join(names)}"
