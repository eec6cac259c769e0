"""Letters about visits: their subject, dates, inspectors, councils and topics."""

from __future__ import annotations

from datetime import date

import pytest

from reports.model import Framework, Kind, Target
from reports.reader import read_bytes
from reports.register import Register
from tests.reports.conftest import ReadPdf, codes, texts
from tests.reports.visit_letters import NEEDS, closed, in_text, letter


def test_the_facts_of_a_focused_visit(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS).item("The quality of pathway plans.")
    report = read_pdf(closed(sheet.item("The recording of", "supervision.")))
    assert report.problems == ()
    assert (report.kind, report.framework) == (Kind.FOCUSED_VISIT, Framework.FOCUSED_VISIT)
    assert report.authority is not None
    assert report.authority.name == "Bury"
    assert (report.inspection_start, report.inspection_end) == (
        date(2025, 5, 12),
        date(2025, 5, 13),
    )
    assert report.published == date(2025, 6, 20)
    assert report.topic == "care leavers aged 18 to 25"
    assert report.lead_inspector is None
    assert report.judgements == ()
    first, second = report.improvement_areas
    assert first.text == "The quality of pathway plans."
    assert second.text == "The recording of supervision."
    assert (first.heading, first.page) == (NEEDS, 1)
    assert first.target is Target.AUTHORITY
    assert not first.priority_action


@pytest.mark.parametrize(
    "subject",
    [
        "FOCUSED VISIT TO HAVERING CHILDREN’S SERVICES",
        "Re: OFSTED FOCUSED VISIT TO HAVERING",
        "Ofsted focused visit to Havering children’s services",
        "focused visit to Havering children’s services",
    ],
)
def test_a_subject_in_any_case(register: Register, subject: str) -> None:
    text = in_text("- The quality of plans.")
    text = text.replace("Focused visit to Havering children's services", subject)
    report = read_bytes(text.encode(), name="x.txt", register=register)
    assert report.kind is Kind.FOCUSED_VISIT
    assert report.authority is not None
    assert report.authority.name == "Havering"
    assert report.problems == ()


def test_a_wrapped_sentence_is_not_a_subject(register: Register) -> None:
    text = in_text("- The quality of plans.")
    text = text.replace("Focused visit to Havering children's services\n\n", "")
    text = text.replace(
        "the findings of the focused visit to", "the findings of the\nfocused visit to"
    )
    report = read_bytes(text.encode(), name="x.txt", register=register)
    assert codes(report) == {"layout_unknown"}


def test_the_first_sentence_may_be_in_the_line_of_the_subject(
    register: Register, read_pdf: ReadPdf
) -> None:
    text = in_text("- The quality of plans.")
    text = text.replace("children's services\n\nThis letter", "children's services This letter")
    report = read_bytes(text.encode(), name="x.txt", register=register)
    assert report.authority is not None
    assert (report.authority.name, report.inspection_start) == ("Havering", date(2025, 3, 26))
    assert (texts(report), report.problems) == (["The quality of plans."], ())

    sheet = letter(
        subject=(),
        first=(
            "Focused visit to Bury children’s services This letter summarises the findings of the",
            "focused visit to Bury on 12 and 13 May 2025.",
        ),
    )
    report = read_pdf(closed(sheet.heading(NEEDS).item("The quality of plans.")))
    assert report.authority is not None
    assert (report.authority.name, report.inspection_start) == ("Bury", date(2025, 5, 12))
    assert (texts(report), report.problems) == (["The quality of plans."], ())


def test_a_paragraph_may_start_like_the_subject_of_another_letter(read_pdf: ReadPdf) -> None:
    sheet = letter().paragraph("Unannounced inspection of contact, referral and assessment work in")
    sheet.line("2011 found the same.").heading(NEEDS).item("The quality of plans.")
    report = read_pdf(closed(sheet))
    assert report.framework is Framework.FOCUSED_VISIT
    assert (texts(report), report.problems) == (["The quality of plans."], ())


@pytest.mark.parametrize(
    ("words", "lead"),
    [
        ("Inspectors were lead inspector Ann Lee and team inspector Bo Hay.", "Ann Lee"),
        ("Inspectors were Ann Lee, lead inspector, and Bo Hay.", "Ann Lee"),
        ("The lead inspector and the director agreed arrangements.", None),
    ],
)
def test_a_lead_inspector_is_one_who_is_named_so(
    read_pdf: ReadPdf, words: str, lead: str | None
) -> None:
    first = ("The findings of the focused visit to Bury on 12 and 13 May 2025.", words)
    assert read_pdf(closed(letter(first=first))).lead_inspector == lead


@pytest.mark.parametrize(
    ("subject", "authority"),
    [
        (("Focused visit to the London Borough of Barking and Dagenham children’s", "services"),
         "Barking and Dagenham"),
        (("Focused visit to Knowsley Metropolitan Borough Council Children’s services.",),
         "Knowsley"),
        (("Focused visit to Kingston upon Hull City local authority children’s services",),
         "Kingston upon Hull"),
    ],
)  # fmt: skip
def test_authorities_as_subjects_print_them(
    read_pdf: ReadPdf, subject: tuple[str, ...], authority: str
) -> None:
    first = (f"This letter summarises the findings of the focused visit to {authority} on 12",
             "and 13 May 2025.")  # fmt: skip
    report = read_pdf(closed(letter(subject=subject, first=first)))
    assert report.authority is not None
    assert report.authority.name == authority


