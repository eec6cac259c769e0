"""Published documents, and the inspections that they describe."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.authorities import Authority
from storage.models.base import Base, words
from storage.models.facts import Area, StoredJudgement, StoredProblem
from storage.models.people import ConfirmedValue


class ReportState(StrEnum):
    """How far a listed report has come. A killed run continues from here."""

    LISTED = "listed"  # seen on the site, file not fetched yet
    FETCHED = "fetched"  # file archived, not read yet
    READ = "read"  # facts stored (perhaps with problems)
    FAILED = "failed"  # could not be fetched or opened; `reason` says why
    MISSING = "missing"  # the site lists it and says the document no longer exists


def _start(context: Any) -> date:
    """Return the start of the inspection that is being stored."""
    start: date = context.get_current_parameters()["start"]
    return start


class Inspection(Base):
    """An inspection or visit that one or more reports describe, dated by the newest of them.

    Documents of one authority and kind with overlapping days describe one inspection. The keys of
    its events contain `first_start`, the first day as it was first known. That stays when Ofsted
    corrects the date, so that no event is detected twice.
    """

    __tablename__ = "inspection"
    __table_args__ = (Index("ix_inspection_history", "authority_id", "kind", "start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    kind: Mapped[str] = mapped_column(String(40))
    start: Mapped[date]
    end: Mapped[date | None]
    first_start: Mapped[date] = mapped_column(default=_start)
    framework: Mapped[str] = mapped_column(String(40))
    lead_inspector: Mapped[str | None] = mapped_column(Text)

    authority: Mapped[Authority] = relationship()
    reports: Mapped[list[Report]] = relationship(
        back_populates="inspection", order_by="Report.published, Report.id"
    )


class Report(Base):
    """One published document: what the site says of it, and what it says itself.

    `silent` (history: no messages) and `held` (waits for an operator) are decided when the report
    is first listed, in the same transaction, so that a killed and resumed run sends exactly the
    messages of an undisturbed run. `held` ends with the command `release`.
    """

    __tablename__ = "report"
    __table_args__ = (Index("ix_report_authority_published", "authority_id", "published", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[str] = mapped_column(String(64), unique=True)
    url: Mapped[str | None] = mapped_column(Text)  # None: added by a person, not on the site
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    title: Mapped[str] = mapped_column(Text)
    published: Mapped[date | None]
    listed_inspection_date: Mapped[date | None]
    state: Mapped[ReportState] = mapped_column(
        words(ReportState), default=ReportState.LISTED, index=True
    )
    # Why it could not be read. If it was read: why the file that has replaced its own cannot be.
    reason: Mapped[str | None] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    silent: Mapped[bool] = mapped_column(default=False)
    held: Mapped[bool] = mapped_column(default=False)
    poll_id: Mapped[int | None] = mapped_column(ForeignKey("poll.id"))
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    times_missed: Mapped[int] = mapped_column(default=0)  # full polls in a row without it
    missed_since: Mapped[date | None]  # the day of the first of them
    withdrawn_at: Mapped[datetime | None]
    times_withdrawn: Mapped[int] = mapped_column(default=0)  # it may return in between
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    # When it was to be read again, but the machine did not have its original.
    original_missed_at: Mapped[datetime | None]
    # When reading its original again failed. It is tried after the others.
    not_reread_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    # It has been read, and its file is to be fetched once more. What was read counts meanwhile.
    fetch_again: Mapped[bool] = mapped_column(default=False)
    read_at: Mapped[datetime | None]
    reader_version: Mapped[int | None]
    kind: Mapped[str | None] = mapped_column(String(40))
    kind_given: Mapped[str | None] = mapped_column(String(40))  # by the person who added it
    framework: Mapped[str | None] = mapped_column(String(40))
    # The whole `reports.model.Reading` as it counts, and what the reader said where that differs:
    # a person has corrected it, its council is uncertain, or its days are in doubt.
    reading: Mapped[dict[str, Any] | None]
    as_read: Mapped[dict[str, Any] | None]
    # What an earlier file under this number said with certainty, kept while the file that replaced
    # it is in doubt or is that of another inspection.
    replaced_reading: Mapped[dict[str, Any] | None]
    inspection_id: Mapped[int | None] = mapped_column(ForeignKey("inspection.id"), index=True)
    # The names in the table `issue_count` under which this report is counted.
    counted_issues: Mapped[list[Any] | None]

    authority: Mapped[Authority] = relationship()
    inspection: Mapped[Inspection | None] = relationship(back_populates="reports")
    judgements: Mapped[list[StoredJudgement]] = relationship(
        cascade="all, delete-orphan", order_by="StoredJudgement.position"
    )
    areas: Mapped[list[Area]] = relationship(cascade="all, delete-orphan", order_by="Area.position")
    problems: Mapped[list[StoredProblem]] = relationship(
        cascade="all, delete-orphan", order_by="StoredProblem.position"
    )
    confirmed_values: Mapped[list[ConfirmedValue]] = relationship(
        cascade="all, delete-orphan", order_by="ConfirmedValue.id"
    )

    @property
    def confirmed(self) -> dict[str, ConfirmedValue]:
        """The values that count, by field: the last of each that is about the file of today."""
        rows = self.confirmed_values
        return {value.field: value for value in rows if value.sha256 == self.sha256}
