"""Keep records that several pages show: each is made once for a council and dropped with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple
from weakref import WeakKeyDictionary

from website.snapshot import Council

_Record = TypeVar("_Record")
_More = TypeVarTuple("_More")


def kept_with_council(
    make: Callable[[Council, *_More], _Record],
) -> Callable[[Council, *_More], _Record]:
    """Let a pure function of a council, and of hashable values, make each record once.

    The records must not refer to the council, which would keep both in memory.
    """
    kept: WeakKeyDictionary[Council, dict[tuple[*_More], _Record]] = WeakKeyDictionary()

    def record(council: Council, *more: *_More) -> _Record:
        records = kept.setdefault(council, {})
        if more not in records:
            records[more] = make(council, *more)
        return records[more]

    return record
