"""The role of each line of a section."""

from __future__ import annotations

import pytest

from reports.layouts.shared.scanner import scan
from reports.layouts.shared.typed_lines import Role, Scan
from reports.text.document import Document, Line, Rule
from reports.text.plain import read_plain

ITEM, MORE, SUB, UNCLEAR = Role.ITEM, Role.CONTINUATION, Role.SUB_ITEM, Role.UNCLEAR
LEFT, PITCH = 72.0, 14.5


def text(source: str, *, numbered: bool = False) -> Scan:
    """The roles of lines of plain text."""
    document = read_plain(source.encode(), name="list.txt")
    return scan(document.lines, document=document, numbered=numbered)


def printed(*lines: tuple[str, float, float], small: tuple[str, ...] = ()) -> Scan:
    """The roles of printed lines: words, indent and the pitches below the line before."""
    placed: list[Line] = []
    y = 700.0
    for words, indent, step in lines:
        y -= step * PITCH
        size = 8.0 if words in small else 12.0
        placed.append(Line(words, 1, LEFT + indent, y, size, 400))
    document = Document("list.pdf", 1, tuple(placed), positioned=True, body_size=12.0)
    return scan(placed, document=document)


def roles(found: Scan) -> list[Role]:
    """The roles in order."""
    return [role for _, role in found.lines]


def test_a_line_without_a_hanging_indent_goes_on_with_its_item() -> None:
    found = printed(
        ("• The quality of plans, so that", 0, 1), ("children are safe.", 0, 1),
        ("• Supervision by managers.", 0, 2), ("Managers know this.", 0, 1), ("• Visits.", 0, 2),
    )  # fmt: skip
    assert roles(found) == [ITEM, MORE, ITEM, MORE, ITEM]
    assert found.doubts == []


@pytest.mark.parametrize("indent", [18, 0])
def test_an_item_without_its_mark_is_unclear(indent: float) -> None:
    found = printed(
        ("• The quality of plans, so that", 0, 1), ("children are safe.", 18, 1),
        ("Supervision by managers.", indent, 2), ("• Visits.", 0, 2),
    )  # fmt: skip
    assert roles(found) == [ITEM, MORE, UNCLEAR, ITEM]
    assert [doubt.text for doubt in found.doubts] == ["Supervision by managers."]


def test_small_type_is_a_footnote_only_at_the_foot_of_its_page() -> None:
    found = printed(
        ("• The quality of plans.", 0, 1), ("Set small by mistake.", 18, 1), ("• Visits.", 0, 2),
        ("1 A note.", 0, 9), small=("Set small by mistake.", "1 A note."),
    )  # fmt: skip
    by_text = {line.text: role for line, role in found.lines}
    assert by_text["1 A note."] is Role.FOOTNOTE
    assert by_text["Set small by mistake."] is UNCLEAR


def test_words_behind_a_raised_mark_go_on_in_their_line() -> None:
    found = printed(
        ("• The sharing of Operation Encompass", 0, 1),
        ("with schools.", 230, 0),
        ("• Visits.", 0, 2),
    )
    assert [item.text for item in found.items] == [
        "The sharing of Operation Encompass with schools.",
        "Visits.",
    ]


def test_a_paragraph_under_the_list_is_prose() -> None:
    found = printed(
        ("• The quality of plans, so that", 10, 1), ("children are safe.", 28, 1),
        ("Inspectors will return within a year to see what has become of this.", 0, 2),
    )  # fmt: skip
    assert roles(found) == [ITEM, MORE, Role.PROSE]
    assert found.doubts == []


@pytest.mark.parametrize(
    "source",
    [
        "• Plans. • Visits. • Staff.",
        "- Plans. - Visits. - Staff.",
        "• Plans.\n• Visits. • Staff.",
        "➢ Plans. ➢\nVisits. ➢ Staff.",
    ],
)
def test_marks_within_a_line_start_items(source: str) -> None:
    assert [item.text for item in text(source).items] == ["Plans.", "Visits.", "Staff."]


def test_items_in_lower_case_may_share_lines() -> None:
    words = "the timeliness of all visits to children who live in homes far away"
    found = text(f"• {words} • the quality\nof plans • homes\n\n{words} {words}")
    assert [item.text for item in found.items][:2] == [words, "the quality of plans"]
    assert [doubt.text for doubt in found.doubts] == [f"{words} {words}"]


