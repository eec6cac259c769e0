"""What is wrong with the YAML of a file, in words for people who do not know YAML. Pure."""

from __future__ import annotations

import re

import yaml

_COMMENT_AS_VALUE = re.compile(r"[:,\[]\s+#\w")
"""A value such as #channel without quotes: YAML takes it, and the rest of the line, for a
comment."""

_INDENTATION = re.compile(r"\s*")

_FAULTS = (
    (
        ("cannot start any token",),
        "a value that begins with @, ` or % needs quotes",
    ),
    (
        ("undefined alias", "alphabetic or numeric character"),
        "a value that begins with * or & needs quotes",
    ),
    (
        ("unexpected end of stream", "quoted scalar"),
        "a quotation mark is not closed",
    ),
    (
        ("unknown escape", "escape sequence"),
        "in double quotes a backslash means something else; use single quotes",
    ),
    (
        ("mapping values are not allowed",),
        "check the indentation, and put text that has a colon in quotes",
    ),
    (
        ("another document",),
        "a line with --- begins a second document; remove that line",
    ),
    (
        ("',' or '}'", "',' or ']'", "node content"),
        "a bracket is not closed, or a comma is missing",
    ),
    (
        ("expected key", "block end", "expected ':'", "block entry", "'-' indicator"),
        "check the indentation: keys that belong together begin at the same place, with a colon "
        "after each",
    ),
)
"""Advice by the words of the message of the C or the Python parser. The first that fits counts."""


def yaml_fault(text: str, error: yaml.MarkedYAMLError) -> str:
    """Return what to put right, after the words "not valid YAML"."""
    problem = f"{error.problem} {error.context}"
    return f"not valid YAML: {_advice(text, error, problem)}"


def _advice(text: str, error: yaml.MarkedYAMLError, problem: str) -> str:
    lines = _lines_before(text, error)
    if lines and "\t" in _INDENTATION.match(lines[-1])[0]:  # type: ignore[index]
        return "this line is indented with a tab; use spaces"
    if any(_COMMENT_AS_VALUE.search(line) for line in lines):
        return 'a value that begins with # needs quotes, such as "#childrens-services"'
    for words, said in _FAULTS:
        if any(word in problem for word in words):
            return said
    return str(error.problem)


def _lines_before(text: str, error: yaml.MarkedYAMLError) -> list[str]:
    """Return the lines from the start of what the parser could not finish to where it stopped."""
    if error.problem_mark is None:
        return []
    last = error.problem_mark.line
    first = error.context_mark.line if error.context_mark else last
    return text.splitlines()[first : last + 1]
