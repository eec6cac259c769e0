"""Files that hold several documents, or a letter that is not whole, never read as one letter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.errors import ConfigurationError
from reports.model import Reading
from reports.page_range import PageRange
from reports.reader import read_bytes
from reports.register import Register
from tests.reports.conftest import ReadPdf, Reads, codes, texts
from tests.reports.documents import ILACS_2018, ILACS_2023, as_text
from tests.reports.printed import Sheet

NEEDS = "What needs to improve in this area of social work practice?"
HEAD = """\
{date}

Dear Ms Roe

Focused visit to {council} children’s services

This letter summarises the findings of the focused visit to {council} children’s services on 12 and
13 May 2025. His Majesty’s Inspectors for this visit were Ann Lee and Bo Hay.

Headline findings

Care leavers are well supported.
"""
LIST = f"""
{NEEDS}

- {{area}}

Main findings

- Advisers know their care leavers well.
"""
END = """
Ofsted will take the findings into account when planning the next inspection.

Yours sincerely

Ann Lee
His Majesty’s Inspector
"""


def letter(council: str = "Bury", area: str = "The quality of pathway plans.") -> str:
    head = HEAD.format(council=council, date="20 June 2025")
    return head + LIST.format(area=area) + END


def read(register: Register, text: str) -> Reading:
    return read_bytes(text.encode(), name="letter.txt", register=register)


def test_a_whole_letter_has_no_problem(register: Register) -> None:
    assert read(register, letter()).problems == ()


@pytest.mark.parametrize("between", ["\f", "", "\fAgenda item 7\n\n"])
def test_a_second_letter_is_not_read_as_part_of_the_first(register: Register, between: str) -> None:
    pack = letter() + between + letter("Salford", "The timeliness of visits.")
    report = read(register, pack)
    assert report.authority is not None
    assert (report.authority.name, texts(report)) == ("Bury", ["The quality of pathway plans."])
    (problem,) = report.problems
    assert (problem.code, problem.page) == ("several_documents", 2 if "\f" in between else 1)


@pytest.mark.parametrize("greeting", ["Dear Mr. Roe", "Dear director"])
def test_a_letter_starts_with_any_greeting(register: Register, greeting: str) -> None:
    second = letter("Salford").replace("Dear Ms Roe", greeting)
    assert codes(read(register, f"{letter()}\f{second}")) == {"several_documents"}


def test_a_letter_after_a_report_of_an_inspection(register: Register) -> None:
    report = read(register, as_text(ILACS_2023).decode() + "\f" + letter("Havering"))
    assert len(texts(report)) == len(ILACS_2023.areas)
    assert codes(report) == {"several_documents"}


def test_two_reports_of_inspections(register: Register) -> None:
    report = read(register, "\f".join(as_text(r).decode() for r in (ILACS_2018, ILACS_2023)))
    assert codes(report) == {"several_documents"}
    assert report.judgements == read(register, as_text(ILACS_2018).decode()).judgements


def test_a_report_behind_the_papers_of_a_meeting_is_found(register: Register) -> None:
    papers = "\n\n".join(["Agenda", *(f"Members noted paper number {n}." for n in range(99))])
    report = read(register, papers + "\f" + letter())
    assert texts(report) == ["The quality of pathway plans."]
    assert [(p.code, p.page) for p in report.problems] == [("several_documents", 2)]


def test_a_letter_that_stops_early_is_incomplete(register: Register) -> None:
    head = HEAD.format(council="Bury", date="20 June 2025")
    assert codes(read(register, head)) == {"incomplete"}
    assert "incomplete" in codes(read(register, head + LIST.format(area="The plans.")))


def test_a_signature_alone_ends_a_letter(register: Register) -> None:
    assert read(register, letter().replace("Yours sincerely\n", "")).problems == ()


def test_pages_in_the_wrong_order_are_a_problem(register: Register) -> None:
    head = HEAD.format(council="Bury", date="20 June 2025")
    body = LIST.format(area="The plans.")
    assert "incomplete" in codes(read(register, f"{body}{END}\f{head}"))
    assert "incomplete" in codes(read(register, f"{head}\f{END}\f{body}"))


@pytest.mark.parametrize("order", [(1, 0, 2), (0, 2, 1, 3)])
def test_sections_out_of_order_show_misplaced_pages(
    register: Register, order: tuple[int, ...]
) -> None:
    text = letter()
    at = [text.index(title) for title in ("Headline", NEEDS, "Main findings")]
    pages = [text[a:b] for a, b in zip([0, *at], [*at, None], strict=True)]
    pages = pages if len(order) == 4 else [pages[0], pages[1] + pages[2], pages[3]]
    assert "incomplete" in codes(read(register, "\f".join(pages[n] for n in order)))
    assert read(register, "\f".join(pages)).problems == ()


def test_a_footnote_at_the_foot_of_a_page_breaks_off_no_sentence(register: Register) -> None:
    broken = "Care leavers are well supported by workers who\n\n1\n  A note about workers.\n\n1\n"
    text = letter().replace("Care leavers are well supported.", f"{broken}\fknow them well.")
    assert read(register, text).problems == ()


def test_a_footnote_may_follow_the_signature(register: Register) -> None:
    note = (
        "\n2\n  The regulations say which agency writes the statement and which agencies help it.\n"
    )
    assert read(register, letter() + note).problems == ()


def test_a_second_letter_without_a_salutation_is_not_part_of_the_first(register: Register) -> None:
    other = letter("Salford", "The timeliness of visits.").replace("Dear Ms Roe", "To the director")
    report = read(register, f"{letter()}\f{other}")
    assert texts(report) == ["The quality of pathway plans."]
    assert codes(report) == {"several_documents"}


def test_two_inspections_of_one_month(register: Register) -> None:
    report = as_text(ILACS_2018).decode()
    assert codes(read(register, f"{report}\f{report}")) == {"several_documents"}


def test_a_broken_sentence_shows_a_missing_page(read_pdf: ReadPdf) -> None:
    def pages(*, last: str, first: str) -> Reading:
        sheet = Sheet().line("20 June 2025").paragraph("Dear Ms Roe")
        sheet.heading("Focused visit to Bury children’s services")
        sheet.paragraph("This letter summarises the findings of the focused visit to Bury")
        sheet.line("children’s services on 12 and 13 May 2025.").heading("Main findings")
        sheet.paragraph("Workers see children often.", last).page()
        sheet.line(first).item("Managers know the work.").paragraph("Yours sincerely")
        return read_pdf(sheet.paragraph("Ann Lee", "His Majesty’s Inspector").pdf())

    assert pages(last="Plans are clear and", first="shared with families.").problems == ()
    assert codes(pages(last="Plans are clear and", first="• Audits are done.")) == {"incomplete"}
    assert codes(pages(last="• plans; and", first="• Audits are done.")) == {"incomplete"}
    assert codes(pages(last="• plans; and", first="– audits.")) == {"incomplete"}
    assert codes(pages(last="• plans; and", first="• audits.")) == set()
    assert codes(pages(last="Plans are clear.", first="of the children.")) == {"incomplete"}
    cut = "Their plans are clear, and they say what every member of a family"
    assert codes(pages(last=cut, first="The council has audited them.")) == {"incomplete"}
    assert pages(last=cut, first="Bury has audited.").problems == ()


@pytest.mark.parametrize(
    ("numbers", "whole"),
    [
        (("1", "2", "3"), True),
        (("7", "8", "9"), True),
        (("1", "2", "4"), False),
        (("1", "3", "2"), False),
        (("Page 1 of 3", "Page 2 of 3", "Page 3 of 3"), True),
        (("Page 1 of 4", "Page 2 of 4", "Page 3 of 4"), False),
        (("", "2", "4"), False),
    ],
)
def test_page_numbers_must_follow_each_other(
    register: Register, numbers: tuple[str, ...], whole: bool
) -> None:
    text = letter().replace("\nHeadline", f"\n{numbers[0]}\n\fHeadline")
    text = text.replace("\nMain findings", f"\n{numbers[1]}\n\fMain findings")
    report = read(register, text + f"\n{numbers[2]}\n")
    assert codes(report) == (set() if whole else {"incomplete"})
    assert texts(report) == ["The quality of pathway plans."]


@pytest.mark.parametrize(
    ("numbers", "whole"),
    [
        (("Page 1 of 3", "Page 2 of 3", "Page 3 of 3"), True),
        (("Page 1", "Page 2", "Page 3"), True),
        (("Page 1 of 4", "Page 2 of 4", "Page 3 of 4"), False),
        (("Page 1 of 4", "Page 2 of 4", "Page 4 of 4"), False),
        (("Page 1 of 3", "Page 3 of 3", "Page 2 of 3"), False),
    ],
)
def test_lines_with_page_numbers_part_the_pages_of_a_text(
    register: Register, numbers: tuple[str, ...], whole: bool
) -> None:
    text = letter().replace("\nHeadline", f"\n{numbers[0]}\n\nHeadline")
    text = text.replace("\nMain findings", f"\n{numbers[1]}\n\nMain findings")
    report = read(register, text + f"\n{numbers[2]}\n")
    assert codes(report) == (set() if whole else {"incomplete"})


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\v", "\u2028", "\u2029"])
def test_every_line_end_of_a_text_ends_a_line(register: Register, end: str) -> None:
    """Word writes a vertical tab where a line is broken by hand."""
    areas = f"The quality of{end}pathway plans.{end}- The timeliness of visits."
    assert texts(read(register, letter(area=areas))) == [
        "The quality of pathway plans.",
        "The timeliness of visits.",
    ]


def test_a_form_feed_at_the_end_of_a_text_begins_no_page(register: Register) -> None:
    """`pdftotext` ends each page with a form feed, the last page too."""
    text = letter().replace("\nHeadline", "\nPage 1 of 3\n\fHeadline") + "\nPage 2 of 3\n"
    assert codes(read(register, text)) == {"incomplete"}
    report = read(register, f"{text}\f")
    assert (codes(report), report.pages) == ({"incomplete"}, 2)


def test_one_page_of_the_two_kinds(reads: Reads) -> None:
    for report in reads.both(ILACS_2023):
        assert report.problems == ()


def test_chosen_pages_are_read_alone(register: Register) -> None:
    pack = "\f".join(
        ["Agenda", letter(), letter("Salford", "The timeliness of visits."), "Minutes"]
    )
    report = read_bytes(
        pack.encode(), name="pack.txt", register=register, pages=PageRange.parse("3")
    )
    assert report.problems == ()
    assert report.authority is not None
    assert (report.authority.name, report.page_range) == ("Salford", "3")
    assert [(area.text, area.page) for area in report.improvement_areas] == [
        ("The timeliness of visits.", 3)
    ]
    late = read_bytes(pack.encode(), name="pack.txt", register=register, pages=PageRange(5, 9))
    assert (codes(late), late.page_range) == ({"pages_missing"}, "5-9")


def test_a_problem_in_a_letter_of_a_pack_gives_its_page_in_the_pack(register: Register) -> None:
    undated = letter().replace(" on 12 and\n13 May 2025", "")
    report = read_bytes(
        f"Agenda\f{undated}".encode(), name="pack.txt", register=register, pages=PageRange(2)
    )
    assert [(problem.code, problem.page) for problem in report.problems] == [("dates_missing", 2)]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [("12-20", 12, 20), ("12 – 20", 12, 20), ("7", 7, 7), ("7-", 7, None)],
)
def test_a_range_of_pages(text: str, first: int, last: int | None) -> None:
    pages = PageRange.parse(text)
    assert pages == PageRange(first, last)
    assert PageRange.parse(str(pages)) == pages


@pytest.mark.parametrize("text", ["", "0", "-3", "9-2", "a-b", "1,4", "1-2-3"])
def test_text_that_is_not_a_range_of_pages_is_an_error(text: str) -> None:
    with pytest.raises(ConfigurationError, match="--pages"):
        PageRange.parse(text)


def test_a_letter_that_nobody_signed_is_not_whole(register: Register) -> None:
    ended = letter()[: letter().index("Yours sincerely")]
    assert codes(read(register, ended)) == {"incomplete"}
    unsigned = letter().replace("\nAnn Lee\nHis Majesty’s Inspector\n", "2\n")
    assert codes(read(register, unsigned)) == {"incomplete"}


@pytest.mark.parametrize(
    "before",
    [
        "The committee is asked to note the letter of Ofsted.",
        "- The council's own action.",
        "Achievements\tNext steps\nMore homes\tStill more",
    ],
)
@pytest.mark.parametrize("parted", ["\n\n", "\n\f"])
def test_the_paper_before_a_letter_is_not_passed_over(
    register: Register, before: str, parted: str
) -> None:
    paper = f"BURY COUNCIL\n\nCABINET\n\nReport of the Director\n\n{before}{parted}"
    assert "several_documents" in codes(read(register, paper + letter()))


@pytest.mark.parametrize(
    "after",
    [
        "CHILDREN AND FAMILIES COMMITTEE\n\n15 September 2025",
        "Annex: areas of the visit in 2019",
        "Minutes of the meeting\n\nMembers noted the letter.",
        "Council response\n\nThe council accepts the findings.",
        "Achievements\tNext steps",
    ],
)
def test_the_paper_after_a_letter_is_not_passed_over(register: Register, after: str) -> None:
    assert codes(read(register, f"{letter()}\n{after}\n")) == {"incomplete"}


def test_a_page_lost_inside_a_list_leaves_no_end_of_it(register: Register) -> None:
    before, findings = letter().split("Main findings")
    after = findings[findings.index("Ofsted will take") :]
    assert codes(read(register, f"{before}\f{after}")) == {"areas_unclear"}
    assert read(register, f"{before}Main findings\n\nWell done.\n\n\f{after}").problems == ()


def test_a_page_lost_inside_an_item_is_missed(register: Register) -> None:
    for after in ("- Most children get help.", "\nMain findings\n"):
        cut = letter().replace("of pathway plans.", f"of\n\f{after}")
        assert codes(read(register, cut)) >= {"incomplete"}


def test_a_title_repeated_on_each_page_of_a_text_is_still_the_title(register: Register) -> None:
    text = as_text(ILACS_2023).decode()
    title = ILACS_2023.title[0]
    report = read(register, text.replace("What needs", f"{title}\n\fWhat needs", 1))
    assert report.authority is not None
    assert report.authority.name == "Havering"


def test_days_below_their_heading_may_be_the_footer_too(register: Register) -> None:
    text = as_text(ILACS_2023).decode()
    days = "11 to 22 December 2023"
    text = text.replace(f"dates: {days}", f"dates:\n{days}")
    report = read(register, text.replace("What needs", f"{days}\n\fWhat needs", 1))
    assert str(report.inspection_start) == "2023-12-11"


def test_a_page_that_is_twice_in_the_file_is_a_problem(register: Register) -> None:
    head = HEAD.format(council="Bury", date="20 June 2025")
    page = LIST.format(area="The plans.")
    assert codes(read(register, f"{head}\f{page}\f{page}\f{END}")) == {"incomplete"}


def test_a_letter_without_areas_and_findings_lacks_a_page(register: Register) -> None:
    head = HEAD.format(council="Bury", date="20 June 2025")
    assert codes(read(register, f"{head}\f{END}")) == {"incomplete"}
    assert codes(read(register, f"{head}{END}")) == {"incomplete"}
    untitled = head.replace("Headline findings\n\n", "")
    assert codes(read(register, f"{untitled}\f- Plans are good.\n{END}")) == {"incomplete"}
    strengths = "Areas of strength\n\nAdvisers know their care leavers well.\n"
    assert codes(read(register, f"{head}\n{strengths}\f{END}")) == {"incomplete"}


@pytest.mark.parametrize("title", ["Main findings", "Findings", "Findings:"])
def test_a_letter_with_findings_may_have_no_areas(register: Register, title: str) -> None:
    head = HEAD.format(council="Bury", date="20 June 2025")
    report = read(register, f"{head}\f{title}\n\nAdvisers are known well.\n{END}")
    assert (report.improvement_areas, report.problems) == ((), ())


@pytest.mark.parametrize(("items", "whole"), [(3, True), (8, False)])
def test_a_full_page_between_the_parts_of_a_list_is_out_of_order(
    register: Register, items: int, whole: bool
) -> None:
    head = HEAD.format(council="Bury", date="20 June 2025")
    page = "- Visits are regular,\n  and staff prepare\n  well for each.\n" * items
    listed = f"{head}\n{NEEDS}\n\n- The plans.\n\f{page}\f- The audits.\n\nMain findings\n"
    report = read(register, f"{listed}\nWell done.\n{END}")
    assert codes(report) == (set() if whole else {"areas_unclear"})


def numbered_letter(*numbers: int | None, words: str = "") -> str:
    """The pages of a letter with these numbers at the foot of each, after the same words."""
    head = HEAD.format(council="Bury", date="20 June 2025")
    findings = LIST.format(area="The plans.")
    middle = [f"Visit {n} was regular.\n\nIt was made in time.\n" for n in range(len(numbers) - 3)]
    pages = [head, findings, *middle, END]
    feet = [f"\n{f'{words} {n}'.strip()}\n" if n else "" for n in numbers]
    return "\f".join(page + foot for page, foot in zip(pages, feet, strict=True))


@pytest.mark.parametrize("words", ["", "Focused visit, 12 to 13 May 2025"])
def test_numbers_show_that_a_page_is_missing(register: Register, words: str) -> None:
    whole = [(1, 2, 3, 4), (None, 2, 3, 4), (None, 1, 2, 3), (41, 42, 43, 44)]
    for numbers in whole:
        assert read(register, numbered_letter(*numbers, words=words)).problems == ()
    for numbers in [(None, 3, 4, 5), (1, 2, 4, 5), (1, 3, 2, 4)]:
        assert codes(read(register, numbered_letter(*numbers, words=words))) == {"incomplete"}


def test_a_figure_that_stays_the_same_is_not_a_page_number(register: Register) -> None:
    text = numbered_letter(7, 7, 7, 7, words="Department")
    assert read(register, text).problems == ()


def test_numbers_show_that_a_page_of_an_inspection_is_missing(register: Register) -> None:
    text = as_text(ILACS_2023).decode()
    title, rest = text.split("What needs", 1)
    assert read(register, f"{title}\n1\n\fWhat needs{rest}\n2\n").problems == ()
    assert codes(read(register, f"{title}\n1\n\fWhat needs{rest}\n3\n")) == {"incomplete"}


def test_areas_before_the_title_page_of_an_inspection_are_out_of_order(register: Register) -> None:
    rows = tuple((label, "Outstanding") for label, _ in ILACS_2023.rows)
    text = as_text(replace(ILACS_2023, rows=rows, areas_heading=None)).decode()
    assert read(register, text).problems == ()
    for heading in ("What needs to improve?", "Areas for priority action"):
        assert codes(read(register, f"{heading}\n\n- The plans.\n\f{text}")) == {"incomplete"}
