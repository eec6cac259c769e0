"""The command `compare`: what changed and what is raised again between two reports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from cli.arguments import AsJson
from cli.commands.read import check_files, latest_day
from cli.output import complain, out, page_width, print_json, wrapped
from cli.views.repeats import again_heading, strength
from cli.words import date_words, in_words
from flows.settings import Settings, load_settings
from reports.comparison import compare
from reports.errors import ConfigurationError
from reports.grade_comparison import predecessor
from reports.model import Change, Comparison, Direction, Grade, Judgement, Reading
from reports.problems import ProblemCode, grades_are_certain
from reports.repeats.base_rates import ReportFamily, report_family
from reports.repeats.quotes import quotes
from reports.repeats.stated import says_named
from reports.repeats.words import stated_words
from reports.sandbox.pool import ReaderPool
from reports.themes.names import issue_name
from reports.wording import (
    direction_words,
    judgement_words,
    overall_first,
    uk_period,
    uncapitalised,
)
from storage.database import Database, may_exist
from storage.errors import DatabaseTrouble
from storage.inspection_identity import is_issued_again, share_days
from storage.repeats import compared

_COUNCIL_UNKNOWN = {ProblemCode.AUTHORITY_UNKNOWN, ProblemCode.AUTHORITY_MISSING}


def compare_files(
    earlier: Annotated[Path, typer.Argument(help="The earlier report.")],
    later: Annotated[Path, typer.Argument(help="The later report.")],
    as_json: AsJson = False,
) -> None:
    """Show what changed and what is raised again between two reports about one council.

    The stored history, if there is one, says how common an issue is. This command stores nothing.

    Example: inspection-watch compare earlier.pdf later.pdf
    """
    check_files([earlier, later])
    settings = load_settings()
    with ReaderPool(
        authorities=settings.authorities,
        latest=latest_day(settings),
        unlimited=settings.unlimited_reading,
    ) as reader:
        first, second = reader.read_many([earlier, later])
    _check_pair(first, second)
    comparison = _compared(settings, first, second)
    if _are_of_one_inspection(first, second):
        complain("Both files are about the same inspection, so nothing in them is raised again.")
        nothing = {"repeats": (), "same_area": (), "no_longer_named": ()}
        comparison = comparison.model_copy(update=nothing)
    for report in (first, second):
        for problem in report.problems:
            complain(f"{report.file}: {problem.message}")
    if as_json:
        print_json(comparison.model_dump(mode="json", by_alias=True))
    else:
        for line in _lines(comparison, width=page_width()):
            out.print(line)
    raise typer.Exit(1 if first.problems or second.problems else 0)


def _check_pair(first: Reading, second: Reading) -> None:
    """Raise ConfigurationError for the same report twice, two authorities, or the wrong order."""
    if first.sha256 == second.sha256:
        raise ConfigurationError("Both files are the same report; compare takes two reports")
    council, other = first.authority, second.authority
    if council and other and council != other:
        raise ConfigurationError(
            f"{first.file} is about {council.name} and {second.file} about {other.name}; "
            "compare takes two reports about one council"
        )
    began, then = first.inspection_start, second.inspection_start
    if began and then and then < began:
        raise ConfigurationError(
            f"the inspection of {first.file} began on {date_words(began)}, after that of "
            f"{second.file} on {date_words(then)}; name the earlier report first"
        )


def _are_of_one_inspection(first: Reading, second: Reading) -> bool:
    """Return whether both are versions of one report: they share days, or differ in days alone."""
    if first.inspection_start is None:
        return False  # neither may be about a dated inspection
    return share_days(first, second) or is_issued_again(first, second)


def _compared(settings: Settings, first: Reading, second: Reading) -> Comparison:
    """Compare both reports, with what the store says about their issues."""
    if not may_exist(settings.database):
        return compare(first, second)
    database = Database(settings.database)
    try:
        if database.is_current():
            with database.read() as session:
                return compared(session, first, second)
    except DatabaseTrouble as error:
        complain(f"Cannot say how common an issue is. {error}")
    finally:
        database.close()
    return compare(first, second)


def _lines(found: Comparison, *, width: int) -> Iterator[Text]:
    if found.authority:
        yield Text(found.authority.name, style="bold")
    for which, report in (("Earlier", found.earlier), ("Later", found.later)):
        yield from wrapped(f"{which}: {_report_words(report)}", indent="  ", width=width)
    without_council = _without_council(found)
    if found.changes and without_council:
        which = "these reports" if len(without_council) > 1 else without_council[0].file
        reason = f"Grades are not compared, because the council of {which} is unknown."
        yield from wrapped(reason, indent="  ", hanging="    ", width=width)
    for change in sorted(found.changes, key=overall_first) if not without_council else ():
        yield from wrapped(_change_words(change, found), indent="  ", hanging="    ", width=width)
    stated = quotes([said for said in found.later.stated_repeats if says_named(said)])
    for quote in stated if found.repeats else ():
        yield from wrapped(stated_words(quote), indent="  ", hanging="    ", width=width)
    if found.repeats:
        yield Text(again_heading(found.repeats), style="bold")
    council = report_family(found.later.framework) is ReportFamily.COUNCIL
    for number, repeat in enumerate(found.repeats, start=1):
        name = issue_name(repeat.theme, repeat.facet)
        head = f"{number}. {name}. {strength(repeat, council=council)}"
        yield from wrapped(head, indent="  ", hanging="    ", width=width)
        for when, words in (("Now:   ", repeat.later), ("Before:", repeat.earlier)):
            yield from wrapped(f"{when} “{words}”", indent=" " * 4, hanging=" " * 13, width=width)
        yield from wrapped(repeat.explanation, indent=" " * 4, style="dim", width=width)
    if found.same_area:
        yield Text("Same subject, different point", style="bold")
    for near in found.same_area:
        yield from wrapped(f"• “{near.later}”", indent="  ", hanging="    ", width=width)
        yield from wrapped(f"Before: “{near.earlier}”", indent=" " * 4, width=width)
    if found.no_longer_named:
        yield Text("Not found again. This does not in itself show improvement.", style="bold")
    for words in found.no_longer_named:
        yield from wrapped(f"• “{words}”", indent="  ", hanging="    ", width=width)


def _report_words(report: Reading) -> str:
    """Return the kind, the days of the inspection and the name of the file."""
    start = report.inspection_start
    when = uk_period(start, report.inspection_end) if start else "date unknown"
    return f"{in_words(report.kind)}, {when} ({report.file})"


def _without_council(found: Comparison) -> list[Reading]:
    """Return the reports whose council is unknown, if nothing else casts doubt on the grades."""
    reports = (found.earlier, found.later)
    codes = {problem.code for report in reports for problem in report.problems}
    if not grades_are_certain(codes - _COUNCIL_UNKNOWN):
        return []
    return [r for r in reports if _COUNCIL_UNKNOWN & {problem.code for problem in r.problems}]


def _change_words(change: Change, found: Comparison) -> str:
    pair = predecessor(
        change.judgement, earlier=found.earlier.framework, later=found.later.framework
    )
    before = _grade(change.earlier, pair.earlier if pair else change.judgement, found.earlier)
    after = _grade(change.later, change.judgement, found.later)
    name = judgement_words(change.judgement)
    moved = direction_words(change.direction, change.earlier, change.later)
    if change.direction is Direction.NOT_GIVEN_ANY_MORE:
        return f"{name}: {moved} (was {before})"
    if change.direction is Direction.FIRST and change.note:
        return f"{name}: {before} → {after} ({uncapitalised(change.note).rstrip('.')})"
    note = f" – {change.note}" if change.note else ""
    if change.direction is Direction.SAME:
        return f"{name}: {after} ({moved}){note}"
    return f"{name}: {before} → {after} ({moved}){note}"


def _grade(grade: Grade | None, judgement: Judgement, report: Reading) -> str:
    """Return a grade in words, or that it was not read or not given."""
    given = any(reading.judgement is judgement for reading in report.judgements)
    return in_words(grade) if grade or given else "not given"
