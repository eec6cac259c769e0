"""A combined message: several reports, usually of one poll. A pure record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alerts.messages.digest import DigestMessage, DigestRow, noun_of
from alerts.messages.grades import GradesInBrief
from reports.wording import counted


@dataclass(frozen=True, kw_only=True)
class CombinedMessage(DigestMessage):
    """Several reports in one message, urgent ones first. Unlike a digest it can be urgent."""

    def grades_in_brief(self, row: DigestRow) -> GradesInBrief | None:
        """Return the council's grades in brief, for every row: a report's own message has them."""
        grades = row.message.over_time
        return grades.brief if grades else None

    @property
    def urgent(self) -> bool:
        """Whether any of the reports is urgent."""
        return any(row.message.urgent for row in self.rows)

    def shows_statements(self, row: DigestRow) -> bool:
        """Return True: each report's own message would show the statements."""
        return True


def combined_message(rows: Sequence[DigestRow]) -> CombinedMessage:
    """Return the message about two or more reports, in the order given."""
    others = len(rows) - 1
    urgent = sum(row.message.urgent for row in rows)
    said = f"This message covers {counted(len(rows), noun_of(rows))}"
    if urgent == len(rows):
        said += "; all of them are urgent"
    elif urgent:
        said += f"; {counted(urgent, 'is', 'are')} urgent"
    headline = f"{rows[0].message.headline}, and {counted(others, f'more {noun_of(rows)}')}"
    return CombinedMessage(headline=headline, summary=f"{said}.", rows=tuple(rows))
