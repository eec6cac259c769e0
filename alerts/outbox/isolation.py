"""Work on several things, where one that fails must not delay the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from storage.errors import DatabaseTrouble

Item = TypeVar("Item")


def one_by_one(items: Iterable[Item], work: Callable[[Item], int]) -> int:
    """Do `work` for each item, and return the sum of the results.

    Raises ExceptionGroup with all errors once every item has been tried, but DatabaseTrouble at
    once, because the other items would fail as well.
    """
    total = 0
    failures: list[Exception] = []
    for item in items:
        try:
            total += work(item)
        except DatabaseTrouble:
            raise
        except Exception as error:
            failures.append(error)
    if failures:
        raise ExceptionGroup("some messages could not be made", failures)
    return total
