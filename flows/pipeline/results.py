"""How a run went, as records that the command line and Prefect both show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from alerts.outbox.queue import SendSummary
from storage.models import PollKind, ReportState


@dataclass(frozen=True, kw_only=True)
class Found:
    """What one look at the site found. `report_ids` are all reports still to be taken in."""

    poll_id: int
    kind: PollKind
    since: date | None
    report_ids: tuple[int, ...]
    authorities_listed: int
    authorities_opened: int
    new_reports: int
    silent: int
    held: bool
    notes: tuple[str, ...]
    withdrawn: tuple[str, ...] = ()
    """What is no longer on the site, as sentences."""
    unknown_titles: tuple[str, ...] = ()
    """Those of the notes that are made once, when a report with a new title is first met."""


@dataclass(frozen=True, kw_only=True)
class ReportOutcome:
    """What became of one report. `problems` and `events` are sentences."""

    report_id: int
    authority: str
    title: str
    published: date | None
    url: str
    state: ReportState
    problems: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    queued: int = 0

    @property
    def needs_person(self) -> bool:
        """Whether somebody must look at this report."""
        return bool(self.problems)


@dataclass(frozen=True, kw_only=True)
class PollResult:
    """One look at the site, complete."""

    found: Found
    reports: tuple[ReportOutcome, ...]
    sent: SendSummary | None = None

    def with_sent(self, sent: SendSummary) -> PollResult:
        """The same result with what was sent after it."""
        return replace(self, sent=sent)

    @property
    def needs_person(self) -> bool:
        """Whether the look is done but something in it wants a person."""
        return (
            bool(self.found.notes)
            or self.found.held
            or any(report.needs_person for report in self.reports)
            or (self.sent is not None and self.sent.needs_person)
        )

    @property
    def caught_up(self) -> int:
        """How many reports that an earlier look had listed were read only now."""
        read = sum(report.state == ReportState.READ for report in self.reports)
        return max(0, read - self.found.new_reports)

    @property
    def summary(self) -> str:
        """What was found, in one or two sentences."""
        found = self.found
        parts = [
            f"{_count(found.authorities_listed, 'authority', 'authorities')} listed, "
            f"{found.authorities_opened} opened, "
            f"{_count(found.new_reports, 'new report', 'new reports')}"
        ]
        if found.silent:
            parts.append(f"{found.silent} of them history that nobody is told of")
        if self.caught_up:
            listed = _count(self.caught_up, "report", "reports")
            parts.append(f"{listed} of an earlier look read now")
        events = [*found.withdrawn, *(event for r in self.reports for event in r.events)]
        if events:
            shown = "; ".join(events[:5])
            parts.append(shown + (f"; and {len(events) - 5} more" if len(events) > 5 else ""))
        unread = sum(report.needs_person for report in self.reports)
        if unread:
            parts.append(f"{_count(unread, 'report needs', 'reports need')} a person")
        if found.held:
            parts.append("messages are held until somebody releases them")
        if found.notes:
            parts.append(_count(len(found.notes), "note about the site", "notes about the site"))
        return ". ".join(part[0].upper() + part[1:] for part in parts) + "."


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
