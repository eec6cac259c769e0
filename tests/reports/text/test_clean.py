"""Characters, joins and keys."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.text.clean import clean_line, join_lines, plain_key


@pytest.mark.parametrize("mark", ["\ufffe", "\x02", "\u2011"])
def test_the_mark_of_a_broken_word_becomes_its_hyphen(mark: str) -> None:
    assert clean_line(f"multi{mark}agency") == "multi-agency"


def test_curly_quotes_stay_and_odd_spaces_become_spaces() -> None:
    assert clean_line(" children’s\u00a0\u202f ‘plans’\x07\u200b ") == "children’s ‘plans’"


def test_lines_are_joined_by_a_space_but_not_after_a_hyphen() -> None:
    assert join_lines(["multi-", "agency work", "is good –", "mostly"]) == (
        "multi-agency work is good – mostly"
    )


def test_no_space_comes_before_the_sign_behind_a_footnotes_mark() -> None:
    assert join_lines(["Operation Encompass", ", which schools", "know", ". It works"]) == (
        "Operation Encompass, which schools know. It works"
    )


def test_keys_ignore_case_quotes_and_marks_at_the_end() -> None:
    assert plain_key("Children’s  Services: ") == plain_key("children's services")


@given(st.text(max_size=200))
def test_clean_text_is_safe_for_any_store_and_message(text: str) -> None:
    cleaned = clean_line(text)
    assert clean_line(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 or c == "\ufffe" for c in cleaned)
    cleaned.encode("utf-8")


@given(st.lists(st.text(alphabet="ab c", max_size=8).map(str.strip), max_size=8))
def test_joining_loses_no_word(lines: list[str]) -> None:
    assert join_lines(lines).split() == " ".join(lines).split()


def test_no_space_comes_before_the_apostrophe_of_a_possessive() -> None:
    assert clean_line("Bury children ’s services") == "Bury children’s services"
    assert clean_line("Bury children 's services") == "Bury children's services"
    assert clean_line("a plan ‘says’ little") == "a plan ‘says’ little"
