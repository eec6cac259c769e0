"""A name is taken once: no two public classes or functions of the product share one."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("reports", "scrapers", "storage", "alerts", "flows", "cli", "website")

NAMED_AFTER_THEIR_WORK = ("cli.commands.", "flows.watch")
"""A command, and a flow, may have the name of the function that it runs: `poll` runs `poll`."""

ENTRY_POINTS = {"main", "serve", "upgrade", "downgrade"}
"""Entry points of processes, and of migrations, which nothing else imports by these names."""

TWICE = {
    "Line": "a line of text in a document, and a line in a drawing",
    "Link": "a label and an address, in a message and on a page of the website",
}
"""Words of everyday language that two packages use in one sense each, and why."""


def public_names() -> Iterator[tuple[str, str]]:
    """Every public class and function at the top of a module, with the module's name."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name[0] != "_":
                    yield node.name, module


def test_no_two_public_classes_or_functions_share_a_name() -> None:
    homes: defaultdict[str, list[str]] = defaultdict(list)
    for name, module in public_names():
        if not module.startswith(NAMED_AFTER_THEIR_WORK) and name not in ENTRY_POINTS:
            homes[name].append(module)
    shared = {name: modules for name, modules in homes.items() if len(modules) > 1}
    assert {name: shared[name] for name in shared.keys() - TWICE} == {}
    assert {name: len(shared.get(name, ())) for name in TWICE} == dict.fromkeys(TWICE, 2)