def test_marks_that_are_deeper_on_the_next_page_are_items_where_the_list_has_no_parts() -> None:
    found = text("  - Plans.\n  - Visits.\f      - Staff.\n      - Homes.")
    assert [item.text for item in found.items] == ["Plans.", "Visits.", "Staff.", "Homes."]
    nested = text("- Plans:\n    – for children\n    – for carers\f    – for staff\n- Homes.")
    assert [item.text for item in nested.items] == [
        "Plans: for children for carers for staff",
        "Homes.",
    ]


@pytest.mark.parametrize(
    "source",
    [
        "e Plans.\n- Visits.\n- Staff.",
        '- Plans.\n" Visits.\n- Staff.',
        "- Plans.\nVisits.\n- Staff.",
        "Plans.\n- Visits.\n- Staff.",
        "- Plans.\n- Visits.\n\nStaff.",
        "- Plans.\n  - Visits.\n- Staff.",
        "• Plans.\n– Visits.\n• Staff.",
        "• Plans.\n    o Visits.\n    o Staff.",
        "- the plans\n- the visits\n\nthe staff\n- the homes",
        "- the plans of all\n  children\n- the visits\nthe staff\n- the homes",
        "- Plans, including:\n- chronologies\n- assessments",
        "- the plans of all\n  children.\n- the visits.\nThese areas were named before.",
        "    - the plans\n    - the visits\n- Staff.\n- Homes.",
        "- Plans\n- Visits\n\n      - Staff\n      - Homes",
        "- Plans\n- Visits\n      - Staff\n      - Homes",
        "- the plans\n- the visits\n      - the staff\n      - the homes",
        "- the plans\nthe visits of workers to children in need\n- the homes",
        "- the plans;\n  the visits\n- the homes",
        "- the plans of all the children; and\n  the visits\n- the homes",
        "- Plans\n– timeliness\n– reviews\n- Visits",
        "- Plans\na Section 20 review of placements by managers\n- Homes",
        "- Plans\neHomes for children who come into care\n- Visits",
    ],
)
def test_a_line_that_fits_nothing_is_reported(source: str) -> None:
    assert text(source).doubts


@pytest.mark.parametrize("mark", ["•", "1.", "(viii)"])
def test_wide_space_behind_a_mark_is_not_a_column(mark: str) -> None:
    numbered = mark == "1."
    listed = f"  {mark}     Plans of children.\n         The timeliness of visits."
    assert not any("columns" in doubt.why for doubt in text(listed, numbered=numbered).doubts)
    apart = f"  {mark}     Plans of children.      The timeliness of visits."
    assert any("columns" in doubt.why for doubt in text(apart, numbered=numbered).doubts)


def test_other_marks_below_a_colon_start_parts() -> None:
    found = text("• Plans, including:\n- chronologies\n- assessments\n• Homes.")
    assert [item.text for item in found.items] == [
        "Plans, including: chronologies assessments",
        "Homes.",
    ]
    assert found.doubts == []


@pytest.mark.parametrize("indent", ["\t", "    "])
def test_a_tab_indents_like_spaces(indent: str) -> None:
    found = text(f"- Plans, including:\n{indent}- chronologies\n{indent}- assessments\n- Homes.")
    assert [item.text for item in found.items] == [
        "Plans, including: chronologies assessments",
        "Homes.",
    ]


def test_dashes_of_two_lengths_are_one_kind_of_mark() -> None:
    assert [item.text for item in text("- Plans.\n– Visits.\n- Staff.").items] == [
        "Plans.",
        "Visits.",
        "Staff.",
    ]


def drawn(*lines: tuple[str, float, float]) -> Scan:
    """The roles of the indented lines of a page that has other lines at its margin."""
    margin = [Line("Words of a paragraph", 1, LEFT, y, 12.0, 400) for y in (760.0, 745.5, 731.0)]
    y = 700.0
    placed: list[Line] = []
    for words, indent, step in lines:
        y -= step * PITCH
        placed.append(Line(words, 1, LEFT + indent, y, 12.0, 400))
    document = Document("web.pdf", 1, (*margin, *placed), positioned=True, body_size=12.0)
    return scan(placed, document=document)


def with_shapes(*lines: tuple[str, float, float, bool]) -> Scan:
    """The roles of lines of a page of which some have a drawn bullet to their left."""
    margin = [Line("Words of a paragraph", 1, LEFT, y, 12.0, 400) for y in (760.0, 745.5, 731.0)]
    y = 700.0
    placed: list[Line] = []
    shapes: list[Rule] = []
    for words, indent, step, marked in lines:
        y -= step * PITCH
        x = LEFT + indent
        placed.append(Line(words, 1, x, y, 12.0, 400))
        if marked:
            shapes.append(Rule(x - 12, y + 2, x - 8, y + 6))
    document = Document(
        "web.pdf", 1, (*margin, *placed), positioned=True, body_size=12.0,
        shapes=lambda _: tuple(shapes),
    )  # fmt: skip
    return scan(placed, document=document)


