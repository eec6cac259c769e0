"""A council's grades through time as messages say them. Pure records; all words are ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class GradesInBrief:
    """The judgements that matter most, where a report is one of several in a message.

    That is the overall grade or, where the last inspection gave none, each judgement that it made.
    `note` says that the framework has changed. `steps` is one line for a chat; empty without an
    overall grade. `picture` is the plain data that `alerts.messages.charts` draws.
    """

    lines: tuple[str, ...]
    picture: dict[str, Any]
    words: str
    """What stands for the picture."""
    note: str = ""
    steps: str = ""


@dataclass(frozen=True, kw_only=True)
class GradesThroughTime:
    """A council's grades at its inspections: a line for each judgement, and a picture.

    `notes` say where the framework changed. `picture` is the data for `alerts.messages.charts`.
    All words are ours: nothing from outside is in them.
    """

    lines: tuple[str, ...]
    picture: dict[str, Any]
    brief: GradesInBrief
    notes: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The whole line in words, which also stands for the picture."""
        return " ".join(["Grades through time.", *(f"{line}." for line in self.lines), *self.notes])