def test_an_unknown_authority_is_a_problem(read_pdf: ReadPdf) -> None:
    subject = ("Focused visit to Elsewhere children’s services",)
    first = ("The findings of the focused visit to Elsewhere on 12 and 13 May 2025.",)
    report = read_pdf(closed(letter(subject=subject, first=first)))
    assert report.authority is None
    assert codes(report) == {"authority_unknown"}


def test_a_name_of_another_kind_of_council_is_a_problem(read_pdf: ReadPdf) -> None:
    # There is a county of Leicestershire, too.
    name = "Leicester County Council"
    first = (f"The findings of the focused visit to {name} on 12 and 13 May 2025.",)
    report = read_pdf(closed(letter(subject=(f"Focused visit to {name}",), first=first)))
    assert report.authority is None
    assert codes(report) == {"authority_unknown"}


def test_what_the_inspectors_say_was_named_before(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS).item("The quality of plans.")
    sheet.item("Supervision. This was also an area for", "improvement at the last inspection.")
    report = read_pdf(closed(sheet))
    assert [(r.area, r.text) for r in report.stated_repeats] == [
        (1, "This was also an area for improvement at the last inspection.")
    ]


def test_a_topic_in_quotation_marks_keeps_both(read_pdf: ReadPdf) -> None:
    # The full stop stands within the marks, as some letters print it.
    looked = ("Inspectors looked at the local authority’s arrangements for the ‘front door.’",)
    sheet = letter(looked=looked).heading(NEEDS).item("The quality of plans.")
    assert read_pdf(closed(sheet)).topic == "the ‘front door’"


@pytest.mark.parametrize(
    "name", ["Milton Keynes", "Westmorland and Furness", "Stockton-on-Tees", "Tower Hamlets"]
)
def test_a_name_that_ends_in_s_keeps_it(read_pdf: ReadPdf, name: str) -> None:
    report = read_pdf(closed(letter(subject=(f"Focused visit to {name} children’s services",),
        first=(f"This letter summarises the findings of the focused visit to {name}",
               "children’s services on 12 and 13 May 2025."))))  # fmt: skip
    assert report.authority_as_printed == name
    assert report.authority is not None
    assert report.authority.name == name


def test_two_authorities_in_one_letter_are_a_problem(read_pdf: ReadPdf) -> None:
    report = read_pdf(closed(letter(subject=("Focused visit to Salford children’s services",))))
    assert codes(report) == {"authority_unknown"}
    assert report.authority is None


@pytest.mark.parametrize(
    "first",
    [
        "This letter summarises the findings of the monitoring visit to Bury children’s",
        "This letter summarises the findings of the joint targeted area inspection of Bury",
        "This is the letter of an assurance visit. It has the findings of the assurance visit to",
    ],
)
def test_a_letter_about_another_event_than_its_subject_is_a_problem(
    read_pdf: ReadPdf, first: str
) -> None:
    sheet = letter(first=(first, "services on 12 and 13 May 2025.")).heading("Main findings")
    sheet.paragraph("Ofsted will use the findings from this focused visit.")
    report = read_pdf(sheet.paragraph("Yours sincerely").paragraph("Ann Lee", "HMI").pdf())
    assert "kind_mismatch" in codes(report)


def test_a_letter_that_calls_its_visit_another_kind_is_a_problem(read_pdf: ReadPdf) -> None:
    first = (
        "This letter summarises the findings of the focused visit to Bury children’s",
        "services on 12 and 13 May 2025. This was the {} visit.",
    )
    called = (first[0], first[1].format("third monitoring"))
    assert codes(read_pdf(closed(letter(first=called)))) == {"kind_mismatch"}
    for words in ("first focused", "first since a monitoring", "second full"):
        called = (first[0], first[1].format(words))
        assert read_pdf(closed(letter(first=called))).problems == ()


@pytest.mark.parametrize(
    ("subject", "sentence"),
    [
        ("Bury, Bolton", "Bury, Bolton"),
        ("Bury and Bolton", "Bury and Bolton"),
        ("Bury", "Bury and Bolton"),
        ("Bury", "Bolton, Bury"),
        ("Bury", "Bury, and the City of Salford"),
        ("Bury with Blackburn with Darwen", "Bury"),
        ("Cumberland", "Cumberland, Westmorland and Furness"),
        ("Kingston and Richmond", "Kingston and Richmond"),
        ("Bury and the neighbouring district", "Bury and the neighbouring district"),
    ],
)
def test_a_letter_to_several_councils_is_a_problem(
    read_pdf: ReadPdf, subject: str, sentence: str
) -> None:
    first = (
        f"This letter summarises the findings of the focused visit to {sentence}",
        "children’s services on 12 and 13 May 2025.",
    )
    report = read_pdf(
        closed(letter(subject=(f"Focused visit to {subject} children’s services",), first=first))
    )
    assert (report.authority, codes(report)) == (None, {"authority_unknown"})


@pytest.mark.parametrize(
    "name",
    [
        "Bournemouth, Christchurch and Poole",
        "Cheshire West and Chester",
        "Blackburn with Darwen Borough Council",
        "Bristol, City of",
        "Royal Borough of Windsor and Maidenhead",
        "Bath & North East Somerset",
    ],
)
def test_the_name_of_one_council_may_look_like_those_of_several(
    read_pdf: ReadPdf, name: str
) -> None:
    first = (
        "This letter summarises the findings of the focused visit to",
        f"{name} children’s services on 12 and 13 May 2025.",
    )
    sheet = letter(subject=(f"Focused visit to {name} children’s services",), first=first)
    report = read_pdf(closed(sheet))
    assert report.authority is not None
    assert report.problems == ()
