"""The exported tables, read back by other programs' readers."""

from __future__ import annotations

import csv
import io
import json
import resource
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.errors import ConfigurationError
from reports.model import Problem, ThemeTag
from storage.database import Database
from storage.export import FILES, TABLES, Format, export
from storage.export import workbook as sheets
from storage.export.files import FORMULA_MARKS, cell
from storage.export.model import Row
from storage.export.reference import PAGE, with_tables
from storage.models import Authority, Delivery, DeliveryState, Event, Report
from storage.repeat_decisions import confirm_repeat, reject_repeat
from tests.storage.readings import GRADES, NOW, UNSURE, a_reading, a_report, stored

TODAY = date(2026, 6, 30)
FORMULA = '=HYPERLINK("http://bad.example/","Open") in plans.'
SUPERVISION = "The frequency and quality of supervision."
AGAIN = "The quality of supervision and its recording."
SECRET = "someone@example.org"
SUPERVISED = ThemeTag(
    theme="supervision_oversight", facet="supervision", role="primary", matched="supervision"
)


def fill(session: Session) -> None:
    """A line of three inspections, the second in two versions, with an event and a delivery."""
    doubt: Sequence[Problem] = [Problem(code="lead_unclear", message="No name.", page=1)]
    first = a_reading(start=date(2018, 6, 11), areas=[SUPERVISION])
    later = a_reading(start=date(2023, 12, 11), areas=[AGAIN, FORMULA], problems=doubt)
    with_themes = [
        reading.model_copy(
            update={
                "improvement_areas": tuple(
                    area.model_copy(
                        update={"themes": (SUPERVISED,) if "superv" in area.text else ()}
                    )
                    for area in reading.improvement_areas
                )
            }
        )
        for reading in (first, later)
    ]
    stored(session, "50000001", with_themes[0], published=date(2018, 8, 1))
    stored(session, "50000002", with_themes[1], published=date(2024, 2, 1))
    report = stored(session, "50000003", with_themes[1], published=date(2024, 2, 9))
    owner = session.get_one(Authority, report.authority_id)
    event = Event(
        key="x", type="new_report", authority=owner, report=report, detected_at=NOW,
        summary="@Havering: new report", detail={"note": "ÿ"},
    )  # fmt: skip
    session.add(event)
    session.add(
        Delivery(
            key="d", subscription="S", channel="mail", recipient=SECRET, payload={"to": SECRET},
            state=DeliveryState.SENT, next_attempt_at=NOW, created_at=NOW, events=[event],
        )
    )  # fmt: skip


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as session:
        fill(session)
    return database


def run(
    database: Database, folder: Path, form: Format, *, held: frozenset[int] = frozenset()
) -> list[Path]:
    with database.read() as session:
        return export(session, folder, form=form, today=TODAY, now=NOW, held=held)


