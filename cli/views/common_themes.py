"""How common the themes of a council's last full inspection are, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.text import Text
from sqlalchemy.orm import Session

from alerts.messages.trends import share_words
from cli.output import wrapped
from cli.views.repeats import inspection_words
from reports.analysis.theme_shares import Share, share_of
from reports.repeats.base_rates import COMPARABLE_SINCE, ReportFamily, own_areas
from reports.themes.names import theme_name
from storage.models import Authority, Report
from storage.problems import areas_are_shown
from storage.repeats import CouncilReports
from storage.trends import counted_inspections

_NAME = 54


@dataclass(frozen=True, kw_only=True)
class CommonTheme:
    """A theme of the last full inspection, with its share in the region and in England."""

    theme: str
    region: Share
    england: Share


@dataclass(frozen=True, kw_only=True)
class Common:
    """The main themes of a council's last full inspection."""

    report: Report
    region: str
    themes: tuple[CommonTheme, ...]


def common_themes(
    session: Session, authority: Authority, reports: Sequence[Report]
) -> Common | None:
    """Return the main themes of a council's last full inspection.

    None where it has none, or its areas need review.
    """
    line = CouncilReports(reports)
    last = line.since_last_full()[:1]
    if not last or not areas_are_shown(last[0]):
        return None
    areas = own_areas(line.reading(last[0]))
    tags = [tag for area in areas for tag in area.themes if tag.role == "primary"]
    names = dict.fromkeys(tag.theme for tag in tags)
    if not names:
        return None
    known = counted_inspections(session, since=COMPARABLE_SINCE)
    region = known.of(ReportFamily.COUNCIL, region=authority.region)
    england = known.of(ReportFamily.COUNCIL)
    return Common(
        report=last[0],
        region=authority.region,
        themes=tuple(
            CommonTheme(theme=n, region=share_of(region, n), england=share_of(england, n))
            for n in names
        ),
    )


def common_lines(common: Common, *, width: int) -> Iterator[Text]:
    """Yield a heading and a line or two for each theme."""
    heading = f"Main themes of the {inspection_words(common.report)}, and how common they are"
    yield from wrapped(heading, style="bold", width=width)
    about = f"Full inspections since {COMPARABLE_SINCE.year} that raise the theme"
    yield from wrapped(about, indent="  ", style="dim", width=width)
    for found in common.themes:
        region, england = share_words(found.region), share_words(found.england)
        shares = f"{common.region} {region} · England {england}"
        name = theme_name(found.theme)
        if len(shares) + _NAME <= width:
            yield Text(f"  {name.ljust(_NAME - 2)}{shares}")
        else:
            yield Text(f"  {name}")
            yield Text(f"    {shares}")


def common_as_json(common: Common) -> dict[str, Any]:
    """Return the main themes and their shares as JSON."""
    return {
        "file_id": common.report.file_id,
        "since": COMPARABLE_SINCE.isoformat(),
        "themes": [
            {
                "theme": found.theme,
                "name": theme_name(found.theme),
                "region": {"name": common.region, **_counts(found.region)},
                "england": _counts(found.england),
            }
            for found in common.themes
        ],
    }


def _counts(share: Share) -> dict[str, int]:
    return {"inspections_raising_it": share.named, "inspections": share.of}
