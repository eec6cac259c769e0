"""What an export says about itself: what it is, when it was made, whose words these are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any

from reports.licence import LICENCE_ADDRESS, LICENCE_NAME
from reports.themes.taxonomy import load_taxonomy
from storage.export.model import ColumnKind, Table

WHOSE_WORDS = (
    "The words of reports are © Crown copyright (Ofsted) and contain public sector information "
    f"licensed under the {LICENCE_NAME}. Themes, repeats and shares are computed by "
    "Inspection Watch and are not Ofsted's."
)

TYPES: Mapping[ColumnKind, tuple[str, str]] = {
    "text": ("string", "text"),
    "words": ("string", "text"),
    "link": ("string", "web address"),
    "integer": ("integer", "whole number"),
    "share": ("number", "number from 0 to 1"),
    "difference": ("number", "number from -1 to 1"),
    "yes_no": ("boolean", "true or false"),
    "date": ("date", "date"),
    "instant": ("datetime", "date and time in UTC"),
}
"""The type of each kind of column: in the data package standard, and in words for people."""


@dataclass(frozen=True, kw_only=True)
class About:
    """When an export was made, by which version, with which taxonomy."""

    exported_at: datetime
    program: str
    taxonomy: int

    @classmethod
    def now(cls, exported_at: datetime) -> About:
        """Return the description of an export that this version of the program makes."""
        return cls(
            exported_at=exported_at,
            program=version("inspection-watch"),
            taxonomy=load_taxonomy().version,
        )

    def data_package(
        self, tables: Sequence[Table], rows: Mapping[str, int], *, ending: str
    ) -> dict[str, Any]:
        """Return a description for programs, a Frictionless data package.

        `rows` is the number of rows of each table, by its name; `ending` is that of their files.
        """
        return {
            "profile": "tabular-data-package" if ending == "csv" else "data-package",
            "name": "inspection-watch",
            "title": "Inspection Watch: Ofsted's inspections of children's services",
            "description": WHOSE_WORDS,
            "version": self.program,
            "taxonomy_version": self.taxonomy,
            "created": self.exported_at.isoformat(),
            "licenses": [{"name": "OGL-UK-3.0", "title": LICENCE_NAME, "path": LICENCE_ADDRESS}],
            "resources": [
                {
                    "name": table.name,
                    "path": f"{table.name}.{ending}",
                    "description": table.meaning,
                    "encoding": "utf-8",
                    "rows": rows[table.name],
                    "schema": {
                        "fields": [
                            {
                                "name": column.name,
                                "type": TYPES[column.kind][0],
                                "description": column.meaning,
                            }
                            for column in table.columns
                        ]
                    },
                }
                for table in tables
            ],
        }
