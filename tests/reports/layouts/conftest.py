"""What the tests of letters and older reports share: reading a report's text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from reports.model import Framework, Kind, Reading
from reports.reader import read_bytes
from reports.register import Register

Read = Callable[[str], Reading]


@pytest.fixture
def read(register: Register) -> Read:
    """Reading of a report's text."""
    return lambda text: read_bytes(text.encode(), name="report.txt", register=register)


def about(reading: Reading) -> tuple[str | None, Kind, Framework, date | None, date | None]:
    """Whose report it is, of which kind and framework, and its days."""
    name = reading.authority.name if reading.authority else None
    days = (reading.inspection_start, reading.inspection_end)
    return (name, reading.kind, reading.framework, *days)
