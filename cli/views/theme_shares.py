"""What the command `trends` shows: shares of themes, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from alerts.messages.trends import FAMILY_WORDS, share_words, trend_as_json, trend_words
from cli.words import date_words, in_words
from reports.analysis.theme_shares import (
    Share,
    ThemeShare,
    areas_by_year,
    share_of,
    theme_shares,
)
from reports.analysis.trends import Trend, trend
from reports.repeats.base_rates import COMPARABLE_SINCE, ReportFamily
from reports.themes.taxonomy import Theme, load_taxonomy
from reports.wording import counted, judgement_words, uk_date
from storage.trends import CountedInspections

_NAME = 52
_CELL = 18


class ThemeSharesView:
    """The shares that a user asked for, as lines and as JSON.

    `known` are the inspections that are counted, `recent` those of the last two years, for the
    rise. `theme` None: all themes; `region` None: all of England.
    """

    def __init__(
        self,
        known: CountedInspections,
        family: ReportFamily,
        *,
        region: str | None,
        theme: Theme | None,
        since: date,
        recent: CountedInspections,
        today: date,
    ) -> None:
        self.since = since
        self.family = family
        self.region = region
        self.theme = theme
        self.england = known.of(family)
        self.inspections = known.of(family, region=region)
        self.left_out = known.left_out.get(family, 0)
        self.where = region or "England"
        self.themes = [theme] if theme else list(load_taxonomy().themes.values())
        ids = [theme.id for theme in self.themes]
        self.rows = list(theme_shares(self.inspections, ids, whole=self.where))
        self.trend: Trend = trend(recent.of(family, region=region), ids, today=today)

    def as_json(self) -> dict[str, Any]:
        """Return the shares as JSON."""
        return {
            "family": self.family,
            "region": self.region,
            "since": self.since.isoformat(),
            "taxonomy_version": load_taxonomy().version,
            "inspections": len(self.inspections),
            "inspections_in_england": len(self.england),
            "left_out_as_uncertain": self.left_out,
            "areas_per_inspection": areas_by_year(self.inspections),
            "rows": [_row_as_json(row) for row in self.rows],
            "england": {t.id: _share_as_json(share_of(self.england, t.id)) for t in self.themes},
            "issues": [
                {
                    "theme": t.id,
                    "issue": issue.id,
                    "name": issue.name,
                    **_share_as_json(share_of(self.inspections, f"{t.id}/{issue.id}")),
                }
                for t in self.themes
                for issue in t.facets
            ],
            "trend": trend_as_json(self.trend),
        }

    def lines(self) -> Iterator[str]:
        """Yield the shares as lines for people."""
        if not self.inspections:
            yield (
                f"No stored {FAMILY_WORDS[self.family]} in {self.where} began on "
                f"{date_words(self.since)} or later."
            )
            if self.left_out:
                yield _left_out_words(self.left_out)
            return
        yield from self._head()
        yield ""
        yield from self._in_detail(self.theme) if self.theme else self._overview()
        yield ""
        yield from trend_words(self.trend, where=self.where)

    def _head(self) -> Iterator[str]:
        days = sorted(inspection.start for inspection in self.inspections)
        yield f"How often themes are raised in {FAMILY_WORDS[self.family]}, {self.where}"
        began = f"between {uk_date(days[0])} and {uk_date(days[-1])}"
        yield f"{counted(len(days), 'inspection')} that began {began}"
        if self.since == COMPARABLE_SINCE and self.family is ReportFamily.COUNCIL:
            yield (
                "Inspections before 2018 are left out: their reports list three times as many "
                "areas. See --since."
            )
        elif self.since == COMPARABLE_SINCE:
            yield "Inspections before 2018 are left out. See --since."
        if self.left_out:
            yield _left_out_words(self.left_out)

    def _overview(self) -> Iterator[str]:
        """Yield a line for each theme, the most frequent first."""
        columns = [self.where, *(["England"] if self.region else [])]
        yield "".ljust(_NAME) + "".join(column[: _CELL - 1].ljust(_CELL) for column in columns)
        totals = [row for row in self.rows if row.dimension == "all"]
        names = {row.theme: load_taxonomy().themes[row.theme].name for row in totals}
        for row in sorted(totals, key=lambda row: (-(row.share.share or 0), names[row.theme])):
            cells = [row.share, *([share_of(self.england, row.theme)] if self.region else [])]
            name = names[row.theme]
            shown = "".join(share_words(cell).ljust(_CELL) for cell in cells)
            yield (name.ljust(_NAME) + shown).rstrip()

    def _in_detail(self, theme: Theme) -> Iterator[str]:
        yield f"{theme.name}: {theme.definition}"
        yield from self._group("", "all")
        if self.region:
            yield _line("England", share_of(self.england, theme.id))
        else:
            yield from self._group("By region", "region")
        yield from self._group(
            "By year of inspection, with the average number of areas in a report", "year"
        )
        yield from self._group("By grade", "grade")
        others = sum(row.by_other_judgement for row in self.rows)
        fitting = next((row.judgement for row in self.rows if row.judgement), None)
        if fitting:
            what = counted(
                others,
                "inspection without an overall grade is counted under its",
                "inspections without an overall grade are counted under their",
            )
            yield f"  {what} grade for “{judgement_words(fitting)}”"
        yield "What exactly is raised"
        facets = [(f.name, share_of(self.inspections, f"{theme.id}/{f.id}")) for f in theme.facets]
        for name, share in sorted(facets, key=lambda pair: (-pair[1].named, pair[0])):
            yield _line(name, share)

    def _group(self, heading: str, dimension: str) -> Iterator[str]:
        if heading:
            yield heading
        areas = areas_by_year(self.inspections) if dimension == "year" else {}
        for row in self.rows:
            if row.dimension == dimension:
                group = in_words(row.group) if dimension == "grade" else row.group
                listed = areas.get(row.group)
                more = f"  ({listed:.1f} areas)" if listed is not None else ""
                yield _line(group, row.share) + more


def _left_out_words(number: int) -> str:
    return f"{number} more left out, in all of England: their list of areas is not certain."


def _line(name: str, share: Share) -> str:
    return f"  {name.ljust(_NAME - 2)}{share_words(share)}"


def _share_as_json(share: Share) -> dict[str, Any]:
    found = share.share
    return {
        "inspections_raising_it": share.named,
        "inspections": share.of,
        "share": None if found is None else round(found, 4),
    }


def _row_as_json(row: ThemeShare) -> dict[str, Any]:
    return {
        "theme": row.theme,
        "name": load_taxonomy().themes[row.theme].name,
        "dimension": row.dimension,
        "group": row.group,
        **_share_as_json(row.share),
        "judgement": row.judgement,
        "inspections_by_judgement": row.by_other_judgement,
    }
