"""Characters that came out wrong."""

from __future__ import annotations

import pytest

from reports.text.clean import clean_line, join_lines
from reports.text.plain import read_plain
from reports.text.repair import damage, damage_signs, glued_figure, repaired


@pytest.mark.parametrize(
    ("damaged", "text"),
    [
        ("children9s plans", "children’s plans"),
        ("the carers9 view of children9s plans", "the carers’ view of children’s plans"),
        ("the MASH9s 8front door9 in 2019", "the MASH’s ‘front door’ in 2019"),
        ("children?s plans", "children’s plans"),
        ("children\ufffds plans", "children’s plans"),
        ("the identi\ufffdcation of risk by o\ufffdcers", "the identification of risk by officers"),
        ("posi\ufffdve ac\ufffdon that wasn\ufffdt late", "positive action that wasn’t late"),
        ("childrenÕs and childrenís plans", "children’s and children’s plans"),
        ("children?s plans and the carers? view", "children’s plans and the carers’ view"),
        ("children`s ‘front door` and plans", "children’s ‘front door’ and plans"),
        ("children=s ‘front door=, plans", "children’s ‘front door’, plans"),
        ("the su ffi ciency of sta ff’s plans", "the sufficiency of staff’s plans"),
        ("The e ff ec ti ve use of (fi ndings).", "The effective use of (findings)."),
        ("The eVective use of staV by oVicers", "The effective use of staff by officers"),
        ("The eVectiveness of effecTve plans", "The effectiveness of effective plans"),
    ],
)
def test_a_certain_repair_is_made(damaged: str, text: str) -> None:
    assert repaired(damaged, damage_signs(damaged)) == text
    assert damage(text) is None


@pytest.mark.parametrize(
    "text", ["aged 9 or 8am", "in 2019.", "8-year-olds", "Year 9", "KS4 and A9"]
)
def test_ordinary_digits_stay(text: str) -> None:
    assert damage_signs(text) == frozenset()
    assert repaired(text, damage_signs(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "The q\ufffdx of plans.",
        "The su ciency of homes.",
        "The suciency of homes.",
        "E ective help.",
        "The sta of the ac on team.",
        "An eff ective plan.",
        "A speci c bene t.",
        "The iden fication of risk.",
        "The children s plans.",
        "The children*s plans.",
        "The children%27s plans.",
        "The children’’s plans.",
        "The councilís plans.",
        "The carersÕ view.",
        "The childrenÔÇÖs plans.",
        "The council_s plans.",
        "The council\\u2019s plans.",
        "The children(cid:146)s plans.",
        "The plans.<br>Visits.",
        "The ofþcers’ plans.",
        "The driŌ of cases.",
        "The \ue000rst plan.",
        "The nal plan.",
        "The ?le of a child.",
        "The setng of aims.",
        "The qua1ity of plans.",
        "The q#ality of plans.",
        "The carers? view.",
        "The carers` view.",
        "The ‘front door?, and plans.",
        "The use of oV-site plans.",
        "The quali fi ng of sta.",
        "The children.s plans.",
        "The children/s plans.",
        "The council-s plans.",
        "Wkh txdolwb ri sodqv iru fklogdq lq qhhg dqg wkhlu sduhqwv.",
    ],
)
def test_what_cannot_be_repaired_is_found(text: str) -> None:
    assert damage(repaired(text, damage_signs(text))) is not None


@pytest.mark.parametrize(
    "text",
    [
        "multi agency work and a field",
        "staff’s plans",
        "s and t",
        "full tracking",
        "and/or child/s",
        "Together4children and Bury2gether",
        "GCSE grades A* to C, with £5 and 50% for R&D",
        "Siân’s café and the naïve 2nd plan",
        "Most children leave care appropriately",
        "Access to STI clinics, and the use of the UID and CLIS, in Chester-le-Street",
        "On the 22 nd of March",
        "The PfA plans of the EHaSH, the iCART and the CiCC",
        "TV, HIV and the parent/s of a child/s",
        "A fence of 6 ft and 10 ft",
    ],
)
def test_whole_words_are_not_damaged(text: str) -> None:
    assert damage(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "plans with schools.1",
        "plans, 2 of (care)2 and",
        "the LADO’s2 work",
        "the PLO1 and plans",
        "the EHCPs2 of children",
        "the MASH1",
        "the CP1 process",
        "plans of 2023.1",
        "the Encompass1 scheme",
        "the Encompass [1] scheme",
        "the Encompass^1 scheme",
    ],
)
def test_a_figure_next_to_a_word_may_be_the_mark_of_a_footnote(text: str) -> None:
    assert glued_figure(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "those aged under 18. Plans (16 and 17) of 2023.",
        "Regulation 44 visits, section 47, s47 and KS4",
        "a room with the code QL23",
        "(paragraph 20) and (pages 13, 31, para.4)",
        "the ‘front door’ in 2019",
    ],
)
def test_other_figures_are_not_marks(text: str) -> None:
    assert glued_figure(text) is None


def test_a_question_is_not_a_plural() -> None:
    text = "children?s plans. Who are the carers? We ask."
    assert repaired(text, damage_signs(text)) == "children’s plans. Who are the carers? We ask."


def test_the_signs_of_windows_are_kept() -> None:
    assert clean_line("children\x92s \x93plan\x94 \x96 now") == "children’s “plan” – now"


def test_ligatures_are_letters() -> None:
    assert clean_line("ﬁndings of eﬀect, aﬄuent") == "findings of effect, affluent"
    assert clean_line("the fıfth visit") == "the fifth visit"


def test_a_soft_hyphen_goes_where_lines_are_joined() -> None:
    lines = [clean_line("super\u00ad"), clean_line("vision of so\u00adcial work")]
    assert join_lines(lines) == "supervision of social work"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("childrenâ€™s services cost Â£5", "children’s services cost £5"),
        ("plansÂ\xa0â€“ and the cafÃ©â€™s", "plans – and the café’s"),
        ("children&#8217;s &amp; carers", "children’s & carers"),
        ("\\- An item\\.", "- An item."),
        ("the Encompass[^1] scheme.^2^ A", "the Encompass scheme. A"),
        ("the Encompass⁽¹⁾ scheme of 5 km^2", "the Encompass scheme of 5 km^2"),
        ("the council\u02bcs plans", "the council’s plans"),
        ("children\x19s plans and su\x03ciency", "children’s plans and sufficiency"),
    ],
)
def test_what_converters_did_to_plain_text_is_undone(source: str, text: str) -> None:
    document = read_plain(source.encode(), name="letter.txt")
    assert [line.text for line in document.lines] == [text]
