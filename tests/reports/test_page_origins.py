"""Pages of two reports in one file: the first names one council, others are about another."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

import pypdfium2 as pdfium
import pytest

from reports.problems import ProblemCode
from tests.reports.conftest import ReadPdf, codes
from tests.reports.documents import ILACS_2023, Ilacs, as_pdf
from tests.reports.printed import LEFT
from tests.reports.visit_letters import NEEDS, closed, letter


def report(council: str, *, footer: str | None = None) -> Ilacs:
    """A report with its areas on the second page, and with the council's name in its prose."""
    title = f"Inspection of {council} local authority children’s services"
    return replace(
        ILACS_2023,
        title=(title,),
        summary=("Leaders know their services and families well. " * 33,),
        body=f"Children in {council} receive help. " + "It is timely and it is planned. " * 110,
        footer=title if footer is None else footer,
    )


def pages(*chosen: tuple[bytes, Sequence[int]]) -> bytes:
    """The file with these pages (from 0) of these files."""
    made = pdfium.PdfDocument.new()
    for data, numbers in chosen:
        made.import_pages(pdfium.PdfDocument(data), list(numbers))
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def first_page_then(first: Ilacs, other: Ilacs) -> bytes:
    """The first page of one report and the other pages of another."""
    one, two = as_pdf(first), as_pdf(other)
    return pages((one, [0]), (two, range(1, len(pdfium.PdfDocument(two)))))


def second_page_from(whole: Ilacs, other: Ilacs) -> bytes:
    """A report whose second page, the one with the areas, is that of another report."""
    one, two = as_pdf(whole), as_pdf(other)
    return pages((one, [0]), (two, [1]), (one, range(2, len(pdfium.PdfDocument(one)))))


def test_a_report_about_one_council_has_its_areas_on_the_second_page(read_pdf: ReadPdf) -> None:
    reading = read_pdf(as_pdf(report("Havering")))
    assert reading.problems == ()
    assert {area.page for area in reading.improvement_areas} == {2}
    assert reading.pages > 5


@pytest.mark.parametrize(
    "other", ["Newham", "Kingston upon Hull", "West Berkshire", "North Somerset"]
)
def test_pages_about_another_council_leave_the_authority_uncertain(
    read_pdf: ReadPdf, other: str
) -> None:
    reading = read_pdf(first_page_then(report("Havering"), report(other)))
    assert reading.authority is None
    assert reading.authority_as_printed is not None
    assert codes(reading) == {ProblemCode.AUTHORITY_UNKNOWN}
    assert other in reading.problems[-1].message


def test_a_name_inside_another_council_s_name_does_not_count(read_pdf: ReadPdf) -> None:
    reading = read_pdf(first_page_then(report("Somerset"), report("North Somerset")))
    assert reading.authority is None
    assert codes(reading) == {ProblemCode.AUTHORITY_UNKNOWN}


def test_the_name_of_the_successor_or_a_shorter_name_is_the_council_s(read_pdf: ReadPdf) -> None:
    for first, later in (("Kingston upon Hull", "Hull"), ("Brighton and Hove", "Brighton")):
        assert read_pdf(first_page_then(report(first), report(later))).problems == ()


def test_prose_and_footers_that_agree_on_another_council_are_a_doubt(read_pdf: ReadPdf) -> None:
    whole = report("Havering", footer="Inspection of Newham local authority children’s services")
    about = "Children in Newham are well served, because leaders in Newham\nknow them. "
    summary = (about, *whole.summary)
    reading = read_pdf(as_pdf(replace(whole, summary=summary, body="All is planned. " * 80)))
    assert codes(reading) == {ProblemCode.AUTHORITY_UNKNOWN}


def test_footers_alone_that_name_another_council_are_a_misprint(read_pdf: ReadPdf) -> None:
    footer = "Inspection of Newham local authority children’s services"
    for prose in ("All is planned. ", "Children in Havering receive help. "):
        whole = replace(report("Havering", footer=footer), body=prose * 80)
        assert read_pdf(as_pdf(whole)).problems == ()


def test_neighbours_partners_and_police_do_not_make_the_authority_uncertain(
    read_pdf: ReadPdf,
) -> None:
    for prose in (
        "Havering learns from its improvement partners Essex and Newham. Essex is a neighbour. ",
        "Kent Police and Kent Fire and Rescue meet weekly. ",
        "Write to Piccadilly Gate, Store Street, Manchester M1 2WD. ",
    ):
        whole = replace(report("Havering", footer="Ofsted report"), body=prose * 20)
        assert read_pdf(as_pdf(whole)).problems == ()


def test_a_page_of_areas_with_another_running_title_may_be_from_another_report(
    read_pdf: ReadPdf,
) -> None:
    for whole, other in (
        (report("Havering"), report("Newham")),
        (report("Havering"), report("Newham", footer="")),
        (report("Havering", footer=""), report("Newham")),
        (report("Havering"), report("Havering", footer="Inspection of Havering: 4 to 8 May 2019")),
    ):
        reading = read_pdf(second_page_from(whole, other))
        assert codes(reading) == {ProblemCode.AREAS_UNCLEAR}
        assert reading.problems[0].page == 2
        assert reading.authority is not None


def test_a_page_of_areas_that_names_only_another_council_is_not_certain(read_pdf: ReadPdf) -> None:
    for named, expected in (
        ("Bury", set()),
        ("Salford", {ProblemCode.AREAS_UNCLEAR}),
    ):
        sheet = letter().page().line(f"Leaders in {named} know their services.")
        sheet.line(f"Staff in {named} are proud to work here.", x=LEFT)
        sheet.heading(NEEDS).item("The quality of plans.").item("The timeliness of visits.")
        sheet.page().heading("Findings").paragraph("Bury’s leaders know Bury well; so does Bury.")
        reading = read_pdf(closed(sheet))
        assert len(reading.improvement_areas) == 2
        assert codes(reading) == expected
