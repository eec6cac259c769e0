"""What a backfill would do, and what it did, as records and sentences."""

from __future__ import annotations

from dataclasses import dataclass

from alerts.outbox.backfill_digests import Tally
from flows.pipeline.backfill_request import BackfillRequest
from flows.pipeline.results import ReportOutcome
from reports.wording import counted


@dataclass(frozen=True, kw_only=True)
class BackfillPlan:
    """What a backfill would do. `authority_ids` is None where it covers all authorities.

    `stored` and `unread` are the numbers of matching reports, and of those not read yet.
    """

    request: BackfillRequest
    authority_ids: frozenset[int] | None
    stored: int
    unread: int
    tally: Tally | None
    """The numbers of messages about what is stored already; None without `notify`."""

    @property
    def summary(self) -> str:
        """The plan in one sentence or two."""
        number = len(self.authority_ids or ())
        who = counted(number, "council")
        if self.authority_ids is None:
            who = "All councils"
        asks = "a real run also asks the site" if self.request.dry_run else "the site is asked"
        text = (
            f"{who}: {counted(self.stored, 'matching report is', 'matching reports are')} stored, "
            f"{self.unread} still to be read; {asks} for more."
        )
        if self.request.reparse:
            text += " Every kept original is read again."
        if self.tally is not None:
            text += f" {self._messages(self.tally)}"
        return text

    def _messages(self, tally: Tally) -> str:
        """Return which messages are sent, in one sentence or two."""
        said = f"{tally.sentence()}."
        if not self.stored:
            said = "Nothing to send yet: no stored report matches."
        elif 0 < tally.reports < self.stored:
            said += (
                " The others were already sent, have been withdrawn or replaced, or match no "
                "subscription."
            )
        if self.request.dry_run:
            return said
        if not self.request.yes:
            return f"{said} Other reports on the site are counted before anything is sent."
        more = "messages about any further reports that the site has"
        if not tally.messages:
            return f"{said} Will send {more}."
        return f"{tally.sentence(confirmed=True)}, and {more}."


@dataclass(frozen=True, kw_only=True)
class BackfillResult:
    """What a backfill did.

    `reread` is the number of reports that were read again, `changed` the number of those that now
    say something else, `missed` the number of those that could not be read again because their
    original is not kept here, and `queued` the number of messages. `held` says whether there are
    other messages, which are held.
    """

    reports: tuple[ReportOutcome, ...]
    reread: int
    missed: int
    changed: int
    queued: int
    held: bool
    notes: tuple[str, ...]

    @property
    def needs_review(self) -> bool:
        """Whether the backfill is done but something in it needs review."""
        return bool(self.notes or self.missed or self.held) or any(
            report.needs_review for report in self.reports
        )

    @property
    def summary(self) -> str:
        """The backfill in one sentence."""
        in_review = sum(report.needs_review for report in self.reports)
        text = f"{counted(len(self.reports), 'report')} fetched, {self.reread} read again"
        if self.reread:
            text += f" ({self.changed} now say something else)"
        if self.missed:
            text += f"; {self.missed} not read again, because no original is kept here"
        text += f"; {counted(in_review, 'report needs', 'reports need')} review"
        text += f"; {counted(self.queued, 'message')} queued"
        if self.held:
            text += "; messages are held until you release them"
        return f"{text}."
