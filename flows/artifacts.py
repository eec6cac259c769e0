"""Tables and sentences on a run's page in Prefect's UI."""

from __future__ import annotations

import re
from collections.abc import Sequence

from prefect.artifacts import create_markdown_artifact, create_table_artifact
from sqlalchemy.orm import Session

from alerts.outbox.deliveries import count_states
from alerts.outbox.summary import SendSummary
from flows.pipeline.backfill_results import BackfillPlan, BackfillResult
from flows.pipeline.results import PollResult, ReportOutcome, reports_need_review
from reports.wording import counted, uk_date
from storage.models import ReportState
from website import addresses

ROWS_AT_MOST = 200
"""The page shows a whole table at once. For longer lists there is the command `events`."""

STATES = {
    ReportState.LISTED: "not fetched yet",
    ReportState.FETCHED: "not read yet",
    ReportState.READ: "yes",
    ReportState.FAILED: "NO",
    ReportState.MISSING: "gone from the site",
}


def poll_headline(result: PollResult) -> str:
    """Return what a poll found in a few words, for the run's name."""
    found = result.found
    words = []
    if new := found.new_reports - found.silent:
        words.append(counted(new, "new report", "new reports"))
    if found.silent:
        words.append(counted(found.silent, "report of history", "reports of history"))
    if result.caught_up:
        caught_up = counted(result.caught_up, "report", "reports")
        words.append(f"{caught_up} from an earlier check")
    if need_review := reports_need_review(result.reports):
        words.append(need_review)
    if found.held:
        words.append("messages held")
    if found.notes:
        words.append(counted(len(found.notes), "note about the site", "notes about the site"))
    return ", ".join(words) or "nothing new"


def sending_headline(sent: SendSummary) -> str:
    """Return what was sent in a few words, for the run's name."""
    words = []
    if sent.sent:
        words.append(counted(sent.sent, "message sent", "messages sent"))
    if sent.waiting:
        words.append(f"{sent.waiting} waiting")
    if sent.failed:
        words.append(f"{sent.failed} failed")
    return ", ".join(words) or "nothing due"


def rows(reports: Sequence[ReportOutcome], *, public_url: str | None) -> list[dict[str, str]]:
    """Return a row for each report, at most ROWS_AT_MOST. Those that need review come first.

    Empty columns are left out, and long ones come last, because the page is narrow.
    """
    ordered = sorted(reports, key=lambda report: not report.needs_review)[:ROWS_AT_MOST]
    table = [
        {
            "Authority": report.authority,
            "Published": _day(report),
            "Read": _read(report),
            "Report": report.title,
            "Document": report.url,
            "Page": _address(report.page, public_url),
            "Recipients": str(report.queued or ""),
            "Problems": "; ".join(report.problems),
            "What is new": "; ".join(_events(report)),
        }
        for report in ordered
    ]
    used = [column for column in table[0] if any(row[column] for row in table)] if table else []
    return [{column: row[column] for column in used} for row in table]


def show_poll(result: PollResult, *, polled: str, public_url: str | None) -> str:
    """Put a poll on the run's page. Returns the sentence that sums it up.

    `public_url` is where the website with the pages of reports and councils is published.
    """
    sentence = f"Checked on {polled}: {result.summary}"
    if result.sent is not None and result.sent.sent:
        sentence += f" {result.sent.summary}"
    _show(
        sentence,
        reports=result.reports,
        notes=[note.sentence for note in result.found.notes],
        description="What this poll found",
        public_url=public_url,
    )
    return sentence


def show_deliveries(session: Session, sent: SendSummary) -> None:
    """Put the number of messages in each state on the page of a run that handled any.

    Addresses are left out: the command `forget` cannot delete them from Prefect's database.
    """
    if not (sent.sent or sent.found or sent.waiting or sent.failed):
        return
    table = [
        {
            "Subscription": subscription,
            "Channel": channel,
            "State": state.name.lower(),
            "Messages": str(number),
        }
        for subscription, channel, state, number in count_states(session)
    ]
    create_table_artifact(
        table[:ROWS_AT_MOST],
        key="messages",
        description="All messages so far by state; `inspection-watch deliveries` lists each",
    )


