"""The result of one run of sending, in numbers and in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from reports.wording import counted


class Result(StrEnum):
    """How a try ended."""

    SENT = "sent"
    FOUND = "found"  # an earlier try without a reply had delivered it
    POSTPONED = "postponed"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The result of a try. Nothing is sent to the whole channel before `rests_until`."""

    result: Result
    may_be_duplicate: bool = False
    error: str | None = None
    rests_until: datetime | None = None


@dataclass(kw_only=True)
class SendSummary:
    """The result of one run of `send_due`.

    sent: messages that went out; found: messages that had arrived by an earlier try without a
        reply.
    may_be_duplicates: messages sent again although an earlier copy may have arrived, because the
        channel cannot be asked.
    postponed: tries that will be repeated; failed: messages that will not be tried again.
    waiting: messages that are still due, now or later.
    errors: each fault once, with its channel.
    """

    sent: int = 0
    found: int = 0
    may_be_duplicates: int = 0
    postponed: int = 0
    failed: int = 0
    waiting: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def needs_review(self) -> bool:
        """Whether a message has failed, or waits because its channel fails."""
        return self.failed > 0 or (self.waiting > 0 and bool(self.errors))

    @property
    def summary(self) -> str:
        """The run in a few sentences. Faults come last."""
        said = [
            _said(self.sent, "sent"),
            _said(self.found, "found to have arrived by an earlier try"),
            _said(self.may_be_duplicates, "resent after no reply; may be a duplicate"),
            _said(self.failed, "failed"),
            _said(self.waiting, "still waiting"),
        ]
        sentences = [sentence for sentence in said if sentence] or ["No message was due."]
        if self.needs_review:
            sentences += [f"{error.rstrip('.')}." for error in self.errors]
        return " ".join(sentences)

    def count(self, channel: str, outcome: Outcome) -> None:
        """Add the outcome of a try."""
        match outcome.result:
            case Result.SENT:
                self.sent += 1
            case Result.FOUND:
                self.found += 1
            case Result.POSTPONED:
                self.postponed += 1
            case Result.FAILED:
                self.failed += 1
        self.may_be_duplicates += outcome.may_be_duplicate
        error_text = f"{channel}: {outcome.error}"
        if outcome.error and error_text not in self.errors:
            self.errors.append(error_text)


def _said(number: int, what: str) -> str:
    return f"{counted(number, 'message')} {what}." if number else ""
