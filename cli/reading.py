"""Commands that work on files alone: `read` and `compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from cli.output import in_words, out, print_json, print_jsonl, uk_date
from flows.settings import load_settings
from reports.compare import compare
from reports.errors import ConfigurationError
from reports.model import Comparison, Report
from reports.pool import ReaderPool

Files = Annotated[list[Path], typer.Argument(help="Report files: PDF, text or Markdown.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
AsJsonLines = Annotated[bool, typer.Option("--jsonl", help="Print one JSON object a line.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(read)
    app.command(name="compare")(compare_files)


def read(files: Files, as_json: AsJson = False, as_jsonl: AsJsonLines = False) -> None:
    """Read report files and print what they say; touches no database."""
    if as_json and as_jsonl:
        raise ConfigurationError("Choose one of --json and --jsonl")
    _check_files(files)
    settings = load_settings()
    processes = min(settings.reading_processes, len(files))
    problems = False
    reports: list[Report] = []
    with ReaderPool(processes=processes, authorities=settings.authorities) as reader:
        for report in reader.read_many(files):
            problems = problems or bool(report.problems)
            if as_jsonl:
                print_jsonl([report.model_dump(mode="json", by_alias=True)])
            elif as_json:
                reports.append(report)
            else:
                _print_report(report)
    if as_json:
        documents = [report.model_dump(mode="json", by_alias=True) for report in reports]
        print_json(documents[0] if len(documents) == 1 else documents)
    raise typer.Exit(1 if problems else 0)


def compare_files(
    earlier: Annotated[Path, typer.Argument(help="The earlier report.")],
    later: Annotated[Path, typer.Argument(help="The later report.")],
    as_json: AsJson = False,
) -> None:
    """What changed between two reports of one authority."""
    _check_files([earlier, later])
    with ReaderPool(authorities=load_settings().authorities) as reader:
        first, second = reader.read_many([earlier, later])
    comparison = compare(first, second)
    if as_json:
        print_json(comparison.model_dump(mode="json", by_alias=True))
    else:
        _print_comparison(comparison)
    raise typer.Exit(1 if first.problems or second.problems else 0)


def _check_files(files: list[Path]) -> None:
    for file in files:
        if not file.is_file():
            raise ConfigurationError(f"{file} is not a file that can be read")


def _print_report(report: Report) -> None:
    name = report.authority.name if report.authority else "authority not recognised"
    out.print(Text(report.file, style="bold"), f"{name} · {in_words(report.kind)}")
    out.print(
        f"  framework {report.framework}, inspected {uk_date(report.inspection_start)} "
        f"to {uk_date(report.inspection_end)}, lead inspector {report.lead_inspector or '–'}"
    )
    for judgement in report.judgements:
        where = f" (page {judgement.page})" if judgement.page else ""
        out.print(f"  {judgement.label}: {in_words(judgement.grade)}{where}")
    for area in report.improvement_areas:
        mark = "PRIORITY ACTION  " if area.priority_action else ""
        where = f" (page {area.page})" if area.page else ""
        out.print(f"  • {mark}{area.text}{where}")
    for problem in report.problems:
        out.print(f"  ! {problem.message} [{problem.code}]", style="bold red")


def _print_comparison(comparison: Comparison) -> None:
    if comparison.authority:
        out.print(comparison.authority.name, style="bold")
    for change in comparison.changes:
        note = f" – {change.note}" if change.note else ""
        out.print(
            f"  {in_words(change.judgement)}: {in_words(change.earlier)} → "
            f"{in_words(change.later)} ({in_words(change.direction).lower()}){note}"
        )
