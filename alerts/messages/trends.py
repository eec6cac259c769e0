"""Shares and trends of themes in plain words, for the command, the history and the digest. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import timedelta
from typing import Any

from alerts.messages.digest import DigestSection
from reports.analysis.theme_shares import Share
from reports.analysis.trends import FEWEST_INSPECTIONS, ShareChange, Trend
from reports.repeats.base_rates import ReportFamily
from reports.themes.names import issue_name
from reports.wording import counted, share_in_words, uk_date

_MOST_RISEN = 5

FAMILY_WORDS: dict[ReportFamily, str] = {
    ReportFamily.COUNCIL: "full inspections of councils",
    ReportFamily.JOINT: "joint inspections",
    ReportFamily.SEND: "area SEND inspections",
}


def share_words(share: Share) -> str:
    """Return a share in words (`share_in_words`), or a dash for a share of nothing."""
    return share_in_words(share.named, share.of) if share.of else "–"


def change_words(change: ShareChange) -> str:
    """Return a line: "Supervision: 70% (21 of 30); in the 12 months before 39% (12 of 31)"."""
    name = issue_name(change.theme, None)
    return (
        f"{name}: {share_words(change.now)}; in the 12 months before {share_words(change.before)}"
    )


def trend_words(trend: Trend, *, where: str) -> Iterator[str]:
    """Yield lines that say what rose in the last 12 months, or why nothing can be said."""
    yield f"Raised more often in the 12 months to {uk_date(trend.last)}, {where}"
    if not trend.enough:
        yield (
            f"  Too few to tell: {counted(trend.inspections_now, 'inspection')} began in these 12 "
            f"months and {trend.inspections_before} in the 12 before. At least "
            f"{FEWEST_INSPECTIONS} are needed in each."
        )
        return
    for change in trend.risen:
        yield f"  {change_words(change)}"
    if not trend.risen:
        yield "  No theme rose by more than chance would explain."
    fell = [change for change in trend.changes if change.fell]
    if fell:
        yield "Raised less often"
        for change in sorted(fell, key=lambda change: change.difference):
            yield f"  {change_words(change)}"
    yield f"  {trend_rule_words(trend)}"


def trend_rule_words(trend: Trend) -> str:
    """Return how a rise is decided, and how far that can be trusted."""
    since = uk_date(trend.now_begins_after + timedelta(days=1))
    said = (
        f"This compares {trend.inspections_now} inspections that began since {since} with "
        f"{trend.inspections_before} in the 12 months before. A theme is listed if the 95% "
        f"interval of the difference does not include 0"
    )
    if len(trend.changes) > 1:
        said += f"; of {len(trend.changes)} themes, about one would do so by chance"
    return f"{said}."


def trends_section(trend: Trend, *, themes: Container[str] | None = None) -> DigestSection | None:
    """Return the section of a digest, on all themes or some; None where nothing rose."""
    risen = [change for change in trend.risen if themes is None or change.theme in themes]
    if not risen:
        return None
    lines = [change_words(change) for change in risen[:_MOST_RISEN]]
    if len(risen) > _MOST_RISEN:
        lines.append(
            f"and {len(risen) - _MOST_RISEN} more. To list them all, run inspection-watch trends."
        )
    return DigestSection(
        heading="Raised more often in the last 12 months", lines=(*lines, trend_rule_words(trend))
    )


def trend_as_json(trend: Trend) -> dict[str, Any]:
    """Return a trend as JSON."""
    return {
        "first_day_before": (trend.before_begins_after + timedelta(days=1)).isoformat(),
        "first_day": (trend.now_begins_after + timedelta(days=1)).isoformat(),
        "last_day": trend.last.isoformat(),
        "inspections": trend.inspections_now,
        "inspections_before": trend.inspections_before,
        "fewest_inspections": FEWEST_INSPECTIONS,
        "enough": trend.enough,
        "changes": [
            {
                "theme": change.theme,
                "name": issue_name(change.theme, None),
                "inspections_raising_it": change.now.named,
                "inspections": change.now.of,
                "inspections_raising_it_before": change.before.named,
                "inspections_before": change.before.of,
                "difference": round(change.difference, 4),
                "low": round(change.low, 4),
                "high": round(change.high, 4),
                "rose": change.rose,
                "fell": change.fell,
            }
            for change in trend.changes
        ],
    }
