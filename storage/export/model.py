"""What an exported table is: its columns with their meaning, and how its rows are found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from reports.analysis.next_inspection import DueWindow
from reports.repeats.base_rates import BaseRates
from reports.wording import capitalised
from storage.models import Report
from storage.repeats import ReportRepeats
from storage.trends import CountedInspections

Value = str | int | float | bool | date | datetime | None
Row = tuple[Value, ...]

ColumnKind = Literal[
    "text", "words", "integer", "share", "difference", "yes_no", "date", "instant", "link"
]
"""`words` is a longer text, shown in a wide column; `share` is from 0 to 1; `difference` is that of
two shares, from -1 to 1; `instant` is in UTC."""


_IN_WORDS = {
    "authorities": "Councils",
    "authority": "Council",
    "authority_key": "Council key",
    "care_and_care_leavers": "Children in care and care leavers",
    "care_and_care_leavers_code": "Children in care and care leavers code",
    "due_windows": "Next inspections",
    "earlier_url": "Link to the earlier report",
    "in_care": "Children in care",
    "in_care_code": "Children in care code",
    "la_code": "LA code",
    "la_type": "Type of council",
    "ons_code": "ONS code",
    "url": "Link to the report",
    "urn": "URN",
}
"""The names of tables and columns that are not plain words without their underscores."""


def _in_words(name: str) -> str:
    return _IN_WORDS.get(name) or capitalised(name.replace("_", " "))


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Its name is a promise to other programs; `meaning` is one sentence."""

    name: str
    kind: ColumnKind
    meaning: str

    @property
    def in_words(self) -> str:
        """Its name for people: "Inspection start"."""
        return _in_words(self.name)


@dataclass(frozen=True)
class Source:
    """Where rows come from: a session with one snapshot of the database, and the day of export."""

    session: Session
    today: date
    superseded: frozenset[int]
    """Ids of the reports for which another version counts."""
    unsure: frozenset[int]
    """Ids of the reports whose grades need review: these grades are not exported."""
    unsure_areas: frozenset[int]
    """Ids of the reports whose areas need review: these areas are not exported."""
    rates: BaseRates
    counted: CountedInspections
    repeats: Mapping[int, Sequence[ReportRepeats]] | None = None
    """What each authority's reports raise again, by the authority's id, where that is known."""
    windows: Mapping[str, DueWindow] | None = None
    """When the next inspection is likely, by the authority's key, where that is known."""
    graded: Mapping[int, Sequence[Report]] | None = None
    """The reports of each council's graded inspections, as `storage.grade_history` has them, by
    the council's id, where that is known."""
    held: frozenset[int] = frozenset()
    """Ids of the reports that wait for an operator: nothing of them is exported."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table: a file, or a sheet. No two rows have the same values in the columns of `key`."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Callable[[Source], Iterator[Row]]

    @property
    def in_words(self) -> str:
        """Its name for people: "Latest grades"."""
        return _in_words(self.name)


REPORT = Column("report", "text", "The report's file id.")
AUTHORITY = (
    Column("authority_key", "text", "Our own stable key of the authority."),
    Column("authority", "text", "The authority's short name."),
    Column("region", "text", "Its region of England."),
)
INSPECTION = Column(
    "inspection", "text", "Which inspection: authority, kind and first day; empty where not read."
)
INSPECTION_START = Column("inspection_start", "date", "First day of the inspection.")
STATE = Column(
    "state",
    "text",
    "listed (not fetched yet), fetched (not read yet), read, failed (could not be fetched or read) "
    "or missing (listed on the site without a document).",
)
CURRENT = Column("is_current", "yes_no", "False if a newer version of this report is used instead.")
LINK = Column("url", "link", "The address of the report; empty where it was added by hand.")
THEME = (
    Column("theme", "text", "The theme's id in the taxonomy."),
    Column("theme_name", "text", "The theme in words."),
)
ISSUE = (
    Column(
        "issue",
        "text",
        "The id of the issue within the theme. Empty where only the theme is certain.",
    ),
    Column("issue_name", "text", "The issue in words."),
)
