"""Documents that are not on the site, and Ofsted's table next to the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from demo.documents import render
from demo.sample import REGISTER_FILE, sample_history, sample_site
from flows.pipeline.add import Added, add_document
from flows.pipeline.confirm import confirm_value
from flows.pipeline.differences import Difference, Reconciliation
from flows.pipeline.official_table import OfficialRow
from flows.pipeline.poll import poll
from flows.pipeline.reconcile import reconcile
from flows.pipeline.remove import Removed, remove_document
from flows.pipeline.reread import reread
from flows.pipeline.stored_inspections import StoredInspection, matching_inspection
from reports.errors import ConfigurationError
from reports.model import Kind
from reports.page_range import PageRange
from storage import history
from storage.models import Inspection, Report
from tests.flows.spreadsheet import Cell, write_spreadsheet
from tests.flows.world import World, open_world, run_in
from tests.reports.layouts.test_council_update import UPDATE

LETTER = next(r for r in sample_history().reports if r.file_id == "99000102")  # Aldermere's
ALDERMERE = next(r for r in sample_history().new_reports if r.authority == "aldermere")
NOTES = b"# Our improvement notes\n\nWe are getting better at many things.\n"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The sample site with all its reports ingested; nothing here changes it but additions."""
    folder = tmp_path_factory.mktemp("world")
    with open_world(sample_site(), folder, authorities=REGISTER_FILE) as world:
        for day in (sample_history().first_poll, sample_history().demo_day):
            world.move_to(day)
            with world.app() as app:
                poll(app)
        yield world


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[World]:
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        yield world


def add(world: World, path: Path, **more: Any) -> Added:
    with world.app() as app:
        return add_document(app, path, **{"authority": "Aldermere", **more})


def file_of(folder: Path, content: bytes, name: str = "update.pdf") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def codes(world: World, file_id: str) -> list[str]:
    with world.app() as app, app.database.read() as session:
        report = session.scalars(select(Report).where(Report.file_id == file_id)).one()
        return [problem.code for problem in report.problems]


def published(world: World, file_id: str) -> date | None:
    with world.app() as app, app.database.read() as session:
        return session.scalars(select(Report.published).where(Report.file_id == file_id)).one()


def count(world: World) -> int:
    with world.app() as app, app.database.read() as session:
        return session.scalar(select(func.count(Report.id))) or 0


def test_two_documents_of_one_file_are_added_by_their_pages(empty: World, tmp_path: Path) -> None:
    path = file_of(
        tmp_path, NOTES + b"\f" + UPDATE.replace("Bury", "Aldermere").encode(), "pack.md"
    )
    added = add(empty, path, pages=PageRange(2, 2))
    assert added.file_id.endswith("-p2")
    assert codes(empty, added.file_id) == []
    assert not add(empty, path, pages=PageRange(2, 2)).is_new
    assert add(empty, path, pages=PageRange(1, 1)).is_new
    with pytest.raises(ConfigurationError, match="--pages 3-4 goes beyond the last"):
        add(empty, path, pages=PageRange(3, 4))
    with empty.app() as app, app.database.read() as session:
        ids = list(session.scalars(select(Report.id)))
    with empty.app() as app:
        assert reread(app, ids).changed == frozenset()


def test_an_added_report_is_stored_in_silence(empty: World, tmp_path: Path) -> None:
    added = add(empty, file_of(tmp_path, render(LETTER.document)))
    assert added.is_new
    assert added.file_id.startswith("added-")
    assert len(added.file_id) == len("added-") + 16
    assert added.outcome.problems == ()
    with empty.app() as app, app.database.read() as session:
        report = session.scalars(select(Report)).one()
        assert (report.url, report.silent, report.kind) == (None, True, Kind.FOCUSED_VISIT)
        assert history.events(session) == []
        row = history.report_as_json(report)
        assert (row["url"], row["added"]) == (None, True)
        report_id = report.id
    with empty.app() as app:
        again = reread(app, [report_id])
    assert (again.read, again.changed) == (1, frozenset())


def test_the_same_file_twice_adds_nothing(empty: World, tmp_path: Path) -> None:
    first = add(empty, file_of(tmp_path, render(LETTER.document)))
    second = add(empty, file_of(tmp_path, render(LETTER.document), "copy.pdf"))
    assert (second.is_new, second.file_id) == (False, first.file_id)
    assert count(empty) == 1


def test_a_file_that_came_from_the_site_adds_nothing(filled: World, tmp_path: Path) -> None:
    before = count(filled)
    added = add(filled, file_of(tmp_path, render(LETTER.document)))
    assert (added.is_new, added.file_id) == (False, LETTER.file_id)
    assert count(filled) == before
    with pytest.raises(ConfigurationError, match=f"{LETTER.file_id} of Aldermere"):
        add(filled, file_of(tmp_path, render(LETTER.document)), authority="Dunwater")


