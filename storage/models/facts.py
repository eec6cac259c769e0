"""What a report says, as tables. Each row keeps the words and the page it came from."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class StoredJudgement(Base):
    """One grade as a report gives it."""

    __tablename__ = "judgement"
    __table_args__ = (UniqueConstraint("report_id", "judgement"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    position: Mapped[int]
    judgement: Mapped[str] = mapped_column(String(60))
    label: Mapped[str] = mapped_column(Text)
    grade: Mapped[str | None] = mapped_column(String(60))
    as_printed: Mapped[str] = mapped_column(Text)
    page: Mapped[int | None]


class Area(Base):
    """One area for improvement, word for word."""

    __tablename__ = "area"
    __table_args__ = (UniqueConstraint("report_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    heading: Mapped[str] = mapped_column(Text)
    page: Mapped[int | None]
    priority_action: Mapped[bool]
    target: Mapped[str] = mapped_column(String(20))
    responsible_body: Mapped[str | None] = mapped_column(Text)
    themes: Mapped[list[Any]] = mapped_column(default=list)


class StoredProblem(Base):
    """A value of a report that could not be read with certainty."""

    __tablename__ = "problem"
    __table_args__ = (UniqueConstraint("report_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(60), index=True)
    message: Mapped[str] = mapped_column(Text)
    page: Mapped[int | None]


class IssueCount(Base):
    """How many counted reports raise an issue or are of a family (`storage.base_rates`)."""

    __tablename__ = "issue_count"

    name: Mapped[str] = mapped_column(String(160), primary_key=True)
    reports: Mapped[int]
