"""The documented path of a report: it is short, and each function calls the next."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "path-of-a-report.md"
ROW = re.compile(r"\| (\d+) \| `([\w/]+)\.py:([\w.]+)` \| (\d*) ?\|", re.M)

FUNCTIONS_AT_MOST, MODULES_AT_MOST = 30, 15


def rows() -> list[tuple[int, str, str, int]]:
    """The number, module, function and caller of each row."""
    found = ROW.findall(PAGE.read_text(encoding="utf-8"))
    return [
        (int(number), module.replace("/", "."), name, int(caller or 0))
        for number, module, name, caller in found
    ]


def test_the_path_is_short() -> None:
    path = rows()
    assert [number for number, *_ in path] == list(range(1, len(path) + 1))
    modules = {module for _, module, _, _ in path}
    assert len(path) <= FUNCTIONS_AT_MOST
    assert len(modules) <= MODULES_AT_MOST
    said = f"in {len(path)} functions of {len(modules)} modules"
    assert said in PAGE.read_text(encoding="utf-8")


def test_each_function_is_called_by_the_one_named_for_it() -> None:
    functions: dict[int, Any] = {}
    for number, module, name, caller in rows():
        functions[number] = resolve_name(f"{module}:{name}")
        if caller:
            called = rf"\b{name.rpartition('.')[2]}[(,]"
            assert re.search(called, inspect.getsource(functions[caller])), (number, name)