def test_a_drawn_bullet_starts_an_item_however_its_lines_are_set() -> None:
    found = with_shapes(
        ("Leaders should improve:", 0, 1, False),
        ("The quality of plans. Supervision and", 30, 2, True),
        ("Visits by managers", 30, 1, False),
        ("The recording of visits", 30, 1, True), ("in homes", 50, 1, True),
        ("in schools", 50, 1, True), ("Housing", 30, 1, True),
    )  # fmt: skip
    assert [item.text for item in found.items] == [
        "The quality of plans. Supervision and Visits by managers",
        "The recording of visits in homes in schools",
        "Housing",
    ]
    assert found.doubts == []


def test_drawn_bullets_in_a_second_column_are_reported() -> None:
    found = with_shapes(("The plans.", 30, 1, True), ("Visits.", 30, 1, True),
                        ("Homes.", 260, -1, True))  # fmt: skip
    assert [item.text for item in found.items] == ["The plans.", "Visits.", "Homes."]
    assert found.doubts


def test_a_bullet_that_is_drawn_among_written_ones_starts_an_item() -> None:
    found = with_shapes(
        ("▪ the quality of plans; and", 30, 1, False), ("the timeliness of visits", 42, 1, True),
        ("▪ the homes of children,", 30, 1, False), ("and of carers", 42, 1, False),
        ("in schools", 60, 1, True),
    )  # fmt: skip
    assert [item.text for item in found.items] == [
        "the quality of plans; and",
        "the timeliness of visits",
        "the homes of children, and of carers in schools",
    ]
    assert found.doubts == []


def test_an_item_in_lower_case_without_its_drawn_bullet_is_reported() -> None:
    first, last = ("the visits to children in", 30, 1, True), ("the homes", 30, 1, True)
    assert with_shapes(first, ("the plans", 30, 2, False), last).doubts
    assert with_shapes(first, ("need", 30, 1, False), last).doubts == []


def test_the_small_circle_of_word_starts_a_part() -> None:
    found = printed(
        ("• The quality of plans", 0, 1), ("o timeliness", 18, 1), ("o use of", 18, 1),
        ("chronologies", 36, 1), ("• Visits", 0, 1),
    )  # fmt: skip
    assert [item.text for item in found.items] == [
        "The quality of plans timeliness use of chronologies",
        "Visits",
    ]
    assert roles(found) == [ITEM, SUB, SUB, MORE, ITEM]
    assert found.doubts == []


def test_a_line_outside_of_a_list_with_drawn_bullets_is_reported() -> None:
    listed = (("The plans.", 30, 1, True), ("Visits.", 30, 1, True))
    assert with_shapes(*listed, ("Supervision.", 0, 2, False)).doubts
    assert with_shapes(("Supervision.", 0, 1, False), *listed).doubts


def test_a_line_above_a_list_with_drawn_bullets_may_be_an_item() -> None:
    listed = (("The visits.", 30, 2), ("The plans.", 30, 2))
    assert drawn(("The quality of help.", 0, 1), *listed).doubts
    assert not drawn(("Leaders should improve:", 0, 1), *listed).doubts


def test_the_rest_of_a_sentence_below_a_wide_space_is_reported() -> None:
    assert drawn(("The visits that", 30, 1), ("workers make.", 30, 2), ("Plans.", 30, 2)).doubts


def test_numbers_and_titles() -> None:
    found = text(
        "Leadership\n\n151. Improve plans,\n     and visits.\n\n"
        "Quality of practice\n\n152. Train staff.",
        numbered=True,
    )
    assert roles(found) == [Role.TITLE, ITEM, MORE, Role.TITLE, ITEM]
    assert [item.number for item in found.items] == [151, 152]


@pytest.mark.parametrize("whose", ["children's", "children’s"])
def test_numbered_items_on_one_line_are_divided_whatever_their_apostrophes(whose: str) -> None:
    found = text(
        f"1. Improve {whose} plans. 2. Improve the visits to them.\n3. Improve supervision.",
        numbered=True,
    )
    assert [item.number for item in found.items] == [1, 2, 3]
    assert found.doubts == []


def test_the_rest_of_a_sentence_below_a_semicolon_is_reported() -> None:
    found = drawn(
        ("What follows needs to improve in the council’s own practice.", 0, 1),
        ("Strategy discussions, including timeliness;", 18, 2), ("and planning.", 18, 2),
        ("Visits.", 18, 2),
    )  # fmt: skip
    assert any("may continue" in doubt.why for doubt in found.doubts)