def rows_of(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def sheet(path: Path, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python()


def test_csv_has_every_table_with_its_columns(filled: Database, tmp_path: Path) -> None:
    written = run(filled, tmp_path, Format.CSV)
    assert {path.name for path in written} == {
        "datapackage.json",
        *(f"{table.name}.csv" for table in TABLES),
    }
    for table in TABLES:
        raw = (tmp_path / f"{table.name}.csv").read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        assert raw.count(b"\n") == raw.count(b"\r\n")
        header = raw.decode("utf-8-sig").split("\r\n")[0]
        assert header.split(",") == [column.name for column in table.columns]
    areas = rows_of(tmp_path, "areas")
    assert [row["text"] for row in areas if row["report"] == "50000001"] == [SUPERVISION]
    assert areas[0]["inspection"] == "havering/inspection/2018-06-11"
    assert {row["is_current"] for row in areas if row["report"] == "50000002"} == {"false"}
    assert {row["is_current"] for row in areas if row["report"] == "50000003"} == {"true"}


def test_the_keys_of_every_table_tell_its_rows_apart(filled: Database, tmp_path: Path) -> None:
    run(filled, tmp_path, Format.CSV)
    for table in TABLES:
        keys = [tuple(row[name] for name in table.key) for row in rows_of(tmp_path, table.name)]
        assert len(keys) == len(set(keys)), table.name


def test_texts_that_look_like_formulas_are_text_everywhere(
    filled: Database, tmp_path: Path
) -> None:
    run(filled, tmp_path, Format.CSV)
    run(filled, tmp_path, Format.XLSX)
    assert f"'{FORMULA}" in [row["text"] for row in rows_of(tmp_path, "areas")]
    assert rows_of(tmp_path, "events")[0]["summary"] == "'@Havering: new report"
    path = tmp_path / sheets.FILE
    assert FORMULA in [value for row in sheet(path, "Areas") for value in row]
    with zipfile.ZipFile(path) as book:
        assert not any(b"<f>" in book.read(name) for name in book.namelist())


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_a_formula_mark_gets_an_apostrophe_and_numbers_do_not(mark: str) -> None:
    assert cell(f"{mark}1+1") == f"'{mark}1+1"
    assert (cell(-0.5), cell(-3), cell(False), cell(None)) == ("-0.5", "-3", "false", "")
    assert cell(datetime(2026, 6, 30, 12, tzinfo=UTC)) == "2026-06-30T12:00:00+00:00"


@given(st.text(st.characters(codec="utf-8")))
def test_no_text_begins_like_a_formula_and_all_of_it_can_be_had_back(text: str) -> None:
    shown = cell(text)
    assert shown[:1] not in FORMULA_MARKS
    assert text == (shown[1:] if text[:1] in FORMULA_MARKS else shown)
    file = io.StringIO(newline="")
    csv.writer(file).writerow([shown, "next"])
    assert next(csv.reader([file.getvalue()], strict=True)) == [shown, "next"]


def test_json_has_the_same_rows_with_their_types(filled: Database, tmp_path: Path) -> None:
    run(filled, tmp_path, Format.CSV)
    run(filled, tmp_path, Format.JSON)
    about = json.loads((tmp_path / "about.json").read_text(encoding="utf-8"))
    assert about["created"] == NOW.isoformat()
    assert about["licenses"][0]["name"] == "OGL-UK-3.0"
    for table, described in zip(TABLES, about["resources"], strict=True):
        rows = json.loads((tmp_path / described["path"]).read_text(encoding="utf-8"))
        assert len(rows) == described["rows"] == len(rows_of(tmp_path, table.name))
        assert all(list(row) == [column.name for column in table.columns] for row in rows)
    areas = json.loads((tmp_path / "areas.json").read_text(encoding="utf-8"))
    assert areas[0]["priority_action"] is False
    assert areas[0]["page"] is None


def test_the_workbook_has_a_sheet_for_each_table_and_explains_itself(
    filled: Database, tmp_path: Path
) -> None:
    (path,) = run(filled, tmp_path, Format.XLSX)
    book = CalamineWorkbook.from_path(str(path))
    first, *others = [table.in_words for table in TABLES]
    assert first == "Latest grades"
    assert book.sheet_names == [first, sheets.README, *others]
    explained = sheet(path, sheets.README)
    text = "\n".join(str(value) for row in explained for value in row)
    assert "30 June 2026, 12:00 UTC" in text
    assert "Open Government Licence v3.0" in text
    for table in TABLES:
        rows = sheet(path, table.in_words)
        assert rows[0] == [column.in_words for column in table.columns]
        for column in table.columns:
            known = [(*row[:2], row[4]) for row in explained]
            code = f"{table.name}.{column.name}"
            assert (table.in_words, column.in_words, code) in known
    inspections = sheet(path, "Inspections")
    start = inspections[0].index("Inspection start")
    assert [row[start] for row in inspections[1:]] == [date(2018, 6, 11), date(2023, 12, 11)]
    with zipfile.ZipFile(path) as zipped:
        xml = zipped.read(f"xl/worksheets/sheet{2 + [t.name for t in TABLES].index('areas')}.xml")
    assert b'state="frozen"' in xml
    assert b"<autoFilter" in xml
    assert xml.count(b"<hyperlink ") == 5


def test_the_names_of_the_workbook_are_words_and_no_two_are_alike() -> None:
    every_name = [[table.in_words for table in TABLES]]
    every_name += [[column.in_words for column in table.columns] for table in TABLES]
    for names in every_name:
        assert len(set(names)) == len(names)
        assert not [name for name in names if "_" in name or name[:1].islower()]


class _ByLibrary(sheets._Sheet):
    """A sheet of which the library writes every cell."""

    def _write(self, row: int, values: Row) -> None:
        for place, value in zip(self.places, values, strict=True):
            if isinstance(value, str) and place.column.kind == "link":
                self.sheet.write_url(row, place.at, value, self.formats.link, string=value)
            elif isinstance(value, str):
                self.sheet.write_string(row, place.at, value, place.look)
            elif isinstance(value, bool):
                self.sheet.write_boolean(row, place.at, value, place.look)
            elif isinstance(value, datetime):
                plain = value.astimezone(UTC).replace(tzinfo=None)
                self.sheet.write_datetime(row, place.at, plain, place.look)
            elif isinstance(value, date):
                self.sheet.write_datetime(row, place.at, value, place.look)
            elif value is not None:
                self.sheet.write_number(row, place.at, value, place.look)


def test_the_workbook_is_to_the_byte_what_the_library_would_write(
    filled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows are written by a shorter way; texts of every kind take the same form by both."""
    hard = (" spaces ", "a\nb", "a\tb\x07", "_x0041_", "<r>rich</r>", '& < > "', "\u202eright", "é")
    with filled.write() as session:
        reading = a_reading(start=date(2025, 1, 6), areas=hard)
        stored(session, "50000004", reading, published=date(2025, 3, 1), authority="kent")
    (ours,) = run(filled, tmp_path / "ours", Format.XLSX)
    monkeypatch.setattr(sheets, "_Sheet", _ByLibrary)
    (theirs,) = run(filled, tmp_path / "theirs", Format.XLSX)
    assert ours.read_bytes() == theirs.read_bytes()


def test_a_text_longer_than_a_cell_of_excel_is_cut_and_says_so(
    filled: Database, tmp_path: Path
) -> None:
    """Excel counts a character outside the first plane as two."""
    with filled.write() as session:
        reading = a_reading(start=date(2025, 1, 6), areas=("é" * 40_000, "\U0001d11e" * 20_000))
        stored(session, "50000004", reading, published=date(2025, 3, 1), authority="kent")
    (path,) = run(filled, tmp_path, Format.XLSX)
    texts = [value for row in sheet(path, "Areas") for value in row if str(value).endswith("…")]
    assert "é" * 32_766 + "…" in texts
    assert "\U0001d11e" * 16_383 + "…" in texts


def test_links_end_at_the_limit_of_excel(
    filled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MOST_LINKS", 2)
    (path,) = run(filled, tmp_path, Format.XLSX)
    place = 2 + [table.name for table in TABLES].index("areas")
    with zipfile.ZipFile(path) as zipped:
        assert zipped.read(f"xl/worksheets/sheet{place}.xml").count(b"<hyperlink ") == 2
    rows = sheet(path, "Areas")
    assert all(str(row[-1]).startswith("https://") for row in rows[1:])


def test_what_a_person_rejected_is_not_in_the_repeats(filled: Database, tmp_path: Path) -> None:
    run(filled, tmp_path, Format.CSV)
    (repeat,) = rows_of(tmp_path, "repeats")
    assert (repeat["later_statement"], repeat["earlier_statement"]) == (AGAIN, SUPERVISION)
    assert (repeat["report"], repeat["earlier_report"]) == ("50000003", "50000001")
    assert repeat["theme_name"] == "Supervision and management oversight"
    with filled.write() as session:
        reject_repeat(session, later=AGAIN, earlier=SUPERVISION, who="A", why="b", now=NOW)
    run(filled, tmp_path, Format.CSV)
    assert rows_of(tmp_path, "repeats") == []


def test_the_latest_grades_say_when_their_report_left_the_site(
    filled: Database, tmp_path: Path
) -> None:
    with filled.write() as session:
        for report in session.scalars(select(Report)):
            report.withdrawn_at = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    run(filled, tmp_path, Format.CSV)
    [row] = [row for row in rows_of(tmp_path, "latest_grades") if row["report"]]
    assert row["withdrawn"] == "2026-07-01", "the day in London"
    assert {row["withdrawn"] for row in rows_of(tmp_path, "reports")} == {"2026-07-01"}


def test_grades_that_need_review_are_in_no_table(filled: Database, tmp_path: Path) -> None:
    """Neither as grades, nor as a change, nor as an empty cell, even where no table was read."""
    missing = Problem(code="table_missing", message="The table was not found.", page=1)
    with filled.write() as session:
        for authority, grades, problem in (("havering", {}, missing), ("kent", GRADES, UNSURE)):
            reading = a_reading(start=date(2025, 6, 9), grades=grades, problems=[problem])
            stored(session, f"6000{authority}", reading, authority=authority)
    run(filled, tmp_path, Format.CSV)
    needing = ("impact_of_leaders", "care_leavers", "overall_effectiveness")
    latest = {row["authority"]: row for row in rows_of(tmp_path, "latest_grades")}
    for council in ("Havering", "Kent"):
        assert {latest[council][name] for name in needing} == {"Needs review"}
        assert {latest[council][f"{name}_code"] for name in needing} == {""}
        assert latest[council]["care_and_care_leavers"] == ""
    judgements = [r for r in rows_of(tmp_path, "judgements") if r["authority"] == "Kent"]
    assert {(r["grade"], r["grade_words"], r["as_printed"]) for r in judgements} == {("", "", "")}
    assert {r["report"] for r in rows_of(tmp_path, "grade_changes")} == {"50000003"}


def test_a_change_across_an_unread_report_is_in_no_table(filled: Database, tmp_path: Path) -> None:
    """The report in between may have had other grades."""
    with filled.write() as session:
        a_report(session, "50000009", published=date(2020, 1, 1))
    run(filled, tmp_path, Format.CSV)
    assert rows_of(tmp_path, "grade_changes") == []


def test_held_reports_are_in_no_table(filled: Database, tmp_path: Path) -> None:
    """The version that they replace counts until they are released."""
    with filled.read() as session:
        newest = select(Report).where(Report.file_id == "50000003")
        held = session.scalars(newest).one()
    run(filled, tmp_path, Format.CSV, held=frozenset({held.id}))
    for table in TABLES:
        assert "50000003" not in (tmp_path / f"{table.name}.csv").read_text(encoding="utf-8-sig")
    current = [row for row in rows_of(tmp_path, "reports") if row["is_current"] == "true"]
    assert [row["report"] for row in current] == ["50000001", "50000002"]
    [repeat] = rows_of(tmp_path, "repeats")
    assert repeat["report"] == "50000002"


def test_what_people_decided_is_exported_as_labels_without_their_names(
    filled: Database, tmp_path: Path
) -> None:
    with filled.write() as session:
        reject_repeat(session, later=AGAIN, earlier=SUPERVISION, who=SECRET, why=SECRET, now=NOW)
        confirm_repeat(session, later="Visits.", earlier="Plans.", who="A", why="b", now=NOW)
    run(filled, tmp_path, Format.CSV)
    rows = rows_of(tmp_path, "repeat_labels")
    assert [(r["later_statement"], r["earlier_statement"], r["label"]) for r in rows] == [
        (AGAIN, SUPERVISION, "other_issue"),
        ("Visits.", "Plans.", "same_issue"),
    ]
    assert float(rows[0]["certainty"]) > 0.5 > float(rows[1]["certainty"])
    assert SECRET not in (tmp_path / "repeat_labels.csv").read_text(encoding="utf-8-sig")


def test_no_recipient_and_no_message_is_in_any_file(filled: Database, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    for form in Format:
        run(filled, folder, form)
    assert {path.name for path in folder.iterdir()} == set(FILES)
    for path in folder.iterdir():
        data = path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as book:
                data = b"".join(book.read(name) for name in book.namelist())
        assert SECRET.encode() not in data


def test_other_files_stay_and_nothing_temporary_is_left(filled: Database, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    mine = folder / "notes.txt"
    mine.write_text("mine")
    with_all = {"notes.txt", sheets.FILE}
    run(filled, folder, Format.XLSX)
    (folder / sheets.FILE).write_text("of before")
    run(filled, folder, Format.XLSX)
    assert zipfile.is_zipfile(folder / sheets.FILE)
    assert mine.read_text() == "mine"
    assert {path.name for path in folder.iterdir()} == with_all


def test_an_export_that_fails_leaves_the_files_of_before(
    filled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    run(filled, folder, Format.XLSX)
    before = (folder / sheets.FILE).read_bytes()
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    with pytest.raises(ConfigurationError, match="too long for a sheet"):
        run(filled, folder, Format.XLSX)
    assert (folder / sheets.FILE).read_bytes() == before
    assert [path.name for path in folder.iterdir()] == [sheets.FILE]


@pytest.mark.parametrize("form", Format)
def test_a_full_disk_is_an_error_of_the_system_in_every_format(
    filled: Database, tmp_path: Path, form: Format
) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            run(filled, tmp_path / "out", form)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_one_sentence(filled: Database, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(ConfigurationError, match="cannot be written"):
        run(filled, tmp_path / "taken", Format.CSV)
    (tmp_path / "out" / "areas.csv").mkdir(parents=True)
    with pytest.raises(ConfigurationError, match="is a folder"):
        run(filled, tmp_path / "out", Format.CSV)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["areas.csv"]


def test_the_documentation_describes_every_table_as_it_is() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_tables(page), "docs/export.md is not up to date: run make docs"


def test_a_column_with_another_meaning_makes_the_documentation_stale() -> None:
    (first, *_) = TABLES
    column = replace(first.columns[0], meaning="Something else.")
    changed = replace(first, columns=(column, *first.columns[1:]))
    page = with_tables("Words by hand.\n\n## Tables\n\nwhatever", [changed])
    assert page.startswith("Words by hand.\n\n## Tables\n\n### latest_grades\n")
    assert f"| `{column.name}` | text | Something else. |" in page
    assert "whatever" not in page
    with pytest.raises(ValueError, match="## Tables"):
        with_tables("A page without tables", [changed])


def test_areas_that_need_review_are_in_no_table(database: Database, tmp_path: Path) -> None:
    """The website hides them too. The number of areas is then not known."""
    unclear = Problem(code="areas_unclear", message="The list is unclear.", page=2)
    with database.write() as session:
        for file_id, problems in (("1", [unclear]), ("2", [])):
            reading = a_reading(start=date(2020 + int(file_id), 3, 1), problems=problems)
            stored(session, file_id, reading)
    run(database, tmp_path, Format.CSV)
    assert {row["report"] for row in rows_of(tmp_path, "areas")} == {"2"}
    assert {row["report"] for row in rows_of(tmp_path, "themes")} <= {"2"}
    counts = {row["report"]: row["areas"] for row in rows_of(tmp_path, "reports")}
    assert counts == {"1": "", "2": "1"}
