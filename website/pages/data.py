"""The tables to download, with the meaning of each column."""

from __future__ import annotations

from dataclasses import dataclass

from storage.export import TABLES
from website import addresses
from website.pages.page import ENGLAND, Page


@dataclass(frozen=True, kw_only=True)
class TableView:
    """One table: its files and its columns with their meaning."""

    name: str
    meaning: str
    csv: str
    json: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class DataContent:
    """All tables, with the workbook and the data package that hold all of them."""

    tables: tuple[TableView, ...]
    workbook: str
    package: str


def data_page() -> Page:
    """Return the page of the tables."""
    return Page(
        path=addresses.DATA,
        template="data.html.j2",
        title="Data to download",
        description="Everything on this site as tables: CSV, JSON and Excel.",
        crumbs=(ENGLAND,),
        content=DataContent(
            tables=tuple(
                TableView(
                    name=table.name,
                    meaning=table.meaning,
                    csv=addresses.data_file(f"{table.name}.csv"),
                    json=addresses.data_file(f"{table.name}.json"),
                    columns=tuple((column.name, column.meaning) for column in table.columns),
                )
                for table in TABLES
            ),
            workbook=addresses.data_file(addresses.WORKBOOK),
            package=addresses.data_file("datapackage.json"),
        ),
    )
