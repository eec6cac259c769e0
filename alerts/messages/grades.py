"""A council's grades over time as messages show them. Pure records without text from reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

NOT_CERTAIN = "not read with certainty"
"""What a message says in place of a grade that needs review."""


@dataclass(frozen=True, kw_only=True)
class GradesInBrief:
    """The most important judgements, for a message with several reports.

    That is the overall grade or, where the last inspection gave none, each judgement that it made.
    `note` says that the framework has changed. `steps` is one line for chat, empty without an
    overall grade. `picture` is the plain data that `alerts.messages.charts` draws.
    """

    lines: tuple[str, ...]
    picture: dict[str, Any]
    words: str
    """The text alternative of the picture."""
    note: str = ""
    steps: str = ""


@dataclass(frozen=True, kw_only=True)
class GradesContext:
    """A council's grades at its inspections: a line for each judgement, and a picture.

    `notes` say where the framework changed, and how many inspections are not shown. `picture` is
    the data for `alerts.messages.charts`.
    """

    lines: tuple[str, ...]
    picture: dict[str, Any]
    brief: GradesInBrief
    notes: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The grades in words, also as the text alternative of the picture."""
        return " ".join(["Grades over time.", *(f"{line}." for line in self.lines), *self.notes])
