"""Events: facts worth an alert."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.authorities import Authority
from storage.models.base import Base
from storage.models.reports import Report


class Event(Base):
    """A fact worth an alert. `key` names the fact, so that it is never stored twice."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_authority_detected", "authority_id", "detected_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    type: Mapped[str] = mapped_column(String(40), index=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"), index=True)
    earlier_report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    detected_at: Mapped[datetime] = mapped_column(index=True)
    summary: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, Any]]

    authority: Mapped[Authority] = relationship()
    report: Mapped[Report | None] = relationship(foreign_keys=[report_id])
    earlier_report: Mapped[Report | None] = relationship(foreign_keys=[earlier_report_id])

    @property
    def is_of_another_council(self) -> bool:
        """Whether its report has been moved to another council since the event was detected."""
        return self.report is not None and self.report.authority_id != self.authority_id
