"""What is printed stands there as it was given."""

from __future__ import annotations

from rich.table import Table

from cli.output import out

HOSTILE = "[/bold] [red]Weir[/red] :warning: C:\\[new]"


def test_words_are_never_markup() -> None:
    table = Table("why", box=None)
    table.add_row(HOSTILE)
    with out.capture() as captured:
        out.print(HOSTILE, style="bold")
        out.print(table)
    assert captured.get().count(HOSTILE) == 2
