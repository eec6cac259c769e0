"""One authority, and the table that lists them all."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from reports.errors import ConfigurationError
from reports.model import AuthorityRef

COLUMNS = (
    "key", "urn", "name", "short", "la_code", "ons_code", "region", "la_type", "stat_neighbours",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RegisteredAuthority:
    """A council with responsibility for children's services.

    `key` is our own name for it and never changes. `valid_from` and `valid_to` are the first and
    last day on which it exists; None: no limit.
    """

    key: str
    urn: str
    name: str
    short: str
    la_code: str
    ons_code: str
    region: str
    la_type: str
    valid_from: date | None = None
    valid_to: date | None = None
    neighbour_codes: tuple[str, ...] = ()

    @property
    def ref(self) -> AuthorityRef:
        """The reference with which a reading names it."""
        return AuthorityRef(name=self.short, urn=self.urn)

    def existed(self, on: date | None) -> bool:
        """Return whether it existed on a day; without a day, whether it ever did."""
        if on is None:
            return True
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )


def read_authorities(path: Path) -> tuple[RegisteredAuthority, ...]:
    """Read the table (CSV).

    Raises ConfigurationError where a column or value is not as expected.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [c for c in COLUMNS if c not in (reader.fieldnames or ())]
            if missing:
                raise ConfigurationError(f"{path} lacks the columns {', '.join(missing)}.")
            return tuple(_authority(row) for row in reader)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, csv.Error) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}.") from error


def _authority(row: dict[str, str]) -> RegisteredAuthority:
    values = {column: (row[column] or "").strip() for column in COLUMNS[:-1]}
    return RegisteredAuthority(
        **values,
        valid_from=_day(row.get("valid_from")),
        valid_to=_day(row.get("valid_to")),
        neighbour_codes=tuple((row["stat_neighbours"] or "").replace(",", " ").split()),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
