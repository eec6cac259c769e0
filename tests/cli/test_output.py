"""What reaches the terminal: no text from outside may control it."""

from __future__ import annotations

import json
import logging
from datetime import date

import pytest
from rich.text import Text

from cli.output import PlainFormatter, out, print_json, print_jsonl
from cli.views.outcomes import print_outcome
from flows.pipeline.results import ReportOutcome
from storage.models import ReportState

EVIL = "Havering\x1b[2J\x1b]0;owned\x07 \u202e\u2066\x9b31m\r\x08"


def is_harmless(text: str) -> bool:
    return all(line.isprintable() for line in text.split("\n"))


def test_text_from_outside_cannot_control_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    out.print(EVIL)
    out.print(Text(EVIL))
    shown = capsys.readouterr().out
    assert is_harmless(shown)
    assert shown.count("Havering[2J]0;owned 31m") == 2


def test_json_keeps_every_character_but_writes_it_harmlessly(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_json({"title": EVIL})
    shown = capsys.readouterr().out
    assert is_harmless(shown)
    assert json.loads(shown) == {"title": EVIL}
    print_jsonl([{"title": EVIL}])
    shown = capsys.readouterr().out
    assert is_harmless(shown)
    assert json.loads(shown) == {"title": EVIL}


def test_log_lines_cannot_control_the_terminal() -> None:
    record = logging.LogRecord("x", logging.WARNING, "", 0, "%s", (EVIL,), None)
    assert is_harmless(PlainFormatter("%(message)s").format(record))


def test_the_state_of_a_report_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = ReportOutcome(
        report_id=1,
        authority="Marlbury",
        title="Inspection",
        published=date(2026, 6, 30),
        url="",
        state=ReportState.LISTED,
    )
    print_outcome(outcome)
    assert capsys.readouterr().err == "Marlbury: Inspection, 30 June 2026: not fetched yet\n"