@pytest.mark.parametrize("first", ["Plans for children in need.", "Plans, so that " + "x" * 60])
def test_a_first_item_of_text_may_have_lost_its_indent_with_its_mark(first: str) -> None:
    found = text(f"{first}\n    - Visits.\n    - Supervision.")
    assert [doubt.text for doubt in found.doubts] == [first]


@pytest.mark.parametrize("lead_in", ["should improve the following:", "should improve these:"])
@pytest.mark.parametrize("indent", ["", "  "])
def test_a_first_item_without_its_mark_may_be_in_the_lead_in(lead_in: str, indent: str) -> None:
    found = text(f"Leaders {lead_in}\nStaff supervision.\n{indent}- Plans.\n{indent}- Visits.")
    assert [doubt.text for doubt in found.doubts] == [f"Leaders {lead_in} Staff supervision."]


@pytest.mark.parametrize(
    ("words", "doubted"),
    [
        ("Management oversight of plans, so that children who wait for help are safe.", True),
        ("Leaders have improved most services, and children are safer than they were.", False),
    ],
)
def test_a_long_first_line_without_its_mark_may_be_an_item(words: str, doubted: bool) -> None:
    found = printed((words, 0, 1), ("• Plans for children.", 0, 2), ("• Visits.", 0, 2))
    assert bool(found.doubts) is doubted


@pytest.mark.parametrize(("indent", "doubted"), [(18, True), (0, False)])
def test_the_last_words_of_a_numbered_item_are_not_lost_as_a_title(
    indent: float, doubted: bool
) -> None:
    lines = [("1. Visits by partners in Greater", 0), ("Manchester", indent), ("2. Plans", 0)]
    placed = [
        Line(words, 1, LEFT + x, 700 - at * PITCH, 12.0) for at, (words, x) in enumerate(lines)
    ]
    document = Document("list.pdf", 1, tuple(placed), positioned=True, body_size=12.0)
    doubts = scan(placed, document=document, numbered=True).doubts
    assert [doubt.text for doubt in doubts] == (["Manchester"] if doubted else [])


@pytest.mark.parametrize(("above", "doubted"), [("Greater", True), ("Greater Bury.", False)])
def test_the_last_words_of_a_numbered_item_on_the_next_page_are_not_lost_as_a_title(
    above: str, doubted: bool
) -> None:
    words = [(f"1. Visits by partners in {above}", 1), ("Manchester", 2), ("2. Plans", 2)]
    placed = [
        Line(text, page, LEFT, 700 - at * PITCH, 12.0) for at, (text, page) in enumerate(words)
    ]
    document = Document("list.pdf", 2, tuple(placed), positioned=True, body_size=12.0)
    doubts = scan(placed, document=document, numbered=True).doubts
    assert [doubt.text for doubt in doubts] == (["Manchester"] if doubted else [])


def test_another_mark_in_the_place_of_the_lists_own_is_reported() -> None:
    assert [doubt.text for doubt in text("• plans\n– visits\n• homes").doubts] == ["– visits"]
    assert text("• plans for:\n– children in need\n– care leavers").doubts == []
    assert text("• plans for\n  – children in need\n  – care leavers").doubts == []


def test_a_lead_in_ends_in_a_colon() -> None:
    found = text("Leaders should improve:\n\n- plans;\n- visits.")
    assert roles(found) == [Role.LEAD_IN, ITEM, ITEM]
    assert found.doubts == []


@pytest.mark.parametrize(
    ("title", "what"),
    [
        ("Inspectors also noted the following strengths:", "strengths"),
        (
            "At the last inspection, the areas for improvement were:",
            "areas from an earlier inspection",
        ),
        ("The following are for partner agencies:", "areas for another body"),
        ("The police should also:", "areas for another body"),
        ("Inspectors were also impressed by:", "other matters"),
        ("The following have improved:", "other matters"),
    ],
)
def test_a_lead_in_below_the_items_may_introduce_another_list(title: str, what: str) -> None:
    found = text(f"- Plans.\n- Visits.\n\n{title}\n\n- Early help.")
    assert [(doubt.text, doubt.why) for doubt in found.doubts] == [
        (title, f"may introduce a list of {what}")
    ]


@pytest.mark.parametrize("title", ["Strengths", "What is working well", "Case study"])
def test_a_title_may_introduce_a_list_that_is_not_of_areas(title: str) -> None:
    lines = [("• Plans.", 700.0, 400), (title, 670.0, 700), ("• Early help.", 640.0, 400)]
    placed = [Line(words, 1, LEFT, y, 12.0, weight) for words, y, weight in lines]
    document = Document("list.pdf", 1, tuple(placed), positioned=True, body_size=12.0)
    assert [doubt.text for doubt in scan(placed, document=document).doubts] == [title]