def test_a_document_that_names_another_authority_is_a_problem(empty: World, tmp_path: Path) -> None:
    added = add(empty, file_of(tmp_path, render(LETTER.document)), authority="Dunwater")
    assert codes(empty, added.file_id) == ["authority_mismatch"]
    assert "Aldermere" in added.outcome.problems[0]


def test_a_document_of_another_kind_than_said_is_a_problem(empty: World, tmp_path: Path) -> None:
    path = file_of(tmp_path, render(LETTER.document))
    added = add(empty, path, kind=Kind.COUNCIL_UPDATE)
    assert codes(empty, added.file_id) == ["kind_mismatch"]
    assert "added as “council update”, but it reads as “" in added.outcome.problems[0]
    with empty.app() as app:
        with app.database.write() as session:
            report = session.get_one(Report, added.outcome.report_id)
            report.reading = {**(report.reading or {}), "problems": []}
        reread(app, [added.outcome.report_id])
    assert codes(empty, added.file_id) == ["kind_mismatch"], "no newer reader settles it"


def test_the_kind_that_a_person_gives_counts_where_the_reader_knows_none(
    empty: World, tmp_path: Path
) -> None:
    path = file_of(tmp_path, NOTES, "notes.md")
    added = add(empty, path, kind=Kind.COUNCIL_UPDATE, published=date(2026, 5, 1))
    with empty.app() as app, app.database.read() as session:
        report = session.scalars(select(Report)).one()
        assert (report.kind, report.published) == (Kind.COUNCIL_UPDATE, date(2026, 5, 1))
        assert [c.field for c in report.confirmed_values] == ["kind", "authority"]
    assert codes(empty, added.file_id) == ["layout_unknown"]


def test_a_given_day_of_publication_settles_what_the_document_does_not_say(
    empty: World, tmp_path: Path
) -> None:
    undated = UPDATE.replace("Bury", "Aldermere").replace("4 MARCH 2020", "").encode()
    added = add(empty, file_of(tmp_path, undated, "update.md"), published=date(2020, 3, 6))
    assert codes(empty, added.file_id) == []
    assert published(empty, added.file_id) == date(2020, 3, 6)


def test_a_confirmed_day_of_publication_is_that_of_an_added_document(
    empty: World, tmp_path: Path
) -> None:
    undated = UPDATE.replace("Bury", "Aldermere").replace("4 MARCH 2020", "").encode()
    added = add(empty, file_of(tmp_path, undated, "update.md"))
    assert codes(empty, added.file_id) == ["published_unclear"]
    with empty.app() as app:
        confirm_value(
            app, added.file_id, field="published", value="2020-03-06", who="A. Clerk", why="page 1"
        )
    assert codes(empty, added.file_id) == []
    assert published(empty, added.file_id) == date(2020, 3, 6)


