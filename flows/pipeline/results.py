"""The results of a run, as records that the command line and Prefect both show."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from alerts.outbox.summary import SendSummary
from reports.wording import capitalised, counted, uk_date
from storage.models import PollKind, ReportState

SITE, FILTER, TITLE = "site:", "filter:", "title:"
"""The kinds of notes, with which their keys begin: about the site, about the date that a quick poll
searches from, and about an unknown title, which is reported only once."""


@dataclass(frozen=True)
class Note:
    """A sentence about the site, for operators.

    `about` names the problem, where the words change from poll to poll although it is the same.
    """

    sentence: str
    kind: str = SITE
    about: str = ""

    @property
    def key(self) -> str:
        """The natural key of the problem."""
        digest = hashlib.sha256(self.sentence.encode()).hexdigest()[:40]
        return f"{self.kind}{self.about or digest}"


@dataclass(frozen=True, kw_only=True)
class Found:
    """What one poll found. `report_ids` are all reports that still have to be ingested.

    `new_ids` are the reports that no poll had listed before; about `silent` of them no messages are
    sent, because they are history. `held`: messages about the others wait for an operator.
    """

    poll_id: int
    kind: PollKind
    since: date | None
    report_ids: tuple[int, ...]
    authorities_listed: int
    authorities_opened: int
    new_ids: frozenset[int]
    silent: int
    held: bool
    notes: tuple[Note, ...]
    withdrawn: tuple[str, ...] = ()
    """Sentences about reports that have left the site, or returned."""

    @property
    def new_reports(self) -> int:
        """The number of new reports."""
        return len(self.new_ids)


@dataclass(frozen=True, kw_only=True)
class ReportOutcome:
    """The result of ingesting one report. `problems` and `events` are sentences.

    `queued` recipients get a message about it, `held` of them once it is released; `muted`
    recipients would have got one, but it is muted for them.
    `read_before`: an earlier poll had read it, and it was fetched or read again. `page` and
    `council_page` are its pages on our own website (`website.addresses`).
    """

    report_id: int
    authority: str
    title: str
    published: date | None
    url: str
    state: ReportState
    problems: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    queued: int = 0
    held: int = 0
    muted: int = 0
    read_before: bool = False
    page: str = ""
    council_page: str = ""

    @property
    def needs_review(self) -> bool:
        """Whether a problem was found in this report."""
        return bool(self.problems)


def _which(found: Found) -> str:
    """Return which councils were listed: a quick poll asks only for those with recent reports.

    It asks from a day on that later polls move forward, so the day is named.
    """
    return "listed" if found.since is None else f"with reports since {uk_date(found.since)}"


@dataclass(frozen=True, kw_only=True)
class PollResult:
    """One complete poll."""

    found: Found
    reports: tuple[ReportOutcome, ...]
    sent: SendSummary | None = None

    @property
    def needs_review(self) -> bool:
        """Whether something in the poll needs review."""
        return (
            bool(self.found.notes)
            or self.found.held
            or any(report.needs_review for report in self.reports)
            or (self.sent is not None and self.sent.needs_review)
        )

    @property
    def caught_up(self) -> int:
        """The number of reports that an earlier poll had listed and this one has read."""
        return sum(
            report.state == ReportState.READ
            and not report.read_before
            and report.report_id not in self.found.new_ids
            for report in self.reports
        )

    @property
    def summary(self) -> str:
        """The poll in a few sentences."""
        found = self.found
        parts = [
            f"{counted(found.authorities_listed, 'council')} {_which(found)}, "
            f"{counted(found.authorities_opened, 'page')} opened, "
            f"{counted(found.new_reports, 'new report')}"
        ]
        if found.silent and found.silent == found.new_reports:
            parts.append("all are history, so no messages are sent")
        elif found.silent:
            parts.append(f"{found.silent} of them are history, so no messages are sent about these")
        if self.caught_up:
            listed = counted(self.caught_up, "report")
            parts.append(f"{listed} from an earlier check now read")
        events = [*found.withdrawn, *(event for r in self.reports for event in r.events)]
        if events:
            shown = "; ".join(events[:5])
            parts.append(shown + (f"; and {len(events) - 5} more" if len(events) > 5 else ""))
        if need_review := reports_need_review(self.reports):
            parts.append(need_review)
        if muted := sum(report.muted for report in self.reports):
            parts.append(counted(muted, "message was muted", "messages were muted"))
        if found.held:
            parts.append("messages are held until you release them")
        if found.notes:
            parts.append(counted(len(found.notes), "note about the site", "notes about the site"))
        return ". ".join(map(capitalised, parts)) + "."


def reports_need_review(reports: Iterable[ReportOutcome]) -> str | None:
    """Return the number of reports that need review, in words; None where none does."""
    number = sum(report.needs_review for report in reports)
    return counted(number, "report needs review", "reports need review") if number else None