def show_plan(plan: BackfillPlan) -> str:
    """Put a dry run's plan on the run's page. Returns the sentence that sums it up."""
    sentence = f"Dry run, nothing was changed. {plan.summary}"
    create_markdown_artifact(
        f"**{_plain(sentence)}**\n\nTo do it, run this again with *Dry run* off.",
        key="backfill-plan",
        description="What a backfill would do",
    )
    return sentence


def show_backfill(result: BackfillResult, *, public_url: str | None) -> str:
    """Put a backfill on the run's page. Returns the sentence that sums it up."""
    _show(
        result.summary,
        reports=result.reports,
        notes=result.notes,
        description="What this backfill did",
        public_url=public_url,
    )
    return result.summary


def show_failure(sentence: str, *, is_scheduled: bool) -> None:
    """Put what stopped a run on its page. Without a schedule, no other run follows by itself."""
    then = "The next run tries again." if is_scheduled else "Run it again once this is put right."
    create_markdown_artifact(
        f"**{_plain(sentence)}**\n\nWhat this run had stored by then is kept. {then}",
        key="what-went-wrong",
        description="Why this run failed",
    )


def _show(
    sentence: str,
    *,
    reports: Sequence[ReportOutcome],
    notes: Sequence[str],
    description: str,
    public_url: str | None,
) -> None:
    """Write the page of a run: the sentence, what needs review, what is new, and a table."""
    lines = [f"**{_plain(sentence)}**"]
    sections = {
        "Needs review": [
            f"{_linked(report, public_url)}: {_plain('; '.join(report.problems))}"
            for report in reports
            if report.problems
        ],
        "What is new": [
            f"{_linked(report, public_url)}: {_plain('; '.join(_events(report)))} "
            f"({counted(report.queued, 'recipient', 'recipients')})"
            for report in reports
            if report.events
        ],
        "About the site": [_plain(note) for note in notes],
    }
    for title, entries in sections.items():
        if entries:
            lines += [f"#### {title}", "\n".join(f"- {entry}" for entry in entries[:ROWS_AT_MOST])]
    create_markdown_artifact("\n\n".join(lines), key="what-was-found", description=description)
    if reports:
        shown = f" ({ROWS_AT_MOST} of {len(reports)})" if len(reports) > ROWS_AT_MOST else ""
        create_table_artifact(
            rows(reports, public_url=public_url),
            key="reports-ingested",
            description=f"The reports that were fetched{shown}",
        )


def _linked(report: ReportOutcome, public_url: str | None) -> str:
    published = f", published {_day(report)}" if report.published else ""
    council = _plain(report.authority)
    if page := _address(report.council_page, public_url):
        council = f"[{council}]({page})"
    said = f"**{council}**: [{_plain(report.title)}]({report.url}){published}"
    if page := _address(report.page, public_url):
        said += f" ([what this report says]({page}))"
    return said


def _address(page: str, public_url: str | None) -> str:
    """Return the address of a page of our website; empty where that is not published."""
    return addresses.public(page, public_url=public_url) if public_url and page else ""


def _events(report: ReportOutcome) -> list[str]:
    """Return the report's events, without the authority's name, which is shown next to them."""
    return [event.removeprefix(f"{report.authority}: ") for event in report.events]


def _day(report: ReportOutcome) -> str:
    return uk_date(report.published) if report.published else ""


def _read(report: ReportOutcome) -> str:
    if report.needs_review and report.state == ReportState.READ:
        return "WITH PROBLEMS"
    return STATES[report.state]


def _plain(text: str) -> str:
    """Return text escaped for Markdown and HTML, because titles and names come from outside."""
    return re.sub(r"([\\`*_\[\]<>|#&~])", r"\\\1", text)