@pytest.mark.parametrize("content", [b"", b"<html>no</html>", b"%PDF-1.7 broken", b"\x00" * 99])
def test_of_a_file_that_cannot_be_read_nothing_is_stored(
    empty: World, tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(ConfigurationError, match="Nothing was added"):
        add(empty, file_of(tmp_path, content))
    assert count(empty) == 0
    assert list((empty.folder / "data" / "originals").rglob("*")) == []


def remove(world: World, named: str) -> list[Removed]:
    with world.app() as app:
        return remove_document(app, named)


def test_what_a_person_added_can_be_removed(filled: World, tmp_path: Path) -> None:
    before = count(filled)
    file = file_of(tmp_path, NOTES, "notes.md")
    with filled.app() as app, app.database.read() as session:
        shown = history.council_reports_as_json(session.scalars(select(Report)).all())
    added = add(filled, file, kind=Kind.COUNCIL_UPDATE)
    kept = filled.folder / "data" / "originals"
    originals = len(list(kept.rglob("*")))

    (removed,) = remove(filled, added.file_id)

    assert (removed.file_id, removed.authority) == (added.file_id, "Aldermere")
    assert count(filled) == before
    assert len(list(kept.rglob("*"))) < originals
    with filled.app() as app, app.database.read() as session:
        assert history.council_reports_as_json(session.scalars(select(Report)).all()) == shown
    with pytest.raises(ConfigurationError, match="no document"):
        remove(filled, added.file_id)
    assert add(filled, file, kind=Kind.COUNCIL_UPDATE).is_new
    (by_its_file,) = remove(filled, str(file))
    assert by_its_file.file_id == added.file_id


def test_a_name_that_no_file_can_have_is_not_a_document(empty: World) -> None:
    with pytest.raises(ConfigurationError, match="no document"):
        remove(empty, "x" * 300)


def test_a_report_of_the_site_cannot_be_removed(filled: World) -> None:
    before = count(filled)
    with pytest.raises(ConfigurationError, match=f"“{LETTER.file_id}” is a report of the site"):
        remove(filled, LETTER.file_id)
    assert count(filled) == before


def test_an_unknown_authority_is_refused_and_changes_nothing(empty: World, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="did you mean Aldermere"):
        add(empty, file_of(tmp_path, b"x"), authority="Aldermeer")
    assert count(empty) == 0


def test_what_was_added_before_ofsted_published_it_hides_no_event(
    empty: World, tmp_path: Path
) -> None:
    empty.move_to(sample_history().first_poll)
    with empty.app() as app:
        poll(app)
    add(empty, file_of(tmp_path, render(ALDERMERE.document) + b"\n"))
    empty.move_to(sample_history().demo_day)
    with empty.app() as app:
        poll(app)
        with app.database.read() as session:
            types = [e.type for e in history.events(session) if e.authority.key == "aldermere"]
    assert "grade_change" in types


HEADINGS: Sequence[Cell] = (
    "Web link",
    "Local authority name",
    "Inspection date",
    "Publication date",
    "Inspection type",
    "Overall effectiveness",
    "The impact of leaders on social work practice with children and families",
    "The experiences and progress of children who need help and protection",
    "The experiences and progress of children in care",
    "The experiences and progress of care leavers",
)
RI = "Requires improvement to be good"
STANDARD = "ILACS Standard Inspection"

RIGHT: tuple[Cell, ...] = (
    *("link", "Aldermere", date(2019, 6, 10), date(2019, 7, 26), STANDARD),
    *("Good", "Good", RI, "Good", None),
)
"""Aldermere 2019: leaders good, help requires improvement, in care and care leavers good, overall
good. One row of each table that the sample history would make."""


def table(folder: Path, *rows: Sequence[Cell], as_at: str = "31 March 2020") -> Path:
    """A file like Ofsted's, reaching to `as_at`."""
    cover = f"Inspections as at {as_at}, with a report published by 30 June {as_at[-4:]}"
    return write_spreadsheet(
        folder / "outcomes.ods",
        {
            "Cover": [["Period covered:", cover]],
            "ILACS_inspection_history": [["ILACS inspection history"], HEADINGS, *rows],
        },
    )


def compared(world: World, path: Path) -> Reconciliation:
    with world.app() as app:
        return reconcile(app, path)


def of_aldermere(result: Reconciliation) -> list[Difference]:
    return [d for d in result.differences if d.authority == "Aldermere"]


def test_a_table_that_agrees_names_how_many_values_were_compared(
    filled: World, tmp_path: Path
) -> None:
    result = compared(filled, table(tmp_path, RIGHT))
    assert of_aldermere(result) == []
    assert (result.inspections, result.grades, result.dates) == (1, 4, 2)
    assert "4 grades and 2 dates of 1 inspection or visit of 1 authority" in result.summary


def test_a_row_without_a_day_of_publication_is_not_about_a_document_without_one(
    filled: World, tmp_path: Path
) -> None:
    add(filled, file_of(tmp_path, NOTES + b"undated\n", "notes.md"))
    other = (*RIGHT[:2], date(2016, 2, 1), None, *RIGHT[4:])
    found = of_aldermere(compared(filled, table(tmp_path, RIGHT, other)))
    assert [d.note for d in found] == ["No report on it is stored."]


def test_of_two_visits_published_on_one_day_a_row_is_about_the_one_that_began_within_a_month() -> (
    None
):
    day = date(2021, 11, 12)
    first, second = (
        StoredInspection(Inspection(start=start), Report(), (day,))
        for start in (date(2021, 6, 2), date(2021, 10, 6))
    )

    def found(start: date | None) -> StoredInspection | None:
        row = OfficialRow(
            sheet="x", row=1, name="Aldermere", key="aldermere", kind=Kind.MONITORING_VISIT,
            start=start, published=day,
        )  # fmt: skip
        return matching_inspection(row, [first, second])

    assert found(date(2021, 10, 7)) is second
    assert found(None) is None


def test_a_table_whose_cover_has_no_valid_dates_is_refused(filled: World, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="“as at 31 june 2020, .*” has no valid dates"):
        compared(filled, table(tmp_path, RIGHT, as_at="31 June 2020"))


@pytest.mark.parametrize("column", [2, 3])
@pytest.mark.parametrize("cell", ["10/06/2019", "10 June 2019", 43626])
def test_a_table_with_a_day_that_is_not_a_date_is_refused(
    empty: World, tmp_path: Path, column: int, cell: Cell
) -> None:
    row = [*RIGHT[:column], cell, *RIGHT[column + 1 :]]
    with pytest.raises(ConfigurationError, match=f"row 3: unknown date: “{cell}"):
        compared(empty, table(tmp_path, row))


def test_an_authority_that_was_not_inspected_yet_has_no_row(empty: World, tmp_path: Path) -> None:
    row = [*RIGHT[:2], "Not yet inspected", None, *RIGHT[4:]]
    assert compared(empty, table(tmp_path, RIGHT, row)).rows_left_out == 1


def test_a_name_in_the_table_that_is_not_known_is_said(filled: World, tmp_path: Path) -> None:
    misspelt = (RIGHT[0], "Aldermeer", *RIGHT[2:])
    result = compared(filled, table(tmp_path, RIGHT, misspelt, misspelt))
    assert (result.rows_left_out, result.unknown_names) == (2, ("Aldermeer",))
    assert result.summary.endswith(
        " 2 rows are left out: nothing is stored about their authorities, or their names are not "
        "known (“Aldermeer”)."
    )


def test_another_grade_is_listed_with_both_values_and_its_page(
    filled: World, tmp_path: Path
) -> None:
    wrong = (*RIGHT[:8], "Inadequate", None)
    (difference,) = of_aldermere(compared(filled, table(tmp_path, wrong)))
    assert difference.what == "in_care"
    assert (difference.official, difference.stored) == ("inadequate", "good")
    assert difference.page == 1
    assert difference.url is not None
    assert difference.url.endswith("99000101")
    assert difference.places == ("ILACS_inspection_history, row 3",)


def test_dates_and_judgements_are_printed_as_people_write_them(
    filled: World, tmp_path: Path
) -> None:
    row = (*RIGHT[:2], date(2019, 6, 12), *RIGHT[3:8], "Inadequate", None)
    shown = " ".join(run_in(filled, "reconcile", str(table(tmp_path, row))).stdout.split())
    assert "of 10 June 2019: Inspection start table: 12 June 2019 (" in shown
    assert "report: 10 June 2019 (" in shown
    assert "of 10 June 2019: Children in care table: Inadequate (" in shown


def test_a_grade_that_only_one_side_has_is_listed(filled: World, tmp_path: Path) -> None:
    more = (*RIGHT[:9], "Good")
    (difference,) = of_aldermere(compared(filled, table(tmp_path, more)))
    assert (difference.what, difference.official) == ("care_leavers", "good")
    assert difference.stored is None


@pytest.mark.parametrize(
    ("column", "what", "stored"),
    [(2, "inspection_start", "2019-06-10"), (3, "published", "2019-07-26")],
)
def test_another_date_is_listed(
    filled: World, tmp_path: Path, column: int, what: str, stored: str
) -> None:
    row = list(RIGHT)
    row[column] = date(2019, 6, 12)
    (difference,) = of_aldermere(compared(filled, table(tmp_path, row)))
    assert (difference.what, difference.official, difference.stored) == (
        what,
        "2019-06-12",
        stored,
    )
    assert difference.page is None  # a reading does not say where its dates are


def test_inspections_that_only_one_side_knows_are_listed(filled: World, tmp_path: Path) -> None:
    other = ("link", "Aldermere", date(2017, 1, 9), date(2017, 3, 1), *RIGHT[4:])
    result = compared(filled, table(tmp_path, other))
    found = [(d.what, d.official, d.stored, d.page) for d in of_aldermere(result)]
    assert found == [
        ("inspection", "2017-01-09", None, None),
        ("inspection", None, "2019-06-10", None),
    ]


def test_a_visit_of_the_year_is_compared_too(filled: World, tmp_path: Path) -> None:
    visit = ("l", "Aldermere", date(2021, 10, 6), date(2021, 11, 12), "ILACS Focused Visit")
    rows = (RIGHT, (*visit, *[None] * 5))
    assert of_aldermere(compared(filled, table(tmp_path, *rows, as_at="31 March 2022"))) == []
    (difference,) = of_aldermere(compared(filled, table(tmp_path, RIGHT, as_at="31 March 2022")))
    assert (difference.kind, difference.stored) == (Kind.FOCUSED_VISIT, "2021-10-06")


def test_only_authorities_with_reports_are_compared(empty: World, tmp_path: Path) -> None:
    result = compared(empty, table(tmp_path, RIGHT))
    assert result.differences == ()
    assert result.rows_left_out == 1


@pytest.mark.parametrize("content", [b"not a spreadsheet", b"PK\x03\x04broken", b""])
def test_another_file_is_refused_with_a_sentence(
    empty: World, tmp_path: Path, content: bytes
) -> None:
    path = file_of(tmp_path, content, "x.ods")
    with pytest.raises(ConfigurationError, match="spreadsheet"):
        compared(empty, path)


def test_a_spreadsheet_without_the_table_is_refused(empty: World, tmp_path: Path) -> None:
    path = write_spreadsheet(tmp_path / "x.ods", {"Sheet": [["a", "b"], ["c", None]]})
    with pytest.raises(ConfigurationError, match="does not hold"):
        compared(empty, path)
