"""What happened to each report and to each message, as lines on the terminal."""

from __future__ import annotations

from alerts.outbox.summary import SendSummary
from cli.output import err, out
from cli.views.stored_counts import REPORT_STATES
from cli.words import date_words
from flows.pipeline.results import ReportOutcome


def print_outcome(outcome: ReportOutcome) -> None:
    document = f"{outcome.authority}: {outcome.title}, {date_words(outcome.published)}"
    err.print(f"{document}: {REPORT_STATES[outcome.state]}")
    for problem in outcome.problems:
        err.print(f"  ! {problem}")
    for event in outcome.events:
        err.print(f"  → {event}")


def print_sent(sent: SendSummary) -> None:
    out.print(sent.summary)
