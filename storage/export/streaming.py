"""Rows from the database a few at a time, and the names that stay the same in every export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Select

from storage.export.model import Source

_AT_A_TIME = 500
"""The number of rows fetched at a time, so that memory does not grow with the history."""


def stream(source: Source, query: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    """Yield the rows of a query with a column `report_id`, without those of held reports."""
    for row in source.session.execute(query.execution_options(yield_per=_AT_A_TIME)):
        if row.report_id not in source.held:
            yield row


def inspection_key(authority: str, kind: str | None, start: date | None) -> str | None:
    """Return an inspection's name, the same in every export; None without a kind or start."""
    return f"{authority}/{kind}/{start.isoformat()}" if kind and start else None
