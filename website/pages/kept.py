"""Records that several pages show, made once for each council and dropped with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from website.snapshot import Council

_More = ParamSpec("_More")
_Record = TypeVar("_Record")


def kept_with_council(
    make: Callable[Concatenate[Council, _More], _Record],
) -> Callable[Concatenate[Council, _More], _Record]:
    """Let a pure function of a council, and of hashable things, make each record once.

    The records must not refer to the council.
    """
    kept: WeakKeyDictionary[Council, dict[Any, _Record]] = WeakKeyDictionary()

    @wraps(make)
    def record(council: Council, *more: _More.args, **named: _More.kwargs) -> _Record:
        records = kept.setdefault(council, {})
        key = (more, *named.items())
        if key not in records:
            records[key] = make(council, *more, **named)
        return records[key]

    return record
