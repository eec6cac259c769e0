"""The words we write: plain English, and one word for one thing.

A short list of phrases that have crept in before. It is a reminder, not a style guide.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

OUR_STRINGS = ("alerts", "cli", "flows", "website")
"""In these packages all strings are for people; elsewhere many are Ofsted's own words."""

CODE = (*OUR_STRINGS, "demo", "reports", "scrapers", "storage", "tests")
PROSE = ("README.md", "CONTRIBUTING.md", "docs/*.md", "watch.example.yaml")
YAML = ("*.y*ml", "*/data/*.yaml", "scrapers/*.yaml", "docs/*.yaml", "flows/automations/*.yaml")

OURS_IN_YAML = re.compile(r"(?:^|\s)#.*|^\s*(?:name|definition|includes|excludes|example):.*")
"""The rest of a YAML file is data, such as phrases from reports."""

PLAIN = {
    r"needs? a person": "needs review",
    r"bears? it out": "confirms it",
    r"(?:it|they|who|what|that|which) stands?": "is, are",
    r"stands? (?:in|at|for|there|here|open|beside|below|above|behind)": "is in, is open",
    r"beside": "with, next to; what surrounds a report is its context",
    r"told of": "notified about",
    r"(?:is|are|was|were|be|been) told": "gets a message, is notified",
    r"worth telling": "worth an event",
    r"whose turn it is": "next",
    r"(?<!there )(?:is|are|was|were) no (?!longer|more|less|earlier|later|other|need)\w+":
        "is not a, does not count as",
    r"so many": "say the limit",
    r"somebody": "an operator, a user, you",
    r"named again|names again": "raised again",
    r"blind(?:ness)?": "source unavailable; to people: cannot read Ofsted's site",
    r"(?:a|the|one|this|each|every|last|first|next|earlier|complete|good|failed) look(?!-)":
        "poll; to people: check",
    r"walk(?:s|ed)?": "poll; to people: check",
    r"quarantined?": "its council is uncertain, needs review",
    r"(?<!\")news": "event, notification or message",
    r"(?:gave|given|gives|give) up": "failed",
    r"(?<=;) how many": "Return the number of",
    r"own programme": "improvement plan",
    r"is over already": "must be today or later",
    r"shelf|shelves": "theme",
    r"(?:tak(?:e|en|es|ing)) (?:it|them|reports?|documents?) in": "ingest",
    r"last looks": "last polls; to people: checks",
    r"(?:shown|listed|compared|counted) are (?:the|all|only|full)": "the subject first",
}  # fmt: skip
RULES = [
    (re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE), plain)
    for words, plain in PLAIN.items()
]


def texts_of_code(path: Path) -> Iterator[tuple[int, str]]:
    """The comments, docstrings and names of a module, and its strings where people read them."""
    source = path.read_text(encoding="utf-8")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    docstrings = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    all_strings = path.relative_to(ROOT).parts[0] in OUR_STRINGS
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.lineno, node.name.replace("_", " ")
        if isinstance(node, docstrings) and not all_strings and (text := ast.get_docstring(node)):
            yield node.body[0].lineno, text
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and all_strings:
            yield node.lineno, node.value


def texts() -> Iterator[tuple[str, str]]:
    """Every text of the project, with its place."""
    for room in CODE:
        for path in sorted((ROOT / room).rglob("*.py")):
            if path != Path(__file__):
                for line, text in texts_of_code(path):
                    yield f"{path.relative_to(ROOT)}:{line}", text
        for path in sorted((ROOT / room).rglob("*.j2")):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
    for pattern in PROSE:
        for path in sorted(ROOT.glob(pattern)):
            yield from lines_of(path)
    # The names that it says have changed are in code.
    for place, text in lines_of(ROOT / "CHANGELOG.md"):
        yield place, re.sub(r"`[^`]*`", "", text)
    for pattern in YAML:
        for path in sorted(ROOT.glob(pattern)):
            for place, text in lines_of(path):
                yield from ((place, part) for part in OURS_IN_YAML.findall(text))


def lines_of(path: Path) -> Iterator[tuple[str, str]]:
    """Each line of a file, with its place."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        yield f"{path.relative_to(ROOT)}:{number}", line


def faults_in(place: str, text: str) -> list[str]:
    """Each phrase of the list in a text, with its plain form."""
    return [
        f"{place}: “{found[0]}” → {plain}" for rule, plain in RULES if (found := rule.search(text))
    ]


def test_our_texts_are_in_plain_english() -> None:
    faults = [fault for place, text in texts() for fault in faults_in(place, text)]
    assert not faults, "\n" + "\n".join(faults)


def test_values_in_messages_have_curly_quotation_marks() -> None:
    straight = [
        f"{path.relative_to(ROOT)}:{value.lineno}: use quoted()"
        for room in ("alerts", "cli", "flows", "reports", "scrapers", "storage", "website")
        for path in sorted((ROOT / room).rglob("*.py"))
        for raised in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(raised, ast.Call)
        for value in ast.walk(raised)
        # What Python says of an error, with its type, may stay as it is.
        if isinstance(value, ast.FormattedValue) and value.conversion == ord("r")
        if not (isinstance(value.value, ast.Name) and value.value.id == "error")
    ]
    assert not straight, "\n" + "\n".join(straight)


@pytest.mark.parametrize(
    "text", ["1 report needs a person.", "It is told of the last look.", "Three walks missed it."]
)
def test_the_old_phrases_are_found(text: str) -> None:
    assert faults_in("here", text)
