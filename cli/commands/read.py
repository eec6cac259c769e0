"""The command `read`: what report files say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from cli.arguments import AsJson, Pages, check_file
from cli.output import out, page_width, print_json, print_jsonl, wrapped
from cli.words import date_words, framework_name, in_words
from flows.settings import Settings, load_settings
from reports.errors import ConfigurationError
from reports.frameworks import load_frameworks
from reports.model import ImprovementArea, Kind, Reading, ThemeTag
from reports.monitoring import monitoring_words
from reports.page_range import WHOLE, PageRange
from reports.repeats.words import decline_words, improvement_words
from reports.sandbox.pool import ReaderPool
from reports.themes.names import issue_name, theme_name
from reports.wording import either_words, judgement_words, overall_first, uk_period

Files = Annotated[list[Path], typer.Argument(help="Report files: PDF, text or Markdown.")]
_A_YEAR = timedelta(days=365)
_SMALL = frozenset({"a", "an", "and", "for", "in", "of", "or", "the", "to", "with"})

AsJsonLines = Annotated[bool, typer.Option("--jsonl", help="Print one JSON object on each line.")]


def read(
    files: Files, pages: Pages = None, as_json: AsJson = False, as_jsonl: AsJsonLines = False
) -> None:
    """Read report files and print what they say, without a database.

    Example: inspection-watch read report.pdf --json
    """
    if as_json and as_jsonl:
        raise ConfigurationError("Choose one of --json and --jsonl")
    if pages is not None and len(files) > 1:
        raise ConfigurationError("--pages takes one file")
    chosen = PageRange.parse(pages) if pages is not None else WHOLE
    check_files(files)
    settings = load_settings()
    processes = min(settings.reading_processes, len(files))
    problems = False
    reports: list[Reading] = []
    with ReaderPool(
        processes=processes,
        authorities=settings.authorities,
        latest=latest_day(settings),
        unlimited=settings.unlimited_reading,
    ) as reader:
        for report in reader.read_many(files, pages=chosen):
            problems = problems or bool(report.problems)
            if as_jsonl:
                print_jsonl([report.model_dump(mode="json", by_alias=True)])
            elif as_json:
                reports.append(report)
            else:
                for line in _lines(report, width=page_width()):
                    out.print(line)
    if as_json:
        documents = [report.model_dump(mode="json", by_alias=True) for report in reports]
        print_json(documents[0] if len(documents) == 1 else documents)
    raise typer.Exit(1 if problems else 0)


def latest_day(settings: Settings) -> date:
    """Return the last day on which the inspection of a file can have ended: a year from today.

    If today is before the newest framework began, a year from that day: a slow clock, or WATCH_NOW
    in the past, must not make the dates of a newer report look wrong.
    """
    begun = (rules.first_start for rules in load_frameworks().rules.values())
    return max(settings.today(), *filter(None, begun)) + _A_YEAR


def check_files(files: Sequence[Path]) -> None:
    """Raise ConfigurationError for the first file that does not exist."""
    for file in files:
        check_file(file)


def _lines(report: Reading, *, width: int) -> Iterator[Text]:
    """Yield everything that the file says, and the words that show the themes of each area."""
    council = report.authority.name if report.authority else "council not recognised"
    kind = "kind not recognised" if report.kind is Kind.UNKNOWN else in_words(report.kind)
    yield Text(f"{report.file} {council} · {kind}", style="bold")
    if report.kind is not Kind.UNKNOWN:
        yield from wrapped(_about(report), indent="  ", hanging="    ", width=width)
    for judgement in sorted(report.judgements, key=overall_first):
        name = judgement_words(judgement.judgement)
        entry = f"{name}: {in_words(judgement.grade)}{_page(judgement.page)}"
        yield from wrapped(entry, indent="  ", hanging="    ", width=width)
    for entry in monitoring_words(report.monitoring):
        yield from wrapped(entry, indent="  ", hanging="    ", width=width)
    for area in report.improvement_areas:
        yield from _area_lines(area, width=width)
    for theme in report.improvement_plan:
        entry = f"• {theme.name}: {theme.aim}{_page(theme.page)}"
        yield from wrapped(entry, indent="  ", hanging="    ", width=width)
        yield from _theme_lines(theme.themes, width=width)
    if stated := dict.fromkeys(
        (sentence.context or sentence.text, sentence.page) for sentence in report.stated_repeats
    ):
        yield Text("  Ofsted says of earlier areas")
        for text, page in stated:
            yield from wrapped(f"“{text}”{_page(page)}", indent=" " * 4, width=width)
    for text in dict.fromkeys(
        sentence.context or sentence.text for sentence in report.stated_declines
    ):
        yield from wrapped(decline_words(text), indent="  ", hanging="    ", width=width)
    for text in dict.fromkeys(
        sentence.context or sentence.text for sentence in report.stated_improvements
    ):
        yield from wrapped(improvement_words(text), indent="  ", hanging="    ", width=width)
    for problem in report.problems:
        entry = f"! {problem.message} [{problem.code}]"
        yield from wrapped(entry, indent="  ", hanging="    ", style="bold red", width=width)


def _about(report: Reading) -> str:
    """Return the framework, the dates, the lead inspector and the topic of a report."""
    parts = [framework_name(report.framework)]
    if report.inspection_start or not report.published:
        start = report.inspection_start
        parts.append(uk_period(start, report.inspection_end) if start else "dates not read")
    if report.published:
        parts.append(f"published {date_words(report.published)}")
    if report.lead_inspector:
        parts.append(f"lead inspector {report.lead_inspector}")
    if report.topic:
        parts.append(f"about {report.topic}")
    return ", ".join(parts)


def _area_lines(area: ImprovementArea, *, width: int) -> Iterator[Text]:
    mark = "PRIORITY ACTION  " if area.priority_action else ""
    line = f"• {mark}{area.text}{_page(area.page)}"
    yield from wrapped(line, indent="  ", hanging="    ", width=width)
    yield from _theme_lines(area.themes, width=width)


def _theme_lines(themes: Sequence[ThemeTag], *, width: int) -> Iterator[Text]:
    """Yield the issues of a statement, each with the words that show it, the main one first."""
    ordered = sorted(themes, key=lambda tag: tag.role != "primary")
    issues = "; ".join(
        f"{issue_name(tag.theme, tag.facet)} (“{shown_words(tag.matched)}”)" for tag in ordered
    )
    close = dict.fromkeys(f"“{theme_name(tag.theme)}”" for tag in ordered if tag.close)
    if close:
        issues += (
            f". The main theme is either {either_words([*close])}; both are about equally likely."
        )
    yield from wrapped(
        f"→ {issues}" if issues else "", indent=" " * 4, hanging=" " * 6, style="dim", width=width
    )


def shown_words(matched: str) -> str:
    """Return the words that show an issue, without the small ones that they happen to end with."""
    words = matched.split()
    while len(words) > 1 and words[-1].lower() in _SMALL:
        words.pop()
    return " ".join(words)


def _page(number: int | None) -> str:
    return f" (page {number})" if number else ""
