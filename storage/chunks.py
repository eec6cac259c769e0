"""Long lists in parts: databases limit the values of a statement, and machines their memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

Value = TypeVar("Value")


def chunks(values: Sequence[Value], size: int = 500) -> Iterator[Sequence[Value]]:
    """Yield `values` in parts of `size`. The default suits ids or keys in a query."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
