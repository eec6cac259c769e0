"""The command `read`: what report files say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from cli.output import in_words, out, print_json, print_jsonl, uk_date
from flows.settings import load_settings
from reports.errors import ConfigurationError
from reports.model import Report
from reports.pool import ReaderPool

Files = Annotated[list[Path], typer.Argument(help="Report files: PDF, text or Markdown.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
AsJsonLines = Annotated[bool, typer.Option("--jsonl", help="Print one JSON object a line.")]


def read(files: Files, as_json: AsJson = False, as_jsonl: AsJsonLines = False) -> None:
    """Read report files and print what they say; touches no database."""
    if as_json and as_jsonl:
        raise ConfigurationError("Choose one of --json and --jsonl")
    check_files(files)
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


def check_files(files: Sequence[Path]) -> None:
    """Raises ConfigurationError for a file that is not there."""
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
