"""What a run found, as tables and sentences on the run's page in Prefect's UI."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from alerts.outbox import SendSummary
from flows.pipeline.backfill import BackfillPlan, BackfillResult
from flows.pipeline.results import PollResult, ReportOutcome
from storage.models import ReportState

# The page shows a table at once; what does not fit a screen or ten is better asked of `events`.
ROWS_AT_MOST = 200

STATES = {
    ReportState.LISTED: "not fetched yet",
    ReportState.FETCHED: "not read yet",
    ReportState.READ: "yes",
    ReportState.FAILED: "NO",
    ReportState.MISSING: "gone from the site",
}


def headline(result: PollResult) -> str:
    """A poll in a few words, for the run's name."""
    new = result.found.new_reports
    words = [f"{new} new {'report' if new == 1 else 'reports'}" if new else "nothing new"]
    words += concerns(result.reports)
    if result.found.held:
        words.append("messages held")
    return ", ".join(words)


def headline_of_sending(sent: SendSummary) -> str:
    """What was sent in a few words, for the run's name."""
    words = []
    if sent.sent:
        words.append(f"{sent.sent} {'message' if sent.sent == 1 else 'messages'} sent")
    if sent.waiting:
        words.append(f"{sent.waiting} waiting")
    if sent.given_up:
        words.append(f"{sent.given_up} given up")
    return ", ".join(words) or "nothing due"


def concerns(reports: Iterable[ReportOutcome]) -> list[str]:
    """How many reports want a person, in words; empty where none does."""
    number = sum(report.needs_person for report in reports)
    return [f"{number} {'needs' if number == 1 else 'need'} a person"] if number else []


def rows(reports: Sequence[ReportOutcome]) -> list[dict[str, str]]:
    """One row a report, those that want a person first, and at most ROWS_AT_MOST."""
    ordered = sorted(reports, key=lambda report: not report.needs_person)
    return [
        {
            "Authority": report.authority,
            "Report": report.title,
            "Published": f"{report.published:%-d %B %Y}" if report.published else "",
            "Read": "WITH PROBLEMS"
            if report.needs_person and report.state == ReportState.READ
            else STATES[report.state],
            "Problems": "; ".join(report.problems),
            "What is new": "; ".join(report.events),
            "Messages": str(report.queued),
            "Document": report.url,
        }
        for report in ordered[:ROWS_AT_MOST]
    ]


def show_poll(result: PollResult, *, looked: str) -> str:
    """Put a poll on the run's page; returns the sentence that sums it up."""
    sentence = f"Looked at {looked}: {result.summary}"
    lines = [f"**{_plain(sentence)}**"]
    lines += _problems(result.reports)
    if result.found.notes:
        lines.append("#### About the site")
        lines.append("\n".join(f"- {_plain(note)}" for note in result.found.notes))
    create_markdown_artifact("\n\n".join(lines), key="look", description="What this look found")
    _show_reports(result.reports, key="look-reports", description="The reports it took in")
    return sentence


def show_plan(plan: BackfillPlan) -> str:
    """Put a dry run's plan on the run's page; returns the sentence that sums it up."""
    sentence = f"Dry run, nothing was changed. {plan.summary}"
    create_markdown_artifact(
        f"**{_plain(sentence)}**\n\nTo do it, run this again with *Dry run* off.",
        key="backfill",
        description="What a backfill would do",
    )
    return sentence


def show_backfill(result: BackfillResult) -> str:
    """Put a backfill on the run's page; returns the sentence that sums it up."""
    lines = [f"**{_plain(result.summary)}**", *_problems(result.reports)]
    lines += [f"- {_plain(note)}" for note in result.notes]
    create_markdown_artifact("\n\n".join(lines), key="backfill", description="What was filled in")
    _show_reports(result.reports, key="backfill-reports", description="The reports it took in")
    return result.summary


def show_failure(sentence: str) -> None:
    """Put what stopped a run on its page."""
    create_markdown_artifact(
        f"**{_plain(sentence)}**\n\nNothing was concluded from this run. The next one tries again.",
        key="failure",
        description="Why this run failed",
    )


def _show_reports(reports: Sequence[ReportOutcome], *, key: str, description: str) -> None:
    if not reports:
        return
    if len(reports) > ROWS_AT_MOST:
        description += f" ({ROWS_AT_MOST} of {len(reports)}, problems first)"
    create_table_artifact(rows(reports), key=key, description=description)


def _problems(reports: Iterable[ReportOutcome]) -> list[str]:
    wanting = [report for report in reports if report.needs_person]
    if not wanting:
        return []
    entries = [
        f"- {_plain(report.authority)}: [{_plain(report.title)}]({report.url}): "
        f"{_plain('; '.join(report.problems))}"
        for report in wanting[:ROWS_AT_MOST]
    ]
    return ["#### Somebody should look at", "\n".join(entries)]


def _plain(text: str) -> str:
    """`text` without meaning as Markdown or HTML: titles and names come from outside."""
    return re.sub(r"([\\`*_\[\]<>|#&~])", r"\\\1", text)
