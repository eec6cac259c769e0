"""Polls of the site, and the problems that operators were alerted to."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, words


class PollKind(StrEnum):
    """What a poll covers."""

    QUICK = "quick"
    FULL = "full"
    BACKFILL = "backfill"


class PollOutcome(StrEnum):
    """How a poll ended, or that it is still running."""

    RUNNING = "running"
    GOOD = "good"
    PROBLEMS = "problems"  # the poll is complete, but something needs review
    FAILED = "failed"  # nothing may be concluded from it


class Poll(Base):
    """One poll, and what it found."""

    __tablename__ = "poll"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PollKind] = mapped_column(words(PollKind))
    started_at: Mapped[datetime]
    listed_at: Mapped[datetime | None]  # when all that it found had been stored
    finished_at: Mapped[datetime | None]
    since: Mapped[date | None]  # start of the search window; None: everything
    outcome: Mapped[PollOutcome] = mapped_column(words(PollOutcome), default=PollOutcome.RUNNING)
    owner: Mapped[str | None] = mapped_column(String(64))  # the process that polls
    requests: Mapped[int] = mapped_column(default=0)
    authorities_listed: Mapped[int] = mapped_column(default=0)
    authorities_opened: Mapped[int] = mapped_column(default=0)
    new_reports: Mapped[int] = mapped_column(default=0)
    # The column keeps its earlier name, which existing databases have.
    first_poll: Mapped[bool] = mapped_column("first_fill", default=False)
    held: Mapped[bool] = mapped_column(default=False)
    subscriptions: Mapped[int | None]  # the number in `watch.yaml` when it began
    notes: Mapped[list[Any]] = mapped_column(default=list)  # sentences for people
    error: Mapped[str | None] = mapped_column(Text)


class OperatorAlert(Base):
    """A problem that the operators have been alerted to.

    `key` names it; there is at most one unresolved row for each key. Operators also get a message
    when the problem is resolved.
    """

    __tablename__ = "operator_alert"
    __table_args__ = (
        Index(
            "uq_operator_alert_unresolved",
            "key",
            unique=True,
            sqlite_where=text("resolved_at IS NULL"),
            postgresql_where=text("resolved_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200))
    sentence: Mapped[str] = mapped_column(Text)
    alerted_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