@pytest.mark.parametrize(
    "lead_in",
    [
        "In addition to those of the last inspection, these areas were found at this visit:",
        "Practice is stronger. The council and its partners should improve:",
    ],
)
def test_a_lead_in_may_name_an_earlier_inspection_or_partners(lead_in: str) -> None:
    assert text(f"{lead_in}\n\n- Plans.\n- Visits.").doubts == []


@pytest.mark.parametrize(
    "title", ["Within three months:", "Leaders should also improve:", "Children in care:"]
)
def test_a_lead_in_may_divide_a_list(title: str) -> None:
    assert text(f"- Plans.\n- Visits.\n\n{title}\n\n- Early help.").doubts == []


def test_a_word_printed_across_the_page_is_not_part_of_an_item() -> None:
    words = [
        ("• Plans for children", 700.0, 12.0),
        ("DRAFT", 690.0, 60.0),
        ("in need.", 686.0, 12.0),
    ]
    placed = [Line(text, 1, LEFT, y, size, 400) for text, y, size in words]
    document = Document("list.pdf", 1, tuple(placed), positioned=True, body_size=12.0)
    found = scan(placed, document=document)
    assert [item.text for item in found.items] == ["Plans for children in need."]
    assert [doubt.text for doubt in found.doubts] == ["DRAFT"]


@pytest.mark.parametrize(
    "marks", [("(a)", "(b)"), ("a.", "b."), ("i)", "ii)"), ("1.1", "1.2"), ("(1)", "(2)")]
)
@pytest.mark.parametrize("indent", [18, 0])
def test_letters_and_numbers_that_count_up_mark_items(
    marks: tuple[str, str], indent: float
) -> None:
    found = printed(
        (f"{marks[0]} The quality of plans, so that", 0, 1), ("children are safe.", indent, 1),
        (f"{marks[1]} Visits.", 0, 2),
    )  # fmt: skip
    expected = ["The quality of plans, so that children are safe.", "Visits."]
    assert [item.text for item in found.items] == expected
    assert found.doubts == []
    found = text(f"{marks[0]} The quality of plans\n{marks[1]} Visits")
    assert [item.text for item in found.items] == ["The quality of plans", "Visits"]
    assert found.doubts == []


@pytest.mark.parametrize("marks", [("(a)", "(c)"), ("(b)", "(c)"), ("1.1", "2.1"), ("(a)", "b.")])
def test_letters_and_numbers_that_do_not_count_up_mark_nothing(marks: tuple[str, str]) -> None:
    assert text(f"{marks[0]} The quality of plans.\n{marks[1]} Visits.").items == []


def test_letters_of_parts_mark_no_items() -> None:
    found = printed(
        ("1.1 Plans are late:", 0, 1), ("(i) in court;", 18, 1), ("(ii) in care.", 18, 1),
        ("1.2 Visits.", 0, 2),
    )  # fmt: skip
    assert [i.text for i in found.items] == [
        "Plans are late: (i) in court; (ii) in care.",
        "Visits.",
    ]
    found = printed(
        ("• Plans are late:", 0, 1), ("(a) in court;", 18, 1), ("(b) in care.", 18, 1),
        ("• Visits.", 0, 2),
    )  # fmt: skip
    assert [i.text for i in found.items] == [
        "Plans are late: (a) in court; (b) in care.",
        "Visits.",
    ]
    found = printed(("(a) Plans.", 0, 1), ("(b) Visits.", 18, 1))
    assert [item.text for item in found.items] != ["Plans.", "Visits."]


def test_a_dash_without_a_space_marks_an_item_after_a_sentence() -> None:
    found = text("-The quality of plans\nfor children.\n-Visits.")
    assert [item.text for item in found.items] == ["The quality of plans for children.", "Visits."]
    found = printed(("- The quality of plans.", 0, 1), ("-Visits.", 0, 1))
    assert [item.text for item in found.items] == ["The quality of plans.", "Visits."]
    assert text("The work of multi\n-Agency teams.\n-Agency visits.").items == []
    assert text("-Visits are late.").items == []


def test_a_number_with_decimals_starts_no_item() -> None:
    found = text("1. Plans of more than\n2.5 years are late.\n2. Visits.", numbered=True)
    assert [item.text for item in found.items] == ["Plans of more than", "Visits."]
    assert [doubt.text for doubt in found.doubts] == ["2.5 years are late."]
