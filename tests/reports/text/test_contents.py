"""The table of contents is not text of the report."""

from __future__ import annotations

from reports.text.contents import without_contents
from reports.text.document import Line


def test_entries_end_where_they_have_no_page_numbers() -> None:
    page = [
        Line("Contents", 2),
        Line("Summary of findings 3", 2),
        Line("What does the authority need to", 2),
        Line("improve?4", 2),
        Line("Progress since the last inspection 6", 2),
        Line("Summary of findings", 2),
        Line("Services have improved since 2012.", 2),
        Line("They are good.", 2),
        Line("There were 31", 2),
    ]
    assert list(without_contents(page)) == page[5:]


def test_lines_before_a_table_of_contents_and_of_the_next_page_stay() -> None:
    page = [Line("In 2012 there were 31", 1), Line("Table of contents", 1), Line("Findings 3", 1)]
    after = [Line("Findings", 2), Line("Children wait for 12", 2)]
    assert list(without_contents([*page, *after])) == [page[0], *after]
