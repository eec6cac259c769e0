"""The results of comparing the stored history with Ofsted's official table, as records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from reports.model import Kind
from reports.safe_text import quoted
from reports.wording import counted, iso


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One value that differs between the official table and the stored history.

    `official` or `stored` is None where that side has no value. `what` is a judgement,
    `inspection_start`, `published`, or `inspection` where only one side has the inspection.
    `places` are the sheets and rows of the table. Only a grade has a `page` of the report.
    """

    authority: str
    urn: str | None
    kind: Kind
    inspection_start: date | None
    what: str
    official: str | None
    stored: str | None
    places: tuple[str, ...] = ()
    page: int | None = None
    url: str | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """The result of a comparison. An inspection or value in several tables counts once.

    `unknown_names` are names of authorities in the table that the register does not have.
    """

    file: str
    as_at: date
    authorities: int
    inspections: int
    grades: int
    dates: int
    rows_left_out: int
    unknown_names: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def summary(self) -> str:
        """The comparison in one or two sentences."""
        inspections = counted(self.inspections, "inspection or visit", "inspections and visits")
        compared = (
            f"{counted(self.grades, 'grade')} and {counted(self.dates, 'date')} of {inspections} "
            f"of {counted(self.authorities, 'authority', 'authorities')} were compared"
        )
        number = len(self.differences)
        differ = "differs or is on one side only", "differ or are on one side only"
        found = counted(number, *differ) if number else "they all agree"
        rows = counted(self.rows_left_out, "row is", "rows are")
        left = f" {rows} left out: nothing is stored about their authorities"
        if self.unknown_names:
            names = ", ".join(map(quoted, self.unknown_names))
            left += f", or their names are not known ({names})"
        return f"{compared}: {found}.{f'{left}.' if self.rows_left_out else ''}"


def in_order(difference: Difference) -> tuple[str, str, str, str]:
    """Return a sort key: by authority, then by time."""
    return (
        difference.authority,
        str(difference.inspection_start or difference.official),
        difference.kind,
        difference.what,
    )


def differences_as_json(differences: Iterable[Difference]) -> list[dict[str, object]]:
    """Return differences as JSON. Other programs rely on the names."""
    return [
        {
            "authority": d.authority,
            "urn": d.urn,
            "kind": d.kind,
            "inspection_start": iso(d.inspection_start),
            "what": d.what,
            "official": d.official,
            "stored": d.stored,
            "page": d.page,
            "report_url": d.url,
            "places": list(d.places),
            "note": d.note,
        }
        for d in differences
    ]
