"""Golden examples: a small document of our own for each layout, and its whole reading as JSON.

`tests/reports/golden/<layout>/` holds documents, each next to a `.json` file with what is read from
it. After an intended change, `pytest --update-golden` writes the readings anew: look at the
difference before you commit it. The councils are those of the sample site.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from demo.sample import REGISTER_FILE
from reports.layouts import LAYOUTS, matching_layouts
from reports.reader import read_bytes
from reports.register import Register
from reports.text.headers_and_page_numbers import without_running_lines
from reports.text.pdf import open_pdf
from reports.text.plain import read_plain

GOLDEN = Path(__file__).parent / "golden"
DOCUMENTS = sorted(path for path in GOLDEN.glob("*/*") if path.suffix in (".pdf", ".txt", ".md"))

NOT_KEPT = {"file", "sha256", "reader_version"}
"""Follows from the file, or changes without any change of the reading."""


@cache
def sample_register() -> Register:
    return Register.load(REGISTER_FILE)


def reading_of(path: Path) -> str:
    """What is read from a document, as the text of its JSON file."""
    reading = read_bytes(path.read_bytes(), name=path.name, register=sample_register())
    data = reading.model_dump(mode="json", exclude=NOT_KEPT, exclude_defaults=True)
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def layouts_of(path: Path) -> list[str]:
    """The names of the layouts that match a document."""
    data = path.read_bytes()
    if path.suffix == ".pdf":
        with open_pdf(data, name=path.name) as document:
            found = matching_layouts(without_running_lines(document))
    else:
        found = matching_layouts(without_running_lines(read_plain(data, name=path.name)))
    return [layout.name for layout in found]


def test_each_layout_has_an_example() -> None:
    expected = {layout.name for layout in LAYOUTS}
    assert {path.parent.name for path in DOCUMENTS} == expected, (
        "Each layout needs tests/reports/golden/<its name>/ with a small invented document. "
        "`pytest tests/reports/test_golden.py --update-golden` writes its reading."
    )


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_example_is_read_as_before(path: Path, update_golden: bool) -> None:
    assert layouts_of(path) == [path.parent.name]
    expected = path.with_suffix(".json")
    if update_golden:
        expected.write_text(reading_of(path), encoding="utf-8")
    assert expected.exists(), "write the reading with: pytest --update-golden"
    assert reading_of(path) == expected.read_text(encoding="utf-8")


def test_no_reading_is_left_without_its_document() -> None:
    readings = set(GOLDEN.glob("*/*.json"))
    assert readings == {path.with_suffix(".json") for path in DOCUMENTS}
