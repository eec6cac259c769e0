"""The description of the tables in docs/export.md, written from their declarations.

    python -m storage.export.reference     writes it; `make docs` does so too

The text above its list of tables is written by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from reports.wording import listed_words
from storage.export import TABLES
from storage.export.about import TYPES
from storage.export.model import Table

PAGE = Path(__file__).parents[2] / "docs" / "export.md"
HEADING = "## Tables"


def with_tables(page: str, tables: Iterable[Table] = TABLES) -> str:
    """Return a page in which the description of these tables replaces the text below HEADING.

    Raises ValueError where the page has no such heading.
    """
    above, found, _ = page.partition(f"\n{HEADING}\n")
    if not found:
        raise ValueError(f"The page has no line “{HEADING}”")
    lines = [above, HEADING, ""]
    for table in tables:
        lines += _section(table)
    return "\n".join(lines)


def _section(table: Table) -> Iterator[str]:
    keys = listed_words([f"`{name}`" for name in table.key])
    yield from (f"### {table.name}", "", f"{table.meaning} One row per {keys}.", "")
    yield from ("| column | kind | meaning |", "|---|---|---|")
    for column in table.columns:
        yield f"| `{column.name}` | {TYPES[column.kind][1]} | {column.meaning} |"
    yield ""


def main() -> None:
    """Write docs/export.md."""
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
