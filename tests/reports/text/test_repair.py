"""Characters that came out wrong."""

from __future__ import annotations

import pytest

from reports.text.clean import clean_line, join_lines
from reports.text.plain import read_plain
from reports.text.repair import damage, damage_signs, repaired


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
    ],
)
def test_whole_words_are_not_damaged(text: str) -> None:
    assert damage(text) is None


def test_the_signs_of_windows_are_kept() -> None:
    assert clean_line("children\x92s \x93plan\x94 \x96 now") == "children’s “plan” – now"


def test_ligatures_are_letters() -> None:
    assert clean_line("ﬁndings of eﬀect, aﬄuent") == "findings of effect, affluent"


def test_a_soft_hyphen_goes_where_lines_are_joined() -> None:
    lines = [clean_line("super\u00ad"), clean_line("vision of so\u00adcial work")]
    assert join_lines(lines) == "supervision of social work"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("childrenâ€™s services cost Â£5", "children’s services cost £5"),
        ("children&#8217;s &amp; carers", "children’s & carers"),
        ("\\- An item\\.", "- An item."),
    ],
)
def test_what_converters_did_to_plain_text_is_undone(source: str, text: str) -> None:
    document = read_plain(source.encode(), name="letter.txt")
    assert [line.text for line in document.lines] == [text]
