"""The command `trends`: how often each theme is raised, by region, period and grade."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from rich.text import Text

from cli.arguments import AsJson, parse_day, theme_named, word_of
from cli.output import out, page_width, print_json, wrapped
from cli.views.theme_shares import ThemeSharesView
from flows.pipeline.app import open_app
from flows.pipeline.backfill_request import Region
from flows.settings import load_settings
from reports.analysis.trends import years_before
from reports.repeats.base_rates import COMPARABLE_SINCE, ReportFamily
from storage.trends import counted_inspections


class _Family(StrEnum):
    """The families that are counted."""

    COUNCIL = ReportFamily.COUNCIL
    JOINT = ReportFamily.JOINT
    SEND = ReportFamily.SEND


def trends(
    region: Annotated[
        str | None, typer.Option("--region", help="Only this region, compared with England.")
    ] = None,
    theme: Annotated[
        str | None, typer.Option("--theme", help="One theme in detail: its name or its id.")
    ] = None,
    family: Annotated[
        str,
        typer.Option(
            "--family",
            help="council (full inspections), joint (joint targeted area inspections), "
            "or send (area SEND inspections).",
        ),
    ] = _Family.COUNCIL,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            help="Inspections that began on or after this date (YYYY-MM-DD). Default: 2018.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show how often each theme is raised, by region, year and grade, and what rose recently.

    The figures are shares of full inspections: in how many of them a theme is raised. Reports from
    before 2018 list three times as many areas, so they are left out unless --since says otherwise.

    Example: inspection-watch trends --region London
    """
    # An empty text, as from an unset variable of a shell, is a wrong value, not a missing option.
    chosen = None if region is None else word_of(region, Region, option="--region")
    found = None if theme is None else theme_named(theme, option="--theme")
    which = word_of(family, _Family, option="--family")
    day = COMPARABLE_SINCE if since is None else parse_day(since, option="--since")
    settings = load_settings()
    today = settings.today()
    two_years = years_before(today, 2)
    with open_app(settings) as app, app.database.read() as session:
        known = counted_inspections(session, since=day)
        # The rise compares two whole years, whatever --since leaves out.
        recent = known if day <= two_years else counted_inspections(session, since=two_years)
    view = ThemeSharesView(
        known,
        ReportFamily(which),
        region=chosen,
        theme=found,
        since=day,
        recent=recent,
        today=today,
    )
    if as_json:
        print_json(view.as_json())
        return
    for line in view.lines():
        hanging = " " * (len(line) - len(line.lstrip()) + 2)
        for part in wrapped(line, width=page_width(), hanging=hanging) if line else [Text("")]:
            out.print(part)
