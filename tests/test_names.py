"""A name is taken once: no two public classes or functions of the product share one."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("reports", "scrapers", "storage", "alerts", "flows", "cli")

NAMED_AFTER_THEIR_WORK = ("cli.commands.", "flows.watch")
"""A command, and a flow, may have the name of the function that it runs: `poll` runs `poll`."""

ENTRY_POINTS = {"main", "serve", "upgrade", "downgrade"}
"""Entry points of processes, and of migrations, which nothing else imports by these names."""

PAGES = "website"
"""The website shows what other packages keep, under the same names. None of them imports from
it."""


def public_names(*rooms: str) -> Iterator[tuple[str, str]]:
    """Every public class and function at the top of a module, with the module's name."""
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name[0] != "_":
                    yield node.name, module


@pytest.mark.parametrize("rooms", [ROOMS, (PAGES,)], ids=["the program", "the website"])
def test_no_two_public_classes_or_functions_share_a_name(rooms: tuple[str, ...]) -> None:
    homes: defaultdict[str, list[str]] = defaultdict(list)
    for name, module in public_names(*rooms):
        if not module.startswith(NAMED_AFTER_THEIR_WORK) and name not in ENTRY_POINTS:
            homes[name].append(module)
    assert {name: modules for name, modules in homes.items() if len(modules) > 1} == {}
